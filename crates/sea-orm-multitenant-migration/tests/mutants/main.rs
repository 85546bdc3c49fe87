//! The tests of the planner are tested: each defect that is put into it must make one of them fail.
//!
//! A copy of the crate gets all defects at once, each behind a question to an environment variable, so that one build does for all
//! of them; the crate itself holds no such switch. The comparison of the schema before and after is off while a defect is on, unless
//! the defect is about it: what the planner loses must be noticed by the tests' own eyes.

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

/// Mutants that are tried at once.
const WORKERS: usize = 2;

/// Runs a test of the copy; what it wrote where it fails.
fn run(test: &str, switches: &str) -> Result<(), String> {
    let mut command = Command::new(suite());
    command.args([test, "--exact"]).env(VARIABLE, switches).current_dir(env!("CARGO_MANIFEST_DIR"));
    let output = command.output().expect("the test runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("running 1 test"), "there is no test {test}:\n{text}");
    if output.status.success() { Ok(()) } else { Err(text) }
}

/// The tests that should notice a mutant and do not.
fn not_catching(mutant: &Mutant) -> Vec<String> {
    let switches = if mutant.seen { mutant.name.to_owned() } else { format!("{},{BLIND}", mutant.name) };
    let missed = mutant.tests.iter().filter(|test| run(test, &switches).is_ok());
    missed.map(|test| format!("{} by {test}", mutant.name)).collect()
}

/// Takes the next mutant; the lock is free while it runs.
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
            panic!("{test} fails with no mutant on:\n{text}");
        }
    }
    // Built before the threads ask for it.
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
    assert!(missed.is_empty(), "not caught: {missed:#?}");
}
