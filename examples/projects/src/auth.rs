//! Who is logged in, and the database as their account sees it.

use crate::{
    app::App,
    entity::{account, user},
    error::AppError,
    password,
    session::{self, Session},
};
use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, request::Parts},
    middleware::Next,
    response::Response,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use sea_orm_multitenant_axum::{ExtractRejection, Scope, ScopedTransaction, Tenant};
use serde::Deserialize;
use std::ops::Deref;

/// Puts the session of a request's cookie where the layer of tenants and [`CurrentAccount`] find it.
pub(crate) async fn authenticate(State(app): State<App>, mut request: Request, next: Next) -> Response {
    if let Some(session) = session::token(request.headers()).and_then(|token| app.sessions.get(&token)) {
        request.extensions_mut().insert(session);
    }
    next.run(request).await
}

/// Who is logged in, and the database as their account sees it.
///
/// A handler that takes one is only run for somebody who is logged in to the account of the request, and has no other way
/// to the database. As it stands it is for reading; [`Changing`] is for writing.
#[derive(Debug)]
pub struct CurrentAccount<S = Scope> {
    /// The scope of the account.
    pub scope: S,
    /// The user.
    pub user: user::Model,
    /// The account.
    pub account: Tenant<account::Model>,
}

/// The same within the transaction of the request: committed when the answer is a good one, rolled back when it is not.
pub type Changing = CurrentAccount<ScopedTransaction>;

impl<S> FromRequestParts<App> for CurrentAccount<S>
where
    S: FromRequestParts<App, Rejection = ExtractRejection>
        + Deref<Target: ConnectionTrait + Sized>
        + Send
        + Sync,
{
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, AppError> {
        let Session { account_id: _, user_id } = *parts.extensions.get().ok_or(AppError::LoggedOut)?;
        let account = Tenant::from_request_parts(parts, app).await?;
        let scope = S::from_request_parts(parts, app).await?;
        let user = user::Entity::find_by_id(user_id).one(&*scope).await?.ok_or(AppError::LoggedOut)?;
        Ok(Self { scope, user, account })
    }
}

/// Characters that an email may have: as many as its column holds.
const EMAIL: usize = 190;
/// Bytes that a password may have.
const PASSWORD: usize = 1000;

/// What somebody types to log in.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// The email.
    pub email: String,
    /// The password.
    pub password: String,
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Login").field("email", &self.email).finish_non_exhaustive()
    }
}

/// Begins a session for who knows the password, and returns its token, which is always a new one. The session that the browser
/// had until now ends: it may be somebody else's, who wants to know what is done in it.
///
/// # Errors
/// [`AppError::WrongLogin`], whichever of the two was wrong, and [`AppError::TooMany`] when it was too often.
pub async fn log_in(
    app: &App,
    scope: &Scope,
    account: &account::Model,
    headers: &HeaderMap,
    login: Login,
) -> Result<String, AppError> {
    let Login { email, password } = login;
    let email = email.trim().to_lowercase();
    // PostgreSQL's texts cannot hold a NUL.
    if email.chars().count() > EMAIL || email.contains('\0') || password.len() > PASSWORD {
        return Err(AppError::WrongLogin);
    }
    app.guesses.count(account.id, &email).await?;
    let user = user::Entity::find().filter(user::Column::Email.eq(&email)).one(&**scope).await?;
    // A hash to compare with when there is no such user, so that the time taken does not tell which emails there are.
    let hash = user.as_ref().map_or(&*app.nobodys_hash, |user| &user.password_hash).to_owned();
    let is_right = password::is_right(password, hash).await.map_err(AppError::internal)?;
    match user {
        Some(user) if is_right => {
            app.guesses.forget(account.id, &email).await;
            end_session(app, headers);
            let session = Session { account_id: user.account_id, user_id: user.id };
            app.sessions.begin(session).map_err(AppError::internal)
        }
        Some(_) | None => Err(AppError::WrongLogin),
    }
}

/// Ends the session of the request's cookie.
pub(crate) fn end_session(app: &App, headers: &HeaderMap) {
    if let Some(token) = session::token(headers) {
        app.sessions.end(&token);
    }
}
