//! A conversion keeps each attribute of the engine's catalogue, or is refused.

mod chance;
mod generated;
mod generated_sqlite;
mod of_mariadb;
mod of_postgres;
mod of_sqlite;
mod table;

use crate::harness::{Outcome, TestDb};
use sea_orm_multitenant::{Tenancy, TenantType};
use sea_orm_multitenant_migration::{Mode, PlanError, TenancyPlan};

/// The root table with two rows.
pub(super) const ACCOUNT: &str = "CREATE TABLE account (id bigint PRIMARY KEY)";
pub(super) const ACCOUNTS: &str = "INSERT INTO account VALUES (1), (2)";

/// A plan of tenant tables, with the root table `account` first.
pub(super) fn plan(db: &TestDb, tables: &[&str]) -> TenancyPlan {
    let root = Tenancy::builder().without_entities().root_table("account", "id", TenantType::BigInt);
    let all = tables
        .iter()
        .fold(root, |builder, table| builder.tenant_table(*table, "account_id", TenantType::BigInt));
    TenancyPlan::new(&all.build(db.connection.clone()).expect("the tables do not contradict each other"))
}

pub(super) async fn run(db: &TestDb, statements: &[&str]) {
    for sql in statements {
        db.run(sql).await;
    }
}

/// Converts, and asserts that nothing is left to do.
async fn convert(plan: &TenancyPlan, mode: Mode) -> Outcome {
    Ok(convert_case(plan, mode).await?)
}

/// The plan of a generated schema, whose other tables have no tenant column.
fn plan_of(db: &TestDb, tables: &[&str]) -> TenancyPlan {
    plan(db, tables).ignore("seen").ignore("country")
}

/// The same, with the error of planning.
pub(super) async fn convert_case(plan: &TenancyPlan, mode: Mode) -> Result<(), PlanError> {
    plan.convert(mode).await?.run(&mut ()).await?;
    let left = plan.convert(mode).await?;
    assert!(left.steps().is_empty(), "{:?}", left.steps());
    Ok(())
}

/// The error of a plan that is refused before the conversion starts.
async fn refusal(plan: &TenancyPlan, mode: Mode) -> String {
    match plan.convert(mode).await {
        Err(error @ (PlanError::Unconvertible { .. } | PlanError::Unaccepted { .. })) => error.to_string(),
        other => panic!("the plan is not refused: {other:?}"),
    }
}

async fn parent_with_a_nullable_tenant_column_is_filled_first(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            "CREATE TABLE project (id bigint PRIMARY KEY, account_id bigint)",
            "CREATE TABLE task (id bigint PRIMARY KEY, project_id bigint NOT NULL, FOREIGN KEY (project_id) REFERENCES project (id))",
            ACCOUNTS,
            "INSERT INTO project VALUES (7, 1), (8, 2)",
            "INSERT INTO task VALUES (70, 7), (80, 8)",
        ],
    )
    .await;
    convert(&plan(db, &["project", "task"]), Mode::Offline).await?;
    assert_eq!(db.texts("SELECT CAST(account_id AS char(1)) FROM task ORDER BY id").await, ["1", "2"]);
    Ok(())
}

async fn rows_of_a_tree_get_the_tenant_of_its_root(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            "CREATE TABLE project (id bigint PRIMARY KEY, account_id bigint NOT NULL)",
            "CREATE TABLE node (id bigint PRIMARY KEY, project_id bigint, parent_id bigint, \
             FOREIGN KEY (project_id) REFERENCES project (id), FOREIGN KEY (parent_id) REFERENCES node (id))",
            "CREATE TABLE leaf (id bigint PRIMARY KEY, node_id bigint NOT NULL, FOREIGN KEY (node_id) REFERENCES node (id))",
            ACCOUNTS,
            "INSERT INTO project VALUES (7, 1), (8, 2)",
            "INSERT INTO node VALUES (1, 7, NULL), (2, 8, NULL)",
            "INSERT INTO node VALUES (3, NULL, 1), (4, NULL, 2)",
            "INSERT INTO node VALUES (5, NULL, 3), (6, NULL, 4)",
            "INSERT INTO leaf VALUES (1, 5), (2, 6)",
        ],
    )
    .await;
    convert(&plan(db, &["project", "node", "leaf"]), Mode::Offline).await?;
    let nodes = db.texts("SELECT CAST(account_id AS char(1)) FROM node ORDER BY id").await;
    assert_eq!(nodes, ["1", "2", "1", "2", "1", "2"]);
    assert_eq!(db.texts("SELECT CAST(account_id AS char(1)) FROM leaf ORDER BY id").await, ["1", "2"]);
    Ok(())
}

