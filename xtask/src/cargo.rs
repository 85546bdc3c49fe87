//! Runs cargo commands from the root of the workspace.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Cargo's target directory.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// A cargo command with these arguments.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    // Without the variables that cargo set for this program: build scripts that read them would run again, and
    // everything that depends on them would be rebuilt.
    let of_this_package =
        |name: &str| ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|start| name.starts_with(start));
    for (name, _) in env::vars_os().filter(|(name, _)| name.to_str().is_some_and(of_this_package)) {
        command.env_remove(name);
    }
    command
}

/// The command line of a cargo command, with the variable that it needs.
pub(crate) fn typed(variable: Option<(&str, &str)>, arguments: &[&str]) -> String {
    let variable = variable.map(|(name, value)| format!("{name}=\"{value}\" ")).unwrap_or_default();
    format!("{variable}cargo {}", arguments.join(" "))
}

/// Prints and runs a cargo command. Returns whether it succeeded.
pub(crate) fn run(variable: Option<(&str, &str)>, arguments: &[&str]) -> bool {
    run_printed(&typed(variable, arguments), command(arguments).envs(variable))
}

/// Prints a command as it is typed, runs it, and prints its time and how it failed. Returns whether it succeeded.
pub(crate) fn run_printed(typed: &str, command: &mut Command) -> bool {
    println!("$ {typed}");
    let start = Instant::now();
    let status = command.status();
    println!("took {} s", start.elapsed().as_secs());
    match &status {
        Ok(status) if status.success() => {}
        Ok(status) => println!("it ended with {status}"),
        Err(error) => println!("it could not be started: {error}"),
    }
    status.is_ok_and(|status| status.success())
}
