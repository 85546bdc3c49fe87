//! What a conversion reports, while it runs and at its end.

use crate::plan::step::Step;
use std::{ops::ControlFlow, time::Duration};

/// Hears of a conversion as it goes.
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
    /// A step begins: its number, from 1, of how many. `Break` ends the conversion before it.
    fn begins(&mut self, number: usize, steps: usize, step: &Step) -> ControlFlow<()> {
        let _ = (number, steps, step);
        ControlFlow::Continue(())
    }

    /// A batch of a step that fills rows is done: the rows of the step so far.
    fn filled(&mut self, number: usize, step: &Step, rows: u64) {
        let _ = (number, step, rows);
    }

    /// A step has ended, with the rows that it wrote or counted.
    fn ended(&mut self, number: usize, step: &Step, rows: u64, time: Duration) {
        let _ = (number, step, rows, time);
    }
}

/// Says nothing.
impl Progress for () {}

/// What a conversion did.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Report {
    /// How many steps ran.
    pub steps: usize,
    /// Rows and checksum of each table, the same before and after; empty online, where others write meanwhile.
    pub tables: Vec<Counted>,
    /// How long it took.
    pub time: Duration,
}

/// The rows of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Counted {
    /// The table.
    pub table: String,
    /// How many rows.
    pub rows: i64,
    /// The sum of the hashes of their values.
    pub checksum: String,
}
