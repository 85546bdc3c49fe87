//! Statements for all tenants: no predicate that leaves rows out, and rows are combined by tenant as in a set.

use super::{ENGINES, tables};
use sea_orm_multitenant_sql::{
    Engine, Found, Literal, Refusal, ScopedStatement, TenantCheckKind, Whom, scope_statement_for,
};

fn scope(engine: Engine, sql: &str) -> Result<ScopedStatement, Refusal> {
    scope_statement_for(&tables(), engine, sql, Whom::All)
}

/// The text for all tenants, without quotes.
fn text(engine: Engine, sql: &str) -> String {
    let scoped = scope(engine, sql).unwrap_or_else(|refusal| panic!("{engine:?} refused {sql}: {refusal}"));
    scoped.sql().replace(['"', '`'], "")
}

#[test]
fn no_row_is_left_out() {
    for engine in ENGINES {
        for sql in [
            "SELECT x FROM p",
            "SELECT x FROM word",
            "SELECT x FROM ref_",
            // Conditions of the caller's stay, whatever tenant they name.
            "SELECT x FROM p WHERE p.t = 1",
            "SELECT x FROM p WHERE p.t IS NOT NULL",
            "DELETE FROM p WHERE x = 1",
        ] {
            assert_eq!(text(engine, sql), sql);
        }
        assert!(scope(engine, "SELECT x FROM p").expect("scoped").arguments().is_empty());
    }
}

#[test]
fn joined_tables_and_subqueries_are_of_one_tenant() {
    for engine in ENGINES {
        let joined = text(engine, "SELECT p.x FROM p JOIN q ON q.x = p.x");
        assert!(joined.contains("q.t = p.t"), "{joined}");
        let outer = text(engine, "SELECT p.x FROM p LEFT JOIN q ON q.x = p.x");
        assert!(outer.contains("q.t = p.t"), "{outer}");
        let nested = text(engine, "SELECT x FROM p WHERE EXISTS (SELECT 1 FROM q WHERE q.x = p.x)");
        assert!(nested.contains("q.t = p.t"), "{nested}");
        assert!(
            scope(engine, "SELECT p.x FROM p LEFT JOIN q USING (x)").is_err(),
            "there is no place for it"
        );
    }
}

#[test]
fn keys_without_the_tenant_column_are_checked_as_in_a_set() {
    for engine in ENGINES {
        let set = scope_statement_for(&tables(), engine, "SELECT id FROM p WHERE id = 1", Whom::Set(2));
        let all = scope(engine, "SELECT id FROM p WHERE id = 1").expect("scoped");
        let checks = |sql: &str| sql.contains("NOT EXISTS");
        assert_eq!(checks(all.sql()), checks(set.expect("scoped").sql()), "{}", all.sql());
    }
}

#[test]
fn what_writes_or_locks_says_so() {
    for engine in ENGINES {
        assert!(scope(engine, "SELECT x FROM p").expect("scoped").is_read_only());
        for sql in ["DELETE FROM p WHERE x = 1", "UPDATE p SET x = 1", "INSERT INTO p (t, x) VALUES (1, 2)"] {
            assert!(!scope(engine, sql).expect(sql).is_read_only(), "{sql}");
        }
    }
    for engine in [Engine::Postgres, Engine::MySql] {
        assert!(!scope(engine, "SELECT x FROM p FOR UPDATE").expect("scoped").is_read_only());
        let nested = "SELECT x FROM p WHERE x IN (SELECT x FROM q FOR UPDATE)";
        if let Ok(scoped) = scope(engine, nested) {
            assert!(!scoped.is_read_only(), "{engine:?}");
        }
    }
    for sql in [
        "WITH gone AS (DELETE FROM p RETURNING x) SELECT x FROM gone",
        "WITH new AS (UPDATE p SET x = 1 RETURNING x) SELECT x FROM new",
        "WITH new AS (INSERT INTO p (t, x) VALUES (1, 2) RETURNING x) SELECT x FROM new",
    ] {
        match scope(Engine::Postgres, sql) {
            Ok(scoped) => assert!(!scoped.is_read_only(), "{sql}"),
            Err(refusal) => panic!("{sql}: {refusal}"),
        }
    }
}

#[test]
fn an_inserted_row_names_its_tenant() {
    for engine in ENGINES {
        let scoped = scope(engine, "INSERT INTO p (t, x) VALUES (1, 2)").expect("scoped");
        assert_eq!(scoped.checks()[0].kind, TenantCheckKind::InsertForOne);
        assert_eq!(scoped.checks()[0].found, Found::Literal(Literal::Number("1".to_owned())));
        for sql in
            ["INSERT INTO p (x) VALUES (2)", "INSERT INTO p (t, x) SELECT t, x FROM q", "UPDATE p SET t = 2"]
        {
            assert!(scope(engine, sql).is_err(), "{sql}");
        }
    }
}
