//! PostgreSQL.

use super::{Answer, Cell, ErrorClass, Failure, Place, STATEMENTS, bind, collect, driver_failure};
use futures_util::StreamExt;
use sea_orm::{
    Value,
    sqlx::{
        self, ConnectOptions, Connection, Error, Executor, Row, SqlSafeStr, TypeInfo, ValueRef,
        postgres::{PgColumn, PgConnectOptions, PgConnection, PgRow},
    },
};
use std::str::FromStr;

/// A schema, which is the search path of its connection.
#[derive(Debug)]
pub struct Postgres {
    connection: PgConnection,
    schema: String,
}

impl Postgres {
    pub(super) async fn connect(place: &Place) -> Result<Self, Error> {
        let options = PgConnectOptions::from_str(&place.url)?
            .disable_statement_logging()
            .statement_cache_capacity(STATEMENTS)
            .options([
                ("search_path", place.name.as_str()),
                ("statement_timeout", "2s"),
                ("synchronous_commit", "off"),
                ("client_min_messages", "error"),
                // Compiling a plan takes longer than running it on so few rows.
                ("jit", "off"),
                ("max_parallel_workers_per_gather", "0"),
            ]);
        Ok(Self { connection: options.connect().await?, schema: place.name.clone() })
    }

    async fn batch(&mut self, sql: String) -> Result<(), Error> {
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut self.connection).await.map(drop)
    }

    pub(super) async fn forget_statements(&mut self) -> Result<(), Error> {
        self.connection.clear_cached_statements().await
    }

    pub(super) async fn reset(&mut self, script: &[String]) -> Result<(), Error> {
        self.forget_statements().await?;
        let schema = &self.schema;
        let script = format!(
            "ROLLBACK; DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}; {}; COMMIT; BEGIN",
            script.join(";\n")
        );
        self.batch(script).await
    }

    pub(super) async fn run(&mut self, sql: &str, values: &[Value]) -> Result<Answer, Error> {
        let query = bind!(sqlx::query(sqlx::AssertSqlSafe(sql.to_owned())), values);
        collect!(self.connection, sql, query, names, cells)
    }

    pub(super) async fn end_transaction(&mut self, keep: bool) -> Result<(), Error> {
        self.batch(if keep { "COMMIT; BEGIN" } else { "ROLLBACK; BEGIN" }.to_owned()).await
    }

    pub(super) async fn remove(mut self) -> Result<(), Error> {
        let schema = &self.schema;
        self.batch(format!("ROLLBACK; DROP SCHEMA IF EXISTS {schema} CASCADE")).await?;
        self.connection.close().await
    }
}

fn names(columns: &[PgColumn]) -> Vec<String> {
    use sqlx::Column;
    columns.iter().map(|column| format!("{} {}", column.name(), column.type_info().name())).collect()
}

fn cells(row: &PgRow) -> Result<Vec<Cell>, Error> {
    (0..row.len())
        .map(|index| {
            let value = row.try_get_raw(index)?;
            if value.is_null() {
                return Ok(Cell::Null);
            }
            let ty = value.type_info().into_owned();
            let bytes = value.as_bytes().map_err(Error::Decode)?;
            Ok(match (ty.name(), bytes) {
                ("INT2", &[a, b]) => Cell::Int(i16::from_be_bytes([a, b]).into()),
                ("INT4", &[a, b, c, d]) => Cell::Int(i32::from_be_bytes([a, b, c, d]).into()),
                ("INT8", &[a, b, c, d, e, f, g, h]) => {
                    Cell::Int(i64::from_be_bytes([a, b, c, d, e, f, g, h]))
                }
                ("FLOAT8", &[a, b, c, d, e, f, g, h]) => {
                    Cell::Real(u64::from_be_bytes([a, b, c, d, e, f, g, h]))
                }
                ("TEXT" | "VARCHAR" | "NAME", bytes) => match str::from_utf8(bytes) {
                    Ok(text) => Cell::Text(text.to_owned()),
                    Err(_) => Cell::Bytes(bytes.to_vec()),
                },
                ("RECORD", bytes) => Cell::Bytes(without_own_types(bytes).unwrap_or_else(|| bytes.to_vec())),
                (_, bytes) => Cell::Bytes(bytes.to_vec()),
            })
        })
        .collect()
}

/// The first object id of a type that is created in a database, and therefore different in each (`FirstNormalObjectId`
/// of PostgreSQL's `access/transam.h`).
const FIRST_OWN_TYPE: u32 = 16_384;

/// The binary form of a record (`record_send` of PostgreSQL's `rowtypes.c`: the number of fields, then for each its
/// type, its length and its value), without ids of types that differ between two schemas; `None` if it is not a record.
fn without_own_types(record: &[u8]) -> Option<Vec<u8>> {
    let (count, mut rest) = record.split_at_checked(4)?;
    let mut written = count.to_vec();
    for _ in 0..u32::from_be_bytes(count.try_into().ok()?) {
        let (head, after) = rest.split_at_checked(8)?;
        let (ty, length) = head.split_at(4);
        // NULL has the length -1.
        let size = usize::try_from(i32::from_be_bytes(length.try_into().ok()?)).unwrap_or_default();
        let (value, after) = after.split_at_checked(size)?;
        let is_own = u32::from_be_bytes(ty.try_into().ok()?) >= FIRST_OWN_TYPE;
        written.extend_from_slice(if is_own { &[0; 4] } else { ty });
        written.extend_from_slice(length);
        written.extend(without_own_types(value).filter(|_| is_own).unwrap_or_else(|| value.to_vec()));
        rest = after;
    }
    rest.is_empty().then_some(written)
}

pub(super) fn failure(error: &Error) -> Failure {
    let Error::Database(found) = error else { return driver_failure(error) };
    let code = found.code().unwrap_or_default().into_owned();
    let message = found.message().to_owned();
    let class = match code.as_str() {
        "23505" => ErrorClass::Unique,
        "23503" => ErrorClass::ForeignKey,
        "23502" => ErrorClass::NotNull,
        "23514" => ErrorClass::Check,
        "21000" => ErrorClass::Cardinality,
        "57014" => ErrorClass::TimedOut,
        code if code.starts_with("22") => ErrorClass::Data,
        code if code.starts_with("42") || code.starts_with("0A") => ErrorClass::Invalid,
        _ => ErrorClass::Other(code.clone()),
    };
    Failure { class, code, message }
}

#[cfg(test)]
mod tests {
    use super::without_own_types;

    /// A record of an `int4` and of a row of a table, whose type has the id.
    fn record(ty: u32) -> Vec<u8> {
        let own = ty.to_be_bytes();
        let row = [[0, 0, 0, 1], [0, 0, 0, 25], [0, 0, 0, 3]].concat();
        let row = [row.as_slice(), b"one"].concat();
        let head = [[0, 0, 0, 2], [0, 0, 0, 23], [0, 0, 0, 4], [0, 0, 0, 7]].concat();
        [head.as_slice(), &own, &[0, 0, 0, 15], &row].concat()
    }

    #[test]
    fn records_of_two_schemas_are_equal_where_their_values_are() {
        assert_eq!(without_own_types(&record(908_157)), without_own_types(&record(908_208)));
        assert_ne!(without_own_types(&record(25)), without_own_types(&record(23)));
        assert_eq!(without_own_types(&[0, 0, 0, 1, 0]), None);
    }
}
