//! Attributes of SQLite: texts, rowids, counters, triggers, views, actions.

mod actions;

use crate::harness::{Outcome, TestDb};
use sea_orm::ConnectionTrait;
use sea_orm_multitenant::{Tenancy, TenantType};
use sea_orm_multitenant_migration::{Left, Mode, PlanError, TenancyPlan};

const ACCOUNT: &str = "CREATE TABLE account (id INTEGER PRIMARY KEY)";
const ACCOUNTS: &str = "INSERT INTO account VALUES (1), (2)";

fn plan(db: &TestDb, tables: &[&str]) -> TenancyPlan {
    let root = Tenancy::builder().without_entities().root_table("account", "id", TenantType::BigInt);
    let add = |builder: sea_orm_multitenant::TenancyBuilder, table: &&str| {
        builder.tenant_table(*table, "account_id", TenantType::BigInt)
    };
    let tenancy = tables.iter().fold(root, add).build(db.connection.clone());
    TenancyPlan::new(&tenancy.expect("the tables do not contradict each other"))
}

async fn run(db: &TestDb, statements: &[&str]) {
    for sql in statements {
        db.run(sql).await;
    }
}

/// Converts, and asserts that nothing is left to do.
async fn convert(plan: &TenancyPlan) -> Outcome {
    plan.convert(Mode::Offline).await?.run(&mut ()).await?;
    let rest = plan.convert(Mode::Offline).await?;
    assert!(rest.steps().is_empty(), "{:?}", rest.steps());
    Ok(())
}

async fn refused(plan: &TenancyPlan, what: &str) {
    let error = plan.convert(Mode::Offline).await.expect_err(what);
    assert!(matches!(error, PlanError::Unconvertible { .. }) && error.to_string().contains(what), "{error}");
}

/// Executes a statement that the engine must refuse with this word.
async fn fails(db: &TestDb, sql: &str, word: &str) {
    let error = db.connection.execute_unprepared(sql).await.expect_err(sql);
    assert!(error.to_string().contains(word), "{sql}: {error}");
}

/// The text of an object.
async fn text_of(db: &TestDb, name: &str) -> String {
    db.texts(&format!("SELECT sql FROM sqlite_master WHERE name = '{name}'")).await.remove(0)
}

async fn text_of_a_table_stays_byte_for_byte(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            "CREATE TABLE project (id INTEGER PRIMARY KEY, account_id bigint NOT NULL)",
            "CREATE TABLE \"task\"( -- all tasks (of all)\n\tcode TEXT, account_id bigint /* of */ NOT NULL,\n\
             flags INT DEFAULT 0x10 CHECK (flags <= 0xFF), [odd \"name\"] 'a type' DEFAULT x'00ff',\n\
             twice AS (flags * 2) STORED, project_id REFERENCES \"project\"(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED, -- up\n\
             CHECK (task.flags <> 7), CONSTRAINT pk PRIMARY KEY (code COLLATE nocase DESC) ON CONFLICT ABORT) -- end",
            ACCOUNTS,
            "INSERT INTO project VALUES (7, 1)",
            "INSERT INTO task (code, account_id, project_id) VALUES ('a', 1, 7)",
        ],
    )
    .await;
    convert(&plan(db, &["project", "task"])).await?;
    assert_eq!(
        text_of(db, "task").await,
        "CREATE TABLE \"task\"( -- all tasks (of all)\n\tcode TEXT, account_id bigint /* of */ NOT NULL,\n\
             flags INT DEFAULT 0x10 CHECK (flags <= 0xFF), [odd \"name\"] 'a type' DEFAULT x'00ff',\n\
             twice AS (flags * 2) STORED, project_id, FOREIGN KEY (\"account_id\", \"project_id\") REFERENCES \"project\" (\"account_id\", \"id\") \
             ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED, -- up\n\
             CHECK (task.flags <> 7), CONSTRAINT pk PRIMARY KEY (\"account_id\", code COLLATE nocase DESC) ON CONFLICT ABORT)",
        "SQLite stores nothing after the closing parenthesis"
    );
    db.run("INSERT INTO task (code, account_id) VALUES ('b', 1)").await;
    assert_eq!(db.texts("SELECT typeof(flags) || flags FROM task WHERE code = 'b'").await, ["integer16"]);
    fails(db, "INSERT INTO task (code, account_id, flags) VALUES ('c', 1, 999)", "CHECK").await;
    db.refused("INSERT INTO task (code, account_id) VALUES ('B', 1)").await;
    Ok(())
}

