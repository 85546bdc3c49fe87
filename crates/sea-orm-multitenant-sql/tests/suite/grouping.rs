//! What the engine would group otherwise than the parser is refused, and nothing else.

use super::{ENGINES, assert_refused, scope};
use sea_orm_multitenant_sql::Engine::{self, MySql, Postgres, Sqlite};

const PARENTHESES: &str = "put parentheses around the operands that belong together";

#[track_caller]
fn assert_taken(engines: &[Engine], expressions: &[&str]) {
    for engine in engines {
        for expression in expressions {
            let scoped = scope(*engine, &format!("SELECT {expression} AS v FROM p"));
            assert!(scoped.is_ok(), "{engine:?}: {expression}: {scoped:?}");
        }
    }
}

#[track_caller]
fn assert_ambiguous(engines: &[Engine], expressions: &[&str]) {
    for expression in expressions {
        assert_refused(engines, &format!("SELECT {expression} AS v FROM p"), PARENTHESES);
    }
}

#[test]
fn what_groups_alike_on_every_engine_is_taken() {
    assert_taken(
        &ENGINES,
        &[
            "x + id * 2 - 1",
            "- x + 1",
            "- - x",
            "x * - id + 1",
            "- x % 3",
            "NOT x = 1",
            "NOT x = 1 AND id = 2 OR x IS NULL",
            "x + 1 BETWEEN 1 AND 2 AND id = 1",
            "NOT x BETWEEN - 5 AND 5",
            "x = 1 IS NULL",
            "x IS NOT NULL AND name LIKE 'a' OR x IN (1, 2)",
            "name LIKE 'a' ESCAPE '!' AND x = 1",
            "x & 1 = 1",
            "x + 1 & 2",
            "x << 1 + 1",
            "(x & 1) | (id & 2)",
            "NOT EXISTS (SELECT 1) AND x = 1",
            "CASE WHEN x = 1 OR id = 2 THEN x + 1 ELSE - x END * 2",
            "x NOT IN (1) AND x NOT LIKE 'a' AND x NOT BETWEEN 1 AND 2",
        ],
    );
}

#[test]
fn operators_of_postgres_other_than_signs_bind_loosely_there() {
    assert_ambiguous(
        &[Postgres],
        &[
            "- @ x + 2",
            "~ ~ x + 1",
            "2 * - ~ x + 1",
            "~ x - 1",
            "|/ x + 1",
            "- x ^ 2",
            "- x COLLATE \"C\"",
            "- x AT TIME ZONE 'UTC'",
            "x ~ 'a' || 'b'",
            "x = name ~ 'a'",
            "x = 1 = id",
            "1 < x < 3",
            "x <=> id || name",
            "x LIKE name LIKE id",
            "x BETWEEN 1 AND 2 BETWEEN 3 AND 4",
            "NOT EXISTS (SELECT 1) = x",
        ],
    );
    assert_taken(
        &[Postgres],
        &[
            "- @ x",
            "~ x & 3",
            "2 ^ 3 ^ 2",
            "- x::int",
            "x || name || 'a' = 'b'",
            "x <-> id + 1 < 5",
            "(- x) ^ 2",
            "x + id AT TIME ZONE 'UTC'",
            "x ~ 'a' AND name !~ 'b'",
            "x -> 'a' ->> 'b' = 'c'",
            "x = ANY (ARRAY[1, 2]) AND id > 1",
            "x IS DISTINCT FROM id AND x = 1",
        ],
    );
}

