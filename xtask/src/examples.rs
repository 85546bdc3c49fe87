//! Builds the examples and runs them briefly.

use crate::cargo;

/// The runs of examples that end by themselves: the folder of the example, and the arguments of cargo.
const SMOKE: &[(&str, &[&str])] =
    &[("examples/projects", &["run", "--package", "projects", "--", "--check"])];

/// Runs the example's command line, which must have no findings once the tables are created.
fn check_tenancy() -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| format!("cannot create a temporary folder: {error}"))?;
    let file = folder.path().join("projects.sqlite");
    let url = format!("sqlite://{}?mode=rwc", file.display());
    let steps: [&[&str]; 2] = [
        &["run", "--package", "projects", "--", "--migrate"],
        &["run", "--package", "projects", "--bin", "tenancy", "--", "check"],
    ];
    steps.into_iter().try_for_each(|arguments| {
        let variable = Some(("DATABASE_URL", &*url));
        if cargo::run(variable, arguments) { Ok(()) } else { Err(cargo::typed(variable, arguments)) }
    })
}

/// Builds every example and runs those listed. Returns what failed.
pub(crate) fn run() -> Vec<String> {
    let build: &[&str] = &["build", "--workspace", "--examples", "--bins"];
    let present = SMOKE.iter().filter(|(folder, _)| cargo::root().join(folder).is_dir());
    [build]
        .into_iter()
        .chain(present.map(|(_, arguments)| *arguments))
        .filter(|arguments| !cargo::run(None, arguments))
        .map(|arguments| cargo::typed(None, arguments))
        .chain(check_tenancy().err())
        .collect()
}
