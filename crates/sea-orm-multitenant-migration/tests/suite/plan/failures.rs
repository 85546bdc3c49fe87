//! Failures from outside a conversion: other sessions, privileges, disk space. After each, a new conversion can finish
//! the work.

use super::{
    keeps::{ACCOUNT, ACCOUNTS, convert_case, plan, run},
    online::another,
};
use crate::harness::{Backend, Outcome, TestDb, connect_as, texts};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbErr, TransactionTrait};
use sea_orm_multitenant_migration::{Left, Mode, PlanError, TenancyPlan};
use std::time::{Duration, Instant};

const TABLES: [&str; 5] = [
    "CREATE TABLE project (id bigint PRIMARY KEY, account_id bigint NOT NULL, name varchar(40))",
    "CREATE TABLE task (id bigint PRIMARY KEY, project_id bigint NOT NULL, title varchar(40), \
     FOREIGN KEY (project_id) REFERENCES project (id))",
    "CREATE INDEX task_title ON task (title)",
    "INSERT INTO project VALUES (7, 1, 'a'), (8, 2, 'b')",
    "INSERT INTO task VALUES (70, 7, 'a'), (80, 8, 'b')",
];

async fn create(db: &TestDb) {
    run(db, &[ACCOUNT, ACCOUNTS]).await;
    run(db, &TABLES).await;
}

fn plan_of(db: &TestDb) -> TenancyPlan {
    plan(db, &["project", "task"])
}

/// Tables, columns and indexes, which a conversion changes.
async fn shape(db: &TestDb) -> Vec<String> {
    let sql = match db.backend {
        Backend::Sqlite => "SELECT ifnull(sql, name) FROM sqlite_master ORDER BY name".to_owned(),
        Backend::Postgres | Backend::Citus | Backend::CitusAlone => {
            "SELECT c.relname || coalesce(a.attname, '') FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 \
             WHERE c.relnamespace = current_schema()::regnamespace ORDER BY 1"
                .to_owned()
        }
        Backend::Mariadb => "SELECT CAST(CONCAT(table_name, index_name, column_name) AS CHAR) FROM information_schema.statistics \
             WHERE table_schema = DATABASE() UNION SELECT CAST(CONCAT(table_name, column_name) AS CHAR) \
             FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY 1"
            .to_owned(),
    };
    db.texts(&sql).await
}

async fn is_converted(db: &TestDb) {
    assert_eq!(db.texts("SELECT CAST(account_id AS char(1)) FROM task ORDER BY id").await, ["1", "2"]);
    db.refused("INSERT INTO task (id, project_id, account_id) VALUES (90, 7, 2)").await;
}

/// A session that prevents others from changing `task` until its transaction ends.
async fn reader(connection: &DatabaseConnection) -> Result<sea_orm::DatabaseTransaction, DbErr> {
    let transaction = connection.begin().await?;
    texts(&transaction, "SELECT title FROM task").await;
    Ok(transaction)
}

async fn second_concurrent_conversion_is_refused(db: &TestDb) -> Outcome {
    create(db).await;
    let [first, second, third] = [another(db).await, another(db).await, another(db).await];
    let first = TestDb { backend: db.backend, connection: first, name: db.name.clone() };
    let second = TestDb { backend: db.backend, connection: second, name: db.name.clone() };
    let (slow, late) =
        (plan_of(&first).convert(Mode::Offline).await?, plan_of(&second).convert(Mode::Offline).await?);
    let reads = reader(&third).await?;
    let slow = tokio::spawn(async move { slow.run(&mut ()).await.map(drop) });
    // The first conversion waits for the reader, while it holds the lock against other conversions.
    tokio::time::sleep(Duration::from_millis(600)).await;
    let error = late.run(&mut ()).await.expect_err("another conversion is running");
    assert!(matches!(&error, PlanError::Running { sessions } if !sessions.is_empty()), "{error}");
    assert_eq!(error.left(), None);
    reads.rollback().await?;
    slow.await.expect("the task does not panic")?;
    // The steps of the second plan are already done.
    let error = late.run(&mut ()).await.expect_err("the plan is outdated");
    assert!(matches!(error, PlanError::Outdated), "{error}");
    assert!(plan_of(&second).convert(Mode::Offline).await?.steps().is_empty());
    is_converted(db).await;
    Ok(())
}

