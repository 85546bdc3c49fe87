//! EXPLAIN keeps to the tenant like the statement it is of.

use super::{ENGINES, assert_refused, assert_scoped, scope};
use sea_orm_multitenant_sql::{
    Engine::{self, MySql, Postgres, Sqlite},
    StatementKind, TenantCheckKind,
};

/// What stands before a statement to have its plan, as it comes and as it goes.
const PREFIXES: &[(&[Engine], &str, &str)] = &[
    (&ENGINES, "EXPLAIN", "EXPLAIN"),
    (&[Sqlite], "EXPLAIN QUERY PLAN", "EXPLAIN QUERY PLAN"),
    (&[Postgres, MySql], "EXPLAIN ANALYZE", "EXPLAIN ANALYZE"),
    (&[Postgres], "EXPLAIN VERBOSE", "EXPLAIN VERBOSE"),
    (&[Postgres], "EXPLAIN ANALYZE VERBOSE", "EXPLAIN ANALYZE VERBOSE"),
    (
        &[Postgres],
        "EXPLAIN (ANALYZE, VERBOSE true, COSTS off, BUFFERS, FORMAT JSON)",
        "EXPLAIN (ANALYZE, VERBOSE true, COSTS off, BUFFERS, FORMAT JSON)",
    ),
    (&[MySql], "EXPLAIN FORMAT=JSON", "EXPLAIN FORMAT=JSON"),
    (&[MySql], "EXPLAIN FORMAT = TREE", "EXPLAIN FORMAT=TREE"),
    (&[MySql], "DESCRIBE", "DESCRIBE"),
    (&[MySql], "ANALYZE", "ANALYZE"),
    (&[MySql], "analyze format=json", "ANALYZE FORMAT=JSON"),
];

#[test]
fn the_statement_inside_is_scoped() {
    for (engines, prefix, expected) in PREFIXES {
        for (sql, scoped) in [
            ("SELECT x FROM p WHERE x = 1 OR x = 2", "SELECT x FROM p WHERE p.t = T AND (x = 1 OR x = 2)"),
            ("DELETE FROM p", "DELETE FROM p WHERE p.t = T"),
            ("UPDATE p SET x = 1", "UPDATE p SET x = 1 WHERE p.t = T"),
            ("INSERT INTO p (x) SELECT x FROM q", "INSERT INTO p (x, t) SELECT x, T FROM q WHERE q.t = T"),
            (
                "WITH c AS (SELECT x FROM p) SELECT x FROM c",
                "WITH c AS (SELECT x FROM p WHERE p.t = T) SELECT x FROM c",
            ),
        ] {
            assert_scoped(engines, &format!("{prefix} {sql}"), &format!("{expected} {scoped}"));
        }
    }
}

#[test]
fn a_statement_that_is_refused_is_refused_inside_too() {
    for (engines, prefix, _) in PREFIXES {
        for (sql, part) in [
            ("SELECT x FROM secret", "`secret` is not in the catalogue"),
            ("DELETE FROM ref_", "read-only in a scope"),
            ("UPDATE p SET t = 5 + 1", "the tenant column of `p` cannot be changed"),
            ("SELECT load_file(name) AS a FROM p", "the function `load_file`"),
            ("CREATE TABLE a AS SELECT x FROM p", ""),
            ("EXPLAIN SELECT x FROM p", ""),
        ] {
            assert_refused(engines, &format!("{prefix} {sql}"), part);
        }
    }
    assert_refused(&ENGINES, "EXPLAIN DROP TABLE p", "EXPLAIN of DROP");
    assert_refused(&[MySql], "ANALYZE TABLE p", "ANALYZE");
    assert_refused(&[Postgres], "EXPLAIN EXECUTE a", "EXPLAIN of EXECUTE");
}

#[test]
fn what_a_statement_writes_is_checked_inside_too() {
    let scoped = scope(Postgres, "EXPLAIN ANALYZE INSERT INTO p (t, x) VALUES ($1, 1)").expect("scoped");
    assert_eq!(scoped.kind(), StatementKind::Insert);
    assert_eq!(scoped.checks().iter().map(|check| check.kind).collect::<Vec<_>>(), [TenantCheckKind::Insert]);
    assert_eq!(scoped.tables(), ["p"]);
}

#[test]
fn options_that_tell_of_the_session_are_refused() {
    assert_refused(&[Postgres], "EXPLAIN (SETTINGS) SELECT x FROM p", "`SETTINGS` in EXPLAIN");
    assert_refused(&[Postgres], "EXPLAIN (FORMAT (SELECT 1)) SELECT x FROM p", "");
    assert_refused(&ENGINES, "EXPLAIN ESTIMATE SELECT x FROM p", "EXPLAIN ESTIMATE");
    assert_refused(&[MySql], "EXPLAIN ANALYZE VERBOSE SELECT x FROM p", "ANALYZE VERBOSE");
    assert_refused(&[MySql], "EXPLAIN EXTENDED SELECT x FROM p", "EXPLAIN EXTENDED");
    assert_refused(&[MySql], "EXPLAIN PARTITIONS SELECT x FROM p", "EXPLAIN PARTITIONS");
    assert_refused(&[MySql], "DESCRIBE p", "DESCRIBE");
}
