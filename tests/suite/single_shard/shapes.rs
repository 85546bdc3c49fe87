//! The table of the guide to Citus: statements in a scope, in one of two tenants and outside of any, and the shards that each touches.

use crate::{
    composite::families::Rows,
    harness::{Outcome, TestDb},
};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use sea_orm_multitenant::{TenancyError, TenantScope};
use sea_orm_multitenant_migration::{
    MigrationError,
    citus::{Verdict, explain},
};
use std::{env, fs};

/// The guide.
const GUIDE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/guide/citus.md");

/// What is before the table, and behind it.
const MARKS: (&str, &str) = ("<!-- shapes: made by the test-suite -->\n", "<!-- end of shapes -->");

/// Statements as an application has them.
pub(super) const SHAPES: &[&str] = &[
    "SELECT * FROM project WHERE id = 1",
    "SELECT * FROM project ORDER BY name LIMIT 10",
    "SELECT count(*) FROM project",
    "SELECT manager_id, count(*) FROM project GROUP BY manager_id",
    "SELECT DISTINCT name FROM project",
    "SELECT id, row_number() OVER (ORDER BY name) FROM project",
    "SELECT * FROM project WHERE id = 1 FOR UPDATE",
    "SELECT * FROM project AS p JOIN task AS t ON t.project_id = p.id",
    "SELECT * FROM project AS p LEFT JOIN task AS t ON t.project_id = p.id",
    "SELECT * FROM project AS p RIGHT JOIN task AS t ON t.project_id = p.id",
    "SELECT * FROM project AS p FULL JOIN task AS t ON t.project_id = p.id",
    "SELECT * FROM project AS p JOIN country AS c ON c.code = p.country_code",
    "SELECT * FROM project AS p LEFT JOIN country AS c ON c.code = p.country_code",
    "SELECT * FROM country AS c LEFT JOIN project AS p ON p.country_code = c.code",
    "SELECT * FROM project AS p CROSS JOIN LATERAL (SELECT * FROM task WHERE project_id = p.id LIMIT 1) AS t",
    "SELECT * FROM (SELECT * FROM project) AS p",
    "SELECT * FROM project WHERE id IN (SELECT project_id FROM task)",
    "SELECT * FROM project AS p WHERE EXISTS (SELECT 1 FROM task AS t WHERE t.project_id = p.id)",
    "SELECT * FROM project AS p WHERE NOT EXISTS (SELECT 1 FROM task AS t WHERE t.project_id = p.id)",
    "SELECT name, (SELECT count(*) FROM task AS t WHERE t.project_id = p.id) FROM project AS p",
    "SELECT name FROM project UNION SELECT title FROM task",
    "WITH big AS (SELECT * FROM task WHERE points > 2) SELECT * FROM big",
    "WITH big AS MATERIALIZED (SELECT * FROM task) SELECT * FROM big WHERE points > 2",
    "WITH RECURSIVE n AS (SELECT id FROM task UNION SELECT n.id + 1 FROM n JOIN task AS t ON t.id = n.id) SELECT * FROM n",
    "SELECT * FROM country",
    "INSERT INTO tag (account_id, id, name, note) VALUES (1, 9, 'x', '')",
    "INSERT INTO tag (account_id, id, name, note) VALUES (1, 8, 'x', ''), (1, 9, 'y', '')",
    "INSERT INTO tag (account_id, id, name, note) SELECT account_id, id + 9, title, '' FROM task",
    "INSERT INTO tag (account_id, id, name, note) VALUES (1, 1, 'x', '') ON CONFLICT (account_id, id) DO UPDATE SET name = excluded.name",
    "INSERT INTO tag (account_id, id, name, note) VALUES (1, 1, 'x', '') ON CONFLICT DO NOTHING",
    "INSERT INTO tag (account_id, id, name, note) VALUES (1, 1, 'x', '') \
     ON CONFLICT (account_id, id) DO UPDATE SET note = CAST(now() AS TEXT)",
    "UPDATE task SET points = points + 1 WHERE id = 1",
    "UPDATE task SET points = 0",
    "UPDATE task SET title = CAST(now() AS TEXT)",
    "UPDATE task SET points = CAST(random() AS INTEGER)",
    "UPDATE task SET account_id = 1",
    "UPDATE task AS t SET points = 0 FROM project AS p WHERE p.id = t.project_id",
    "UPDATE task SET points = (SELECT count(*) FROM tag)",
    "DELETE FROM task WHERE id = 1",
    "DELETE FROM task USING project AS p WHERE p.id = task.project_id",
    "DELETE FROM task WHERE project_id IN (SELECT id FROM project)",
];