/// The statement of a killed client waits for a lock and then continues; planning waits for it, and starts from its
/// result.
async fn conversion_waits_for_the_statement_of_a_killed_client(db: &TestDb) -> Outcome {
    create(db).await;
    let [killed, third] = [another(db).await, another(db).await];
    let reads = reader(&third).await?;
    {
        let killed = TestDb { backend: db.backend, connection: killed, name: db.name.clone() };
        let conversion = plan_of(&killed).convert(Mode::Offline).await?;
        let cut =
            tokio::time::timeout(Duration::from_millis(600), async { conversion.run(&mut ()).await }).await;
        assert!(cut.is_err(), "it ended before the timeout: {cut:?}");
    }
    let began = Instant::now();
    let ends = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(2)).await;
        reads.rollback().await
    });
    convert_case(&plan_of(db), Mode::Offline).await?;
    assert!(began.elapsed() > Duration::from_secs(2), "planning did not wait");
    ends.await.expect("the task does not panic")?;
    is_converted(db).await;
    Ok(())
}

async fn planning_stops_waiting_after_a_timeout(db: &TestDb) -> Outcome {
    create(db).await;
    let other = another(db).await;
    let holds = other.begin().await?;
    let lock = if db.backend == Backend::Mariadb {
        "SELECT CAST(GET_LOCK(CONCAT('sea-orm-multitenant ', MD5(DATABASE())), 0) AS CHAR)"
    } else {
        "SELECT pg_advisory_xact_lock(hashtext('sea-orm-multitenant conversion'), \
         hashtext(array_to_string(current_schemas(false), ',')))::text"
    };
    texts(&holds, lock).await;
    let error = plan_of(db).convert(Mode::Offline).await.expect_err("another conversion is running");
    assert!(matches!(error, PlanError::Running { .. }), "{error}");
    assert!(error.to_string().contains("KILL"), "{error}");
    holds.rollback().await?;
    other.close().await?;
    convert_case(&plan_of(db), Mode::Offline).await?;
    Ok(())
}

async fn lock_timeout_gives_advice_and_a_rerun_continues(db: &TestDb) -> Outcome {
    create(db).await;
    let mariadb = db.backend == Backend::Mariadb;
    db.run(if mariadb { "SET lock_wait_timeout = 1" } else { "SET lock_timeout = '1s'" }).await;
    let before = shape(db).await;
    let other = another(db).await;
    let reads = reader(&other).await?;
    let conversion = plan_of(db).convert(Mode::Offline).await?;
    let error = conversion.run(&mut ()).await.expect_err("the table is locked");
    let PlanError::Step { way_out, left, .. } = &error else { panic!("{error}") };
    assert!(way_out.contains("holds a lock"), "{error}");
    assert_eq!(*left, if mariadb { Left::Resumable } else { Left::Unchanged });
    if mariadb {
        assert_eq!(db.texts("SELECT CAST(@@lock_wait_timeout AS CHAR)").await, ["1"]);
    } else {
        assert_eq!(shape(db).await, before);
    }
    reads.rollback().await?;
    convert_case(&plan_of(db), Mode::Offline).await?;
    is_converted(db).await;
    Ok(())
}

async fn conversion_detects_dropped_objects_before_any_change(db: &TestDb) -> Outcome {
    create(db).await;
    let conversion = plan_of(db).convert(Mode::Offline).await?;
    db.run(if db.backend == Backend::Mariadb {
        "DROP INDEX task_title ON task"
    } else {
        "DROP INDEX task_title"
    })
    .await;
    let before = shape(db).await;
    let error = conversion.run(&mut ()).await.expect_err("an index was dropped");
    assert!(matches!(error, PlanError::Outdated), "{error}");
    assert_eq!(shape(db).await, before);
    let conversion = plan_of(db).convert(Mode::Offline).await?;
    db.run("DROP TABLE task").await;
    let before = shape(db).await;
    let error = conversion.run(&mut ()).await.expect_err("a table was dropped");
    assert!(matches!(&error, PlanError::TableMissing { tables } if tables == "`task`"), "{error}");
    assert_eq!(shape(db).await, before);
    Ok(())
}

