//! The statements that are rewritten, and the runtime for those that are sent.

use sea_orm::{DatabaseConnection, Statement};
use sea_orm_multitenant::{TenancyError, TenantScope};
use std::{hint::black_box, io};
use tokio::runtime::{Builder, Runtime};

/// Rewrites a statement, and drops the result.
pub(crate) fn rewrite(
    scope: &TenantScope<DatabaseConnection>,
    statement: Statement,
) -> Result<(), TenancyError> {
    black_box(scope.rewrite(black_box(statement))?);
    Ok(())
}

/// A single-threaded runtime.
pub(crate) fn runtime() -> io::Result<Runtime> {
    Builder::new_current_thread().enable_all().build()
}
