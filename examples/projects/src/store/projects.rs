//! Projects and who manages them.

use super::managers::{self, Manager};
use crate::{
    entity::{manager, project, project_manager, task, task_import},
    error::AppError,
    input::{MANAGERS, ProjectInput},
    paging::{Page, Paged},
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityLoaderTrait, EntityTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Set, TransactionTrait,
};
use sea_orm_multitenant::TenantScope;
use serde::Serialize;
use std::collections::HashMap;

/// A project with its managers and its progress.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Project {
    /// The id.
    pub id: i64,
    /// The name.
    pub name: String,
    /// What it is about.
    pub description: String,
    /// Its managers, by name.
    pub managers: Vec<Manager>,
    /// The number of its tasks.
    pub task_count: i64,
    /// The number of its tasks that are done.
    pub done_count: i64,
}

impl Project {
    fn new(project: project::ModelEx, counts: &HashMap<i64, Counts>) -> Self {
        let mut managers: Vec<_> =
            project.managers.into_iter().map(|m| Manager { id: m.id, name: m.name }).collect();
        managers.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        let Counts { tasks, done } = counts.get(&project.id).copied().unwrap_or_default();
        let project::ModelEx { id, name, description, .. } = project;
        Self { id, name, description, managers, task_count: tasks, done_count: done }
    }
}

/// A project that can be chosen in a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The id.
    pub id: i64,
    /// The name.
    pub name: String,
}

/// Tasks of a project.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    tasks: i64,
    done: i64,
}

/// A page of the projects, by name.
///
/// # Errors
/// When the database fails.
pub async fn list<C>(scope: &TenantScope<C>, page: Page) -> Result<Paged<Project>, AppError>
where
    C: ConnectionTrait + Send,
{
    let rows = rows(scope, page).await?;
    let ids: Vec<_> = rows.rows.iter().map(|row| row.id).collect();
    let projects = project::Entity::load()
        .filter(project::Column::Id.is_in(ids.iter().copied()))
        .with(manager::Entity)
        .order_by_asc(project::Column::Name)
        .order_by_asc(project::Column::Id)
        .all(scope)
        .await?;
    let counts = counts(scope, &ids).await?;
    Ok(rows.map(|_| projects.into_iter().map(|project| Project::new(project, &counts)).collect()))
}

async fn rows<C>(scope: &TenantScope<C>, page: Page) -> Result<Paged<project::Model>, AppError>
where
    C: ConnectionTrait + Send,
{
    let projects =
        project::Entity::find().order_by_asc(project::Column::Name).order_by_asc(project::Column::Id);
    Ok(page.with(page.of(projects).all(scope).await?))
}

/// Counts the tasks of projects, in the database, since a project may have very many.
async fn counts<C>(scope: &TenantScope<C>, projects: &[i64]) -> Result<HashMap<i64, Counts>, AppError>
where
    C: ConnectionTrait + Send,
{
    let counted = task::Entity::find()
        .select_only()
        .column(task::Column::ProjectId)
        .column(task::Column::State)
        .column_as(task::Column::Id.count(), "tasks")
        .filter(task::Column::ProjectId.is_in(projects.iter().copied()))
        .group_by(task::Column::ProjectId)
        .group_by(task::Column::State)
        .into_tuple::<(i64, task::State, i64)>()
        .all(scope)
        .await?;
    let mut counts = HashMap::<_, Counts>::new();
    for (project, state, tasks) in counted {
        let counts = counts.entry(project).or_default();
        counts.tasks += tasks;
        if state == task::State::Done {
            counts.done += tasks;
        }
    }
    Ok(counts)
}

/// Returns projects to choose from: the first ones, and the one that is already chosen.
///
/// # Errors
/// When the database fails.
pub async fn choices<C>(scope: &TenantScope<C>, chosen: i64) -> Result<Vec<Choice>, AppError>
where
    C: ConnectionTrait + Send,
{
    let mut projects = rows(scope, Page::LONGEST).await?.rows;
    if projects.iter().all(|project| project.id != chosen) {
        projects.push(row(scope, chosen).await?);
    }
    Ok(projects.into_iter().map(|row| Choice { id: row.id, name: row.name }).collect())
}

/// One project.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn get<C: ConnectionTrait + Send>(scope: &TenantScope<C>, id: i64) -> Result<Project, AppError> {
    let project = project::Entity::load().filter_by_id(id).with(manager::Entity).one(scope).await?;
    let project = project.ok_or(AppError::NotFound)?;
    Ok(Project::new(project, &counts(scope, &[id]).await?))
}

/// Requires that a project exists.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn must_exist<C: ConnectionTrait + Send>(scope: &TenantScope<C>, id: i64) -> Result<(), AppError> {
    row(scope, id).await.map(drop)
}

