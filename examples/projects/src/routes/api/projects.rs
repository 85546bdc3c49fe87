//! Projects and their managers.

use crate::{
    app::App,
    auth::{Changing, CurrentAccount},
    error::AppError,
    extract::{Json, Path, Query},
    input::{NewProject, ProjectInput},
    paging::{Page, Paged},
    store::{
        projects::{self, Project},
        tasks::{self, Task},
    },
};
use axum::{
    Router,
    http::StatusCode,
    response::IntoResponse,
    routing::{get, put},
};
use sea_orm::ConnectionTrait;
use sea_orm_multitenant::TenantScope;
use serde::Serialize;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/projects", get(list).post(create))
        .route("/projects/{id}", get(show).put(update).delete(delete))
        .route("/projects/{id}/managers/{manager_id}", put(assign).delete(unassign))
}

/// A project with its first tasks; the others are at `/api/projects/{id}/tasks`.
#[derive(Serialize)]
struct WithTasks {
    #[serde(flatten)]
    project: Project,
    tasks: Vec<Task>,
}

impl WithTasks {
    async fn get<C>(scope: &TenantScope<C>, id: i64) -> Result<axum::Json<Self>, AppError>
    where
        C: ConnectionTrait + Send,
    {
        let project = projects::get(scope, id).await?;
        let tasks = tasks::of_project(scope, id, Page::LONGEST).await?.rows;
        Ok(axum::Json(Self { project, tasks }))
    }
}

async fn list(current: CurrentAccount, Query(page): Query<Page>) -> Result<Paged<Project>, AppError> {
    projects::list(&current.scope, page).await
}

async fn create(
    current: Changing,
    Json(NewProject { project, tasks }): Json<NewProject>,
) -> Result<impl IntoResponse, AppError> {
    let id = projects::create(&current.scope, project).await?;
    for task in tasks {
        // If one task is refused the project is rolled back too: they share the request's transaction.
        tasks::create(&current.scope, id, task).await?;
    }
    Ok((StatusCode::CREATED, WithTasks::get(&current.scope, id).await?))
}

async fn show(current: CurrentAccount, Path(id): Path<i64>) -> Result<axum::Json<WithTasks>, AppError> {
    WithTasks::get(&current.scope, id).await
}

async fn update(
    current: Changing,
    Path(id): Path<i64>,
    Json(input): Json<ProjectInput>,
) -> Result<axum::Json<WithTasks>, AppError> {
    projects::update(&current.scope, id, input).await?;
    WithTasks::get(&current.scope, id).await
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
