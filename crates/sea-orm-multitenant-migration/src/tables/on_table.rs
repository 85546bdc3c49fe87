//! An index, unique key or foreign key of an existing table.

use crate::{
    engine::Engine,
    error::MigrationError,
    names::{self, QualifiedName},
    tables::send,
};
use sea_orm_migration::{DbErr, SchemaManager, sea_orm::DbBackend};

/// A table, and its tenant column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) table: QualifiedName,
    pub(crate) tenant: String,
}

impl Place {
    pub(crate) fn check(&self, engine: Engine) -> Result<(), MigrationError> {
        self.table.check(engine)?;
        names::check(&self.tenant, engine)
    }

    /// Checks the column names of a key, which must have at least one column.
    pub(crate) fn check_columns(&self, columns: &[String], engine: Engine) -> Result<(), MigrationError> {
        if columns.is_empty() {
            return Err(MigrationError::UnknownColumn {
                table: self.table.to_string(),
                column: String::new(),
            });
        }
        columns.iter().try_for_each(|column| names::check(column, engine))
    }
}

/// A part that can be added to a table and dropped from it.
pub(crate) trait Part {
    fn create_sql(&self, place: &Place, engine: Engine) -> Result<String, MigrationError>;
    fn drop_sql(&self, place: &Place, engine: Engine) -> Result<String, MigrationError>;
}

/// An index, unique key or foreign key of an existing table, created by [`TenantIndex::on`](crate::TenantIndex::on),
/// [`TenantUnique::on`](crate::TenantUnique::on) or [`TenantForeignKey::on`](crate::TenantForeignKey::on).
///
/// ```
/// use sea_orm_migration::{SchemaManager, sea_orm::{ConnectionTrait, Database}};
/// use sea_orm_multitenant_migration::TenantUnique;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let db = Database::connect("sqlite::memory:").await?;
/// db.execute_unprepared("CREATE TABLE project (account_id BIGINT NOT NULL, name TEXT)").await?;
/// let manager = SchemaManager::new(&db);
///
/// let unique = TenantUnique::new(["name"]).on("project", "account_id");
/// unique.create(&manager).await?; // in `up`
/// db.execute_unprepared("INSERT INTO project VALUES (1, 'Apollo'), (2, 'Apollo')").await?;
/// assert!(db.execute_unprepared("INSERT INTO project VALUES (2, 'Apollo')").await.is_err());
///
/// unique.drop(&manager).await?; // in `down`
/// db.execute_unprepared("INSERT INTO project VALUES (2, 'Apollo')").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnTable<P> {
    part: P,
    place: Place,
}

impl<P> OnTable<P> {
    pub(crate) fn new(part: P, table: impl Into<QualifiedName>, tenant: impl Into<String>) -> Self {
        Self { part, place: Place { table: table.into(), tenant: tenant.into() } }
    }
}

// The trait is private: the documentation above lists the parts.
#[allow(private_bounds)]
impl<P: Part> OnTable<P> {
    /// The statement that adds it.
    ///
    /// # Errors
    /// [`MigrationError`] if a name is unusable or the engine does not support it.
    pub fn create_sql(&self, backend: DbBackend) -> Result<String, MigrationError> {
        self.part.create_sql(&self.place, Engine::of(backend)?)
    }

    /// The statement that drops it.
    ///
    /// # Errors
    /// As [`create_sql`](Self::create_sql).
    pub fn drop_sql(&self, backend: DbBackend) -> Result<String, MigrationError> {
        self.part.drop_sql(&self.place, Engine::of(backend)?)
    }

    /// Adds it: for `up`.
    ///
    /// # Errors
    /// A wrapped [`MigrationError`], as [`create_sql`](Self::create_sql), or an error of the engine, such as when
    /// existing rows violate it.
    pub async fn create(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        let sql = self.create_sql(manager.get_database_backend())?;
        send::all(manager, &self.place.table, &[sql]).await
    }

    /// Drops it: for `down`.
    ///
    /// # Errors
    /// As [`create`](Self::create).
    pub async fn drop(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        let sql = self.drop_sql(manager.get_database_backend())?;
        send::all(manager, &self.place.table, &[sql]).await
    }
}
