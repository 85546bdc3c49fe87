//! A scope of several tenants: every reference is of the set, and rows meet only rows of their own tenant.

use super::{ENGINES, tables};
use sea_orm_multitenant_sql::{
    Argument, Engine, Found, Refusal, ScopedStatement, TenantCheckKind, TenantType, Whom, scope_statement_for,
};

const WITHOUT_SQLITE: [Engine; 2] = [Engine::Postgres, Engine::MySql];

fn scope(engine: Engine, sql: &str, tenants: usize) -> Result<ScopedStatement, Refusal> {
    let sql = if engine == Engine::MySql { sql.replace('"', "`") } else { sql.to_owned() };
    scope_statement_for(&tables(), engine, &sql, Whom::Set(tenants))
}

/// Asserts what goes out for two tenants, with names unquoted and `IN (…)` of the tenants as `IN S`.
#[track_caller]
fn assert_scoped(engines: &[Engine], sql: &str, expected: &str) {
    for engine in engines {
        let scoped =
            scope(*engine, sql, 2).unwrap_or_else(|error| panic!("{engine:?} refused {sql}: {error}"));
        let mut text = scoped.sql().replace(['"', '`'], "").replace("IN (?, ?)", "IN S");
        for first in (1..scoped.arguments().len()).rev() {
            text = text.replace(&format!("IN (${first}, ${})", first + 1), "IN S");
        }
        assert_eq!(text, expected, "{engine:?}: {sql}");
    }
}

#[track_caller]
fn assert_refused(engines: &[Engine], sql: &str, part: &str) {
    for engine in engines {
        match scope(*engine, sql, 2) {
            Ok(scoped) => panic!("{engine:?} let through {sql}\n as {}", scoped.sql()),
            Err(error) => assert!(error.to_string().contains(part), "{engine:?}: {sql} said: {error}"),
        }
    }
}

#[test]
fn each_reference_is_of_the_set() {
    assert_scoped(
        &ENGINES,
        "SELECT x FROM p WHERE x = 1 OR x = 2",
        "SELECT x FROM p WHERE p.t IN S AND (x = 1 OR x = 2)",
    );
    assert_scoped(&ENGINES, "UPDATE p SET x = 1", "UPDATE p SET x = 1 WHERE p.t IN S");
    assert_scoped(
        &ENGINES,
        "DELETE FROM p AS z WHERE x = 1",
        "DELETE FROM p AS z WHERE z.t IN S AND (x = 1)",
    );
    assert_scoped(&ENGINES, "SELECT name FROM root", "SELECT name FROM root WHERE root.id IN S");
    assert_scoped(&ENGINES, "SELECT name FROM ref_", "SELECT name FROM ref_");
}

#[test]
fn the_tenants_are_bound_in_their_order_once_a_number_or_at_each_place() {
    let sql = "SELECT p.x FROM p JOIN q ON q.id = p.id";
    let tenants = [0, 1].map(|index| Argument::TenantAt(index, TenantType::BigInt));
    let scoped = scope(Engine::Postgres, sql, 2).expect("scoped");
    assert_eq!(scoped.arguments(), tenants);
    let scoped = scope(Engine::Sqlite, sql, 2).expect("scoped");
    assert_eq!(scoped.arguments(), [tenants, tenants].concat());
}

#[test]
fn an_empty_set_sees_nothing() {
    for engine in ENGINES {
        let scoped = scope(engine, "SELECT x FROM p LEFT JOIN q USING (id)", 0);
        assert!(scoped.is_err(), "the sides of a USING join cannot be compared");
        let scoped = scope(engine, "SELECT x FROM p", 0).expect("scoped");
        assert_eq!(scoped.sql().replace(['"', '`'], ""), "SELECT x FROM p WHERE p.t IN (NULL)");
        assert_eq!(scoped.arguments(), []);
    }
}

#[test]
fn a_set_is_bounded() {
    assert!(scope(Engine::Sqlite, "SELECT x FROM p", 1_000).is_ok());
    let refused = scope(Engine::Sqlite, "SELECT x FROM p", 1_001);
    assert!(matches!(refused, Err(Refusal::TooLarge { .. })), "{refused:?}");
}

