use super::{ENGINES, assert_refused, assert_scoped, scope};
use sea_orm_multitenant_sql::Engine::{MySql, Postgres, Sqlite};

/// Every place of a SELECT in which an expression can stand, with `{}` for the expression.
const POSITIONS: [&str; 16] = [
    "SELECT ({}) AS a FROM ref_",
    "SELECT x FROM ref_ WHERE x = ({})",
    "SELECT x FROM ref_ WHERE x IN ({})",
    "SELECT x FROM ref_ WHERE NOT EXISTS ({})",
    "SELECT ref_.x FROM ref_ JOIN log ON log.x = ({})",
    "SELECT ref_.x FROM ref_ LEFT JOIN log ON log.x = ({})",
    "SELECT max(x) AS a FROM ref_ GROUP BY name HAVING max(x) > ({})",
    "SELECT x FROM ref_ GROUP BY ({}), x",
    "SELECT x FROM ref_ ORDER BY ({})",
    "SELECT x FROM ref_ LIMIT ({})",
    "SELECT x FROM ref_ LIMIT 1 OFFSET ({})",
    "SELECT CASE WHEN ({}) > 1 THEN ({}) ELSE ({}) END AS a FROM ref_",
    "SELECT coalesce(x, ({})) AS a FROM ref_",
    "SELECT CAST(({}) AS CHAR) AS a FROM ref_",
    "SELECT sum(x) OVER (PARTITION BY ({}) ORDER BY ({})) AS a FROM ref_",
    "SELECT x FROM ref_ WHERE x BETWEEN ({}) AND ({})",
];

#[test]
fn a_subquery_is_scoped_wherever_an_expression_can_stand() {
    for position in POSITIONS {
        assert_scoped(
            &ENGINES,
            &position.replace("{}", "SELECT p.x FROM p WHERE p.x > 1"),
            &position.replace("{}", "SELECT p.x FROM p WHERE p.t = T AND (p.x > 1)"),
        );
    }
}

#[test]
fn filter_clauses_and_ordered_aggregates_are_scoped() {
    assert_scoped(
        &[Postgres, Sqlite],
        "SELECT count(*) FILTER (WHERE x IN (SELECT x FROM p)) AS a FROM ref_",
        "SELECT count(*) FILTER (WHERE x IN (SELECT x FROM p WHERE p.t = T)) AS a FROM ref_",
    );
    assert_scoped(
        &[Postgres],
        "SELECT array_agg(x ORDER BY (SELECT max(x) FROM p)) AS a FROM ref_",
        "SELECT array_agg(x ORDER BY (SELECT max(x) FROM p WHERE p.t = T)) AS a FROM ref_",
    );
}

#[test]
fn derived_and_lateral_tables_are_queries_of_their_own() {
    assert_scoped(
        &ENGINES,
        "SELECT d.x FROM (SELECT x FROM p) AS d",
        "SELECT d.x FROM (SELECT x FROM p WHERE p.t = T) AS d",
    );
    assert_scoped(
        &[Postgres, MySql],
        "SELECT d.x FROM p LEFT JOIN LATERAL (SELECT q.x FROM q WHERE q.x = p.id LIMIT 1) AS d ON true",
        "SELECT d.x FROM p LEFT JOIN LATERAL (SELECT q.x FROM q WHERE q.t = T AND (q.x = p.id) LIMIT 1) AS d ON true WHERE p.t = T",
    );
}

#[test]
fn each_arm_of_a_set_operation_is_scoped() {
    for op in ["UNION", "UNION ALL", "EXCEPT", "INTERSECT"] {
        assert_scoped(
            &ENGINES,
            &format!("SELECT x FROM p {op} SELECT x FROM q"),
            &format!("SELECT x FROM p WHERE p.t = T {op} SELECT x FROM q WHERE q.t = T"),
        );
    }
}

