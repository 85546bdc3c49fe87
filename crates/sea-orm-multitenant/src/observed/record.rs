//! What an observer keeps, in bounded memory.

use crate::{
    audit::{Count, RefusedConstruct},
    observed::{
        comparison::Compared,
        outcome::Outcome,
        report::{Comparisons, Difference, ObservedReport, ObservedStatement},
    },
};
use std::{cmp::Reverse, collections::HashMap};

/// The longest text that is kept, in bytes.
const LONGEST: usize = 8 << 10;

/// What was seen, each map with at most `capacity` entries.
#[derive(Debug)]
pub(super) struct Record {
    capacity: usize,
    accepted: u64,
    refused: u64,
    administrative: u64,
    unlisted: u64,
    statements: HashMap<String, ObservedStatement>,
    refusals: HashMap<(&'static str, String), RefusedConstruct>,
    comparisons: Comparisons,
    differences: HashMap<String, Difference>,
}

impl Record {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            capacity,
            accepted: 0,
            refused: 0,
            administrative: 0,
            unlisted: 0,
            statements: HashMap::new(),
            refusals: HashMap::new(),
            comparisons: Comparisons::default(),
            differences: HashMap::new(),
        }
    }

    /// Counts a statement; `text` is its text without values.
    pub(super) fn add(&mut self, text: Option<&str>, outcome: &Outcome) {
        let is_refused = matches!(outcome, Outcome::Refused { .. });
        let is_new = self.add_statement(text, is_refused);
        match outcome {
            Outcome::Accepted { scoped: _, kind: _ } => self.accepted += 1,
            Outcome::Administrative => self.administrative += 1,
            Outcome::Refused { code, construct, way_out } => {
                self.refused += 1;
                self.add_refusal(code, construct, way_out, is_new);
            }
        }
    }

    /// Counts the text. Returns whether it is the first time that the text is refused, or that it is not kept.
    fn add_statement(&mut self, text: Option<&str>, is_refused: bool) -> bool {
        let has_room = self.statements.len() < self.capacity;
        let Some(text) = text.filter(|text| text.len() <= LONGEST) else {
            self.unlisted += 1;
            return true;
        };
        if let Some(seen) = self.statements.get_mut(text) {
            seen.calls += 1;
            seen.refused += u64::from(is_refused);
            return seen.refused == 1;
        }
        if !has_room {
            self.unlisted += 1;
            return true;
        }
        let seen = ObservedStatement { sql: text.to_owned(), calls: 1, refused: u64::from(is_refused) };
        self.statements.insert(text.to_owned(), seen);
        true
    }

    fn add_refusal(&mut self, code: &'static str, construct: &str, way_out: &str, is_new: bool) {
        let key = (code, construct.to_owned());
        if !self.refusals.contains_key(&key) && self.refusals.len() >= self.capacity {
            return;
        }
        let refusal = self.refusals.entry(key).or_insert_with(|| RefusedConstruct {
            code: code.to_owned(),
            construct: construct.to_owned(),
            way_out: way_out.to_owned(),
            count: Count::default(),
        });
        refusal.count.calls += 1;
        refusal.count.statements += u64::from(is_new);
    }

    /// Counts a comparison that was not made.
    pub(super) fn skip_comparison(&mut self) {
        self.comparisons.skipped += 1;
    }

    /// Counts a comparison.
    pub(super) fn add_comparison(&mut self, text: Option<&str>, compared: Compared) {
        let counts = &mut self.comparisons;
        match compared {
            Compared::Equal => counts.equal += 1,
            Compared::Reordered => counts.reordered += 1,
            Compared::Unreadable => counts.unreadable += 1,
            Compared::Failed => counts.failed += 1,
            Compared::TimedOut => counts.timed_out += 1,
            Compared::Different { callers, scoped } => {
                counts.different += 1;
                self.add_difference(text, false, callers, scoped);
            }
            Compared::Uncertain { callers, scoped } => {
                counts.uncertain += 1;
                self.add_difference(text, true, callers, scoped);
            }
        }
    }

    fn add_difference(
        &mut self,
        text: Option<&str>,
        is_uncertain: bool,
        callers_rows: u64,
        scoped_rows: u64,
    ) {
        let Some(text) = text.filter(|text| text.len() <= LONGEST) else { return };
        if !self.differences.contains_key(text) && self.differences.len() >= self.capacity {
            return;
        }
        let first = Difference { sql: text.to_owned(), times: 0, is_uncertain, callers_rows, scoped_rows };
        let difference = self.differences.entry(text.to_owned()).or_insert(first);
        difference.times += 1;
        (difference.callers_rows, difference.scoped_rows) = (callers_rows, scoped_rows);
    }

    /// Returns what was seen so far.
    pub(super) fn report(&self) -> ObservedReport {
        let mut refusals: Vec<_> = self.refusals.values().cloned().collect();
        refusals.sort_by(|a, b| (b.count.calls, &a.construct).cmp(&(a.count.calls, &b.construct)));
        let mut statements: Vec<_> = self.statements.values().cloned().collect();
        statements.sort_by(|a, b| (Reverse(a.calls), &a.sql).cmp(&(Reverse(b.calls), &b.sql)));
        let mut differences: Vec<_> = self.differences.values().cloned().collect();
        differences.sort_by(|a, b| (Reverse(a.times), &a.sql).cmp(&(Reverse(b.times), &b.sql)));
        ObservedReport {
            accepted: self.accepted,
            refused: self.refused,
            administrative: self.administrative,
            refusals,
            statements,
            unlisted: self.unlisted,
            comparisons: self.comparisons,
            differences,
        }
    }
}
