//! What all steps share.

use crate::{
    engine::Engine,
    error::MigrationError,
    names::{self, QualifiedName},
};
use sea_orm_migration::sea_orm::DbBackend;
use std::fmt::{self, Display};

/// Whether a step is executed or undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Up,
    Down,
}

/// The table, schema or shard of a step, as errors and events name it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Subject<'s> {
    Table(&'s QualifiedName),
    Schema(&'s str),
    Shard(i64),
}

impl Display for Subject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Table(table) => table.fmt(f),
            Self::Schema(schema) => schema.fmt(f),
            Self::Shard(shard) => write!(f, "shard {shard}"),
        }
    }
}

impl Subject<'_> {
    fn check(self, engine: Engine) -> Result<(), MigrationError> {
        match self {
            Self::Table(table) => table.check(engine),
            Self::Schema(schema) => names::check(schema, engine),
            Self::Shard(_) => Ok(()),
        }
    }
}

/// Whether a step requires Citus.
pub(crate) trait Requirement {
    /// Whether a missing Citus is an error.
    fn is_required(&self) -> bool;
}

/// A step on Citus: its statements and their requirements.
pub(crate) trait Step: Requirement {
    /// The function of Citus that it calls, as errors and events name it.
    fn function(&self, direction: Direction) -> &'static str;

    /// The table, schema or shard that it changes.
    fn subject(&self) -> Subject<'_>;

    /// Checks its names, and that it does not contradict itself.
    fn check(&self, engine: Engine) -> Result<(), MigrationError> {
        self.subject().check(engine)
    }

    /// The statements on PostgreSQL with Citus.
    fn statements(&self, direction: Direction) -> Result<Vec<String>, MigrationError>;

    /// Whether it may, must or must not run in a transaction.
    fn transaction(&self, _: Direction) -> Transaction {
        Transaction::Either
    }

    /// The table whose shards it reaches in parallel, which can make Citus refuse later statements of the transaction.
    fn reaches(&self) -> Option<&QualifiedName> {
        None
    }

    /// The statements on an engine; none if it cannot have Citus.
    fn sql(&self, backend: DbBackend, direction: Direction) -> Result<Vec<String>, MigrationError> {
        let engine = Engine::of(backend)?;
        self.check(engine)?;
        if engine.may_have_citus() {
            return self.statements(direction);
        }
        if self.is_required() { Err(self.missing(engine, direction)) } else { Ok(Vec::new()) }
    }

    /// The error for a missing Citus.
    fn missing(&self, engine: Engine, direction: Direction) -> MigrationError {
        let step = format!("{} of {}", self.function(direction), self.subject());
        MigrationError::CitusMissing { step, engine: engine.name() }
    }
}

/// How a step uses transactions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transaction {
    /// It runs with or without one.
    Either,
    /// It needs one for its transaction-local settings, and begins one if none is active.
    Needed,
    /// Citus refuses it in a transaction.
    Refused,
}

/// Quotes a table as an argument of a Citus function.
pub(crate) fn argument(table: &QualifiedName) -> String {
    Engine::Postgres.literal(&table.quoted(Engine::Postgres))
}

/// Quotes a string as an argument.
pub(crate) fn text(text: &str) -> String {
    Engine::Postgres.literal(text)
}

/// The statement that makes a Citus table a table of the coordinator, if Citus manages it.
///
/// It includes the tables that foreign keys link to it, as Citus requires; undistributing one of them undistributes
/// all.
pub(crate) fn undistribute(table: &QualifiedName) -> String {
    format!(
        "SELECT undistribute_table(logicalrelid, cascade_via_foreign_keys => true) FROM pg_catalog.pg_dist_partition \
         WHERE logicalrelid = {}::regclass",
        argument(table)
    )
}
