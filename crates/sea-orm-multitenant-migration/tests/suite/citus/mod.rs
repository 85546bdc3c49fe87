//! The steps of Citus on a coordinator and two workers, and without Citus.

mod absence;
mod alone;
mod explain;
mod rules;
mod schema;
mod security;
mod state;
mod statement_rules;
mod steps;
mod transactions;
mod values;

use crate::harness::{Outcome, TestDb};
use sea_orm_migration::{SchemaManager, schema::*};
use sea_orm_multitenant_migration::{
    MigrationError, TenantForeignKey, TenantTable,
    citus::{CitusRule, Distribute, ReferenceTable, tables},
};

/// The tenant tables: an account has projects, a project has tasks; a task is in a country.
fn project() -> TenantTable {
    TenantTable::new("project", big_integer("account_id"))
        .id(big_integer("id"))
        .column(string("name"))
        .foreign_key(TenantForeignKey::to_root("account"))
}

fn task() -> TenantTable {
    TenantTable::new("task", big_integer("account_id"))
        .id(big_integer("id"))
        .column(big_integer_null("project_id"))
        .column(string_null("country"))
        .foreign_key(TenantForeignKey::new(["project_id"], "project"))
        .foreign_key(TenantForeignKey::to_shared(["country"], "country").to_columns(["code"]))
}

/// Creates the tables, with rows of twenty tenants.
async fn create(db: &TestDb) -> Outcome {
    db.run("CREATE TABLE account (id BIGINT PRIMARY KEY, name TEXT)").await;
    db.run("CREATE TABLE country (code VARCHAR(255) PRIMARY KEY)").await;
    project().create(&db.manager()).await?;
    task().create(&db.manager()).await?;
    db.run("INSERT INTO country VALUES ('FR'), ('JP')").await;
    db.run("INSERT INTO account SELECT n, 'a' || n FROM generate_series(1, 20) AS n").await;
    db.run("INSERT INTO project SELECT id, 7, name FROM account").await;
    db.run("INSERT INTO task SELECT id, 1, 7, 'FR' FROM account").await;
    Ok(())
}

/// The steps that distribute the tables, in order.
fn steps() -> (ReferenceTable, [Distribute; 3]) {
    let distribute = [
        Distribute::root("account", "id").shards(4),
        Distribute::with_root("project", "account_id", "account"),
        Distribute::with_root("task", "account_id", "account"),
    ];
    (ReferenceTable::new("country"), distribute)
}

/// Executes the steps.
async fn distribute(manager: &SchemaManager<'_>) -> Outcome {
    let (country, tables) = steps();
    country.up(manager).await?;
    for table in tables {
        table.up(manager).await?;
    }
    Ok(())
}

/// Creates distributed tables with rows.
async fn create_distributed(db: &TestDb) -> Outcome {
    create(db).await?;
    distribute(&db.manager()).await
}

/// The Citus tables of the test, with their kinds and numbers of shards.
async fn citus_tables(db: &TestDb) -> Result<Vec<String>, sea_orm::DbErr> {
    let mut found = Vec::new();
    for table in tables(&db.manager()).await? {
        if let Some(name) = table.table.to_string().strip_prefix(&format!("{}.", db.name)) {
            let by = table.column.as_deref().unwrap_or("-");
            found.push(format!("{name} {:?} {by} {}", table.kind, table.shards));
        }
    }
    Ok(found)
}

/// Asserts that rows and foreign keys are unchanged since [`create`].
async fn assert_whole(db: &TestDb) {
    for (table, rows) in [("account", "20"), ("project", "20"), ("task", "20"), ("country", "2")] {
        assert_eq!(db.texts(&format!("SELECT count(*)::text FROM {table}")).await, [rows], "{table}");
    }
    let keys = format!(
        "SELECT count(*)::text FROM pg_constraint WHERE contype = 'f' AND connamespace = '{}'::regnamespace",
        db.name
    );
    assert_eq!(db.texts(&keys).await, ["3"]);
    db.refused("INSERT INTO task VALUES (1, 9, 99, 'FR')").await;
}

/// The rule in an error.
fn rule(error: &sea_orm::DbErr) -> Option<CitusRule> {
    match MigrationError::from_db_err(error) {
        Some(MigrationError::Citus(error)) => Some(error.rule()),
        _ => None,
    }
}
