//! SQL written by hand goes through a scope as SeaORM's own statements do, or is refused before it is sent.
//!
//! Run it with `cargo run -p sea-orm-multitenant --example raw_sql`.

use sea_orm::{ConnectionTrait, Database, DbBackend, FromQueryResult, Statement};
use sea_orm_multitenant::prelude::*;

/// A row of the report.
#[derive(Debug, FromQueryResult, PartialEq)]
struct Total {
    customer: String,
    total: i64,
}

/// What each customer has ordered; no condition names a tenant.
const TOTALS: &str = "SELECT c.name AS customer, SUM(o.cents) AS total FROM customer c \
                      JOIN purchase o ON o.customer_id = c.id WHERE o.cents > ? GROUP BY c.name ORDER BY c.name";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Tables without an entity are declared by name.
    let tenancy = Tenancy::builder()
        .tenant_table("customer", "account_id", TenantType::BigInt)
        .columns("customer", ["id", "name"])
        .tenant_table("purchase", "account_id", TenantType::BigInt)
        .columns("purchase", ["id", "customer_id", "cents"])
        .build(Database::connect("sqlite::memory:").await?)?;
    tenancy
        .unscoped("create the tables, with rows of two tenants")
        .execute_unprepared(
            "CREATE TABLE customer (account_id BIGINT NOT NULL, id BIGINT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (account_id, id));
             CREATE TABLE purchase (account_id BIGINT NOT NULL, id BIGINT NOT NULL, customer_id BIGINT NOT NULL, cents BIGINT NOT NULL,
                                    PRIMARY KEY (account_id, id));
             INSERT INTO customer VALUES (1, 1, 'Ada'), (2, 1, 'Grace');
             INSERT INTO purchase VALUES (1, 1, 1, 500), (1, 2, 1, 700), (2, 1, 1, 900);",
        )
        .await?;

    // Both tenants have a customer 1: the join keeps each to its own.
    let scope = tenancy.scope(1)?;
    let statement = Statement::from_sql_and_values(DbBackend::Sqlite, TOTALS, [100.into()]);
    println!("sent: {}", scope.rewrite(statement.clone())?.sql);
    let totals = Total::find_by_statement(statement).all(&scope).await?;
    println!("tenant 1: {totals:?}");
    assert_eq!(totals, [Total { customer: "Ada".into(), total: 1_200 }]);

    // What cannot be proved to stay within the tenant is refused, with the reason and a way out.
    let error = scope.execute_unprepared("DELETE FROM sqlite_sequence").await.expect_err("it is refused");
    println!("refused: {error}");
    assert!(TenancyError::from_db_err(&error).is_some());
    Ok(())
}