#[test]
fn joined_tables_are_of_one_tenant() {
    assert_scoped(
        &ENGINES,
        "SELECT p.x FROM p JOIN q ON q.x = p.id, r",
        "SELECT p.x FROM p JOIN q ON q.x = p.id, r WHERE p.t IN S AND q.t IN S AND q.t = p.t AND r.t IN S AND r.t = p.t",
    );
    assert_scoped(
        &ENGINES,
        "SELECT p.x FROM p LEFT JOIN q ON q.x = p.id LEFT JOIN r ON r.x = q.id",
        "SELECT p.x FROM p LEFT JOIN q ON q.t IN S AND q.t = p.t AND (q.x = p.id) \
         LEFT JOIN r ON r.t IN S AND r.t = p.t AND (r.x = q.id) WHERE p.t IN S",
    );
    assert_scoped(
        &ENGINES,
        "SELECT 1 FROM p LEFT JOIN (q JOIN r ON r.x = q.id) ON q.x = p.id",
        "SELECT 1 FROM p LEFT JOIN (q JOIN r ON r.x = q.id) \
         ON q.t IN S AND r.t IN S AND r.t = q.t AND q.t = p.t AND (q.x = p.id) WHERE p.t IN S",
    );
    assert_scoped(
        &WITHOUT_SQLITE,
        "SELECT p.x FROM p RIGHT JOIN q ON q.x = p.id JOIN r ON TRUE",
        "SELECT p.x FROM p RIGHT JOIN q ON p.t IN S AND q.t = p.t AND (q.x = p.id) JOIN r ON true \
         WHERE q.t IN S AND r.t IN S AND r.t = q.t",
    );
    assert_scoped(
        &ENGINES,
        "SELECT p.x FROM ref_ LEFT JOIN p ON p.x = ref_.id",
        "SELECT p.x FROM ref_ LEFT JOIN p ON p.t IN S AND (p.x = ref_.id)",
    );
}

#[test]
fn tables_that_cannot_be_compared_by_tenant_do_not_meet() {
    for sql in [
        "SELECT 1 FROM ref_ LEFT JOIN p ON p.x = ref_.id LEFT JOIN q ON q.x = ref_.id",
        "SELECT 1 FROM p JOIN (SELECT id FROM q) AS d ON d.id = p.x",
        "SELECT 1 FROM (SELECT id FROM p) AS a JOIN (SELECT id FROM q) AS b ON a.id = b.id",
        "WITH d AS (SELECT id FROM q) SELECT 1 FROM p JOIN d ON d.id = p.x",
        "WITH d AS (SELECT id FROM q) SELECT 1 FROM d AS a JOIN d AS b ON a.id = b.id",
        "SELECT 1 FROM p JOIN (ref_ LEFT JOIN q ON q.x = ref_.id) ON p.x = ref_.id",
    ] {
        assert_refused(&ENGINES, sql, "cannot be compared by tenant");
    }
    assert_refused(&ENGINES, "SELECT 1 FROM p LEFT JOIN q USING (id)", "outer join without ON");
    assert_refused(&[Engine::Postgres], "SELECT 1 FROM p FULL JOIN q ON q.x = p.id", "FULL JOIN");
    assert_refused(
        &[Engine::Postgres],
        "SELECT 1 FROM loose AS z (a, b, c) JOIN q ON q.x = z.a",
        "cannot be compared by tenant",
    );
    assert_refused(
        &[Engine::Postgres],
        "SELECT 1 FROM ref_ JOIN (p JOIN q ON q.x = p.id) AS z ON TRUE",
        "nested join with an alias",
    );
    assert_refused(
        &ENGINES,
        "WITH RECURSIVE d AS (SELECT id, x FROM p UNION ALL SELECT p.id, p.x FROM p JOIN d ON p.x = d.id) SELECT id FROM d",
        "cannot be compared by tenant",
    );
}

