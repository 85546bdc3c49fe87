//! The browser's programs: found, or installed where that needs no confirmation.

use nix::unistd::Uid;
use std::{env, path::PathBuf, process::Command};

/// Returns the path of the first of these programs that exists, after installing the Debian package if none does.
pub(crate) fn find_or_install(programs: &[&str], package: &str) -> PathBuf {
    if let Some(path) = programs.iter().find_map(|program| find(program)) {
        return path;
    }
    assert!(
        Uid::effective().is_root() && find("apt-get").is_some(),
        "{} is missing: install {package}, or skip this test with `-- --skip browser::`",
        programs.join(" or "),
    );
    apt_get(&["update"]);
    apt_get(&["install", "-y", "--no-install-recommends", package]);
    let installed = programs.iter().find_map(|program| find(program));
    installed.unwrap_or_else(|| panic!("{} is missing though {package} was installed", programs.join(" or ")))
}

fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).map(|directory| directory.join(program)).find(|path| path.is_file())
}

/// Runs apt-get, waiting for other runs of it to end.
fn apt_get(arguments: &[&str]) {
    let mut command = Command::new("apt-get");
    command.args(["-o", "DPkg::Lock::Timeout=300"]).args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    let status = command.status().unwrap();
    assert!(status.success(), "apt-get {} ended with {status}", arguments.join(" "));
}
