//! Row locks in each engine's words.

use super::{ENGINES, assert_refused, assert_scoped};
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
