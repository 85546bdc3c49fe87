//! Structures that only SQLite has: tables are recreated.

use super::*;

async fn views_triggers_indexes_and_counters_stay(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            "CREATE TABLE project (id INTEGER PRIMARY KEY AUTOINCREMENT, account_id bigint NOT NULL, name text COLLATE NOCASE UNIQUE, \
             upper text AS (upper(name)))",
            "CREATE TABLE task (code text PRIMARY KEY, account_id bigint NOT NULL, state text DEFAULT 'open', \
             project_id bigint REFERENCES project ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED) WITHOUT ROWID",
            "CREATE INDEX task_open ON task (state) WHERE state = 'open'",
            "CREATE VIEW open_task AS SELECT code FROM task WHERE state = 'open'",
            "CREATE VIEW codes AS SELECT code FROM open_task",
            "CREATE TABLE log (line text)",
            "CREATE TRIGGER task_made AFTER INSERT ON task BEGIN INSERT INTO log VALUES (new.code); END",
            ACCOUNTS,
            "INSERT INTO project (id, account_id, name) VALUES (7, 1, 'Apollo'), (99, 2, 'Gemini')",
            "INSERT INTO task (code, account_id, project_id) VALUES ('a', 1, 7)",
            "DELETE FROM project WHERE id = 99",
        ],
    )
    .await;
    let plan = plan(db, &["project", "task"]).ignore("log");
    convert(&plan).await?;
    assert_eq!(db.texts("SELECT code FROM codes").await, ["a"]);
    assert_eq!(db.texts("SELECT line FROM log").await, ["a"], "the copy fires no insert trigger");
    db.run("INSERT INTO project (account_id, name) VALUES (2, 'APOLLO')").await;
    assert_eq!(
        db.texts("SELECT CAST(max(id) AS text) FROM project").await,
        ["100"],
        "id 99 is not used again"
    );
    assert_eq!(db.texts("SELECT upper FROM project WHERE id = 7").await, ["APOLLO"]);
    db.refused("INSERT INTO project (account_id, name) VALUES (2, 'apollo')").await;
    db.run("INSERT INTO task (code, account_id, project_id) VALUES ('a', 2, 100)").await;
    assert_eq!(db.texts("SELECT line FROM log").await, ["a", "a"]);
    let tables =
        db.texts("SELECT sql FROM sqlite_master WHERE name IN ('task', 'task_open') ORDER BY name").await;
    assert!(
        tables[0].ends_with("WITHOUT ROWID") && tables[0].contains("DEFERRABLE INITIALLY DEFERRED"),
        "{}",
        tables[0]
    );
    assert!(tables[1].contains(r#"("account_id", state) WHERE state = 'open'"#), "{}", tables[1]);
    Ok(())
}

async fn virtual_table_is_refused(db: &TestDb) -> Outcome {
    run(db, &[ACCOUNT, "CREATE VIRTUAL TABLE task USING fts5 (account_id, body)"]).await;
    let error = plan(db, &["task"]).convert(Mode::Offline).await.expect_err("it is a virtual table");
    assert!(error.to_string().contains("it is a virtual table"), "{error}");
    Ok(())
}

on_backend! {
    sqlite Sqlite:
    views_triggers_indexes_and_counters_stay,
    virtual_table_is_refused
}
