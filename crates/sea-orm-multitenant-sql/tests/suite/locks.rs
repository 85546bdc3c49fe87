//! Row locks in each engine's words.

use super::{ENGINES, assert_refused, assert_scoped, scope};
use sea_orm_multitenant_sql::Engine::{MySql, Postgres, Sqlite};

#[test]
fn lock_in_share_mode_goes_out_as_it_came() {
    for wait in ["", " NOWAIT", " SKIP LOCKED"] {
        assert_scoped(
            &[MySql],
            &format!("SELECT x FROM p WHERE x = 1 OR x = 2 LIMIT 3 LOCK IN SHARE MODE{wait}"),
            &format!("SELECT x FROM p WHERE p.t = T AND (x = 1 OR x = 2) LIMIT 3 LOCK IN SHARE MODE{wait}"),
        );
    }
    assert_scoped(
        &[MySql],
        "SELECT x FROM p WHERE id IN (SELECT id FROM q lock  in share /* a */ mode) Lock In Share Mode;",
        "SELECT x FROM p WHERE p.t = T AND (id IN (SELECT id FROM q WHERE q.t = T LOCK IN SHARE MODE)) LOCK IN SHARE MODE",
    );
    assert_scoped(&[MySql], "SELECT x FROM p FOR SHARE", "SELECT x FROM p WHERE p.t = T FOR SHARE");
}

#[test]
fn lock_in_share_mode_keeps_to_the_rules_of_locks() {
    assert_refused(
        &[MySql],
        "SELECT p.x FROM p, ref_ LOCK IN SHARE MODE",
        "which other tenants would wait for",
    );
    assert_refused(
        &[MySql],
        "SELECT x FROM p UNION SELECT x FROM q LOCK IN SHARE MODE",
        "a row lock on a set operation",
    );
    assert_refused(&[MySql], "(SELECT x FROM p) LOCK IN SHARE MODE", "a row lock on a query in parentheses");
    assert_refused(&[MySql], "SELECT x FROM p NATURAL JOIN q LOCK IN SHARE MODE", "a row lock through");
    assert_refused(&[MySql], "SELECT x FROM p LOCK IN SHARE MODE OF p", "found: OF");
    assert_refused(&[Sqlite, Postgres], "SELECT x FROM p LOCK IN SHARE MODE", "");
}

#[test]
fn the_locks_of_postgres_go_out_as_they_came() {
    for lock in ["FOR NO KEY UPDATE", "FOR KEY SHARE", "FOR UPDATE", "FOR SHARE"] {
        for rest in ["", " OF p", " NOWAIT", " OF p SKIP LOCKED"] {
            assert_scoped(
                &[Postgres],
                &format!("SELECT p.x FROM p JOIN q ON q.id = p.id {lock}{rest}"),
                &format!("SELECT p.x FROM p JOIN q ON q.id = p.id WHERE p.t = T AND q.t = T {lock}{rest}"),
            );
        }
        assert_refused(
            &[Postgres],
            &format!("SELECT p.x FROM p, ref_ {lock}"),
            "which other tenants would wait for",
        );
        assert_scoped(
            &[Postgres],
            &format!("SELECT p.x FROM p, ref_ {lock} OF p"),
            &format!("SELECT p.x FROM p, ref_ WHERE p.t = T {lock} OF p"),
        );
    }
}

