//! The command `audit`: what it prints, and that it runs nothing.

use crate::database::{Backend, TestDb};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use std::{
    process::ExitCode,
    sync::{Arc, Mutex},
};

/// Writes a file and audits it.
async fn audit(db: &TestDb, text: &str, options: &[&str]) -> crate::database::CommandOutput {
    let path = std::env::temp_dir().join(format!("audit_{}", uuid::Uuid::new_v4().simple()));
    std::fs::write(&path, text).expect("the file is written");
    let file = path.to_string_lossy().into_owned();
    let arguments = [&["audit", "--file", &file], options].concat();
    let output = db.run(&arguments).await;
    std::fs::remove_file(&path).expect("the file is removed");
    output
}

async fn an_audit_sums_up_what_a_scope_makes_of_statements(db: &TestDb) {
    let script = "SELECT name FROM project WHERE id = 7;\n\
                  DELETE FROM log; DELETE FROM log; -- twice; in one line\n\
                  UPDATE project SET account_id = account_id + 1;\n\
                  INSERT INTO project (id, name) VALUES (9, 'a;b');\n\
                  CREATE TABLE x (y INTEGER);\nBEGIN;";
    let output = audit(db, script, &[]).await;
    assert_eq!(output.code, ExitCode::from(1), "{}", output.err);
    assert!(
        output.out.ends_with(
            "\nAccepted: 2 statements (2 calls). Refused: 2 statements (3 calls).\n\
             Not for a scope, such as DDL: 2 statements (2 calls). Not judged: 0 statements (0 calls).\n"
        ),
        "{}",
        output.out
    );
    let log = output.out.find("table `log`").expect("the construct");
    let column = output.out.find("an assignment to the tenant").expect("the construct");
    assert!(log < column, "what ran most often comes first: {}", output.out);
    assert!(
        output.out.contains("\n-- 2 calls, refused: table `log` is not in the catalogue; "),
        "{}",
        output.out
    );
    assert!(!output.out.contains("SELECT name"), "{}", output.out);
    let accepted = audit(db, "SELECT name FROM project WHERE id = 7", &["--statements"]).await;
    assert_eq!(accepted.code, ExitCode::SUCCESS, "{}", accepted.err);
    assert!(accepted.out.starts_with("No statement is refused.\n\n-- 1 call\nSELECT name FROM project WHERE id = 7;\n-- in a scope:\nSELECT "), "{}", accepted.out);
}

async fn an_audit_tells_programs(db: &TestDb) {
    let lines =
        "{\"sql\": \"SELECT name FROM project\", \"calls\": 40}\n\n{\"sql\": \"TRUNCATE TABLE project\"}\n";
    let output = audit(db, lines, &["--format", "json"]).await;
    assert_eq!(output.code, ExitCode::from(1), "{}", output.err);
    let json: serde_json::Value = serde_json::from_str(&output.out).expect("JSON");
    assert_eq!(json["counts"]["accepted"], serde_json::json!({"statements": 1, "calls": 40}));
    assert_eq!(json["refusals"][0]["calls"], 1);
    let [accepted, refused] = json["statements"].as_array().expect("a list").as_slice() else {
        panic!("{json}")
    };
    assert_eq!((&accepted["verdict"], &accepted["calls"]), (&"accepted".into(), &40.into()));
    assert!(accepted["scoped"].as_str().is_some_and(|sql| sql.contains("account_id")), "{accepted}");
    assert_eq!((&refused["verdict"], &refused["sql"]), (&"refused".into(), &"TRUNCATE TABLE project".into()));
    assert!(refused["way_out"].as_str().is_some_and(|text| !text.is_empty()), "{refused}");
}

