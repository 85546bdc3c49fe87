//! Counts the outcomes of statements.

use crate::{
    case::Case,
    trial::{Difference, Verdict},
};
use sea_orm_multitenant_judges::Tally;
use std::{collections::BTreeMap, fmt};

/// The number of statements by outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Agreed.
    pub agreed: u64,
    /// Refused by the scope.
    pub refused: u64,
    /// Refused by the engine.
    pub invalid: u64,
    /// Exceeded the time limit.
    pub timed_out: u64,
    /// Unanswered, because the server crashed.
    pub lost: u64,
    /// Different because of a known defect of the engine, or of MariaDB's optimiser.
    pub engine: u64,
    /// Different.
    pub disagreed: u64,
}

impl Counts {
    /// The number of all statements.
    pub fn all(&self) -> u64 {
        let Self { agreed, refused, invalid, timed_out, lost, engine, disagreed } = self;
        agreed + refused + invalid + timed_out + lost + engine + disagreed
    }

    fn add(&mut self, other: &Self) {
        let Self { agreed, refused, invalid, timed_out, lost, engine, disagreed } = other;
        self.agreed += agreed;
        self.refused += refused;
        self.invalid += invalid;
        self.timed_out += timed_out;
        self.lost += lost;
        self.engine += engine;
        self.disagreed += disagreed;
    }
}

/// A statement to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its round.
    pub round: u64,
    /// Its place in the round.
    pub index: u64,
    /// Its text.
    pub sql: String,
    /// The aspect in which the answers differ; `None` for one that exceeded the time limit.
    pub difference: Option<Difference>,
    /// The numbers that it was generated from.
    pub case: Case,
}

/// The outcomes of all statements.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// By the class of the statement.
    pub classes: BTreeMap<String, Counts>,
    /// Refusals by reason.
    pub refusals: BTreeMap<String, u64>,
    /// Statements for a set of tenants, by class.
    pub sets: BTreeMap<String, Counts>,
    /// Refusals for a set of tenants by reason.
    pub set_refusals: BTreeMap<String, u64>,
    /// Statements that disagreed.
    pub disagreed: Vec<Found>,
    /// Statements that the optimiser answers wrongly.
    pub engine: Vec<Found>,
    /// Statements that exceeded the time limit.
    pub timed_out: Vec<Found>,
    /// Statements at which the server crashed.
    pub lost: Vec<Found>,
    /// Rounds that were cut short, because the server had crashed.
    pub rounds_cut_short: u64,
    /// The counts of the judges.
    pub judged: Tally,
}

impl Summary {
    /// Counts one statement.
    pub(crate) fn count(
        &mut self,
        class: &str,
        verdict: Verdict,
        found: impl Fn(Option<Difference>) -> Found,
    ) {
        let counts = self.classes.entry(class.to_owned()).or_default();
        match verdict {
            Verdict::Agreed => counts.agreed += 1,
            Verdict::Invalid => counts.invalid += 1,
            Verdict::Refused(reason) => {
                counts.refused += 1;
                *self.refusals.entry(reason).or_default() += 1;
            }
            Verdict::TimedOut => {
                counts.timed_out += 1;
                self.timed_out.push(found(None));
            }
            Verdict::Lost => {
                counts.lost += 1;
                self.lost.push(found(None));
            }
            Verdict::Engine(disagreement) => {
                counts.engine += 1;
                self.engine.push(found(Some(disagreement.difference)));
            }
            Verdict::Disagreed(disagreement) => {
                counts.disagreed += 1;
                self.disagreed.push(found(Some(disagreement.difference)));
            }
        }
    }

    /// Counts one statement for a set of tenants.
    pub(crate) fn count_for_set(
        &mut self,
        class: &str,
        verdict: Verdict,
        found: impl Fn(Option<Difference>) -> Found,
    ) {
        let mut one = Self::default();
        one.count(class, verdict, found);
        let Self { classes, refusals, disagreed, engine, timed_out, lost, .. } = one;
        self.add(Self {
            sets: classes,
            set_refusals: refusals,
            disagreed,
            engine,
            timed_out,
            lost,
            ..Self::default()
        });
    }

