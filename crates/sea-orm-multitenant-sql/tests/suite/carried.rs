//! The tenant of a row to insert where it is more than a value by itself: cast, or carried by a query.

use super::{ENGINES, assert_refused, assert_scoped, scope};
use sea_orm_multitenant_sql::{
    Engine::{MySql, Postgres, Sqlite},
    Found, TenantCheckKind,
};

const COMPUTED: &str = "a computed value in the tenant column";

#[test]
fn a_cast_tenant_is_checked_as_the_value_before_the_cast() {
    for (engine, cast) in [
        (Postgres, "$1::bigint"),
        (Postgres, "CAST($1 AS int8)"),
        (Postgres, "($1)::numeric"),
        (MySql, "CAST(? AS SIGNED)"),
        (Sqlite, "CAST(? AS INTEGER)"),
    ] {
        for sql in [
            format!("INSERT INTO p (t, x) VALUES ({cast}, 1)"),
            format!("INSERT INTO p (t, x) SELECT {cast}, x FROM q"),
        ] {
            let scoped = scope(engine, &sql).unwrap_or_else(|refusal| panic!("{sql}: {refusal}"));
            let [check] = scoped.checks() else { panic!("{sql}: {:?}", scoped.checks()) };
            assert_eq!((&check.found, check.kind), (&Found::Value(0), TenantCheckKind::Insert), "{sql}");
        }
    }
    assert_scoped(
        &[Postgres],
        "INSERT INTO p (t, x) VALUES ('7'::bigint, 1)",
        "INSERT INTO p (t, x) VALUES (T, 1)",
    );
    assert_scoped(
        &[Postgres],
        "INSERT INTO p (t, x) VALUES (NULL::bigint, 1)",
        "INSERT INTO p (t, x) VALUES (T, 1)",
    );
}

#[test]
fn a_cast_that_may_change_the_tenant_is_refused() {
    for cast in [
        "$1::int",
        "$1::smallint",
        "$1::text",
        "$1::numeric(3)",
        "$1::bigint::int",
        "($1 + 1)::bigint",
        "x::bigint",
    ] {
        assert_refused(&[Postgres], &format!("INSERT INTO p (t, x) SELECT {cast}, x FROM q"), COMPUTED);
    }
    assert_refused(&[Postgres], "INSERT INTO word (t, x) VALUES ($1::varchar(3), 1)", COMPUTED);
    assert_refused(&[Postgres], "INSERT INTO word (t, x) VALUES ($1::char, 1)", COMPUTED);
    assert_refused(&[MySql], "INSERT INTO word (t, x) VALUES (CAST(? AS CHAR(2)), 1)", COMPUTED);
    assert_refused(&[MySql], "INSERT INTO p (t, x) VALUES (CAST(? AS UNSIGNED), 1)", COMPUTED);
    assert_refused(&[Postgres], "INSERT INTO p (t, x) VALUES ((SELECT t FROM q)::bigint, 1)", COMPUTED);
}

#[test]
fn a_tenant_that_a_query_carries_is_the_scopes() {
    assert_scoped(
        &[Postgres],
        "WITH moved AS (DELETE FROM p WHERE x = 1 RETURNING t, id, x) INSERT INTO q (t, id, x) SELECT t, id, x FROM moved",
        "WITH moved AS (DELETE FROM p WHERE p.t = T AND (x = 1) RETURNING t, id, x) INSERT INTO q (t, id, x) SELECT T, id, x FROM moved",
    );
    assert_scoped(
        &[Postgres],
        "WITH moved AS (DELETE FROM p RETURNING *) INSERT INTO q SELECT * FROM moved",
        "WITH moved AS (DELETE FROM p WHERE p.t = T RETURNING *) INSERT INTO q (t, id, x, name) SELECT T, id, x, name FROM moved",
    );
    assert_scoped(
        &ENGINES,
        "INSERT INTO q (t, x) SELECT o.owner, o.x FROM (SELECT p.t AS owner, p.x AS x FROM p) AS o",
        "INSERT INTO q (t, x) SELECT T, o.x FROM (SELECT p.t AS owner, p.x AS x FROM p WHERE p.t = T) AS o",
    );
    assert_scoped(
        &ENGINES,
        "INSERT INTO q (t, x) WITH a AS (SELECT * FROM p) SELECT a.t, a.x FROM a JOIN r ON r.id = a.id",
        "INSERT INTO q (t, x) WITH a AS (SELECT * FROM p WHERE p.t = T) SELECT T, a.x FROM a JOIN r ON r.id = a.id WHERE r.t = T",
    );
    assert_scoped(
        &ENGINES,
        "INSERT INTO q SELECT * FROM p",
        "INSERT INTO q (t, id, x, name) SELECT T, id, x, name FROM p WHERE p.t = T",
    );
}

