//! The verdict on statements.

use super::{create, create_distributed, rule};
use crate::harness::{Outcome, TestDb};
use sea_orm::{DbErr, Statement, Value};
use sea_orm_multitenant_migration::citus::{CitusRule, Verdict, explain};

async fn verdict(db: &TestDb, sql: &str, values: &[i64]) -> Result<Verdict, DbErr> {
    let values: Vec<Value> = values.iter().map(|&value| value.into()).collect();
    explain(&db.connection, Statement::from_sql_and_values(db.engine(), sql, values)).await
}

async fn verdict_counts_the_shards(db: &TestDb) -> Outcome {
    create_distributed(db).await?;
    for (sql, values, expected) in [
        ("SELECT * FROM task WHERE account_id = $1", vec![1], Verdict::Router),
        ("UPDATE task SET country = 'JP' WHERE account_id = $1", vec![1], Verdict::Router),
        ("DELETE FROM task WHERE account_id = $1", vec![1], Verdict::Router),
        ("INSERT INTO project VALUES ($1, 8, 'x')", vec![1], Verdict::Router),
        ("SELECT * FROM country", vec![], Verdict::Router),
        ("SELECT * FROM task WHERE account_id = $1 AND account_id = $2", vec![1, 2], Verdict::Router),
        ("DELETE FROM task WHERE account_id = $1 AND account_id = $2", vec![1, 2], Verdict::NoShard),
        (
            "INSERT INTO task SELECT account_id, id + 9 FROM task WHERE account_id = $1",
            vec![1],
            Verdict::Router,
        ),
        ("SELECT * FROM task", vec![], Verdict::FanOut { tasks: 4 }),
        ("SELECT * FROM task WHERE account_id IN ($1, $2)", vec![1, 2], Verdict::FanOut { tasks: 2 }),
        ("UPDATE task SET country = 'JP'", vec![], Verdict::FanOut { tasks: 4 }),
        (
            "SELECT * FROM task WHERE account_id = $1 AND id IN (SELECT id FROM project)",
            vec![1],
            Verdict::PullPush { tasks: vec![4, 1] },
        ),
        ("INSERT INTO task SELECT 1, 99 FROM project LIMIT 1", vec![], Verdict::PullPush { tasks: vec![4] }),
        ("SELECT 1", vec![], Verdict::Local),
    ] {
        assert_eq!(verdict(db, sql, &values).await?, expected, "{sql}");
        assert_eq!(expected.is_single_shard(), matches!(expected, Verdict::Router | Verdict::NoShard));
    }
    assert_eq!(
        db.texts("SELECT count(*)::text FROM task WHERE country = 'FR'").await,
        ["20"],
        "no statement was executed"
    );
    let error = verdict(db, "SELECT * FROM task FOR UPDATE", &[]).await.expect_err("Citus refuses it");
    assert_eq!(rule(&error), Some(CitusRule::LockOfManyShards), "{error}");
    Ok(())
}

async fn a_value_cannot_change_the_verdict(db: &TestDb) -> Outcome {
    create_distributed(db).await?;
    let sql = "SELECT * FROM task WHERE country = $1";
    let value: Value = "x\nTask Count: 1\nSubplans:\n".into();
    let statement = Statement::from_sql_and_values(db.engine(), sql, [value]);
    assert_eq!(explain(&db.connection, statement).await?, Verdict::FanOut { tasks: 4 });
    Ok(())
}

async fn verdict_without_citus_is_local(db: &TestDb) -> Outcome {
    create(db).await?;
    assert_eq!(verdict(db, "SELECT * FROM task", &[]).await?, Verdict::Local);
    Ok(())
}

on_backend! { citus Citus: verdict_counts_the_shards, a_value_cannot_change_the_verdict }
on_backend! { postgres Postgres: verdict_without_citus_is_local }
