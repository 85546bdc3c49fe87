//! Table structures that a conversion must support.

mod of_postgres;
mod of_sqlite;

use crate::harness::{Backend, Outcome, TestDb};
use sea_orm_multitenant::{Tenancy, TenancyBuilder, TenantType};
use sea_orm_multitenant_migration::{Mode, PlanError, Severity, TenancyPlan};

/// A plan of tenant tables, with the root table `account` first.
fn plan(db: &TestDb, tables: &[&str]) -> TenancyPlan {
    planned(db, tables, |builder| builder)
}

fn planned(db: &TestDb, tables: &[&str], with: impl FnOnce(TenancyBuilder) -> TenancyBuilder) -> TenancyPlan {
    let root = Tenancy::builder().without_entities().root_table("account", "id", TenantType::BigInt);
    let all = tables
        .iter()
        .fold(root, |builder, table| builder.tenant_table(*table, "account_id", TenantType::BigInt));
    TenancyPlan::new(
        &with(all).build(db.connection.clone()).expect("the tables do not contradict each other"),
    )
}

async fn run(db: &TestDb, statements: &[&str]) {
    for sql in statements {
        db.run(sql).await;
    }
}

/// Converts, and asserts that all remaining findings are notes.
async fn convert(plan: &TenancyPlan) -> Outcome {
    plan.convert(Mode::Offline).await?.run(&mut ()).await?;
    let grave: Vec<_> = plan.check().await?.into_iter().filter(|f| f.severity > Severity::Note).collect();
    assert!(grave.is_empty(), "{grave:?}");
    assert!(plan.convert(Mode::Offline).await?.steps().is_empty());
    Ok(())
}

const ACCOUNT: &str = "CREATE TABLE account (id bigint PRIMARY KEY)";
const ACCOUNTS: &str = "INSERT INTO account VALUES (1), (2)";

async fn tenants_are_filled_through_several_parents(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            "CREATE TABLE project (id bigint PRIMARY KEY, account_id bigint NOT NULL, FOREIGN KEY (account_id) REFERENCES account (id))",
            "CREATE TABLE task (id bigint PRIMARY KEY, project_id bigint NOT NULL, FOREIGN KEY (project_id) REFERENCES project (id))",
            "CREATE TABLE remark (id bigint PRIMARY KEY, task_id bigint, project_id bigint, \
             FOREIGN KEY (task_id) REFERENCES task (id), FOREIGN KEY (project_id) REFERENCES project (id))",
            ACCOUNTS,
            "INSERT INTO project VALUES (7, 1), (8, 2)",
            "INSERT INTO task VALUES (70, 7), (80, 8)",
            "INSERT INTO remark VALUES (1, 70, NULL), (2, NULL, 8), (3, 80, 8)",
        ],
    )
    .await;
    convert(&plan(db, &["remark", "task", "project"])).await?;
    let owners = db.texts("SELECT CAST(account_id AS char(1)) FROM remark ORDER BY id").await;
    assert_eq!(owners, ["1", "2", "2"]);
    db.refused("INSERT INTO remark (account_id, id, task_id) VALUES (1, 4, 80)").await;
    Ok(())
}

async fn row_without_a_tenant_stops_the_conversion(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            "CREATE TABLE project (id bigint PRIMARY KEY, account_id bigint NOT NULL)",
            "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint, project_id bigint, FOREIGN KEY (project_id) REFERENCES project (id))",
            ACCOUNTS,
            "INSERT INTO project VALUES (7, 1)",
            "INSERT INTO task VALUES (70, NULL, 7), (71, 1, NULL), (72, NULL, NULL)",
        ],
    )
    .await;
    let plan = plan(db, &["project", "task"]);
    let error = plan.convert(Mode::Offline).await?.run(&mut ()).await.expect_err("task 72 has no tenant");
    assert!(matches!(&error, PlanError::Audit { table, rows: 1, .. } if table == "task"), "{error}");
    db.run("DELETE FROM task WHERE id = 72").await;
    convert(&plan).await?;
    assert_eq!(db.texts("SELECT CAST(account_id AS char(1)) FROM task ORDER BY id").await, ["1", "1"]);
    Ok(())
}