#[test]
fn what_is_read_through_common_tables_is_met_too() {
    for sql in [
        "WITH w AS (SELECT x FROM q) SELECT 1 FROM (SELECT x FROM w) AS d JOIN p ON 1 = 1",
        "WITH w AS (SELECT x FROM q), v AS (SELECT x FROM w) SELECT 1 FROM v JOIN p ON 1 = 1",
        "WITH RECURSIVE w AS (SELECT x FROM q), v AS (SELECT x FROM w) SELECT 1 FROM p JOIN v ON 1 = 1",
        "WITH w AS (SELECT x FROM q) SELECT 1 FROM p WHERE x IN (SELECT x FROM w)",
        "WITH w AS (SELECT x FROM q) SELECT 1 FROM p WHERE EXISTS (SELECT 1 FROM (SELECT 1 FROM w) AS d)",
    ] {
        assert_refused(&ENGINES, sql, "cannot be compared by tenant");
    }
    assert_refused(
        &ENGINES,
        "WITH w AS (SELECT x FROM q) SELECT (SELECT max(x) FROM w) FROM p",
        "a subquery over tenants' tables outside of WHERE",
    );
    assert_scoped(
        &ENGINES,
        "WITH w AS (SELECT 1 AS x) SELECT 1 FROM (SELECT x FROM w) AS d JOIN p ON 1 = 1",
        "WITH w AS (SELECT 1 AS x) SELECT 1 FROM (SELECT x FROM w) AS d JOIN p ON 1 = 1 WHERE p.t IN S",
    );
}

#[test]
fn what_stands_alone_need_not_be_compared() {
    assert_scoped(
        &ENGINES,
        "SELECT COUNT(*) AS num_items FROM (SELECT x FROM p) AS sub_query",
        "SELECT COUNT(*) AS num_items FROM (SELECT x FROM p WHERE p.t IN S) AS sub_query",
    );
    assert_scoped(
        &ENGINES,
        "WITH d AS (SELECT x FROM p) SELECT d.x FROM d JOIN ref_ ON ref_.id = d.x",
        "WITH d AS (SELECT x FROM p WHERE p.t IN S) SELECT d.x FROM d JOIN ref_ ON ref_.id = d.x",
    );
    assert_scoped(
        &ENGINES,
        "WITH d (x) AS (SELECT id FROM ref_) SELECT p.x FROM p JOIN d ON d.x = p.x",
        "WITH d (x) AS (SELECT id FROM ref_) SELECT p.x FROM p JOIN d ON d.x = p.x WHERE p.t IN S",
    );
    assert_scoped(
        &ENGINES,
        "SELECT x FROM p UNION SELECT x FROM q",
        "SELECT x FROM p WHERE p.t IN S UNION SELECT x FROM q WHERE q.t IN S",
    );
}

