//! Reports of a conversion, during and after it.

use crate::plan::step::Step;
use std::{ops::ControlFlow, time::Duration};

/// Receives the progress of a conversion.
///
/// ```
/// use sea_orm_multitenant_migration::{Progress, Step};
/// use std::{ops::ControlFlow, time::Duration};
///
/// #[derive(Default)]
/// struct Lines(Vec<String>);
///
/// impl Progress for Lines {
///     fn begins(&mut self, number: usize, steps: usize, step: &Step) -> ControlFlow<()> {
///         self.0.push(format!("{number}/{steps} {}", step.table));
///         ControlFlow::Continue(()) // `Break` ends the conversion before the step
///     }
///
///     fn ended(&mut self, _number: usize, _step: &Step, rows: u64, time: Duration) {
///         self.0.push(format!("{rows} rows in {} ms", time.as_millis()));
///     }
/// }
/// # let _ = Lines::default();
/// ```
pub trait Progress: Send {
    /// Called before a step, with its number, from 1, and the number of steps. `Break` ends the conversion before the
    /// step.
    fn begins(&mut self, number: usize, steps: usize, step: &Step) -> ControlFlow<()> {
        let _ = (number, steps, step);
        ControlFlow::Continue(())
    }

    /// Called after each batch of a step that fills rows, with the number of rows filled by the step so far.
    fn filled(&mut self, number: usize, step: &Step, rows: u64) {
        let _ = (number, step, rows);
    }

    /// Called after a step, with the number of rows that it wrote or counted, and its duration.
    fn ended(&mut self, number: usize, step: &Step, rows: u64, time: Duration) {
        let _ = (number, step, rows, time);
    }
}

/// Ignores the progress.
impl Progress for () {}

/// The result of a conversion.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Report {
    /// The number of executed steps.
    pub steps: usize,
    /// Rows and checksum of each table, equal before and after; empty online, where other sessions write meanwhile.
    pub tables: Vec<Counted>,
    /// The total duration.
    pub time: Duration,
}

/// The counted rows of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Counted {
    /// The table.
    pub table: String,
    /// The number of rows.
    pub rows: i64,
    /// The sum of the hashes of their values.
    pub checksum: String,
}
