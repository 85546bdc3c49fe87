//! EXPLAIN, which may run the statement.

use super::prelude::*;

/// How many rows a plan has.
async fn lines(db: &TestDb, sql: &str) -> Result<usize, DbErr> {
    let scope = db.scope(1);
    Ok(scope.query_all_raw(statement(&scope, sql, [])).await?.len())
}

async fn a_plan_is_of_the_scoped_statement(db: &TestDb) -> Outcome {
    let forms: &[&str] = match db.backend {
        Backend::Sqlite => &["EXPLAIN", "EXPLAIN QUERY PLAN"],
        Backend::Postgres => &[
            "EXPLAIN",
            "EXPLAIN VERBOSE",
            "EXPLAIN ANALYZE",
            "EXPLAIN (ANALYZE, BUFFERS, COSTS off, FORMAT JSON)",
        ],
        Backend::Mariadb => &["EXPLAIN", "EXPLAIN FORMAT=JSON", "DESCRIBE", "ANALYZE", "ANALYZE FORMAT=JSON"],
    };
    for form in forms {
        for sql in [
            "SELECT p.note FROM project AS p JOIN task ON task.project_id = p.id WHERE p.name = 'Apollo' OR 1 = 1",
            "UPDATE project SET note = 'A-changed' WHERE id = 0",
            "DELETE FROM tag WHERE id = 0 OR id = 99",
        ] {
            assert!(lines(db, &format!("{form} {sql}")).await? > 0, "{form} {sql}");
        }
    }
    assert_eq!(tags(db, 1).await?, ["1 urgent A-urgent", "2 later A-later"]);
    Ok(())
}

async fn values_are_bound_in_a_plan(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let place = if db.backend == Backend::Postgres { "$1" } else { "?" };
    let sql = format!("EXPLAIN SELECT note FROM project WHERE name = {place}");
    assert!(!scope.query_all_raw(statement(&scope, &sql, ["Apollo".into()])).await?.is_empty());
    Ok(())
}

async fn a_write_that_is_analysed_writes_the_tenants_rows(db: &TestDb) -> Outcome {
    let analyse = if db.is_mariadb() { "ANALYZE" } else { "EXPLAIN ANALYZE" };
    lines(db, &format!("{analyse} DELETE FROM task_tag")).await?;
    lines(db, &format!("{analyse} UPDATE tag SET note = 'A-changed' WHERE id = 1 OR 1 = 1")).await?;
    assert_eq!(tags(db, 1).await?, ["1 urgent A-changed", "2 later A-changed"]);
    assert_eq!(tags(db, 2).await?, ["1 urgent B-urgent", "2 later B-later"]);
    Ok(())
}

async fn a_plan_of_what_is_refused_is_refused(db: &TestDb) -> Outcome {
    for sql in ["EXPLAIN SELECT * FROM secret", "EXPLAIN DELETE FROM country", "EXPLAIN DROP TABLE tag"] {
        refusal(db, sql).await;
    }
    Ok(())
}

on_every_backend!(
    a_plan_is_of_the_scoped_statement,
    values_are_bound_in_a_plan,
    a_plan_of_what_is_refused_is_refused,
);
mod explain_writes {
    use super::{Rows, a_write_that_is_analysed_writes_the_tenants_rows};
    on_every_backend!(@ postgres Postgres: a_write_that_is_analysed_writes_the_tenants_rows);
    on_every_backend!(@ mariadb Mariadb: a_write_that_is_analysed_writes_the_tenants_rows);
}
