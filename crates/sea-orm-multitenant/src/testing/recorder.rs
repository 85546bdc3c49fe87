//! Records the statements that a connection sends.

use crate::{scope::TenantScope, tenant_id::TenantId};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

/// Records the statements that a connection sends, with their values, as the engine receives them. All clones share one
/// record.
///
/// Text that is sent by `execute_unprepared` on a connection that is not a scope is not recorded.
///
/// ```
/// use sea_orm::{ConnectionTrait, Database};
/// use sea_orm_multitenant::{Tenancy, TenantType, testing::Recorder};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut db = Database::connect("sqlite::memory:").await?;
/// db.execute_unprepared("CREATE TABLE project (account_id BIGINT NOT NULL, name TEXT)").await?;
/// let recorder = Recorder::of(&mut db);
/// let tenancy = Tenancy::builder().tenant_table("project", "account_id", TenantType::BigInt).build(db)?;
///
/// let scope = tenancy.scope(42)?;
/// scope.execute_unprepared("DELETE FROM project").await?;
/// assert_eq!(recorder.statements()[0].sql, "DELETE FROM `project` WHERE `project`.`account_id` = ?");
/// assert!(recorder.unscoped(&scope).is_empty());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Recorder {
    statements: Arc<Mutex<Vec<Statement>>>,
    paused: Arc<AtomicBool>,
}

/// Pauses a recorder while it lives.
pub(super) struct Paused(Arc<AtomicBool>);

impl Drop for Paused {
    fn drop(&mut self) {
        self.0.store(false, Ordering::SeqCst);
    }
}

impl Recorder {
    /// Records what this connection and its later clones send. Replaces a metric callback that the connection may have.
    pub fn of(connection: &mut DatabaseConnection) -> Self {
        let recorder = Self::default();
        let record = recorder.clone();
        connection.set_metric_callback(move |info| record.push(info.statement.clone()));
        recorder
    }

    /// Records nothing until the returned guard is dropped.
    pub(super) fn pause(&self) -> Paused {
        self.paused.store(true, Ordering::SeqCst);
        Paused(Arc::clone(&self.paused))
    }

    fn push(&self, statement: Statement) {
        if self.paused.load(Ordering::SeqCst) {
            return;
        }
        self.statements.lock().unwrap_or_else(PoisonError::into_inner).push(statement);
    }

    /// Returns the statements, in order.
    pub fn statements(&self) -> Vec<Statement> {
        self.statements.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Clears the record.
    pub fn clear(&self) {
        self.statements.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Returns the statements on tenant tables that do not have the tenant of `scope` among their values.
    pub fn unscoped<C: ConnectionTrait>(&self, scope: &TenantScope<C>) -> Vec<Statement> {
        self.statements().into_iter().filter(|statement| !is_scoped(scope, statement)).collect()
    }
}

/// Whether a statement has the scope's tenant among its values, or uses only shared tables and so needs none.
pub(super) fn is_scoped<C: ConnectionTrait>(scope: &TenantScope<C>, statement: &Statement) -> bool {
    carries(statement, scope.tenant())
        || scope.rewrite(statement.clone()).is_ok_and(|scoped| !carries(&scoped, scope.tenant()))
}

/// Whether a statement has this tenant among its values.
pub(super) fn carries(statement: &Statement, tenant: &TenantId) -> bool {
    statement.values.iter().flat_map(|values| &values.0).any(|value| tenant.is_value(value))
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sql: Vec<_> = self.statements().into_iter().map(|statement| statement.sql).collect();
        f.debug_struct("Recorder").field("statements", &sql).finish()
    }
}