async fn rowids_stay(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            "CREATE TABLE note (code TEXT PRIMARY KEY, account_id bigint NOT NULL, rowid_ TEXT, body TEXT)",
            "CREATE VIRTUAL TABLE found USING fts5 (body, content='note', content_rowid='rowid')",
            "CREATE TABLE odd (ROWID TEXT PRIMARY KEY, account_id bigint NOT NULL, oid int)",
            "CREATE TABLE hidden (rowid TEXT PRIMARY KEY, oid int, _rowid_ int, account_id bigint NOT NULL)",
            ACCOUNTS,
            "INSERT INTO note VALUES ('a', 1, '', 'first'), ('b', 1, '', 'second'), ('c', 2, '', 'third')",
            "INSERT INTO found (rowid, body) SELECT rowid, body FROM note",
            "DELETE FROM note WHERE code = 'a'",
            "INSERT INTO odd (_rowid_, rowid, account_id) VALUES (-5, 'x', 1), (9, 'y', 2)",
            "INSERT INTO hidden VALUES ('x', 1, 2, 1)",
        ],
    )
    .await;
    convert(&plan(db, &["note", "odd", "hidden"])).await?;
    assert_eq!(db.texts("SELECT body FROM found WHERE found MATCH 'third'").await, ["third"]);
    assert_eq!(db.texts("SELECT _rowid_ || rowid FROM odd ORDER BY _rowid_").await, ["-5x", "9y"]);
    assert_eq!(db.texts("SELECT rowid FROM hidden").await, ["x"]);
    Ok(())
}

async fn counters_stay(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            "CREATE TABLE task (id INTEGER, account_id bigint, PRIMARY KEY (\"id\" AUTOINCREMENT))",
            "CREATE TABLE label (id INTEGER PRIMARY KEY /* no AUTOINCREMENT */, account_id bigint)",
            ACCOUNTS,
            "INSERT INTO task VALUES (7, 1), (99, 2)",
            "DELETE FROM task WHERE id = 99",
        ],
    )
    .await;
    convert(&plan(db, &["task", "label"])).await?;
    db.run("INSERT INTO task (account_id) VALUES (2)").await;
    assert_eq!(db.texts("SELECT CAST(max(id) AS text) FROM task").await, ["100"]);
    assert_eq!(db.texts("SELECT name || seq FROM sqlite_sequence").await, ["task100"]);
    Ok(())
}

