//! The statements that are rewritten, and a connection that none is sent to.

use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DbBackend, DbErr, EntityTrait, QueryFilter, QuerySelect,
    QueryTrait, Statement,
};
use sea_orm_multitenant::{TenancyError, TenantScope};
use sea_orm_multitenant_benches::{project, task};
use std::{hint::black_box, io};
use tokio::runtime::{Builder, Runtime};

/// The join of eight columns and four.
pub(crate) fn join() -> Statement {
    task::Entity::find()
        .find_also_related(project::Entity)
        .filter(task::COLUMN.project_id.eq(1))
        .limit(10)
        .build(DbBackend::Sqlite)
}

/// Rewrites a statement, and drops what it would send.
pub(crate) fn rewrite(
    scope: &TenantScope<DatabaseConnection>,
    statement: Statement,
) -> Result<(), TenancyError> {
    black_box(scope.rewrite(black_box(statement))?);
    Ok(())
}

/// A database in memory.
pub(crate) async fn connect() -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new("sqlite::memory:");
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await
}

/// A runtime of the calling thread alone.
pub(crate) fn runtime() -> io::Result<Runtime> {
    Builder::new_current_thread().enable_all().build()
}