#[test]
fn a_subquery_meets_the_tenant_of_the_row_around_it() {
    assert_scoped(
        &ENGINES,
        "SELECT x FROM p WHERE EXISTS (SELECT 1 FROM q WHERE q.x = p.id)",
        "SELECT x FROM p WHERE p.t IN S AND (EXISTS (SELECT 1 FROM q WHERE q.t IN S AND q.t = p.t AND (q.x = p.id)))",
    );
    assert_scoped(
        &ENGINES,
        "SELECT x FROM p WHERE id IN (SELECT q.x FROM q WHERE q.id NOT IN (SELECT r.id FROM r))",
        "SELECT x FROM p WHERE p.t IN S AND (id IN (SELECT q.x FROM q WHERE q.t IN S AND q.t = p.t AND \
         (q.id NOT IN (SELECT r.id FROM r WHERE r.t IN S AND r.t = q.t))))",
    );
    assert_scoped(
        &ENGINES,
        "SELECT p.x FROM p JOIN q ON q.id = (SELECT MAX(r.id) FROM r)",
        "SELECT p.x FROM p JOIN q ON q.id = (SELECT MAX(r.id) FROM r WHERE r.t IN S AND r.t = p.t) \
         WHERE p.t IN S AND q.t IN S AND q.t = p.t",
    );
    assert_scoped(
        &ENGINES,
        "SELECT x FROM p WHERE EXISTS (SELECT 1 FROM ref_ WHERE ref_.id = p.x AND EXISTS (SELECT 1 FROM q))",
        "SELECT x FROM p WHERE p.t IN S AND (EXISTS (SELECT 1 FROM ref_ WHERE ref_.id = p.x AND \
         EXISTS (SELECT 1 FROM q WHERE q.t IN S AND q.t = p.t)))",
    );
    assert_scoped(
        &[Engine::Sqlite, Engine::Postgres],
        "SELECT x FROM p WHERE id IN (SELECT q.id FROM q EXCEPT SELECT r.id FROM r)",
        "SELECT x FROM p WHERE p.t IN S AND (id IN (SELECT q.id FROM q WHERE q.t IN S AND q.t = p.t \
         EXCEPT SELECT r.id FROM r WHERE r.t IN S AND r.t = p.t))",
    );
    assert_scoped(
        &ENGINES,
        "UPDATE p SET x = (SELECT MAX(q.x) FROM q) WHERE id IN (SELECT q.id FROM q)",
        "UPDATE p SET x = (SELECT MAX(q.x) FROM q WHERE q.t IN S AND q.t = p.t) WHERE p.t IN S AND \
         (id IN (SELECT q.id FROM q WHERE q.t IN S AND q.t = p.t))",
    );
    assert_scoped(
        &[Engine::Sqlite, Engine::Postgres],
        "UPDATE p SET x = q.x FROM q WHERE q.id = p.id",
        "UPDATE p SET x = q.x FROM q WHERE p.t IN S AND q.t IN S AND q.t = p.t AND (q.id = p.id)",
    );
    assert_scoped(
        &[Engine::Postgres],
        "DELETE FROM p USING q WHERE q.id = p.id",
        "DELETE FROM p USING q WHERE p.t IN S AND q.t IN S AND q.t = p.t AND (q.id = p.id)",
    );
}

#[test]
fn a_subquery_over_tenants_around_which_there_is_none_stands_alone() {
    assert_scoped(
        &ENGINES,
        "SELECT name FROM ref_ WHERE EXISTS (SELECT 1 FROM p WHERE p.x = ref_.id)",
        "SELECT name FROM ref_ WHERE EXISTS (SELECT 1 FROM p WHERE p.t IN S AND (p.x = ref_.id))",
    );
    assert_refused(
        &ENGINES,
        "SELECT name FROM ref_ WHERE EXISTS (SELECT 1 FROM p) AND EXISTS (SELECT 1 FROM q)",
        "two subqueries over tenants' tables",
    );
}

#[test]
fn a_subquery_among_rows_of_several_tenants_is_refused() {
    for sql in [
        "SELECT (SELECT MAX(q.x) FROM q) AS m FROM p",
        "SELECT COUNT(*) FROM p GROUP BY x HAVING COUNT(*) > (SELECT COUNT(*) FROM q)",
        "SELECT x FROM p ORDER BY (SELECT MAX(q.x) FROM q)",
        "VALUES ((SELECT MAX(q.x) FROM q))",
        "INSERT INTO p (t, x) VALUES (1, (SELECT MAX(q.x) FROM q))",
        "SELECT d.x FROM (SELECT x FROM p) AS d WHERE EXISTS (SELECT 1 FROM q)",
        "SELECT 1 FROM ref_ AS a JOIN ref_ AS b ON EXISTS (SELECT 1 FROM q)",
    ] {
        assert_refused(&ENGINES, sql, "a subquery over tenants' tables outside of WHERE");
    }
    assert_refused(
        &ENGINES,
        "SELECT x FROM p WHERE EXISTS (SELECT 1 FROM (SELECT id FROM q) AS d)",
        "cannot be compared by tenant",
    );
    assert_refused(&ENGINES, "SELECT x FROM p EXCEPT SELECT x FROM q", "INTERSECT or EXCEPT");
}