#[test]
fn comparisons_and_json_of_sqlite_bind_otherwise_than_the_parser_has_it() {
    assert_ambiguous(
        &[Sqlite],
        &[
            "x NOTNULL + 1",
            "x IS NULL + 1",
            "x IS NOT NULL < 1",
            "x = id < 3",
            "name LIKE 'a' = 1",
            "x IS id = 1",
            "x * id || 2",
            "x * name ->> '$.a'",
            "name GLOB 'a' = 1",
            "- x COLLATE NOCASE",
            "NOT EXISTS (SELECT 1) + 1",
        ],
    );
    assert_taken(
        &[Sqlite],
        &[
            "x NOTNULL = 1",
            "x NOTNULL AND id NOT NULL",
            "x < id = 3",
            "1 < x < 3",
            "name || x || id",
            "id + name ->> '$.a'",
            "x | id & 1",
            "x << 1 & 2",
            "x || id COLLATE NOCASE",
            "name ->> '$.a' = 'b'",
            "~ x + 1",
            "x IS NULL IS NULL",
            "x = 1 IN (1)",
        ],
    );
}

#[test]
fn words_between_conditions_of_mysql_bind_loosely_there() {
    assert_ambiguous(
        &[MySql],
        &[
            "x = 1 || id = 2",
            "name || 'a' LIKE 'b'",
            "x & 1 ^ 2",
            "x * id ^ 2",
            "x BETWEEN 1 AND 2 BETWEEN 3 AND 4",
            "name LIKE 'a' = 1",
            "name LIKE 'a' IN (1)",
            "- name -> '$.a'",
        ],
    );
    assert_taken(
        &[MySql],
        &[
            "x = 1 XOR id = 2",
            "NOT x XOR id AND x OR id",
            "x >> 1 & 2 | 3",
            "(x = 1) || (id = 2) || x",
            "name || 'a'",
            "x DIV 2 + 1",
            "x <=> id = 1",
            "name REGEXP 'a' AND x",
            "x + INTERVAL 1 DAY > id",
            "x + INTERVAL 1 DAY + INTERVAL 2 DAY",
            "INTERVAL 1 DAY + x",
        ],
    );
    for expression in
        ["x + INTERVAL 1 DAY * 2", "- INTERVAL 1 DAY", "INTERVAL 1 DAY - x", "x = INTERVAL 1 DAY"]
    {
        assert_refused(
            &[MySql],
            &format!("SELECT {expression} AS v FROM p"),
            "an interval beside another operator",
        );
    }
    assert_ambiguous(&[MySql], &["INTERVAL 1 DAY + x > id", "INTERVAL 1 DAY + x * 2"]);
}

fn scoped_text(engine: Engine, sql: &str) -> String {
    scope(engine, sql).expect("scoped").sql().replace(['"', '`'], "")
}

#[test]
fn what_stands_behind_any_and_all_stays_outside() {
    for set in ["ALL", "ANY", "SOME"] {
        let sql = format!("SELECT x > {set} (SELECT x FROM q) XOR x AS v FROM p");
        let scoped = scoped_text(MySql, &sql);
        assert!(scoped.contains(") XOR x AS v"), "{scoped}");
        let sql = format!("SELECT x > {set} (SELECT x FROM q) + 1 AS v FROM p");
        assert_refused(&[MySql], &sql, "ANY, SOME or ALL of an array");
        let sql = format!("SELECT x > {set} (SELECT x FROM q) || x AS v FROM p");
        assert_refused(&[Postgres], &sql, "an operator beside the query after ANY, SOME or ALL");
        let sql = format!("SELECT x > {set} (SELECT x FROM q) AND x = 1 AS v FROM p");
        for engine in [Postgres, MySql] {
            let scoped = scoped_text(engine, &sql);
            assert!(scoped.contains(") AND x"), "{scoped}");
        }
    }
}

#[test]
fn intersect_is_applied_in_the_order_of_the_text_on_sqlite() {
    let sql = "SELECT x FROM p UNION SELECT x FROM q INTERSECT SELECT x FROM r";
    assert_refused(&[Sqlite], sql, "INTERSECT after another set operation");
    for engine in [Postgres, MySql] {
        assert!(scope(engine, sql).is_ok());
    }
    assert!(scope(Sqlite, "SELECT x FROM p INTERSECT SELECT x FROM q UNION SELECT x FROM r").is_ok());
}
