//! Conversions to distributed tables, on Citus.

use super::{
    offline::EndAt,
    online::{Next, another},
    sample,
};
use crate::harness::{Outcome, TestDb};
use sea_orm::ConnectionTrait;
use sea_orm_multitenant_migration::{
    FindingKind as K, Left, Mode, PlanError, Severity, citus::ReferenceTable,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

/// The sample, to be distributed over few shards, which is enough for tests.
async fn create(db: &TestDb, each: usize) {
    db.run("SET citus.shard_count TO 4").await;
    sample::create(db, each).await;
}

async fn is_distributed(db: &TestDb) {
    is_distributed_but_for(db, &["country"]).await;
}

/// Asserts that all tables except these are distributed, and that these are reference tables.
async fn is_distributed_but_for(db: &TestDb, whole: &[&str]) {
    let plan = sample::plan(db);
    assert_eq!(sample::grave(&plan).await, Vec::<String>::new());
    let status = plan.status().await.expect("the schema is read");
    assert!(status.citus);
    for table in &status.tables {
        let expected = if whole.contains(&&*table.table) { "reference" } else { "distributed" };
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

/// The sample with `account` and `tag` as reference tables, as a user may decide.
async fn create_with_whole(db: &TestDb) -> Outcome {
    create(db, 5).await;
    sample::plan(db).without_distribution().convert(Mode::Offline).await?.run(&mut ()).await?;
    for table in WHOLE {
        ReferenceTable::new(table).up(&db.manager()).await?;
    }
    let findings = sample::plan(db).check().await?;
    let noted: Vec<_> = findings.iter().filter(|found| found.kind == K::ReferenceOfTenants).collect();
    assert_eq!(noted.iter().map(|found| &*found.table).collect::<Vec<_>>(), ["account", "tag"]);
    assert!(noted.iter().all(|found| found.severity == Severity::Note));
    for found in findings.iter().filter(|found| WHOLE.contains(&&*found.table)) {
        assert!(found.severity < Severity::Error, "Citus accepts it unchanged: {found}");
        assert!(!matches!(found.kind, K::NotDistributed | K::NotReference | K::NotColocated), "{found}");
    }
    assert!(
        !findings.iter().any(
            |found| matches!(&found.kind, K::UniqueWithoutTenant { key, .. } if key.contains("subdomain"))
        )
    );
    Ok(())
}

const WHOLE: [&str; 3] = ["country", "account", "tag"];

/// Asserts that they are still reference tables, and that their unique keys are enforced across all tenants.
async fn is_distributed_around_whole(db: &TestDb) -> Outcome {
    is_distributed_but_for(db, &WHOLE).await;
    for table in ["manager", "project", "task", "task_tag"] {
        let left = format!("SELECT pg_relation_size('{table}')::text");
        assert_eq!(db.texts(&left).await, ["0"], "{table} has rows on the coordinator");
    }
    db.refused("INSERT INTO account (id, name, subdomain) VALUES (9, 'A9', 's1')").await;
    db.refused("INSERT INTO project (account_id, name) VALUES (99, 'of no account')").await;
    for mode in [Mode::Offline, Mode::Online] {
        assert!(sample::plan(db).convert(mode).await?.steps().is_empty());
        assert!(sample::plan(db).distribute(mode).await?.steps().is_empty());
    }
    Ok(())
}

async fn reference_tables_of_tenants_are_left_offline(db: &TestDb) -> Outcome {
    create_with_whole(db).await?;
    let before = sample::dump(db).await;
    sample::plan(db).convert(Mode::Offline).await?.run(&mut ()).await?;
    assert_eq!(sample::dump(db).await, before);
    is_distributed_around_whole(db).await
}

async fn reference_tables_of_tenants_are_left_online(db: &TestDb) -> Outcome {
    create_with_whole(db).await?;
    let before = sample::dump(db).await;
    sample::plan(db).convert(Mode::Online).await?.run(&mut ()).await?;
    assert_eq!(sample::dump(db).await, before);
    is_distributed_around_whole(db).await
}

async fn rows_across_tenants_are_found_through_a_reference_table(db: &TestDb) -> Outcome {
    create_with_whole(db).await?;
    sample::plan(db).convert(Mode::Offline).await?.run(&mut ()).await?;
    // Citus joins distributed tables with it, regardless of tenants.
    let keys = "SELECT conname::text FROM pg_constraint WHERE conrelid = 'task_tag'::regclass AND confrelid = 'tag'::regclass";
    for key in db.texts(keys).await {
        db.run(&format!(r#"ALTER TABLE task_tag DROP CONSTRAINT "{key}""#)).await;
    }
    db.run("UPDATE task_tag SET tag_id = 2 WHERE account_id = 1 AND task_id = 10").await;
    let findings = sample::plan(db).check().await?;
    let astray = findings.iter().find(|found| matches!(found.kind, K::RowsAcrossTenants { .. }));
    let astray = astray.map(ToString::to_string).unwrap_or_default();
    let expected = "error: task_tag: 1 rows reference another tenant's row of `tag` by (tag_id)";
    assert!(astray.starts_with(expected), "{astray}");
    Ok(())
}

async fn reference_table_with_unconverted_keys_is_refused(db: &TestDb) -> Outcome {
    create(db, 1).await;
    db.run("SELECT create_reference_table('account')").await;
    db.run("SELECT create_reference_table('manager')").await;
    let error = sample::plan(db).convert(Mode::Offline).await.expect_err("its keys need a conversion");
    assert!(matches!(&error, PlanError::Unconvertible { table, .. } if table == "manager"), "{error}");
    assert!(error.to_string().contains("undistribute it first"), "{error}");
    db.run("SELECT undistribute_table('manager', cascade_via_foreign_keys => true)").await;
    sample::plan(db).without_distribution().convert(Mode::Offline).await?.run(&mut ()).await?;
    db.run("SELECT create_reference_table('account')").await;
    db.run("SELECT create_reference_table('manager')").await;
    // Its own keys have the tenant column by now; the key with SET NULL to it must be replaced.
    let error = sample::plan(db).convert(Mode::Offline).await.expect_err("a key needs a conversion");
    assert!(matches!(&error, PlanError::Unconvertible { table, .. } if table == "project"), "{error}");
    assert!(error.to_string().contains("undistribute the parent first"), "{error}");
    Ok(())
}

async fn reference_table_with_key_to_a_distributed_table_is_refused(db: &TestDb) -> Outcome {
    create(db, 1).await;
    sample::plan(db).without_distribution().convert(Mode::Offline).await?.run(&mut ()).await?;
    db.run("SELECT create_reference_table('account')").await;
    db.run("SELECT create_reference_table('manager')").await;
    db.run("SELECT citus_add_local_table_to_metadata('tag')").await;
    db.run("ALTER TABLE manager ADD COLUMN tag_id bigint").await;
    db.run("ALTER TABLE manager ADD FOREIGN KEY (account_id, tag_id) REFERENCES tag").await;
    let error = sample::plan(db).convert(Mode::Offline).await.expect_err("Citus refuses it");
    assert!(matches!(&error, PlanError::Unconvertible { table, .. } if table == "manager"), "{error}");
    assert!(error.to_string().contains("is on a reference table"), "{error}");
    Ok(())
}

async fn interruption_before_any_step_leaves_the_database_unchanged(db: &TestDb) -> Outcome {
    create(db, 1).await;
    let (rows, schema) = (sample::dump(db).await, sample::schema(db).await);
    let plan = sample::plan(db);
    let steps = plan.convert(Mode::Offline).await?.steps().len();
    // The first steps only use PostgreSQL; the steps of the second half change the cluster or follow such changes.
    for number in steps / 2..=steps - 1 {
        let error = plan
            .convert(Mode::Offline)
            .await?
            .run(&mut EndAt(number))
            .await
            .expect_err("the conversion is interrupted");
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
                // The cluster may cancel a writer to resolve a deadlock; the writer gets an error.
                if writer.execute_unprepared(sql).await.is_ok() {
                    written.fetch_add(1, Ordering::Relaxed);
                }
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        }
    });
    let conversion = sample::plan(db).convert(Mode::Online).await?;
    let (first, last) = conversion.unenforced().expect("keys are dropped temporarily");
    assert!(first < last);
    let ran = conversion.run(&mut ()).await;
    end.store(true, Ordering::Relaxed);
    writing.await?;
    ran?;
    let new = db.texts("SELECT title FROM task WHERE title = 'meanwhile'").await.len();
    assert_eq!(new, written.load(Ordering::Relaxed), "every acknowledged row was kept");
    assert!(new > 10, "{new}");
    db.run("DELETE FROM task WHERE title = 'meanwhile'").await;
    assert_eq!(sample::dump(db).await, before);
    is_distributed(db).await;
    Ok(())
}

async fn online_conversion_resumes_after_any_step(db: &TestDb) -> Outcome {
    create(db, 1).await;
    let rows = sample::dump(db).await;
    let plan = sample::plan(db);
    let mut runs = 0;
    while let Err(error) = plan.convert(Mode::Online).await?.run(&mut Next::default()).await {
        assert!(matches!(error, PlanError::Interrupted { left: Left::Resumable, .. }), "{error:?}");
        runs += 1;
        assert!(
            runs < 200,
            "the conversion does not terminate: {:?}",
            plan.convert(Mode::Online).await?.steps()
        );
    }
    assert_eq!(sample::dump(db).await, rows);
    is_distributed(db).await;
    let keys = "SELECT CAST(count(*) AS text) FROM pg_constraint WHERE contype = 'f' AND convalidated AND conrelid IN \
                ('account'::regclass, 'manager'::regclass, 'project'::regclass, 'task'::regclass, 'tag'::regclass, 'task_tag'::regclass)";
    assert_eq!(db.texts(keys).await, ["10"], "every foreign key is restored");
    Ok(())
}

/// All steps in one transaction.
mod offline {
    use super::*;

    on_backend! { citus Citus:
        the_sample_is_distributed_offline,
        reference_tables_of_tenants_are_left_offline,
        rows_across_tenants_are_found_through_a_reference_table,
        reference_table_with_unconverted_keys_is_refused,
        reference_table_with_key_to_a_distributed_table_is_refused,
        interruption_before_any_step_leaves_the_database_unchanged,
    }
}

on_backend! { citus CitusAlone:
    the_sample_is_distributed_under_writers,
    reference_tables_of_tenants_are_left_online,
    online_conversion_resumes_after_any_step,
}
