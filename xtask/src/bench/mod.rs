//! Measures the cost of a scope: times compared with a filter written by hand, curves, and instructions compared with
//! the recorded ones.

mod budgets;
mod core;
mod figures;
mod instructions;
mod operations;
mod page;
mod plots;
mod profile;
mod tables;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use clap::{Args, ValueEnum};

use crate::{backend::Backend, cargo, servers};
use figures::Figures;

/// The number of runs of the comparison.
const RUNS: usize = 3;

/// The options of `bench`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Measure the times of one backend only; by default all of them, the curves and the instructions.
    #[arg(long, value_enum)]
    backend: Option<Backend>,
    /// Seconds for each operation on each backend, in three runs together.
    #[arg(long, default_value_t = 6.0)]
    seconds: f64,
    /// Count instructions only, and fail if there are more than 5 % above the figures in benches/instructions.txt.
    #[arg(long, conflicts_with_all = ["backend", "write", "plots"])]
    check: bool,
    /// Count, time and profile only a scope's own work, which needs no server.
    #[arg(long, conflicts_with_all = ["backend", "check", "plots"])]
    work: bool,
    /// Save the measurements in benches/, and write the tables and plots of docs/evidence/performance.md from them.
    #[arg(long)]
    write: bool,
    /// Measure nothing; write the tables and plots from the figures in benches/.
    #[arg(long, conflicts_with_all = ["backend", "write"])]
    plots: bool,
}

/// Measures. Returns whether everything succeeded.
pub(crate) fn run(options: &Options) -> bool {
    let done = if options.check {
        instructions::check()
    } else if options.plots {
        publish()
    } else {
        measure(options)
    };
    if let Err(error) = &done {
        println!("error: {error:#}");
    }
    done.is_ok()
}

/// Writes the page and its plots from the saved figures.
fn publish() -> Result<()> {
    let figures = kept()?;
    page::write(&figures)?;
    plots::write(&figures)
}

/// The saved figures, including the counted instructions.
fn kept() -> Result<Figures> {
    let mut figures = figures::load()?;
    if let Ok(counted) = fs::read_to_string(instructions::path()) {
        figures.insert("instructions".to_owned(), counted);
    }
    Ok(figures)
}

fn measure(options: &Options) -> Result<()> {
    let mut measured = Figures::new();
    // Each result is saved at once, so that it is not lost when another measurement fails.
    let mut keep = |name: &str, figures: String| {
        let figures = Figures::from([(name.to_owned(), figures)]);
        if options.write {
            figures::save(&figures)?;
        }
        measured.extend(figures);
        anyhow::Ok(())
    };
    if options.backend.is_none() && !options.work {
        keep("curves", curves()?)?;
    }
    for backend in Backend::value_variants() {
        let is_asked_for = !options.work && options.backend.is_none_or(|only| only == *backend);
        match servers::cannot_be_had(*backend) {
            _ if !is_asked_for => {}
            Some(reason) => println!("{backend}: not measured: {reason}"),
            // The tables of the comparison are not distributed.
            None if *backend == Backend::Citus => keep("router", router()?)?,
            None => keep(&backend.to_string(), compare(*backend, options.seconds)?)?,
        }
    }
    let mut counted = None;
    if options.backend.is_none() {
        let mut times = Command::new(build("instructions")?);
        times.arg("time");
        keep("times", output(times)?)?;
        keep("profile", profile::profile()?)?;
        keep("operations", operations::count()?)?;
        let lines = instructions::count()?;
        counted =
            Some(lines.iter().map(|(operation, count)| format!("{operation} {count}\n")).collect::<String>());
    }
    if options.write {
        if let Some(counted) = counted {
            fs::write(instructions::path(), counted)?;
        }
        return publish();
    }
    measured.extend(counted.map(|counted| ("instructions".to_owned(), counted)));
    for (name, table) in tables::all(&measured)? {
        println!("\n{name}\n\n{table}");
    }
    Ok(())
}

/// The points of all curves. Only the curve of the threads uses more than one core.
fn curves() -> Result<String> {
    let program = build("curves")?;
    let mut points = String::new();
    for curve in ["texts", "catalogue", "threads", "tenants"] {
        let core = if curve == "threads" { None } else { Some(core::OneCore::take()?) };
        let mut curves = Command::new(&program);
        curves.arg(curve);
        points += &output(curves)?;
        drop(core);
    }
    Ok(points)
}

/// The times of a backend's arms, from several runs of the program: the times also depend on the memory layout of a
/// run.
fn compare(backend: Backend, seconds: f64) -> Result<String> {
    let program = build("compare")?;
    let _core = core::OneCore::take()?;
    // The server stops when this is dropped.
    let server = servers::provide(backend)?;
    let url = server.as_ref().map_or_else(|| "sqlite::memory:".to_owned(), servers::Database::nearest_url);
    let seconds = (seconds / RUNS as f64).to_string();
    let run = |_| {
        let mut compare = Command::new(&program);
        compare.args([&backend.to_string(), &url, &seconds]);
        output(compare)
    };
    let runs: Vec<_> = (0..RUNS).map(run).collect::<Result<_>>()?;
    figures::middle(&runs)
}

/// The times of statements on Citus.
fn router() -> Result<String> {
    let program = build("router")?;
    let server = servers::provide(Backend::Citus)?.context("Citus is a server")?;
    let mut router = Command::new(program);
    router.arg(&server.url);
    output(router)
}

/// Returns the output of a program, whose progress bar is shown.
fn output(mut program: Command) -> Result<String> {
    let done = program.stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
    let name = Path::new(program.get_program()).display();
    ensure!(done.status.success(), "{name} ended with {}", done.status);
    Ok(String::from_utf8(done.stdout)?)
}

/// Builds a program of the benches, and returns its path.
fn build(program: &str) -> Result<PathBuf> {
    let package = "sea-orm-multitenant-benches";
    let built = cargo::run(None, &["build", "--profile", "bench", "--package", package, "--bin", program]);
    ensure!(built, "{program} could not be built");
    Ok(cargo::target().join("release").join(program))
}
