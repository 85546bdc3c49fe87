//! Runs a number of texts.

use super::{
    session::{Came, Session},
    shrink,
};
use crate::{case, schema::Backend, world::Broken};
use sea_orm_multitenant_judges::Tally;
use std::{
    collections::BTreeMap,
    fmt,
    time::{Duration, Instant},
};

/// What to run.
#[derive(Debug, Clone)]
pub struct Options {
    /// The engine.
    pub backend: Backend,
    /// The server; `None` on SQLite.
    pub url: String,
    /// The seed of all random choices.
    pub seed: u64,
    /// The first text.
    pub first: u64,
    /// The number of accepted texts to run.
    pub accepted: u64,
    /// The time limit.
    pub patience: Duration,
    /// The number of holes after which to stop.
    pub stop_after: usize,
    /// Whether to shrink texts.
    pub shrinks: bool,
}

/// A hole.
#[derive(Debug, Clone)]
pub struct Found {
    /// The number of the text: pass it as `first` with the same seed.
    pub index: u64,
    /// The time until it was found.
    pub after: Duration,
    /// Its kind.
    pub kind: &'static str,
    /// The text, shrunk.
    pub text: String,
    /// The text that is sent.
    pub sent: String,
    /// The description.
    pub about: String,
}

/// The result of a run.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The number of texts by outcome.
    pub came: BTreeMap<&'static str, u64>,
    /// The holes.
    pub found: Vec<Found>,
    /// The counts of the judges.
    pub tally: Tally,
    /// The duration.
    pub took: Duration,
}

impl Report {
    /// The number of texts that the scope accepted.
    pub fn accepted(&self) -> u64 {
        self.came.iter().filter(|(what, _)| **what != "refused").map(|(_, count)| count).sum()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Found { index, after, kind, text, sent, about } in &self.found {
            writeln!(
                f,
                "{kind}, text {index}, after {:.1} s\n  text: {text:?}\n  sent: {sent:?}\n  {about}",
                after.as_secs_f64()
            )?;
        }
        let seconds = self.took.as_secs_f64();
        writeln!(f, "{} accepted in {seconds:.0} s: {:?}", self.accepted(), self.came)?;
        write!(f, "{}", self.tally)
    }
}

/// Runs.
///
/// # Errors
/// When a database fails.
pub async fn run(options: &Options) -> Result<Report, Broken> {
    let started = Instant::now();
    let name = format!("hostile_{}_{}", std::process::id(), options.seed % 1_000_000);
    let mut session = Session::open(options.backend, &options.url, &name).await?;
    let mut report = Report::default();
    let mut index = options.first;
    while report.accepted() < options.accepted
        && report.found.len() < options.stop_after
        && started.elapsed() < options.patience
    {
        let mut choices = case::statement_choices(options.seed, 0, index);
        let text = shrink::text(&mut choices, options.backend);
        session.set_mode(index).await?;
        let came = session.attempt(&text).await?;
        let what = match &came {
            Came::Refused => "refused",
            Came::Invalid => "invalid to the engine",
            Came::Same => "the same",
            Came::Fickle => "fickle",
            Came::Taken => "a key is another tenant's",
            Came::Lost => "lost",
            Came::Hole { .. } => "a hole",
        };
        *report.came.entry(what).or_default() += 1;
        if let Came::Hole { kind, .. } = &came {
            let write = |choices: &mut _| shrink::text(choices, options.backend);
            let numbers = choices.recorded().to_vec();
            let smaller = if options.shrinks {
                shrink::shrink(&mut session, &numbers, &text, kind, write).await?
            } else {
                (text.clone(), came.clone())
            };
            // A hole that cannot be reproduced is reported as it was found.
            let (text, came) = match smaller.1 {
                Came::Hole { .. } => smaller,
                Came::Refused | Came::Invalid | Came::Same | Came::Fickle | Came::Taken | Came::Lost => {
                    (text, came.clone())
                }
            };
            if let Came::Hole { kind, sent, about } = came {
                report.found.push(Found { index, after: started.elapsed(), kind, text, sent, about });
            }
        }
        if came == Came::Lost {
            session = Session::open(options.backend, &options.url, &name).await?;
        }
        index += 1;
    }
    report.tally = session.tally.clone();
    session.close().await?;
    report.took = started.elapsed();
    Ok(report)
}
