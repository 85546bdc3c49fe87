//! Runs the tests, on database servers that live as long as the run.

use std::{
    io::{self, BufRead, BufReader, PipeReader, Write},
    os::unix::process::CommandExt,
    process::{Child, Command},
    time::Instant,
};

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, ValueEnum};

use crate::{
    backend::{Backend, ORACLE_MARIADB},
    cargo, interrupt,
    report::{Availability, Counts, Report},
    servers::{self, Database},
};

/// The options of `test`.
#[derive(Args, Debug, Default)]
pub(crate) struct Options {
    /// Exclude the tests of a backend.
    #[arg(long, value_enum, value_name = "BACKEND")]
    without: Vec<Backend>,
    /// Arguments of the test programs, such as a part of the names of the tests to run.
    #[arg(last = true)]
    arguments: Vec<String>,
}

/// Runs the tests on every backend that is not excluded.
pub(crate) fn run(options: &Options) -> Report {
    let mut counts = Counts::default();
    let mut backends = Vec::new();
    let cargo = interrupt::listen().and_then(|()| {
        // The servers stop when this is dropped, after the tests.
        let (databases, available) = prepare(options);
        backends = available;
        let start = Instant::now();
        let result = run_cargo(&mut command(options, &backends, &databases), &mut counts);
        println!("the tests and their build took {} s", start.elapsed().as_secs());
        result
    });
    Report::new(&counts, cargo.map_err(|error| format!("{error:#}")), &backends, options.arguments.is_empty())
}

/// Provides the backends; if a server does not start, the other backends are still tested.
fn prepare(options: &Options) -> (Vec<Database>, Vec<(Backend, Availability)>) {
    let mut databases = Vec::new();
    let mut backends = Vec::new();
    for &backend in Backend::value_variants() {
        let availability = if options.without.contains(&backend) {
            Availability::LeftOut
        } else if let Some(why) = servers::cannot_be_had(backend) {
            Availability::NotInstalled(why)
        } else {
            match provide(backend) {
                Ok(provided) => {
                    databases.extend(provided);
                    Availability::Ready
                }
                Err(error) => Availability::CouldNotStart(format!("{error:#}")),
            }
        };
        backends.push((backend, availability));
    }
    (databases, backends)
}

/// The servers of a backend: MariaDB has a second one, for the oracle.
fn provide(backend: Backend) -> Result<Vec<Database>> {
    let mut databases: Vec<_> = servers::provide(backend)?.into_iter().collect();
    if backend == Backend::Mariadb {
        databases.extend(servers::provide_for_oracle(backend, ORACLE_MARIADB)?);
    }
    Ok(databases)
}

/// The command that runs the tests of the available backends.
fn command(options: &Options, backends: &[(Backend, Availability)], databases: &[Database]) -> Command {
    let mut command = cargo::command(&["test", "--workspace", "--no-fail-fast", "--"]);
    // The counts are parsed from the output, where colours would disturb.
    command.env("CARGO_TERM_COLOR", "never");
    for (backend, availability) in backends {
        if !matches!(availability, Availability::Ready) {
            command.args(["--skip", backend.filter()]);
        }
        if let Some(variable) = backend.variable() {
            command.env_remove(variable);
        }
    }
    command.env_remove(ORACLE_MARIADB);
    command.args(&options.arguments);
    command.envs(databases.iter().map(|database| (database.variable, &database.url)));
    command
}

/// Runs the tests, prints their output and counts the results.
fn run_cargo(command: &mut Command, counts: &mut Counts) -> Result<()> {
    let (mut tests, output) = start(command).context("cannot start cargo test")?;
    interrupt::watch(&tests);
    let read = pass_through(output, counts);
    let status = tests.wait();
    interrupt::forget();
    read.context("cannot pass on the output of cargo test")?;
    ensure!(!interrupt::requested(), "the run was interrupted");
    let status = status?;
    if !status.success() {
        bail!("cargo test ended with {status}");
    }
    Ok(())
}

/// Starts the tests in their own process group, with both outputs in one pipe, which keeps their order.
fn start(command: &mut Command) -> io::Result<(Child, PipeReader)> {
    let (reader, writer) = io::pipe()?;
    let child = command.stdout(writer.try_clone()?).stderr(writer).process_group(0).spawn()?;
    // The command's own ends of the pipe must be closed, or reading would never end.
    command.stdout(io::stdout()).stderr(io::stderr());
    Ok((child, reader))
}

/// Prints every line as it arrives, and counts what it reports.
fn pass_through(output: PipeReader, counts: &mut Counts) -> io::Result<()> {
    let mut stdout = io::stdout();
    for line in BufReader::new(output).split(b'\n') {
        let line = line?;
        stdout.write_all(&line)?;
        stdout.write_all(b"\n")?;
        counts.read(&String::from_utf8_lossy(&line));
    }
    Ok(())
}
