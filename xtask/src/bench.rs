//! What a scope costs: times beside a filter written by hand, and instructions beside those of the last time.

use std::{
    collections::BTreeMap,
    fs,
    path::PathBuf,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, ValueEnum};

use crate::{
    backend::Backend,
    cargo,
    servers::{self, binaries},
};

/// What is measured.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// The backend whose times are measured; all of them when none is given.
    #[arg(long, value_enum, conflicts_with = "check")]
    backend: Option<Backend>,
    /// Count instructions only, and fail where they are more than 5 % above the figures in benches/instructions.txt.
    #[arg(long)]
    check: bool,
    /// Write the counted instructions to benches/instructions.txt.
    #[arg(long, conflicts_with = "check")]
    write: bool,
}

/// How much more than the figure is a regression, in percent.
const TOLERANCE: u64 = 5;

/// Measures, and says whether all went well.
pub(crate) fn run(options: &Options) -> bool {
    let measured = if options.check { check() } else { measure(options) };
    if let Err(error) = &measured {
        println!("error: {error:#}");
    }
    measured.is_ok()
}

fn measure(options: &Options) -> Result<()> {
    let mut backends =
        options.backend.map_or_else(|| Backend::value_variants().to_vec(), |backend| vec![backend]);
    // The tables of the comparison are not distributed.
    backends.retain(|backend| *backend != Backend::Citus);
    let compare = build("compare")?;
    for backend in backends {
        // The server stops when this is dropped.
        let server = servers::provide(backend)?;
        let url = server.as_ref().map_or("sqlite::memory:", |server| &server.url);
        let status = Command::new(&compare).args([&backend.to_string(), url]).status()?;
        ensure!(status.success(), "{backend}: the comparison ended with {status}");
    }
    let counted = count()?;
    for (operation, instructions) in &counted {
        println!("{operation:30} {instructions:>12} instructions");
    }
    if options.write {
        let lines = counted.iter().map(|(operation, instructions)| format!("{operation} {instructions}\n"));
        fs::write(figures(), lines.collect::<String>())?;
    }
    Ok(())
}

fn check() -> Result<()> {
    let text = fs::read_to_string(figures()).context("there are no figures; make them with --write")?;
    let expected = read_figures(&text)?;
    let counted = count()?;
    ensure!(
        counted.keys().eq(expected.keys()),
        "the figures are of other operations; make them with --write"
    );
    let mut regressions = 0;
    for (operation, now) in &counted {
        let before = expected[operation];
        let verdict = if is_regression(before, *now) { "REGRESSION" } else { "ok" };
        regressions += usize::from(is_regression(before, *now));
        println!("{operation:30} {before:>12} {now:>12} {verdict}");
    }
    ensure!(regressions == 0, "{regressions} operations take more instructions than they did");
    Ok(())
}

fn is_regression(before: u64, now: u64) -> bool {
    now * 100 > before * (100 + TOLERANCE)
}

fn read_figures(text: &str) -> Result<BTreeMap<String, u64>> {
    let read = |line: &str| {
        let (operation, instructions) = line.split_once(' ')?;
        Some((operation.to_owned(), instructions.parse().ok()?))
    };
    text.lines().map(|line| read(line).with_context(|| format!("`{line}` is no figure"))).collect()
}

fn figures() -> PathBuf {
    cargo::root().join("benches/instructions.txt")
}

/// Builds a program of the benches, and says where it is.
fn build(program: &str) -> Result<PathBuf> {
    let package = "sea-orm-multitenant-benches";
    let built = cargo::run(None, &["build", "--profile", "bench", "--package", package, "--bin", program]);
    ensure!(built, "{program} could not be built");
    Ok(cargo::target().join("release").join(program))
}

/// Instructions of one run of each operation.
fn count() -> Result<BTreeMap<String, u64>> {
    let valgrind = binaries::find_or_install("valgrind", "valgrind")?;
    let program = build("instructions")?;
    let listed = Command::new(&program).output()?;
    let operations = String::from_utf8(listed.stdout)?;
    let instructions = |operation: &str, times: u64| {
        let counted = Command::new(&valgrind)
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(&program)
            .args([operation, &times.to_string()])
            .stdin(Stdio::null())
            .output()?;
        collected(&String::from_utf8_lossy(&counted.stderr))
    };
    operations
        .lines()
        .map(|line| {
            let (operation, times) = line.split_once(' ').context("the program lists no numbers")?;
            let times: u64 = times.parse()?;
            println!("counting {operation}");
            // The difference of two runs has no start-up in it.
            let (few, many) = (instructions(operation, 10)?, instructions(operation, 10 + times)?);
            ensure!(many > few, "{operation} took no instructions");
            Ok((operation.to_owned(), (many - few) / times))
        })
        .collect()
}

/// The number that callgrind says it collected.
fn collected(output: &str) -> Result<u64> {
    let line = output.lines().find_map(|line| line.split_once("Collected :"));
    let Some((_, number)) = line else { bail!("callgrind counted nothing:\n{output}") };
    number.trim().parse().context("callgrind's count is no number")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_percent_more_is_no_regression() {
        assert!(!is_regression(1_000, 1_050));
        assert!(is_regression(1_000, 1_051));
        assert!(!is_regression(1_000, 10));
    }

    #[test]
    fn figures_are_read_as_they_are_written() {
        let read = read_figures("cached-join 1234\nlist 5\n").unwrap();
        assert_eq!(read, BTreeMap::from([("cached-join".to_owned(), 1_234), ("list".to_owned(), 5)]));
        assert!(read_figures("cached-join\n").is_err());
        assert!(read_figures("cached-join many\n").is_err());
    }

    #[test]
    fn callgrinds_count_is_found() {
        assert_eq!(collected("==1== Events    : Ir\n==1== Collected : 71048762\n").unwrap(), 71_048_762);
        assert!(collected("valgrind: no such file").is_err());
    }
}
