//! Tasks.

use super::{Shell, again, html, projects::to_project};
use crate::{
    app::App,
    auth::{Changing, CurrentAccount},
    entity::task::State,
    error::AppError,
    extract::{Form, Path, Query},
    input::TaskInput,
    paging::{Page, Paged},
    store::{
        projects::{self, Choice},
        tasks::{self, Task},
    },
};
use askama::Template;
use axum::{
    Router,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use sea_orm::{ConnectionTrait, Iterable};
use sea_orm_multitenant::TenantScope;
use std::ops::Deref;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/tasks", get(list))
        .route("/projects/{id}/tasks", post(create))
        .route("/tasks/{id}", post(update))
        .route("/tasks/{id}/edit", get(edit))
        .route("/tasks/{id}/delete", post(delete))
}

#[derive(Template)]
#[template(path = "tasks.html")]
struct ListPage {
    shell: Option<Shell>,
    list: Paged<Task>,
}

#[derive(Template)]
#[template(path = "task_form.html")]
struct FormPage {
    shell: Option<Shell>,
    /// The address that the form is sent to.
    action: String,
    /// The task that is edited; `None` for a new one.
    id: Option<i64>,
    /// The project whose page had the form.
    project_id: i64,
    input: TaskInput,
    /// The projects that the task may move to.
    projects: Vec<Choice>,
    error: Option<AppError>,
}

impl FormPage {
    /// The form for a new task.
    fn new(current: &Changing, project_id: i64, input: TaskInput) -> Self {
        let action = format!("/projects/{project_id}/tasks");
        let shell = Some(current.into());
        Self { shell, action, id: None, project_id, input, projects: Vec::new(), error: None }
    }

    /// The form for an existing task.
    async fn edit<S, C>(current: &CurrentAccount<S>, task: Task) -> Result<Self, AppError>
    where
        S: Deref<Target = TenantScope<C>>,
        C: ConnectionTrait + Send,
    {
        let projects = projects::choices(&current.scope, task.project_id).await?;
        let Task { id, name, state, due_on, project_id, project: _ } = task;
        let input = TaskInput { name, state, due_on, project_id: Some(project_id) };
        let action = format!("/tasks/{id}");
        Ok(Self {
            shell: Some(current.into()),
            action,
            id: Some(id),
            project_id,
            input,
            projects,
            error: None,
        })
    }

    /// The states, each with whether it is selected.
    fn states(&self) -> impl Iterator<Item = (State, bool)> {
        State::iter().map(|state| (state, state == self.input.state))
    }

    /// Whether the project is selected.
    fn is_in(&self, project: &Choice) -> bool {
        self.input.project_id == Some(project.id)
    }
}

async fn list(current: CurrentAccount, Query(page): Query<Page>) -> Result<impl IntoResponse, AppError> {
    let list = tasks::list(&current.scope, page).await?;
    Ok(html(&ListPage { shell: Some((&current).into()), list }))
}

async fn create(
    current: Changing,
    Path(project_id): Path<i64>,
    Form(input): Form<TaskInput>,
) -> Result<Response, AppError> {
    match tasks::create(&current.scope, project_id, input.clone()).await {
        Ok(_) => Ok(to_project(project_id)),
        Err(error @ AppError::Invalid(_)) => {
            let page = FormPage::new(&current, project_id, input);
            Ok(again(&FormPage { error: Some(error), ..page }))
        }
        Err(error) => Err(error),
    }
}

async fn edit(current: CurrentAccount, Path(id): Path<i64>) -> Result<impl IntoResponse, AppError> {
    let task = tasks::get(&current.scope, id).await?;
    Ok(html(&FormPage::edit(&current, task).await?))
}

async fn update(
    current: Changing,
    Path(id): Path<i64>,
    Form(input): Form<TaskInput>,
) -> Result<Response, AppError> {
    match tasks::update(&current.scope, id, input.clone()).await {
        Ok(project_id) => Ok(to_project(project_id)),
        Err(error @ AppError::Invalid(_)) => {
            let task = tasks::get(&current.scope, id).await?;
            let page = FormPage::edit(&current, task).await?;
            Ok(again(&FormPage { error: Some(error), input, ..page }))
        }
        Err(error) => Err(error),
    }
}

async fn delete(current: Changing, Path(id): Path<i64>) -> Result<Response, AppError> {
    Ok(to_project(tasks::delete(&current.scope, id).await?))
}
