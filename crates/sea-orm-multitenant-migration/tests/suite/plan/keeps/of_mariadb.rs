//! Attributes of MariaDB.

use super::*;
use sea_orm::{ConnectionTrait, Statement};

/// The lines of the text of a table.
async fn lines(db: &TestDb, table: &str) -> Vec<String> {
    let statement = Statement::from_string(db.engine(), format!("SHOW CREATE TABLE {table}"));
    let row =
        db.connection.query_one_raw(statement).await.expect("the query succeeds").expect("the table exists");
    let text: String = row.try_get_by_index(1).expect("a text");
    text.lines().map(|line| line.trim().trim_end_matches(',').to_owned()).collect()
}

fn has(lines: &[String], line: &str) {
    assert!(lines.iter().any(|each| each.contains(line)), "{line}\n{lines:#?}");
}

const PARENTS: [&str; 2] = [
    "CREATE TABLE project (id bigint PRIMARY KEY, account_id bigint NOT NULL)",
    "INSERT INTO project VALUES (7, 1), (8, 2)",
];

async fn implicitly_updated_columns_are_kept(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            PARENTS[0],
            "CREATE TABLE task (id bigint PRIMARY KEY, project_id bigint, parent_id bigint, \
             updated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, \
             seen DATETIME(6) NULL ON UPDATE CURRENT_TIMESTAMP(6), \
             FOREIGN KEY (project_id) REFERENCES project (id), FOREIGN KEY (parent_id) REFERENCES task (id))",
            ACCOUNTS,
            PARENTS[1],
            "INSERT INTO task VALUES (1, 7, NULL, '2001-02-03 04:05:06', '2001-02-03'), (2, NULL, 1, '2002-02-03 04:05:06', NULL)",
        ],
    )
    .await;
    convert(&plan(db, &["project", "task"]), Mode::Offline).await?;
    let values = "SELECT CONCAT_WS('|', updated_at, IFNULL(seen, '-')) FROM task ORDER BY id";
    assert_eq!(
        db.texts(values).await,
        ["2001-02-03 04:05:06|2001-02-03 00:00:00.000000", "2002-02-03 04:05:06|-"]
    );
    Ok(())
}

async fn trigger_that_the_fill_would_fire_is_refused(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            PARENTS[0],
            "CREATE TABLE task (id bigint PRIMARY KEY, project_id bigint NOT NULL, FOREIGN KEY (project_id) REFERENCES project (id))",
            "CREATE TRIGGER touch BEFORE UPDATE ON task FOR EACH ROW SET NEW.id = NEW.id",
            "CREATE TRIGGER made BEFORE INSERT ON task FOR EACH ROW SET NEW.id = NEW.id",
            ACCOUNTS,
            PARENTS[1],
            "INSERT INTO task VALUES (1, 7)",
        ],
    )
    .await;
    let planner = plan(db, &["project", "task"]);
    let refused = refusal(&planner, Mode::Offline).await;
    assert!(
        refused.contains("the trigger `touch` would run") && refused.contains("SHOW CREATE TRIGGER"),
        "{refused}"
    );
    db.run("DROP TRIGGER touch").await;
    convert(&planner, Mode::Offline).await
}

async fn keys_keep_their_attributes_after_the_tenant_column(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            "CREATE TABLE token (tok varchar(90) NOT NULL, account_id bigint NOT NULL, a varchar(90), b bigint, \
             PRIMARY KEY (tok(8)), UNIQUE KEY a_begins (a(5)) COMMENT 'it''s, (the) beginning', KEY b_down (b DESC, a(3)), \
             KEY unused (b) IGNORED, FULLTEXT KEY words (a))",
            "CREATE TABLE stay (id bigint NOT NULL, account_id bigint NOT NULL, s date NOT NULL, e date NOT NULL, PERIOD FOR p (s, e), \
             PRIMARY KEY (id, p WITHOUT OVERLAPS))",
            ACCOUNTS,
            "INSERT INTO token VALUES ('abcdefgh1', 1, 'hello', 1)",
            "INSERT INTO stay VALUES (1, 1, '2020-01-01', '2020-02-01')",
        ],
    )
    .await;
    convert(&plan(db, &["token", "stay"]), Mode::Offline).await?;
    let token = lines(db, "token").await;
    has(&token, "PRIMARY KEY (`account_id`,`tok`(8))");
    has(&token, "(`account_id`,`a`(5)) COMMENT 'it''s, (the) beginning'");
    has(&token, "(`account_id`,`b` DESC,`a`(3))");
    has(&token, "(`account_id`,`b`) IGNORED");
    has(&token, "FULLTEXT KEY `words` (`a`)");
    has(&lines(db, "stay").await, "PRIMARY KEY (`account_id`,`id`,`p` WITHOUT OVERLAPS)");
    db.refused("INSERT INTO token VALUES ('abcdefgh2', 1, 'other', 2)").await;
    db.run("INSERT INTO token VALUES ('abcdefgh2', 2, 'hello', 2)").await;
    db.run("INSERT INTO stay VALUES (1, 2, '2020-01-15', '2020-03-01')").await;
    let twice = "INSERT INTO stay VALUES (1, 1, '2020-01-15', '2020-03-01')";
    assert!(db.connection.execute_unprepared(twice).await.is_err());
    Ok(())
}

