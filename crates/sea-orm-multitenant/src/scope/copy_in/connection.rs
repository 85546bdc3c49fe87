//! The connections over which a scope copies rows.

use crate::borrowed::Borrowed;
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, TransactionTrait};

/// A connection or transaction over which a scope writes many rows at once: see
/// [`TenantScope::copy_in`](crate::TenantScope::copy_in).
///
/// SeaORM's connections and transactions implement it. Implement it for a connection of your own with nothing in it: many-row
/// INSERTs then write the rows.
pub trait CopyConnection: ConnectionTrait + TransactionTrait {
    /// Returns the pool on whose connections COPY runs; none in a transaction, whose connection SeaORM does not give
    /// away.
    fn pool(&self) -> Option<&DatabaseConnection> {
        None
    }
}

impl CopyConnection for DatabaseConnection {
    fn pool(&self) -> Option<&DatabaseConnection> {
        Some(self)
    }
}

impl CopyConnection for DatabaseTransaction {}

impl CopyConnection for Borrowed<'_, DatabaseConnection> {
    fn pool(&self) -> Option<&DatabaseConnection> {
        Some(self.connection())
    }
}

impl CopyConnection for Borrowed<'_, DatabaseTransaction> {}
