//! Logging in and out.

use crate::{
    app::App,
    auth::{self, Login},
    error::AppError,
    extract::Json,
    session::{self, COOKIE},
};
use axum::{Router, extract::State, http::StatusCode, response::IntoResponse, routing::post};
use axum_extra::extract::CookieJar;
use sea_orm_multitenant_axum::Scope;

pub(super) fn router() -> Router<App> {
    Router::new().route("/login", post(log_in)).route("/logout", post(log_out))
}

async fn log_in(
    State(app): State<App>,
    scope: Scope,
    cookies: CookieJar,
    Json(login): Json<Login>,
) -> Result<impl IntoResponse, AppError> {
    let token = auth::log_in(&app, &scope, login).await?;
    Ok((cookies.add(session::cookie(token)), StatusCode::NO_CONTENT))
}

async fn log_out(State(app): State<App>, cookies: CookieJar) -> impl IntoResponse {
    if let Some(cookie) = cookies.get(COOKIE) {
        app.sessions.end(cookie.value());
    }
    (cookies.remove(session::cookie(String::new())), StatusCode::NO_CONTENT)
}
