//! Imports of tasks.

use crate::{
    app::App,
    auth::CurrentAccount,
    error::AppError,
    extract::{Json, Path},
    routes,
    store::imports::{self, Import},
};
use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::IntoResponse,
    routing::{get, post},
};
use serde::Deserialize;

pub(super) fn router() -> Router<App> {
    Router::new().route("/projects/{id}/imports", post(begin)).route("/imports/{id}", get(show))
}

/// The text to import.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    lines: String,
}

async fn begin(
    State(app): State<App>,
    current: CurrentAccount,
    Path(project_id): Path<i64>,
    Json(Text { lines }): Json<Text>,
) -> Result<impl IntoResponse, AppError> {
    let id = routes::begin_import(&app, &current.scope, project_id, &lines).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(imports::get(&current.scope, id).await?)))
}

async fn show(current: CurrentAccount, Path(id): Path<i64>) -> Result<axum::Json<Import>, AppError> {
    Ok(axum::Json(imports::get(&current.scope, id).await?))
}
