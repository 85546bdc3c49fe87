//! In a scope of several tenants: keys without the tenant, which rows of two of them may have.

use super::{ENGINES, tables as keyed_by_tenant};
use sea_orm_multitenant_sql::{
    Catalogue, Engine, ForeignKey, Refusal, ScopedStatement, Table, TenantType, Whom, scope_statement_for,
};

/// `a` and `b` are keyed by `id` alone, and `b` names rows of `a`; so does `c`, whose key contains the tenant; `w` has
/// a text tenant.
fn tables() -> Catalogue {
    let to_a = || ForeignKey::new(["a_id"], "a", ["id"]);
    Catalogue::new([
        Table::tenant("a", "t", TenantType::BigInt).with_columns(["t", "id", "x"]).with_primary_key(["id"]),
        Table::tenant("b", "t", TenantType::BigInt)
            .with_columns(["t", "id", "x", "a_id"])
            .with_primary_key(["id"])
            .with_foreign_key(to_a()),
        Table::tenant("c", "t", TenantType::BigInt)
            .with_columns(["t", "id", "x", "a_id"])
            .with_primary_key(["t", "id"])
            .with_foreign_key(to_a()),
        Table::tenant("w", "t", TenantType::Text).with_primary_key(["id"]),
        Table::tenant("far", "t", TenantType::BigInt).in_schema(Some("app")).with_primary_key(["id"]),
        Table::root("root", "id", TenantType::BigInt).with_primary_key(["id"]),
        Table::shared("ref_", false).with_primary_key(["id"]),
    ])
    .expect("the tables have no conflicts")
}

fn scope(engine: Engine, sql: &str, tenants: usize) -> Result<ScopedStatement, Refusal> {
    scope_statement_for(&tables(), engine, sql, Whom::Set(tenants))
}

/// How many keys a statement for two tenants checks, of the rows of these tables.
#[track_caller]
fn checked(sql: &str) -> Vec<String> {
    let each = ENGINES.map(|engine| {
        let scoped =
            scope(engine, sql, 2).unwrap_or_else(|error| panic!("{engine:?} refused {sql}: {error}"));
        let found = scoped.sql().split("rows of ").skip(1);
        let found: Vec<_> = found.filter_map(|rest| rest.split(' ').next()).map(str::to_owned).collect();
        // A check stands behind all conditions, and fails rather than filters.
        assert_eq!(found.is_empty(), !scoped.sql().contains("NOT EXISTS (SELECT 1 FROM"), "{}", scoped.sql());
        found
    });
    assert_eq!(each[0], each[1], "{sql}");
    assert_eq!(each[0], each[2], "{sql}");
    each[0].clone()
}

#[test]
fn rows_that_are_delivered_with_their_key_are_checked() {
    for sql in [
        "SELECT a.id, a.t, a.x FROM a",
        "SELECT id FROM a",
        "SELECT * FROM a",
        "SELECT a.* FROM a JOIN c ON c.id = a.id",
        "SELECT x FROM a WHERE id = 1",
        "SELECT x FROM a WHERE id > 1 AND x = 2 OR x = 3",
        "SELECT x FROM a ORDER BY a.id LIMIT 2",
        "SELECT COUNT(*) FROM a WHERE a.id IN (1, 2)",
        "SELECT 1 AS one FROM a AS z WHERE EXISTS (SELECT 1 FROM c WHERE c.x = z.id)",
        "SELECT x FROM c UNION SELECT id FROM a",
    ] {
        assert_eq!(checked(sql), ["a"], "{sql}");
    }
    assert_eq!(checked("SELECT a.id AS a_id, b.id AS b_id FROM a LEFT JOIN b ON b.a_id = a.id"), ["a", "b"]);
}

#[test]
fn what_names_no_key_or_holds_the_tenant_is_not_checked() {
    for sql in [
        "SELECT x FROM a",
        "SELECT COUNT(*) FROM a WHERE x = 1",
        "SELECT COUNT(*) FROM (SELECT id FROM a) AS d",
        "SELECT id, t, a_id FROM c",
        "SELECT c.* FROM c WHERE c.id = 1",
        "SELECT c.id FROM c JOIN a ON a.id = c.a_id",
        "SELECT id FROM root",
        "SELECT id FROM ref_",
        "UPDATE a SET x = 1 WHERE x = 2",
        "UPDATE c SET x = 1 WHERE id = 2",
        "DELETE FROM a",
    ] {
        assert_eq!(checked(sql), [""; 0], "{sql}");
    }
    for tenants in [0, 1] {
        let scoped = scope(Engine::Sqlite, "SELECT id FROM a WHERE id = 1", tenants).expect("scoped");
        assert!(!scoped.sql().contains("EXISTS"), "{}", scoped.sql());
    }
    let scoped =
        scope_statement_for(&keyed_by_tenant(), Engine::Sqlite, "SELECT * FROM p WHERE id = 1", Whom::Set(2))
            .expect("scoped");
    assert!(!scoped.sql().contains("EXISTS"), "{}", scoped.sql());
}

