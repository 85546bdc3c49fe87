//! One test on Citus, and the shards of each statement that scopes sent.

use super::{
    known::{KNOWN, Known, What},
    touched::{Shards, names_a_table, plan},
};
use crate::harness::{Body, Fixture, TestDb, attempt};
use sea_orm::{DbErr, RuntimeErr, Statement, sqlx};
use sea_orm_multitenant_migration::citus::{Verdict, explain};
use std::collections::HashSet;

/// Runs a test on distributed tables. Fails when it ends otherwise than elsewhere, when a statement of a scope touches more
/// than the shards of its tenants, and when what is known to be refused is not refused any more.
pub(crate) fn run_on_citus<F: Fixture>(test: &str, body: Body) {
    let known: Vec<_> = KNOWN.iter().filter(|known| test.ends_with(known.test)).collect();
    attempt::<F>(body, async |db, ended| judge(db, ended, &known).await);
}

/// Judges how a test ended, and what it sent.
pub(super) async fn judge(db: &TestDb, ended: Result<(), String>, known: &[&Known]) {
    let end = known.iter().find(|known| known.what == What::EndsTheTest);
    match (ended, end) {
        (Ok(()), None) => {}
        (Err(error), Some(known)) => assert!(error.contains(known.words), "{error}\n{}", db.log),
        (Ok(()), Some(known)) => panic!("it is not refused any more, though {}: {known:?}", known.why),
        (Err(error), None) => panic!("{error}\n{}", db.log),
    }
    let mut findings = findings(db).await.expect("Citus answers");
    for known in known {
        let before = findings.len();
        findings.retain(|finding| !finding.contains(known.words));
        assert!(
            known.what == What::EndsTheTest || findings.len() < before,
            "it is not so any more, though {}: {known:?}\n{}",
            known.why,
            findings.join("\n")
        );
    }
    assert!(findings.is_empty(), "more is touched than the shards of the tenants:\n{}", findings.join("\n"));
}

/// The statements of scopes that touch more than the shards of their tenants, or that Citus refuses, with what it says.
async fn findings(db: &TestDb) -> Result<Vec<String>, DbErr> {
    let of_one = db.log.went_out().into_iter().map(|(_, statement)| (None, statement));
    let watched = db.citus.iter().flat_map(|citus| citus.watch.sent());
    let shards = Shards::of(db.unscoped()).await?;
    let (mut seen, mut findings) = (HashSet::new(), Vec::new());
    for (set, statement) in of_one.chain(watched) {
        let is_new = seen.insert((set.clone(), statement.sql.clone(), format!("{:?}", statement.values)));
        // EXPLAIN takes no EXPLAIN. What is explained is of the same families.
        if !is_new || statement.sql.trim_start().to_uppercase().starts_with("EXPLAIN") {
            continue;
        }
        let text = statement.sql.clone();
        let finding = match explain(db.unscoped(), statement.clone()).await {
            Ok(verdict) => match &set {
                None => of_one_tenant(db, &statement, verdict).await?,
                Some(tenants) => of_a_set(db, &shards, tenants, &statement, verdict).await?,
            },
            Err(_) if is_refused_by_postgres(db, &statement).await? => None,
            Err(error) => Some(format!("{error:?}")),
        };
        findings.extend(finding.map(|finding| format!("{finding}: {text}")));
    }
    Ok(findings)
}

/// What is wrong with a statement of one tenant.
async fn of_one_tenant(
    db: &TestDb,
    statement: &Statement,
    verdict: Verdict,
) -> Result<Option<String>, DbErr> {
    let is_right = match &verdict {
        // The coordinator alone answers what names no table.
        Verdict::Local => !names_a_table(&plan(db.unscoped(), statement).await?),
        verdict => verdict.is_single_shard() || is_copied_by_the_coordinator(&statement.sql, verdict),
    };
    Ok((!is_right).then(|| verdict.to_string()))
}

/// INSERT … SELECT, whose tenant is a bound value and no column that Citus could follow: the coordinator reads the tenant's rows
/// from their shard, and writes them to it.
fn is_copied_by_the_coordinator(sql: &str, verdict: &Verdict) -> bool {
    sql.trim_start().starts_with("INSERT INTO") && *verdict == Verdict::PullPush { tasks: vec![1] }
}

/// What is wrong with a statement of a set of tenants: no shard is touched that has no tenant of the set.
async fn of_a_set(
    db: &TestDb,
    shards: &Shards,
    tenants: &[i64],
    statement: &Statement,
    verdict: Verdict,
) -> Result<Option<String>, DbErr> {
    let theirs = shards.of_tenants(db.unscoped(), tenants).await?;
    let touched = shards.touched(&plan(db.unscoped(), statement).await?);
    let most = match &verdict {
        Verdict::Router => 1,
        Verdict::FanOut { tasks } => *tasks as usize,
        // Of the parts, those that read what the coordinator keeps are of one task.
        Verdict::PullPush { tasks } => tasks.iter().max().map_or(0, |most| *most as usize),
        _ => 0,
    };
    let is_right = touched.is_subset(&theirs) && most <= theirs.len().max(1);
    Ok((!is_right).then(|| format!("{verdict}, shards {touched:?} where {tenants:?} are on {theirs:?}")))
}

/// Whether PostgreSQL refuses a statement in the same way where nothing is distributed.
async fn is_refused_by_postgres(db: &TestDb, statement: &Statement) -> Result<bool, DbErr> {
    let Some(citus) = &db.citus else { return Ok(false) };
    let here = plan(db.unscoped(), statement).await.err();
    let there = plan(citus.plain().await?, statement).await.err();
    let (here, there) = (here.as_ref().and_then(code), there.as_ref().and_then(code));
    Ok(here.is_some() && here == there)
}

/// The SQLSTATE of an error.
fn code(error: &DbErr) -> Option<String> {
    match error {
        DbErr::Query(RuntimeErr::SqlxError(error)) | DbErr::Exec(RuntimeErr::SqlxError(error)) => {
            Some(sqlx::Error::as_database_error(error)?.code()?.into_owned())
        }
        _ => None,
    }
}
