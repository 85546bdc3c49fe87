//! Projects and their managers.

use super::{Shell, again, html};
use crate::{
    app::App,
    auth::{Changing, CurrentAccount},
    entity::country,
    error::AppError,
    extract::{Form, Path, Query},
    input::ProjectInput,
    paging::{Page, Paged},
    store::{
        managers::{self, Manager},
        projects::{self, Project},
        tasks::{self, Task},
    },
};
use askama::Template;
use axum::{
    Router,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use sea_orm::{ConnectionTrait, EntityTrait};
use sea_orm_multitenant::TenantScope;
use sea_orm_multitenant_axum::Scope;
use serde::Deserialize;
use std::ops::Deref;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/projects", get(list).post(create))
        .route("/projects/new", get(new))
        .route("/projects/{id}", get(show).post(update))
        .route("/projects/{id}/edit", get(edit))
        .route("/projects/{id}/delete", post(delete))
        .route("/projects/{id}/managers", post(assign))
        .route("/projects/{id}/managers/{manager_id}/remove", post(unassign))
}

#[derive(Template)]
#[template(path = "projects.html")]
struct ListPage {
    shell: Option<Shell>,
    account: String,
    country: String,
    list: Paged<Project>,
}

#[derive(Template)]
#[template(path = "project.html")]
struct ProjectPage {
    shell: Option<Shell>,
    project: Project,
    list: Paged<Task>,
    /// The managers who do not manage the project.
    others: Vec<Manager>,
}

#[derive(Template)]
#[template(path = "project_form.html")]
struct FormPage {
    shell: Option<Shell>,
    /// The project that is edited; `None` for a new one.
    id: Option<i64>,
    input: ProjectInput,
    managers: Vec<Manager>,
    error: Option<AppError>,
}

impl FormPage {
    async fn of<S, C>(
        current: &CurrentAccount<S>,
        id: Option<i64>,
        input: ProjectInput,
    ) -> Result<Self, AppError>
    where
        S: Deref<Target = TenantScope<C>>,
        C: ConnectionTrait + Send,
    {
        let managers = managers::choices(&current.scope, &input.manager_ids).await?;
        Ok(Self { shell: Some(current.into()), id, input, managers, error: None })
    }

    /// Whether the manager's box is checked.
    fn has(&self, manager: &Manager) -> bool {
        self.input.manager_ids.contains(&manager.id)
    }
}

async fn list(current: CurrentAccount, Query(page): Query<Page>) -> Result<impl IntoResponse, AppError> {
    let shell = Some(Shell::from(&current));
    let CurrentAccount { scope, account, user: _ } = current;
    let country =
        country::Entity::find_by_id(account.country_id).one(&*scope).await?.ok_or(AppError::NotFound)?;
    let list = projects::list(&scope, page).await?;
    Ok(html(&ListPage { shell, account: account.name.clone(), country: country.name, list }))
}

async fn new(current: CurrentAccount) -> Result<impl IntoResponse, AppError> {
    Ok(html(&FormPage::of(&current, None, ProjectInput::default()).await?))
}

async fn create(current: Changing, Form(input): Form<ProjectInput>) -> Result<Response, AppError> {
    let created = projects::create(&current.scope, input.clone()).await;
    or_again(created, &current, None, input).await
}

async fn show(
    current: CurrentAccount,
    Path(id): Path<i64>,
    Query(page): Query<Page>,
) -> Result<impl IntoResponse, AppError> {
    let project = projects::get(&current.scope, id).await?;
    let list = tasks::of_project(&current.scope, id, page).await?;
    let others = others(&current.scope, &project).await?;
    Ok(html(&ProjectPage { shell: Some((&current).into()), project, list, others }))
}

async fn others(scope: &Scope, project: &Project) -> Result<Vec<Manager>, AppError> {
    let mut managers = managers::list(scope, Page::LONGEST).await?.rows;
    managers.retain(|manager| !project.managers.contains(manager));
    Ok(managers)
}

async fn edit(current: CurrentAccount, Path(id): Path<i64>) -> Result<impl IntoResponse, AppError> {
    let Project { name, description, managers, .. } = projects::get(&current.scope, id).await?;
    let manager_ids = managers.iter().map(|manager| manager.id).collect();
    Ok(html(&FormPage::of(&current, Some(id), ProjectInput { name, description, manager_ids }).await?))
}

async fn update(
    current: Changing,
    Path(id): Path<i64>,
    Form(input): Form<ProjectInput>,
) -> Result<Response, AppError> {
    let updated = projects::update(&current.scope, id, input.clone()).await.map(|()| id);
    or_again(updated, &current, Some(id), input).await
}

/// Redirects to the project that was written, or shows the form again with the error.
async fn or_again(
    written: Result<i64, AppError>,
    current: &Changing,
    id: Option<i64>,
    input: ProjectInput,
) -> Result<Response, AppError> {
    match written {
        Ok(id) => Ok(to_project(id)),
        Err(error @ AppError::Invalid(_)) => {
            let page = FormPage::of(current, id, input).await?;
            Ok(again(&FormPage { error: Some(error), ..page }))
        }
        Err(error) => Err(error),
    }
}

async fn delete(current: Changing, Path(id): Path<i64>) -> Result<Redirect, AppError> {
    projects::delete(&current.scope, id).await?;
    Ok(Redirect::to("/projects"))
}

/// The form that assigns a manager.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Assignment {
    manager_id: i64,
}

async fn assign(
    current: Changing,
    Path(id): Path<i64>,
    Form(Assignment { manager_id }): Form<Assignment>,
) -> Result<Response, AppError> {
    projects::assign(&current.scope, id, manager_id).await?;
    Ok(to_project(id))
}

async fn unassign(current: Changing, Path((id, manager_id)): Path<(i64, i64)>) -> Result<Response, AppError> {
    projects::unassign(&current.scope, id, manager_id).await?;
    Ok(to_project(id))
}

/// Redirects to the page of a project.
pub(super) fn to_project(id: i64) -> Response {
    Redirect::to(&format!("/projects/{id}")).into_response()
}
