//! Conditions of the caller's on the tenant column: which of them a scoped statement for the tenant's own value leaves
//! out.

use super::{ENGINES, scope, tables};
use sea_orm_multitenant_sql::{
    Argument,
    Engine::{self, MySql, Postgres, Sqlite},
    ScopedShape, ScopedStatement, Shape, TenantType, Whom, scope_statement_for,
};

/// The scoped statement without repeats of a statement written with `$n`, which become `?` where the engine has them.
fn without_repeats(engine: Engine, sql: &str) -> ScopedStatement {
    let sql = written(engine, sql);
    scope_statement_for(&tables(), engine, &sql, Whom::One)
        .unwrap_or_else(|refusal| panic!("{engine:?}: {sql}: {refusal}"))
}

fn written(engine: Engine, sql: &str) -> String {
    if engine == Postgres {
        return sql.to_owned();
    }
    let mut pieces = sql.split('$');
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |sql, piece| sql + "?" + piece.trim_start_matches(|c: char| c.is_ascii_digit()))
}

/// Asserts that a scoped statement is what `shorter`, without the conditions on the tenant, would be, for these values
/// of the caller.
#[track_caller]
fn assert_leaves_out(engines: &[Engine], sql: &str, shorter: &str, repeated: &[usize]) {
    for engine in engines {
        let scoped = without_repeats(*engine, sql);
        let expected = scope(*engine, &written(*engine, shorter)).expect("the shorter one is scoped");
        let bare =
            |scoped: &ScopedStatement| scoped.sql().replace(|c: char| c == '$' || c.is_ascii_digit(), "");
        assert_eq!(bare(&scoped), bare(&expected), "{engine:?}: {sql}");
        assert_eq!(scoped.repeated(), repeated, "{engine:?}: {sql}");
        assert_eq!(scoped.values(), sql.matches('$').count(), "{engine:?}: {sql}");
        assert_eq!(scoped.arguments().len(), expected.arguments().len(), "{engine:?}: {sql}");
        let is_bound = |index: &usize| scoped.arguments().contains(&Argument::Value(*index));
        assert!(!repeated.iter().any(is_bound), "{engine:?}: {sql}");
    }
}

/// Asserts that a scoped statement has all conditions of the caller's.
#[track_caller]
fn assert_keeps(engines: &[Engine], sql: &str) {
    for engine in engines {
        let scoped = without_repeats(*engine, sql);
        assert_eq!(Ok(scoped), scope(*engine, &written(*engine, sql)), "{engine:?}: {sql}");
    }
}

#[test]
fn a_condition_that_says_what_the_scopes_says_is_left_out() {
    for (sql, shorter) in [
        ("SELECT x FROM p WHERE p.t = $1", "SELECT x FROM p"),
        ("SELECT x FROM p WHERE p.t = $1 AND p.id = $2", "SELECT x FROM p WHERE p.id = $1"),
        ("SELECT x FROM p AS a WHERE a.t = $1 AND a.id = $2", "SELECT x FROM p AS a WHERE a.id = $1"),
        ("UPDATE p SET x = 7 WHERE p.t = $1 AND p.id = $2", "UPDATE p SET x = 7 WHERE p.id = $1"),
        ("DELETE FROM p WHERE (p.t = $1) AND (p.id = $2)", "DELETE FROM p WHERE (p.id = $1)"),
        ("DELETE FROM p WHERE ((p.t = $1 AND p.id = $2))", "DELETE FROM p WHERE ((p.id = $1))"),
        ("SELECT name FROM root WHERE root.id = $1", "SELECT name FROM root"),
        ("DELETE FROM loose WHERE loose.tenant_id = $1", "DELETE FROM loose"),
    ] {
        assert_leaves_out(&ENGINES, sql, shorter, &[0]);
    }
    assert_leaves_out(
        &ENGINES,
        "SELECT p.x FROM p INNER JOIN q ON q.id = p.x WHERE p.x = $1 AND q.t = $2 AND p.t = $3",
        "SELECT p.x FROM p INNER JOIN q ON q.id = p.x WHERE p.x = $1",
        &[1, 2],
    );
    assert_leaves_out(
        &ENGINES,
        "SELECT x FROM p WHERE p.id = $1 AND EXISTS (SELECT 1 FROM q WHERE q.t = $2 AND q.id = p.id)",
        "SELECT x FROM p WHERE p.id = $1 AND EXISTS (SELECT 1 FROM q WHERE q.id = p.id)",
        &[1],
    );
    assert_leaves_out(&ENGINES, "SELECT x FROM word WHERE word.t = $1", "SELECT x FROM word", &[0]);
}