#[test]
fn a_list_of_tables_is_a_lock_for_each() {
    assert_scoped(
        &[Postgres],
        "SELECT p.x FROM p, q, ref_ FOR NO KEY UPDATE OF p, q NOWAIT FOR KEY SHARE OF q, p",
        "SELECT p.x FROM p, q, ref_ WHERE p.t = T AND q.t = T FOR NO KEY UPDATE OF p NOWAIT FOR NO KEY UPDATE OF q NOWAIT FOR KEY SHARE OF q FOR KEY SHARE OF p",
    );
    assert_scoped(
        &[Postgres, MySql],
        "SELECT p.x FROM p, q WHERE EXISTS (SELECT 1 FROM r FOR UPDATE OF r) FOR UPDATE OF p, q SKIP LOCKED",
        "SELECT p.x FROM p, q WHERE p.t = T AND q.t = T AND (EXISTS (SELECT 1 FROM r WHERE r.t = T FOR UPDATE OF r)) FOR UPDATE OF p SKIP LOCKED FOR UPDATE OF q SKIP LOCKED",
    );
    assert_refused(
        &[Postgres],
        "SELECT p.x FROM p, ref_ FOR SHARE OF p, ref_",
        "which other tenants would wait for",
    );
}

/// PostgreSQL locks what a subquery in FROM reads (manual, SELECT, The Locking Clause).
#[test]
fn a_lock_goes_into_subqueries_and_stops_at_shared_rows() {
    for from in [
        "(SELECT * FROM ref_) AS c",
        "(SELECT * FROM (SELECT * FROM ref_) AS b) AS c",
        "(SELECT q.x FROM q, ref_) AS c",
        "(SELECT x FROM q UNION ALL SELECT id FROM ref_) AS c",
        "((SELECT id FROM ref_) UNION SELECT x FROM q) AS c",
        "(WITH w AS (SELECT x FROM q) SELECT ref_.id FROM ref_, w) AS c",
        "p, LATERAL (SELECT * FROM ref_) AS c",
        "p LEFT JOIN (q CROSS JOIN (SELECT * FROM ref_) AS c) ON q.id = p.id",
    ] {
        for lock in
            ["FOR UPDATE", "FOR SHARE", "FOR UPDATE NOWAIT", "FOR SHARE SKIP LOCKED", "FOR UPDATE OF c"]
        {
            let sql = format!("SELECT 1 FROM {from} {lock}");
            assert_refused(&[Postgres, MySql], &sql, "which other tenants would wait for");
            assert!(scope(MySql, &format!("SELECT 1 FROM {from}")).is_ok(), "{from}");
        }
        for lock in ["FOR NO KEY UPDATE", "FOR KEY SHARE", "FOR KEY SHARE OF c SKIP LOCKED"] {
            let sql = format!("SELECT 1 FROM {from} {lock}");
            assert_refused(&[Postgres], &sql, "which other tenants would wait for");
        }
        let sql = format!("SELECT 1 FROM {from} LOCK IN SHARE MODE");
        assert_refused(&[MySql], &sql, "which other tenants would wait for");
    }
}

#[test]
fn a_lock_on_an_own_table_leaves_subqueries_beside_it() {
    for lock in ["FOR UPDATE OF p", "FOR SHARE OF p NOWAIT", "FOR UPDATE OF p SKIP LOCKED"] {
        for from in
            ["p, (SELECT * FROM ref_) AS c", "p JOIN (SELECT * FROM (SELECT * FROM ref_) AS b) AS c ON TRUE"]
        {
            let sql = format!("SELECT p.x FROM {from} {lock}");
            assert!(scope(Postgres, &sql).is_ok(), "{sql}");
            assert!(scope(MySql, &sql).is_ok(), "{sql}");
        }
    }
    for engine in [Postgres, MySql] {
        // A lock does not go into the subqueries of expressions, and one over own rows alone may.
        for sql in [
            "SELECT p.x FROM p WHERE EXISTS (SELECT 1 FROM ref_) FOR UPDATE",
            "SELECT c.x FROM (SELECT x FROM q) AS c FOR UPDATE",
            "SELECT c.x FROM (SELECT x FROM q UNION SELECT x FROM p) AS c FOR UPDATE",
        ] {
            assert!(scope(engine, sql).is_ok(), "{engine:?}: {sql}");
        }
    }
}

