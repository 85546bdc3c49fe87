//! Creates the table of imports.

use super::m0001_create_tables::{owned, set_characters, within_account};
use sea_orm_migration::{prelude::*, schema::*};

const TABLE: &str = "task_import";

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
        let mut table = owned(TABLE)
            .col(big_integer("project_id"))
            .col(string_len("state", 8))
            .col(integer("total"))
            .col(integer("imported"))
            .col(integer("refused"))
            .col(text("remarks"))
            .foreign_key(&mut within_account(TABLE, "project_id", "project"))
            .take();
        set_characters(manager, &mut table);
        manager.create_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(TABLE).take()).await
    }
}
