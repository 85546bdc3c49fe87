//! No error tells of another tenant: not its own errors, which name what the caller wrote, and not the engine's, which
//! name values of the caller's own rows or statement.
//!
//! The rows of the other tenants are made of values that stand nowhere else.

use crate::harness::{Backend, Fixture, Outcome, TestDb};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, SqlErr, Statement, Value};
use sea_orm_multitenant::{Refusal, Table, Tenancy, TenancyError, TenantScope, TenantType};

/// What stands in rows of other tenants alone.
const HIDDEN: [&str; 5] = ["hidden", "770077", "880088", "990099", "990100"];

/// The rows: `vault` with keys of tenant and id, `chest` with single ones; `shelf` belongs to a vault.
struct Rows;

impl Fixture for Rows {
    const NAME: &'static str = "error_texts";

    fn schema(_: Backend) -> Vec<String> {
        let tables = [
            "CREATE TABLE holder (id BIGINT NOT NULL PRIMARY KEY, name VARCHAR(40) NOT NULL)",
            "CREATE TABLE place (code VARCHAR(40) NOT NULL PRIMARY KEY)",
            "CREATE TABLE vault (
                holder_id BIGINT NOT NULL,
                id BIGINT NOT NULL,
                code VARCHAR(40) NOT NULL,
                amount BIGINT NOT NULL CHECK (amount < 1000000),
                note VARCHAR(40) NOT NULL,
                PRIMARY KEY (holder_id, id),
                UNIQUE (holder_id, code)
            )",
            "CREATE TABLE shelf (
                holder_id BIGINT NOT NULL,
                id BIGINT NOT NULL,
                vault_id BIGINT NOT NULL,
                PRIMARY KEY (holder_id, id),
                FOREIGN KEY (holder_id, vault_id) REFERENCES vault (holder_id, id)
            )",
            "CREATE TABLE chest (
                id BIGINT NOT NULL PRIMARY KEY,
                holder_id BIGINT NOT NULL,
                code VARCHAR(40) NOT NULL UNIQUE,
                amount BIGINT NOT NULL CHECK (amount < 1000000),
                note VARCHAR(40) NOT NULL
            )",
        ];
        tables.map(str::to_owned).into()
    }

    async fn seed(connection: &DatabaseConnection) -> Result<(), DbErr> {
        let rows = [
            "INSERT INTO holder (id, name) VALUES (1, 'mine'), (2, 'hidden-two'), (990099, 'hidden-three')",
            "INSERT INTO place (code) VALUES ('here')",
            "INSERT INTO vault (holder_id, id, code, amount, note) VALUES
                (1, 1, 'mine-a', 5, 'own'), (1, 2, 'mine-b', 6, 'own'),
                (2, 880088, 'hidden-code', 770077, 'hidden-note'), (2, 1, 'mine-a', 770077, 'hidden-same'),
                (990099, 1, 'hidden-code', 770077, 'hidden-note')",
            "INSERT INTO shelf (holder_id, id, vault_id) VALUES (1, 1, 1), (2, 990100, 880088)",
            "INSERT INTO chest (id, holder_id, code, amount, note) VALUES
                (1, 1, 'mine-a', 5, 'own'), (2, 1, 'mine-b', 6, 'own'),
                (880088, 2, 'hidden-code', 770077, 'hidden-note'), (3, 990099, 'hidden-other', 770077, 'hidden-note')",
        ];
        for sql in rows {
            connection.execute_unprepared(sql).await?;
        }
        Ok(())
    }

    async fn rows_of(connection: &DatabaseConnection, tenant: i64) -> Result<Vec<String>, DbErr> {
        let mut found = Vec::new();
        for table in ["vault", "chest"] {
            let sql = format!("SELECT code, note FROM {table} WHERE holder_id = {tenant} ORDER BY id");
            let rows =
                connection.query_all_raw(Statement::from_string(connection.get_database_backend(), sql));
            for row in rows.await? {
                found.push(format!(
                    "{table} {} {}",
                    row.try_get_by_index::<String>(0)?,
                    row.try_get_by_index::<String>(1)?
                ));
            }
        }
        Ok(found)
    }
}