/// Statements that would be noticed if they ran: they write, drop, call, wait, end a transaction, or close a quote.
const CANARIES: &[&str] = &[
    "DELETE FROM canary",
    "DROP TABLE canary",
    "SELECT pg_sleep(60)",
    "SELECT sleep(60)",
    "SELECT touch_canary()",
    "SELECT 1; DELETE FROM canary",
    "COMMIT; DELETE FROM canary; BEGIN",
    "ROLLBACK; DROP TABLE canary",
    "EXPLAIN ANALYZE DELETE FROM canary",
    "WITH gone AS (DELETE FROM canary RETURNING id) SELECT id FROM gone",
    "'; DELETE FROM canary; --",
    "/*!50000 DELETE FROM canary */",
    "SELECT '\\'; DELETE FROM canary; -- '",
    "$$; DELETE FROM canary; $$",
    "SET SESSION TRANSACTION READ WRITE; DELETE FROM canary",
    "CALL touch_canary()",
    "DO $$ BEGIN DELETE FROM canary; END $$",
];

async fn an_audit_runs_no_statement(db: &TestDb) {
    db.connection.execute_unprepared("CREATE TABLE canary (id INTEGER)").await.expect("a table");
    db.connection.execute_unprepared("INSERT INTO canary VALUES (1)").await.expect("a row");
    if db.backend == Backend::Postgres {
        let function = "CREATE FUNCTION touch_canary() RETURNS integer LANGUAGE sql AS 'DELETE FROM canary RETURNING id'";
        db.connection.execute_unprepared(function).await.expect("a function");
    }
    let script = CANARIES.join(";\n");
    let lines: String =
        CANARIES.iter().map(|sql| format!("{}\n", serde_json::json!({ "sql": sql, "calls": 2 }))).collect();
    let began = std::time::Instant::now();
    for text in [script, lines] {
        let (output, sent) = recorded(db, &text).await;
        assert_eq!(output.code, ExitCode::from(1), "{}", output.err);
        assert!(sent.iter().all(|sql| is_own(sql)), "{sent:?}");
    }
    assert!(began.elapsed() < std::time::Duration::from_secs(50), "something slept");
    let rows = Statement::from_string(db.connection.get_database_backend(), "SELECT id FROM canary");
    assert_eq!(db.connection.query_all_raw(rows).await.expect("the table").len(), 1);
}

/// Audits a file over a connection whose statements are recorded.
async fn recorded(db: &TestDb, text: &str) -> (crate::database::CommandOutput, Vec<String>) {
    let sent = Arc::new(Mutex::new(Vec::new()));
    let mut recording = db.with_connection(db.connection.clone());
    recording.connection.set_metric_callback({
        let sent = Arc::clone(&sent);
        move |info| sent.lock().expect("nobody panics").push(info.statement.sql.clone())
    });
    let output = audit(&recording, text, &[]).await;
    let sent = sent.lock().expect("nobody panics").clone();
    (output, sent)
}

/// Whether a statement is one of the audit's own: the question for Citus.
fn is_own(sql: &str) -> bool {
    sql.starts_with("SELECT extversion FROM pg_catalog.pg_extension")
}

/// Whether the server of the tests counts statements.
async fn has_statistics(db: &TestDb) -> bool {
    let loaded = match db.backend {
        Backend::Sqlite => return false,
        Backend::Postgres | Backend::Citus => {
            "SELECT position('pg_stat_statements' IN current_setting('shared_preload_libraries'))::bigint AS n"
        }
        Backend::Mariadb => "SELECT CAST(@@performance_schema AS SIGNED) AS n",
    };
    let is_loaded = db.number(loaded).await > 0;
    if is_loaded && db.backend == Backend::Postgres {
        let create = "CREATE EXTENSION IF NOT EXISTS pg_stat_statements SCHEMA public";
        db.connection.execute_unprepared(create).await.expect("an extension");
    }
    is_loaded
}