#[test]
fn a_name_that_hides_the_row_around_is_refused() {
    assert_refused(
        &ENGINES,
        "SELECT x FROM p WHERE EXISTS (SELECT 1 FROM p WHERE p.x = 1)",
        "the name `p` for two tables",
    );
    assert_refused(
        &ENGINES,
        "SELECT x FROM p WHERE EXISTS (SELECT 1 FROM ref_ AS P WHERE EXISTS (SELECT 1 FROM q))",
        "the name `p` for two tables",
    );
    assert_scoped(
        &ENGINES,
        "SELECT x FROM p WHERE EXISTS (SELECT 1 FROM p AS z WHERE z.x = 1)",
        "SELECT x FROM p WHERE p.t IN S AND (EXISTS (SELECT 1 FROM p AS z WHERE z.t IN S AND z.t = p.t AND (z.x = 1)))",
    );
}

#[test]
fn a_row_to_insert_names_a_tenant_of_the_set() {
    for engine in ENGINES {
        let (first, second) = if engine == Engine::Postgres { ("$1", "$2") } else { ("?", "?") };
        let sql = format!("INSERT INTO p (x, t) VALUES ({first}, {second}), (3, 4)");
        let scoped = scope(engine, &sql, 2).expect("scoped");
        assert!(scoped.sql().ends_with(&format!("VALUES ({first}, {second}), (3, 4)")), "{}", scoped.sql());
        assert_eq!(scoped.arguments(), [Argument::Value(0), Argument::Value(1)]);
        assert_eq!(scoped.checks().len(), 2);
        assert_eq!(scoped.checks()[0].found, Found::Value(1));
        assert_eq!(scoped.checks()[0].kind, TenantCheckKind::InsertForOne);
    }
    for sql in [
        "INSERT INTO p (x) VALUES (1)",
        "INSERT INTO p (x, t) VALUES (1, NULL)",
        "INSERT INTO p (x, t) VALUES (1, 2), (1, 1 + 1)",
        "INSERT INTO p (t, T, x) VALUES (1, 2, 3)",
    ] {
        assert_refused(&ENGINES, sql, "names no tenant");
    }
    assert_refused(&WITHOUT_SQLITE, "INSERT INTO p (x, t) VALUES (1, DEFAULT)", "names no tenant");
    assert_refused(&[Engine::Sqlite], "INSERT INTO p DEFAULT VALUES", "names no tenant");
    assert_refused(&ENGINES, "INSERT INTO p (t, x) SELECT t, x FROM q", "INSERT … SELECT");
    assert_refused(&[Engine::MySql], "INSERT INTO p SET x = 1", "names no tenant");
}

#[test]
fn a_literal_names_a_tenant_of_the_set_only_where_it_is_the_same_in_every_session() {
    for engine in ENGINES {
        assert!(scope(engine, "INSERT INTO word (x, t) VALUES (1, 'ab')", 2).is_ok(), "{engine:?}");
    }
    // Where a backslash escapes, this is the id `a\b`.
    assert_refused(&WITHOUT_SQLITE, r"INSERT INTO word (x, t) VALUES (1, 'a\\b')", "names no tenant");
    assert_refused(&ENGINES, "INSERT INTO word (x, t) VALUES (1, 'a''b')", "names no tenant");
}

#[test]
fn an_upsert_changes_rows_of_the_inserted_rows_tenant_only() {
    assert_scoped(
        &[Engine::Sqlite, Engine::Postgres],
        "INSERT INTO p (t, x) VALUES (1, 2) ON CONFLICT (x) DO UPDATE SET name = excluded.name",
        "INSERT INTO p (t, x) VALUES (1, 2) ON CONFLICT(x) DO UPDATE SET name = excluded.name WHERE p.t = excluded.t",
    );
    assert_scoped(
        &[Engine::MySql],
        "INSERT INTO p (t, x) VALUES (1, 2) ON DUPLICATE KEY UPDATE name = VALUES(name)",
        "INSERT INTO p (t, x) VALUES (1, 2) ON DUPLICATE KEY UPDATE \
         t = IF(9223372036854775807 + (NOT (p.t = VALUES(t))) > 0, p.t, NULL), name = VALUES(name)",
    );
}

