//! The tables and rows that a test starts with.

use super::Backend;
use sea_orm::{DatabaseConnection, DbErr};

/// Tables with the rows of two tenants.
pub(crate) trait Fixture: 'static {
    /// What it is called, in names of snapshots.
    const NAME: &'static str;

    /// The statements that create the tables.
    fn schema(backend: Backend) -> Vec<String>;

    /// Inserts the rows of both tenants.
    async fn seed(connection: &DatabaseConnection) -> Result<(), DbErr>;

    /// All rows of a tenant in every table, and those of shared tables, as text.
    async fn rows_of(connection: &DatabaseConnection, tenant: i64) -> Result<Vec<String>, DbErr>;
}
