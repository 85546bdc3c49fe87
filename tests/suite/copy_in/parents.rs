//! The rows that copied rows reference, when PostgreSQL checks them late, and many of them.

use crate::{
    harness::{Outcome, TestDb},
    single::{
        entities::{id, task},
        families::Rows,
    },
};
use futures_util::{StreamExt, stream};
use sea_orm::{entity::prelude::*, *};

const COLUMNS: [task::Column; 4] =
    [task::Column::ProjectId, task::Column::Title, task::Column::Note, task::Column::Points];

fn row(project: i64, n: i32) -> Vec<Value> {
    vec![project.into(), format!("copied {n}").into(), "A-copied".into(), n.into()]
}

/// Projects of tenant 1 from an id on.
async fn add_projects(db: &TestDb, from: i64, count: i64) -> Result<(), DbErr> {
    let last = from + count - 1;
    let insert = format!(
        "INSERT INTO single_project (id, account_id, name, note, country_code) \
         SELECT n, 1, 'many ' || n, 'A-many', 'FR' FROM generate_series({from}, {last}) n"
    );
    db.unscoped().execute_unprepared(&insert).await.map(|_| ())
}

/// Rows whose foreign key is checked at the end of the transaction by itself, and whose parents another tenant replaces
/// after a part of the rows was checked.
async fn a_key_checked_at_the_end_is_locked_all_the_same(db: &TestDb) -> Outcome {
    add_projects(db, 70_001, 1).await?;
    let deferred =
        "ALTER TABLE single_task ALTER CONSTRAINT single_task_project_id_fkey DEFERRABLE INITIALLY DEFERRED";
    db.unscoped().execute_unprepared(deferred).await?;
    let replaced = async {
        let replace = "SET LOCAL lock_timeout = '100ms'; DELETE FROM single_project WHERE id = 70001; \
                       INSERT INTO single_project (id, account_id, name, note, country_code) \
                       VALUES (70001, 2, 'taken', 'B-taken', 'FR')";
        // Several statements in one text are a transaction.
        let replaced = db.unscoped().execute_unprepared(replace).await;
        assert!(replaced.expect_err("the row is locked").to_string().contains("lock timeout"));
        Ok(row(id(1, 1), 5_000))
    };
    let rows = stream::iter((0..5_000).map(|n| Ok(row(70_001, n)))).chain(stream::once(replaced));
    let copied = db.tenancy.scope(1)?.copy_in_stream::<task::Entity>(COLUMNS, rows).await;
    let crossed = "SELECT task.id FROM single_task task JOIN single_project project ON project.id = task.project_id \
                   WHERE task.account_id <> project.account_id";
    let crossed = Statement::from_string(DbBackend::Postgres, crossed);
    assert_eq!(db.unscoped().query_all_raw(crossed).await?.len(), 0, "{copied:?}");
    assert_eq!(copied?, 5_001);
    Ok(())
}

/// As many different parents as a part has rows, and the last one of another tenant.
async fn each_row_may_have_a_parent_of_its_own(db: &TestDb) -> Outcome {
    add_projects(db, 70_001, 5_500).await?;
    let scope = db.tenancy.scope(1)?;
    let rows =
        |last: i64| (0..5_500).map(move |n| row(if n == 4_999 { last } else { 70_001 + i64::from(n) }, n));
    let before = task::Entity::find().count(db.unscoped()).await?;
    assert!(scope.copy_in::<task::Entity>(COLUMNS, rows(id(2, 1))).await.is_err());
    assert_eq!(task::Entity::find().count(db.unscoped()).await?, before);
    assert_eq!(scope.copy_in::<task::Entity>(COLUMNS, rows(75_000)).await?, 5_500);
    Ok(())
}

tests_on! {
    postgres:
        a_key_checked_at_the_end_is_locked_all_the_same,
        each_row_may_have_a_parent_of_its_own
}