#[test]
fn the_tenants_own_conditions_all_stay() {
    for engine in ENGINES {
        let scoped = without_repeats(engine, "DELETE FROM p WHERE p.t = $1 AND p.id = $2");
        let tenant = Argument::Tenant(TenantType::BigInt);
        let expected = match engine {
            Postgres => [Argument::Value(1), tenant],
            Sqlite | MySql => [tenant, Argument::Value(1)],
        };
        assert_eq!(scoped.arguments(), expected, "{engine:?}: {}", scoped.sql());
    }
}

#[test]
fn a_value_that_stands_elsewhere_too_is_bound_there() {
    let scoped = without_repeats(Postgres, "SELECT x FROM p WHERE p.t = $1 AND p.x = $1");
    assert_eq!(scoped.sql(), r#"SELECT "x" FROM "p" WHERE "p"."t" = $2 AND ("p"."x" = $1)"#);
    assert_eq!(scoped.arguments(), [Argument::Value(0), Argument::Tenant(TenantType::BigInt)]);
    assert_eq!(scoped.repeated(), [0]);
}

#[test]
fn every_other_condition_is_kept() {
    for condition in [
        "p.t = $1 OR p.id = $2",
        "NOT (p.t = $1)",
        "NOT (p.t = $1 AND p.id = $2)",
        "(p.t = $1 OR p.id = $2) AND p.x = 1",
        "p.t <> $1",
        "p.t >= $1",
        "p.t IN ($1)",
        "p.t IS NOT NULL AND p.t + 0 = $1",
        "p.t = $1 + 1",
        "p.t = CAST($1 AS INTEGER)",
        "p.t = 7",
        "p.t = p.x",
        "$1 = p.t",
        "(p.t = $1) = (p.id = $2)",
        "(p.t = $1) IS NULL",
        "CASE WHEN p.t = $1 THEN 1 ELSE 0 END = 1",
        "p.x = $1",
        // Not known to be this table's without a look at all others.
        "t = $1",
    ] {
        let engines = if condition.contains("CAST") { &[Postgres, Sqlite][..] } else { &ENGINES };
        assert_keeps(engines, &format!("SELECT x FROM p WHERE {condition}"));
    }
    assert_keeps(&[Postgres], "SELECT x FROM p WHERE p.t = $1::bigint");
    assert_keeps(&[MySql], "SELECT x FROM p WHERE p.t <=> $1");
}

#[test]
fn conditions_elsewhere_than_beside_the_scopes_own_are_kept() {
    for sql in [
        "SELECT q.x FROM p LEFT JOIN q ON q.id = p.x WHERE q.t = $1",
        "SELECT q.x FROM p LEFT JOIN q ON q.t = $1 AND q.id = p.x",
        "SELECT q.x FROM p INNER JOIN q ON q.t = $1 AND q.id = p.x",
        "SELECT max(x) FROM p GROUP BY p.t HAVING p.t = $1",
        "SELECT p.t = $1 FROM p",
        // The name of a shared table's column, or of a query's.
        "SELECT x FROM p INNER JOIN ref_ ON ref_.id = p.x WHERE ref_.t = $1",
        "SELECT x FROM (SELECT x, t FROM p) AS p WHERE p.t = $1",
        // The other row's, around the subquery.
        "SELECT x FROM p WHERE EXISTS (SELECT 1 FROM q WHERE p.t = $1)",
        "INSERT INTO p (x) VALUES ($1)",
    ] {
        assert_keeps(&ENGINES, sql);
    }
}

#[test]
fn names_are_told_apart_as_the_engine_does() {
    assert_leaves_out(&[Sqlite, MySql], "DELETE FROM p WHERE p.T = $1", "DELETE FROM p", &[0]);
    assert_leaves_out(&[Postgres], "DELETE FROM p WHERE P.T = $1", "DELETE FROM p", &[0]);
    assert!(
        scope_statement_for(&tables(), Postgres, r#"DELETE FROM p WHERE p."T" = $1"#, Whom::One).is_err()
    );
    let sql = r#"SELECT x FROM p AS "A" WHERE a.t = $1"#;
    assert!(scope_statement_for(&tables(), Postgres, sql, Whom::One).is_err());
}

#[test]
fn a_shape_leaves_out_what_its_texts_do() {
    let sql = |ids: usize| {
        let marks: Vec<_> = (0..ids).map(|id| format!("${}", id + 2)).collect();
        format!("SELECT x FROM p WHERE p.t = $1 AND p.id IN ({}) AND p.x = ${}", marks.join(", "), ids + 2)
    };
    for engine in ENGINES {
        let shape = Shape::of(engine, &written(engine, &sql(2))).expect("a list");
        let scoped = ScopedShape::new(&tables(), engine, Whom::One, &shape).expect("a plan");
        for ids in [2, 3, 10, 250] {
            let by_itself = without_repeats(engine, &sql(ids));
            assert_eq!(by_itself.repeated(), [0]);
            assert_eq!(scoped.fill(&[ids]), Some(by_itself), "{engine:?}, {ids}");
        }
    }
}