async fn rows_of_tables_in_a_cycle_get_their_tenant(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            "CREATE TABLE project (id bigint PRIMARY KEY, account_id bigint NOT NULL)",
            "CREATE TABLE a (id bigint PRIMARY KEY, project_id bigint, b_id bigint, FOREIGN KEY (project_id) REFERENCES project (id))",
            "CREATE TABLE b (id bigint PRIMARY KEY, a_id bigint, FOREIGN KEY (a_id) REFERENCES a (id))",
            "ALTER TABLE a ADD FOREIGN KEY (b_id) REFERENCES b (id)",
            ACCOUNTS,
            "INSERT INTO project VALUES (7, 1), (8, 2)",
            "INSERT INTO a VALUES (1, 7, NULL), (2, 8, NULL)",
            "INSERT INTO b VALUES (1, 1), (2, 2)",
            "INSERT INTO a VALUES (3, NULL, 1), (4, NULL, 2)",
            "INSERT INTO b VALUES (3, 3), (4, 4)",
        ],
    )
    .await;
    convert(&plan(db, &["project", "a", "b"]), Mode::Offline).await?;
    for table in ["a", "b"] {
        let of = format!("SELECT CAST(account_id AS char(1)) FROM {table} ORDER BY id");
        assert_eq!(db.texts(&of).await, ["1", "2", "1", "2"]);
    }
    Ok(())
}

async fn unique_key_is_converted_despite_an_index_on_its_columns(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL, title varchar(20) NOT NULL UNIQUE)",
            "CREATE INDEX task_title ON task (account_id, title)",
            ACCOUNTS,
            "INSERT INTO task VALUES (1, 1, 'a')",
        ],
    )
    .await;
    convert(&plan(db, &["task"]), Mode::Offline).await?;
    db.refused("INSERT INTO task (id, account_id, title) VALUES (2, 1, 'a')").await;
    db.run("INSERT INTO task (id, account_id, title) VALUES (2, 2, 'a')").await;
    Ok(())
}

async fn cascade_stays_with_an_existing_tenant_key(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            "CREATE TABLE project (id bigint PRIMARY KEY, account_id bigint NOT NULL, UNIQUE (account_id, id))",
            "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL, project_id bigint, \
             FOREIGN KEY (project_id) REFERENCES project (id) ON DELETE CASCADE)",
            ACCOUNTS,
            "INSERT INTO project VALUES (7, 1)",
            "INSERT INTO task VALUES (1, 1, 7)",
        ],
    )
    .await;
    // On MariaDB an immediate check of one key would stop the cascade of the other, before and after.
    if db.backend == crate::harness::Backend::Postgres {
        let sql = "ALTER TABLE task ADD CONSTRAINT \"fk-task-account_id-project_id\" FOREIGN KEY (account_id, project_id) \
                   REFERENCES project (account_id, id)";
        db.run(sql).await;
    }
    convert(&plan(db, &["project", "task"]), Mode::Offline).await?;
    db.run("DELETE FROM project WHERE id = 7").await;
    assert!(db.texts("SELECT CAST(id AS char(1)) FROM task").await.is_empty());
    Ok(())
}

on_backend! {
    postgres Postgres:
    parent_with_a_nullable_tenant_column_is_filled_first,
    rows_of_a_tree_get_the_tenant_of_its_root,
    rows_of_tables_in_a_cycle_get_their_tenant,
    unique_key_is_converted_despite_an_index_on_its_columns,
    cascade_stays_with_an_existing_tenant_key
}
on_backend! {
    mariadb Mariadb:
    parent_with_a_nullable_tenant_column_is_filled_first,
    rows_of_a_tree_get_the_tenant_of_its_root,
    rows_of_tables_in_a_cycle_get_their_tenant,
    unique_key_is_converted_despite_an_index_on_its_columns,
    cascade_stays_with_an_existing_tenant_key
}
