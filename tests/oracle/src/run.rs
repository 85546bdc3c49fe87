//! Runs rounds of statements, on a number of workers.

use crate::{
    case::{Case, name, setting_choices, statement_choices},
    generate,
    schema::Backend,
    sets,
    summary::{Found, Summary},
    trial::{self, Verdict},
    world::{Broken, World},
};
use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

/// The number of statements on one schema.
pub const ROUND: u64 = 400;
/// Of this many statements, the writes of one are kept.
const KEEP_ONE_OF: u64 = 8;

/// Of this many statements, one is also run for a set of tenants.
const SET_ONE_OF: u64 = 3;

/// How often to try to reconnect to a server that has crashed, and the interval.
const RECONNECTIONS: u32 = 60;
const RECONNECT_AFTER: Duration = Duration::from_secs(1);

/// What to run.
#[derive(Debug, Clone)]
pub struct Options {
    /// The engine.
    pub backend: Backend,
    /// The server; `None` on SQLite.
    pub url: String,
    /// The seed of all random choices.
    pub seed: u64,
    /// The number of statements.
    pub count: u64,
    /// The first round.
    pub first_round: u64,
    /// The number of workers, each with its own databases. The result does not depend on it.
    pub jobs: usize,
    /// The number of disagreements after which to stop.
    pub stop_after: u64,
}

impl Options {
    /// The prefix of the names of databases, which no other process uses.
    pub fn database(&self, worker: usize) -> String {
        format!("oracle_{}_{}_{worker}", std::process::id(), self.seed % 1_000_000)
    }
}

/// The state that workers share.
struct Shared<'o> {
    options: &'o Options,
    next: AtomicU64,
    stop: AtomicBool,
    summary: Mutex<Summary>,
    progress: &'o (dyn Fn(&Summary) + Sync),
}

/// Runs statements and counts their outcomes; `progress` is called after each round.
///
/// # Errors
/// When a database fails.
pub fn run(options: &Options, progress: &(dyn Fn(&Summary) + Sync)) -> Result<Summary, Broken> {
    let shared = Shared {
        options,
        next: AtomicU64::new(0),
        stop: AtomicBool::new(false),
        summary: Mutex::default(),
        progress,
    };
    let ended: Vec<Result<(), Broken>> = thread::scope(|scope| {
        let workers: Vec<_> = (0..options.jobs)
            .map(|worker| {
                scope.spawn({
                    let shared = &shared;
                    move || shared.work(worker)
                })
            })
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap_or_else(|_| Err(Broken::new("a worker panicked".to_owned()))))
            .collect()
    });
    ended.into_iter().collect::<Result<(), Broken>>()?;
    let mut summary = shared.summary.into_inner().unwrap_or_else(PoisonError::into_inner);
    summary.sort();
    Ok(summary)
}

impl Shared<'_> {
    /// Runs rounds until there are none left.
    fn work(&self, worker: usize) -> Result<(), Broken> {
        let ended = block_on(self.rounds(worker));
        if ended.is_err() {
            self.stop.store(true, Ordering::Relaxed);
        }
        ended
    }

    async fn rounds(&self, worker: usize) -> Result<(), Broken> {
        let Options { backend, url, .. } = self.options;
        let mut world = World::connect(*backend, url, &self.options.database(worker)).await?;
        let mut losses = 0;
        while !self.stop.load(Ordering::Relaxed) {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let left = self.options.count.saturating_sub(number * ROUND).min(ROUND);
            if left == 0 {
                break;
            }
            let round = self.options.first_round + number;
            let mut summary = Summary::default();
            let is_lost = match self.round(&mut world, round, left, &mut summary).await {
                Ok(()) => !summary.lost.is_empty(),
                Err(broken) if broken.is_lost => true,
                Err(broken) => return Err(broken),
            };
            if is_lost {
                losses += 1;
                summary.rounds_cut_short += 1;
                // Under a new name, since the server may still have the old databases.
                let name = format!("{}_{losses}", self.options.database(worker));
                world = reconnect(*backend, url, &name).await?;
            }
            let mut all = self.summary.lock().unwrap_or_else(PoisonError::into_inner);
            all.add(summary);
            if all.disagreed.len() as u64 >= self.options.stop_after {
                self.stop.store(true, Ordering::Relaxed);
            }
            (self.progress)(&all);
        }
        world.a.remove().await?;
        world.b.remove().await?;
        Ok(())
    }

    /// Runs the statements of a round, while the server lives.
    async fn round(
        &self,
        world: &mut World,
        round: u64,
        count: u64,
        summary: &mut Summary,
    ) -> Result<(), Broken> {
        let Options { backend, seed, .. } = *self.options;
        let at = |index| {
            move |broken: Broken| {
                let message =
                    format!("{} seed {seed} round {round}:{index}: {}", name(backend), broken.message);
                Broken { message, ..broken }
            }
        };
        let mut peopled = world.people(setting_choices(seed, round)).await.map_err(at(0))?;
        let mut before = Vec::new();
        for index in 0..count {
            let mut choices = statement_choices(seed, round, index);
            let statement = generate::statement(&mut choices, &peopled.setting.schema);
            let keep = index % KEEP_ONE_OF == 0;
            let (class, sql) = (statement.class.to_string(), statement.sql.clone());
            let again = statement.clone();
            let verdict = trial::run(&mut peopled, statement, keep).await.map_err(at(index))?;
            if keep && matches!(verdict, Verdict::Agreed) && trial::writes(&sql) {
                before.push(choices.recorded().to_vec());
            }
            let for_set = index % SET_ONE_OF == 1 && matches!(verdict, Verdict::Agreed);
            let for_set =
                if for_set { sets::run(&mut peopled, again).await.map_err(at(index))? } else { None };
            let found = |difference, for_set| Found {
                round,
                index,
                sql: sql.clone(),
                difference,
                case: Case {
                    setting: peopled.setting.choices.clone(),
                    before: before.clone(),
                    statement: choices.recorded().to_vec(),
                    for_set,
                },
            };
            summary.count(&class, verdict, |difference| found(difference, false));
            if let Some(verdict) = for_set {
                summary.count_for_set(&class, verdict, |difference| found(difference, true));
            }
            if summary.disagreed.len() as u64 >= self.options.stop_after || !summary.lost.is_empty() {
                break;
            }
        }
        summary.judged.merge(&peopled.judge.tally);
        Ok(())
    }
}

/// Reconnects to a server that has crashed and is being restarted.
async fn reconnect(backend: Backend, url: &str, name: &str) -> Result<World, Broken> {
    let mut tries = 0;
    loop {
        match World::connect(backend, url, name).await {
            Ok(world) => return Ok(world),
            Err(error) if tries == RECONNECTIONS => return Err(error),
            Err(_) => tokio::time::sleep(RECONNECT_AFTER).await,
        }
        tries += 1;
    }
}

/// Runs a future of this crate to completion, on the calling thread.
///
/// # Errors
/// The future's error, or that no runtime could be created.
pub fn block_on<T>(future: impl Future<Output = Result<T, Broken>>) -> Result<T, Broken> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| Broken::new(error.to_string()))?.block_on(future)
}
