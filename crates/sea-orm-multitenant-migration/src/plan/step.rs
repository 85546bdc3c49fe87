//! A step of a conversion.

use std::fmt;

/// What a step keeps others from while it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Blocks {
    /// Nobody waits.
    Nothing,
    /// Everybody waits, for a change of the catalogue alone: not longer with more rows.
    Briefly,
    /// Who writes to the table waits; readers do not.
    Writes,
    /// Who reads or writes the table waits.
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
    /// Fills the tenant column of rows; online in batches, until none is left.
    Fill,
    /// Fills the tenant column of rows from each other, again and again until no more is filled: trees.
    Spread,
    /// Counts rows that must not be there: the conversion ends when there are any.
    Audit,
    /// Drops a foreign key for a while: until the last [`Resume`](Self::Resume) not all are enforced.
    Suspend,
    /// Checks the rows by a foreign key that was dropped for a while.
    Resume,
    /// Counts again: the conversion ends when a row is gone or another.
    Verify,
    /// Comes after the transaction: the conversion is done by then.
    Afterwards,
}

/// One statement of a conversion, with its reason and its way back.
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
    /// Why it is there.
    pub reason: String,
    /// What it blocks.
    pub blocks: Blocks,
    /// The statement that undoes it, where one does.
    pub back: Option<String>,
}
