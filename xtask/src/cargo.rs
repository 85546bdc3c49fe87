//! Cargo commands, run from the root of the workspace.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

/// Root of the workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Where cargo puts what it builds.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Cargo with these arguments.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    // What cargo tells this program of its package: build scripts that read it would run again, and all that depends on them be built again.
    let of_this_package =
        |name: &str| ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|start| name.starts_with(start));
    for (name, _) in env::vars_os().filter(|(name, _)| name.to_str().is_some_and(of_this_package)) {
        command.env_remove(name);
    }
    command
}

/// A cargo command as it is typed, with the variable it needs in front.
pub(crate) fn typed(variable: Option<(&str, &str)>, arguments: &[&str]) -> String {
    let variable = variable.map(|(name, value)| format!("{name}=\"{value}\" ")).unwrap_or_default();
    format!("{variable}cargo {}", arguments.join(" "))
}

/// Prints and runs a cargo command, and says whether it succeeded.
pub(crate) fn run(variable: Option<(&str, &str)>, arguments: &[&str]) -> bool {
    println!("$ {}", typed(variable, arguments));
    let start = Instant::now();
    let status = command(arguments).envs(variable).status();
    println!("took {} s", start.elapsed().as_secs());
    match &status {
        Ok(status) if status.success() => {}
        Ok(status) => println!("it ended with {status}"),
        Err(error) => println!("it could not be started: {error}"),
    }
    status.is_ok_and(|status| status.success())
}