async fn triggers_and_views_stay_and_do_not_fire(db: &TestDb) -> Outcome {
    let programs = [
        "CREATE TABLE log (line TEXT)",
        "CREATE VIEW open_task AS SELECT t.id, t.title FROM task t INDEXED BY by_title WHERE t.title >= ''",
        "CREATE VIEW of_open AS SELECT id FROM open_task",
        "CREATE TRIGGER made INSTEAD OF INSERT ON of_open BEGIN INSERT INTO task (id, project_id) VALUES (NEW.id, 7); END",
        "CREATE TRIGGER touched AFTER UPDATE ON TASK BEGIN INSERT INTO log VALUES ('touched ' || NEW.id); END",
        "CREATE TRIGGER before_it BEFORE UPDATE ON task BEGIN UPDATE task SET title = 'late' WHERE id = NEW.id; END",
        "CREATE TRIGGER gone AFTER DELETE ON Task BEGIN INSERT INTO log VALUES ('gone'); END",
    ];
    run(
        db,
        &[
            ACCOUNT,
            "CREATE TABLE project (id INTEGER PRIMARY KEY, account_id bigint NOT NULL)",
            "CREATE TABLE task (id INTEGER PRIMARY KEY, title TEXT, project_id bigint NOT NULL REFERENCES project)",
            "CREATE INDEX by_title ON task (title)",
            ACCOUNTS,
            "INSERT INTO project VALUES (7, 1), (8, 2)",
            "INSERT INTO task VALUES (1, 'a', 7), (2, 'b', 8)",
        ],
    )
    .await;
    run(db, &programs).await;
    let texts =
        "SELECT sql FROM sqlite_master WHERE type IN ('view', 'trigger') ORDER BY type = 'trigger', rowid";
    let before = db.texts(texts).await;
    convert(&plan(db, &["project", "task"]).ignore("log")).await?;
    assert_eq!(db.texts(texts).await, before);
    assert_eq!(before.len(), 6);
    assert!(db.texts("SELECT line FROM log").await.is_empty());
    assert_eq!(db.texts("SELECT title FROM task ORDER BY id").await, ["a", "b"]);
    assert_eq!(db.texts("SELECT CAST(id AS TEXT) FROM of_open ORDER BY id").await, ["1", "2"]);
    Ok(())
}

async fn text_of_an_index_stays_as_written(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            "CREATE TABLE task (id INTEGER PRIMARY KEY, account_id bigint NOT NULL, title TEXT, state TEXT)",
            "CREATE UNIQUE INDEX \"once (open)\"\nON task\n(title COLLATE nocase DESC)\nWHERE state = 'open'",
            "CREATE INDEX by_lower ON task (lower(title)) -- on",
            ACCOUNTS,
            "INSERT INTO task VALUES (1, 1, 'a', 'open'), (2, 1, 'a', 'done'), (3, 1, 'b', 'open')",
        ],
    )
    .await;
    convert(&plan(db, &["task"])).await?;
    assert_eq!(
        text_of(db, "once (open)").await,
        "CREATE UNIQUE INDEX \"once (open)\"\nON task\n(\"account_id\", title COLLATE nocase DESC)\nWHERE state = 'open'"
    );
    assert_eq!(
        text_of(db, "by_lower").await,
        "CREATE INDEX by_lower ON task (\"account_id\", lower(title)) -- on"
    );
    db.refused("INSERT INTO task VALUES (4, 1, 'A', 'open')").await;
    db.run("INSERT INTO task VALUES (4, 1, 'A', 'done'), (5, 2, 'A', 'open')").await;
    Ok(())
}

async fn only_equivalent_existing_keys_are_reused(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            "CREATE TABLE project (id INTEGER PRIMARY KEY, account_id bigint NOT NULL, UNIQUE (account_id, id))",
            "CREATE TABLE task (id INTEGER PRIMARY KEY, account_id bigint NOT NULL, title TEXT, project_id bigint REFERENCES project ON DELETE CASCADE, \
             UNIQUE (title), FOREIGN KEY (account_id, project_id) REFERENCES project (account_id, id))",
            "CREATE INDEX by_title ON task (account_id, title)",
            "CREATE UNIQUE INDEX part ON task (account_id, id) WHERE title > ''",
            ACCOUNTS,
            "INSERT INTO project VALUES (7, 1)",
            "INSERT INTO task VALUES (1, 1, 'a', 7)",
        ],
    )
    .await;
    convert(&plan(db, &["project", "task"])).await?;
    db.refused("INSERT INTO task VALUES (2, 1, 'a', 7)").await;
    db.run("INSERT INTO task VALUES (2, 2, 'a', NULL)").await;
    db.run("DELETE FROM project WHERE id = 7").await;
    assert_eq!(
        db.texts("SELECT CAST(id AS TEXT) FROM task").await,
        ["2"],
        "the task was deleted with its project"
    );
    Ok(())
}

