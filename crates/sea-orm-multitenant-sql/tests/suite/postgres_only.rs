//! What PostgreSQL alone reads and the parser does not.

use super::{assert_refused, assert_scoped, scope};
use sea_orm_multitenant_sql::{
    Catalogue,
    Engine::{MySql, Postgres, Sqlite},
    ForeignKey, Table, TenantType, Whom, scope_statement, scope_statement_for,
};

/// What goes out on PostgreSQL.
fn sent(sql: &str) -> String {
    scope(Postgres, sql).unwrap_or_else(|refusal| panic!("{sql}: {refusal}")).sql().to_owned()
}

#[test]
fn only_stays_before_its_table() {
    for (sql, expected) in [
        ("SELECT x FROM ONLY p", r#"SELECT "x" FROM ONLY "p" WHERE "p"."t" = $1"#),
        ("SELECT x FROM ONLY (p) AS a", r#"SELECT "x" FROM ONLY "p" AS "a" WHERE "a"."t" = $1"#),
        (
            "SELECT p.x FROM q JOIN ONLY p ON p.x = q.x, ONLY r",
            r#"SELECT "p"."x" FROM "q" JOIN ONLY "p" ON "p"."x" = "q"."x", ONLY "r" WHERE "q"."t" = $1 AND "p"."t" = $1 AND "r"."t" = $1"#,
        ),
        (
            "SELECT x FROM ONLY p FULL JOIN q USING (x)",
            r#"SELECT "x" FROM (SELECT * FROM ONLY "p" WHERE "p"."t" = $1) AS "p" FULL JOIN (SELECT * FROM "q" WHERE "q"."t" = $1) AS "q" USING("x")"#,
        ),
        ("UPDATE ONLY p SET x = 1", r#"UPDATE ONLY "p" SET "x" = 1 WHERE "p"."t" = $1"#),
        (
            "UPDATE ONLY p AS a SET x = 1 FROM ONLY q WHERE a.x = q.x",
            r#"UPDATE ONLY "p" AS "a" SET "x" = 1 FROM ONLY "q" WHERE "a"."t" = $1 AND "q"."t" = $1 AND ("a"."x" = "q"."x")"#,
        ),
        (
            "DELETE FROM ONLY p USING ONLY q WHERE p.x = q.x",
            r#"DELETE FROM ONLY "p" USING ONLY "q" WHERE "p"."t" = $1 AND "q"."t" = $1 AND ("p"."x" = "q"."x")"#,
        ),
    ] {
        assert_eq!(sent(sql), expected, "{sql}");
    }
}

#[test]
fn only_before_anything_else_is_refused() {
    for sql in [
        "SELECT x FROM ONLY secrets",
        "SELECT x FROM ONLY (SELECT * FROM secrets) AS p",
        "SELECT x FROM ONLY (p JOIN secrets ON true)",
        "SELECT x FROM ONLY unnest(ARRAY[1]) AS x",
        "WITH c AS (SELECT x FROM p) SELECT x FROM ONLY c",
        "SELECT x FROM p WITH ORDINALITY",
        "SELECT x FROM p WITH ORDINALITY AS a",
        "SELECT x FROM ONLY p WITH ORDINALITY",
        "SELECT x FROM ONLY ONLY p",
        "SELECT x FROM ONLY p.q.r",
        "SELECT only FROM p",
        "SELECT x, ONLY p FROM p",
        "INSERT INTO ONLY p (x) VALUES (1)",
    ] {
        assert_refused(&[Postgres], sql, "");
    }
    assert_refused(&[Sqlite, MySql], "SELECT x FROM ONLY p", "");
    assert_refused(&[Sqlite, MySql], "SELECT x FROM p WITH ORDINALITY", "");
}

#[test]
fn a_range_whose_ends_may_be_in_either_order_is_written_with_both() {
    assert_eq!(
        sent("SELECT x FROM p WHERE x BETWEEN SYMMETRIC $1 AND $2 + 1"),
        r#"SELECT "x" FROM "p" WHERE "p"."t" = $3 AND (("x" BETWEEN $1 AND $2 + 1 OR "x" BETWEEN $2 + 1 AND $1))"#
    );
    assert_eq!(
        sent("SELECT x FROM p WHERE x NOT BETWEEN SYMMETRIC 2 AND 1 AND id = 1"),
        r#"SELECT "x" FROM "p" WHERE "p"."t" = $1 AND (("x" NOT BETWEEN 2 AND 1 AND "x" NOT BETWEEN 1 AND 2) AND "id" = 1)"#
    );
    assert_eq!(
        sent("SELECT x FROM p WHERE x BETWEEN SYMMETRIC (SELECT max(x) FROM q) AND 1"),
        r#"SELECT "x" FROM "p" WHERE "p"."t" = $1 AND (("x" BETWEEN (SELECT max("x") FROM "q" WHERE "q"."t" = $1) AND 1 OR "x" BETWEEN 1 AND (SELECT max("x") FROM "q" WHERE "q"."t" = $1)))"#
    );
    let nested =
        (0..12).fold("x".to_owned(), |x, _| format!("(CASE WHEN {x} BETWEEN SYMMETRIC 1 AND 2 THEN 1 END)"));
    assert_refused(&[Postgres], &format!("SELECT x FROM p WHERE {nested} = 1"), "");
    assert_eq!(
        sent("SELECT x FROM p WHERE x = 1 BETWEEN SYMMETRIC 2 AND 1"),
        r#"SELECT "x" FROM "p" WHERE "p"."t" = $1 AND ("x" = (1 BETWEEN 2 AND 1 OR 1 BETWEEN 1 AND 2))"#
    );
    assert_refused(&[Sqlite, MySql], "SELECT x FROM p WHERE x BETWEEN SYMMETRIC 1 AND 2", "");
}

#[test]
fn the_value_of_a_generated_column_may_be_given() {
    assert_eq!(
        sent("INSERT INTO p (id, x) OVERRIDING SYSTEM VALUE VALUES (1, $1) RETURNING id"),
        r#"INSERT INTO "p" ("id", "x", "t") OVERRIDING SYSTEM VALUE VALUES (1, $1, $2) RETURNING "id""#
    );
    assert_eq!(
        sent("INSERT INTO p (id, x) OVERRIDING SYSTEM VALUE SELECT x, x FROM q"),
        r#"INSERT INTO "p" ("id", "x", "t") OVERRIDING SYSTEM VALUE SELECT "x", "x", $1::BIGINT FROM "q" WHERE "q"."t" = $1"#
    );
    // The database would store another value than the one that is checked.
    for sql in [
        "INSERT INTO root (id) OVERRIDING USER VALUE VALUES (1)",
        "INSERT INTO p (id, x) OVERRIDING USER VALUE VALUES (1, 2)",
    ] {
        assert_refused(&[Postgres], sql, "OVERRIDING USER VALUE");
    }
    for sql in [
        "INSERT INTO p (id, x) PARTITION (x) VALUES (1, 2)",
        "INSERT INTO p (id, x) OVERRIDING VALUES (1, 2)",
        "INSERT INTO p (id, x) OVERRIDING SYSTEM VALUE OVERRIDING SYSTEM VALUE VALUES (1, 2)",
        "SELECT x FROM p OVERRIDING SYSTEM VALUE",
    ] {
        assert_refused(&[Postgres], sql, "");
    }
    assert_refused(&[Sqlite, MySql], "INSERT INTO p (id, x) OVERRIDING SYSTEM VALUE VALUES (1, 2)", "");
}

/// `doc` has arrays and JSON, and refers to `doc` without the tenant.
fn documents() -> Catalogue {
    let doc = Table::tenant("doc", "t", TenantType::BigInt)
        .with_columns(["t", "id", "tags", "body", "parent", "code"])
        .with_primary_key(["t", "id"])
        .with_unique_key(["t", "code"])
        .with_foreign_key(ForeignKey::new(["parent"], "doc", ["id"]));
    Catalogue::new([doc]).expect("no conflicts")
}

#[test]
fn elements_of_a_column_are_set_if_it_is_in_no_key() {
    let catalogue = documents();
    for (sql, expected) in [
        (
            "UPDATE doc SET tags[1] = 'a', body['k']['l'] = $1, tags[$2] = 'b' WHERE id = 1",
            r#"UPDATE "doc" SET "tags"[1] = 'a', "body"['k']['l'] = $1, "tags"[$2] = 'b' WHERE "doc"."t" = $3 AND ("id" = 1)"#,
        ),
        (
            r#"UPDATE doc SET "tags" [ 1 ] = 'a', body['a"b\d'] = '{}'"#,
            r#"UPDATE "doc" SET "tags"[1] = 'a', "body"['a"b\d'] = '{}' WHERE "doc"."t" = $1"#,
        ),
        ("INSERT INTO doc (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET tags[1] = excluded.code", ""),
        ("UPDATE doc SET id = 1, tags[1] = (SELECT code FROM doc AS d WHERE d.tags[1] = 'x')", ""),
    ] {
        let scoped =
            scope_statement(&catalogue, Postgres, sql).unwrap_or_else(|refusal| panic!("{sql}: {refusal}"));
        assert!(expected.is_empty() || scoped.sql() == expected, "{}", scoped.sql());
        assert!(!scoped.sql().contains('\u{1}') && !scoped.sql().contains('\u{2}'), "{}", scoped.sql());
    }
    for column in ["t", "id", "parent", "code", "T", "\"t\""] {
        let refusal = scope_statement(&catalogue, Postgres, &format!("UPDATE doc SET {column}[1] = 2"));
        assert!(refusal.is_err(), "{column}: {refusal:?}");
        let refusal = scope_statement(&catalogue, Postgres, &format!("UPDATE doc SET {column}.f = 2"));
        assert!(refusal.is_err(), "{column}: {refusal:?}");
    }
    for sql in [
        "UPDATE doc SET tags[(SELECT 1 FROM secrets)] = 'a'",
        "UPDATE doc SET tags[1 + 1] = 'a'",
        "UPDATE doc SET secret[1] = 'a'",
        "UPDATE doc SET tags[1].f = 'a'",
        "SELECT set, doc[1] = 2 FROM doc",
        "SELECT id FROM doc WHERE set, tags[1] = 2",
    ] {
        let refusal = scope_statement(&catalogue, Postgres, sql);
        assert!(refusal.is_err(), "{sql}: {refusal:?}");
    }
    // What looks alike elsewhere is compared.
    let sql = "SELECT id, tags[1] = 'a' AS x FROM doc";
    let scoped = scope_statement(&catalogue, Postgres, sql).expect("scoped");
    assert_eq!(scoped.sql(), r#"SELECT "id", "tags"[1] = 'a' AS "x" FROM "doc" WHERE "doc"."t" = $1"#);
    for whom in [Whom::Set(2), Whom::One] {
        assert!(scope_statement_for(&catalogue, Postgres, "UPDATE doc SET t[1] = 2", whom).is_err());
        assert!(scope_statement_for(&catalogue, Postgres, "UPDATE doc SET tags[1] = '2'", whom).is_ok());
    }
}

#[test]
fn arguments_may_be_given_as_an_array() {
    assert_eq!(
        sent(
            "SELECT concat_ws(',', VARIADIC ARRAY[name, 'b']), json_build_object(VARIADIC $1::text[]) FROM p"
        ),
        r#"SELECT concat_ws(',', VARIADIC ARRAY["name", 'b']), json_build_object(VARIADIC $1::TEXT[]) FROM "p" WHERE "p"."t" = $2"#
    );
    for sql in [
        "SELECT secret(VARIADIC ARRAY[1]) FROM p",
        "SELECT concat(VARIADIC (SELECT array_agg(x) FROM secrets)) FROM p",
        "SELECT VARIADIC x FROM p",
        "SELECT concat(x VARIADIC x) FROM p",
    ] {
        assert_refused(&[Postgres], sql, "");
    }
    assert_refused(&[Sqlite, MySql], "SELECT concat(VARIADIC x) FROM p", "");
}

#[test]
fn all_columns_of_a_functions_row_may_be_selected() {
    assert_eq!(
        sent("SELECT id, (jsonb_each_text(to_jsonb(name))).* FROM p"),
        r#"SELECT "id", (jsonb_each_text(to_jsonb("name"))).* FROM "p" WHERE "p"."t" = $1"#
    );
    assert_eq!(
        sent("SELECT d.key FROM (SELECT (jsonb_each(to_jsonb(name))).*, x FROM p) AS d WHERE d.x = 1"),
        r#"SELECT "d"."key" FROM (SELECT (jsonb_each(to_jsonb("name"))).*, "x" FROM "p" WHERE "p"."t" = $1) AS "d" WHERE "d"."x" = 1"#
    );
    for sql in [
        "SELECT (secret(x)).* FROM p",
        "SELECT (unnest(ARRAY[p])).* FROM p",
        "SELECT (p).* FROM p",
        "SELECT (jsonb_populate_record(NULL::p, '{}')).* FROM p",
        "SELECT (SELECT p FROM p).* FROM p",
        "SELECT d.other FROM (SELECT (jsonb_each(to_jsonb(name))).* FROM p) AS d",
        "INSERT INTO p (x, name) SELECT (jsonb_each(to_jsonb(name))).* FROM p",
    ] {
        assert_refused(&[Postgres], sql, "");
    }
    let catalogue = documents();
    let sql = "SELECT (jsonb_each(body)).* FROM doc";
    assert!(scope_statement_for(&catalogue, Postgres, sql, Whom::Set(2)).is_err());
    assert_scoped(&[Postgres], "SELECT count(*) FROM p", "SELECT count(*) FROM p WHERE p.t = T");
}
