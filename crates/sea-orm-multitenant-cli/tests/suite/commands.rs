//! Tests of the commands on each engine.

use crate::database::{Backend, TestDb};
use std::process::ExitCode;

async fn check_says_what_is_unsafe_until_it_is_converted(db: &TestDb) {
    db.fill().await;
    let output = db.run(&["check"]).await;
    assert_eq!(output.code, ExitCode::from(1), "{}", output.err);
    for words in ["there is no tenant column `account_id`", "omits the tenant column", "Errors: "] {
        assert!(
            output.out.replace('\n', " ").contains(words) || flat(&output.out).contains(words),
            "{words}:\n{}",
            output.out
        );
    }
    let convert = db.run(&["convert"]).await;
    assert_eq!(convert.code, ExitCode::SUCCESS, "{}{}", convert.out, convert.err);
    assert!(convert.out.contains("Done: "), "{}", convert.out);
    assert!(convert.err.contains(" task: "), "{}", convert.err);
    let output = db.run(&["check"]).await;
    assert_eq!(output.code, ExitCode::SUCCESS, "{}", output.out);
    if db.backend != Backend::Postgres {
        assert_eq!(output.out, "No findings: the database keeps tenants apart.\n");
    }
    let again = db.run(&["convert"]).await;
    assert_eq!((again.code, again.out.as_str()), (ExitCode::SUCCESS, "Nothing to do.\n"));
}

/// Joins the words of a table, whose cells are wrapped.
fn flat(table: &str) -> String {
    let mut columns: Vec<String> = Vec::new();
    for line in table.lines().filter(|line| line.starts_with('|')) {
        for (at, cell) in line.trim_matches('|').split('|').enumerate() {
            if columns.len() <= at {
                columns.push(String::new());
            }
            columns[at].push_str(cell.trim());
            columns[at].push(' ');
        }
    }
    columns.concat()
}

async fn check_tells_programs(db: &TestDb) {
    db.fill().await;
    let output = db.run(&["check", "--format", "json"]).await;
    assert_eq!(output.code, ExitCode::from(1));
    let json: serde_json::Value = serde_json::from_str(&output.out).expect("JSON");
    let findings = json["findings"].as_array().expect("a list");
    let missing = findings.iter().find(|finding| finding["code"] == "tenant_column_missing").expect("one");
    assert_eq!((&missing["severity"], &missing["table"]), (&"error".into(), &"task".into()));
    assert_eq!(missing["column"], "account_id");
    for key in ["what", "why", "way_out"] {
        assert!(missing[key].as_str().is_some_and(|text| !text.is_empty()), "{missing}");
    }
}

async fn a_plan_runs_nothing(db: &TestDb) {
    db.fill().await;
    for arguments in [&["plan"][..], &["convert", "--dry-run"]] {
        let output = db.run(arguments).await;
        assert_eq!(output.code, ExitCode::SUCCESS, "{}", output.err);
        assert!(output.out.contains("\n-- 1. ") && output.out.contains("UPDATE "), "{}", output.out);
        assert!(output.out.contains("| step | table"), "{}", output.out);
        let whole = db.backend != Backend::Mariadb;
        assert_eq!(
            output.out.contains("All steps run in one transaction: a failure leaves the database unchanged."),
            whole
        );
    }
    let output = db.run(&["plan", "--format", "json"]).await;
    let json: serde_json::Value = serde_json::from_str(&output.out).expect("JSON");
    assert!(json["steps"].as_array().is_some_and(|steps| steps.iter().all(|step| step["sql"].is_string())));
    assert_eq!(db.run(&["check"]).await.code, ExitCode::from(1), "nothing was converted");
}

