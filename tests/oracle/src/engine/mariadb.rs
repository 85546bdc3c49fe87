//! MariaDB.

use super::{Answer, Cell, ErrorClass, Failure, Place, STATEMENTS, bind, collect, driver_failure};
use futures_util::StreamExt;
use sea_orm::{
    Value,
    sqlx::{
        self, ConnectOptions, Connection, Decode, Error, Executor, Row, SqlSafeStr, TypeInfo, ValueRef,
        mysql::{MySqlColumn, MySqlConnectOptions, MySqlConnection, MySqlDatabaseError, MySqlRow},
    },
};
use std::{io, str::FromStr, time::Duration};

/// The optimisations that rearrange a statement, with which MariaDB 10.11 answers some statements wrongly.
const REARRANGING: &[&str] = &[
    "derived_merge",
    "derived_with_keys",
    "semijoin",
    "firstmatch",
    "loosescan",
    "materialization",
    "in_to_exists",
    "subquery_cache",
    "condition_pushdown_for_derived",
    "condition_pushdown_for_subquery",
    "condition_pushdown_from_having",
    "split_materialized",
    "exists_to_in",
    "orderby_uses_equalities",
    "outer_join_with_cache",
    "semijoin_with_cache",
    "join_cache_incremental",
    "join_cache_hashed",
    "join_cache_bka",
    "table_elimination",
    "partial_match_rowid_merge",
    "partial_match_table_scan",
    "index_condition_pushdown",
    "index_merge",
];

/// The time limit of a statement, far beyond the time after which the server itself should end it.
const PATIENCE: Duration = Duration::from_secs(20);

/// A database.
#[derive(Debug)]
pub struct MariaDb {
    connection: MySqlConnection,
    name: String,
}

impl MariaDb {
    pub(super) async fn connect(place: &Place) -> Result<Self, Error> {
        let options = MySqlConnectOptions::from_str(&place.url)?
            .disable_statement_logging()
            // Comparisons of literals only use the same collation as the columns.
            .charset("utf8mb4")
            .collation("utf8mb4_bin")
            .statement_cache_capacity(STATEMENTS);
        let mut connection = options.connect().await?;
        connection
            .execute("SET SESSION autocommit = 0, max_statement_time = 2, innodb_lock_wait_timeout = 5")
            .await?;
        Ok(Self { connection, name: place.name.clone() })
    }

    async fn batch(&mut self, sql: String) -> Result<(), Error> {
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut self.connection).await.map(drop)
    }

    pub(super) async fn forget_statements(&mut self) -> Result<(), Error> {
        self.connection.clear_cached_statements().await
    }

    pub(super) async fn reset(&mut self, script: &[String]) -> Result<(), Error> {
        self.forget_statements().await?;
        let name = &self.name;
        let script = format!(
            "ROLLBACK; DROP DATABASE IF EXISTS {name}; CREATE DATABASE {name}; USE {name}; {}; COMMIT",
            script.join(";\n")
        );
        self.batch(script).await
    }

    /// Runs a statement. If the server does not end it in time, it counts as lost together with its connection.
    pub(super) async fn run(&mut self, sql: &str, values: &[Value]) -> Result<Answer, Error> {
        match tokio::time::timeout(PATIENCE, self.answer(sql, values)).await {
            Ok(answer) => answer,
            Err(_) => Err(Error::Io(io::ErrorKind::TimedOut.into())),
        }
    }

    async fn answer(&mut self, sql: &str, values: &[Value]) -> Result<Answer, Error> {
        let query = bind!(sqlx::query(sqlx::AssertSqlSafe(sql.to_owned())), values);
        collect!(self.connection, sql, query, names, cells)
    }

    pub(super) async fn end_transaction(&mut self, keep: bool) -> Result<(), Error> {
        self.batch(if keep { "COMMIT" } else { "ROLLBACK" }.to_owned()).await
    }

    pub(super) async fn optimise(&mut self, on: bool) -> Result<(), Error> {
        // What a prepared statement computed at its first execution, for example about windows in a subquery, may be
        // wrong at the next.
        // the next.
        self.connection.clear_cached_statements().await?;
        let switches = if on {
            "default".to_owned()
        } else {
            // One of these two must stay on.
            let off = REARRANGING.iter().filter(|name| **name != "in_to_exists");
            off.map(|name| format!("{name}=off")).collect::<Vec<_>>().join(",")
        };
        self.batch(format!("SET SESSION optimizer_switch = '{switches}'")).await
    }

    pub(super) async fn remove(mut self) -> Result<(), Error> {
        let name = &self.name;
        self.batch(format!("ROLLBACK; DROP DATABASE IF EXISTS {name}")).await?;
        self.connection.close().await
    }
}

