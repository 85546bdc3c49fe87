//! Tasks.

use crate::{
    app::App,
    auth::{Changing, CurrentAccount},
    error::AppError,
    extract::{Json, Path, Query},
    input::TaskInput,
    paging::{Page, Paged},
    store::tasks::{self, Task},
};
use axum::{Router, http::StatusCode, response::IntoResponse, routing::get};

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/tasks", get(list))
        .route("/projects/{id}/tasks", get(list_of_project).post(create))
        .route("/tasks/{id}", get(show).put(update).delete(delete))
}

async fn list(current: CurrentAccount, Query(page): Query<Page>) -> Result<Paged<Task>, AppError> {
    tasks::list(&current.scope, page).await
}

async fn list_of_project(
    current: CurrentAccount,
    Path(project_id): Path<i64>,
    Query(page): Query<Page>,
) -> Result<Paged<Task>, AppError> {
    tasks::of_project(&current.scope, project_id, page).await
}

async fn create(
    current: Changing,
    Path(project_id): Path<i64>,
    Json(input): Json<TaskInput>,
) -> Result<impl IntoResponse, AppError> {
    let id = tasks::create(&current.scope, project_id, input).await?;
    Ok((StatusCode::CREATED, axum::Json(tasks::get(&current.scope, id).await?)))
}

async fn show(current: CurrentAccount, Path(id): Path<i64>) -> Result<axum::Json<Task>, AppError> {
    Ok(axum::Json(tasks::get(&current.scope, id).await?))
}

async fn update(
    current: Changing,
    Path(id): Path<i64>,
    Json(input): Json<TaskInput>,
) -> Result<axum::Json<Task>, AppError> {
    tasks::update(&current.scope, id, input).await?;
    Ok(axum::Json(tasks::get(&current.scope, id).await?))
}

async fn delete(current: Changing, Path(id): Path<i64>) -> Result<StatusCode, AppError> {
    tasks::delete(&current.scope, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