async fn status_lists_the_tables(db: &TestDb) {
    db.fill().await;
    let output = db.run(&["status", "--format", "json"]).await;
    assert_eq!(output.code, ExitCode::SUCCESS, "{}", output.err);
    let json: serde_json::Value = serde_json::from_str(&output.out).expect("JSON");
    let tables = json["tables"].as_array().expect("a list");
    let names: Vec<_> = tables.iter().map(|table| table["table"].as_str().unwrap_or_default()).collect();
    assert_eq!(names, ["account", "project", "task"]);
    assert_eq!(tables[2]["primary_key"], serde_json::json!(["id"]));
    assert_eq!(tables[2]["errors"], 3);
    let output = db.run(&["status"]).await;
    assert!(output.out.contains("| account | the tenants |"), "{}", output.out);
}

async fn explain_shows_the_text_before_and_after(db: &TestDb) {
    let output = db.run(&["explain", "SELECT name FROM project WHERE id = 7", "--tenant", "1"]).await;
    assert_eq!(output.code, ExitCode::SUCCESS, "{}", output.err);
    let lines: Vec<_> = output.out.lines().collect();
    assert_eq!(lines[0], "before: SELECT name FROM project WHERE id = 7");
    assert!(lines[1].starts_with("after:  SELECT ") && lines[1].contains("account_id"), "{}", output.out);
    assert_eq!(lines[2], "values: 1");
    let refused = db.run(&["explain", "DROP TABLE project", "--tenant", "1"]).await;
    assert_eq!(refused.code, ExitCode::from(1));
    assert!(refused.err.starts_with("error: ") && refused.out.is_empty(), "{refused:?}");
    let output = db.run(&["explain", "DROP TABLE project", "--tenant", "1", "--format", "json"]).await;
    let json: serde_json::Value = serde_json::from_str(&output.out).expect("JSON");
    assert_eq!(json["refused"]["code"], "unsupported", "{json}");
    assert_eq!(output.code, ExitCode::from(1));
}

async fn a_failure_is_said_in_words(db: &TestDb) {
    let output = db.run(&["convert"]).await;
    assert_eq!(output.code, ExitCode::from(1));
    let words = "error: the database has no table `account`, `project`, `task`; run the migrations first\n";
    assert_eq!(output.err, words);
    if db.backend != Backend::Postgres {
        db.fill().await;
        let output = db.run(&["convert", "--online"]).await;
        assert_eq!(output.code, ExitCode::from(1));
        assert!(output.err.contains("can be converted offline only"), "{}", output.err);
    }
}

async fn without_citus_there_is_nothing_to_distribute(db: &TestDb) {
    db.fill().await;
    let output = db.run(&["distribute"]).await;
    assert_eq!((output.code, output.out.as_str()), (ExitCode::SUCCESS, "Nothing to do.\n"));
}

macro_rules! on_every_backend {
    ($($test:ident),+ $(,)?) => {
        on_backend! { sqlite Sqlite: $($test),+ }
        on_backend! { postgres Postgres: $($test),+ }
        on_backend! { mariadb Mariadb: $($test),+ }
    };
}

macro_rules! on_backend {
    ($module:ident $backend:ident: $($test:ident),+) => {
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

on_every_backend!(
    check_says_what_is_unsafe_until_it_is_converted,
    check_tells_programs,
    a_plan_runs_nothing,
    status_lists_the_tables,
    explain_shows_the_text_before_and_after,
    a_failure_is_said_in_words,
    without_citus_there_is_nothing_to_distribute,
);

async fn distribute_then_explain_reports_one_shard(db: &TestDb) {
    db.fill().await;
    let early = db.run(&["distribute"]).await;
    assert_eq!(early.code, ExitCode::from(1));
    assert!(early.err.contains("`convert` does both"), "{}", early.err);
    let convert = db.run(&["convert"]).await;
    assert_eq!(convert.code, ExitCode::SUCCESS, "{}{}", convert.out, convert.err);
    let status = db.run(&["status"]).await;
    assert!(status.out.contains("with Citus") && status.out.contains("distributed"), "{}", status.out);
    let output = db.run(&["explain", "SELECT name FROM project", "--tenant", "1"]).await;
    assert_eq!(output.code, ExitCode::SUCCESS, "{}", output.err);
    assert!(output.out.ends_with("Citus:  router: one shard\n"), "{}", output.out);
}

on_backend! { citus Citus: distribute_then_explain_reports_one_shard }
