//! Login and logout.

use crate::{
    app::App,
    auth::{self, Login},
    entity::account,
    error::AppError,
    extract::Json,
    session,
};
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::IntoResponse,
    routing::post,
};
use axum_extra::extract::CookieJar;
use sea_orm_multitenant_axum::{Scope, Tenant};

pub(super) fn router() -> Router<App> {
    Router::new().route("/login", post(log_in)).route("/logout", post(log_out))
}

async fn log_in(
    State(app): State<App>,
    scope: Scope,
    account: Tenant<account::Model>,
    headers: HeaderMap,
    Json(login): Json<Login>,
) -> Result<impl IntoResponse, AppError> {
    let token = auth::log_in(&app, &scope, &account, &headers, login).await?;
    Ok((CookieJar::new().add(session::cookie(token)), StatusCode::NO_CONTENT))
}

async fn log_out(State(app): State<App>, headers: HeaderMap) -> impl IntoResponse {
    auth::end_session(&app, &headers);
    (CookieJar::new().add(session::no_cookie()), StatusCode::NO_CONTENT)
}
