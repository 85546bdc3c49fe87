//! Statements and clauses that a scope does not take, each with what its message names.

use super::{ENGINES, assert_refused, assert_scoped};
use sea_orm_multitenant_sql::{
    Catalogue,
    Engine::{self, MySql, Postgres, Sqlite},
    scope_statement,
};

/// Statements that are refused wherever they can be read, and what the message says of them.
const STATEMENTS: &[(&[Engine], &str, &str)] = &[
    (&ENGINES, "CREATE TABLE a (id INTEGER)", "CREATE TABLE"),
    (&ENGINES, "CREATE INDEX a ON p (x)", "CREATE INDEX"),
    (&ENGINES, "CREATE VIEW a AS SELECT x FROM p", "CREATE VIEW"),
    (&ENGINES, "DROP TABLE p", "DROP"),
    (&ENGINES, "ALTER TABLE p ADD COLUMN y INTEGER", "ALTER TABLE"),
    (&ENGINES, "TRUNCATE p", "TRUNCATE"),
    (&[Postgres], "COPY p TO STDOUT", "COPY"),
    (&[Postgres], "LOCK TABLE p", "LOCK TABLE"),
    (&[MySql], "LOCK TABLES p READ", "LOCK TABLES"),
    (&[Postgres, MySql], "CALL f()", "CALL"),
    (&[Postgres], "DO $$ BEGIN END $$", ""),
    (&[Postgres], "PREPARE a AS SELECT 1", "PREPARE"),
    (&[Postgres], "EXECUTE a", "EXECUTE"),
    (&[Postgres], "DECLARE a CURSOR FOR SELECT x FROM p", "DECLARE"),
    (&ENGINES, "SET a = 1", "SET"),
    (&[Postgres], "SHOW search_path", "SHOW"),
    (&[MySql], "SHOW TABLES", "SHOW TABLES"),
    (&ENGINES, "BEGIN", "a transaction as text"),
    (&ENGINES, "COMMIT", "a transaction as text"),
    (&ENGINES, "ROLLBACK", "a transaction as text"),
    (&ENGINES, "SAVEPOINT a", "a transaction as text"),
    (&[Sqlite], "PRAGMA table_info(p)", ""),
    (&[Sqlite], "ATTACH DATABASE 'a' AS b", "ATTACH"),
    (&[Sqlite], "VACUUM", ""),
    (&[Postgres], "MERGE INTO p USING q ON q.id = p.id WHEN MATCHED THEN DELETE", "MERGE"),
    (&[Postgres], "GRANT SELECT ON p TO a", "GRANT"),
    (&[Postgres], "LISTEN a", "LISTEN"),
    (&[Postgres], "NOTIFY a", "NOTIFY"),
    (&[MySql], "LOAD DATA INFILE 'a' INTO TABLE p", ""),
    (&[MySql], "USE other", "USE"),
    (&[MySql], "KILL 1", "KILL"),
    (&[MySql], "FLUSH TABLES", "FLUSH"),
];

/// Clauses that are refused inside statements that are not.
const CLAUSES: &[(&[Engine], &str, &str)] = &[
    (&ENGINES, "SELECT x INTO a FROM p", "SELECT INTO"),
    (&[Postgres], "SELECT x FROM p TABLESAMPLE BERNOULLI (10)", "TABLESAMPLE"),
    (&[Postgres], "SELECT x FROM p ORDER BY x USING <", ""),
    (&[MySql], "SELECT SQL_CALC_FOUND_ROWS x FROM p", "SQL_CALC_FOUND_ROWS"),
    (&[MySql], "SELECT x FROM p PARTITION (a)", "PARTITION"),
    (&[MySql], "SELECT x FROM p WHERE MATCH (name) AGAINST ('a')", "MATCH … AGAINST"),
    (&[Postgres], "SELECT count(*) AS n FROM p GROUP BY ALL", "GROUP BY ALL"),
];

/// Functions that reach beyond their arguments, on any engine.
const FUNCTIONS: &[&str] = &[
    "query_to_xml",
    "table_to_xml",
    "dblink",
    "set_config",
    "current_setting",
    "pg_read_file",
    "pg_ls_dir",
    "lo_import",
    "lo_get",
    "nextval",
    "setval",
    "currval",
    "lastval",
    "last_insert_rowid",
    "found_rows",
    "row_count",
    "load_file",
    "load_extension",
    "pg_sleep",
    "sleep",
    "benchmark",
    "get_lock",
    "pg_advisory_lock",
    "pg_notify",
    "ts_stat",
    "crosstab",
    "to_regclass",
    "has_table_privilege",
    "pg_terminate_backend",
    "changes",
    "total_changes",
    "readfile",
    "writefile",
    "my_own_function",
];

#[test]
fn statements_that_are_no_tenants_business_are_refused() {
    for (engines, sql, part) in STATEMENTS {
        assert_refused(engines, sql, part);
    }
}

#[test]
fn clauses_that_reach_other_rows_are_refused() {
    for (engines, sql, part) in CLAUSES {
        assert_refused(engines, sql, part);
    }
}

