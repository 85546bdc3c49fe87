//! Counts the instructions of a scope's own work with valgrind: the counts do not depend on the machine's load.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail, ensure};

use crate::{cargo, servers::binaries};

/// The increase in percent that counts as a regression.
const TOLERANCE: u64 = 5;

/// Fails if an operation takes more instructions than recorded.
pub(super) fn check() -> Result<()> {
    let text = fs::read_to_string(path()).context("there are no figures; make them with --write")?;
    let expected = read(&text)?;
    let counted = count()?;
    ensure!(
        counted.keys().eq(expected.keys()),
        "the figures are for other operations; make them again with --write"
    );
    let mut regressions = 0;
    for (operation, now) in &counted {
        let before = expected[operation];
        let verdict = if is_regression(before, *now) { "REGRESSION" } else { "ok" };
        regressions += usize::from(is_regression(before, *now));
        println!("{operation:30} {before:>12} {now:>12} {verdict}");
    }
    ensure!(regressions == 0, "{regressions} operations take more instructions than recorded");
    Ok(())
}

fn is_regression(before: u64, now: u64) -> bool {
    now * 100 > before * (100 + TOLERANCE)
}

/// Reads the figures of a file.
pub(super) fn read(text: &str) -> Result<BTreeMap<String, u64>> {
    let read = |line: &str| {
        let (operation, instructions) = line.split_once(' ')?;
        Some((operation.to_owned(), instructions.parse().ok()?))
    };
    text.lines().map(|line| read(line).with_context(|| format!("`{line}` is not a figure"))).collect()
}

/// The file of the figures.
pub(super) fn path() -> PathBuf {
    cargo::root().join("benches/instructions.txt")
}

/// The number of instructions of one run of each operation.
pub(super) fn count() -> Result<BTreeMap<String, u64>> {
    let program = super::build("instructions")?;
    let listed = Command::new(&program).output()?;
    let operations = String::from_utf8(listed.stdout)?;
    operations
        .lines()
        .map(|line| {
            let (operation, times) = line.split_once(' ').context("the program lists no numbers")?;
            let times: u64 = times.parse()?;
            println!("counting {operation}");
            // The difference of two runs excludes the start-up.
            let nowhere = Path::new("/dev/null");
            let (few, many) = (
                callgrind(&program, &[operation, "10"], nowhere)?,
                callgrind(&program, &[operation, &(10 + times).to_string()], nowhere)?,
            );
            ensure!(many > few, "{operation} took no instructions");
            Ok((operation.to_owned(), (many - few) / times))
        })
        .collect()
}

/// Counts the instructions of a program, which callgrind writes to a file by function.
pub(super) fn callgrind(program: &Path, arguments: &[&str], out: &Path) -> Result<u64> {
    let valgrind = binaries::find_or_install("valgrind", "valgrind")?;
    let counted = Command::new(valgrind)
        .arg("--tool=callgrind")
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output()?;
    let said = String::from_utf8_lossy(&counted.stderr);
    ensure!(counted.status.success(), "{} {arguments:?} failed:\n{said}", program.display());
    collected(&said)
}

/// The number of instructions that callgrind reports.
fn collected(output: &str) -> Result<u64> {
    let line = output.lines().find_map(|line| line.split_once("Collected :"));
    let Some((_, number)) = line else { bail!("callgrind counted nothing:\n{output}") };
    number.trim().parse().context("callgrind's count is not a number")
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
    fn figures_are_read_back() {
        let found = read("cached-join 1234\nlist 5\n").unwrap();
        assert_eq!(found, BTreeMap::from([("cached-join".to_owned(), 1_234), ("list".to_owned(), 5)]));
        assert!(read("cached-join\n").is_err());
        assert!(read("cached-join many\n").is_err());
    }

    #[test]
    fn callgrinds_count_is_found() {
        assert_eq!(collected("==1== Events    : Ir\n==1== Collected : 71048762\n").unwrap(), 71_048_762);
        assert!(collected("valgrind: no such file").is_err());
    }
}
