use super::{ENGINES, assert_refused, assert_scoped, scope};
use sea_orm_multitenant_sql::Engine::{MySql, Postgres, Sqlite};

const BOTH: [sea_orm_multitenant_sql::Engine; 2] = [Postgres, Sqlite];

#[test]
fn a_conflict_with_another_tenants_row_changes_nothing() {
    assert_scoped(
        &BOTH,
        "INSERT INTO p (x) VALUES (1) ON CONFLICT (x) DO UPDATE SET x = excluded.x",
        "INSERT INTO p (x, t) VALUES (1, T) ON CONFLICT(x) DO UPDATE SET x = excluded.x WHERE p.t = T",
    );
    assert_scoped(
        &BOTH,
        "INSERT INTO p (x) VALUES (1) ON CONFLICT (x) DO UPDATE SET x = excluded.x WHERE p.x < 5 OR p.x > 9",
        "INSERT INTO p (x, t) VALUES (1, T) ON CONFLICT(x) DO UPDATE SET x = excluded.x WHERE p.t = T AND (p.x < 5 OR p.x > 9)",
    );
    assert_scoped(
        &[Postgres],
        "INSERT INTO p AS a (x) VALUES (1) ON CONFLICT (x) DO UPDATE SET x = 2",
        "INSERT INTO p AS a (x, t) VALUES (1, T) ON CONFLICT(x) DO UPDATE SET x = 2 WHERE a.t = T",
    );
}

#[test]
fn a_conflict_target_names_the_tenant_where_its_key_contains_it() {
    assert_scoped(
        &BOTH,
        "INSERT INTO p (name) VALUES ('a') ON CONFLICT (name) DO NOTHING",
        "INSERT INTO p (name, t) VALUES ('a', T) ON CONFLICT(t, name) DO NOTHING",
    );
    assert_scoped(
        &BOTH,
        "INSERT INTO p (id) VALUES (1) ON CONFLICT (id) DO NOTHING",
        "INSERT INTO p (id, t) VALUES (1, T) ON CONFLICT(t, id) DO NOTHING",
    );
    for target in [
        "ON CONFLICT(name, t) DO NOTHING",
        "ON CONFLICT(x) DO NOTHING",
        "ON CONFLICT(x, id) DO NOTHING",
        "ON CONFLICT DO NOTHING",
    ] {
        assert_scoped(
            &BOTH,
            &format!("INSERT INTO p (x) VALUES (1) {target}"),
            &format!("INSERT INTO p (x, t) VALUES (1, T) {target}"),
        );
    }
}

#[test]
fn an_upsert_may_set_the_tenant_column_only_to_itself() {
    for value in ["excluded.t", "p.t", "t"] {
        assert_scoped(
            &BOTH,
            &format!("INSERT INTO p (x) VALUES (1) ON CONFLICT (x) DO UPDATE SET t = {value}, x = 2"),
            "INSERT INTO p (x, t) VALUES (1, T) ON CONFLICT(x) DO UPDATE SET x = 2 WHERE p.t = T",
        );
    }
    assert_scoped(
        &BOTH,
        "INSERT INTO p (x) VALUES (1) ON CONFLICT (x) DO UPDATE SET t = excluded.t",
        "INSERT INTO p (x, t) VALUES (1, T) ON CONFLICT(x) DO UPDATE SET t = p.t WHERE p.t = T",
    );
    for value in ["excluded.x", "excluded.t + 1", "(SELECT 1)", "NULL"] {
        let sql = format!("INSERT INTO p (x) VALUES (1) ON CONFLICT (x) DO UPDATE SET t = {value}");
        assert_refused(&BOTH, &sql, "the tenant column of `p` cannot be changed");
    }
}

#[test]
fn a_target_that_calls_itself_excluded_is_refused() {
    let sql = "INSERT INTO p AS excluded (x) VALUES (1) ON CONFLICT (x) DO UPDATE SET x = 1";
    assert_refused(&[Postgres], sql, "a target named `excluded`");
}

#[test]
fn on_duplicate_key_fails_where_the_row_is_another_tenants() {
    let guard = "t = IF(9223372036854775807 + (NOT (p.t = T)) > 0, p.t, NULL)";
    assert_scoped(
        &[MySql],
        "INSERT INTO p (id, x) VALUES (1, 2) ON DUPLICATE KEY UPDATE x = VALUES(x), name = DEFAULT, id = p.id, t = VALUES(t)",
        &format!(
            "INSERT INTO p (id, x, t) VALUES (1, 2, T) ON DUPLICATE KEY UPDATE {guard}, x = VALUES(x), name = DEFAULT, id = p.id"
        ),
    );
    assert_scoped(
        &[MySql],
        "INSERT INTO p (id) VALUES (1) ON DUPLICATE KEY UPDATE t = VALUES(t)",
        &format!("INSERT INTO p (id, t) VALUES (1, T) ON DUPLICATE KEY UPDATE {guard}"),
    );
    assert_scoped(
        &[MySql],
        "INSERT INTO log (x) VALUES (1) ON DUPLICATE KEY UPDATE x = VALUES(x)",
        "INSERT INTO log (x) VALUES (1) ON DUPLICATE KEY UPDATE x = VALUES(x)",
    );
    assert_scoped(
        &[MySql],
        "INSERT INTO word (x) VALUES (1) ON DUPLICATE KEY UPDATE x = 2",
        "INSERT INTO word (x, t) VALUES (1, IF(9223372036854775807 + (NOT (FIND_IN_SET('STRICT_TRANS_TABLES', @@sql_mode) + FIND_IN_SET('STRICT_ALL_TABLES', @@sql_mode))) > 0, CONVERT(T USING utf8mb4), NULL)) ON DUPLICATE KEY UPDATE t = IF(9223372036854775807 + (NOT (word.t = T AND CAST(CONVERT(word.t USING utf8mb4) AS BINARY) = T)) > 0, word.t, NULL), x = 2",
    );
}

