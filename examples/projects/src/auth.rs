//! From a cookie to a scope.

use crate::{
    Scope,
    app::App,
    entity::{account, user},
    error::AppError,
    password,
    session::{COOKIE, Session},
};
use axum::{extract::FromRequestParts, http::request::Parts};
use axum_extra::extract::CookieJar;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::Deserialize;

/// Who is logged in, and the database as their account sees it.
///
/// A handler that takes one is only run for somebody who is logged in, and has no other way to the database.
#[derive(Debug)]
pub struct CurrentAccount {
    /// The scope of the account.
    pub scope: Scope,
    /// The user.
    pub user: user::Model,
    /// The account.
    pub account: account::Model,
}

impl FromRequestParts<App> for CurrentAccount {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, AppError> {
        let cookies = CookieJar::from_headers(&parts.headers);
        let session = cookies.get(COOKIE).and_then(|cookie| app.sessions.get(cookie.value()));
        let Session { account_id, user_id } = session.ok_or(AppError::LoggedOut)?;
        let scope = app.tenancy.scope(account_id)?;
        let user = user::Entity::find_by_id(user_id).find_also_related(account::Entity).one(&scope).await?;
        match user {
            Some((user, Some(account))) => Ok(Self { scope, user, account }),
            Some((_, None)) | None => Err(AppError::LoggedOut),
        }
    }
}

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

/// Begins a session for who knows the password, and returns its token.
///
/// # Errors
/// [`AppError::WrongLogin`], whichever of the two was wrong.
pub async fn log_in(app: &App, login: Login) -> Result<String, AppError> {
    let Login { email, password } = login;
    let user = find_user(app, &email).await?;
    // A hash to compare with when there is no such user, so that the time taken does not tell which emails there are.
    let hash = user.as_ref().map_or(&*app.nobodys_hash, |user| &user.password_hash).to_owned();
    let right = tokio::task::spawn_blocking(move || password::is_right(&password, &hash)).await;
    match user {
        Some(user) if right.map_err(AppError::internal)? => {
            let session = Session { account_id: user.account_id, user_id: user.id };
            app.sessions.begin(session).map_err(AppError::internal)
        }
        Some(_) | None => Err(AppError::WrongLogin),
    }
}

/// Finds the user of an email: the one query of a request that no account is known for yet, since it finds the account.
async fn find_user(app: &App, email: &str) -> Result<Option<user::Model>, AppError> {
    let email = email.trim().to_lowercase();
    if email.contains('\0') {
        // PostgreSQL's texts cannot hold it.
        return Ok(None);
    }
    let db = app.tenancy.unscoped("find the account of a login");
    Ok(user::Entity::find().filter(user::Column::Email.eq(email)).one(db).await?)
}
