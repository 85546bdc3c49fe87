//! Creates the tables. The keys are explained in [`entity`](crate::entity).

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};
use sea_orm_multitenant_migration::{TenantForeignKey, TenantIndex, TenantTable, TenantUnique};

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
        for mut table in [country(), account()] {
            set_characters(manager, &mut table);
            manager.create_table(table).await?;
        }
        for table in owned_tables() {
            table.create(manager).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in owned_tables().into_iter().rev() {
            table.drop(manager).await?;
        }
        for table in ["account", "country"] {
            manager.drop_table(Table::drop().table(table).take()).await?;
        }
        Ok(())
    }
}

/// Every character, and only equal ones are equal, on MySQL as on the others.
fn set_characters(manager: &SchemaManager<'_>, table: &mut TableCreateStatement) {
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

/// The tables whose rows belong to an account, each after those it refers to.
fn owned_tables() -> [TenantTable; 5] {
    [app_user(), managers(), project(), project_manager(), task()]
}

/// A table whose rows belong to an account, and are counted up by the database.
pub(super) fn owned(name: &str) -> TenantTable {
    keyed(name).id(big_integer("id").auto_increment())
}

/// A table whose rows belong to an account: its key begins with the account.
fn keyed(name: &str) -> TenantTable {
    TenantTable::new(name, big_integer("account_id"))
        .mysql_collation("utf8mb4_bin")
        .foreign_key(TenantForeignKey::to_root("account"))
}

/// A reference to a row of the same account: the database refuses one to a row of another.
pub(super) fn within_account(column: &str, parent: &str) -> TenantForeignKey {
    TenantForeignKey::new([column], parent)
}

fn app_user() -> TenantTable {
    owned("app_user")
        .column(string_len("name", 120))
        .column(string_len("email", 190))
        .column(string_len("password_hash", 255))
        // An address belongs to one account.
        .unique(TenantUnique::across_tenants(["email"]))
}

fn managers() -> TenantTable {
    owned("manager").column(string_len("name", 120))
}

fn project() -> TenantTable {
    owned("project")
        .column(string_len("name", 120))
        .column(text("description"))
        .unique(TenantUnique::new(["name"]).named("account_project_name"))
}

fn project_manager() -> TenantTable {
    keyed("project_manager")
        .id(big_integer("project_id"))
        .id(big_integer("manager_id"))
        .foreign_key(within_account("project_id", "project"))
        .foreign_key(within_account("manager_id", "manager"))
}

fn task() -> TenantTable {
    owned("task")
        .column(big_integer("project_id"))
        .column(string_len("name", 120))
        .column(string_len("state", 8))
        .column(date_null("due_on"))
        .index(TenantIndex::new(["project_id"]).named("task_project"))
        .foreign_key(within_account("project_id", "project"))
}
