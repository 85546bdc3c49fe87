//! Runs what must notice a mutant.

use super::{
    build::{VARIABLE, programs},
    mutant::{Catcher, Engine, mutants},
};
use std::{
    env,
    process::{Command, Output},
    time::Instant,
};

/// Statements of the oracle within which a mutant must show.
const STATEMENTS: u64 = 20_000;
/// Seconds within which it must show to hostile texts.
const SECONDS: u64 = 60;
/// What everything random follows from.
const SEED: &str = "7";

impl Engine {
    fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::Mariadb => "mariadb",
        }
    }

    /// The variable that says where its server is, to the tests.
    fn variable(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some("SEA_ORM_MULTITENANT_POSTGRES_URL"),
            Self::Mariadb => Some("SEA_ORM_MULTITENANT_ORACLE_MARIADB_URL"),
        }
    }

    fn url(self) -> Option<String> {
        let variable = self.variable()?;
        let name = self.name();
        Some(env::var(variable).unwrap_or_else(|_| {
            panic!("{variable} is not set: run `cargo xtask test`, which starts servers, or leave it out by `--skip {name}::`")
        }))
    }
}

/// What a program says with defects on: what it found first, or how it ended well.
type Said = Result<String, String>;

fn said(what: &str, output: &Output) -> Said {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    match output.status.code() {
        Some(0) => Ok(text),
        Some(1) => Err(text.lines().next().unwrap_or_default().to_owned()),
        _ => panic!("{what}: {}\n{text}{}", output.status, String::from_utf8_lossy(&output.stderr)),
    }
}

fn oracle(engine: Engine, switches: &str, statements: u64) -> Said {
    let mut command = Command::new(&programs().oracle);
    if let Some(url) = engine.url() {
        command.args(["--url", &url]);
    }
    command.args(["--backend", engine.name(), "--seed", SEED, "--jobs", "1"]);
    command.args(["--stop-after", "1", "--show", "0", "--count", &statements.to_string()]);
    said(switches, &command.env(VARIABLE, switches).output().expect("the oracle runs"))
}

fn hostile(engine: Engine, switches: &str, seconds: u64) -> Said {
    let mut command = Command::new(&programs().hostile);
    if let Some(url) = engine.url() {
        command.args(["--url", &url]);
    }
    command.args(["--backend", engine.name(), "--seed", SEED, "--stop-after", "1", "--shrink", "0"]);
    command.args(["--accepted", "100000000", "--seconds", &seconds.to_string()]);
    said(switches, &command.env(VARIABLE, switches).output().expect("the hostile texts run"))
}

/// A test that fails has noticed it.
fn test(name: &str, switches: &str) -> Said {
    let mut command = Command::new(&programs().suite);
    command.args([name, "--exact"]).env(VARIABLE, switches);
    let output = command.output().expect("the test runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("running 1 test"), "there is no test {name}:\n{text}");
    if output.status.success() { Ok(text) } else { Err(format!("the test {name}")) }
}

/// Runs every mutant of an engine, and none at all.
pub(crate) fn all_are_caught(engine: Engine) {
    for clean in [oracle(engine, "", STATEMENTS / 4), hostile(engine, "", SECONDS / 4)] {
        if let Err(found) = clean {
            panic!("found with no mutant on: {found}");
        }
    }
    let mut missed = Vec::new();
    let only = env::var("MUTANT").ok();
    for (name, catcher, switches) in mutants(engine) {
        if only.as_deref().is_some_and(|only| !name.contains(only)) {
            continue;
        }
        let started = Instant::now();
        let said = match catcher {
            Catcher::Oracle => oracle(engine, &switches, STATEMENTS),
            Catcher::Hostile => hostile(engine, &switches, SECONDS),
            Catcher::Test(test_name) => {
                if let Err(failed) = test(test_name, "") {
                    panic!("{failed} fails with no mutant on");
                }
                test(test_name, &switches)
            }
        };
        let seconds = started.elapsed().as_secs_f64();
        match said {
            Ok(_) => missed.push(name),
            Err(found) => println!("{name}: caught in {seconds:.1} s by {catcher:?}: {found}"),
        }
    }
    assert!(missed.is_empty(), "not caught within {STATEMENTS} statements or {SECONDS} s: {missed:?}");
}