async fn table_without_a_relation_to_a_tenant_is_refused(db: &TestDb) -> Outcome {
    run(db, &[ACCOUNT, "CREATE TABLE task (id bigint PRIMARY KEY)"]).await;
    let error =
        plan(db, &["task"]).convert(Mode::Offline).await.expect_err("no column gives the tenant of a task");
    assert!(matches!(&error, PlanError::NoWayToTenant { table, .. } if table == "task"), "{error}");
    Ok(())
}

async fn key_from_an_unknown_table_is_refused(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL)",
            "CREATE TABLE audit_log (id bigint PRIMARY KEY, task_id bigint, FOREIGN KEY (task_id) REFERENCES task (id))",
        ],
    )
    .await;
    let error = plan(db, &["task"]).convert(Mode::Offline).await.expect_err("the key would be lost");
    assert!(matches!(&error, PlanError::Unconvertible { table, .. } if table == "audit_log"), "{error}");
    assert!(error.to_string().contains("drop it, or declare the table"), "{error}");
    Ok(())
}

async fn root_table_can_reference_tenant_rows(db: &TestDb) -> Outcome {
    let (owner, later) = match db.backend {
        Backend::Sqlite => (" REFERENCES member (id)", "SELECT 1"),
        _ => ("", "ALTER TABLE account ADD FOREIGN KEY (owner_id) REFERENCES member (id)"),
    };
    run(
        db,
        &[
            &format!("CREATE TABLE account (id bigint PRIMARY KEY, owner_id bigint{owner})"),
            "CREATE TABLE member (id bigint PRIMARY KEY, account_id bigint NOT NULL, FOREIGN KEY (account_id) REFERENCES account (id))",
            "INSERT INTO account VALUES (1, NULL), (2, NULL)",
            "INSERT INTO member VALUES (7, 1), (8, 2)",
            "UPDATE account SET owner_id = id + 6",
            later,
        ],
    )
    .await;
    convert(&plan(db, &["member"])).await?;
    db.refused("UPDATE account SET owner_id = 8 WHERE id = 1").await;
    Ok(())
}

async fn key_to_a_unique_column_gets_the_tenant_column(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            "CREATE TABLE label (id bigint PRIMARY KEY, account_id bigint NOT NULL, code varchar(20) NOT NULL UNIQUE)",
            "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL, code varchar(20), FOREIGN KEY (code) REFERENCES label (code))",
            ACCOUNTS,
            "INSERT INTO label VALUES (1, 1, 'a'), (2, 2, 'b')",
            "INSERT INTO task VALUES (1, 1, 'a'), (2, 2, NULL)",
        ],
    )
    .await;
    convert(&plan(db, &["label", "task"])).await?;
    db.refused("UPDATE task SET code = 'b' WHERE id = 1").await;
    db.run("INSERT INTO label (id, account_id, code) VALUES (3, 2, 'a')").await;
    db.run("UPDATE task SET code = 'a' WHERE id = 2").await;
    Ok(())
}

async fn permitted_unique_key_across_tenants_stays(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            "CREATE TABLE member (id bigint PRIMARY KEY, account_id bigint NOT NULL, email varchar(90) NOT NULL UNIQUE)",
            ACCOUNTS,
            "INSERT INTO member VALUES (1, 1, 'a@b')",
        ],
    )
    .await;
    convert(&plan(db, &["member"]).allow_across_tenants("member", ["email"])).await?;
    db.refused("INSERT INTO member (id, account_id, email) VALUES (1, 2, 'a@b')").await;
    if db.backend == Backend::Sqlite {
        return Ok(());
    }
    db.run("INSERT INTO member (id, account_id, email) VALUES (1, 2, 'b@b')").await;
    Ok(())
}

on_every_backend!(
    tenants_are_filled_through_several_parents,
    row_without_a_tenant_stops_the_conversion,
    table_without_a_relation_to_a_tenant_is_refused,
    key_from_an_unknown_table_is_refused,
    root_table_can_reference_tenant_rows,
    key_to_a_unique_column_gets_the_tenant_column,
    permitted_unique_key_across_tenants_stays,
);