/// The tenancy of these tables.
fn tenancy(db: &TestDb) -> Tenancy {
    let table =
        |name| Table::tenant(name, "holder_id", TenantType::BigInt).with_primary_key(["holder_id", "id"]);
    let built = Tenancy::builder()
        .without_entities()
        .root_table("holder", "id", TenantType::BigInt)
        .table(table("vault").with_unique_key(["holder_id", "code"]))
        .table(table("shelf"))
        .tenant_table("chest", "holder_id", TenantType::BigInt)
        .columns("chest", ["id", "code", "amount", "note"])
        .shared_table("place")
        .build(db.unscoped().clone());
    built.expect("the tables have no conflicts")
}

/// The scope of tenant 1.
fn scope(db: &TestDb) -> TenantScope<DatabaseConnection> {
    tenancy(db).scope(1).expect("an integer is a tenant here")
}

/// Asserts that a text holds nothing of other tenants beside what the caller wrote.
#[track_caller]
fn assert_tells_nothing(text: &str, written: &str) {
    for hidden in HIDDEN.iter().filter(|hidden| !written.contains(**hidden)) {
        assert!(!text.contains(hidden), "{hidden} stands in {text}, which is about {written}");
    }
}

/// The error of a statement, which tells nothing of other tenants beside what it says itself.
async fn error_of(db: &TestDb, sql: &str) -> DbErr {
    let result = scope(db).execute_unprepared(sql).await;
    let error = result.err().unwrap_or_else(|| panic!("{sql} is no error"));
    assert_tells_nothing(&format!("{error} {error:?}"), sql);
    error
}

/// The error of the tenancy layer for a statement.
async fn refusal_of(db: &TestDb, sql: &str) -> TenancyError {
    let error = error_of(db, sql).await;
    let found = TenancyError::from_db_err(&error);
    let found = found.unwrap_or_else(|| panic!("{error:?} is the engine's")).clone();
    assert_tells_nothing(&format!("{found} {found:?}"), sql);
    found
}

/// The name of an error's variant, with the one inside where there is one.
fn variant(error: &TenancyError) -> String {
    let shown = format!("{error:?}");
    let end = shown.find([' ', '{']).unwrap_or(shown.len());
    shown[..end].trim_end_matches(')').to_owned()
}

async fn every_error_of_the_tenancy_names_what_the_caller_wrote_alone(db: &TestDb) -> Outcome {
    let statements = [
        ("Refused(Parse", "SELECT note FORM vault"),
        ("Refused(Empty", ""),
        ("Refused(ManyStatements", "DELETE FROM vault; DELETE FROM chest"),
        ("Refused(UnknownTable", "SELECT note FROM secret"),
        ("Refused(Unsupported", "TRUNCATE TABLE vault"),
        ("Refused(TenantColumnUpdate", "UPDATE vault SET holder_id = holder_id + 1"),
        ("Refused(SharedTableWrite", "DELETE FROM place"),
        (
            "TenantMismatch",
            "INSERT INTO vault (holder_id, id, code, amount, note) VALUES (3, 9, 'c', 1, 'n')",
        ),
        ("TenantMismatch", "UPDATE chest SET holder_id = 3 WHERE code = 'mine-a'"),
    ];
    for (expected, sql) in statements {
        assert_eq!(variant(&refusal_of(db, sql).await), expected, "{sql}");
    }
    let deep = format!("SELECT note FROM vault WHERE {}1 = 1{}", "(".repeat(500), ")".repeat(500));
    assert!(matches!(refusal_of(db, &deep).await, TenancyError::Refused(Refusal::TooLarge { .. })));

    let place = if db.backend == Backend::Postgres { "$1" } else { "?" };
    let backend = db.unscoped().get_database_backend();
    let statement = |values: Vec<Value>| {
        let sql =
            format!("INSERT INTO vault (holder_id, id, code, amount, note) VALUES ({place}, 9, 'c', 1, 'n')");
        Statement::from_sql_and_values(backend, sql, values)
    };
    let set = tenancy(db).scope_many([1, 2])?;
    let (nobody, text, truth) = (Value::BigInt(None), Value::from("mine"), Value::Bool(Some(true)));
    let twice = Tenancy::builder().without_entities().shared_table("vault").tenant_table(
        "vault",
        "holder_id",
        TenantType::BigInt,
    );
    let others = [
        ("ValueCount", scope(db).rewrite(statement(vec![])).err()),
        ("TenantMismatch", scope(db).rewrite(statement(vec![3.into()])).err()),
        ("TenantNotInSet", set.rewrite(statement(vec![3.into()])).err()),
        ("NoTenant", tenancy(db).scope(nobody).err()),
        ("TenantType", tenancy(db).scope(text).err()),
        ("UnsupportedTenantId", tenancy(db).scope(truth).err()),
        ("Catalogue", twice.build(db.unscoped().clone()).err()),
    ];
    for (expected, error) in others {
        let error = error.unwrap_or_else(|| panic!("there is no {expected}"));
        assert_eq!(variant(&error), expected);
        let error = DbErr::from(error);
        assert_tells_nothing(&format!("{error} {error:?}"), "");
    }
    Ok(())
}

