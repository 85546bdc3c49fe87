//! A column that the database computes from others names a parent without being written.

use super::{Rows, by_id, links, tenancy};
use crate::harness::{Backend, Outcome, TestDb};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr};
use sea_orm_multitenant::{ForeignKey, TenantScope};

/// A scope of tenant 1 over fresh tables, where an item's holder is its code.
async fn scope_of(
    db: &TestDb,
    in_database: &str,
    key: ForeignKey,
) -> Result<TenantScope<DatabaseConnection>, DbErr> {
    for sql in [
        "DROP TABLE IF EXISTS item",
        "DROP TABLE IF EXISTS holder",
        "CREATE TABLE holder (id BIGINT NOT NULL PRIMARY KEY, account_id BIGINT NOT NULL, UNIQUE (account_id, id))",
        &format!(
            "CREATE TABLE item (n INTEGER NOT NULL PRIMARY KEY, code BIGINT, account_id BIGINT NOT NULL, \
             holder_id BIGINT GENERATED ALWAYS AS (code) STORED{in_database})"
        ),
        "INSERT INTO holder (id, account_id) VALUES (1, 1), (2, 2)",
        "INSERT INTO item (n, account_id) VALUES (1, 1)",
    ] {
        db.unscoped().execute_unprepared(sql).await?;
    }
    tenancy(db.unscoped(), None, key)?.scope(1).map_err(DbErr::from)
}

async fn a_composite_key_keeps_a_computed_column_within_the_tenant(db: &TestDb) -> Outcome {
    if db.backend == Backend::Sqlite {
        db.unscoped().execute_unprepared("PRAGMA foreign_keys = ON").await?;
    }
    let key = ForeignKey::new(["account_id", "holder_id"], "holder", ["account_id", "id"]);
    let in_database = ", FOREIGN KEY (account_id, holder_id) REFERENCES holder (account_id, id)";
    let scope = scope_of(db, in_database, key).await?;
    for sql in ["UPDATE item SET code = {} WHERE n = 1", "INSERT INTO item (n, code) VALUES (2, {})"] {
        let stray = scope.execute_unprepared(&sql.replace("{}", "2")).await;
        assert!(stray.is_err_and(|error| error.to_string().to_lowercase().contains("foreign key")), "{sql}");
        assert_eq!(scope.execute_unprepared(&sql.replace("{}", "1")).await?.rows_affected(), 1, "{sql}");
    }
    assert_eq!((links(db, 1).await?, links(db, 2).await?), (2, 0));
    Ok(())
}

/// A key by the id alone is written by no statement; what computes it is not seen, of which `check` warns.
async fn a_computed_column_is_not_written(db: &TestDb) -> Outcome {
    let scope = scope_of(db, "", by_id()).await?;
    for sql in [
        "UPDATE item SET holder_id = {} WHERE n = 1",
        "INSERT INTO item (n, holder_id) VALUES (2, {})",
        "INSERT INTO item (n, holder_id) SELECT 3, {} FROM item",
    ] {
        for value in ["1", "2"] {
            let done = scope.execute_unprepared(&sql.replace("{}", value)).await;
            assert!(done.is_err(), "{sql} {value}");
        }
    }
    assert_eq!(scope.execute_unprepared("UPDATE item SET code = 1 WHERE n = 1").await?.rows_affected(), 1);
    assert_eq!((links(db, 1).await?, links(db, 2).await?), (1, 0));
    Ok(())
}

on_every_backend!(
    a_composite_key_keeps_a_computed_column_within_the_tenant,
    a_computed_column_is_not_written,
);
