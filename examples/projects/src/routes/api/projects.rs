//! Projects and their managers.

use crate::{
    app::App,
    auth::{Changing, CurrentAccount},
    error::AppError,
    extract::{Json, Path},
    input::{NewProject, ProjectInput},
    store::{
        projects::{self, Project},
        tasks,
    },
};
use axum::{
    Router,
    http::StatusCode,
    response::IntoResponse,
    routing::{get, put},
};

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/projects", get(list).post(create))
        .route("/projects/{id}", get(show).put(update).delete(delete))
        .route("/projects/{id}/managers/{manager_id}", put(assign).delete(unassign))
}

async fn list(current: CurrentAccount) -> Result<axum::Json<Vec<Project>>, AppError> {
    Ok(axum::Json(projects::list(&current.scope).await?))
}

async fn create(
    current: Changing,
    Json(NewProject { project, tasks }): Json<NewProject>,
) -> Result<impl IntoResponse, AppError> {
    let id = projects::create(&current.scope, project).await?;
    for task in tasks {
        // One that is refused takes the project with it: the transaction is that of the request.
        tasks::create(&current.scope, id, task).await?;
    }
    Ok((StatusCode::CREATED, axum::Json(projects::get(&current.scope, id).await?)))
}

async fn show(current: CurrentAccount, Path(id): Path<i64>) -> Result<axum::Json<Project>, AppError> {
    Ok(axum::Json(projects::get(&current.scope, id).await?))
}

async fn update(
    current: Changing,
    Path(id): Path<i64>,
    Json(input): Json<ProjectInput>,
) -> Result<axum::Json<Project>, AppError> {
    projects::update(&current.scope, id, input).await?;
    Ok(axum::Json(projects::get(&current.scope, id).await?))
}

async fn delete(current: Changing, Path(id): Path<i64>) -> Result<StatusCode, AppError> {
    projects::delete(&current.scope, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn assign(current: Changing, Path((id, manager_id)): Path<(i64, i64)>) -> Result<StatusCode, AppError> {
    projects::assign(&current.scope, id, manager_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn unassign(
    current: Changing,
    Path((id, manager_id)): Path<(i64, i64)>,
) -> Result<StatusCode, AppError> {
    projects::unassign(&current.scope, id, manager_id).await?;
    Ok(StatusCode::NO_CONTENT)
}
