//! One text, values of other types: what a driver keeps of a statement by its text must not decide how a later value is read.
//!
//! All of it runs over one connection, where statements that are prepared meet. On SQLite and MariaDB the type goes with each value, so
//! the same tests show that they do not have the problem.

// What SeaORM derives is `pub`.
#![allow(unreachable_pub)]

mod attacks;
mod codes;
mod filters;
mod mixed;
mod prepared;
mod ways;

use crate::harness::{Backend, Fixture, Outcome, TestDb};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, Statement, Value};
use sea_orm_multitenant::{Tenancy, TenancyBuilder, TenantType};

/// The tenants that act, of whom nobody else's test knows.
const ACTING: [i64; 2] = [3, 4];

/// Readings 1 to 10 of each tenant, and a table of units that all share.
struct Rows;

impl Fixture for Rows {
    const NAME: &'static str = "value_types";

    fn schema(_: Backend) -> Vec<String> {
        let tables = [
            "CREATE TABLE reading (
                tenant BIGINT NOT NULL,
                id BIGINT NOT NULL,
                label VARCHAR(40),
                PRIMARY KEY (tenant, id)
            )",
            "CREATE TABLE unit (id BIGINT NOT NULL PRIMARY KEY)",
        ];
        tables.map(str::to_owned).into()
    }

    async fn seed(connection: &DatabaseConnection) -> Result<(), DbErr> {
        for tenant in 1..=4 {
            let rows: Vec<_> = (1..=10).map(|id| format!("({tenant}, {id}, 'r{id}')")).collect();
            let sql = format!("INSERT INTO reading (tenant, id, label) VALUES {}", rows.join(", "));
            connection.execute_unprepared(&sql).await?;
        }
        connection.execute_unprepared("INSERT INTO unit (id) VALUES (1), (2)").await?;
        Ok(())
    }

    async fn rows_of(connection: &DatabaseConnection, tenant: i64) -> Result<Vec<String>, DbErr> {
        Ok(ids_of(connection, tenant).await?.iter().map(ToString::to_string).collect())
    }
}

/// The ids of a tenant's readings.
async fn ids_of(connection: &DatabaseConnection, tenant: i64) -> Result<Vec<i64>, DbErr> {
    let sql = format!("SELECT id FROM reading WHERE tenant = {tenant} ORDER BY id");
    let rows = connection.query_all_raw(Statement::from_string(connection.get_database_backend(), sql));
    rows.await?.iter().map(|row| row.try_get_by_index(0)).collect()
}

/// A tenancy of the readings, whose tenants are bound as this type.
fn readings(ty: TenantType) -> TenancyBuilder {
    Tenancy::builder()
        .without_entities()
        .tenant_table("reading", "tenant", ty)
        .columns("reading", ["tenant", "id", "label"])
        .shared_table("unit")
        .columns("unit", ["id"])
}

/// The tenancy of the readings over a single connection.
async fn tenancy(db: &TestDb) -> Result<Tenancy, Box<dyn std::error::Error>> {
    Ok(readings(TenantType::BigInt).build(db.one_connection().await?)?)
}

/// A statement whose values go where `#` is.
fn statement(db: &TestDb, text: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    let mut parts = text.split('#');
    let mut sql = parts.next().unwrap_or_default().to_owned();
    for (index, part) in parts.enumerate() {
        match db.backend {
            Backend::Postgres => sql.push_str(&format!("${}", index + 1)),
            Backend::Sqlite | Backend::Mariadb => sql.push('?'),
        }
        sql.push_str(part);
    }
    Statement::from_sql_and_values(db.unscoped().get_database_backend(), sql, values)
}

/// A statement that a scope sends, as code without a scope would write it: without the signature.
fn as_unscoped_code_writes_it(mut statement: Statement) -> Statement {
    if let Some((text, _)) = statement.sql.rsplit_once(" /*") {
        statement.sql = text.to_owned();
    }
    statement
}

/// Values that are compared with a reading's id, each with how many of ten ids are above it.
fn bounds() -> Vec<(Value, usize)> {
    vec![
        (8.5_f64.into(), 2),
        (9_i64.into(), 1),
        (9_i32.into(), 1),
        (Value::Int(None), 0),
        (3_i16.into(), 7),
        (8.5_f32.into(), 2),
        (Value::BigInt(None), 0),
        (5_u8.into(), 5),
        (9_u16.into(), 1),
        (Value::Double(None), 0),
        (9_u32.into(), 1),
        (9_u64.into(), 1),
        (rust_decimal(85, 1), 2),
        (0.5_f64.into(), 10),
    ]
}

/// A decimal, of so many digits behind the point.
fn rust_decimal(number: i64, scale: u32) -> Value {
    Value::Decimal(Some(sea_orm::prelude::Decimal::new(number, scale)))
}
