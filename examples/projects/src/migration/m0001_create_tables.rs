//! Creates the tables. The keys are explained in [`entity`](crate::entity).

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

/// The tables, each after those it refers to.
const TABLES: [&str; 7] = ["country", "account", "app_user", "manager", "project", "project_manager", "task"];

/// The first migration.
pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0001_create_tables"
    }
}

// Written out, the lifetime of `SchemaManager` makes another method than the trait's, which elides it.
#[allow(elided_lifetimes_in_paths)]
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for mut table in [country(), account(), app_user(), managers(), project(), project_manager(), task()]
        {
            set_characters(manager, &mut table);
            manager.create_table(table).await?;
        }
        let by_project =
            Index::create().name("task_project").table("task").col("account_id").col("project_id").take();
        manager.create_index(by_project).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES.into_iter().rev() {
            manager.drop_table(Table::drop().table(table).take()).await?;
        }
        Ok(())
    }
}

/// Every character, and only equal ones are equal, on MySQL as on the others.
pub(super) fn set_characters(manager: &SchemaManager<'_>, table: &mut TableCreateStatement) {
    if manager.get_database_backend() == DbBackend::MySql {
        table.character_set("utf8mb4").collate("utf8mb4_bin");
    }
}

fn country() -> TableCreateStatement {
    Table::create().table("country").col(big_pk_auto("id")).col(string_len_uniq("name", 120)).take()
}

fn account() -> TableCreateStatement {
    Table::create()
        .table("account")
        .col(big_pk_auto("id"))
        .col(string_len("name", 120))
        .col(string_len_uniq("subdomain", 63))
        .col(big_integer("country_id"))
        .foreign_key(ForeignKey::create().from("account", "country_id").to("country", "id"))
        .take()
}

/// A table whose rows belong to an account.
pub(super) fn owned(name: &'static str) -> TableCreateStatement {
    Table::create()
        .table(name)
        .col(big_pk_auto("id"))
        .col(big_integer("account_id"))
        .index(Index::create().unique().name(format!("{name}_of_account")).col("account_id").col("id"))
        .foreign_key(&mut to_account(name))
        .take()
}

fn to_account(table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(table, "account_id").to("account", "id").take()
}

/// A reference to a row of the same account: the database refuses one to a row of another.
pub(super) fn within_account(
    table: &'static str,
    column: &'static str,
    parent: &'static str,
) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(table, ("account_id", column)).to(parent, ("account_id", "id")).take()
}

fn app_user() -> TableCreateStatement {
    owned("app_user")
        .col(string_len("name", 120))
        .col(string_len_uniq("email", 190))
        .col(string_len("password_hash", 255))
        .take()
}

fn managers() -> TableCreateStatement {
    owned("manager").col(string_len("name", 120)).take()
}

fn project() -> TableCreateStatement {
    owned("project")
        .col(string_len("name", 120))
        .col(text("description"))
        .index(Index::create().unique().name("account_project_name").col("account_id").col("name"))
        .take()
}

fn project_manager() -> TableCreateStatement {
    Table::create()
        .table("project_manager")
        .col(big_integer("account_id"))
        .col(big_integer("project_id"))
        .col(big_integer("manager_id"))
        .primary_key(Index::create().col("account_id").col("project_id").col("manager_id"))
        .foreign_key(&mut to_account("project_manager"))
        .foreign_key(&mut within_account("project_manager", "project_id", "project"))
        .foreign_key(&mut within_account("project_manager", "manager_id", "manager"))
        .take()
}

fn task() -> TableCreateStatement {
    owned("task")
        .col(big_integer("project_id"))
        .col(string_len("name", 120))
        .col(string_len("state", 8))
        .col(date_null("due_on"))
        .foreign_key(&mut within_account("task", "project_id", "project"))
        .take()
}
