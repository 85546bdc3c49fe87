//! The tasks of this repository. Run with `cargo xtask <task>`.

mod backend;
mod bench;
mod cargo;
mod examples;
mod imports;
mod interrupt;
mod oracle;
mod patterns;
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

/// The tasks.
#[derive(Debug, Subcommand)]
enum Task {
    /// Run every test, on database servers started for the run.
    Test(test::Options),
    /// Compare random statements through a scope with the same statements on the tenant's rows alone, on database
    /// servers started for the run.
    Oracle(oracle::Options),
    /// Measure the cost of a scope, on database servers started for the run.
    Bench(bench::Options),
    /// Run the checks that precede the tests.
    Tidy {
        /// First fix what can be fixed automatically.
        #[arg(long)]
        fix: bool,
    },
    /// Run everything that continuous integration runs.
    Ci,
}

/// Runs the task.
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

/// Runs the checks, the examples and the tests, even if some fail, so that one run shows all failures.
fn ci() -> bool {
    let mut problems = tidy::run(false);
    problems.extend(examples::run());
    let mut report = test::run(&test::Options::default());
    report.problems.splice(0..0, problems);
    report.finish()
}