    /// Adds the counts of other statements.
    pub(crate) fn add(&mut self, other: Self) {
        let Self {
            classes,
            refusals,
            sets,
            set_refusals,
            disagreed,
            engine,
            timed_out,
            lost,
            rounds_cut_short,
            judged,
        } = other;
        self.judged.merge(&judged);
        self.rounds_cut_short += rounds_cut_short;
        for (class, counts) in sets {
            self.sets.entry(class).or_default().add(&counts);
        }
        for (reason, count) in set_refusals {
            *self.set_refusals.entry(reason).or_default() += count;
        }
        for (class, counts) in classes {
            self.classes.entry(class).or_default().add(&counts);
        }
        for (reason, count) in refusals {
            *self.refusals.entry(reason).or_default() += count;
        }
        self.disagreed.extend(disagreed);
        self.engine.extend(engine);
        self.timed_out.extend(timed_out);
        self.lost.extend(lost);
    }

    /// Sorts the findings by round, independent of the order of workers.
    pub(crate) fn sort(&mut self) {
        for list in [&mut self.disagreed, &mut self.engine, &mut self.timed_out, &mut self.lost] {
            list.sort_by_key(|found| (found.round, found.index));
        }
    }

    /// The counts of all classes together.
    pub fn total(&self) -> Counts {
        sum(&self.classes)
    }
}

fn sum(classes: &BTreeMap<String, Counts>) -> Counts {
    classes.values().fold(Counts::default(), |mut total, counts| {
        total.add(counts);
        total
    })
}

fn write_counts(f: &mut fmt::Formatter<'_>, classes: &BTreeMap<String, Counts>) -> fmt::Result {
    writeln!(f, "| statements | all | agreed | refused | invalid | timed out | lost | engine | disagreed |")?;
    writeln!(f, "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")?;
    let mut line = |name: &str, counts: &Counts| {
        let Counts { agreed, refused, invalid, timed_out, lost, engine, disagreed } = counts;
        let all = counts.all();
        writeln!(
            f,
            "| {name} | {all} | {agreed} | {refused} | {invalid} | {timed_out} | {lost} | {engine} | {disagreed} |"
        )
    };
    for (class, counts) in classes {
        line(class, counts)?;
    }
    line("**all**", &sum(classes))
}

fn write_reasons(f: &mut fmt::Formatter<'_>, reasons: &BTreeMap<String, u64>) -> fmt::Result {
    if reasons.is_empty() {
        return Ok(());
    }
    writeln!(f, "\n| refused | times |\n| --- | ---: |")?;
    let mut reasons: Vec<_> = reasons.iter().collect();
    reasons.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    for (reason, count) in reasons {
        writeln!(f, "| {} | {count} |", reason.replace('|', "\\|"))?;
    }
    Ok(())
}

impl fmt::Display for Summary {
    /// As Markdown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_counts(f, &self.classes)?;
        write_reasons(f, &self.refusals)?;
        if !self.sets.is_empty() {
            writeln!(f, "\nOf these, for two tenants and for each of them:\n")?;
            write_counts(f, &self.sets)?;
            write_reasons(f, &self.set_refusals)?;
        }
        if self.judged.all() > 0 {
            writeln!(f, "\nBy the engine's own grammar: {}.", self.judged)?;
        }
        if self.rounds_cut_short > 0 {
            writeln!(f, "\nRounds cut short by the end of the server: {}.", self.rounds_cut_short)?;
        }
        for (title, list) in [("timed out", &self.timed_out), ("lost", &self.lost), ("engine", &self.engine)]
        {
            if !list.is_empty() {
                writeln!(f, "\n{title}, the first of {}:\n", list.len())?;
            }
            for found in list.iter().take(10) {
                writeln!(f, "* {}:{} `{}`", found.round, found.index, found.sql)?;
            }
        }
        Ok(())
    }
}
