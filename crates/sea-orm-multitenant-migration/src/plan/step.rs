//! A step of a conversion.

use std::fmt;

/// Which other sessions a step blocks while it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Blocks {
    /// None.
    Nothing,
    /// All that use the table, for a metadata change only: the duration does not grow with the number of rows.
    Briefly,
    /// Those that write to the table; readers continue.
    Writes,
    /// All that use the table.
    Everything,
}

impl fmt::Display for Blocks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nothing => "nothing",
            Self::Briefly => "all, briefly",
            Self::Writes => "writes",
            Self::Everything => "all",
        })
    }
}

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum StepKind {
    /// Counts the rows of a table and sums their hashes.
    Count,
    /// Changes the schema.
    Change,
    /// Fills the tenant column of rows; online in batches, until all rows are filled.
    Fill,
    /// Fills the tenant column of rows from other rows of these tables, repeatedly until nothing changes: for trees.
    Spread,
    /// Counts rows that must not exist: the conversion ends if there are any.
    Audit,
    /// Drops a foreign key temporarily: until the last [`Resume`](Self::Resume) not all foreign keys are enforced.
    Suspend,
    /// Validates a foreign key that was dropped temporarily.
    Resume,
    /// Counts the rows again: the conversion ends if a row is missing or changed.
    Verify,
    /// Runs after the transaction, when the conversion is committed.
    Afterwards,
}

/// One statement of a conversion, with its reason and the statement that undoes it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Step {
    /// What it does.
    pub kind: StepKind,
    /// The table.
    pub table: String,
    /// The statement.
    pub sql: String,
    /// Why the step is needed.
    pub reason: String,
    /// What it blocks.
    pub blocks: Blocks,
    /// The statement that undoes it, if there is one.
    pub back: Option<String>,
}