#[test]
fn a_subquery_in_on_duplicate_key_is_refused() {
    let sql = "INSERT INTO p (x) VALUES (1) ON DUPLICATE KEY UPDATE x = (SELECT max(x) FROM p AS a)";
    assert_refused(&[MySql], sql, "a subquery in ON DUPLICATE KEY UPDATE");
}

#[test]
fn on_duplicate_key_after_a_select_fails_on_another_tenants_row() {
    assert_scoped(
        &[MySql],
        "INSERT INTO p (x) SELECT x FROM q ON DUPLICATE KEY UPDATE x = 1",
        "INSERT INTO p (x, t) SELECT x, T FROM q WHERE q.t = T ON DUPLICATE KEY UPDATE t = IF(9223372036854775807 + (NOT (p.t = T)) > 0, p.t, NULL), x = 1",
    );
    for from in ["p", "q AS p", "q AS P", "(SELECT 1 AS x) AS p", "q JOIN r AS p ON p.id = q.id"] {
        let sql = format!("INSERT INTO p (x) SELECT 1 FROM {from} ON DUPLICATE KEY UPDATE x = 1");
        assert_refused(&[MySql], &sql, "the target's name may mean another relation");
    }
    let sql = "INSERT INTO p (x) SELECT x FROM q ON DUPLICATE KEY UPDATE x = q.x";
    assert_refused(&[MySql], sql, "");
    let sql = "INSERT INTO p (x) SELECT x FROM q ON DUPLICATE KEY UPDATE x = (SELECT 1)";
    assert_refused(&[MySql], sql, "a subquery in ON DUPLICATE KEY UPDATE");
}

#[test]
fn the_row_to_insert_may_have_a_name_on_mysql() {
    assert_scoped(
        &[MySql],
        "INSERT INTO p (id, x) VALUES (1, 2) AS new ON DUPLICATE KEY UPDATE x = new.x + p.x",
        "INSERT INTO p (id, x, t) VALUES (1, 2, T) ON DUPLICATE KEY UPDATE t = IF(9223372036854775807 + (NOT (p.t = T)) > 0, p.t, NULL), x = VALUES(x) + p.x",
    );
    let alias = "a row alias after VALUES";
    assert_refused(&[MySql], "INSERT INTO p (x) VALUES (2) AS new (a) ON DUPLICATE KEY UPDATE x = a", alias);
    assert_refused(&[MySql], "INSERT INTO p (x) VALUES (2) AS p ON DUPLICATE KEY UPDATE x = p.x", alias);
    assert_refused(&[MySql], "INSERT INTO p (x) VALUES (2) AS new", alias);
    assert_refused(
        &[MySql],
        "INSERT INTO p (x) VALUES (2) AS new ON DUPLICATE KEY UPDATE t = 3, x = new.secret",
        "",
    );
}

#[test]
fn subqueries_in_upserts_are_scoped() {
    assert_scoped(
        &BOTH,
        "INSERT INTO p (x) VALUES ((SELECT max(x) FROM q)) ON CONFLICT (x) DO UPDATE SET x = (SELECT min(x) FROM q) WHERE EXISTS (SELECT 1 FROM r)",
        "INSERT INTO p (x, t) VALUES ((SELECT max(x) FROM q WHERE q.t = T), T) ON CONFLICT(x) DO UPDATE SET x = (SELECT min(x) FROM q WHERE q.t = T) WHERE p.t = T AND (EXISTS (SELECT 1 FROM r WHERE r.t = T))",
    );
}

#[test]
fn upserts_of_shared_tables_follow_their_declaration() {
    assert_refused(&ENGINES, "INSERT INTO ref_ (x) VALUES (1)", "read-only in a scope");
    let scoped = scope(Postgres, "INSERT INTO log (x) VALUES (1) ON CONFLICT (x) DO UPDATE SET x = 2")
        .expect("scoped");
    assert_eq!(scoped.sql(), r#"INSERT INTO "log" ("x") VALUES (1) ON CONFLICT("x") DO UPDATE SET "x" = 2"#);
}
