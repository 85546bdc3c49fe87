//! Without Citus: each step emits an event, or returns an error if it is required.

use crate::harness::{Outcome, TestDb, logged};
use sea_orm_multitenant_migration::{
    MigrationError,
    citus::{
        AlterDistributed, ChangeColocation, Distribute, DistributedSchema, IsolateTenant, LocalTable,
        MoveShard, Rebalance, ReferenceTable, citus_version, nodes, require_citus, shards, tables,
        tenant_statistics, truncate_local_data,
    },
};

/// Calls a macro with every step; none of their tables exists.
macro_rules! with_every_step {
    ($call:ident) => {
        $call!(Distribute::root("account", "id").shards(4));
        $call!(Distribute::with_root("project", "account_id", "account"));
        $call!(Distribute::root("account", "id").concurrently());
        $call!(ReferenceTable::new("country"));
        $call!(AlterDistributed::shards("account", 8).shards_before(4));
        $call!(ChangeColocation::with("project", "account"));
        $call!(LocalTable::new("setting"));
        $call!(DistributedSchema::new("acme"));
        $call!(IsolateTenant::new("account", 42).shards_before(4));
        $call!(MoveShard::new(1, ("a", 5432), ("b", 5432)));
    };
}

async fn step_without_citus_emits_an_event(db: &TestDb) -> Outcome {
    let manager = db.manager();
    macro_rules! assert_said {
        ($step:expr) => {
            let step = $step;
            let log = logged(async || {
                step.up(&manager).await?;
                step.down(&manager).await
            })
            .await?;
            let lines: Vec<_> =
                log.lines().filter(|line| line.contains("the database has no Citus")).collect();
            assert_eq!(lines.len(), 2, "{step:?}: {log}");
            assert!(lines.iter().all(|line| line.contains(" INFO ") && line.contains("step=")), "{log}");
        };
    }
    with_every_step!(assert_said);
    let log = logged(async || {
        truncate_local_data(&manager, "account").await?;
        assert_eq!(Rebalance::new().start(&manager).await?, None);
        Rebalance::new().stop(&manager).await
    })
    .await?;
    assert_eq!(log.matches("the database has no Citus").count(), 3, "{log}");
    Ok(())
}

async fn required_step_fails_without_citus(db: &TestDb) -> Outcome {
    let manager = db.manager();
    let is_missing = |error: &sea_orm::DbErr| {
        matches!(MigrationError::from_db_err(error), Some(MigrationError::CitusMissing { .. }))
    };
    macro_rules! assert_error {
        ($step:expr) => {
            let step = $step.required();
            for ended in [step.up(&manager).await, step.down(&manager).await] {
                let error = ended.expect_err("Citus is required");
                assert!(is_missing(&error), "{step:?}: {error}");
                assert!(error.to_string().contains("omit `required`"), "{error}");
            }
        };
    }
    with_every_step!(assert_error);
    let error = Rebalance::new().required().start(&manager).await.expect_err("Citus is required");
    assert!(is_missing(&error), "{error}");
    assert!(is_missing(&require_citus(&db.connection).await.expect_err("Citus is required")));
    Ok(())
}

async fn state_is_empty_without_citus(db: &TestDb) -> Outcome {
    let manager = db.manager();
    assert_eq!(citus_version(&db.connection).await?, None);
    assert!(tables(&manager).await?.is_empty());
    assert!(shards(&manager).await?.is_empty());
    assert!(nodes(&manager).await?.is_empty());
    assert!(tenant_statistics(&manager).await?.is_empty());
    Ok(())
}

on_every_backend!(
    step_without_citus_emits_an_event,
    required_step_fails_without_citus,
    state_is_empty_without_citus,
);
