//! Returns and executes the statements of a table.

use crate::{
    engine::Engine,
    error::MigrationError,
    tables::{
        on_table::Place,
        row_level_security::RowLevelSecurity,
        send,
        table::{create, definition::TenantTable},
    },
};
use sea_orm_migration::{DbErr, SchemaManager, sea_orm::DbBackend};

impl TenantTable {
    /// The statements that create the table and its indexes, one per message.
    ///
    /// # Errors
    /// [`MigrationError`] if the parts of the table contradict each other, a name is unusable, or the engine does not
    /// support it.
    pub fn create_sql(&self, backend: DbBackend) -> Result<Vec<String>, MigrationError> {
        create::statements(self, backend)
    }

    /// The statement that drops the table, with its indexes, foreign keys and policies.
    ///
    /// # Errors
    /// [`MigrationError`] if the name is unusable.
    pub fn drop_sql(&self, backend: DbBackend) -> Result<String, MigrationError> {
        let engine = Engine::of(backend)?;
        self.place.check(engine)?;
        Ok(format!("DROP TABLE {}", self.place.table.quoted(engine)))
    }

    /// Creates the table and its indexes; for `up`.
    ///
    /// If a statement fails, PostgreSQL rolls all of it back with the transaction of the migration. Other engines keep
    /// the statements before it.
    ///
    /// # Errors
    /// A wrapped [`MigrationError`], as [`create_sql`](Self::create_sql), before anything is executed;
    /// [`MigrationError::PostgresTooOld`]; or an error of the engine.
    pub async fn create(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        send::all(manager, &self.place.table, &self.create_sql(manager.get_database_backend())?).await
    }

    /// Drops the table; for `down`.
    ///
    /// # Errors
    /// As [`create`](Self::create), or an error of the engine, such as when another table has a foreign key to this
    /// one.
    pub async fn drop(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        send::all(manager, &self.place.table, &[self.drop_sql(manager.get_database_backend())?]).await
    }

    /// The row-level security of this table, with the type of its tenant column.
    ///
    /// # Errors
    /// [`MigrationError::TenantColumnType`] if that type cannot hold a tenant id.
    pub fn row_level_security(&self) -> Result<RowLevelSecurity, MigrationError> {
        let Place { table, tenant } = self.place.clone();
        let security = RowLevelSecurity::with_cast(table, tenant, create::cast_of_tenant(self)?);
        Ok(if self.global_rows { security.with_global_rows() } else { security })
    }
}
