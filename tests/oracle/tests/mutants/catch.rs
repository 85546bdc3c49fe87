//! Runs the programs that must catch a mutant.

use super::{
    build::{VARIABLE, programs},
    mutant::{Catcher, mutants},
};
use sea_orm_multitenant_oracle::schema::Backend;
use std::{
    env,
    process::{Command, Output},
    time::Instant,
};

/// The number of the oracle's statements within which a mutant must be caught.
const STATEMENTS: u64 = 20_000;
/// The seconds within which hostile texts must catch it.
const SECONDS: u64 = 60;
/// The seeds of all random choices. The oracle takes the next one if it has not caught a mutant: each leads to few schemas of
/// a kind that shows it.
const SEEDS: [&str; 3] = ["7", "2", "3"];

/// The server of a backend, for a program; the argument is left out if there is none.
fn url(backend: Backend) -> Vec<String> {
    let url = backend.server_of_tests();
    if url.is_empty() { Vec::new() } else { vec!["--url".to_owned(), url] }
}

/// The output of a program with mutants on: what it found first, or how it ended.
type Said = Result<String, String>;

fn said(what: &str, output: &Output) -> Said {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    match output.status.code() {
        Some(0) => Ok(text),
        Some(1) => Err(text.lines().next().unwrap_or_default().to_owned()),
        _ => panic!("{what}: {}\n{text}{}", output.status, String::from_utf8_lossy(&output.stderr)),
    }
}

fn oracle(backend: Backend, switches: &str, statements: u64, seed: &str) -> Said {
    let mut command = Command::new(&programs().oracle);
    command.args(url(backend)).args(["--backend", backend.name(), "--seed", seed, "--jobs", "1"]);
    command.args(["--stop-after", "1", "--show", "0", "--count", &statements.to_string()]);
    said(switches, &command.env(VARIABLE, switches).output().expect("the oracle runs"))
}

fn hostile(backend: Backend, switches: &str, seconds: u64) -> Said {
    let mut command = Command::new(&programs().hostile);
    command.args(url(backend)).args([
        "--backend",
        backend.name(),
        "--seed",
        SEEDS[0],
        "--stop-after",
        "1",
        "--shrink",
        "0",
    ]);
    command.args(["--accepted", "100000000", "--seconds", &seconds.to_string()]);
    said(switches, &command.env(VARIABLE, switches).output().expect("the hostile texts run"))
}

/// A test that fails has caught it.
fn test(name: &str, switches: &str) -> Said {
    let mut command = Command::new(&programs().suite);
    command.args([name, "--exact"]).env(VARIABLE, switches);
    let output = command.output().expect("the test runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("running 1 test"), "there is no test {name}:\n{text}");
    if output.status.success() { Ok(text) } else { Err(format!("the test {name}")) }
}

/// Runs every mutant of an engine, and no mutant.
pub(crate) fn all_are_caught(backend: Backend) {
    for clean in [oracle(backend, "", STATEMENTS / 4, SEEDS[0]), hostile(backend, "", SECONDS / 4)] {
        if let Err(found) = clean {
            panic!("found with no mutant on: {found}");
        }
    }
    let mut missed = Vec::new();
    let only = env::var("MUTANT").ok();
    for (name, catcher, switches) in mutants(backend) {
        if only.as_deref().is_some_and(|only| !name.contains(only)) {
            continue;
        }
        let started = Instant::now();
        let said = match catcher {
            Catcher::Oracle => {
                SEEDS.iter().try_for_each(|seed| oracle(backend, &switches, STATEMENTS, seed).map(drop))
            }
            Catcher::Hostile => hostile(backend, &switches, SECONDS).map(drop),
            Catcher::Test(test_name) => {
                if let Err(failed) = test(test_name, "") {
                    panic!("{failed} fails with no mutant on");
                }
                test(test_name, &switches).map(drop)
            }
        };
        let seconds = started.elapsed().as_secs_f64();
        match said {
            Ok(()) => missed.push(name),
            Err(found) => println!("{name}: caught in {seconds:.1} s by {catcher:?}: {found}"),
        }
    }
    assert!(
        missed.is_empty(),
        "not caught within {STATEMENTS} statements of a seed, or {SECONDS} s: {missed:?}"
    );
}
