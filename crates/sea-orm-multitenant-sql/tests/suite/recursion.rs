//! SEARCH and CYCLE.

use super::{assert_refused, assert_scoped, scope};
use sea_orm_multitenant_sql::Engine::{MySql, Postgres, Sqlite};

const QUERY: &str = "WITH RECURSIVE c (id, x) AS (SELECT id, x FROM p WHERE x IS NULL UNION ALL SELECT p.id, p.x FROM p JOIN c ON p.x = c.id)";
const SCOPED: &str = "WITH RECURSIVE c (id, x) AS (SELECT id, x FROM p WHERE p.t = T AND (x IS NULL) UNION ALL SELECT p.id, p.x FROM p JOIN c ON p.x = c.id WHERE p.t = T )";

#[test]
fn search_and_cycle_go_out_as_they_came() {
    for clause in [
        "SEARCH DEPTH FIRST BY id SET ord",
        "SEARCH BREADTH FIRST BY id, x SET ord",
        "CYCLE id SET is_cycle USING path",
        "CYCLE id, x SET is_cycle TO 'Y' DEFAULT 'N' USING path",
        "CYCLE id SET is_cycle TO true DEFAULT false USING path",
        "SEARCH DEPTH FIRST BY id SET ord CYCLE id SET is_cycle USING path",
    ] {
        for rest in ["SELECT * FROM c", ", d AS (SELECT id FROM c) SELECT id FROM d"] {
            let space = if rest.starts_with(',') { "" } else { " " };
            assert_scoped(
                &[Postgres],
                &format!("{QUERY} {clause}{space}{rest}"),
                &format!("{SCOPED} {clause}{space}{rest}"),
            );
        }
        assert_refused(&[Sqlite, MySql], &format!("{QUERY} {clause} SELECT * FROM c"), "");
    }
}

#[test]
fn quoted_names_stay_quoted() {
    let sql = format!("{QUERY} CYCLE \"id\" SET \"is cycle\" USING \"Path\" SELECT * FROM c");
    let scoped = scope(Postgres, &sql).expect("scoped");
    assert!(
        scoped.sql().contains(") CYCLE \"id\" SET \"is cycle\" USING \"Path\" SELECT * FROM"),
        "{}",
        scoped.sql()
    );
}

#[test]
fn anything_else_after_a_common_table_expression_is_refused() {
    for clause in [
        "CYCLE id SET is_cycle TO (SELECT 1) DEFAULT 0 USING path",
        "CYCLE id SET is_cycle TO 'a' DEFAULT $1 USING path",
        "CYCLE id SET is_cycle",
        "SEARCH DEPTH FIRST BY p.id SET ord",
        "CYCLE (SELECT 1) SET is_cycle USING path",
        "FROM p",
    ] {
        assert_refused(&[Postgres], &format!("{QUERY} {clause} SELECT * FROM c"), "");
    }
}

#[test]
fn a_table_called_cycle_is_a_table() {
    assert_scoped(
        &[Postgres],
        "SELECT cycle.x FROM (SELECT x FROM p) cycle",
        "SELECT cycle.x FROM (SELECT x FROM p WHERE p.t = T) cycle",
    );
}

#[test]
fn a_reserved_word_is_no_name_in_search_and_cycle() {
    let with = "WITH RECURSIVE c (a) AS (SELECT 1 UNION ALL SELECT a FROM c)";
    for clauses in
        ["SEARCH DEPTH FIRST BY only SET o", "SEARCH DEPTH FIRST BY a SET user", "CYCLE a SET user USING p"]
    {
        assert_refused(&[Postgres], &format!("{with} {clauses} SELECT a FROM c"), "");
    }
}
