//! The program that runs the isolation oracle.

use clap::{Parser, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use sea_orm_multitenant_oracle::{
    report,
    run::{Options, ROUND, block_on, run},
    schema::Backend,
    summary::Summary,
    world::Broken,
};
use std::{
    env, fs,
    process::ExitCode,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::Duration,
};

/// The number of statements after which a run without a terminal prints its progress.
const TELL_EVERY: u64 = 25_000;

/// Runs random statements on a shared database through a scope, and on a database of the tenant alone, and compares the
/// answers.
#[derive(Debug, Parser)]
#[command(name = "oracle")]
struct Cli {
    /// The engine.
    #[arg(long, value_enum)]
    backend: Engine,
    /// The seed of all random choices.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The number of statements.
    #[arg(long, default_value_t = 10_000)]
    count: u64,
    /// The number of workers; by default one per processor.
    #[arg(long)]
    jobs: Option<usize>,
    /// The server; by default that of the tests.
    #[arg(long)]
    url: Option<String>,
    /// File for the summary, as Markdown.
    #[arg(long, value_name = "FILE")]
    summary: Option<String>,
    /// File for the disagreements.
    #[arg(long, value_name = "FILE")]
    report: Option<String>,
    /// The number of disagreements after which to stop.
    #[arg(long, default_value_t = 20)]
    stop_after: u64,
    /// The number of disagreements to shrink and print.
    #[arg(long, default_value_t = 5)]
    show: usize,
    /// A round, or a statement of it, to run again.
    #[arg(long, value_name = "ROUND[:STATEMENT]", value_parser = replay)]
    replay: Option<(u64, Option<u64>)>,
    /// Also print, shrunk, the statements that the engine itself answers wrongly.
    #[arg(long)]
    show_engine: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Engine {
    Sqlite,
    Postgres,
    Mariadb,
}

impl Engine {
    fn backend(self) -> Backend {
        match self {
            Self::Sqlite => Backend::Sqlite,
            Self::Postgres => Backend::Postgres,
            Self::Mariadb => Backend::MariaDb,
        }
    }

    /// Environment variable that names the server.
    fn variable(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some("SEA_ORM_MULTITENANT_POSTGRES_URL"),
            Self::Mariadb => Some("SEA_ORM_MULTITENANT_MARIADB_URL"),
        }
    }
}

fn replay(text: &str) -> Result<(u64, Option<u64>), std::num::ParseIntError> {
    match text.split_once(':') {
        Some((round, index)) => Ok((round.parse()?, Some(index.parse()?))),
        None => Ok((text.parse()?, None)),
    }
}

fn main() -> ExitCode {
    match Cli::parse().run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(Broken { message, is_lost: _ }) => {
            eprintln!("the oracle could not run: {message}");
            ExitCode::from(2)
        }
    }
}

impl Cli {
    /// Runs the oracle and prints the result. Returns whether all answers agreed.
    fn run(&self) -> Result<bool, Broken> {
        let options = self.options()?;
        let bar = ProgressBar::new(options.count);
        let style = "{bar:30} {pos}/{len} {per_sec} {elapsed}/{duration} {msg}";
        bar.set_style(ProgressStyle::with_template(style).map_err(|error| Broken::new(error.to_string()))?);
        bar.enable_steady_tick(Duration::from_millis(500));
        let told = AtomicU64::new(0);
        let mut summary = run(&options, &|summary: &Summary| {
            let total = summary.total();
            // Without a terminal there is no progress bar.
            if bar.is_hidden() && total.all() / TELL_EVERY > told.load(Ordering::Relaxed) {
                told.fetch_add(1, Ordering::Relaxed);
                println!("{} statements, {} disagreed", total.all(), summary.disagreed.len());
            }
            bar.set_position(total.all());
            bar.set_message(format!("disagreed {} refused {}", total.disagreed, total.refused));
        })?;
        bar.finish();
        if let Some((_, Some(index))) = self.replay {
            for list in
                [&mut summary.disagreed, &mut summary.engine, &mut summary.timed_out, &mut summary.lost]
            {
                list.retain(|found| found.index == index);
            }
        }
        self.print(&options, &summary)?;
        Ok(summary.disagreed.is_empty())
    }

    fn options(&self) -> Result<Options, Broken> {
        let url = match (&self.url, self.backend.variable()) {
            (Some(url), _) => url.clone(),
            (None, None) => String::new(),
            (None, Some(variable)) => env::var(variable).map_err(|_| {
                Broken::new(format!(
                    "{variable} is not set: run `cargo xtask oracle`, which starts servers, or give --url"
                ))
            })?,
        };
        let jobs = self.jobs.unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from));
        let mut options = Options {
            backend: self.backend.backend(),
            url,
            seed: self.seed,
            count: self.count,
            first_round: 0,
            jobs,
            stop_after: self.stop_after,
        };
        if let Some((round, index)) = self.replay {
            options.first_round = round;
            options.count = index.map_or(ROUND, |index| (index + 1).min(ROUND));
        }
        Ok(options)
    }

    fn print(&self, options: &Options, summary: &Summary) -> Result<(), Broken> {
        let mut reports = String::new();
        let engine: &[_] = if self.show_engine { &summary.engine } else { &[] };
        for found in summary.disagreed.iter().take(self.show).chain(engine.iter().take(self.show)) {
            let report = block_on(report::explain(options, found))?;
            println!("{report}");
            reports += &report;
        }
        for found in summary.disagreed.iter().skip(self.show) {
            println!("{}:{} {:?} {}", found.round, found.index, found.difference, found.sql);
        }
        println!("{summary}");
        let write = |path: &Option<String>, text: &str| match path {
            Some(path) => fs::write(path, text).map_err(|error| Broken::new(format!("{path}: {error}"))),
            None => Ok(()),
        };
        write(&self.summary, &summary.to_string())?;
        write(&self.report, &reports)
    }
}
