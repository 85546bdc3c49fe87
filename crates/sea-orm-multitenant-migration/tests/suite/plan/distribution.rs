//! Conversions to distributed tables, on Citus.

use super::{
    offline::EndAt,
    online::{Next, another},
    sample,
};
use crate::harness::{Outcome, TestDb};
use sea_orm::ConnectionTrait;
use sea_orm_multitenant_migration::{FindingKind as K, Left, Mode, PlanError, Severity};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

/// The sample, to be spread over few shards: tests want no more.
async fn create(db: &TestDb, each: usize) {
    db.run("SET citus.shard_count TO 4").await;
    sample::create(db, each).await;
}

async fn is_distributed(db: &TestDb) {
    let plan = sample::plan(db);
    assert_eq!(sample::grave(&plan).await, Vec::<String>::new());
    let status = plan.status().await.expect("the schema is read");
    assert!(status.citus);
    for table in &status.tables {
        let expected = if table.table == "country" { "reference" } else { "distributed" };
        assert_eq!(table.citus.as_deref(), Some(expected), "{}", table.table);
    }
    db.refused("INSERT INTO task (id, account_id, project_id, title) VALUES (9001, 1, 2, 'astray')").await;
    db.refused("INSERT INTO task_tag (account_id, task_id, tag_id) VALUES (2, 20, 1)").await;
    db.run("INSERT INTO task (account_id, project_id, title) VALUES (1, 1, 'new')").await;
    db.run("DELETE FROM task WHERE account_id = 1 AND title = 'new'").await;
}

async fn the_sample_is_distributed_offline(db: &TestDb) -> Outcome {
    create(db, 5).await;
    let findings = sample::plan(db).check().await?;
    let of =
        |kind: &K| findings.iter().filter(|f| f.kind == *kind).map(|f| f.table.as_str()).collect::<Vec<_>>();
    assert_eq!(of(&K::NotDistributed).len(), 6);
    assert_eq!(of(&K::NotReference), ["country"]);
    let unique =
        findings.iter().find(|f| f.table == "account" && matches!(f.kind, K::UniqueWithoutTenant { .. }));
    assert_eq!(unique.map(|f| f.severity), Some(Severity::Error), "a subdomain cannot stay unique");
    let before = sample::dump(db).await;
    let conversion = sample::plan(db).convert(Mode::Offline).await?;
    assert!(conversion.is_one_transaction());
    let report = conversion.run(&mut ()).await?;
    assert_eq!(report.tables.len(), 7);
    assert_eq!(sample::dump(db).await, before);
    is_distributed(db).await;
    assert!(sample::plan(db).convert(Mode::Offline).await?.steps().is_empty());
    assert!(sample::plan(db).distribute(Mode::Offline).await?.steps().is_empty());
    Ok(())
}

async fn an_end_before_any_step_leaves_it_as_it_was(db: &TestDb) -> Outcome {
    create(db, 1).await;
    let (rows, schema) = (sample::dump(db).await, sample::schema(db).await);
    let plan = sample::plan(db);
    let steps = plan.convert(Mode::Offline).await?.steps().len();
    // The first steps are PostgreSQL's alone; each of the last half touches the cluster or comes after it.
    for number in steps / 2..=steps - 1 {
        let error =
            plan.convert(Mode::Offline).await?.run(&mut EndAt(number)).await.expect_err("it was ended");
        assert!(matches!(error, PlanError::Interrupted { left: Left::Unchanged, .. }), "{error}");
        assert_eq!(sample::schema(db).await, schema, "{error}");
        assert_eq!(sample::dump(db).await, rows);
    }
    Ok(())
}

async fn the_sample_is_distributed_under_writers(db: &TestDb) -> Outcome {
    create(db, 20).await;
    let before = sample::dump(db).await;
    let (end, written) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let writer = another(db).await;
    let writing = tokio::spawn({
        let (end, written) = (Arc::clone(&end), Arc::clone(&written));
        async move {
            while !end.load(Ordering::Relaxed) {
                let sql = "INSERT INTO task (account_id, project_id, title) VALUES (1, 1, 'meanwhile')";
                // The cluster may cancel a writer to end a deadlock; it is told.
                if writer.execute_unprepared(sql).await.is_ok() {
                    written.fetch_add(1, Ordering::Relaxed);
                }
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        }
    });
    let conversion = sample::plan(db).convert(Mode::Online).await?;
    let (first, last) = conversion.unenforced().expect("keys are dropped for a while");
    assert!(first < last);
    let ran = conversion.run(&mut ()).await;
    end.store(true, Ordering::Relaxed);
    writing.await?;
    ran?;
    let new = db.texts("SELECT title FROM task WHERE title = 'meanwhile'").await.len();
    assert_eq!(new, written.load(Ordering::Relaxed), "each row that the writer was told of is there");
    assert!(new > 10, "{new}");
    db.run("DELETE FROM task WHERE title = 'meanwhile'").await;
    assert_eq!(sample::dump(db).await, before);
    is_distributed(db).await;
    Ok(())
}

async fn online_is_resumed_from_any_step(db: &TestDb) -> Outcome {
    create(db, 1).await;
    let rows = sample::dump(db).await;
    let plan = sample::plan(db);
    let mut runs = 0;
    while let Err(error) = plan.convert(Mode::Online).await?.run(&mut Next::default()).await {
        assert!(matches!(error, PlanError::Interrupted { left: Left::Resumable, .. }), "{error:?}");
        runs += 1;
        assert!(runs < 200, "it goes on and on: {:?}", plan.convert(Mode::Online).await?.steps());
    }
    assert_eq!(sample::dump(db).await, rows);
    is_distributed(db).await;
    let keys = "SELECT CAST(count(*) AS text) FROM pg_constraint WHERE contype = 'f' AND convalidated AND conrelid IN \
                ('account'::regclass, 'manager'::regclass, 'project'::regclass, 'task'::regclass, 'tag'::regclass, 'task_tag'::regclass)";
    assert_eq!(db.texts(keys).await, ["10"], "every foreign key is back");
    Ok(())
}

/// Everything in one transaction.
mod offline {
    use super::*;

    on_backend! { citus Citus: the_sample_is_distributed_offline, an_end_before_any_step_leaves_it_as_it_was }
}

on_backend! { citus CitusAlone: the_sample_is_distributed_under_writers, online_is_resumed_from_any_step }
