//! Conversions during writes of other sessions: PostgreSQL only.

use super::{
    offline::{EndAt, is_safe},
    sample,
};
use crate::harness::{Backend, Outcome, TestDb};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use sea_orm_multitenant_migration::{Left, Mode, PlanError, Progress, Step, StepKind, TenancyPlan};
use std::{
    ops::ControlFlow,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// A new connection to the test's schema.
pub(super) async fn another(db: &TestDb) -> DatabaseConnection {
    let address = match db.backend {
        Backend::CitusAlone => {
            let server = std::env::var("SEA_ORM_MULTITENANT_CITUS_URL").expect("the test has a server");
            let (coordinator, _) = server.rsplit_once('/').expect("the address names a database");
            format!("{coordinator}/{}", db.name)
        }
        Backend::Mariadb => {
            let server = std::env::var("SEA_ORM_MULTITENANT_MARIADB_URL").expect("the test has a server");
            let (server, _) = server.rsplit_once('/').expect("the address names a database");
            format!("{server}/{}", db.name)
        }
        Backend::Sqlite | Backend::Postgres | Backend::Citus => {
            std::env::var("SEA_ORM_MULTITENANT_POSTGRES_URL").expect("the test has a server")
        }
    };
    let mut options = sea_orm::ConnectOptions::new(address);
    options.max_connections(1).sqlx_logging(false).set_schema_search_path(&db.name);
    Database::connect(options).await.expect("the server takes another connection")
}

/// The results of the writers.
#[derive(Debug, Default)]
struct Written {
    rows: AtomicU64,
    failed: AtomicU64,
    longest: AtomicU64,
    end: AtomicBool,
}

/// Writes tasks and links of one tenant until it is stopped. The links omit the tenant while that is permitted.
async fn write(connection: DatabaseConnection, tenant: u64, written: Arc<Written>) {
    while !written.end.load(Ordering::Relaxed) {
        let began = Instant::now();
        let task = format!(
            "WITH made AS (INSERT INTO task (account_id, project_id, title) VALUES ({tenant}, {tenant}, 'meanwhile') RETURNING id) \
             INSERT INTO tag (account_id, name) SELECT {tenant}, 'of ' || id FROM made"
        );
        match connection.execute_unprepared(&task).await {
            Ok(_) => written.rows.fetch_add(1, Ordering::Relaxed),
            Err(error) => {
                assert!(error.to_string().contains("deadlock"), "{error}");
                written.failed.fetch_add(1, Ordering::Relaxed)
            }
        };
        let took = u64::try_from(began.elapsed().as_millis()).expect("the duration fits");
        written.longest.fetch_max(took, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

async fn the_sample_is_converted_under_writers(db: &TestDb) -> Outcome {
    sample::create(db, 60).await;
    let before = sample::dump(db).await;
    let written = Arc::new(Written::default());
    let mut writers = Vec::new();
    for tenant in 1..=3 {
        writers.push(tokio::spawn(write(another(db).await, tenant, Arc::clone(&written))));
    }
    let conversion = sample::plan(db).convert(Mode::Online).await?;
    assert_eq!(conversion.unenforced(), None, "without Citus every foreign key is always enforced");
    let report = conversion.run(&mut ()).await;
    written.end.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.await?;
    }
    assert!(report?.tables.is_empty(), "online conversions do not compare rows");
    let rows = written.rows.load(Ordering::Relaxed);
    assert!(rows > 10, "{written:?}");
    assert_eq!(written.failed.load(Ordering::Relaxed), 0, "{written:?}");
    assert!(written.longest.load(Ordering::Relaxed) < 5_000, "{written:?}");
    let new = db.texts("SELECT title FROM task WHERE title = 'meanwhile'").await.len();
    assert_eq!(new, usize::try_from(rows)?, "every acknowledged row was kept");
    db.run("DELETE FROM tag WHERE name LIKE 'of %'").await;
    db.run("DELETE FROM task WHERE title = 'meanwhile'").await;
    assert_eq!(sample::dump(db).await, before);
    is_safe(db).await;
    Ok(())
}

async fn interruption_before_any_step_can_be_resumed(db: &TestDb) -> Outcome {
    sample::create(db, 1).await;
    let rows = sample::dump(db).await;
    let plan = sample::plan(db);
    let all = plan.convert(Mode::Online).await?.steps().len();
    let mut runs = 0;
    // Each run executes one more step and is interrupted.
    while let Err(error) = plan.convert(Mode::Online).await?.run(&mut Next::default()).await {
        assert!(matches!(error, PlanError::Interrupted { left: Left::Resumable, .. }), "{error}");
        runs += 1;
        assert!(
            runs <= 2 * all,
            "the conversion does not terminate: {:?}",
            plan.convert(Mode::Online).await?.steps()
        );
        assert_eq!(sample::dump(db).await, rows);
    }
    assert!(runs > 20, "{runs} runs");
    is_safe(db).await;
    Ok(())
}

/// Continues until one step has changed something.
#[derive(Default)]
pub(super) struct Next(bool);

impl Progress for Next {
    fn begins(&mut self, _number: usize, _steps: usize, _step: &Step) -> ControlFlow<()> {
        if self.0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn ended(&mut self, _number: usize, step: &Step, _rows: u64, _time: Duration) {
        // A function without its trigger is created again in each run.
        self.0 = !matches!(step.kind, StepKind::Fill | StepKind::Audit | StepKind::Count | StepKind::Verify)
            && !step.sql.starts_with("CREATE OR REPLACE FUNCTION");
    }
}

async fn unfinished_index_is_recreated(db: &TestDb) -> Outcome {
    sample::create(db, 1).await;
    // The result of an interrupted CREATE INDEX CONCURRENTLY: an invalid index, and rows that violate it.
    db.run("INSERT INTO project (id, account_id, name) VALUES (900, 1, 'twin')").await;
    db.run("ALTER TABLE project DROP CONSTRAINT project_name").await;
    db.run("INSERT INTO project (id, account_id, name) VALUES (901, 1, 'twin')").await;
    let sql =
        "CREATE UNIQUE INDEX CONCURRENTLY \"idx-project-account_id-name\" ON project (account_id, name)";
    assert!(db.connection.execute_unprepared(sql).await.is_err());
    db.run("DELETE FROM project WHERE id = 901").await;
    db.run("ALTER TABLE project ADD CONSTRAINT project_name UNIQUE (name)").await;
    sample::plan(db).convert(Mode::Online).await?.run(&mut ()).await?;
    is_safe(db).await;
    Ok(())
}

async fn rows_inserted_meanwhile_get_their_tenant(db: &TestDb) -> Outcome {
    sample::create(db, 1).await;
    let plan = sample::plan(db);
    let steps = plan.convert(Mode::Online).await?;
    let filled =
        steps.steps().iter().position(|step| step.sql.starts_with("UPDATE \"task_tag\"")).expect("a fill");
    assert!(steps.run(&mut EndAt(filled + 2)).await.is_err());
    db.run("INSERT INTO task_tag (task_id, tag_id) VALUES (11, 1)").await;
    let of = "SELECT CAST(account_id AS text) FROM task_tag WHERE task_id = 11";
    assert_eq!(db.texts(of).await, ["1"]);
    plan.convert(Mode::Online).await?.run(&mut ()).await?;
    let triggers =
        "SELECT tgname::text FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = 'task_tag'::regclass";
    assert!(db.texts(triggers).await.is_empty());
    is_safe(db).await;
    Ok(())
}

async fn failed_audit_can_be_resumed(db: &TestDb) -> Outcome {
    sample::create(db, 1).await;
    db.run("UPDATE task SET project_id = 2 WHERE id = 10").await;
    let plan = sample::plan(db);
    let error =
        plan.convert(Mode::Online).await?.run(&mut ()).await.expect_err("a row references another tenant");
    assert_eq!(error.left(), Some(Left::Resumable));
    assert!(error.to_string().contains("convert again to continue"), "{error}");
    db.run("UPDATE task SET project_id = 1 WHERE id = 10").await;
    plan.convert(Mode::Online).await?.run(&mut ()).await?;
    is_safe(db).await;
    Ok(())
}

on_backend! {
    postgres Postgres:
    the_sample_is_converted_under_writers,
    interruption_before_any_step_can_be_resumed,
    unfinished_index_is_recreated,
    rows_inserted_meanwhile_get_their_tenant,
    failed_audit_can_be_resumed
}

/// Engines that cannot be converted online.
mod elsewhere {
    use super::*;

    async fn online_conversion_is_refused(db: &TestDb) -> Outcome {
        sample::create(db, 1).await;
        let plan: TenancyPlan = sample::plan(db);
        let error = plan.convert(Mode::Online).await.expect_err("the engine cannot be converted online");
        let engine = if db.backend == Backend::Sqlite { "SQLite" } else { "MySQL" };
        assert!(matches!(error, PlanError::Online { engine: found } if found == engine), "{error}");
        Ok(())
    }

    on_backend! { sqlite Sqlite: online_conversion_is_refused }
    on_backend! { mariadb Mariadb: online_conversion_is_refused }
}