async fn statistics_are_read_or_their_absence_is_named(db: &TestDb) {
    db.fill().await;
    if !has_statistics(db).await {
        let output = db.run(&["audit"]).await;
        assert_eq!(output.code, ExitCode::from(1));
        assert!(output.out.is_empty() && output.err.contains("`tenancy audit --file FILE`"), "{output:?}");
        return;
    }
    for _ in 0..3 {
        db.number("SELECT COUNT(*) AS n FROM project WHERE id IN (1, 2, 3)").await;
    }
    let output = db.run(&["audit", "--format", "json"]).await;
    let json: serde_json::Value = serde_json::from_str(&output.out).unwrap_or_else(|_| panic!("{output:?}"));
    let statements = json["statements"].as_array().expect("a list");
    let counted = statements.iter().find(|statement| {
        statement["sql"]
            .as_str()
            .is_some_and(|sql| sql.to_lowercase().contains("count(*)") && sql.contains("project"))
    });
    let counted = counted.unwrap_or_else(|| panic!("{json:#}"));
    assert_eq!(counted["verdict"], "accepted", "{counted:#}");
    assert!(
        !output.out.contains("performance_schema") && !output.out.contains("multitenant: audit"),
        "{output:?}"
    );
    // MariaDB does not count the executions of prepared statements.
    let least = if db.backend == Backend::Mariadb { 1 } else { 3 };
    assert!(counted["calls"].as_u64() >= Some(least), "{counted:#}");
}

async fn what_statistics_have_lost_is_not_judged(db: &TestDb) {
    db.stand_in_for_statistics().await;
    let output = db.run(&["audit", "--format", "json"]).await;
    assert_eq!(output.code, ExitCode::from(1), "{}", output.err);
    let json: serde_json::Value = serde_json::from_str(&output.out).expect("JSON");
    let verdicts: Vec<_> = json["statements"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|statement| {
            (
                statement["sql"].as_str().unwrap_or_default(),
                statement["calls"].as_u64().unwrap_or_default(),
                statement["verdict"].as_str().unwrap_or_default(),
            )
        })
        .collect();
    assert_eq!(
        verdicts,
        [
            ("SELECT count(*) FROM project WHERE id IN ($1, $2)", 900, "accepted"),
            ("DELETE FROM canary", 50, "refused"),
            ("<insufficient privilege>", 40, "unjudged"),
            ("SELECT name FROM project WHERE created > DATE $1", 30, "unjudged"),
            ("", 20, "unjudged"),
            ("BEGIN", 10, "administrative"),
        ]
    );
}

#[tokio::test]
async fn postgres_statistics_that_lost_a_text_are_not_judged() {
    let db = TestDb::create(Backend::Postgres).await;
    what_statistics_have_lost_is_not_judged(&db).await;
    db.drop().await;
}

#[tokio::test]
async fn the_statistics_of_postgres_are_read_in_a_transaction_that_cannot_write() {
    let db = TestDb::create(Backend::Postgres).await;
    db.connection.execute_unprepared("CREATE TABLE canary (id INTEGER)").await.expect("a table");
    // A view of that name that writes when it is read.
    for sql in [
        "CREATE FUNCTION touch_canary() RETURNS text LANGUAGE sql AS 'INSERT INTO canary VALUES (1) RETURNING ''SELECT 1'''",
        "CREATE VIEW pg_stat_statements AS SELECT oid AS dbid, touch_canary() AS query, 1::bigint AS calls FROM pg_database",
    ] {
        db.connection.execute_unprepared(sql).await.expect(sql);
    }
    let output = db.run(&["audit"]).await;
    assert_eq!(output.code, ExitCode::from(1));
    assert!(output.err.contains("read-only transaction"), "{output:?}");
    assert_eq!(db.number("SELECT COUNT(*) AS n FROM canary").await, 0);
    db.drop().await;
}

#[tokio::test]
async fn a_long_audit_reports_its_progress() {
    let db = TestDb::create(Backend::Sqlite).await;
    let script: String = (0..1_200).map(|n| format!("SELECT {n} FROM project;\n")).collect();
    let output = audit(&db, &script, &[]).await;
    assert_eq!(
        (output.code, output.err.as_str()),
        (ExitCode::SUCCESS, "500 of 1200 statements\n1000 of 1200 statements\n")
    );
}

