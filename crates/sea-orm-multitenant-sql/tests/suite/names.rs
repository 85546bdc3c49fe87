use super::{ENGINES, assert_refused, assert_scoped};
use sea_orm_multitenant_sql::Engine::{MySql, Postgres, Sqlite};

const UNKNOWN: &str = "is not in the catalogue";

#[test]
fn names_fold_as_the_engine_folds_them() {
    assert_scoped(&[Postgres], "SELECT X FROM P", "SELECT x FROM p WHERE p.t = T");
    assert_scoped(&[Sqlite], "SELECT X FROM P", "SELECT X FROM P WHERE P.t = T");
    assert_scoped(&[Sqlite], "SELECT x FROM \"P\"", "SELECT x FROM P WHERE P.t = T");
    assert_refused(&[Postgres], "SELECT x FROM \"P\"", UNKNOWN);
    assert_refused(&[MySql], "SELECT x FROM P", UNKNOWN);
}

#[test]
fn a_qualified_name_must_be_the_schema_of_the_catalogue() {
    for table in ["public.p", "main.p", "temp.p", "pg_temp.p", "db.app.far", "far", "other.far"] {
        assert_refused(&ENGINES, &format!("SELECT x FROM {table}"), UNKNOWN);
    }
}

#[test]
fn tables_of_the_system_are_unknown() {
    for table in [
        "information_schema.tables",
        "pg_catalog.pg_class",
        "pg_stats",
        "sqlite_schema",
        "sqlite_master",
        "mysql.user",
        "pragma_table_info",
        "pg_shadow",
        "dual_",
    ] {
        assert_refused(&ENGINES, &format!("SELECT * FROM {table}"), UNKNOWN);
    }
}

#[test]
fn names_beyond_ascii_are_no_tables() {
    assert_refused(&[Sqlite, Postgres], "SELECT x FROM \"p\u{301}\"", UNKNOWN);
    assert_refused(&[MySql], "SELECT x FROM \"p\u{301}\"", "not ASCII");
    assert_refused(&ENGINES, "WITH \"ç\" AS (SELECT 1 AS x) SELECT x FROM \"ç\"", "not ASCII");
}

#[test]
fn a_written_column_that_could_fold_onto_the_tenant_column_is_refused() {
    for sql in ["INSERT INTO p (\"ť\", x) VALUES (1, 2)", "UPDATE p SET \"ť\" = 2"] {
        assert_refused(&[Sqlite, Postgres], sql, "a write to the column");
        assert_refused(&[MySql], sql, "not ASCII");
    }
    assert_refused(&[MySql], "UPDATE p SET ť = 2", "");
}

#[test]
fn names_that_the_engine_would_cut_are_refused() {
    let long = "a".repeat(64);
    assert_refused(&[Postgres], &format!("SELECT {long} FROM p"), "longer than the engine keeps");
    assert_refused(&[MySql], &format!("SELECT {long}a FROM p"), "longer than the engine keeps");
}

#[test]
fn names_in_single_quotes_are_refused() {
    assert_refused(&[Sqlite, MySql], "SELECT x FROM 'p'", "");
    assert_refused(&ENGINES, "SELECT x 'a' FROM p", "single quotes");
}

const RESERVED: &str = ", which the engine reserves,";

#[test]
fn a_reserved_word_without_quotes_is_no_name() {
    for word in
        ["only", "current_user", "user", "session_user", "localtime", "lateral", "isnull", "true", "array"]
    {
        let with = format!("WITH \"{word}\" AS (SELECT 1 AS x) SELECT x FROM ");
        assert_refused(&[Postgres], &format!("{with} {word} u"), "");
        assert_refused(&[Postgres], &format!("SELECT x FROM p {word}"), "");
        assert_scoped(
            &[Postgres],
            &format!("{with} \"{word}\" u"),
            &format!("WITH {word} AS (SELECT 1 AS x) SELECT x FROM {word} u"),
        );
    }
    for word in ["current_role", "current_schema", "array", "user"] {
        assert_refused(&[Postgres], &format!("SELECT {word} FROM (SELECT 1 AS \"{word}\") z"), "");
    }
    for word in ["current_user", "current_role"] {
        assert_refused(&[MySql], &format!("SELECT {word} FROM (SELECT 1 AS \"{word}\") z"), RESERVED);
    }
    assert_refused(&[MySql], "SELECT x FROM p && WHERE 0", RESERVED);
    assert_refused(&[Sqlite], "SELECT x FROM p ISNULL WHERE 0", RESERVED);
    assert_refused(&[Sqlite, MySql], "SELECT x CASE FROM p", RESERVED);
    assert_refused(&ENGINES, "SELECT x COLLATE NULL FROM p", RESERVED);
}

#[test]
fn a_word_that_is_reserved_elsewhere_is_a_name_where_the_engine_takes_it() {
    assert_scoped(&[Postgres], "SELECT x AS user FROM p", "SELECT x AS user FROM p WHERE p.t = T");
    let text = "SELECT z.user FROM (SELECT 1 AS user) z";
    assert_scoped(&[Postgres], text, "SELECT z.user FROM (SELECT 1 AS user) z");
    assert_scoped(&[MySql], "SELECT rank FROM (SELECT 1 AS rank) z", "SELECT rank FROM (SELECT 1 AS rank) z");
    assert_scoped(
        &[MySql],
        "SELECT name COLLATE binary AS y FROM p",
        "SELECT name COLLATE binary AS y FROM p WHERE p.t = T",
    );
    assert_scoped(
        &[MySql],
        "SELECT x FROM p USE INDEX (PRIMARY)",
        "SELECT x FROM p USE INDEX (PRIMARY) WHERE p.t = T",
    );
}
