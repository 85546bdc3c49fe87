//! Conversions that block other sessions.

use super::sample;
use crate::harness::{Backend, Outcome, TestDb};
use sea_orm::ConnectionTrait;
use sea_orm_multitenant_migration::{Left, Mode, PlanError, Progress, Step};
use std::{ops::ControlFlow, time::Duration};

/// Interrupts a conversion before a step.
pub(super) struct EndAt(pub(super) usize);

impl Progress for EndAt {
    fn begins(&mut self, number: usize, _steps: usize, _step: &Step) -> ControlFlow<()> {
        if number == self.0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// Records the steps.
#[derive(Default)]
struct Heard(Vec<(usize, usize, u64, Duration)>);

impl Progress for Heard {
    fn begins(&mut self, number: usize, steps: usize, _step: &Step) -> ControlFlow<()> {
        self.0.push((number, steps, 0, Duration::ZERO));
        ControlFlow::Continue(())
    }

    fn ended(&mut self, _number: usize, _step: &Step, rows: u64, time: Duration) {
        if let Some(last) = self.0.last_mut() {
            (last.2, last.3) = (rows, time);
        }
    }
}

/// Asserts that the database restricts each row to its tenant.
pub(super) async fn is_safe(db: &TestDb) {
    assert_eq!(sample::grave(&sample::plan(db)).await, Vec::<String>::new());
    let notes = sample::plan(db).check().await.expect("the schema is read");
    let others =
        notes.iter().filter(|f| f.kind != sea_orm_multitenant_migration::FindingKind::NoRowLevelSecurity);
    assert_eq!(others.map(ToString::to_string).collect::<Vec<_>>(), Vec::<String>::new());
    // Project 1 and tag 1 belong to tenant 1, project 2 to tenant 2.
    db.refused("INSERT INTO task (id, account_id, project_id, title) VALUES (9001, 1, 2, 'astray')").await;
    db.refused("INSERT INTO task_tag (account_id, task_id, tag_id) VALUES (2, 20, 1)").await;
    db.refused("INSERT INTO project (id, account_id, manager_id, name) VALUES (9001, 1, 2, 'astray')").await;
    db.refused("UPDATE task SET parent_id = 20 WHERE id = 10").await;
    db.run("INSERT INTO project (id, account_id, name) VALUES (9001, 1, 'P2')").await;
    db.refused("INSERT INTO project (id, account_id, name) VALUES (9002, 1, 'P2')").await;
    // The database still generates ids, and children are deleted with their parent.
    db.run("INSERT INTO task (account_id, project_id, title) VALUES (1, 9001, 'new')").await;
    assert_eq!(db.texts("SELECT CAST(number AS char(1)) FROM task WHERE project_id = 9001").await, ["7"]);
    db.run("DELETE FROM project WHERE id = 9001").await;
    assert!(db.texts("SELECT title FROM task WHERE project_id = 9001").await.is_empty(), "ON DELETE CASCADE");
    let empty = "INSERT INTO task (account_id, project_id, title) VALUES (1, 1, '')";
    let error = db.connection.execute_unprepared(empty).await.expect_err("the check is enforced");
    assert!(
        error.to_string().to_lowercase().contains("check") || error.to_string().contains("CONSTRAINT"),
        "{error}"
    );
}

async fn the_sample_is_converted(db: &TestDb) -> Outcome {
    sample::create(db, 5).await;
    let before = sample::dump(db).await;
    let plan = sample::plan(db);
    let conversion = plan.convert(Mode::Offline).await?;
    assert!(conversion.steps().iter().all(|step| !step.sql.is_empty() && !step.reason.is_empty()));
    let mut heard = Heard::default();
    let report = conversion.run(&mut heard).await?;
    assert_eq!(report.steps, conversion.steps().len());
    assert_eq!(heard.0.len(), report.steps);
    assert_eq!(
        report.tables.iter().find(|counted| counted.table == "task").map(|counted| counted.rows),
        Some(150)
    );
    // Every table, including the shared one.
    let mut counted: Vec<_> = report.tables.iter().map(|counted| counted.table.as_str()).collect();
    counted.sort_unstable();
    assert_eq!(counted, ["account", "country", "manager", "project", "tag", "task", "task_tag"]);
    assert!(report.tables.iter().all(|counted| counted.checksum != "0"), "{:?}", report.tables);
    assert_eq!(sample::dump(db).await, before);
    let ids = "SELECT CAST(account_id AS char(1)) FROM task_tag ORDER BY task_id";
    assert_eq!(db.texts(ids).await.len(), 15);
    assert!(plan.convert(Mode::Offline).await?.steps().is_empty(), "no steps are left");
    is_safe(db).await;
    Ok(())
}

async fn interruption_before_any_step_rolls_back_or_can_be_resumed(db: &TestDb) -> Outcome {
    sample::create(db, 1).await;
    let (rows, schema) = (sample::dump(db).await, sample::schema(db).await);
    let plan = sample::plan(db);
    let steps = plan.convert(Mode::Offline).await?.steps().len();
    for number in 1..=steps {
        let conversion = plan.convert(Mode::Offline).await?;
        match conversion.run(&mut EndAt(number)).await {
            Err(error @ PlanError::Interrupted { .. }) => {
                let expected =
                    if conversion.is_one_transaction() { Left::Unchanged } else { Left::Resumable };
                assert_eq!(error.left(), Some(expected));
                if conversion.is_one_transaction() {
                    assert_eq!(sample::schema(db).await, schema, "{error}");
                }
                assert_eq!(sample::dump(db).await, rows);
            }
            // On MariaDB completed steps stay, so a new plan has fewer steps.
            Ok(_) if db.backend == Backend::Mariadb => break,
            other => panic!("{number}: {other:?}"),
        }
    }
    plan.convert(Mode::Offline).await?.run(&mut ()).await?;
    assert_eq!(sample::dump(db).await, rows);
    is_safe(db).await;
    Ok(())
}

async fn rows_across_tenants_stop_the_conversion(db: &TestDb) -> Outcome {
    sample::create(db, 1).await;
    db.run("UPDATE task SET project_id = 2 WHERE id = 10").await;
    let schema = sample::schema(db).await;
    let error = sample::plan(db)
        .convert(Mode::Offline)
        .await?
        .run(&mut ())
        .await
        .expect_err("a row references another tenant");
    let PlanError::Audit { table, rows, .. } = &error else { panic!("{error}") };
    assert_eq!((table.as_str(), *rows), ("task", 1));
    assert!(error.to_string().contains("no row references another tenant's `project`"), "{error}");
    if db.backend != Backend::Mariadb {
        assert_eq!(sample::schema(db).await, schema);
    }
    Ok(())
}

/// A row of `task_tag`, which has no tenant column yet: its task gives it one tenant, its tag belongs to another.
async fn link_filled_from_one_parent_is_audited_against_the_other(db: &TestDb) -> Outcome {
    sample::create(db, 1).await;
    db.run("INSERT INTO task_tag VALUES (11, 2)").await;
    let error = sample::plan(db)
        .convert(Mode::Offline)
        .await?
        .run(&mut ())
        .await
        .expect_err("a link references two tenants");
    assert!(matches!(&error, PlanError::Audit { table, rows: 1, .. } if table == "task_tag"), "{error}");
    Ok(())
}

async fn failed_statement_rolls_back_or_can_be_resumed(db: &TestDb) -> Outcome {
    sample::create(db, 1).await;
    // A row that the current constraints would refuse, and so fails when it is updated or copied.
    let statements: &[&str] = match db.backend {
        Backend::Sqlite => &[
            "PRAGMA ignore_check_constraints = ON",
            "INSERT INTO task (account_id, project_id, title) VALUES (1, 1, '')",
            "PRAGMA ignore_check_constraints = OFF",
        ],
        Backend::Postgres | Backend::Citus | Backend::CitusAlone => {
            &["ALTER TABLE task_tag ADD CONSTRAINT none CHECK (task_id < 0) NOT VALID"]
        }
        Backend::Mariadb => &[
            "SET check_constraint_checks = 0",
            "ALTER TABLE task_tag ADD CONSTRAINT none CHECK (task_id < 0)",
            "SET check_constraint_checks = 1",
        ],
    };
    for sql in statements {
        db.run(sql).await;
    }
    let (rows, schema) = (sample::dump(db).await, sample::schema(db).await);
    let conversion = sample::plan(db).convert(Mode::Offline).await?;
    let error = conversion.run(&mut ()).await.expect_err("a row is refused");
    assert!(matches!(&error, PlanError::Step { .. }), "{error}");
    if conversion.is_one_transaction() {
        assert_eq!(error.left(), Some(Left::Unchanged));
        assert_eq!(sample::schema(db).await, schema);
    } else {
        assert_eq!(error.left(), Some(Left::Resumable));
        db.run("ALTER TABLE task_tag DROP CONSTRAINT none").await;
        sample::plan(db).convert(Mode::Offline).await?.run(&mut ()).await?;
        is_safe(db).await;
    }
    assert_eq!(sample::dump(db).await, rows);
    Ok(())
}

async fn missing_tables_are_refused(db: &TestDb) -> Outcome {
    let error = sample::plan(db).convert(Mode::Offline).await.expect_err("the tables are missing");
    assert!(matches!(error, PlanError::TableMissing { .. }));
    assert!(error.to_string().contains("`task_tag`"), "{error}");
    Ok(())
}

on_every_backend!(
    the_sample_is_converted,
    interruption_before_any_step_rolls_back_or_can_be_resumed,
    rows_across_tenants_stop_the_conversion,
    link_filled_from_one_parent_is_audited_against_the_other,
    failed_statement_rolls_back_or_can_be_resumed,
    missing_tables_are_refused,
);
