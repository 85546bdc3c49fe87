//! What the parser reads of another engine's syntax is refused by name.

use super::{assert_refused, scope};
use sea_orm_multitenant_sql::Engine::{self, MySql, Postgres, Sqlite};

/// Statements, and the engines that have their syntax.
#[rustfmt::skip]
const STATEMENTS: &[(&str, &[Engine], &str)] = &[
    ("SELECT (x) XOR (id) AS v FROM p", &[MySql], "XOR"),
    ("SELECT x RLIKE name AS v FROM p", &[MySql], "RLIKE"),
    ("SELECT x NOT RLIKE name AS v FROM p", &[MySql], "RLIKE"),
    ("SELECT x REGEXP name AS v FROM p", &[Sqlite, MySql], "REGEXP"),
    ("SELECT x ILIKE name AS v FROM p", &[Postgres], "ILIKE"),
    ("SELECT x NOT ILIKE name AS v FROM p", &[Postgres], "ILIKE"),
    ("SELECT x SIMILAR TO name AS v FROM p", &[Postgres], "SIMILAR TO"),
    ("SELECT x <=> name AS v FROM p", &[Postgres, MySql], "`<=>`"),
    ("SELECT x ^ 2 AS v FROM p", &[Postgres, MySql], "`^`"),
    ("SELECT x ~ name AS v FROM p", &[Postgres], "an operator of PostgreSQL"),
    ("SELECT x ~~ name AS v FROM p", &[Postgres], "an operator of PostgreSQL"),
    ("SELECT x @> name AS v FROM p", &[Postgres], "an operator of PostgreSQL"),
    ("SELECT (x, id) OVERLAPS (x, id) AS v FROM p", &[Postgres], "OVERLAPS"),
    ("SELECT x IS UNKNOWN AS v FROM p", &[Postgres, MySql], "IS UNKNOWN"),
    ("SELECT x IS NORMALIZED AS v FROM p", &[Postgres], "IS NORMALIZED"),
    ("SELECT x IS DISTINCT FROM id AS v FROM p", &[Sqlite, Postgres], "IS DISTINCT FROM"),
    ("SELECT x AT TIME ZONE 'UTC' AS v FROM p", &[Postgres], "AT TIME ZONE"),
    ("SELECT x::int AS v FROM p", &[Postgres], "`::`"),
    ("SELECT TRY_CAST(x AS int) AS v FROM p", &[], "TRY_CAST"),
    ("SELECT SAFE_CAST(x AS int) AS v FROM p", &[], "SAFE_CAST"),
    ("SELECT CONVERT(x USING utf8mb4) AS v FROM p", &[MySql], "CONVERT"),
    ("SELECT EXTRACT(YEAR FROM x) AS v FROM p", &[Postgres, MySql], "EXTRACT"),
    ("SELECT CEIL(x TO DAY) AS v FROM p", &[], "CEIL or FLOOR with TO"),
    ("SELECT POSITION('a' IN name) AS v FROM p", &[Postgres, MySql], "POSITION"),
    ("SELECT SUBSTRING(name FROM 1 FOR 2) AS v FROM p", &[Postgres, MySql], "SUBSTRING"),
    ("SELECT TRIM(BOTH 'a' FROM name) AS v FROM p", &[Postgres, MySql], "TRIM"),
    ("SELECT TRIM(name, 'a') AS v FROM p", &[Sqlite, Postgres], ""),
    ("SELECT OVERLAY(name PLACING 'a' FROM 1) AS v FROM p", &[Postgres], "OVERLAY"),
    ("SELECT x + INTERVAL '1' DAY AS v FROM p", &[Postgres, MySql], "INTERVAL"),
    ("SELECT x + INTERVAL 1 DAY AS v FROM p", &[MySql], "INTERVAL"),
    ("SELECT DATE '2020-01-01' AS v FROM p", &[Postgres, MySql], "DATE"),
    ("SELECT int '1' AS v FROM p", &[Postgres], "a type before a literal"),
    ("SELECT ARRAY[1] AS v FROM p", &[Postgres], ""),
    ("SELECT (x)[1] AS v FROM p", &[Postgres], ""),
    ("SELECT x FROM p WHERE x IN ()", &[Sqlite], ""),
    ("SELECT x > ANY (SELECT x FROM q) AS v FROM p", &[Postgres, MySql], "ANY"),
    ("SELECT count(*) FILTER (WHERE x = 1) AS v FROM p", &[Sqlite, Postgres], "FILTER"),
    ("SELECT first_value(x) IGNORE NULLS OVER (ORDER BY x) AS v FROM p", &[], "IGNORE NULLS"),
    ("SELECT sum(x) OVER (ORDER BY x GROUPS 1 PRECEDING) AS v FROM p", &[Sqlite, Postgres], "GROUPS"),
    ("SELECT group_concat(name SEPARATOR ',') AS v FROM p", &[MySql], ""),
    ("SELECT count(p.*) AS v FROM p", &[Postgres], "a whole row"),
    ("SELECT DISTINCT ON (x) x FROM p", &[Postgres], "DISTINCT ON"),
    ("SELECT TOP 1 x FROM p", &[], ""),
    ("SELECT x FROM p QUALIFY x = 1", &[], ""),
    ("SELECT x FROM p LIMIT 1, 2", &[Sqlite, MySql], ""),
    ("SELECT x FROM p LIMIT 1 BY x", &[], ""),
    ("SELECT x FROM p OFFSET 1 ROWS FETCH FIRST 1 ROWS ONLY", &[Postgres, MySql], ""),
    ("SELECT x FROM p FETCH FIRST 1 PERCENT ROWS ONLY", &[], ""),
    ("SELECT x FROM p ORDER BY x NULLS FIRST", &[Sqlite, Postgres], "NULLS FIRST"),
    ("SELECT x FROM p FOR UPDATE", &[Postgres, MySql], ""),
    ("SELECT x FROM p EXCEPT ALL SELECT x FROM q", &[Postgres, MySql], "ALL after EXCEPT"),
    ("SELECT x FROM p UNION DISTINCT SELECT x FROM q", &[Postgres, MySql], "DISTINCT after UNION"),
    ("SELECT x FROM p UNION BY NAME SELECT x FROM q", &[], ""),
    ("SELECT x FROM p MINUS SELECT x FROM q", &[], ""),
    ("VALUES ROW(1)", &[MySql], ""),
    ("SELECT p.x FROM p, LATERAL (SELECT q.x FROM q) AS l", &[Postgres, MySql], "LATERAL"),
    ("SELECT p.x FROM p STRAIGHT_JOIN q", &[MySql], ""),
    ("SELECT p.x FROM p SEMI JOIN q ON p.x = q.x", &[], ""),
    ("SELECT p.x FROM p ASOF JOIN q MATCH_CONDITION (p.x > q.x) ON p.x = q.x", &[], ""),
    ("SELECT x FROM p TABLESAMPLE BERNOULLI (10)", &[], ""),
    ("SELECT x FROM p GROUP BY ROLLUP (x)", &[Postgres], ""),
    ("SELECT x FROM p GROUP BY x WITH ROLLUP", &[MySql], ""),
    ("SELECT x FROM p GROUP BY x WITH CUBE", &[], ""),
    ("WITH a AS MATERIALIZED (SELECT x FROM p) SELECT x FROM a", &[Sqlite, Postgres], ""),
    ("UPDATE p SET x = 1 FROM q WHERE p.x = q.x", &[Sqlite, Postgres], ""),
    ("UPDATE p SET x = 1 RETURNING x", &[Sqlite, Postgres], "RETURNING after UPDATE"),
    ("SELECT CAST(x AS int[]) AS v FROM p", &[Postgres], ""),
    ("SELECT CAST(x AS Int64) AS v FROM p", &[], "a type of another engine"),
    ("SELECT CAST(x AS jsonb) AS v FROM p", &[Sqlite, Postgres], "a type of PostgreSQL"),
    ("SELECT CAST(x AS UNSIGNED) AS v FROM p", &[Sqlite, MySql], "a type of MySQL"),
];

