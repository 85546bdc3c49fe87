//! Operators that the parser does not know, or knows by another name.

use super::{ENGINES, assert_refused, assert_scoped, scope};
use sea_orm_multitenant_sql::Engine::{MySql, Postgres, Sqlite};

#[test]
fn is_compares_any_two_values_on_sqlite() {
    for condition in [
        "x IS 1",
        "x IS ?",
        "x IS NOT ?",
        "x IS name AND id = 2",
        "x IS NOT (1 + 2)",
        "x IS NULL",
        "x IS NOT NULL",
        "x IS true",
        "x IS lower(name) OR x IS NOT name",
        "x IS (SELECT 1)",
        "(x IS 1) IS 0",
    ] {
        let expected = condition.replace("true", "TRUE");
        assert_scoped(
            &[Sqlite],
            &format!("SELECT x FROM p WHERE {condition}"),
            &format!("SELECT x FROM p WHERE p.t = T AND ({expected})"),
        );
    }
    assert_scoped(
        &[Sqlite],
        "SELECT x FROM p WHERE x IS NOT DISTINCT FROM 1 OR x IS DISTINCT FROM name OR x IS NOT DISTINCT FROM NULL",
        "SELECT x FROM p WHERE p.t = T AND (x IS 1 OR x IS NOT name OR x IS NOT DISTINCT FROM NULL)",
    );
    assert_scoped(
        &[Sqlite],
        "SELECT x FROM p WHERE x IS (SELECT max(x) FROM q WHERE q.x IS NOT p.x)",
        "SELECT x FROM p WHERE p.t = T AND (x IS (SELECT max(x) FROM q WHERE q.t = T AND (q.x IS NOT p.x)))",
    );
    assert_refused(&[Postgres, MySql], "SELECT x FROM p WHERE x IS 1", "");
}

#[test]
fn the_results_of_is_keep_their_names() {
    let name = |sql: &str| scope(Sqlite, sql).expect("scoped").sql().to_owned();
    assert_eq!(
        name("SELECT x IS 1, x IS NOT name FROM ref_"),
        "SELECT `x` IS 1 AS `x IS 1`, `x` IS NOT `name` AS `x IS NOT name` FROM `ref_`"
    );
    assert_eq!(
        name("SELECT x IS DISTINCT FROM 1 FROM ref_"),
        "SELECT `x` IS NOT 1 AS `x IS DISTINCT FROM 1` FROM `ref_`"
    );
    assert_eq!(name("SELECT x  IS  1 FROM ref_"), "SELECT `x` IS 1 AS `x  IS  1` FROM `ref_`");
}

#[test]
fn shifts_are_operators_on_every_engine() {
    assert_scoped(
        &ENGINES,
        "SELECT x << 1 AS a, x >> 2 & 3 AS b FROM p WHERE x << 1 > 2 AND 1 << x = 4",
        "SELECT x << 1 AS a, x >> 2 & 3 AS b FROM p WHERE p.t = T AND (x << 1 > 2 AND 1 << x = 4)",
    );
}

#[test]
fn mod_is_an_operator_on_mysql() {
    assert_scoped(
        &[MySql],
        "SELECT x MOD 2 AS a, MOD(x, 2) AS b, (x) mod (2) AS c, `x` MOD (2) AS d, ? MOD 3 AS e, p.x MOD p.id AS f FROM p WHERE x MOD 2 = 1 AND MOD(x, 3) = 1",
        "SELECT x % 2 AS a, MOD(x, 2) AS b, (x) % (2) AS c, x % (2) AS d, ? % 3 AS e, p.x % p.id AS f FROM p WHERE p.t = T AND (x % 2 = 1 AND MOD(x, 3) = 1)",
    );
    let scoped = scope(MySql, "SELECT x MOD 2 FROM ref_").expect("scoped");
    assert_eq!(scoped.sql(), "SELECT `x` % 2 AS `x MOD 2` FROM `ref_`");
    assert_scoped(&[MySql], "SELECT log.mod FROM log", "SELECT log.mod FROM log");
    assert_refused(&[Sqlite, Postgres], "SELECT x MOD 2 AS a FROM p", "");
}

