//! The databases, and their uninterpreted answers.

mod mariadb;
mod postgres;
mod sqlite;

use crate::schema::Backend;
use sea_orm::{Value, sqlx};
use std::fmt;

/// The number of prepared statements that a connection keeps: more than there are between two resets, since closing one
/// costs a delayed answer of the server.
/// delayed answer of the server.
const STATEMENTS: usize = 1_000;

/// One cell of a result.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cell {
    /// NULL.
    Null,
    /// An integer.
    Int(i64),
    /// The bits of a floating point number.
    Real(u64),
    /// A text.
    Text(String),
    /// Any other value, as received from the driver.
    Bytes(Vec<u8>),
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("NULL"),
            Self::Int(value) => write!(f, "{value}"),
            Self::Real(bits) => write!(f, "{:?}", f64::from_bits(*bits)),
            Self::Text(value) => write!(f, "{value:?}"),
            Self::Bytes(value) => {
                f.write_str("0x")?;
                value.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }
    }
}

/// The result of a statement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// The names of the columns, and their types on engines that type columns.
    pub columns: Vec<String>,
    /// The rows in the order received.
    pub rows: Vec<Vec<Cell>>,
    /// The number of written rows that the engine reports; meaningless for a SELECT.
    pub affected: u64,
}

/// The kind of an engine error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErrorClass {
    /// A unique constraint.
    Unique,
    /// A foreign key.
    ForeignKey,
    /// NULL, or no value, where a value is required.
    NotNull,
    /// A check constraint.
    Check,
    /// More than one row where at most one is allowed.
    Cardinality,
    /// A value out of range or malformed.
    Data,
    /// The engine cannot interpret the statement: syntax, names or types.
    Invalid,
    /// The time limit was exceeded.
    TimedOut,
    /// The connection was lost, and the server's answer with it.
    Lost,
    /// Anything else, by its code.
    Other(String),
}

impl ErrorClass {
    /// Whether both are of the same kind. If several rows violate several constraints, the plan decides which is
    /// reported.
    pub fn is_like(&self, other: &Self) -> bool {
        let constraint =
            |class: &Self| matches!(class, Self::Unique | Self::ForeignKey | Self::NotNull | Self::Check);
        self == other || (constraint(self) && constraint(other))
    }
}

/// An error of the engine.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The kind of the error.
    pub class: ErrorClass,
    /// The engine's own code.
    pub code: String,
    /// The engine's message.
    pub message: String,
}

/// The outcome of a statement.
pub type Outcome = Result<Answer, Failure>;

/// How to connect to a database, and its name.
#[derive(Debug, Clone)]
pub struct Place {
    /// The engine.
    pub backend: Backend,
    /// The server; `None` on SQLite.
    pub url: String,
    /// The name, which only this process uses on the server.
    pub name: String,
}

/// A database, and one connection to it, which is always in a transaction.
#[derive(Debug)]
pub enum Database {
    /// SQLite, in memory.
    Sqlite(sqlite::Sqlite),
    /// A schema on PostgreSQL.
    Postgres(Box<postgres::Postgres>),
    /// A database on MariaDB.
    MariaDb(Box<mariadb::MariaDb>),
}

impl Database {
    /// Connects.
    ///
    /// # Errors
    /// The driver's error.
    pub async fn connect(place: &Place) -> Result<Self, sqlx::Error> {
        Ok(match place.backend {
            Backend::Sqlite => Self::Sqlite(sqlite::Sqlite::connect().await?),
            Backend::Postgres => Self::Postgres(Box::new(postgres::Postgres::connect(place).await?)),
            Backend::MariaDb => Self::MariaDb(Box::new(mariadb::MariaDb::connect(place).await?)),
        })
    }