fn names(columns: &[MySqlColumn]) -> Vec<String> {
    use sqlx::Column;
    columns
        .iter()
        .map(|column| format!("{} {}", column.name(), unsized_name(column.type_info().name())))
        .collect()
}

/// The name of a type without its size, which depends on the server's plan.
fn unsized_name(name: &str) -> &str {
    match name {
        "TINYBLOB" | "MEDIUMBLOB" | "LONGBLOB" => "BLOB",
        "TINYTEXT" | "MEDIUMTEXT" | "LONGTEXT" => "TEXT",
        "TINYINT" | "SMALLINT" | "MEDIUMINT" | "INT" => "BIGINT",
        other => other,
    }
}

fn cells(row: &MySqlRow) -> Result<Vec<Cell>, Error> {
    (0..row.len())
        .map(|index| {
            let value = row.try_get_raw(index)?;
            if value.is_null() {
                return Ok(Cell::Null);
            }
            let ty = value.type_info().into_owned();
            let bytes = <&[u8] as Decode<'_, sqlx::MySql>>::decode(value).map_err(Error::Decode)?;
            Ok(match (ty.name(), bytes) {
                ("TINYINT" | "BOOLEAN", &[a]) => Cell::Int(i8::from_le_bytes([a]).into()),
                ("INT" | "MEDIUMINT", &[a, b, c, d]) => Cell::Int(i32::from_le_bytes([a, b, c, d]).into()),
                ("BIGINT", &[a, b, c, d, e, f, g, h]) => {
                    Cell::Int(i64::from_le_bytes([a, b, c, d, e, f, g, h]))
                }
                ("DOUBLE", &[a, b, c, d, e, f, g, h]) => {
                    Cell::Real(u64::from_le_bytes([a, b, c, d, e, f, g, h]))
                }
                (name, bytes) if name.contains("CHAR") || name.contains("TEXT") || name == "DECIMAL" => {
                    match str::from_utf8(bytes) {
                        Ok(text) => Cell::Text(text.to_owned()),
                        Err(_) => Cell::Bytes(bytes.to_vec()),
                    }
                }
                (_, bytes) => Cell::Bytes(bytes.to_vec()),
            })
        })
        .collect()
}

pub(super) fn failure(error: &Error) -> Failure {
    let Error::Database(found) = error else { return driver_failure(error) };
    let state = found.code().unwrap_or_default().into_owned();
    let number = found.try_downcast_ref::<MySqlDatabaseError>().map_or(0, MySqlDatabaseError::number);
    let message = found.message().to_owned();
    let class = match number {
        1062 | 1586 => ErrorClass::Unique,
        1216 | 1217 | 1451 | 1452 => ErrorClass::ForeignKey,
        1048 | 1364 => ErrorClass::NotNull,
        4025 => ErrorClass::Check,
        1242 => ErrorClass::Cardinality,
        1969 | 3024 => ErrorClass::TimedOut,
        1093 | 1235 | 1241 | 1247 => ErrorClass::Invalid,
        1264 | 1265 | 1292 | 1365 | 1366 | 1406 | 1690 => ErrorClass::Data,
        _ if state.starts_with("22") => ErrorClass::Data,
        _ if state.starts_with("42") || state.starts_with("21") => ErrorClass::Invalid,
        _ => ErrorClass::Other(number.to_string()),
    };
    Failure { class, code: number.to_string(), message }
}
