//! Counts how statements were judged.

use crate::description::Judged;
use std::{collections::BTreeMap, fmt};

/// Counts of judged statements.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// The number of statements that were compared with the caller's text.
    pub compared: u64,
    /// The numbers of statements that were judged alone, by reason.
    pub alone: BTreeMap<&'static str, u64>,
}

impl Tally {
    /// Counts one.
    pub fn add(&mut self, judged: &Judged) {
        match judged {
            Judged::Compared => self.compared += 1,
            Judged::Alone(reason) => *self.alone.entry(reason).or_default() += 1,
        }
    }

    /// Adds the counts of another.
    pub fn merge(&mut self, other: &Self) {
        self.compared += other.compared;
        for (reason, count) in &other.alone {
            *self.alone.entry(reason).or_default() += count;
        }
    }

    /// The number of judged statements.
    pub fn all(&self) -> u64 {
        self.compared + self.alone.values().sum::<u64>()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} judged, {} compared with the caller's text", self.all(), self.compared)?;
        self.alone.iter().try_for_each(|(reason, count)| write!(f, "; {count} not compared: {reason}"))
    }
}
