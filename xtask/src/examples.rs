//! The examples: built, and run for a moment.

use crate::cargo;

/// Runs of examples that end by themselves: the folder the example is in, and the arguments of cargo.
const SMOKE: &[(&str, &[&str])] =
    &[("examples/projects", &["run", "--package", "projects", "--", "--check"])];

/// Builds every example and program, runs those that are there, and returns what failed.
pub(crate) fn run() -> Vec<String> {
    let build: &[&str] = &["build", "--workspace", "--examples", "--bins"];
    let present = SMOKE.iter().filter(|(folder, _)| cargo::root().join(folder).is_dir());
    [build]
        .into_iter()
        .chain(present.map(|(_, arguments)| *arguments))
        .filter(|arguments| !cargo::run(None, arguments))
        .map(|arguments| cargo::typed(None, arguments))
        .collect()
}
