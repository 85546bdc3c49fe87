//! What is written to a foreign key is what was looked up, however the engine compares and converts: of two keys that
//! it may take for one, one is the tenant's own and one is another tenant's, and no foreign key of the database helps.

use super::{
    families::Rows,
    holders::{by_id, links, tenancy},
};
use crate::harness::{Backend, Outcome, TestDb};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, Statement, TransactionTrait, Value};
use sea_orm_multitenant::{KeyType, TenantScope};

/// A parent's key of this type, with one row of tenant 1 and one of tenant 2, and values that must not lead to that one.
struct Case {
    backend: Backend,
    ty: &'static str,
    known: Option<KeyType>,
    own: &'static str,
    other: &'static str,
    values: &'static [&'static str],
}

/// 2^53 + 1 and 2^53, which floats of 64 bits take for one.
const BIG: [&str; 2] = ["9007199254740993", "9007199254740992"];

fn cases() -> Vec<Case> {
    let case = |backend, ty, known, [own, other]: [&'static str; 2], values| Case {
        backend,
        ty,
        known,
        own,
        other,
        values,
    };
    let mut cases = Vec::new();
    for (integer, decimal, text) in
        [(Some(KeyType::Integer), Some(KeyType::Decimal), Some(KeyType::Text)), (None, None, None)]
    {
        cases.extend([
            case(
                Backend::Postgres,
                "BIGINT",
                integer,
                BIG,
                &[
                    "9007199254740992::float8",
                    "CAST('9007199254740992' AS DOUBLE PRECISION)",
                    "DOUBLE PRECISION '9007199254740992'",
                    "9007199254740992",
                    "9007199254740992.4",
                    "x",
                    "COALESCE(NULL::float8, (SELECT id FROM holder))",
                    "CASE WHEN n < 0 THEN 0::float8 ELSE (SELECT id FROM holder) END",
                ],
            ),
            case(
                Backend::Postgres,
                "NUMERIC(20, 2)",
                decimal,
                ["1.50", "1.51"],
                &["1.505", "1.505::float8", "1.5051"],
            ),
            case(Backend::Postgres, "VARCHAR(9)", text, ["'01'", "'1'"], &["1", "'1'", "'1'::CHAR(3)", "x"]),
            case(
                Backend::Postgres,
                "DATE",
                None,
                ["'2020-01-01'", "'2020-01-02'"],
                &["TIMESTAMP '2020-01-02 23:59:59'", "TIMESTAMPTZ '2020-01-02 12:00:00+00'", "'2020-01-02'"],
            ),
            case(
                Backend::Sqlite,
                "TEXT",
                text,
                ["'01'", "'1'"],
                &[
                    "CAST('1' AS INTEGER)",
                    "CAST(1 AS NUMERIC)",
                    "(CAST('1' AS INTEGER))",
                    "1",
                    "1.0",
                    "n",
                    "+n",
                    "item.n",
                ],
            ),
            case(
                Backend::Sqlite,
                "BIGINT",
                integer,
                BIG,
                &["9007199254740992.0", "CAST('9007199254740992' AS REAL)", "'9007199254740992.0'", "x"],
            ),
            case(Backend::Sqlite, "BLOB", None, ["'1'", "1"], &["CAST('1' AS INTEGER)", "1", "n"]),
            case(
                Backend::Mariadb,
                "BIGINT",
                integer,
                BIG,
                &[
                    "9007199254740992e0",
                    "'9007199254740992'",
                    "CAST('9007199254740992' AS DOUBLE)",
                    "9007199254740992.0",
                    "x",
                    "COALESCE(CAST(NULL AS DOUBLE), (SELECT id FROM holder))",
                    "CASE WHEN n < 0 THEN 0e0 ELSE (SELECT id FROM holder) END",
                ],
            ),
            case(
                Backend::Mariadb,
                "VARCHAR(9)",
                text,
                ["'1a'", "'1'"],
                &["1", "1e0", "CAST(1 AS SIGNED)", "n", "'1'"],
            ),
            case(Backend::Mariadb, "VARCHAR(9)", text, ["'a'", "'0'"], &["0", "0e0", "FALSE", "n - 1"]),
            case(
                Backend::Mariadb,
                "DATE",
                None,
                ["'2020-01-01'", "'2020-01-02'"],
                &["'2020-01-02 23:59:59'", "20200102000000", "'2020-01-02'"],
            ),
        ]);
    }
    cases
}

/// A scope of tenant 1 over fresh tables of a case.
async fn scope_of(db: &TestDb, case: &Case) -> Result<TenantScope<DatabaseConnection>, DbErr> {
    let Case { backend: _, ty, known, own, other, values: _ } = case;
    let float = if db.backend == Backend::Postgres { "DOUBLE PRECISION" } else { "DOUBLE" };
    for sql in [
        "DROP TABLE IF EXISTS item".to_owned(),
        "DROP TABLE IF EXISTS holder".to_owned(),
        format!("CREATE TABLE holder (id {ty} NOT NULL PRIMARY KEY, account_id BIGINT NOT NULL)"),
        format!("CREATE TABLE item (n INTEGER, x {float}, account_id BIGINT NOT NULL, holder_id {ty})"),
        format!("INSERT INTO holder (id, account_id) VALUES ({own}, 1), ({other}, 2)"),
        "INSERT INTO item (n, x, account_id) VALUES (1, 9007199254740992, 1)".to_owned(),
    ] {
        db.unscoped().execute_unprepared(&sql).await?;
    }
    tenancy(db.unscoped(), *known, by_id())?.scope(1).map_err(DbErr::from)
}