/// The row of a project.
///
/// # Errors
/// [`AppError::NotFound`].
pub(super) async fn row<C>(scope: &TenantScope<C>, id: i64) -> Result<project::Model, AppError>
where
    C: ConnectionTrait + Send,
{
    project::Entity::find_by_id(id).one(scope).await?.ok_or(AppError::NotFound)
}

/// Creates a project and assigns its managers, or does neither. Returns its id.
///
/// # Errors
/// [`AppError::Invalid`].
pub async fn create<C>(scope: &TenantScope<C>, input: ProjectInput) -> Result<i64, AppError>
where
    C: ConnectionTrait + TransactionTrait + Send,
{
    let ProjectInput { name, description, manager_ids } = input.checked()?;
    let id = scope
        .transaction_async(async |scope| {
            // The account is not set: the scope fills it in.
            let project =
                project::ActiveModel { name: Set(name), description: Set(description), ..Default::default() };
            let project = project.insert(scope).await?;
            assign_all(scope, project.id, &manager_ids).await?;
            Ok::<_, AppError>(project.id)
        })
        .await?;
    Ok(id)
}

/// Changes a project and replaces its managers, or does neither.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Invalid`].
pub async fn update<C>(scope: &TenantScope<C>, id: i64, input: ProjectInput) -> Result<(), AppError>
where
    C: ConnectionTrait + TransactionTrait + Send,
{
    let input = input.checked();
    scope
        .transaction_async(async |scope| {
            let mut project = row(scope, id).await?.into_active_model();
            let ProjectInput { name, description, manager_ids } = input?;
            project.name = Set(name);
            project.description = Set(description);
            project.update(scope).await?;
            project_manager::Entity::delete_many()
                .filter(project_manager::Column::ProjectId.eq(id))
                .exec(scope)
                .await?;
            assign_all(scope, id, &manager_ids).await
        })
        .await?;
    Ok(())
}

/// Deletes a project with its tasks, imports and assignments, or nothing at all.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn delete<C>(scope: &TenantScope<C>, id: i64) -> Result<(), AppError>
where
    C: ConnectionTrait + TransactionTrait + Send,
{
    scope
        .transaction_async(async |scope| {
            task::Entity::delete_many().filter(task::Column::ProjectId.eq(id)).exec(scope).await?;
            task_import::Entity::delete_many()
                .filter(task_import::Column::ProjectId.eq(id))
                .exec(scope)
                .await?;
            project_manager::Entity::delete_many()
                .filter(project_manager::Column::ProjectId.eq(id))
                .exec(scope)
                .await?;
            let deleted = project::Entity::delete_by_id(id).exec(scope).await?;
            if deleted.rows_affected == 0 { Err(AppError::NotFound) } else { Ok(()) }
        })
        .await?;
    Ok(())
}

/// Assigns a manager to a project; assigning twice has no further effect.
///
/// # Errors
/// [`AppError::NotFound`] for the project, [`AppError::Invalid`] for the manager, and when there are too many.
pub async fn assign<C>(scope: &TenantScope<C>, project_id: i64, manager_id: i64) -> Result<(), AppError>
where
    C: ConnectionTrait + Send,
{
    row(scope, project_id).await?;
    let others = project_manager::Entity::find()
        .filter(project_manager::Column::ProjectId.eq(project_id))
        .filter(project_manager::Column::ManagerId.ne(manager_id));
    if usize::try_from(others.count(scope).await?).map_or(true, |others| others >= MANAGERS) {
        return Err(AppError::invalid(format!("a project has at most {MANAGERS} managers")));
    }
    assign_all(scope, project_id, &[manager_id]).await
}

/// Removes a manager from a project.
///
/// # Errors
/// [`AppError::NotFound`] when the manager is not assigned to the project.
pub async fn unassign<C>(scope: &TenantScope<C>, project_id: i64, manager_id: i64) -> Result<(), AppError>
where
    C: ConnectionTrait + Send,
{
    let deleted = project_manager::Entity::delete_many()
        .filter(project_manager::Column::ProjectId.eq(project_id))
        .filter(project_manager::Column::ManagerId.eq(manager_id))
        .exec(scope)
        .await?;
    if deleted.rows_affected == 0 { Err(AppError::NotFound) } else { Ok(()) }
}

async fn assign_all<C>(scope: &TenantScope<C>, project_id: i64, manager_ids: &[i64]) -> Result<(), AppError>
where
    C: ConnectionTrait + Send,
{
    if manager_ids.is_empty() {
        return Ok(());
    }
    managers::must_exist(scope, manager_ids).await?;
    let rows = manager_ids.iter().map(|id| project_manager::ActiveModel {
        project_id: Set(project_id),
        manager_id: Set(*id),
        ..Default::default()
    });
    project_manager::Entity::insert_many(rows).on_conflict_do_nothing().exec_without_returning(scope).await?;
    Ok(())
}