#[test]
fn a_lock_stops_at_common_table_expressions_where_the_engine_does() {
    for sql in [
        "WITH w AS (SELECT id FROM ref_) SELECT id FROM w FOR UPDATE",
        "WITH v AS (SELECT id FROM ref_), w AS (SELECT id FROM v) SELECT c.id FROM (SELECT id FROM w) AS c FOR UPDATE",
        "WITH RECURSIVE w AS (SELECT id FROM ref_ UNION SELECT id FROM w) SELECT id FROM w FOR UPDATE",
    ] {
        assert!(scope(Postgres, sql).is_ok(), "{sql}");
        assert_refused(&[MySql], sql, "which other tenants would wait for");
        assert_refused(&[MySql], &sql.replace("FOR UPDATE", "LOCK IN SHARE MODE"), "would wait for");
    }
    assert!(scope(MySql, "WITH w AS (SELECT id FROM p) SELECT id FROM w FOR UPDATE").is_ok());
    assert!(scope(MySql, "WITH w AS (SELECT id FROM ref_) SELECT p.id FROM p, w FOR UPDATE OF p").is_ok());
}

/// InnoDB locks each row of the index that it reads.
#[test]
fn an_index_hint_is_refused_where_rows_are_locked_or_written() {
    for hint in [
        "USE INDEX ()",
        "USE INDEX (PRIMARY)",
        "FORCE INDEX (a)",
        "IGNORE INDEX (a)",
        "IGNORE KEY FOR JOIN (a)",
    ] {
        for sql in [
            "SELECT id FROM p HINT FOR UPDATE",
            "SELECT id FROM p HINT FOR SHARE SKIP LOCKED",
            "SELECT id FROM p HINT LOCK IN SHARE MODE",
            "SELECT p.id FROM p JOIN q HINT ON q.id = p.id FOR UPDATE OF p",
            "SELECT c.id FROM (SELECT id FROM p HINT) AS c FOR UPDATE",
            "SELECT id FROM q WHERE id IN (SELECT id FROM p HINT FOR UPDATE)",
            "SELECT id FROM q WHERE id IN (SELECT id FROM p HINT) FOR UPDATE",
            "SELECT id FROM p HINT WHERE id IN (SELECT id FROM q FOR UPDATE)",
            "WITH w AS (SELECT id FROM p HINT) SELECT q.id FROM q JOIN w ON w.id = q.id FOR UPDATE",
            "UPDATE q SET x = 1 WHERE id IN (SELECT id FROM p HINT)",
            "UPDATE q JOIN p HINT ON p.id = q.id SET q.x = 1",
            "DELETE FROM q WHERE EXISTS (SELECT 1 FROM p HINT)",
            "DELETE q FROM q JOIN p HINT ON p.id = q.id",
            "INSERT INTO q (id) SELECT id FROM p HINT",
            "INSERT INTO q (id) VALUES ((SELECT MAX(id) FROM p HINT))",
        ] {
            assert_refused(
                &[MySql],
                &sql.replace("HINT", hint),
                "an index hint in a statement that locks rows",
            );
        }
    }
    assert!(scope(MySql, "SELECT id FROM p USE INDEX (PRIMARY)").is_ok());
}

#[test]
fn what_stands_in_for_a_lock_cannot_be_written_by_a_caller() {
    for name in [
        "\u{1}LOCK IN SHARE MODE",
        "\u{1}FOR KEY SHARE",
        "\u{1}NO LOCK CYCLE id SET a USING b",
        "\u{1}",
        "a\u{2} USING \u{2}b",
    ] {
        assert_refused(
            &ENGINES,
            &format!("SELECT x FROM p FOR SHARE OF \"{name}\""),
            "a control character in a name",
        );
        assert_refused(&ENGINES, &format!("SELECT \"{name}\" FROM p"), "a control character in a name");
    }
    assert_scoped(
        &[Postgres],
        "SELECT '\u{1}FOR KEY SHARE' AS a FROM p FOR KEY SHARE",
        "SELECT '\u{1}FOR KEY SHARE' AS a FROM p WHERE p.t = T FOR KEY SHARE",
    );
}