#[test]
fn ampersands_are_and_on_mysql() {
    assert_scoped(
        &[MySql],
        "SELECT x FROM p WHERE NOT x && id OR x = 1 && id = 2",
        "SELECT x FROM p WHERE p.t = T AND (NOT x AND id OR x = 1 AND id = 2)",
    );
    assert_scoped(
        &[Postgres],
        "SELECT x FROM p WHERE x && id",
        "SELECT x FROM p WHERE p.t = T AND (x && id)",
    );
}

#[test]
fn operators_of_well_known_extensions_are_known() {
    for operator in [
        "-|-", "<%", "%>", "<<%", "%>>", "<->", "<<->", "<->>", "<<<->", "<->>>", "<#>", "<=>", "<~>", "<%>",
        "<<=", ">>=", "~<~", "~<=~", "~>~", "~>=~", "&<", "&>", "<<|", "|>>", "&<|", "|&>", "<^", ">^", "?#",
        "?-|", "?||", "~=", "##",
    ] {
        assert_scoped(
            &[Postgres],
            &format!("SELECT x {operator} name AS a FROM p WHERE x {operator} (SELECT max(x) FROM q)"),
            &format!(
                "SELECT x {operator} name AS a FROM p WHERE p.t = T AND (x {operator} (SELECT max(x) FROM q WHERE q.t = T))"
            ),
        );
    }
    for operator in ["<@@>", "~~~~", "OPERATOR(public.=)", "|=|"] {
        assert_refused(
            &[Postgres],
            &format!("SELECT x {operator} name AS a FROM p"),
            "an operator of the user's own",
        );
    }
    assert_refused(&[Sqlite, MySql], "SELECT x <% name AS a FROM p", "");
}

#[test]
fn signs_without_a_space_are_refused_where_the_engine_joins_them() {
    for expression in
        ["x @@@ name", "x ?~ name", "x ||-1", "x %-1", "x @-1", "x&-1", "~-x", "x !=-1", "x #-~1"]
    {
        assert_refused(&[Postgres], &format!("SELECT {expression} AS a FROM p"), "");
    }
    assert_refused(
        &[Postgres],
        "SELECT x @@@ name AS a FROM p",
        "`@@@`, which the engine takes for one operator,",
    );
    for (expression, expected) in [
        ("x=-1", "x = -1"),
        ("x<-1", "x < -1"),
        ("x<>-1", "x <> -1"),
        ("x>=-1", "x >= -1"),
        ("x<=+1", "x <= +1"),
        ("x*-1", "x * -1"),
        ("x->-1", "x -> -1"),
    ] {
        assert_scoped(
            &[Postgres],
            &format!("SELECT {expression} AS a FROM p"),
            &format!("SELECT {expected} AS a FROM p WHERE p.t = T"),
        );
    }
    assert_scoped(&[Sqlite, MySql], "SELECT x%-1 AS a FROM p", "SELECT x % -1 AS a FROM p WHERE p.t = T");
}

#[test]
fn prefixes_before_what_has_its_own_end_keep_their_meaning() {
    assert_scoped(
        &ENGINES,
        "SELECT - - (SELECT max(x) FROM q) AS a, - - CASE WHEN x = 1 THEN 2 END AS b, - ~ CAST(x AS integer) AS c FROM p",
        "SELECT -(-(SELECT max(x) FROM q WHERE q.t = T)) AS a, -(-CASE WHEN x = 1 THEN 2 END) AS b, -(~CAST(x AS INTEGER)) AS c FROM p WHERE p.t = T",
    );
    assert_scoped(
        &[Postgres],
        "SELECT - - x::int AS a, - - x[1] AS b FROM p",
        "SELECT -(-x::INT) AS a, -(-x[1]) AS b FROM p WHERE p.t = T",
    );
    assert_refused(&[Postgres], "SELECT - - x ^ 2 AS a FROM p", "put parentheses around the operand");
    assert_refused(
        &[Postgres, Sqlite],
        "SELECT - - x COLLATE a AS a FROM p",
        "put parentheses around the operand",
    );
}
