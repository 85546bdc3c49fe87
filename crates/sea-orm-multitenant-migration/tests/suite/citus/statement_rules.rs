//! Breaks each rule of Citus about rows once with a statement outside a scope.

use super::create_distributed;
use crate::harness::{Outcome, TestDb};
use sea_orm::{ConnectionTrait, Statement, Value};
use sea_orm_multitenant_migration::citus::{CitusError, CitusRule};

/// The rule that a statement breaks.
async fn broken(db: &TestDb, sql: &str, values: impl IntoIterator<Item = i64>) -> Option<CitusRule> {
    let values: Vec<Value> = values.into_iter().map(Into::into).collect();
    let statement = Statement::from_sql_and_values(db.engine(), sql, values);
    let error = db.connection.query_all_raw(statement).await.expect_err(sql);
    let known = CitusError::of(&error);
    assert!(known.as_ref().is_none_or(|known| known.cause() == &error));
    known.map(|known| known.rule())
}

async fn row_errors_name_the_rule(db: &TestDb) -> Outcome {
    create_distributed(db).await?;
    for (sql, values, rule) in [
        ("INSERT INTO task (id) VALUES ($1)", vec![1], CitusRule::TenantMissing),
        ("INSERT INTO task (account_id, id) VALUES (NULL, $1)", vec![1], CitusRule::TenantMissing),
        ("UPDATE task SET account_id = $1 WHERE account_id = $2", vec![1, 2], CitusRule::TenantChanged),
        (
            "SELECT 1 FROM task AS t LEFT JOIN project AS p ON p.id = t.project_id WHERE t.account_id = $1",
            vec![1],
            CitusRule::JoinWithoutTenant,
        ),
        (
            "SELECT 1 FROM task AS t JOIN project AS p ON p.id = t.project_id WHERE t.account_id = $1",
            vec![1],
            CitusRule::JoinWithoutTenant,
        ),
        ("SELECT 1 FROM task AS t, project AS p WHERE t.id = $1", vec![1], CitusRule::JoinWithoutTenant),
        ("SELECT id FROM task WHERE id = $1 FOR UPDATE", vec![1], CitusRule::LockOfManyShards),
        ("UPDATE task SET id = random() WHERE account_id = $1", vec![1], CitusRule::ImpureFunction),
        (
            "INSERT INTO project VALUES ($1, 7, 'x') ON CONFLICT (account_id, id) DO UPDATE SET name = now()::text",
            vec![1],
            CitusRule::ImpureFunction,
        ),
    ] {
        assert_eq!(broken(db, sql, values).await, Some(rule), "{sql}");
    }
    Ok(())
}

async fn plan_and_recursion_errors_name_the_rule(db: &TestDb) -> Outcome {
    create_distributed(db).await?;
    let recursive = "WITH RECURSIVE n AS (SELECT id FROM task UNION SELECT n.id + 1 FROM n JOIN task AS t ON t.id = n.id) \
                     SELECT id FROM n WHERE id = $1";
    assert_eq!(broken(db, recursive, [1]).await, Some(CitusRule::Recursion));
    db.run("SET plan_cache_mode TO force_generic_plan").await;
    let join = "SELECT 1 FROM task AS t JOIN project AS p ON p.id = t.project_id AND p.account_id = $1 WHERE t.account_id = $1";
    assert_eq!(broken(db, join, [1]).await, Some(CitusRule::NoPlan));
    Ok(())
}

async fn other_errors_have_no_rule(db: &TestDb) -> Outcome {
    create_distributed(db).await?;
    assert_eq!(broken(db, "SELECT nothing FROM task WHERE account_id = $1", [1]).await, None);
    assert_eq!(broken(db, "INSERT INTO project VALUES ($1, 7, 'x')", [1]).await, None);
    Ok(())
}

on_backend! { citus Citus: row_errors_name_the_rule, plan_and_recursion_errors_name_the_rule, other_errors_have_no_rule }
