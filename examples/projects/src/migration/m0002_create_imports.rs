//! Creates the table of imports.

use super::m0001_create_tables::{owned, within_account};
use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};
use sea_orm_multitenant_migration::TenantTable;

/// The second migration.
pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0002_create_imports"
    }
}

// Written out, the lifetime of `SchemaManager` makes another method than the trait's, which elides it.
#[allow(elided_lifetimes_in_paths)]
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        imports(manager.get_database_backend()).create(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        imports(manager.get_database_backend()).drop(manager).await
    }
}

fn imports(backend: DbBackend) -> TenantTable {
    owned(backend, "task_import")
        .column(big_integer("project_id"))
        .column(string_len("state", 8))
        .column(integer("total"))
        .column(integer("imported"))
        .column(integer("refused"))
        .column(text("remarks"))
        .foreign_key(within_account("project_id", "project"))
}
