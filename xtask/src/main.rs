//! Tasks of this repository. Run with `cargo xtask <task>`.

mod backend;
mod bench;
mod cargo;
mod examples;
mod imports;
mod interrupt;
mod oracle;
mod report;
mod servers;
mod test;
mod tidy;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Tasks of this repository.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    /// The task to run.
    #[command(subcommand)]
    task: Task,
}

/// What can be asked for.
#[derive(Debug, Subcommand)]
enum Task {
    /// Run every test, on database servers started for the run.
    Test(test::Options),
    /// Compare random statements through a scope with those of a tenant alone, on database servers started for the run.
    Oracle(oracle::Options),
    /// Measure what a scope costs, on database servers started for the run.
    Bench(bench::Options),
    /// Run the checks that come before the tests.
    Tidy {
        /// Repair what can be repaired first.
        #[arg(long)]
        fix: bool,
    },
    /// Run everything that continuous integration runs.
    Ci,
}

/// Runs the task that was asked for.
fn main() -> ExitCode {
    let succeeded = match Cli::parse().task {
        Task::Test(options) => test::run(&options).finish(),
        Task::Oracle(options) => oracle::run(&options),
        Task::Bench(options) => bench::run(&options),
        Task::Tidy { fix } => tidy::run(fix).is_empty(),
        Task::Ci => ci(),
    };
    if succeeded { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs the checks, the examples and the tests, all of them whatever fails, so that one run shows everything.
fn ci() -> bool {
    let mut problems = tidy::run(false);
    problems.extend(examples::run());
    let mut report = test::run(&test::Options::default());
    report.problems.splice(0..0, problems);
    report.finish()
}