/// Loaders match rows by the columns of the relation.
#[test]
fn what_relations_go_by_is_checked_where_a_condition_names_it() {
    assert_eq!(checked("SELECT x FROM b WHERE b.a_id IN (1, 2)"), ["a"]);
    assert_eq!(checked("SELECT id FROM b WHERE b.a_id IN (1, 2)"), ["b", "a"]);
    assert_eq!(checked("SELECT c.id FROM c WHERE c.a_id IN (1, 2)"), ["a"]);
    assert_eq!(checked("DELETE FROM c WHERE c.a_id = 1"), ["a"]);
}

#[test]
fn a_relation_whose_values_are_left_to_the_database_is_one() {
    let b =
        Table::tenant("b", "t", TenantType::BigInt).with_foreign_key(ForeignKey::new(["a_id"], "a", ["id"]));
    for b in [b.clone().without_foreign_keys(), b.without_foreign_key("a_id")] {
        let catalogue =
            Catalogue::new([Table::tenant("a", "t", TenantType::BigInt), b]).expect("no conflicts");
        let scoped =
            scope_statement_for(&catalogue, Engine::Sqlite, "SELECT x FROM b WHERE b.a_id = 1", Whom::Set(2))
                .expect("scoped");
        assert!(scoped.sql().contains("rows of a of two tenants"), "{}", scoped.sql());
    }
}

#[test]
fn rows_that_are_written_by_their_key_are_checked() {
    for sql in [
        "UPDATE a SET x = 1 WHERE a.id = 2",
        "UPDATE a SET x = 1 WHERE id IN (2, 3)",
        "DELETE FROM a WHERE a.id = 2",
        "DELETE FROM a WHERE x = 1 OR id = 2",
    ] {
        assert_eq!(checked(sql), ["a"], "{sql}");
    }
    for sql in [
        "UPDATE a JOIN c ON c.id = a.id SET a.x = 1 WHERE a.id = 2",
        "DELETE a FROM a JOIN c ON c.id = a.id WHERE a.id = 2",
    ] {
        let scoped = scope(Engine::MySql, sql, 2).expect("scoped");
        assert!(scoped.sql().contains("rows of a of two tenants"), "{}", scoped.sql());
    }
    let scoped = scope(Engine::Postgres, "UPDATE a SET x = 1 FROM c WHERE a.id = c.x", 2).expect("scoped");
    assert!(scoped.sql().contains("rows of a of two tenants"), "{}", scoped.sql());
}

/// MySQL reads the target of a write through a derived table only, which is then of the rows of that key alone.
#[test]
fn a_write_of_one_key_looks_through_the_rows_of_that_key() {
    let scoped = scope(Engine::MySql, "UPDATE a SET x = ? WHERE a.id = ? AND x = ?", 2).expect("scoped");
    let text = scoped.sql().replace('`', "");
    assert!(text.contains("(SELECT rows_of_the_set.t AS tenant_of_row, rows_of_the_set.id AS key_of_row_0 FROM a AS rows_of_the_set WHERE rows_of_the_set.t IN (?, ?) AND rows_of_the_set.id = ? LIMIT 18446744073709551615) AS rows_of_the_set"), "{text}");
}

#[test]
fn texts_are_told_apart_by_their_bytes() {
    for (engine, bytes) in [
        (Engine::Sqlite, "COLLATE `BINARY`"),
        (Engine::Postgres, "COLLATE \"C\""),
        (Engine::MySql, "AS BINARY"),
    ] {
        let scoped = scope(engine, "SELECT id FROM w", 2).expect("scoped");
        let check = scoped.sql().split("NOT EXISTS").nth(1).map(str::to_owned).unwrap_or_default();
        assert!(check.matches(bytes).count() >= 3, "{engine:?}: {check}");
    }
}

#[test]
fn a_table_in_a_schema_is_looked_through_by_its_whole_name() {
    let scoped = scope(Engine::Postgres, "SELECT id FROM app.far", 2).expect("scoped");
    assert!(scoped.sql().replace('"', "").contains("FROM app.far AS rows_of_the_set"), "{}", scoped.sql());
    assert!(
        tables()
            .failed_shared_key("x: sea_orm_multitenant: rows of app.far of two tenants have one key")
            .is_some()
    );
    assert!(tables().failed_shared_key("rows of app.far of two tenants have one key").is_none());
}

#[test]
fn the_name_of_the_check_is_not_to_be_had() {
    for engine in ENGINES {
        let refused = scope(engine, "SELECT rows_of_the_set.id FROM a AS rows_of_the_set", 2);
        assert!(refused.is_err_and(|error| error.to_string().contains("rows_of_the_set")));
    }
}
