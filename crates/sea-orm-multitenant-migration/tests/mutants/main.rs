//! Tests the tests of the planner: each defect put into the planner must make one of them fail.
//!
//! A copy of the crate contains all defects, each enabled by an environment variable, so that one build is enough; the
//! crate itself has no such switch. Unless a defect is about it, the comparison of the schema before and after is
//! disabled: the tests must detect the loss themselves.

mod build;
mod list;

use build::{VARIABLE, suite};
use list::{BLIND, MUTANTS, Mutant};
use std::{
    collections::BTreeSet,
    env,
    process::Command,
    sync::{Mutex, MutexGuard, PoisonError},
    thread,
};

/// The number of mutants that are tested in parallel.
const WORKERS: usize = 2;

/// Runs a test of the copy; `Err` with its output if it fails.
fn run(test: &str, switches: &str) -> Result<(), String> {
    let mut command = Command::new(suite());
    command.args([test, "--exact"]).env(VARIABLE, switches).current_dir(env!("CARGO_MANIFEST_DIR"));
    let output = command.output().expect("the test runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("running 1 test"), "no such test {test}:\n{text}");
    if output.status.success() { Ok(()) } else { Err(text) }
}

/// The tests that should detect a mutant, but pass.
fn not_catching(mutant: &Mutant) -> Vec<String> {
    let switches = if mutant.seen { mutant.name.to_owned() } else { format!("{},{BLIND}", mutant.name) };
    let missed = mutant.tests.iter().filter(|test| run(test, &switches).is_ok());
    missed.map(|test| format!("{} by {test}", mutant.name)).collect()
}

/// Takes the next mutant; the lock is released while the mutant is tested.
fn next<'a>(queue: &Mutex<impl Iterator<Item = &'a Mutant>>) -> Option<&'a Mutant> {
    lock(queue).next()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn every_mutant_is_caught() {
    let only = env::var("MUTANT").ok();
    let wanted = |mutant: &&Mutant| only.as_deref().is_none_or(|only| mutant.name.contains(only));
    let mutants: Vec<_> = MUTANTS.iter().filter(wanted).collect();
    let tests: BTreeSet<_> = mutants.iter().flat_map(|mutant| mutant.tests).collect();
    for test in tests {
        if let Err(text) = run(test, "") {
            panic!("{test} fails without a mutant:\n{text}");
        }
    }
    // Built before the threads start.
    suite();
    let queue = Mutex::new(mutants.into_iter());
    let missed = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                while let Some(mutant) = next(&queue) {
                    lock(&missed).extend(not_catching(mutant));
                }
            });
        }
    });
    let missed = lock(&missed);
    assert!(missed.is_empty(), "mutants not detected: {missed:#?}");
}
