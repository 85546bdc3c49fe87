//! The result of an audit.

use crate::audit::{usage::StatementUse, verdict::Verdict};
use serde::Serialize;
use std::{cmp::Reverse, collections::BTreeMap};

/// What a scope makes of a set of statements.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct Audit {
    /// The statements, in the order in which they were given.
    pub statements: Vec<AuditedStatement>,
}

/// A statement, how often it ran, and what a scope makes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AuditedStatement {
    /// The statement.
    #[serde(flatten)]
    pub statement: StatementUse,
    /// What a scope makes of it.
    #[serde(flatten)]
    pub verdict: Verdict,
}

/// How many statements, and how often they ran together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Count {
    /// The number of statements.
    pub statements: u64,
    /// How often they ran.
    pub calls: u64,
}

impl Count {
    pub(crate) fn add(&mut self, calls: u64) {
        self.statements += 1;
        self.calls = self.calls.saturating_add(calls);
    }
}

/// The counts of an audit by verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct Counts {
    /// Statements that a scope runs.
    pub accepted: Count,
    /// Statements that a scope refuses.
    pub refused: Count,
    /// Statements that no scope runs, because they act on no rows.
    pub administrative: Count,
    /// Statements whose text does not tell.
    pub unjudged: Count,
}

/// A construct that scopes refuse, and how often it occurred.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RefusedConstruct {
    /// The kind of refusal, for programs: see [`Refusal::code`](crate::Refusal::code).
    pub code: String,
    /// The construct.
    pub construct: String,
    /// What to do instead.
    pub way_out: String,
    /// The statements that have it, and how often they ran.
    #[serde(flatten)]
    pub count: Count,
}

impl Audit {
    /// Counts the statements by verdict.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for AuditedStatement { statement, verdict } in &self.statements {
            let count = match verdict {
                Verdict::Accepted { .. } => &mut counts.accepted,
                Verdict::Refused { .. } => &mut counts.refused,
                Verdict::Administrative { .. } => &mut counts.administrative,
                Verdict::Unjudged { .. } => &mut counts.unjudged,
            };
            count.add(statement.calls);
        }
        counts
    }

    /// Whether every statement is one that a scope runs, or that acts on no rows.
    pub fn is_accepted(&self) -> bool {
        let Counts { accepted: _, refused, administrative: _, unjudged } = self.counts();
        refused.statements == 0 && unjudged.statements == 0
    }

    /// Groups the refused statements by code and construct: what ran most often first.
    pub fn refusals(&self) -> Vec<RefusedConstruct> {
        let mut refusals = Refusals::default();
        for AuditedStatement { statement, verdict } in &self.statements {
            if let Verdict::Refused { code, construct, way_out, message: _ } = verdict {
                refusals.add((code, construct, way_out), statement.calls);
            }
        }
        refusals.sorted()
    }
}

impl FromIterator<AuditedStatement> for Audit {
    fn from_iter<I: IntoIterator<Item = AuditedStatement>>(statements: I) -> Self {
        Self { statements: statements.into_iter().collect() }
    }
}

/// Refused constructs with their counts.
#[derive(Debug, Default)]
struct Refusals<'a>(BTreeMap<(&'a str, &'a str, &'a str), Count>);

impl<'a> Refusals<'a> {
    fn add(&mut self, key: (&'a str, &'a str, &'a str), calls: u64) {
        self.0.entry(key).or_default().add(calls);
    }

    /// The constructs, what ran most often first.
    fn sorted(self) -> Vec<RefusedConstruct> {
        let named = |((code, construct, way_out), count): ((&str, &str, &str), Count)| RefusedConstruct {
            code: code.to_owned(),
            construct: construct.to_owned(),
            way_out: way_out.to_owned(),
            count,
        };
        let mut refused: Vec<_> = self.0.into_iter().map(named).collect();
        refused.sort_by_key(|refused| Reverse((refused.count.calls, refused.count.statements)));
        refused
    }
}