async fn keys_that_resemble_rowids_are_converted(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            "CREATE TABLE a (id INTEGER PRIMARY KEY DESC, account_id bigint NOT NULL)",
            "CREATE TABLE b (id INTEGER PRIMARY KEY, account_id bigint NOT NULL) WITHOUT ROWID",
            "CREATE TABLE c (id INTEGER, account_id bigint NOT NULL, PRIMARY KEY (id DESC))",
            "CREATE TABLE d (id INT PRIMARY KEY, account_id bigint NOT NULL)",
        ],
    )
    .await;
    convert(&plan(db, &["a", "b", "c", "d"])).await?;
    let keys = "SELECT m.name || ' ' || group_concat(c.name) FROM sqlite_master m JOIN pragma_table_info(m.name) c \
                WHERE c.pk > 0 AND m.name <> 'account' GROUP BY m.name ORDER BY m.name";
    assert_eq!(db.texts(keys).await, ["a id,account_id", "b id,account_id", "c id", "d id,account_id"]);
    assert!(text_of(db, "a").await.contains("PRIMARY KEY (\"account_id\", \"id\" DESC)"));
    Ok(())
}

async fn strict_tables_get_a_supported_type(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            "CREATE TABLE account (id bigint PRIMARY KEY)",
            "CREATE TABLE project (id INTEGER PRIMARY KEY, account_id bigint NOT NULL)",
            "CREATE TABLE task (id INTEGER PRIMARY KEY, project_id INTEGER NOT NULL REFERENCES project) STRICT",
            ACCOUNTS,
            "INSERT INTO project VALUES (7, 1)",
            "INSERT INTO task VALUES (1, 7)",
        ],
    )
    .await;
    convert(&plan(db, &["project", "task"])).await?;
    assert_eq!(db.texts("SELECT CAST(account_id AS TEXT) FROM task").await, ["1"]);
    assert!(text_of(db, "task").await.contains("\"account_id\" INTEGER NOT NULL"));
    Ok(())
}

async fn late_failures_are_refused_by_the_plan(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            "CREATE TABLE task (id INTEGER PRIMARY KEY, Account_ID bigint, other_id bigint REFERENCES nowhere)",
        ],
    )
    .await;
    refused(&plan(db, &["task"]), "the catalogue declares `account_id`").await;
    run(db, &["DROP TABLE task", "CREATE TABLE task (id INTEGER PRIMARY KEY, account_id bigint, other_id bigint REFERENCES nowhere)"]).await;
    refused(&plan(db, &["task"]), "references a table that does not exist").await;
    run(
        db,
        &[
            "DROP TABLE task",
            "CREATE TABLE task (id INTEGER PRIMARY KEY, account_id bigint REFERENCES account)",
        ],
    )
    .await;
    db.run("CREATE TEMP TRIGGER spy AFTER INSERT ON task BEGIN SELECT 1; END").await;
    refused(&plan(db, &["task"]), "the temporary `spy`").await;
    run(db, &["DROP TRIGGER spy", "CREATE TEMP TABLE task (id)"]).await;
    refused(&plan(db, &["task"]), "the temporary `task`").await;
    run(
        db,
        &[
            "DROP TABLE temp.task",
            "PRAGMA foreign_keys = OFF",
            "INSERT INTO task VALUES (1, 9)",
            "PRAGMA foreign_keys = ON",
        ],
    )
    .await;
    let error = plan(db, &["task"])
        .convert(Mode::Offline)
        .await?
        .run(&mut ())
        .await
        .expect_err("account 9 does not exist");
    assert!(error.to_string().contains("no row references a missing parent"), "{error}");
    db.run("PRAGMA foreign_keys = OFF").await;
    convert(&plan(db, &["task"])).await?;
    assert_eq!(db.texts("SELECT CAST(account_id AS TEXT) FROM task").await, ["9"]);
    assert!(db.connection.execute_unprepared("INSERT INTO task VALUES (2, NULL, 1)").await.is_err());
    Ok(())
}

