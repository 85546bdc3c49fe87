//! The oracle is tested: each defect that is put into the rewriter must show.
//!
//! A copy of the rewriter gets all defects at once, each behind a question to an environment variable, so that one build
//! does for all of them; the crate itself holds no such switch. The rewriter's second check, which would turn most of
//! them into refusals, is off while a defect is on.

mod build;
mod list;

use list::{Engine, MUTANTS, Mutant};
use std::{env, path::Path, process::Command};

/// Statements within which a mutant must show.
const STATEMENTS: u64 = 20_000;
/// What everything random follows from.
const SEED: &str = "7";

/// What the oracle says with a mutant on: the first disagreement, or how it ended well.
fn oracle(program: &Path, engine: Engine, mutant: &str, statements: u64) -> Result<String, String> {
    let (name, variable) = match engine {
        Engine::Sqlite => ("sqlite", None),
        Engine::Postgres => ("postgres", Some("SEA_ORM_MULTITENANT_POSTGRES_URL")),
        Engine::Mariadb => ("mariadb", Some("SEA_ORM_MULTITENANT_ORACLE_MARIADB_URL")),
    };
    let mut command = Command::new(program);
    if let Some(variable) = variable {
        let url = env::var(variable).unwrap_or_else(|_| {
            panic!("{variable} is not set: run `cargo xtask test`, which starts servers, or leave it out by `--skip {name}::`")
        });
        command.args(["--url", &url]);
    }
    command.args(["--backend", name, "--seed", SEED, "--jobs", "1", "--stop-after", "1", "--show", "0"]);
    command.args(["--count", &statements.to_string()]).env(build::VARIABLE, mutant);
    let output = command.output().expect("the oracle runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    match output.status.code() {
        Some(0) => Ok(text),
        Some(1) => Err(text.lines().next().unwrap_or_default().to_owned()),
        _ => panic!("{mutant}: {}\n{text}{}", output.status, String::from_utf8_lossy(&output.stderr)),
    }
}

/// Runs every mutant of an engine, and none at all.
fn all_are_caught(engine: Engine) {
    let program = build::program();
    if let Err(disagreement) = oracle(&program, engine, "", STATEMENTS / 4) {
        panic!("the oracle disagrees with no mutant on: {disagreement}");
    }
    let mut missed = Vec::new();
    for Mutant { name, engine: _, replacements: _ } in MUTANTS.iter().filter(|mutant| mutant.engine == engine)
    {
        match oracle(&program, engine, name, STATEMENTS) {
            Ok(_) => missed.push(*name),
            Err(disagreement) => println!("{name}: caught at {disagreement}"),
        }
    }
    assert!(missed.is_empty(), "not caught within {STATEMENTS} statements: {missed:?}");
}

mod sqlite {
    #[test]
    fn every_mutant_is_caught() {
        super::all_are_caught(super::Engine::Sqlite);
    }
}

mod postgres {
    #[test]
    fn every_mutant_is_caught() {
        super::all_are_caught(super::Engine::Postgres);
    }
}

mod mariadb {
    #[test]
    fn every_mutant_is_caught() {
        super::all_are_caught(super::Engine::Mariadb);
    }
}
