use super::{ENGINES, assert_refused, assert_scoped, scope};
use sea_orm_multitenant_sql::{
    Argument,
    Engine::{MySql, Postgres, Sqlite},
    Found, TenantCheckKind, TenantType,
};

#[test]
fn an_update_is_scoped_on_its_target_and_its_sources() {
    assert_scoped(&ENGINES, "UPDATE p SET x = 1", "UPDATE p SET x = 1 WHERE p.t = T");
    assert_scoped(
        &ENGINES,
        "UPDATE p AS a SET x = (SELECT max(x) FROM q) WHERE a.id = 1 OR 1 = 1",
        "UPDATE p AS a SET x = (SELECT max(x) FROM q WHERE q.t = T) WHERE a.t = T AND (a.id = 1 OR 1 = 1)",
    );
    assert_scoped(
        &[Postgres, Sqlite],
        "UPDATE p SET x = q.x FROM q LEFT JOIN r ON r.x = q.id WHERE q.x = p.id",
        "UPDATE p SET x = q.x FROM q LEFT JOIN r ON r.t = T AND (r.x = q.id) WHERE p.t = T AND q.t = T AND (q.x = p.id)",
    );
    assert_scoped(
        &[MySql],
        "UPDATE p SET x = 1 ORDER BY id LIMIT 2",
        "UPDATE p SET x = 1 WHERE p.t = T ORDER BY id LIMIT 2",
    );
}

#[test]
fn the_tenant_column_is_left_out_of_an_update_and_its_value_checked() {
    let scoped = scope(Postgres, r#"UPDATE "p" SET "x" = $1, "t" = $2 WHERE "id" = $3"#).expect("scoped");
    assert_eq!(scoped.sql(), r#"UPDATE "p" SET "x" = $1 WHERE "p"."t" = $3 AND ("id" = $2)"#);
    assert_eq!(
        scoped.arguments(),
        [Argument::Value(0), Argument::Value(2), Argument::Tenant(TenantType::BigInt)]
    );
    let [check] = scoped.checks() else { panic!("one check") };
    assert_eq!((&check.found, check.kind), (&Found::Value(1), TenantCheckKind::Update));
    assert_scoped(&ENGINES, "UPDATE p SET t = t", "UPDATE p SET t = p.t WHERE p.t = T");
    assert_scoped(
        &ENGINES,
        "UPDATE root SET id = 7, name = 'a'",
        "UPDATE root SET name = 'a' WHERE root.id = T",
    );
}

#[test]
fn any_other_change_of_the_tenant_column_is_refused() {
    for set in ["t = t + 1", "t = (SELECT 2)", "t = NULL", "t = DEFAULT", "t = x"] {
        assert_refused(
            &ENGINES,
            &format!("UPDATE p SET {set}"),
            "the tenant column of `p` cannot be changed",
        );
    }
    assert_refused(&[Sqlite, MySql], "UPDATE p SET T = 2 + 2", "cannot be changed");
    assert_refused(&[Postgres], "UPDATE p SET (x, t) = (1, 2)", "cannot be changed");
    assert_refused(&[Postgres], "UPDATE p SET t.part = 2", "cannot be changed");
}

#[test]
fn a_delete_is_scoped_on_its_target_and_its_sources() {
    assert_scoped(&ENGINES, "DELETE FROM p", "DELETE FROM p WHERE p.t = T");
    assert_scoped(
        &ENGINES,
        "DELETE FROM p WHERE id = 1 OR x IN (SELECT x FROM q)",
        "DELETE FROM p WHERE p.t = T AND (id = 1 OR x IN (SELECT x FROM q WHERE q.t = T))",
    );
    assert_scoped(
        &[Postgres],
        "DELETE FROM p USING q WHERE q.x = p.id RETURNING p.x",
        "DELETE FROM p USING q WHERE p.t = T AND q.t = T AND (q.x = p.id) RETURNING p.x",
    );
}

#[test]
fn a_source_named_like_the_target_is_refused() {
    assert_refused(&[Postgres, Sqlite], "UPDATE p SET x = 1 FROM q AS p", "twice in one FROM");
    assert_refused(&[Postgres], "DELETE FROM p USING (SELECT 1 AS t) AS p", "twice in one FROM");
}

#[test]
fn shared_and_derived_targets_are_refused() {
    assert_refused(&ENGINES, "UPDATE ref_ SET x = 1", "read-only in a scope");
    assert_refused(&ENGINES, "DELETE FROM ref_", "read-only in a scope");
    assert_refused(&ENGINES, "WITH c AS (SELECT 1 AS x) UPDATE c SET x = 1", "common table expression");
    assert_scoped(&ENGINES, "UPDATE log SET x = 1", "UPDATE log SET x = 1");
}

#[test]
fn a_limited_write_reads_no_subquery_where_an_engine_writes_values_of_other_rows() {
    for sql in [
        "UPDATE p SET x = 1 WHERE id IN (SELECT id FROM q) ORDER BY id LIMIT 2",
        "UPDATE p SET x = (SELECT max(x) FROM q) LIMIT 2",
        "DELETE FROM p WHERE EXISTS (SELECT 1 FROM q) ORDER BY id",
    ] {
        assert_refused(&[MySql], sql, "a subquery in an UPDATE or DELETE with ORDER BY or LIMIT");
    }
    assert_scoped(
        &[MySql],
        "DELETE FROM p ORDER BY id LIMIT 1",
        "DELETE FROM p WHERE p.t = T ORDER BY id LIMIT 1",
    );
}

#[test]
fn columns_that_stand_for_the_key_are_not_written() {
    for column in ["rowid", "oid", "_ROWID_"] {
        assert_refused(&[Sqlite], &format!("UPDATE root SET {column} = 99"), "a write to the column");
        assert_refused(
            &[Sqlite],
            &format!("INSERT INTO root ({column}, name) VALUES (78, 'a')"),
            "a write to the column",
        );
        let upsert = "INSERT INTO root (name) VALUES ('a') ON CONFLICT";
        assert_refused(
            &[Sqlite],
            &format!("{upsert} (id) DO UPDATE SET {column} = 55"),
            "a write to the column",
        );
        assert_refused(&[Sqlite], &format!("{upsert} ({column}) DO NOTHING"), "a write to the column");
    }
    assert_refused(&[MySql], "UPDATE root SET _rowid = 55", "a write to the column");
    let upsert = "INSERT INTO root (name) VALUES ('a') ON DUPLICATE KEY UPDATE _rowid = 88";
    assert_refused(&[MySql], upsert, "a write to the column");
    assert_refused(
        &[Sqlite],
        "INSERT INTO loose (loose, x) VALUES ('delete-all', 1)",
        "a write to the column",
    );
}