async fn a_value_of_any_kind_in_the_tenant_column_is_shown_as_the_caller_wrote_it(db: &TestDb) -> Outcome {
    let tenancy = Tenancy::builder().without_entities().tenant_table("label", "owner", TenantType::Text);
    let scope = tenancy.build(db.unscoped().clone())?.scope("mine")?;
    let place = if db.backend == Backend::Postgres { "$1" } else { "?" };
    let backend: DbBackend = db.unscoped().get_database_backend();
    let values: [(Value, &str); 5] = [
        ('é'.into(), "'é'"),
        ('ÿ'.into(), "'ÿ'"),
        ("théirs".into(), "'théirs'"),
        (7.into(), "7"),
        (true.into(), "TRUE"),
    ];
    for (value, shown) in values {
        let sql = format!("INSERT INTO label (owner) VALUES ({place})");
        let refused = scope.rewrite(Statement::from_sql_and_values(backend, sql, [value])).err();
        let Some(TenancyError::TenantMismatch { found, .. }) = refused else { panic!("{refused:?}") };
        assert_eq!(found, shown);
    }
    Ok(())
}

async fn a_violation_of_a_unique_key_shows_the_callers_own_values(db: &TestDb) -> Outcome {
    let statements = [
        "INSERT INTO vault (id, code, amount, note) VALUES (1, 'new', 1, 'new')",
        "INSERT INTO vault (id, code, amount, note) VALUES (9, 'mine-a', 1, 'new')",
        "UPDATE vault SET code = 'mine-b' WHERE code = 'mine-a'",
        "UPDATE vault SET id = 2 WHERE id = 1 AND NOT EXISTS (SELECT 1 FROM chest WHERE chest.id = 9)",
        // The caller has guessed the value, and learns that it is taken: what single keys tell.
        "INSERT INTO chest (id, code, amount, note) VALUES (880088, 'new', 1, 'new')",
        "INSERT INTO chest (id, code, amount, note) VALUES (9, 'hidden-code', 1, 'new')",
        "UPDATE chest SET code = 'hidden-code' WHERE id = 1",
        "UPDATE chest SET id = 3 WHERE id = 1",
    ];
    for sql in statements {
        let error = error_of(db, sql).await;
        let is_violation = matches!(
            error.sql_err(),
            Some(SqlErr::UniqueConstraintViolation(_) | SqlErr::ForeignKeyConstraintViolation(_))
        );
        assert!(is_violation, "{sql}: {error:?}");
        // Nothing of the row that is there, not even where its key was guessed.
        for other in ["hidden-note", "hidden-same", "770077"] {
            assert!(!format!("{error} {error:?}").contains(other), "{sql}: {error:?}");
        }
    }
    let own = scope(db);
    for free in ["hidden-code", "hidden-new"] {
        let sql = format!(
            "INSERT INTO vault (id, code, amount, note) VALUES (880088 + {}, '{free}', 1, 'own')",
            free.len()
        );
        assert_eq!(
            own.execute_unprepared(&sql).await?.rows_affected(),
            1,
            "keys with the tenant do not collide"
        );
    }
    Ok(())
}

