//! Shows the progress of a conversion.

use crate::output::time;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use sea_orm_multitenant_migration::{Progress, Step};
use std::{
    io::{IsTerminal, Write},
    ops::ControlFlow,
    time::Duration,
};

/// Prints a progress bar on a terminal, a line for each step elsewhere.
pub(crate) struct Shown<'e> {
    err: &'e mut (dyn Write + Send),
    bar: Option<ProgressBar>,
}

impl<'e> Shown<'e> {
    /// Creates the display for this many steps.
    pub(crate) fn new(steps: usize, err: &'e mut (dyn Write + Send)) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(
                Some(u64::try_from(steps).unwrap_or_default()),
                ProgressDrawTarget::stderr(),
            );
            let style = ProgressStyle::with_template("{elapsed_precise} [{bar:30}] {pos}/{len} {wide_msg}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar
        });
        Self { err, bar }
    }
}

impl Progress for Shown<'_> {
    fn begins(&mut self, number: usize, steps: usize, step: &Step) -> ControlFlow<()> {
        match &self.bar {
            Some(bar) => bar.set_message(format!("{}: {}", step.table, step.reason)),
            None => {
                let _ = write!(self.err, "{number}/{steps} {}: {}", step.table, step.reason);
            }
        }
        ControlFlow::Continue(())
    }

    fn filled(&mut self, _number: usize, step: &Step, rows: u64) {
        if let Some(bar) = &self.bar {
            bar.set_message(format!("{}: {} ({rows} rows)", step.table, step.reason));
        }
    }

    fn ended(&mut self, number: usize, step: &Step, rows: u64, took: Duration) {
        match &self.bar {
            Some(bar) => {
                bar.println(format!(
                    "{number:>4} {}: {} ({rows} rows, {})",
                    step.table,
                    step.reason,
                    time(took)
                ));
                bar.inc(1);
            }
            None => {
                let _ = writeln!(self.err, " ({rows} rows, {})", time(took));
            }
        }
    }
}

impl Drop for Shown<'_> {
    fn drop(&mut self) {
        match &self.bar {
            Some(bar) => bar.finish_and_clear(),
            None => {
                let _ = self.err.flush();
            }
        }
    }
}
