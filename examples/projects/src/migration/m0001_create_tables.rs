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
        let backend = manager.get_database_backend();
        for mut table in [country(backend), account(backend)] {
            set_characters(backend, &mut table);
            manager.create_table(table).await?;
        }
        for table in owned_tables(backend) {
            table.create(manager).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in owned_tables(manager.get_database_backend()).into_iter().rev() {
            table.drop(manager).await?;
        }
        for table in ["account", "country"] {
            manager.drop_table(Table::drop().table(table).take()).await?;
        }
        Ok(())
    }
}

/// On MySQL: all characters can be stored, and only equal ones compare as equal, as on the other engines.
fn set_characters(backend: DbBackend, table: &mut TableCreateStatement) {
    if backend == DbBackend::MySql {
        table.character_set("utf8mb4").collate("utf8mb4_bin");
    }
}

/// An id that the database generates.
///
/// On PostgreSQL from a sequence: Citus distributes a table with an identity column, but can then neither undistribute
/// it nor change the number of its shards.
fn id(backend: DbBackend) -> ColumnDef {
    match backend {
        DbBackend::Postgres => custom("id", "bigserial"),
        _ => big_integer("id").auto_increment().take(),
    }
}

fn country(backend: DbBackend) -> TableCreateStatement {
    Table::create().table("country").col(id(backend).primary_key()).col(string_len_uniq("name", 120)).take()
}

fn account(backend: DbBackend) -> TableCreateStatement {
    Table::create()
        .table("account")
        .col(id(backend).primary_key())
        .col(string_len("name", 120))
        .col(string_len_uniq("subdomain", 63))
        .col(big_integer("country_id"))
        .foreign_key(ForeignKey::create().from("account", "country_id").to("country", "id"))
        .take()
}

/// The tenant tables, each after those that it references.
fn owned_tables(backend: DbBackend) -> [TenantTable; 5] {
    [app_user(backend), managers(backend), project(backend), project_manager(), task(backend)]
}

/// A tenant table with generated ids.
pub(super) fn owned(backend: DbBackend, name: &str) -> TenantTable {
    keyed(name).id(id(backend))
}

/// A tenant table: its key begins with the account.
fn keyed(name: &str) -> TenantTable {
    TenantTable::new(name, big_integer("account_id"))
        .mysql_collation("utf8mb4_bin")
        .foreign_key(TenantForeignKey::to_root("account"))
}

/// A reference to a row of the same account: the database refuses a reference to another account's row.
pub(super) fn within_account(column: &str, parent: &str) -> TenantForeignKey {
    TenantForeignKey::new([column], parent)
}

fn app_user(backend: DbBackend) -> TenantTable {
    owned(backend, "app_user")
        .column(string_len("name", 120))
        .column(string_len("email", 190))
        .column(string_len("password_hash", 255))
        // An email belongs to one account.
        .unique(TenantUnique::across_tenants(["email"]))
}

fn managers(backend: DbBackend) -> TenantTable {
    owned(backend, "manager").column(string_len("name", 120))
}

fn project(backend: DbBackend) -> TenantTable {
    owned(backend, "project")
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

fn task(backend: DbBackend) -> TenantTable {
    owned(backend, "task")
        .column(big_integer("project_id"))
        .column(string_len("name", 120))
        .column(string_len("state", 8))
        .column(date_null("due_on"))
        .index(TenantIndex::new(["project_id"]).named("task_project"))
        .foreign_key(within_account("project_id", "project"))
}
