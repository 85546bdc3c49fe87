//! Changes of tables that are distributed.

use crate::{
    citus::{
        distribute::Colocation,
        methods::step_methods,
        step::{Direction, Step, Subject, argument},
    },
    engine::Engine,
    error::MigrationError,
    names::QualifiedName,
};

/// Changes the number of shards of a distributed table, by making it anew: its rows are copied, and it cannot be written
/// meanwhile.
///
/// A table that others are colocated with is changed with them, [`cascade_to_colocated`](Self::cascade_to_colocated), which keeps
/// the foreign keys. Citus refuses it for tables with identity columns, and drops views of the table.
///
/// ```
/// use sea_orm_migration::sea_orm::DbBackend;
/// use sea_orm_multitenant_migration::citus::AlterDistributed;
///
/// let account = AlterDistributed::shards("account", 64).cascade_to_colocated();
/// assert_eq!(
///     account.up_sql(DbBackend::Postgres)?,
///     [r#"SELECT alter_distributed_table('"account"', shard_count => 64, cascade_to_colocated => true)"#]
/// );
/// assert!(account.down_sql(DbBackend::Postgres).is_err(), "how many there were is not known");
/// assert_eq!(
///     account.shards_before(32).down_sql(DbBackend::Postgres)?,
///     [r#"SELECT alter_distributed_table('"account"', shard_count => 32, cascade_to_colocated => true)"#]
/// );
/// # Ok::<(), sea_orm_multitenant_migration::MigrationError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlterDistributed {
    table: QualifiedName,
    shards: u32,
    before: Option<u32>,
    cascade: bool,
    required: bool,
}

impl AlterDistributed {
    /// So many shards for a table.
    pub fn shards(table: impl Into<QualifiedName>, count: u32) -> Self {
        Self { table: table.into(), shards: count, before: None, cascade: false, required: false }
    }

    /// How many there were, for `down`.
    #[must_use]
    pub fn shards_before(mut self, count: u32) -> Self {
        self.before = Some(count);
        self
    }

    /// Changes the tables that are colocated with it too.
    #[must_use]
    pub fn cascade_to_colocated(mut self) -> Self {
        self.cascade = true;
        self
    }
}

impl Step for AlterDistributed {
    fn function(&self, _: Direction) -> &'static str {
        "alter_distributed_table"
    }

    fn subject(&self) -> Subject<'_> {
        Subject::Table(&self.table)
    }

    fn statements(&self, direction: Direction) -> Result<Vec<String>, MigrationError> {
        let count = match direction {
            Direction::Up => self.shards,
            Direction::Down => self.before.ok_or_else(|| no_way_back(self, "shards_before"))?,
        };
        Ok(vec![reshard(&self.table, count, self.cascade)])
    }

    fn reaches(&self) -> Option<&QualifiedName> {
        Some(&self.table)
    }
}

step_methods!(AlterDistributed);

/// Puts a distributed table into another colocation group, or one of its own, without moving a row: both have as many shards and
/// tenant columns of one type.
///
/// ```
/// use sea_orm_migration::sea_orm::DbBackend;
/// use sea_orm_multitenant_migration::citus::ChangeColocation;
///
/// let task = ChangeColocation::with("task", "account");
/// assert_eq!(
///     task.up_sql(DbBackend::Postgres)?,
///     [r#"SELECT update_distributed_table_colocation('"task"', colocate_with => '"account"')"#]
/// );
/// assert_eq!(
///     task.down_sql(DbBackend::Postgres)?,
///     [r#"SELECT update_distributed_table_colocation('"task"', colocate_with => 'none')"#]
/// );
/// # Ok::<(), sea_orm_multitenant_migration::MigrationError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeColocation {
    table: QualifiedName,
    colocation: Colocation,
    before: Option<Colocation>,
    required: bool,
}

impl ChangeColocation {
    /// With another table; it was alone, unless [`before`](Self::before) says otherwise.
    pub fn with(table: impl Into<QualifiedName>, other: impl Into<QualifiedName>) -> Self {
        let (colocation, before) = (Colocation::With(other.into()), Some(Colocation::Alone));
        Self { table: table.into(), colocation, before, required: false }
    }

    /// Alone. Foreign keys to and from it stay; new ones are refused.
    pub fn alone(table: impl Into<QualifiedName>) -> Self {
        Self { table: table.into(), colocation: Colocation::Alone, before: None, required: false }
    }

    /// Where it was, for `down`.
    #[must_use]
    pub fn before(mut self, colocation: Colocation) -> Self {
        self.before = Some(colocation);
        self
    }
}

impl Step for ChangeColocation {
    fn function(&self, _: Direction) -> &'static str {
        "update_distributed_table_colocation"
    }

    fn subject(&self) -> Subject<'_> {
        Subject::Table(&self.table)
    }

    fn check(&self, engine: Engine) -> Result<(), MigrationError> {
        self.table.check(engine)?;
        self.colocation.check(engine)?;
        self.before.iter().try_for_each(|colocation| colocation.check(engine))
    }

    fn statements(&self, direction: Direction) -> Result<Vec<String>, MigrationError> {
        let colocation = match direction {
            Direction::Up => &self.colocation,
            Direction::Down => self.before.as_ref().ok_or_else(|| no_way_back(self, "before"))?,
        };
        Ok(vec![format!(
            "SELECT update_distributed_table_colocation({}, colocate_with => {})",
            argument(&self.table),
            colocation.argument()
        )])
    }
}

step_methods!(ChangeColocation);

/// The statement that gives a table so many shards.
pub(super) fn reshard(table: &QualifiedName, count: u32, cascade: bool) -> String {
    let cascade = if cascade { ", cascade_to_colocated => true" } else { "" };
    format!("SELECT alter_distributed_table({}, shard_count => {count}{cascade})", argument(table))
}

/// The error that a step was not told how things were before.
pub(super) fn no_way_back(step: &impl Step, method: &'static str) -> MigrationError {
    MigrationError::NoWayBack {
        function: step.function(Direction::Up),
        table: step.subject().to_string(),
        method,
    }
}
