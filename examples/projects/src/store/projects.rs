//! Projects and who manages them.

use super::managers::{self, Manager};
use crate::{
    entity::{manager, project, project_manager, task, task_import},
    error::AppError,
    input::ProjectInput,
    store::tasks::Task,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityLoaderTrait, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, Set, TransactionTrait,
};
use sea_orm_multitenant::TenantScope;
use serde::Serialize;

/// A project with its managers and tasks.
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
    /// Its tasks, in the order in which they were made.
    pub tasks: Vec<Task>,
}

impl Project {
    /// How many of its tasks are done.
    pub fn done(&self) -> usize {
        self.tasks.iter().filter(|task| task.state == task::State::Done).count()
    }
}

impl From<project::ModelEx> for Project {
    fn from(project: project::ModelEx) -> Self {
        let mut managers: Vec<_> =
            project.managers.into_iter().map(|m| Manager { id: m.id, name: m.name }).collect();
        managers.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        let mut tasks: Vec<_> =
            project.tasks.into_iter().map(|t| Task::new(t.into(), &project.name)).collect();
        tasks.sort_unstable_by_key(|task| task.id);
        Self { id: project.id, name: project.name, description: project.description, managers, tasks }
    }
}

/// All projects, by name.
///
/// # Errors
/// When the database fails.
pub async fn list<C: ConnectionTrait + Send>(scope: &TenantScope<C>) -> Result<Vec<Project>, AppError> {
    let projects = project::Entity::load()
        .with(manager::Entity)
        .with(task::Entity)
        .order_by_asc(project::Column::Name)
        .all(scope)
        .await?;
    Ok(projects.into_iter().map(Project::from).collect())
}

/// One project.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn get<C: ConnectionTrait + Send>(scope: &TenantScope<C>, id: i64) -> Result<Project, AppError> {
    let project =
        project::Entity::load().filter_by_id(id).with(manager::Entity).with(task::Entity).one(scope).await?;
    project.map(Project::from).ok_or(AppError::NotFound)
}

/// Demands that there is a project.
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
            // No account is set: the scope does it.
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

/// Deletes a project with its tasks, imports and assignments, or nothing.
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

/// Makes a manager one of a project's; twice is once.
///
/// # Errors
/// [`AppError::NotFound`] for the project, [`AppError::Invalid`] for the manager.
pub async fn assign<C>(scope: &TenantScope<C>, project_id: i64, manager_id: i64) -> Result<(), AppError>
where
    C: ConnectionTrait + Send,
{
    row(scope, project_id).await?;
    assign_all(scope, project_id, &[manager_id]).await
}

/// Makes a manager none of a project's any more.
///
/// # Errors
/// [`AppError::NotFound`] when they were not.
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