/// Planning cannot know how a statement behaves with an additional column; the engine reports it afterwards.
async fn broken_statements_stop_the_conversion(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            "CREATE TABLE project (id INTEGER PRIMARY KEY, account_id bigint NOT NULL)",
            "CREATE TABLE task (id INTEGER PRIMARY KEY, project_id bigint NOT NULL REFERENCES project)",
            "CREATE TABLE log (id, project_id)",
            "CREATE VIEW named (a, b) AS SELECT * FROM task",
            "CREATE VIEW broken AS SELECT * FROM nowhere",
            "CREATE TRIGGER logged AFTER DELETE ON project BEGIN INSERT INTO log SELECT * FROM task; END",
        ],
    )
    .await;
    let schema = db.texts("SELECT ifnull(sql, name) FROM sqlite_master ORDER BY rowid").await;
    let plan = plan(db, &["project", "task"]).ignore("log");
    let error =
        plan.convert(Mode::Offline).await?.run(&mut ()).await.expect_err("two statements stop working");
    assert_eq!(error.left(), Some(Left::Unchanged));
    let PlanError::Lost { differences, .. } = &error else { panic!("{error}") };
    assert_eq!(differences.len(), 2, "{differences:?}");
    assert!(differences[0].contains("`named`") && differences[1].contains("`project`"), "{differences:?}");
    assert_eq!(db.texts("SELECT ifnull(sql, name) FROM sqlite_master ORDER BY rowid").await, schema);
    run(db, &["DROP VIEW named", "DROP TRIGGER logged"]).await;
    convert(&plan).await
}

async fn taken_names_are_not_used(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            "CREATE TABLE \"order\" (\"select\" INTEGER PRIMARY KEY, account_id bigint, \"a\"\"b\" TEXT UNIQUE)",
            "CREATE TABLE \"tenancy-old-order\" (id)",
            "CREATE VIEW \"TENANCY-OLD-ORDER-2\" AS SELECT 1",
            "CREATE TABLE task (id INTEGER PRIMARY KEY, account_id bigint NOT NULL)",
            "CREATE TABLE \"idx-task-account_id-id\" (id)",
            ACCOUNTS,
            "INSERT INTO \"order\" VALUES (1, 1, 'x')",
        ],
    )
    .await;
    let plan = plan(db, &["order", "task"]).ignore("tenancy-old-order").ignore("idx-task-account_id-id");
    convert(&plan).await?;
    db.run("INSERT INTO \"order\" VALUES (2, 2, 'x')").await;
    db.refused("INSERT INTO \"order\" VALUES (3, 2, 'x')").await;
    Ok(())
}

async fn statistics_are_rebuilt(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            "CREATE TABLE task (id INTEGER PRIMARY KEY, account_id bigint, title TEXT)",
            "CREATE INDEX by_title ON task (title)",
            ACCOUNTS,
            "INSERT INTO task VALUES (1, 1, 'a'), (2, 1, 'b')",
            "ANALYZE",
        ],
    )
    .await;
    convert(&plan(db, &["task"])).await?;
    let rows =
        db.texts("SELECT tbl || ' ' || idx || ' ' || stat FROM sqlite_stat1 WHERE idx = 'by_title'").await;
    assert_eq!(rows, ["task by_title 2 2 1"]);
    Ok(())
}

on_backend! {
    sqlite Sqlite:
    text_of_a_table_stays_byte_for_byte,
    rowids_stay,
    counters_stay,
    triggers_and_views_stay_and_do_not_fire,
    text_of_an_index_stays_as_written,
    only_equivalent_existing_keys_are_reused,
    keys_that_resemble_rowids_are_converted,
    strict_tables_get_a_supported_type,
    late_failures_are_refused_by_the_plan,
    broken_statements_stop_the_conversion,
    taken_names_are_not_used,
    statistics_are_rebuilt
}
