//! What all steps have in common.

use crate::{
    engine::Engine,
    error::MigrationError,
    names::{self, QualifiedName},
};
use sea_orm_migration::sea_orm::DbBackend;
use std::fmt::{self, Display};

/// The way that a step is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Up,
    Down,
}

/// What a step is about, as errors and events name it.
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

/// Whether a database without Citus is good enough.
pub(crate) trait Requirement {
    /// Whether the absence of Citus is an error.
    fn is_required(&self) -> bool;
}

/// A step on Citus: its statements, and what they need.
pub(crate) trait Step: Requirement {
    /// The function of Citus that it calls, as errors and events name it.
    fn function(&self, direction: Direction) -> &'static str;

    /// What it is about.
    fn subject(&self) -> Subject<'_>;

    /// Checks its names, and what contradicts itself.
    fn check(&self, engine: Engine) -> Result<(), MigrationError> {
        self.subject().check(engine)
    }

    /// The statements, on PostgreSQL with Citus.
    fn statements(&self, direction: Direction) -> Result<Vec<String>, MigrationError>;

    /// Whether it can run in a transaction, must, or must not.
    fn transaction(&self, _: Direction) -> Transaction {
        Transaction::Either
    }

    /// The table whose shards it reaches in parallel, which later statements of the transaction may not bear.
    fn reaches(&self) -> Option<&QualifiedName> {
        None
    }

    /// The statements on an engine: none where it cannot have Citus.
    fn sql(&self, backend: DbBackend, direction: Direction) -> Result<Vec<String>, MigrationError> {
        let engine = Engine::of(backend)?;
        self.check(engine)?;
        if engine.may_have_citus() {
            return self.statements(direction);
        }
        if self.is_required() { Err(self.missing(engine, direction)) } else { Ok(Vec::new()) }
    }

    /// The error that there is no Citus.
    fn missing(&self, engine: Engine, direction: Direction) -> MigrationError {
        let step = format!("{} of {}", self.function(direction), self.subject());
        MigrationError::CitusMissing { step, engine: engine.name() }
    }
}

/// What a step asks of transactions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transaction {
    /// In one or without.
    Either,
    /// Its settings last as long as one: it begins one where there is none.
    Needed,
    /// Citus refuses it in one.
    Refused,
}

/// A table as an argument of a function of Citus.
pub(crate) fn argument(table: &QualifiedName) -> String {
    Engine::Postgres.literal(&table.quoted(Engine::Postgres))
}

/// A text as an argument.
pub(crate) fn text(text: &str) -> String {
    Engine::Postgres.literal(text)
}

/// The statement that makes a Citus table one of the coordinator alone, if it is one of Citus.
///
/// With the tables that foreign keys link it to, which Citus asks for; once one of them is undistributed, so are the others.
pub(crate) fn undistribute(table: &QualifiedName) -> String {
    format!(
        "SELECT undistribute_table(logicalrelid, cascade_via_foreign_keys => true) FROM pg_catalog.pg_dist_partition \
         WHERE logicalrelid = {}::regclass",
        argument(table)
    )
}