#[test]
fn a_tenant_that_a_query_may_not_carry_is_refused() {
    for with in [
        "a AS (SELECT x AS t, x FROM p)",
        "a AS (SELECT t + 0 AS t, x FROM p)",
        "a AS (SELECT 5 AS t, x FROM p)",
        "a (x, t) AS (SELECT t, x FROM p)",
        "a AS (SELECT ref_.t, ref_.x FROM ref_)",
        "a AS (SELECT p.t, ref_.x FROM ref_ LEFT JOIN p ON p.x = ref_.x)",
        "a AS (SELECT max(t) AS t, max(x) AS x FROM p)",
        "a AS (SELECT t, x FROM p UNION ALL SELECT t, x FROM ref_)",
        "b AS (SELECT 5 AS t, 1 AS x), a AS (SELECT * FROM b)",
    ] {
        assert_refused(&ENGINES, &format!("INSERT INTO q (t, x) WITH {with} SELECT t, x FROM a"), COMPUTED);
        assert_refused(
            &[Sqlite, Postgres],
            &format!("WITH {with} INSERT INTO q (t, x) SELECT t, x FROM a"),
            COMPUTED,
        );
    }
    let of_right =
        "INSERT INTO q (t, x) WITH a AS (SELECT t, x FROM p) SELECT a.t, r.x FROM r LEFT JOIN a ON a.x = r.x";
    assert_refused(&ENGINES, of_right, COMPUTED);
    assert_refused(
        &ENGINES,
        "INSERT INTO q (t, x) SELECT d.t, d.x FROM (SELECT x AS t, x FROM p) AS d",
        COMPUTED,
    );
    assert_refused(
        &[Postgres],
        "WITH a AS (UPDATE p SET x = 1 RETURNING x AS t, x) INSERT INTO q (t, x) SELECT t, x FROM a",
        COMPUTED,
    );
    assert_refused(&ENGINES, "INSERT INTO q SELECT * FROM loose", "");
    assert_refused(&ENGINES, "INSERT INTO q (id, t) SELECT * FROM (SELECT t, x FROM p) AS d", COMPUTED);
}

#[test]
fn a_column_that_groups_over_all_rows_carries_no_tenant() {
    for group in ["ROLLUP (t)", "CUBE (t)", "GROUPING SETS ((t), ())"] {
        let rows = format!("SELECT t, count(*) AS n FROM q GROUP BY {group}");
        for sql in [
            format!("INSERT INTO p (t, x) {rows}"),
            format!("WITH c AS ({rows}) INSERT INTO p (t, x) SELECT t, n FROM c"),
            format!("INSERT INTO p (t, x) SELECT t, n FROM ({rows}) AS c"),
        ] {
            assert_refused(&[Postgres], &sql, COMPUTED);
        }
    }
    assert_refused(
        &[MySql],
        "INSERT INTO p (t, x) SELECT t, count(*) FROM q GROUP BY t WITH ROLLUP",
        COMPUTED,
    );
    assert_scoped(
        &ENGINES,
        "WITH c AS (SELECT t, count(*) AS n FROM q GROUP BY t) SELECT n FROM c",
        "WITH c AS (SELECT t, count(*) AS n FROM q WHERE q.t = T GROUP BY t) SELECT n FROM c",
    );
}

#[test]
fn a_common_table_expression_carries_nothing_for_one_that_hides_it() {
    let outer = "WITH c AS (SELECT t, x FROM q) INSERT INTO p (t, x)";
    for inner in [
        "WITH RECURSIVE c AS (SELECT 2 AS t, 3 AS x) SELECT t, x FROM c",
        "WITH RECURSIVE c (t, x) AS (SELECT 2, 3) SELECT c.t, c.x FROM c",
        "(WITH c AS (SELECT 2 AS t, 3 AS x) SELECT t, x FROM c)",
        "SELECT t, x FROM c UNION ALL (WITH c AS (SELECT 2 AS t, 3 AS x) SELECT t, x FROM c)",
        "WITH c AS (SELECT x AS t, t AS x FROM q) SELECT * FROM c",
        "WITH RECURSIVE c AS (SELECT 2 AS t, 3 AS x) SELECT * FROM c",
        "SELECT d.t, d.x FROM (WITH c AS (SELECT 2 AS t, 3 AS x) SELECT t, x FROM c) AS d",
        "WITH d AS (WITH c AS (SELECT 2 AS t, 3 AS x) SELECT t, x FROM c) SELECT t, x FROM d",
    ] {
        assert_refused(&[Postgres], &format!("{outer} {inner}"), COMPUTED);
    }
    let inner = "WITH d AS (SELECT t, x FROM c), c AS (SELECT 2 AS t, 3 AS x) SELECT t, x FROM d";
    assert_refused(&[Sqlite], &format!("{outer} {inner}"), "");
    assert_scoped(
        &[Postgres],
        "INSERT INTO p (t, x) (WITH c AS (SELECT t, x FROM q) SELECT t, x FROM c)",
        "INSERT INTO p (t, x) (WITH c AS (SELECT t, x FROM q WHERE q.t = T) SELECT T, x FROM c)",
    );
}