#[tokio::test]
async fn a_text_cannot_control_the_terminal() {
    let db = TestDb::create(Backend::Sqlite).await;
    let output = audit(&db, "SELECT '\u{1b}]0;title\u{7}' FROM log", &[]).await;
    assert_eq!(output.code, ExitCode::from(1));
    assert!(!output.out.contains(|c: char| c.is_control() && c != '\n'), "{:?}", output.out);
}

#[tokio::test]
async fn what_cannot_be_read_is_a_failure() {
    let db = TestDb::create(Backend::Sqlite).await;
    let missing = db.run(&["audit", "--file", "/nonexistent/statements.sql"]).await;
    assert_eq!(missing.code, ExitCode::from(1));
    assert!(missing.err.starts_with("error: /nonexistent/statements.sql cannot be read: "), "{missing:?}");
    let line = audit(&db, "{\"sql\": \"SELECT 1\"}\n{\"text\": 1}\n", &[]).await;
    assert_eq!(line.code, ExitCode::from(1));
    assert!(line.err.starts_with("error: line 2 is not a statement in JSON"), "{line:?}");
}

macro_rules! on_backend {
    ($module:ident $backend:ident: $($test:ident),+ $(,)?) => {
        mod $module {
            $(
                #[tokio::test]
                async fn $test() {
                    let db = crate::database::TestDb::create(crate::database::Backend::$backend).await;
                    super::$test(&db).await;
                    db.drop().await;
                }
            )+
        }
    };
}

macro_rules! on_every_backend {
    ($($test:ident),+ $(,)?) => {
        on_backend! { sqlite Sqlite: $($test),+ }
        on_backend! { postgres Postgres: $($test),+ }
        on_backend! { mariadb Mariadb: $($test),+ }
    };
}

on_every_backend!(
    an_audit_sums_up_what_a_scope_makes_of_statements,
    an_audit_tells_programs,
    an_audit_runs_no_statement,
    statistics_are_read_or_their_absence_is_named,
);

async fn an_audit_tells_the_shards(db: &TestDb) {
    db.fill().await;
    let convert = db.run(&["convert"]).await;
    assert_eq!(convert.code, ExitCode::SUCCESS, "{}{}", convert.out, convert.err);
    let output = audit(db, "SELECT name FROM project", &["--format", "json"]).await;
    let json: serde_json::Value = serde_json::from_str(&output.out).expect("JSON");
    assert_eq!(json["statements"][0]["shards"], "one shard", "{json}");
}

on_backend! { citus Citus: an_audit_tells_the_shards }

impl TestDb {
    /// The same database over another connection.
    fn with_connection(&self, connection: sea_orm::DatabaseConnection) -> Self {
        Self { backend: self.backend, connection, server: None }
    }

    async fn number(&self, sql: &str) -> i64 {
        let statement = Statement::from_string(self.connection.get_database_backend(), sql);
        let row = self.connection.query_one_raw(statement).await.expect(sql).expect("a row");
        row.try_get("", "n").expect("a number")
    }

    /// Creates a view of the name and columns of `pg_stat_statements` on the search path: the server of the tests may
    /// not have loaded the extension.
    async fn stand_in_for_statistics(&self) {
        assert_eq!(self.connection.get_database_backend(), DbBackend::Postgres);
        let view = "CREATE VIEW pg_stat_statements AS \
             SELECT d.oid AS dbid, v.query, v.calls::bigint AS calls, v.toplevel \
             FROM pg_database AS d CROSS JOIN (VALUES \
             ('SELECT count(*) FROM project WHERE id IN ($1, $2)', 450, true), \
             ('SELECT count(*) FROM project WHERE id IN ($1, $2)', 450, true), \
             ('DELETE FROM canary', 50, true), ('<insufficient privilege>', 40, true), \
             ('SELECT name FROM project WHERE created > DATE $1', 30, true), (NULL, 20, true), ('BEGIN', 10, true), \
             ('SELECT x /* sea-orm-multitenant: audit */ FROM y', 7, true), ('DELETE FROM inside_a_function', 5, false) \
             ) AS v (query, calls, toplevel) WHERE d.datname = current_database()";
        self.connection.execute_unprepared(view).await.expect("a view");
    }
}