#[test]
fn syntax_is_taken_where_the_engine_has_it_and_named_elsewhere() {
    let mut problems = Vec::new();
    for (sql, engines, part) in STATEMENTS {
        for engine in super::ENGINES {
            match (scope(engine, sql), engines.contains(&engine)) {
                (Ok(_), true) => {}
                (Err(refusal), false) if refusal.to_string().contains(part) => {}
                (outcome, _) => problems.push(format!("{engine:?}: {sql}: {outcome:?}")),
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn a_text_as_the_bound_of_a_frame_is_refused() {
    for bound in ["'1' PRECEDING", "'1' preceding", "'1'FOLLOWING"] {
        let sql = format!("SELECT sum(x) OVER (ORDER BY x ROWS BETWEEN {bound} AND CURRENT ROW) AS v FROM p");
        assert_refused(&super::ENGINES, &sql, "a text as the bound of a window frame");
    }
    let sql = "SELECT sum(x) OVER (ORDER BY x RANGE BETWEEN INTERVAL '1 day' PRECEDING AND CURRENT ROW) AS v FROM p";
    assert!(scope(Postgres, sql).expect("scoped").sql().contains("INTERVAL '1 day' PRECEDING"));
}

#[test]
fn null_as_a_pattern_is_refused() {
    for operator in ["REGEXP", "RLIKE", "NOT REGEXP"] {
        assert_refused(
            &super::ENGINES,
            &format!("SELECT x {operator} NULL AS v FROM p"),
            "NULL as a pattern",
        );
    }
}

#[test]
fn values_that_name_columns_after_expressions_are_refused() {
    let sql = "VALUES (1, (SELECT max(x) FROM p))";
    assert_refused(&[MySql], sql, "VALUES that names a column after an expression");
    assert_refused(&[MySql], "SELECT * FROM (VALUES (1 + 1)) AS v", "VALUES that names a column");
    for engine in [Sqlite, Postgres] {
        assert!(scope(engine, sql).is_ok());
    }
    for sql in ["VALUES (1, 'a', ?), (2, 'b', 1 + 1)", "INSERT INTO p (x, name) VALUES (1 + 1, lower('A'))"] {
        assert!(scope(MySql, sql).is_ok(), "{sql}: {:?}", scope(MySql, sql));
    }
}

#[test]
fn names_of_results_are_not_cut_at_words() {
    for word in ["window", "offset", "fetch"] {
        let sql = format!("SELECT x, x  -  {word} FROM loose");
        match scope(Sqlite, &sql) {
            Ok(scope) => {
                assert!(scope.sql().contains(&format!("AS `x  -  {word}`")), "{}", scope.sql());
            }
            Err(refusal) => panic!("{sql}: {refusal}"),
        }
    }
    let sql = "SELECT x, x  *  window FROM loose WINDOW w AS (ORDER BY x)";
    let scope = scope(Sqlite, sql).expect("scoped");
    assert!(scope.sql().contains("AS `x  *  window`"), "{}", scope.sql());
}