#[test]
fn the_tenant_column_stays() {
    assert_refused(&ENGINES, "UPDATE p SET t = 1", "p");
    assert_scoped(&ENGINES, "UPDATE p SET t = t, x = 1", "UPDATE p SET x = 1 WHERE p.t IN S");
}

#[test]
fn texts_are_compared_by_bytes() {
    assert_scoped(
        &[Engine::MySql],
        "SELECT 1 FROM word AS a JOIN word AS b ON TRUE",
        "SELECT 1 FROM word AS a JOIN word AS b ON true WHERE a.t IN S AND CAST(CONVERT(a.t USING utf8mb4) AS BINARY) IN S AND b.t IN S AND \
         CAST(CONVERT(b.t USING utf8mb4) AS BINARY) IN S AND b.t = a.t AND \
         CAST(CONVERT(b.t USING utf8mb4) AS BINARY) = CAST(CONVERT(a.t USING utf8mb4) AS BINARY)",
    );
    assert_scoped(
        &[Engine::Postgres],
        "SELECT 1 FROM word AS a JOIN word AS b ON TRUE",
        "SELECT 1 FROM word AS a JOIN word AS b ON true WHERE a.t IN S AND \
         CASE WHEN CAST(a.t AS TEXT) COLLATE C IN S THEN 1 END IS NOT NULL AND b.t IN S AND \
         CASE WHEN CAST(b.t AS TEXT) COLLATE C IN S THEN 1 END IS NOT NULL AND b.t = a.t AND \
         CASE WHEN CAST(b.t AS TEXT) COLLATE C = CAST(a.t AS TEXT) COLLATE C THEN 1 END IS NOT NULL",
    );
}

#[test]
fn groups_are_those_of_the_statement() {
    assert_scoped(
        &ENGINES,
        "SELECT id, COUNT(*) FROM p GROUP BY id",
        "SELECT id, COUNT(*) FROM p WHERE p.t IN S GROUP BY id",
    );
}

#[test]
fn what_mariadb_cannot_relate_to_the_row_around_it_is_refused() {
    for window in [
        "SELECT 1 FROM p WHERE 1 IN (SELECT row_number() OVER (ORDER BY id) FROM q)",
        "SELECT 1 FROM p WHERE 1 NOT IN (SELECT sum(x) OVER w FROM q WINDOW w AS (ORDER BY id))",
        "SELECT 1 FROM p WHERE 1 < ANY (SELECT rank() OVER (ORDER BY id) FROM q)",
        "SELECT 1 FROM p WHERE 1 < ALL (SELECT 1 FROM q UNION SELECT rank() OVER (ORDER BY id) FROM q)",
        "UPDATE p SET x = 1 WHERE 1 IN (SELECT row_number() OVER (ORDER BY id) FROM q)",
    ] {
        assert_refused(&[Engine::MySql], window, "a window function in a subquery after IN, ANY or ALL");
        scope(Engine::Postgres, window, 2).expect("PostgreSQL computes the window first");
    }
    for compared in [
        "SELECT 1 FROM p WHERE id NOT IN (SELECT x FROM q INTERSECT SELECT id FROM r)",
        "SELECT 1 FROM p WHERE id < ALL (SELECT x FROM q EXCEPT SELECT id FROM r)",
        "DELETE FROM p WHERE id IN (SELECT x FROM q INTERSECT SELECT id FROM r)",
    ] {
        assert_refused(&[Engine::MySql], compared, "INTERSECT or EXCEPT in a subquery after IN, ANY or ALL");
        scope(Engine::Postgres, compared, 2).expect("PostgreSQL compares the rows first");
    }
    scope(Engine::MySql, "SELECT 1 FROM p WHERE EXISTS (SELECT x FROM q INTERSECT SELECT id FROM r)", 2)
        .expect("no value is looked for");
    for nested in [
        "SELECT 1 FROM p WHERE EXISTS (SELECT 1 FROM q UNION (SELECT 2 FROM q UNION SELECT 3 FROM r))",
        "SELECT 1 FROM p WHERE EXISTS ((SELECT 1 FROM q UNION SELECT 2 FROM q) UNION SELECT 3 FROM r)",
        "SELECT 1 FROM p WHERE x IN (SELECT 1 FROM q UNION SELECT 2 FROM q INTERSECT SELECT 3 FROM r)",
    ] {
        assert_refused(&[Engine::MySql], nested, "a set operation inside another in a subquery");
        scope(Engine::Postgres, nested, 2).expect("PostgreSQL sees the row around it");
    }
    for sound in [
        "SELECT 1 FROM p WHERE 1 = (SELECT max(x) OVER (ORDER BY id) FROM q LIMIT 1)",
        "SELECT row_number() OVER (ORDER BY id) FROM p WHERE x IN (SELECT x FROM q)",
        "SELECT 1 FROM firm WHERE EXISTS (SELECT 1 FROM p UNION ALL SELECT 2 FROM q UNION (SELECT 3 FROM r))",
        "SELECT 1 FROM p UNION (SELECT 2 FROM p UNION SELECT 3 FROM q)",
    ] {
        scope(Engine::MySql, sound, 2).unwrap_or_else(|error| panic!("{sound}: {error}"));
    }
}

