//! Runs the isolation oracle, on database servers that live as long as the run.

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::{
    backend::Backend,
    cargo,
    servers::{self, Database},
};

/// The options of `oracle`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// The backend; all backends by default.
    #[arg(long, value_enum)]
    backend: Option<Backend>,
    /// The seed of all random choices.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The number of statements per backend.
    #[arg(long, default_value_t = 10_000)]
    count: u64,
    /// The number of workers; one per processor by default.
    #[arg(long)]
    jobs: Option<usize>,
    /// A round, or a statement of it, to run again.
    #[arg(long, value_name = "ROUND[:STATEMENT]")]
    replay: Option<String>,
    /// Folder for the summary and the disagreements of each backend, as `oracle-<backend>.md` and `.txt`.
    #[arg(long, value_name = "FOLDER")]
    write: Option<PathBuf>,
    /// Run hostile texts, which parsers may read in two ways, instead; `count` is the number that the scope must have
    /// accepted.
    #[arg(long, conflicts_with_all = ["jobs", "replay", "write"])]
    hostile: bool,
    /// Further arguments for the program.
    #[arg(last = true)]
    arguments: Vec<String>,
}

/// Runs the oracle. Returns whether all backends agreed.
pub(crate) fn run(options: &Options) -> bool {
    let all = || Backend::value_variants().iter().copied().filter(|backend| backend.has_oracle()).collect();
    let backends = options.backend.map_or_else(all, |backend| vec![backend]);
    // Every backend runs, even if an earlier one disagreed.
    let failed: Vec<_> = backends.into_iter().filter(|backend| !run_on(*backend, options)).collect();
    for backend in &failed {
        println!("{backend}: the oracle failed");
    }
    failed.is_empty()
}

fn run_on(backend: Backend, options: &Options) -> bool {
    if !backend.has_oracle() {
        println!("{backend}: the oracle runs on PostgreSQL without Citus");
        return false;
    }
    // The server stops when this is dropped.
    let database = match provide(backend) {
        Ok(database) => database,
        Err(error) => {
            println!("{backend}: {error:#}");
            return false;
        }
    };
    let arguments = arguments(backend, options);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let variable = database.as_ref().map(|Database { variable, url, .. }| (*variable, url.as_str()));
    cargo::run(variable, &arguments)
}

/// The backend's server, with the variable that the oracle reads.
fn provide(backend: Backend) -> Result<Option<Database>> {
    backend.variable().map_or(Ok(None), |variable| servers::provide_for_oracle(backend, variable))
}

/// The arguments of cargo.
fn arguments(backend: Backend, options: &Options) -> Vec<String> {
    let Options { backend: _, seed, count, jobs, replay, write, hostile, arguments } = options;
    let (program, counted) = if *hostile { ("hostile", "--accepted") } else { ("oracle", "--count") };
    let mut all: Vec<String> =
        ["run", "--profile", "oracle", "--package", "sea-orm-multitenant-oracle", "--bin", program, "--"]
            .map(Into::into)
            .to_vec();
    let mut add = |name: &str, value: String| all.extend([name.to_owned(), value]);
    add("--backend", backend.to_string());
    add("--seed", seed.to_string());
    add(counted, count.to_string());
    if let Some(jobs) = jobs {
        add("--jobs", jobs.to_string());
    }
    if let Some(replay) = replay {
        add("--replay", replay.clone());
    }
    if let Some(folder) = write {
        add("--summary", folder.join(format!("oracle-{backend}.md")).display().to_string());
        add("--report", folder.join(format!("oracle-{backend}.txt")).display().to_string());
    }
    all.extend_from_slice(arguments);
    all
}
