//! The commands on the engines.

use crate::database::{Backend, TestDb};
use std::process::ExitCode;

async fn check_says_what_is_unsafe_until_it_is_converted(db: &TestDb) {
    db.fill().await;
    let said = db.say(&["check"]).await;
    assert_eq!(said.code, ExitCode::from(1), "{}", said.err);
    for words in ["there is no tenant column `account_id`", "leaves the tenant column out", "Errors: "] {
        assert!(
            said.out.replace('\n', " ").contains(words) || flat(&said.out).contains(words),
            "{words}:\n{}",
            said.out
        );
    }
    let convert = db.say(&["convert"]).await;
    assert_eq!(convert.code, ExitCode::SUCCESS, "{}{}", convert.out, convert.err);
    assert!(convert.out.contains("Done: "), "{}", convert.out);
    assert!(convert.err.contains(" task: "), "{}", convert.err);
    let said = db.say(&["check"]).await;
    assert_eq!(said.code, ExitCode::SUCCESS, "{}", said.out);
    if db.backend != Backend::Postgres {
        assert_eq!(said.out, "Nothing found: the database keeps tenants apart.\n");
    }
    let again = db.say(&["convert"]).await;
    assert_eq!((again.code, again.out.as_str()), (ExitCode::SUCCESS, "Nothing to do.\n"));
}

/// The words of a table, whose cells are wrapped.
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
    let said = db.say(&["check", "--format", "json"]).await;
    assert_eq!(said.code, ExitCode::from(1));
    let json: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
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
        let said = db.say(arguments).await;
        assert_eq!(said.code, ExitCode::SUCCESS, "{}", said.err);
        assert!(said.out.contains("\n-- 1. ") && said.out.contains("UPDATE "), "{}", said.out);
        assert!(said.out.contains("| step | table"), "{}", said.out);
        let whole = db.backend != Backend::Mariadb;
        assert_eq!(said.out.contains("One transaction: a failure leaves the database as it was."), whole);
    }
    let said = db.say(&["plan", "--format", "json"]).await;
    let json: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    assert!(json["steps"].as_array().is_some_and(|steps| steps.iter().all(|step| step["sql"].is_string())));
    assert_eq!(db.say(&["check"]).await.code, ExitCode::from(1), "nothing has changed");
}

async fn status_lists_the_tables(db: &TestDb) {
    db.fill().await;
    let said = db.say(&["status", "--format", "json"]).await;
    assert_eq!(said.code, ExitCode::SUCCESS, "{}", said.err);
    let json: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    let tables = json["tables"].as_array().expect("a list");
    let names: Vec<_> = tables.iter().map(|table| table["table"].as_str().unwrap_or_default()).collect();
    assert_eq!(names, ["account", "project", "task"]);
    assert_eq!(tables[2]["primary_key"], serde_json::json!(["id"]));
    assert_eq!(tables[2]["errors"], 3);
    let said = db.say(&["status"]).await;
    assert!(said.out.contains("| account | the tenants |"), "{}", said.out);
}

async fn explain_shows_the_text_before_and_after(db: &TestDb) {
    let said = db.say(&["explain", "SELECT name FROM project WHERE id = 7", "--tenant", "1"]).await;
    assert_eq!(said.code, ExitCode::SUCCESS, "{}", said.err);
    let lines: Vec<_> = said.out.lines().collect();
    assert_eq!(lines[0], "before: SELECT name FROM project WHERE id = 7");
    assert!(lines[1].starts_with("after:  SELECT ") && lines[1].contains("account_id"), "{}", said.out);
    assert_eq!(lines[2], "values: 1");
    let refused = db.say(&["explain", "DROP TABLE project", "--tenant", "1"]).await;
    assert_eq!(refused.code, ExitCode::from(1));
    assert!(refused.err.starts_with("error: ") && refused.out.is_empty(), "{refused:?}");
}

async fn a_failure_is_said_in_words(db: &TestDb) {
    let said = db.say(&["convert"]).await;
    assert_eq!(said.code, ExitCode::from(1));
    let words = "error: the database has no table `account`, `project`, `task`; run the migrations first\n";
    assert_eq!(said.err, words);
    if db.backend != Backend::Postgres {
        db.fill().await;
        let said = db.say(&["convert", "--online"]).await;
        assert_eq!(said.code, ExitCode::from(1));
        assert!(said.err.contains("is converted offline only"), "{}", said.err);
    }
}

async fn without_citus_there_is_nothing_to_distribute(db: &TestDb) {
    db.fill().await;
    let said = db.say(&["distribute"]).await;
    assert_eq!((said.code, said.out.as_str()), (ExitCode::SUCCESS, "Nothing to do.\n"));
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

async fn distribution_and_the_shards_of_a_statement(db: &TestDb) {
    db.fill().await;
    let early = db.say(&["distribute"]).await;
    assert_eq!(early.code, ExitCode::from(1));
    assert!(early.err.contains("`convert` does both"), "{}", early.err);
    let convert = db.say(&["convert"]).await;
    assert_eq!(convert.code, ExitCode::SUCCESS, "{}{}", convert.out, convert.err);
    let status = db.say(&["status"]).await;
    assert!(status.out.contains("with Citus") && status.out.contains("distributed"), "{}", status.out);
    let said = db.say(&["explain", "SELECT name FROM project", "--tenant", "1"]).await;
    assert_eq!(said.code, ExitCode::SUCCESS, "{}", said.err);
    assert!(said.out.ends_with("Citus:  router: one shard\n"), "{}", said.out);
}

on_backend! { citus Citus: distribution_and_the_shards_of_a_statement }