async fn online_conversion_detects_dropped_objects_before_any_change(db: &TestDb) -> Outcome {
    create(db).await;
    let conversion = plan_of(db).convert(Mode::Online).await?;
    db.run("DROP TABLE task").await;
    let before = shape(db).await;
    let error = conversion.run(&mut ()).await.expect_err("a table was dropped");
    assert!(matches!(&error, PlanError::TableMissing { tables } if tables == "`task`"), "{error}");
    assert_eq!(shape(db).await, before);
    Ok(())
}

async fn planning_as_another_role_than_the_owner_is_refused(db: &TestDb) -> Outcome {
    create(db).await;
    let role = &db.name;
    run(
        db,
        &[
            &format!("CREATE ROLE {role} LOGIN PASSWORD 'tenancy'"),
            &format!("GRANT USAGE, CREATE ON SCHEMA {role} TO {role}"),
            &format!("GRANT ALL ON ALL TABLES IN SCHEMA {role} TO {role}"),
        ],
    )
    .await;
    let connection = connect_as(db, role).await?;
    let other = TestDb { backend: db.backend, connection, name: db.name.clone() };
    for mode in [Mode::Offline, Mode::Online] {
        let error = plan_of(&other).convert(mode).await.expect_err("the role is not the owner");
        assert!(matches!(error, PlanError::Unconvertible { .. }), "{error}");
        assert!(error.to_string().contains("owner"), "{error}");
    }
    for table in ["account", "project", "task"] {
        db.run(&format!("ALTER TABLE {table} OWNER TO {role}")).await;
    }
    db.run(&format!("REVOKE CREATE ON SCHEMA {role} FROM {role}")).await;
    let error = plan_of(&other).convert(Mode::Offline).await.expect_err("the role cannot create an index");
    assert!(error.to_string().contains("GRANT CREATE"), "{error}");
    db.run(&format!("GRANT CREATE ON SCHEMA {role} TO {role}")).await;
    convert_case(&plan_of(&other), Mode::Offline).await?;
    is_converted(db).await;
    Ok(())
}

async fn missing_privilege_gives_advice_and_a_rerun_continues(db: &TestDb) -> Outcome {
    create(db).await;
    let user = &db.name[..40];
    run(
        db,
        &[
            &format!("CREATE USER {user} IDENTIFIED BY 'tenancy'"),
            &format!("GRANT SELECT, INSERT, UPDATE, ALTER, CREATE ON {}.* TO {user}", db.name),
        ],
    )
    .await;
    let server = std::env::var("SEA_ORM_MULTITENANT_MARIADB_URL").expect("the test has a server");
    let (_, host) = server.rsplit_once('@').expect("the address names a user");
    let (host, _) = host.rsplit_once('/').expect("the address names a database");
    let connection = Database::connect(format!("mysql://{user}:tenancy@{host}/{}", db.name)).await?;
    let other = TestDb { backend: db.backend, connection, name: db.name.clone() };
    let error = plan_of(&other)
        .convert(Mode::Offline)
        .await?
        .run(&mut ())
        .await
        .expect_err("the role cannot create an index");
    let PlanError::Step { way_out, left: Left::Resumable, .. } = &error else { panic!("{error}") };
    assert!(way_out.contains("owner"), "{error}");
    db.run(&format!("GRANT ALL ON {}.* TO {user}", db.name)).await;
    other.connection.close().await?;
    let connection = Database::connect(format!("mysql://{user}:tenancy@{host}/{}", db.name)).await?;
    let other = TestDb { backend: db.backend, connection, name: db.name.clone() };
    convert_case(&plan_of(&other), Mode::Offline).await?;
    is_converted(db).await;
    db.run(&format!("DROP USER {user}")).await;
    Ok(())
}

/// A database in a file, which is deleted with it.
struct File(std::path::PathBuf);

