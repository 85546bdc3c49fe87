//! The logged-in user, with the scope of the user's account.

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

/// Stores the session of a request's cookie where the tenant layer and [`CurrentAccount`] find it.
pub(crate) async fn authenticate(State(app): State<App>, mut request: Request, next: Next) -> Response {
    if let Some(session) = session::token(request.headers()).and_then(|token| app.sessions.get(&token)) {
        request.extensions_mut().insert(session);
    }
    next.run(request).await
}

/// The logged-in user, with the scope of the user's account.
///
/// A handler that takes one runs only for a user who is logged in to the account of the request, and has no other
/// access to the database. It is for reading; [`Changing`] is for writing.
#[derive(Debug)]
pub struct CurrentAccount<S = Scope> {
    /// The scope of the account.
    pub scope: S,
    /// The user.
    pub user: user::Model,
    /// The account.
    pub account: Tenant<account::Model>,
}

/// The same in the request's transaction: committed if the response is a success, otherwise rolled back.
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

/// The longest email in characters, which is the size of its column.
const EMAIL: usize = 190;
/// The longest password in bytes.
const PASSWORD: usize = 1000;

/// The credentials of a login.
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

/// Checks the password, begins a session and returns its token, which is always a new one. The browser's previous
/// session ends: it may have been planted by somebody who wants to watch what is done in it.
///
/// # Errors
/// [`AppError::WrongLogin`] if the email or the password is wrong, [`AppError::TooMany`] after too many attempts.
pub async fn log_in(
    app: &App,
    scope: &Scope,
    account: &account::Model,
    headers: &HeaderMap,
    login: Login,
) -> Result<String, AppError> {
    let Login { email, password } = login;
    let email = email.trim().to_lowercase();
    // PostgreSQL's texts cannot contain NUL.
    if email.chars().count() > EMAIL || email.contains('\0') || password.len() > PASSWORD {
        return Err(AppError::WrongLogin);
    }
    app.guesses.count(account.id, &email).await?;
    let user = user::Entity::find().filter(user::Column::Email.eq(&email)).one(&**scope).await?;
    // If there is no such user, the password is compared with this hash, so that the time does not reveal which emails
    // exist.
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
