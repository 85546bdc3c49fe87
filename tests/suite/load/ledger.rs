//! What is known of each row, and what went wrong.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Whether a row is there in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is: its transaction was committed.
    Kept,
    /// It is not: its transaction was not committed.
    Lost,
    /// It may be: its task was cancelled while it was committing, or another one deletes such rows.
    Either,
}

/// The rows and problems of all tasks.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    rows: Mutex<BTreeMap<i64, Fate>>,
    problems: Mutex<Vec<String>>,
    deadlocks: Mutex<usize>,
}

/// A lock that a panic in another task does not spoil.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Ledger {
    /// Notes the fates of rows.
    pub(super) fn note(&self, rows: impl IntoIterator<Item = (i64, Fate)>) {
        locked(&self.rows).extend(rows);
    }

    /// Notes what should not have happened.
    pub(super) fn complain(&self, problem: String) {
        locked(&self.problems).push(problem);
    }

    /// Notes that the database chose a task for the victim of a deadlock.
    pub(super) fn note_deadlock(&self) {
        *locked(&self.deadlocks) += 1;
    }

    /// What is known of a row; rows of which nothing is known do not exist.
    pub(super) fn fate(&self, id: i64) -> Fate {
        locked(&self.rows).get(&id).copied().unwrap_or(Fate::Lost)
    }

    /// The rows that must be there.
    pub(super) fn kept(&self) -> Vec<i64> {
        let rows = locked(&self.rows);
        rows.iter().filter(|(_, fate)| **fate == Fate::Kept).map(|(id, _)| *id).collect()
    }

    /// Says what went wrong, if anything did.
    pub(super) fn check(&self) -> Result<(), String> {
        let problems = locked(&self.problems);
        if let Some(first) = problems.first() {
            return Err(format!("{} problems, the first: {first}", problems.len()));
        }
        // Deadlocks are the database's right, but the test would be about little if they were the rule.
        match *locked(&self.deadlocks) {
            0..=500 => Ok(()),
            deadlocks => Err(format!("{deadlocks} tasks ended in deadlocks")),
        }
    }
}
