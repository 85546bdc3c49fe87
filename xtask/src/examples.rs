//! Builds the examples and runs them briefly.

use std::process::Command;

use crate::cargo;

/// Everything at once: a build of one package alone gives its dependencies other features, and so compiles them again.
const BUILD: &[&str] = &["build", "--workspace", "--examples", "--bins"];

/// Programs that end by themselves: the path below the build's folder, and the arguments.
const RUNS: &[(&str, &[&str])] = &[
    ("projects", &["--check"]),
    ("examples/quickstart", &[]),
    ("examples/raw_sql", &[]),
    ("examples/set_of_tenants", &[]),
];

/// Runs a program of the build, and returns what it was called with when it fails.
fn run_program(name: &str, arguments: &[&str], database: Option<&str>) -> Result<(), String> {
    let path = cargo::target().join("debug").join(name);
    let typed = format!("{} {}", path.display(), arguments.join(" "));
    let mut command = Command::new(path);
    command.args(arguments).current_dir(cargo::root()).envs(database.map(|url| ("DATABASE_URL", url)));
    if cargo::run_printed(&typed, &mut command) { Ok(()) } else { Err(typed) }
}

/// Migrates a new database of the example and checks it with the command line.
fn check_tenancy() -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| format!("cannot create a temporary folder: {error}"))?;
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("projects.sqlite").display());
    run_program("projects", &["--migrate"], Some(&url))?;
    run_program("tenancy", &["check"], Some(&url))
}

/// Builds every example and program, runs those that end by themselves, and returns what failed.
pub(crate) fn run() -> Vec<String> {
    if !cargo::run(None, BUILD) {
        return vec![cargo::typed(None, BUILD)];
    }
    RUNS.iter()
        .map(|(name, arguments)| run_program(name, arguments, None))
        .chain([check_tenancy()])
        .filter_map(Result::err)
        .collect()
}