async fn no_conversion_leads_to_another_tenants_row(db: &TestDb) -> Outcome {
    for case in cases().into_iter().filter(|case| case.backend == db.backend) {
        let scope = scope_of(db, &case).await?;
        for value in case.values {
            for sql in [
                format!("UPDATE item SET holder_id = {value} WHERE n = 1"),
                format!("INSERT INTO item (n, holder_id) VALUES (2, {value})"),
                format!("INSERT INTO item (n, holder_id) SELECT 3, {value} FROM item WHERE n = 1"),
                format!(
                    "INSERT INTO item (n, holder_id) SELECT 4, id FROM holder UNION ALL SELECT 4, {value} FROM item WHERE n = 1"
                ),
                format!("UPDATE item SET holder_id = COALESCE(holder_id, {value}) WHERE n = 1"),
            ] {
                // Whether it is refused, fails or is written: none of it may lead to the other's row.
                let _ = scope.execute_unprepared(&sql).await;
                assert_eq!(links(db, 2).await?, 0, "{} {:?}: {sql}", case.ty, case.known);
            }
        }
        let own = format!("UPDATE item SET holder_id = {} WHERE n = 1", case.own);
        assert_eq!(scope.execute_unprepared(&own).await?.rows_affected(), 1, "{own}");
        assert!(links(db, 1).await? > 0, "{own}");
    }
    Ok(())
}

/// A value that is bound is compared and stored as the key, whatever its own type.
async fn no_bound_value_leads_to_another_tenants_row(db: &TestDb) -> Outcome {
    let is_of_db = |case: &Case| case.backend == db.backend && case.ty == "BIGINT";
    for case in cases().into_iter().filter(is_of_db) {
        let scope = scope_of(db, &case).await?;
        let place = if db.backend == Backend::Postgres { "$1" } else { "?" };
        let backend = db.unscoped().get_database_backend();
        for sql in [
            format!("UPDATE item SET holder_id = {place} WHERE n = 1"),
            format!("INSERT INTO item (n, holder_id) VALUES (2, {place})"),
            format!("UPDATE item SET holder_id = COALESCE({place}, holder_id) WHERE n = 1"),
        ] {
            let run = async |value: Value| {
                scope.execute_raw(Statement::from_sql_and_values(backend, &sql, [value])).await
            };
            for value in [
                Value::Double(Some(9007199254740992.0)),
                Value::BigInt(Some(9007199254740992)),
                Value::Double(None),
                Value::String(Some("9007199254740992".to_owned())),
            ] {
                let _ = run(value.clone()).await;
                assert_eq!(links(db, 2).await?, 0, "{value:?} {:?}: {sql}", case.known);
            }
            let is_settled =
                case.known.is_some() || db.backend == Backend::Sqlite || !sql.contains("COALESCE");
            if is_settled {
                assert_eq!(run(Value::BigInt(Some(9007199254740993))).await?.rows_affected(), 1, "{sql}");
            }
        }
        assert!(links(db, 1).await? > 0);
    }
    Ok(())
}

/// InnoDB locks the parent's row that the check has read, so that it cannot go before the child is there.
async fn a_parent_stays_until_its_child_is_written(db: &TestDb) -> Outcome {
    let case = Case { backend: db.backend, ty: "BIGINT", known: None, own: "1", other: "2", values: &[] };
    scope_of(db, &case).await?;
    let transaction = db.unscoped().begin().await?;
    let tenancy = tenancy(db.unscoped(), None, by_id())?;
    let scope = tenancy.scope_on(&transaction, 1)?;
    scope.execute_unprepared("INSERT INTO item (n, holder_id) VALUES (2, 1)").await?;
    let second = db.connect_again().await?;
    let other = second.begin().await?;
    other.execute_unprepared("SET innodb_lock_wait_timeout = 1").await?;
    let moved = other.execute_unprepared("UPDATE holder SET account_id = 2 WHERE id = 1").await;
    assert!(moved.expect_err("it waits").to_string().contains("1205"));
    other.rollback().await?;
    transaction.rollback().await?;
    second.close().await?;
    Ok(())
}

tests_on!(sqlite: no_conversion_leads_to_another_tenants_row, no_bound_value_leads_to_another_tenants_row);
tests_on!(postgres: no_conversion_leads_to_another_tenants_row, no_bound_value_leads_to_another_tenants_row);
tests_on!(
    mariadb:
    no_conversion_leads_to_another_tenants_row,
    no_bound_value_leads_to_another_tenants_row,
    a_parent_stays_until_its_child_is_written,
);