/// What Citus does with a statement, for a cell of the table.
async fn cell(db: &TestDb, statement: Statement) -> String {
    match explain(db.unscoped(), statement).await {
        Ok(Verdict::Router) => "1".to_owned(),
        Ok(Verdict::NoShard) => "0".to_owned(),
        Ok(Verdict::FanOut { tasks }) => format!("{tasks} of 4"),
        Ok(Verdict::PullPush { tasks }) => {
            let tasks: Vec<_> = tasks.iter().map(ToString::to_string).collect();
            format!("{}, by the coordinator", tasks.join(" + "))
        }
        Ok(other) => panic!("{other} is no verdict on these tables"),
        Err(error) => match MigrationError::from_db_err(&error) {
            Some(MigrationError::Citus(error)) => format!("refused: `{:?}`", error.rule()),
            _ => format!("refused: {error}"),
        },
    }
}

/// The same in a scope.
async fn scoped_cell<T>(
    db: &TestDb,
    scope: &TenantScope<impl ConnectionTrait, T>,
    statement: Statement,
) -> String {
    match scope.rewrite(statement) {
        Ok(statement) => cell(db, statement).await,
        Err(TenancyError::Refused(_) | TenancyError::TenantMismatch { .. }) => {
            "refused by the scope".to_owned()
        }
        Err(error) => panic!("{error}"),
    }
}

/// A statement, and what Citus does with it in a scope, in one of two tenants, and outside.
type Row = (&'static str, [String; 3]);

async fn table(db: &TestDb) -> Vec<Row> {
    let scope = db.scope_inside(1);
    let both = db.scope_many([1, 2]).expect("integers are tenants here");
    let mut rows = Vec::new();
    for sql in SHAPES {
        let statement = Statement::from_string(DbBackend::Postgres, *sql);
        let scoped = scoped_cell(db, &scope, statement.clone()).await;
        let many = scoped_cell(db, &both, statement.clone()).await;
        rows.push((*sql, [scoped, many, cell(db, statement).await]));
    }
    rows
}

/// A statement that is prepared once and run often gets a plan without its values, in time.
async fn statements_that_run_often_keep_to_their_shard(db: &TestDb) -> Outcome {
    let scope = db.scope_inside(1);
    for n in 0..12_i64 {
        for sql in [
            "SELECT p.name FROM project AS p JOIN task AS t ON t.project_id = p.id WHERE p.id > $1",
            "INSERT INTO tag (id, name, note) SELECT $1 * 100 + id, CAST($1 AS TEXT) || name, note FROM project",
            "UPDATE task AS t SET points = points + 1 FROM project AS p WHERE p.id = t.project_id AND t.id > $1",
        ] {
            let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, [(n + 1).into()]);
            scope.execute_raw(statement).await?;
        }
    }
    Ok(())
}

async fn every_shape_is_of_one_shard_or_refused(db: &TestDb) -> Outcome {
    for (sql, [scoped, ..]) in table(db).await {
        let is_copied = sql.contains("SELECT account_id, id + 9") && scoped == "1, by the coordinator";
        assert!(scoped == "1" || is_copied || scoped.starts_with("refused"), "{sql}: {scoped}");
    }
    Ok(())
}

/// With `INSTA_UPDATE=always` the guide is written anew.
async fn the_guide_has_the_shards_of_every_shape(db: &TestDb) -> Outcome {
    let mut lines = String::from(
        "\n| statement | shards in a scope | of two tenants | outside |\n| --- | --- | --- | --- |\n",
    );
    for (sql, [scoped, many, outside]) in table(db).await {
        lines.push_str(&format!("| `{sql}` | {scoped} | {many} | {outside} |\n"));
    }
    lines.push('\n');
    let guide = fs::read_to_string(GUIDE)?;
    let begin = guide.find(MARKS.0).ok_or("the guide has the table")? + MARKS.0.len();
    let end = guide.find(MARKS.1).ok_or("the table has an end")?;
    if env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        fs::write(GUIDE, format!("{}{lines}{}", &guide[..begin], &guide[end..]))?;
        return Ok(());
    }
    assert_eq!(&guide[begin..end], lines, "write it anew by INSTA_UPDATE=always");
    Ok(())
}

tests_on! { citus:
    every_shape_is_of_one_shard_or_refused,
    statements_that_run_often_keep_to_their_shard,
    the_guide_has_the_shards_of_every_shape
}