#[test]
fn writes_of_joins_write_rows_that_meet_their_own_tenants() {
    assert_scoped(
        &[Engine::MySql],
        "UPDATE p JOIN q ON p.id = q.id SET p.x = (SELECT max(r.x) FROM r) WHERE q.x > 1",
        "UPDATE p JOIN q ON p.id = q.id SET p.x = (SELECT max(r.x) FROM r WHERE r.t IN S AND r.t = p.t) WHERE p.t IN S AND q.t IN S AND q.t = p.t AND (q.x > 1)",
    );
    assert_scoped(
        &[Engine::MySql],
        "DELETE p FROM p LEFT JOIN q ON p.id = q.id WHERE q.id IS NULL",
        "DELETE p FROM p LEFT JOIN q ON q.t IN S AND q.t = p.t AND (p.id = q.id) WHERE p.t IN S AND (q.id IS NULL)",
    );
}

#[test]
fn what_the_parser_cannot_read_is_of_the_set_too() {
    assert_scoped(
        &[Engine::MySql],
        "SELECT p.x FROM p, q LOCK IN SHARE MODE",
        "SELECT p.x FROM p, q WHERE p.t IN S AND q.t IN S AND q.t = p.t LOCK IN SHARE MODE",
    );
    assert_scoped(
        &[Engine::MySql],
        "SELECT j.a FROM p, JSON_TABLE(p.name, '$[*]' COLUMNS(a INT PATH '$')) AS j",
        "SELECT j.a FROM p, JSON_TABLE(p.name, '$[*]' COLUMNS(a INT PATH '$')) AS j WHERE p.t IN S",
    );
    assert_refused(
        &[Engine::MySql],
        "SELECT j.a FROM JSON_TABLE((SELECT name FROM p), '$[*]' COLUMNS(a INT PATH '$')) AS j",
        "in a scope of several tenants",
    );
    assert_scoped(&ENGINES, "EXPLAIN DELETE FROM p", "EXPLAIN DELETE FROM p WHERE p.t IN S");
    assert_scoped(
        &[Engine::MySql],
        "UPDATE IGNORE firm SET x = 1",
        "UPDATE IGNORE firm SET x = 1 WHERE firm.t IN S",
    );
}

#[test]
fn a_statement_lists_no_more_tenants_than_there_may_be_values() {
    for engine in ENGINES {
        let references = |many: usize| {
            let exists = vec!["EXISTS (SELECT 1 FROM q WHERE q.id = 1)"; many];
            format!("SELECT p.x FROM p WHERE {}", exists.join(" OR "))
        };
        // 65 or so references to tables, of 1,000 tenants each.
        let taken = scope(engine, &references(15), 1_000);
        assert!(taken.is_ok(), "{engine:?}: {taken:.500?}");
        let refused = scope(engine, &references(300), 1_000);
        let is_refused =
            |what: &_| matches!(what, Err(Refusal::TooLarge { what: "tenants in its conditions", .. }));
        assert!(is_refused(&refused), "{engine:?}: {refused:.500?}");
    }
}