async fn tenant_column_keeps_its_attributes_except_null(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint DEFAULT 1 COMMENT 'whose, (it) is' CHECK (account_id > 0))",
            "CREATE TABLE note (id bigint PRIMARY KEY, account_id bigint INVISIBLE DEFAULT 1)",
            ACCOUNTS,
            "INSERT INTO task VALUES (1, 1)",
        ],
    )
    .await;
    convert(&plan(db, &["task", "note"]), Mode::Offline).await?;
    has(
        &lines(db, "task").await,
        "`account_id` bigint(20) NOT NULL DEFAULT 1 COMMENT 'whose, (it) is' CHECK (`account_id` > 0)",
    );
    let lines = lines(db, "note").await;
    // MariaDB 11.8 shows INVISIBLE after DEFAULT.
    let is_kept = ["INVISIBLE DEFAULT 1", "DEFAULT 1 INVISIBLE"]
        .iter()
        .any(|attributes| lines.contains(&format!("`account_id` bigint(20) NOT NULL {attributes}")));
    assert!(is_kept, "{lines:#?}");
    Ok(())
}

async fn attributes_that_cannot_be_kept_are_refused(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            PARENTS[0],
            "CREATE TABLE computed (id bigint PRIMARY KEY, account_id bigint GENERATED ALWAYS AS (id % 2 + 1) STORED)",
            "CREATE TABLE versioned (id bigint PRIMARY KEY, account_id bigint) WITH SYSTEM VERSIONING",
            "CREATE TABLE sets (id bigint PRIMARY KEY, account_id bigint NOT NULL, project_id bigint, \
             FOREIGN KEY (project_id) REFERENCES project (id) ON UPDATE SET NULL)",
        ],
    )
    .await;
    for (table, message) in [
        ("computed", "the tenant column `account_id` is computed and may be NULL"),
        ("versioned", "it keeps old versions of its rows"),
        ("sets", "sets its columns when the parent's key is updated"),
    ] {
        let refused = refusal(&plan(db, &["project", table]), Mode::Offline).await;
        assert!(refused.contains(message), "{refused}");
    }
    Ok(())
}

async fn changed_action_needs_acceptance(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            PARENTS[0],
            "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL, project_id bigint, other_id bigint, \
             FOREIGN KEY (project_id) REFERENCES project (id) ON DELETE SET NULL, FOREIGN KEY (other_id) REFERENCES project (id) ON DELETE SET NULL)",
        ],
    )
    .await;
    let unaccepted = plan(db, &["project", "task"]);
    let before = lines(db, "task").await;
    let refused = refusal(&unaccepted, Mode::Offline).await;
    assert!(
        refused.contains("`task` (project_id) to `project`: ON DELETE SET NULL becomes NO ACTION"),
        "{refused}"
    );
    let one = unaccepted.accept_no_action("task", ["project_id"]);
    let refused = one.convert(Mode::Offline).await.expect_err("one change is not accepted").to_string();
    assert!(!refused.contains("(project_id)") && refused.contains("`task` (other_id)"), "{refused}");
    assert_eq!(lines(db, "task").await, before, "nothing was changed");
    convert(&one.accept_no_action("task", ["other_id"]), Mode::Offline).await?;
    assert!(!lines(db, "task").await.iter().any(|line| line.contains("SET NULL")));
    Ok(())
}

on_backend! {
    mariadb Mariadb:
    implicitly_updated_columns_are_kept,
    trigger_that_the_fill_would_fire_is_refused,
    keys_keep_their_attributes_after_the_tenant_column,
    tenant_column_keeps_its_attributes_except_null,
    attributes_that_cannot_be_kept_are_refused,
    changed_action_needs_acceptance
}
