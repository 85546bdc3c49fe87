//! Whether the database has Citus.

use crate::{engine::Engine, error::MigrationError};
use sea_orm_migration::{
    DbErr,
    sea_orm::{ConnectionTrait, DbBackend, Statement},
};

/// The version of Citus in the database, such as `13.2-1`; `None` without Citus, on any engine.
///
/// # Errors
/// An error of the engine, such as when the connection is lost.
///
/// ```
/// use sea_orm_migration::{SchemaManager, sea_orm::Database};
/// use sea_orm_multitenant_migration::citus::citus_version;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let db = Database::connect("sqlite::memory:").await?;
/// assert_eq!(citus_version(SchemaManager::new(&db).get_connection()).await?, None);
/// # Ok(())
/// # }
/// ```
pub async fn citus_version(connection: &impl ConnectionTrait) -> Result<Option<String>, DbErr> {
    if connection.get_database_backend() != DbBackend::Postgres {
        return Ok(None);
    }
    let sql = "SELECT extversion FROM pg_catalog.pg_extension WHERE extname = 'citus'";
    let row = connection.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
    row.map(|row| row.try_get("", "extversion")).transpose()
}

/// The version of Citus, which the database must have: for a migration that requires it.
///
/// # Errors
/// A wrapped [`MigrationError::CitusMissing`], or an error of the engine.
///
/// ```
/// use sea_orm_migration::sea_orm::Database;
/// use sea_orm_multitenant_migration::{MigrationError, citus::require_citus};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let db = Database::connect("sqlite::memory:").await?;
/// let error = require_citus(&db).await.unwrap_err();
/// assert!(matches!(MigrationError::from_db_err(&error), Some(MigrationError::CitusMissing { .. })));
/// # Ok(())
/// # }
/// ```
pub async fn require_citus(connection: &impl ConnectionTrait) -> Result<String, DbErr> {
    if let Some(version) = citus_version(connection).await? {
        return Ok(version);
    }
    let engine = Engine::of(connection.get_database_backend())?.name();
    Err(MigrationError::CitusMissing { step: "this migration".to_owned(), engine }.into())
}
