//! Tasks.

use super::projects;
use crate::{
    entity::{
        project,
        task::{self, State},
    },
    error::AppError,
    input::TaskInput,
    paging::{Page, Paged},
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    Set, TransactionTrait, prelude::Date,
};
use sea_orm_multitenant::TenantScope;
use serde::Serialize;

/// A task, as pages and the API show one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Task {
    /// The id.
    pub id: i64,
    /// The name.
    pub name: String,
    /// The state of the task.
    pub state: State,
    /// When it is due.
    pub due_on: Option<Date>,
    /// The id of its project.
    pub project_id: i64,
    /// The name of its project.
    pub project: String,
}

impl Task {
    /// A task of the project of that name.
    fn new(task: task::Model, project: &str) -> Self {
        let task::Model { id, account_id: _, project_id, name, state, due_on } = task;
        Self { id, name, state, due_on, project_id, project: project.to_owned() }
    }
}

/// Returns a page of the tasks, the most urgent first: tasks with a date before those without, and done tasks last.
///
/// # Errors
/// When the database fails.
pub async fn list<C>(scope: &TenantScope<C>, page: Page) -> Result<Paged<Task>, AppError>
where
    C: ConnectionTrait + Send,
{
    let tasks = task::Entity::find()
        .find_also_related(project::Entity)
        .order_by_asc(task::Column::State.eq(State::Done))
        // The databases differ in where they sort NULL.
        .order_by_asc(task::Column::DueOn.is_null())
        .order_by_asc(task::Column::DueOn)
        .order_by_asc(task::Column::Id);
    let tasks = page.of(tasks).all(scope).await?;
    let tasks = tasks.into_iter().filter_map(|(task, project)| Some(Task::new(task, &project?.name)));
    Ok(page.with(tasks.collect()))
}

/// A page of a project's tasks, in the order in which they were made.
///
/// # Errors
/// [`AppError::NotFound`] for the project.
pub async fn of_project<C>(
    scope: &TenantScope<C>,
    project_id: i64,
    page: Page,
) -> Result<Paged<Task>, AppError>
where
    C: ConnectionTrait + Send,
{
    let project = projects::row(scope, project_id).await?;
    let tasks =
        task::Entity::find().filter(task::Column::ProjectId.eq(project_id)).order_by_asc(task::Column::Id);
    let tasks = page.of(tasks).all(scope).await?;
    Ok(page.with(tasks.into_iter().map(|task| Task::new(task, &project.name)).collect()))
}

/// One task.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn get<C: ConnectionTrait + Send>(scope: &TenantScope<C>, id: i64) -> Result<Task, AppError> {
    let task = task::Entity::find_by_id(id).find_also_related(project::Entity).one(scope).await?;
    match task {
        Some((task, Some(project))) => Ok(Task::new(task, &project.name)),
        Some((_, None)) | None => Err(AppError::NotFound),
    }
}

/// Creates a task of a project. Returns its id.
///
/// # Errors
/// [`AppError::NotFound`] for the project, [`AppError::Invalid`].
pub async fn create<C>(scope: &TenantScope<C>, project_id: i64, input: TaskInput) -> Result<i64, AppError>
where
    C: ConnectionTrait + Send,
{
    projects::row(scope, project_id).await?;
    let TaskInput { name, state, due_on, project_id: _ } = input.checked()?;
    let task = task::ActiveModel {
        project_id: Set(project_id),
        name: Set(name),
        state: Set(state),
        due_on: Set(due_on),
        ..Default::default()
    };
    Ok(task.insert(scope).await?.id)
}

/// Changes a task, and moves it when the input names a project. Returns the id of its project.
///
/// # Errors
/// [`AppError::NotFound`] for the task, [`AppError::Invalid`] for the rest, the project to move it to included.
pub async fn update<C>(scope: &TenantScope<C>, id: i64, input: TaskInput) -> Result<i64, AppError>
where
    C: ConnectionTrait + TransactionTrait + Send,
{
    let input = input.checked();
    let project_id = scope
        .transaction_async(async |scope| {
            let task = task::Entity::find_by_id(id).one(scope).await?.ok_or(AppError::NotFound)?;
            let TaskInput { name, state, due_on, project_id } = input?;
            let project_id = project_id.unwrap_or(task.project_id);
            must_exist(scope, project_id).await?;
            let mut task = task.into_active_model();
            task.name = Set(name);
            task.state = Set(state);
            task.due_on = Set(due_on);
            task.project_id = Set(project_id);
            task.update(scope).await?;
            Ok::<_, AppError>(project_id)
        })
        .await?;
    Ok(project_id)
}

/// Deletes a task. Returns the id of its project.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn delete<C: ConnectionTrait + Send>(scope: &TenantScope<C>, id: i64) -> Result<i64, AppError> {
    let task = get(scope, id).await?;
    task::Entity::delete_by_id(id).exec(scope).await?;
    Ok(task.project_id)
}

async fn must_exist<C: ConnectionTrait + Send>(
    scope: &TenantScope<C>,
    project_id: i64,
) -> Result<(), AppError> {
    match projects::row(scope, project_id).await {
        Err(AppError::NotFound) => Err(AppError::invalid("there is no such project")),
        other => other.map(drop),
    }
}
