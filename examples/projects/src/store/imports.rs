//! Imports of tasks.

use super::projects;
use crate::{
    entity::{
        project,
        task_import::{self, State},
    },
    error::AppError,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseConnection, DbErr, EntityTrait, QueryFilter, Set,
    sea_query::{Expr, ExprTrait},
};
use sea_orm_multitenant::TenantScope;
use serde::Serialize;

/// An import, as pages and the API show one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Import {
    /// The id.
    pub id: i64,
    /// The id of the project that receives the tasks.
    pub project_id: i64,
    /// The name of that project.
    pub project: String,
    /// The state of the import.
    pub state: State,
    /// The number of its lines.
    pub total: i32,
    /// The number of lines that became tasks.
    pub imported: i32,
    /// The number of lines that were refused.
    pub refused: i32,
    /// Why they were refused.
    pub remarks: Vec<String>,
}

impl Import {
    /// The number of lines that have been processed.
    pub fn done(&self) -> i32 {
        self.imported + self.refused
    }

    /// Whether it is still in progress.
    pub fn goes_on(&self) -> bool {
        match self.state {
            State::Waiting | State::Running => true,
            State::Finished | State::Stopped => false,
        }
    }
}

/// One import.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn get<C: ConnectionTrait + Send>(scope: &TenantScope<C>, id: i64) -> Result<Import, AppError> {
    let import = task_import::Entity::find_by_id(id).find_also_related(project::Entity).one(scope).await?;
    let Some((import, Some(project))) = import else { return Err(AppError::NotFound) };
    let task_import::Model { id, account_id: _, project_id, state, total, imported, refused, remarks } =
        import;
    let remarks = remarks.lines().map(str::to_owned).collect();
    Ok(Import { id, project_id, project: project.name, state, total, imported, refused, remarks })
}

/// Stores an import of this many lines before it begins. Returns its id.
///
/// # Errors
/// [`AppError::NotFound`] for the project.
pub async fn create<C>(scope: &TenantScope<C>, project_id: i64, total: i32) -> Result<i64, AppError>
where
    C: ConnectionTrait + Send,
{
    projects::row(scope, project_id).await?;
    let import = task_import::ActiveModel {
        project_id: Set(project_id),
        state: Set(State::Waiting),
        total: Set(total),
        imported: Set(0),
        refused: Set(0),
        remarks: Set(String::new()),
        ..Default::default()
    };
    Ok(import.insert(scope).await?.id)
}

/// Sets the state of an import.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn set_state<C>(scope: &TenantScope<C>, id: i64, state: State) -> Result<(), AppError>
where
    C: ConnectionTrait + Send,
{
    change(scope, id, [(task_import::Column::State, Expr::value(state))]).await
}

/// Counts a line that became a task.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn count_imported<C>(scope: &TenantScope<C>, id: i64) -> Result<(), AppError>
where
    C: ConnectionTrait + Send,
{
    let imported = task_import::Column::Imported;
    change(scope, id, [(imported, Expr::col(imported).add(1))]).await
}

/// Counts a line that was refused, with the reason.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn count_refused<C>(scope: &TenantScope<C>, id: i64, remark: &str) -> Result<(), AppError>
where
    C: ConnectionTrait + Send,
{
    let mut remarks = get(scope, id).await?.remarks;
    remarks.push(remark.to_owned());
    let refused = task_import::Column::Refused;
    let remarks = (task_import::Column::Remarks, Expr::value(remarks.join("\n")));
    change(scope, id, [(refused, Expr::col(refused).add(1)), remarks]).await
}

async fn change<C, const N: usize>(
    scope: &TenantScope<C>,
    id: i64,
    columns: [(task_import::Column, Expr); N],
) -> Result<(), AppError>
where
    C: ConnectionTrait + Send,
{
    let import = task_import::Entity::update_many().filter(task_import::Column::Id.eq(id));
    let update = columns.into_iter().fold(import, |update, (column, value)| update.col_expr(column, value));
    let updated = update.exec(scope).await?;
    if updated.rows_affected == 0 { Err(AppError::NotFound) } else { Ok(()) }
}

/// Marks the imports of all accounts that cannot continue: their jobs were in the memory of a process that has ended.
pub(crate) async fn stop_all(db: &DatabaseConnection) -> Result<(), DbErr> {
    task_import::Entity::update_many()
        .col_expr(task_import::Column::State, Expr::value(State::Stopped))
        .filter(task_import::Column::State.is_in([State::Waiting, State::Running]))
        .exec(db)
        .await?;
    Ok(())
}
