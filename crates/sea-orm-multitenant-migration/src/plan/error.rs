//! Errors of planning and of a conversion.

use sea_orm_migration::DbErr;
use std::fmt;

/// The state in which a failed conversion leaves the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Left {
    /// Unchanged: the transaction was rolled back.
    Unchanged,
    /// Converted, except for the differences in the error, which must be restored manually.
    Converted,
    /// Partly converted: a new conversion plans from the current schema and continues.
    Resumable,
    /// Unchanged or converted: the connection was lost during the commit.
    Unknown,
}

impl fmt::Display for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unchanged => "the database is unchanged",
            Self::Converted => "all steps are done; restore the listed differences yourself",
            Self::Resumable => "the completed steps stay; convert again to continue",
            Self::Unknown => "it is unknown whether the database was converted; convert again to find out",
        })
    }
}

/// An error of the planner.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// The schema or the rows cannot be read.
    #[error("the schema cannot be read")]
    Read(#[from] DbErr),
    /// Tables of the catalogue are not in the database.
    #[error("the database has no table {tables}; run the migrations first")]
    TableMissing {
        /// The tables, separated by commas.
        tables: String,
    },
    /// The tenant column is missing, and no foreign key references a table that has it.
    #[error(
        "`{table}` has no tenant column `{column}`, and none of its foreign keys references a table with a tenant column; \
         add and fill the column in a migration"
    )]
    NoWayToTenant {
        /// The table.
        table: String,
        /// The tenant column.
        column: String,
    },
    /// The user must decide something before the table can be converted.
    #[error("`{table}`: {what}; {way_out}")]
    Unconvertible {
        /// The table.
        table: String,
        /// The reason.
        what: String,
        /// What to do.
        way_out: String,
    },
    /// The conversion would change the behaviour of foreign keys, and the user has not accepted each change.
    #[error(
        "the conversion would change what these foreign keys do: {}; accept each with `accept_no_action(table, columns)` \
         or `--accept-no-action table:columns`, or change it in a migration first", changes.join("; ")
    )]
    Unaccepted {
        /// The changes, each in one line.
        changes: Vec<String>,
    },
    /// Another conversion of the database, or the last statement of an interrupted one, is running.
    #[error(
        "another conversion of this database, or the last statement of an interrupted one, is running in session \
         {sessions}; wait until it ends, or end it with pg_terminate_backend or KILL, and convert again"
    )]
    Running {
        /// The process ids of the sessions, separated by commas.
        sessions: String,
    },
    /// The schema has changed since the conversion was planned. Nothing was changed.
    #[error("the schema has changed since the conversion was planned; nothing was changed; plan again")]
    Outdated,
    /// The engine cannot be converted online.
    #[error("{engine} can be converted offline only: its schema changes block writers")]
    Online {
        /// The engine.
        engine: &'static str,
    },
    /// A step failed.
    #[error("step {number} failed, and {left}: {sql}{}", appended(.way_out))]
    Step {
        /// The step, from 1.
        number: usize,
        /// Its statement.
        sql: String,
        /// The state of the database.
        left: Left,
        /// What to do, if the error is known: for example another session holds a lock, a privilege is missing, or the
        /// disk is full.
        way_out: &'static str,
        /// The error of the engine.
        #[source]
        source: DbErr,
    },
    /// The conversion failed between its steps: while it began or ended a transaction, or read the schema.
    #[error("{what} failed, and {left}{}", appended(.way_out))]
    Session {
        /// What failed.
        what: &'static str,
        /// The state of the database.
        left: Left,
        /// What to do, as in [`Step`](Self::Step).
        way_out: &'static str,
        /// The error of the engine.
        #[source]
        source: DbErr,
    },
    /// Existing rows violate the new keys.
    #[error(
        "step {number}: {rows} rows of `{table}` fail the check ({reason}), and {left}; count them with: {sql}"
    )]
    Audit {
        /// The step, from 1.
        number: usize,
        /// The table.
        table: String,
        /// The number of rows.
        rows: i64,
        /// The condition that they violate.
        reason: String,
        /// The statement that counted them.
        sql: String,
        /// The state of the database.
        left: Left,
    },
    /// Rows were lost or changed by the conversion.
    #[error("step {number}: `{table}` had {before} and has {after} (rows and checksum), and {left}")]
    Verify {
        /// The step, from 1.
        number: usize,
        /// The table.
        table: String,
        /// Rows and checksum before.
        before: String,
        /// Rows and checksum after.
        after: String,
        /// The state of the database.
        left: Left,
    },
    /// The schema after the conversion differs from the plan.
    #[error("the converted schema differs from the plan, and {left}: {}", differences.join("; "))]
    Lost {
        /// The differences, one line each.
        differences: Vec<String>,
        /// The state of the database.
        left: Left,
    },
    /// The caller's [`Progress`](crate::Progress) ended the conversion.
    #[error("interrupted before step {number}; {left}")]
    Interrupted {
        /// The next step, from 1.
        number: usize,
        /// The state of the database.
        left: Left,
    },
}

/// Separates the advice from the message before it.
fn appended(way_out: &str) -> String {
    if way_out.is_empty() { String::new() } else { format!("; {way_out}") }
}

impl PlanError {
    /// The state of the database, if the conversion had begun.
    pub fn left(&self) -> Option<Left> {
        match self {
            Self::Step { left, .. }
            | Self::Session { left, .. }
            | Self::Audit { left, .. }
            | Self::Verify { left, .. }
            | Self::Lost { left, .. }
            | Self::Interrupted { left, .. } => Some(*left),
            Self::Read(_)
            | Self::TableMissing { .. }
            | Self::NoWayToTenant { .. }
            | Self::Unconvertible { .. }
            | Self::Unaccepted { .. }
            | Self::Running { .. }
            | Self::Outdated
            | Self::Online { .. } => None,
        }
    }
}