    /// Removes everything and runs `script`.
    ///
    /// # Errors
    /// The driver's error.
    pub async fn reset(&mut self, script: &[String]) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(database) => database.reset(script).await,
            Self::Postgres(database) => database.reset(script).await,
            Self::MariaDb(database) => database.reset(script).await,
        }
    }

    /// Runs a statement.
    ///
    /// # Errors
    /// The engine's error.
    pub async fn run(&mut self, sql: &str, values: &[Value]) -> Outcome {
        match self {
            Self::Sqlite(database) => {
                database.run(sql, values).await.map_err(|error| sqlite::failure(&error))
            }
            Self::Postgres(database) => {
                database.run(sql, values).await.map_err(|error| postgres::failure(&error))
            }
            Self::MariaDb(database) => {
                database.run(sql, values).await.map_err(|error| mariadb::failure(&error))
            }
        }
    }

    /// Ends the transaction, committing if `keep`, and begins the next.
    ///
    /// # Errors
    /// The driver's error.
    pub async fn end_transaction(&mut self, keep: bool) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(database) => database.end_transaction(keep).await,
            Self::Postgres(database) => database.end_transaction(keep).await,
            Self::MariaDb(database) => database.end_transaction(keep).await,
        }
    }

    /// Closes the prepared statements, which the engine parsed in the session's former modes.
    ///
    /// # Errors
    /// The driver's error.
    pub async fn forget_statements(&mut self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(database) => database.forget_statements().await,
            Self::MariaDb(database) => database.forget_statements().await,
        }
    }

    /// Switches those optimisations of MariaDB that have defects off or on; does nothing on other engines.
    ///
    /// # Errors
    /// The driver's error.
    pub async fn optimise(&mut self, on: bool) -> Result<(), sqlx::Error> {
        match self {
            Self::MariaDb(database) => database.optimise(on).await,
            Self::Sqlite(_) | Self::Postgres(_) => Ok(()),
        }
    }

    /// Removes the database from its server.
    ///
    /// # Errors
    /// The driver's error.
    pub async fn remove(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(database) => database.remove().await,
            Self::MariaDb(database) => database.remove().await,
        }
    }
}

/// Whether an error means that the connection was lost.
pub(crate) fn is_lost(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed)
}

/// The failure for an error of the driver.
fn driver_failure(error: &sqlx::Error) -> Failure {
    let message = error.to_string();
    let class = if is_lost(error) { ErrorClass::Lost } else { ErrorClass::Other("driver".to_owned()) };
    Failure { class, code: "driver".to_owned(), message }
}

/// Binds values to a query.
macro_rules! bind {
    ($query:expr, $values:expr) => {{
        let mut query = $query;
        for value in $values {
            query = match value {
                Value::Int(value) => query.bind(*value),
                Value::BigInt(value) => query.bind(*value),
                Value::String(value) => query.bind(value.as_ref().map(ToString::to_string)),
                Value::Bool(value) => query.bind(*value),
                other => {
                    return Err(sqlx::Error::Protocol(format!("no statement has a value like {other:?}")));
                }
            };
        }
        query
    }};
}

/// Runs a query to its end, and reads the columns of a result without rows from the cached statement.
macro_rules! collect {
    ($connection:expr, $sql:expr, $query:expr, $columns:expr, $row:expr) => {{
        let mut answer = Answer::default();
        let mut steps = Executor::fetch_many(&mut $connection, $query);
        while let Some(step) = steps.next().await {
            match step? {
                sqlx::Either::Left(done) => answer.affected += done.rows_affected(),
                sqlx::Either::Right(row) => {
                    if answer.rows.is_empty() {
                        answer.columns = $columns(row.columns());
                    }
                    answer.rows.push($row(&row)?);
                }
            }
        }
        drop(steps);
        if answer.rows.is_empty() {
            let statement =
                Executor::prepare(&mut $connection, sqlx::AssertSqlSafe($sql.to_owned()).into_sql_str())
                    .await?;
            answer.columns = $columns(sqlx::Statement::columns(&statement));
        }
        Ok(answer)
    }};
}

use {bind, collect};
