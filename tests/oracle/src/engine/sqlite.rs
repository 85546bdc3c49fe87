//! SQLite.

use super::{Answer, Cell, ErrorClass, Failure, bind, collect, driver_failure};
use futures_util::StreamExt;
use sea_orm::{
    Value,
    sqlx::{
        self, ConnectOptions, Decode, Error, Executor, Row, SqlSafeStr, TypeInfo, ValueRef,
        sqlite::{SqliteColumn, SqliteConnectOptions, SqliteConnection, SqliteRow},
    },
};
use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

/// The number of virtual machine steps between two calls of the progress handler.
const STEPS: i32 = 10_000;
/// The number of calls after which a statement is interrupted: unlike a time, this limit is the same on every machine.
const LOOKS: u32 = 2_000;

/// A database in memory.
#[derive(Debug)]
pub struct Sqlite {
    connection: SqliteConnection,
    looks: Arc<AtomicU32>,
}

impl Sqlite {
    pub(super) async fn connect() -> Result<Self, Error> {
        let options = SqliteConnectOptions::new().filename(":memory:").disable_statement_logging();
        let mut connection = options.connect().await?;
        let looks = Arc::new(AtomicU32::new(0));
        let seen = Arc::clone(&looks);
        connection
            .lock_handle()
            .await?
            .set_progress_handler(STEPS, move || seen.fetch_add(1, Ordering::Relaxed) < LOOKS);
        Ok(Self { connection, looks })
    }

    pub(super) async fn reset(&mut self, script: &[String]) -> Result<(), Error> {
        *self = Self::connect().await?;
        sqlx::raw_sql(sqlx::AssertSqlSafe(script.join(";\n"))).execute(&mut self.connection).await?;
        self.begin().await
    }

    async fn begin(&mut self) -> Result<(), Error> {
        self.connection.execute("BEGIN").await.map(drop)
    }

    pub(super) async fn run(&mut self, sql: &str, values: &[Value]) -> Result<Answer, Error> {
        self.looks.store(0, Ordering::Relaxed);
        let query = bind!(sqlx::query(sqlx::AssertSqlSafe(sql.to_owned())), values);
        collect!(self.connection, sql, query, names, cells)
    }

    pub(super) async fn end_transaction(&mut self, keep: bool) -> Result<(), Error> {
        self.looks.store(0, Ordering::Relaxed);
        // A statement with OR ROLLBACK may have ended the transaction.
        let _ = self.connection.execute(if keep { "COMMIT" } else { "ROLLBACK" }).await;
        self.begin().await
    }
}

fn names(columns: &[SqliteColumn]) -> Vec<String> {
    columns.iter().map(|column| without_random(sqlx::Column::name(column)).to_owned()).collect()
}

/// The name without the random number with which SQLite distinguishes columns of a derived table after a few of the
/// same name.
fn without_random(name: &str) -> &str {
    match name.rsplit_once(':') {
        Some((before, digits)) if digits.len() > 4 && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            before
        }
        _ => name,
    }
}

fn cells(row: &SqliteRow) -> Result<Vec<Cell>, Error> {
    (0..row.len())
        .map(|index| {
            let value = row.try_get_raw(index)?;
            if value.is_null() {
                return Ok(Cell::Null);
            }
            let ty = value.type_info().into_owned();
            let cell = match ty.name() {
                "INTEGER" | "BOOLEAN" => <i64 as Decode<'_, sqlx::Sqlite>>::decode(value).map(Cell::Int),
                "REAL" => {
                    <f64 as Decode<'_, sqlx::Sqlite>>::decode(value).map(|value| Cell::Real(value.to_bits()))
                }
                "TEXT" => <String as Decode<'_, sqlx::Sqlite>>::decode(value).map(Cell::Text),
                _ => <Vec<u8> as Decode<'_, sqlx::Sqlite>>::decode(value).map(Cell::Bytes),
            };
            cell.map_err(Error::Decode)
        })
        .collect()
}

pub(super) fn failure(error: &Error) -> Failure {
    let Error::Database(found) = error else { return driver_failure(error) };
    let code = found.code().unwrap_or_default().into_owned();
    let message = found.message().to_owned();
    let class = match code.as_str() {
        "1555" | "2067" | "2579" => ErrorClass::Unique,
        "787" => ErrorClass::ForeignKey,
        "1299" => ErrorClass::NotNull,
        "275" => ErrorClass::Check,
        "9" => ErrorClass::TimedOut,
        "1" if message.contains("overflow") || message.contains("malformed JSON") => ErrorClass::Data,
        "1" => ErrorClass::Invalid,
        _ => ErrorClass::Other(code.clone()),
    };
    Failure { class, code, message }
}
