//! The program that runs hostile texts.

use clap::{Parser, ValueEnum};
use sea_orm_multitenant_oracle::{
    hostile::{Options, run},
    run::block_on,
    schema::Backend,
};
use std::{env, process::ExitCode, time::Duration};

/// Runs texts that parsers may read in two ways, and prints those that reach another tenant's rows.
#[derive(Debug, Parser)]
struct Cli {
    /// The engine.
    #[arg(long, value_enum)]
    backend: Engine,
    /// The server; by default from the environment.
    #[arg(long)]
    url: Option<String>,
    /// The seed of all random choices.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The number of the first text.
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// The number of texts that the scope must accept.
    #[arg(long, default_value_t = 10_000)]
    accepted: u64,
    /// The time limit in seconds.
    #[arg(long, default_value_t = 86_400)]
    seconds: u64,
    /// The number of holes after which to stop.
    #[arg(long, default_value_t = 20)]
    stop_after: usize,
    /// Whether to shrink the texts of holes.
    #[arg(long, default_value_t = 1)]
    shrink: u8,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Engine {
    Sqlite,
    Postgres,
    Mariadb,
}

fn main() -> ExitCode {
    let Cli { backend, url, seed, first, accepted, seconds, stop_after, shrink } = Cli::parse();
    let (backend, variable) = match backend {
        Engine::Sqlite => (Backend::Sqlite, None),
        Engine::Postgres => (Backend::Postgres, Some("SEA_ORM_MULTITENANT_POSTGRES_URL")),
        Engine::Mariadb => (Backend::MariaDb, Some("SEA_ORM_MULTITENANT_MARIADB_URL")),
    };
    let url = match (url, variable.map(env::var)) {
        (Some(url), _) | (None, Some(Ok(url))) => url,
        (None, None) => String::new(),
        (None, Some(Err(_))) => {
            eprintln!("{} is not set", variable.unwrap_or_default());
            return ExitCode::from(2);
        }
    };
    let patience = Duration::from_secs(seconds);
    let options = Options { backend, url, seed, first, accepted, patience, stop_after, shrinks: shrink > 0 };
    match block_on(run(&options)) {
        Ok(report) => {
            println!("{report}");
            if report.found.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(broken) => {
            eprintln!("{}", broken.message);
            ExitCode::from(2)
        }
    }
}