impl File {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("migration-{}.db", uuid::Uuid::new_v4().simple())))
    }

    async fn open(&self, mode: &str) -> Result<TestDb, DbErr> {
        let mut options = sea_orm::ConnectOptions::new(format!("sqlite://{}?mode={mode}", self.0.display()));
        options.max_connections(1).sqlx_logging(false);
        let connection = Database::connect(options).await?;
        Ok(TestDb { backend: Backend::Sqlite, connection, name: String::new() })
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

async fn second_concurrent_conversion_finds_its_plan_outdated(_: &TestDb) -> Outcome {
    let file = File::new();
    let (first, second) = (file.open("rwc").await?, file.open("rwc").await?);
    create(&first).await;
    let [one, other] =
        [plan_of(&first).convert(Mode::Offline).await?, plan_of(&second).convert(Mode::Offline).await?];
    let done = tokio::join!(
        tokio::spawn(async move { one.run(&mut ()).await.map(drop) }),
        tokio::spawn(async move { other.run(&mut ()).await.map(drop) })
    );
    let (one, other) = (done.0.expect("the task does not panic"), done.1.expect("the task does not panic"));
    let lost = [one, other].into_iter().filter_map(Result::err).collect::<Vec<_>>();
    assert!(matches!(lost.as_slice(), [PlanError::Outdated]), "{lost:?}");
    assert!(plan_of(&second).convert(Mode::Offline).await?.steps().is_empty());
    is_converted(&first).await;
    Ok(())
}

async fn conversion_does_not_start_during_a_write(_: &TestDb) -> Outcome {
    let file = File::new();
    let (db, other) = (file.open("rwc").await?, file.open("rwc").await?);
    create(&db).await;
    let before = shape(&db).await;
    db.run("PRAGMA busy_timeout = 200").await;
    let conversion = plan_of(&db).convert(Mode::Offline).await?;
    let writes = other.connection.begin().await?;
    writes.execute_unprepared("UPDATE task SET title = 'c' WHERE id = 70").await?;
    let error = conversion.run(&mut ()).await.expect_err("another session writes");
    let PlanError::Session { what: "BEGIN", left: Left::Unchanged, way_out, .. } = &error else {
        panic!("{error}")
    };
    assert!(way_out.contains("holds a lock"), "{error}");
    assert_eq!(shape(&db).await, before);
    writes.commit().await?;
    conversion.run(&mut ()).await?;
    is_converted(&db).await;
    Ok(())
}

async fn full_disk_leaves_the_database_unchanged(_: &TestDb) -> Outcome {
    let file = File::new();
    let db = file.open("rwc").await?;
    create(&db).await;
    let rows = "WITH RECURSIVE n (i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) \
                INSERT INTO task SELECT i, 7, 'title ' || i FROM n";
    db.run(rows).await;
    let before = shape(&db).await;
    let pages = db.texts("SELECT CAST(page_count AS TEXT) FROM pragma_page_count").await.remove(0);
    db.run(&format!("PRAGMA max_page_count = {pages}")).await;
    let error = plan_of(&db).convert(Mode::Offline).await?.run(&mut ()).await.expect_err("the disk is full");
    assert!(error.to_string().contains("Free space"), "{error}");
    assert_eq!(error.left(), Some(Left::Unchanged));
    assert_eq!(shape(&db).await, before);
    assert_eq!(db.texts("SELECT CAST(count(*) AS TEXT) FROM task").await, ["2903"]);
    db.run("PRAGMA max_page_count = 100000").await;
    convert_case(&plan_of(&db), Mode::Offline).await?;
    db.refused("INSERT INTO task (id, project_id, account_id) VALUES (1, 7, 2)").await;
    Ok(())
}

async fn read_only_file_error_gives_advice(_: &TestDb) -> Outcome {
    let file = File::new();
    create(&file.open("rwc").await?).await;
    let db = file.open("ro").await?;
    let error =
        plan_of(&db).convert(Mode::Offline).await?.run(&mut ()).await.expect_err("the file is read-only");
    assert!(error.to_string().contains("may write"), "{error}");
    assert_eq!(error.left(), Some(Left::Unchanged));
    Ok(())
}

on_every_backend!(conversion_detects_dropped_objects_before_any_change);
on_backend! {
    servers_postgres Postgres:
    second_concurrent_conversion_is_refused,
    planning_stops_waiting_after_a_timeout,
    lock_timeout_gives_advice_and_a_rerun_continues,
    online_conversion_detects_dropped_objects_before_any_change,
    planning_as_another_role_than_the_owner_is_refused
}
on_backend! {
    servers_mariadb Mariadb:
    second_concurrent_conversion_is_refused,
    conversion_waits_for_the_statement_of_a_killed_client,
    planning_stops_waiting_after_a_timeout,
    lock_timeout_gives_advice_and_a_rerun_continues,
    missing_privilege_gives_advice_and_a_rerun_continues
}
on_backend! {
    files Sqlite:
    second_concurrent_conversion_finds_its_plan_outdated,
    conversion_does_not_start_during_a_write,
    full_disk_leaves_the_database_unchanged,
    read_only_file_error_gives_advice
}