#[test]
fn functions_that_reach_beyond_their_arguments_are_refused() {
    for function in FUNCTIONS {
        assert_refused(
            &ENGINES,
            &format!("SELECT {function}('p') AS a"),
            &format!("the function `{function}`"),
        );
        assert_refused(&ENGINES, &format!("SELECT x FROM p WHERE x = {function}('p')"), "the function");
        assert_refused(&[Postgres], &format!("SELECT a FROM {function}('p') AS a"), "the function");
    }
    for call in [
        "last_insert_id()",
        "LAST_INSERT_ID( )",
        "last_insert_id(*)",
        "last_insert_id(1, 2)",
        "`last_insert_id`(1)",
    ] {
        assert_refused(&[MySql], &format!("SELECT {call} AS a FROM p"), "the function `last_insert_id`");
    }
    assert_refused(&[Sqlite, Postgres], "SELECT last_insert_id(1) AS a", "the function `last_insert_id`");
    assert_refused(&[MySql], "SELECT last_insert_id(secret.x) AS a FROM p", "");
    assert_refused(&ENGINES, "SELECT pg_catalog.count(x) AS a FROM p", "the qualified function");
    assert_refused(&[Postgres], "SELECT \"COUNT\"(x) AS a FROM p", "the function");
}

#[test]
fn only_an_assignment_sets_the_generated_key() {
    for sql in [
        "UPDATE p SET id = LAST_INSERT_ID(id + 1) WHERE x = 1",
        "INSERT INTO p (x) VALUES (1) ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id)",
    ] {
        assert!(super::scope(MySql, sql).is_ok(), "{sql}");
    }
    // An index may try the condition on rows of others first: MariaDB reports their id as the generated key.
    for sql in [
        "INSERT INTO q (x) SELECT 1 FROM p WHERE name = 'm' AND LAST_INSERT_ID(id) > 0",
        "UPDATE p SET x = 1 WHERE LAST_INSERT_ID(id)",
        "UPDATE p SET x = 1 ORDER BY LAST_INSERT_ID(id)",
        "UPDATE p SET x = LAST_INSERT_ID(id) + 1",
        "UPDATE p SET x = LAST_INSERT_ID(LAST_INSERT_ID(id))",
        "UPDATE p SET x = (SELECT LAST_INSERT_ID(id) FROM q)",
        "UPDATE p JOIN q ON q.id = p.id SET p.x = LAST_INSERT_ID(q.id)",
        "DELETE FROM p WHERE LAST_INSERT_ID(id)",
        "SELECT LAST_INSERT_ID(id) AS a FROM p",
    ] {
        assert_refused(&[MySql], sql, "the function `last_insert_id`");
    }
}

#[test]
fn ordinary_functions_are_not_refused() {
    for call in [
        "count(*)",
        "lower(name)",
        "coalesce(x, 1)",
        "max(DISTINCT x)",
        "length(name)",
        "row_number() OVER (ORDER BY x)",
    ] {
        assert_scoped(
            &ENGINES,
            &format!("SELECT {call} AS a FROM p"),
            &format!("SELECT {call} AS a FROM p WHERE p.t = T"),
        );
    }
}

#[test]
fn several_statements_and_none_are_refused() {
    assert_refused(&ENGINES, "SELECT 1 AS a; SELECT 2 AS a", "more than one statement");
    assert_refused(&ENGINES, "SELECT x FROM p; DROP TABLE p", "more than one statement");
    assert_refused(&ENGINES, "", "holds no statement");
    assert_refused(&ENGINES, " ; -- nothing", "holds no statement");
    assert_scoped(&ENGINES, "SELECT x FROM p;", "SELECT x FROM p WHERE p.t = T");
}

#[test]
fn a_text_that_cannot_be_read_says_where() {
    let refusal = super::scope(Postgres, "SELECT x\nFROM p WHERE )").expect_err("refused");
    match refusal {
        sea_orm_multitenant_sql::Refusal::Parse { line, column, .. } => assert_eq!((line, column), (2, 14)),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_unknown_table_is_refused_with_the_reason() {
    let refused: &[(&[Engine], &str, &str)] = &[
        (&ENGINES, "SELECT x FROM secret", "derive `TenantModel`"),
        (&ENGINES, "SELECT x FROM archive.p", "which has `p`; if that is the same table"),
        (&[Sqlite], "SELECT name FROM sqlite_master", "it is the engine's own"),
        (&[Postgres], "SELECT relname FROM pg_class", "it is the engine's own"),
        (&[Postgres], "SELECT relname FROM pg_catalog.pg_class", "it is the engine's own"),
        (&[Postgres, MySql], "SELECT table_name FROM information_schema.tables", "it is the engine's own"),
        (&[MySql], "SELECT user FROM mysql.user", "it is the engine's own"),
    ];
    for (engines, sql, part) in refused {
        assert_refused(engines, sql, part);
    }
}

#[test]
fn a_catalogue_without_tables_names_the_cure() {
    let refused = scope_statement(&Catalogue::default(), Postgres, "SELECT x FROM p")
        .expect_err("no table is declared");
    assert_eq!(refused.code(), "unknown-table");
    assert!(refused.to_string().contains("use the_crate as _;"), "{refused}");
}