async fn a_violation_of_another_constraint_shows_the_callers_own_values(db: &TestDb) -> Outcome {
    let statements = [
        // A parent that is another tenant's, by a key that contains the tenant.
        "INSERT INTO shelf (id, vault_id) VALUES (9, 880088)",
        "UPDATE shelf SET vault_id = 880088 WHERE id = 1",
        "DELETE FROM vault WHERE id = 1",
        "DELETE FROM vault",
        "INSERT INTO vault (id, code, amount, note) VALUES (9, 'new', 2000000, 'new')",
        "UPDATE vault SET amount = amount + 2000000",
        "UPDATE chest SET amount = amount + 2000000",
        "UPDATE chest SET note = NULL",
        "INSERT INTO chest (id, code, amount) SELECT id + 50, note, amount FROM vault",
    ];
    for sql in statements {
        let error = error_of(db, sql).await;
        assert_eq!(TenancyError::from_db_err(&error), None, "{sql}: {error:?}");
    }
    Ok(())
}

async fn an_error_in_an_expression_is_about_the_callers_own_rows(db: &TestDb) -> Outcome {
    if db.backend == Backend::Postgres {
        for table in ["vault", "chest"] {
            for sql in [
                format!("SELECT CAST(code AS integer) FROM {table}"),
                format!("SELECT id FROM {table} WHERE CAST(code AS integer) = 5"),
                format!("UPDATE {table} SET amount = CAST(code AS integer)"),
                format!("DELETE FROM {table} WHERE CAST(note AS integer) = 5"),
                format!("SELECT a.id FROM {table} AS a JOIN {table} AS b ON CAST(b.code AS integer) = a.id"),
                format!("SELECT max(CAST(note AS integer)) FROM {table}"),
            ] {
                let error = error_of(db, &sql).await.to_string();
                assert!(error.contains("mine") || error.contains("own"), "{sql}: {error}");
            }
            // None of the caller's own rows fails here, so nothing fails.
            let sql = format!("SELECT id FROM {table} WHERE 1 / (amount - 770077) > 5");
            scope(db).execute_unprepared(&sql).await?;
        }
    }
    let long = "x".repeat(60);
    if db.backend != Backend::Sqlite {
        error_of(db, &format!("UPDATE chest SET note = '{long}'")).await;
    }
    Ok(())
}

async fn an_upsert_that_meets_another_tenants_row_tells_nothing_of_it(db: &TestDb) -> Outcome {
    let insert = "INSERT INTO chest (id, code, amount, note) VALUES (880088, 'new', 1, 'new')";
    if db.is_mariadb() {
        let error =
            error_of(db, &format!("{insert} ON DUPLICATE KEY UPDATE amount = 1, note = 'taken'")).await;
        let text = format!("{error} {error:?}");
        assert!(!text.contains("hidden") && !text.contains("770077"), "{text}");
    } else {
        let sql = format!("{insert} ON CONFLICT (id) DO UPDATE SET amount = 1, note = 'taken'");
        assert_eq!(scope(db).execute_unprepared(&sql).await?.rows_affected(), 0);
    }
    Ok(())
}

on_citus_too!(
    every_error_of_the_tenancy_names_what_the_caller_wrote_alone,
    a_value_of_any_kind_in_the_tenant_column_is_shown_as_the_caller_wrote_it,
    a_violation_of_a_unique_key_shows_the_callers_own_values,
    a_violation_of_another_constraint_shows_the_callers_own_values,
    an_error_in_an_expression_is_about_the_callers_own_rows,
    an_upsert_that_meets_another_tenants_row_tells_nothing_of_it,
);
