//! What all steps have in common.

use crate::{MigrationError, QualifiedName, engine::Engine, names};
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

/// The field `required` of a step, and its public methods, which are the same for all.
macro_rules! step_methods {
    ($step:ty) => {
        impl crate::citus::step::Requirement for $step {
            fn is_required(&self) -> bool {
                self.required
            }
        }

        impl $step {
            /// Makes it an error, [`MigrationError::CitusMissing`](crate::MigrationError::CitusMissing), that the database has no
            /// Citus.
            #[must_use]
            pub fn required(mut self) -> Self {
                self.required = true;
                self
            }

            /// The statements of `up`, one a message; none on an engine that cannot have Citus.
            ///
            /// # Errors
            /// [`MigrationError`](crate::MigrationError) when a name is unusable, the step contradicts itself, or it is required
            /// and the engine cannot have Citus.
            pub fn up_sql(
                &self,
                backend: sea_orm_migration::sea_orm::DbBackend,
            ) -> Result<Vec<String>, crate::MigrationError> {
                crate::citus::step::Step::sql(self, backend, crate::citus::step::Direction::Up)
            }

            /// The statements of `down`, as [`up_sql`](Self::up_sql).
            ///
            /// # Errors
            /// As [`up_sql`](Self::up_sql).
            pub fn down_sql(
                &self,
                backend: sea_orm_migration::sea_orm::DbBackend,
            ) -> Result<Vec<String>, crate::MigrationError> {
                crate::citus::step::Step::sql(self, backend, crate::citus::step::Direction::Down)
            }

            /// Takes the step; without Citus, an event at `info`.
            ///
            /// # Errors
            /// A [`MigrationError`](crate::MigrationError) inside, as [`up_sql`](Self::up_sql), or
            /// [`MigrationError::Citus`](crate::MigrationError::Citus) with the rule that Citus said was broken, or the engine's.
            pub async fn up(
                &self,
                manager: &sea_orm_migration::SchemaManager<'_>,
            ) -> Result<(), sea_orm_migration::DbErr> {
                crate::citus::run::run(self, crate::citus::step::Direction::Up, manager).await
            }

            /// Takes the step back; without Citus, an event at `info`.
            ///
            /// # Errors
            /// As [`up`](Self::up).
            pub async fn down(
                &self,
                manager: &sea_orm_migration::SchemaManager<'_>,
            ) -> Result<(), sea_orm_migration::DbErr> {
                crate::citus::run::run(self, crate::citus::step::Direction::Down, manager).await
            }
        }
    };
}

pub(crate) use step_methods;
