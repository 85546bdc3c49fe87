//! Changes distributed tables.

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

/// Changes the number of shards of a distributed table by recreating it: its rows are copied, and writes are blocked
/// meanwhile.
///
/// A table that others are colocated with is changed together with them,
/// [`cascade_to_colocated`](Self::cascade_to_colocated), which keeps the foreign keys. Citus refuses it for tables
/// with identity columns, and drops the views of the table.
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
    /// Sets the number of shards of a table.
    pub fn shards(table: impl Into<QualifiedName>, count: u32) -> Self {
        Self { table: table.into(), shards: count, before: None, cascade: false, required: false }
    }

    /// Sets the previous number of shards, for `down`.
    #[must_use]
    pub fn shards_before(mut self, count: u32) -> Self {
        self.before = Some(count);
        self
    }

    /// Also changes the tables that are colocated with it.
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

/// Moves a distributed table into another colocation group, or into a new group alone, without moving a row. Both
/// groups must have the same number of shards and the same type of tenant column.
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
    /// Colocates it with another table; `down` makes it alone again, unless [`before`](Self::before) sets another
    /// group.
    pub fn with(table: impl Into<QualifiedName>, other: impl Into<QualifiedName>) -> Self {
        let (colocation, before) = (Colocation::With(other.into()), Some(Colocation::Alone));
        Self { table: table.into(), colocation, before, required: false }
    }

    /// Gives it a colocation group alone. Existing foreign keys remain; new ones are refused.
    pub fn alone(table: impl Into<QualifiedName>) -> Self {
        Self { table: table.into(), colocation: Colocation::Alone, before: None, required: false }
    }

    /// Sets the previous colocation, for `down`.
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

/// The statement that changes the number of shards of a table.
pub(super) fn reshard(table: &QualifiedName, count: u32, cascade: bool) -> String {
    let cascade = if cascade { ", cascade_to_colocated => true" } else { "" };
    format!("SELECT alter_distributed_table({}, shard_count => {count}{cascade})", argument(table))
}

/// The error of a step whose previous state is not known.
pub(super) fn no_way_back(step: &impl Step, method: &'static str) -> MigrationError {
    MigrationError::NoWayBack {
        function: step.function(Direction::Up),
        table: step.subject().to_string(),
        method,
    }
}
