//! Which steps can share a transaction.

use super::{assert_whole, citus_tables, create, create_distributed, distribute, rule};
use crate::harness::{Outcome, TestDb};
use sea_orm::ConnectionTrait;
use sea_orm_migration::SchemaManager;
use sea_orm_multitenant_migration::{
    MigrationError, TenantForeignKey, TenantIndex,
    citus::{CitusRule, Distribute, RebalanceJob, ReferenceTable, sequential, shards},
};
use std::time::Duration;

async fn execute(manager: &SchemaManager<'_>, sql: &str) -> Result<(), sea_orm::DbErr> {
    manager.get_connection().execute_unprepared(sql).await.map(drop)
}

async fn mode(manager: &SchemaManager<'_>) -> Result<String, sea_orm::DbErr> {
    let sql = "SELECT current_setting('citus.multi_shard_modify_mode')";
    let statement = sea_orm::Statement::from_string(sea_orm::DbBackend::Postgres, sql);
    let row = manager.get_connection().query_one_raw(statement).await?.expect("there is a row");
    row.try_get_by_index(0)
}

async fn all_steps_run_in_one_transaction(db: &TestDb) -> Outcome {
    create(db).await?;
    let manager = db.manager().begin().await?;
    distribute(&manager).await?;
    manager.commit().await?;
    assert_whole(db).await;
    Ok(())
}

async fn rollback_undoes_steps(db: &TestDb) -> Outcome {
    create(db).await?;
    let manager = db.manager().begin().await?;
    distribute(&manager).await?;
    drop(manager);
    assert!(citus_tables(db).await?.is_empty());
    assert_whole(db).await;
    Ok(())
}

async fn concurrent_forms_are_refused_in_a_transaction(db: &TestDb) -> Outcome {
    let manager = db.manager().begin().await?;
    // The table does not exist: the step is refused before any query.
    let error = Distribute::root("account", "id").concurrently().up(&manager).await.expect_err("refused");
    assert!(
        matches!(
            MigrationError::from_db_err(&error),
            Some(MigrationError::InTransaction { function: "create_distributed_table_concurrently", table }) if table == "account"
        ),
        "{error}"
    );
    assert!(error.to_string().contains("use_transaction"), "{error}");
    // The transaction can still be used.
    execute(&manager, "SELECT 1").await?;
    Ok(())
}

async fn waiting_functions_are_refused_in_a_transaction(db: &TestDb) -> Outcome {
    let manager = db.manager().begin().await?;
    let is_refused = |error: sea_orm::DbErr| {
        matches!(MigrationError::from_db_err(&error), Some(MigrationError::InTransaction { .. }))
    };
    assert!(is_refused(shards(&manager).await.expect_err("refused")));
    let wait = RebalanceJob::from_id(1).wait(&manager, Duration::ZERO, |_| ()).await;
    assert!(is_refused(wait.expect_err("refused")));
    Ok(())
}

async fn sequential_mode_must_be_set_first(db: &TestDb) -> Outcome {
    create_distributed(db).await?;
    let later = "ALTER TABLE country ADD COLUMN name TEXT";
    for (is_first, early) in
        [(true, "UPDATE task SET country = 'JP'"), (false, "UPDATE task SET country = 'JP'")]
    {
        let manager = db.manager().begin().await?;
        if is_first {
            sequential(&manager).await?;
            execute(&manager, early).await?;
            execute(&manager, later).await?;
        } else {
            execute(&manager, early).await?;
            sequential(&manager).await?;
            execute(&manager, later).await.expect_err("sequential mode is set too late");
        }
    }
    let error = sequential(&db.manager()).await.expect_err("there is no transaction");
    assert!(matches!(MigrationError::from_db_err(&error), Some(MigrationError::NoTransaction)), "{error}");
    Ok(())
}

async fn change_of_a_linked_table_sets_sequential_mode(db: &TestDb) -> Outcome {
    create_distributed(db).await?;
    let manager = db.manager().begin().await?;
    assert_eq!(mode(&manager).await?, "parallel");
    // Through the task, which has a key to the reference table.
    TenantIndex::new(["name"]).on("project", "account_id").create(&manager).await?;
    assert_eq!(mode(&manager).await?, "sequential");
    execute(&manager, "ALTER TABLE country ADD COLUMN name TEXT").await?;
    execute(&manager, "INSERT INTO country VALUES ('IT', 'Italy')").await?;
    ReferenceTable::new("country").down(&manager).await?;
    manager.commit().await?;
    assert!(citus_tables(db).await?.is_empty());
    Ok(())
}

async fn change_of_an_unlinked_table_keeps_parallel_mode(db: &TestDb) -> Outcome {
    db.run("CREATE TABLE note (account_id BIGINT, id BIGINT, PRIMARY KEY (account_id, id))").await;
    let manager = db.manager().begin().await?;
    Distribute::root("note", "account_id").up(&manager).await?;
    TenantIndex::new(["id"]).on("note", "account_id").create(&manager).await?;
    assert_eq!(mode(&manager).await?, "parallel");
    Ok(())
}

async fn key_to_a_reference_table_after_parallel_access_is_refused(db: &TestDb) -> Outcome {
    create_distributed(db).await?;
    db.run("CREATE TABLE note (account_id BIGINT, id BIGINT, country VARCHAR(255), PRIMARY KEY (account_id, id))").await;
    let key =
        TenantForeignKey::to_shared(["country"], "country").to_columns(["code"]).on("note", "account_id");
    for is_sequential in [false, true] {
        let manager = db.manager().begin().await?;
        if is_sequential {
            sequential(&manager).await?;
        }
        Distribute::with_root("note", "account_id", "account").up(&manager).await?;
        TenantIndex::new(["country"]).on("note", "account_id").create(&manager).await?;
        match key.create(&manager).await {
            Ok(()) => assert!(is_sequential),
            Err(error) => {
                assert!(!is_sequential, "{error}");
                assert_eq!(rule(&error), Some(CitusRule::ParallelAccess), "{error}");
                assert!(error.to_string().contains("citus::sequential"), "{error}");
            }
        }
    }
    Ok(())
}

on_backend! { citus Citus:
    all_steps_run_in_one_transaction,
    rollback_undoes_steps,
    concurrent_forms_are_refused_in_a_transaction,
    waiting_functions_are_refused_in_a_transaction,
    sequential_mode_must_be_set_first,
    change_of_a_linked_table_sets_sequential_mode,
    change_of_an_unlinked_table_keeps_parallel_mode,
    key_to_a_reference_table_after_parallel_access_is_refused,
}
on_every_backend!(concurrent_forms_are_refused_in_a_transaction);
