//! Why a plan cannot be made, or a conversion does not end.

use sea_orm_migration::DbErr;
use std::fmt;

/// How a conversion that failed left the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Left {
    /// As it was: the transaction was rolled back.
    Unchanged,
    /// Converted, but for what the error names: a statement of one's own must restore it.
    Converted,
    /// With the steps before: a new conversion looks at the schema and goes on from there.
    Resumable,
    /// As it was, or converted: the connection was lost while the transaction ended.
    Unknown,
}

impl fmt::Display for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unchanged => "the database is as it was",
            Self::Converted => "all steps are done; restore what is named by statements of your own",
            Self::Resumable => "the steps before it stay; convert again to go on from there",
            Self::Unknown => {
                "it is not known whether the database is converted; convert again, which finds out"
            }
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
    /// The catalogue has tables that the database does not have.
    #[error("the database has no table {tables}; run the migrations first")]
    TableMissing {
        /// The tables, with commas between them.
        tables: String,
    },
    /// The tenant column is missing, and no foreign key leads to a table that has it.
    #[error(
        "`{table}` has no tenant column `{column}`, and no foreign key of it leads to a table with a tenant; add the column and \
         fill it by a migration"
    )]
    NoWayToTenant {
        /// The table.
        table: String,
        /// The tenant column.
        column: String,
    },
    /// Something stands in the way that only a person can decide.
    #[error("`{table}`: {what}; {way_out}")]
    Unconvertible {
        /// The table.
        table: String,
        /// What stands in the way.
        what: String,
        /// What to do.
        way_out: String,
    },
    /// The conversion would change what the database does, and waits for a yes to each change.
    #[error(
        "the conversion would change what these foreign keys do: {}; accept each by `accept_no_action(table, columns)` or \
         `--accept-no-action table:columns`, or change it by a migration before", changes.join("; ")
    )]
    Unaccepted {
        /// The changes, each in one line.
        changes: Vec<String>,
    },
    /// Another conversion of the database runs, or what an interrupted one has sent last.
    #[error(
        "another conversion of this database runs, or the last statement of an interrupted one, in the session {sessions}; wait until \
         it ends, or end it by pg_terminate_backend or KILL, and convert again"
    )]
    Running {
        /// The processes of the sessions, with commas between them.
        sessions: String,
    },
    /// The schema is not the one that the conversion was planned for. Nothing was changed.
    #[error(
        "the schema has changed since the conversion was planned, and nothing of it was done; plan again"
    )]
    Outdated,
    /// The engine has no online forms.
    #[error("{engine} is converted offline only: it has no form of these changes that lets writers go on")]
    Online {
        /// The engine.
        engine: &'static str,
    },
    /// A step failed.
    #[error("step {number} failed, and {left}: {sql}{}", behind(.way_out))]
    Step {
        /// The step, from 1.
        number: usize,
        /// Its statement.
        sql: String,
        /// What was left.
        left: Left,
        /// What to do, where the error is a known one: another session has a lock, a right is missing, the disk is full.
        way_out: &'static str,
        /// The error of the engine.
        #[source]
        source: DbErr,
    },
    /// What a conversion does between its steps failed: it begins or ends a transaction, reads the schema.
    #[error("{what} failed, and {left}{}", behind(.way_out))]
    Session {
        /// What failed.
        what: &'static str,
        /// What was left.
        left: Left,
        /// What to do, as in [`Step`](Self::Step).
        way_out: &'static str,
        /// The error of the engine.
        #[source]
        source: DbErr,
    },
    /// Rows are there that the keys to come would refuse.
    #[error(
        "step {number}: {rows} rows of `{table}` stand in the way ({reason}), and {left}; see them by: {sql}"
    )]
    Audit {
        /// The step, from 1.
        number: usize,
        /// The table.
        table: String,
        /// How many rows.
        rows: i64,
        /// What is asked of them.
        reason: String,
        /// The statement that counted them.
        sql: String,
        /// What was left.
        left: Left,
    },
    /// The rows after the conversion are not those before.
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
        /// What was left.
        left: Left,
    },
    /// The schema after the conversion is not the one before with the planned changes.
    #[error("the conversion would lose something, and {left}: {}", differences.join("; "))]
    Lost {
        /// What is otherwise than planned, each in one line.
        differences: Vec<String>,
        /// What was left.
        left: Left,
    },
    /// The caller's progress asked to end.
    #[error("interrupted before step {number}; {left}")]
    Interrupted {
        /// The step that was to come, from 1.
        number: usize,
        /// What was left.
        left: Left,
    },
}

/// A way out, behind the rest of a message.
fn behind(way_out: &str) -> String {
    if way_out.is_empty() { String::new() } else { format!("; {way_out}") }
}

impl PlanError {
    /// How the database was left, when the conversion had begun.
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