#[test]
fn the_body_of_a_common_table_expression_is_scoped_and_its_name_is_not() {
    assert_scoped(
        &ENGINES,
        "WITH c AS (SELECT x FROM p), d AS (SELECT x FROM c) SELECT d.x FROM d JOIN q ON q.x = d.x",
        "WITH c AS (SELECT x FROM p WHERE p.t = T), d AS (SELECT x FROM c) SELECT d.x FROM d JOIN q ON q.x = d.x WHERE q.t = T",
    );
    assert_scoped(
        &ENGINES,
        "WITH RECURSIVE c AS (SELECT id FROM p WHERE id = 1 UNION ALL SELECT p.id FROM p JOIN c ON c.id = p.x) SELECT id FROM c",
        "WITH RECURSIVE c AS (SELECT id FROM p WHERE p.t = T AND (id = 1) UNION ALL SELECT p.id FROM p JOIN c ON c.id = p.x WHERE p.t = T) SELECT id FROM c",
    );
}

#[test]
fn a_common_table_expression_is_in_sight_only_where_every_engine_sees_it() {
    let unknown = "is not in the catalogue";
    assert_refused(&ENGINES, "WITH c AS (SELECT x FROM c) SELECT x FROM c", unknown);
    assert_refused(&ENGINES, "WITH c AS (SELECT x FROM d), d AS (SELECT 1 AS x) SELECT x FROM c", unknown);
    assert_refused(&ENGINES, "SELECT s.x FROM (WITH c AS (SELECT 1 AS x) SELECT x FROM c) AS s, c", unknown);
    assert_refused(&ENGINES, "SELECT x FROM app.c", unknown);
    assert_refused(&[Postgres], "WITH \"C\" AS (SELECT 1 AS x) SELECT x FROM c", unknown);
}

#[test]
fn a_common_table_expression_named_like_a_table_is_refused() {
    for name in ["p", "P", "\"p\"", "ref_", "far"] {
        assert_refused(
            &ENGINES,
            &format!("WITH {name} AS (SELECT 1 AS x) SELECT x FROM {name}"),
            "rename it",
        );
    }
}

#[test]
fn writes_in_common_table_expressions_are_scoped() {
    assert_scoped(
        &[Postgres],
        "WITH d AS (DELETE FROM p WHERE id = 1 RETURNING x) SELECT x FROM d",
        "WITH d AS (DELETE FROM p WHERE p.t = T AND (id = 1) RETURNING x) SELECT x FROM d",
    );
    assert_scoped(
        &[Postgres],
        "WITH c AS (SELECT x FROM q) INSERT INTO p (x) SELECT x FROM c",
        "WITH c AS (SELECT x FROM q WHERE q.t = T) INSERT INTO p (x, t) SELECT x, T FROM c",
    );
    assert_refused(
        &[Postgres],
        "WITH d AS (DELETE FROM ref_ RETURNING x) SELECT x FROM d",
        "read-only in a scope",
    );
    assert_refused(
        &[Postgres],
        "WITH d AS (DELETE FROM c RETURNING x) SELECT x FROM d",
        "is not in the catalogue",
    );
}

/// MySQL 9.7 does not resolve it, and the driver cannot read the types of the values in it.
#[test]
fn a_common_table_expression_that_nothing_reads_is_refused_on_mysql() {
    let unread = "WITH w AS (SELECT x FROM p) SELECT x FROM p";
    assert_refused(&[MySql], unread, "the common table expression `w`, which nothing reads,");
    for engine in [Postgres, Sqlite] {
        assert!(scope(engine, unread).is_ok(), "{engine:?}");
    }
    for read in [
        "WITH w AS (SELECT x FROM p) SELECT x FROM w",
        "WITH w AS (SELECT x FROM p), v AS (SELECT x FROM w) SELECT x FROM v",
        "WITH w AS (SELECT x FROM p) SELECT x FROM p WHERE x IN (SELECT x FROM w)",
    ] {
        assert!(scope(MySql, read).is_ok(), "{read}");
    }
}
