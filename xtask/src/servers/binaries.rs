//! The programs of the servers: found, or installed where that needs no confirmation.

use std::{
    cmp::Reverse,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};
use nix::unistd::Uid;

/// Returns the path of a program, after installing its Debian package if it is missing.
pub(crate) fn find_or_install(program: &str, package: &str) -> Result<PathBuf> {
    if let Some(path) = find(program) {
        return Ok(path);
    }
    ensure!(
        Uid::effective().is_root() && find("apt-get").is_some(),
        "{program} is missing: install {package}, or name a running server in SEA_ORM_MULTITENANT_POSTGRES_URL \
         or SEA_ORM_MULTITENANT_MARIADB_URL"
    );
    apt_get(&["update"])?;
    apt_get(&["install", "-y", "--no-install-recommends", package])?;
    find(program).with_context(|| format!("{program} is missing though {package} was installed"))
}

/// Returns the path of a program that exists.
fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut directories: Vec<_> = env::split_paths(&path).collect();
    directories.extend(postgres_directories());
    directories.push("/usr/sbin".into());
    directories.into_iter().map(|directory| directory.join(program)).find(|path| path.is_file())
}

/// The directories of PostgreSQL's programs on Debian, newest version first.
fn postgres_directories() -> Vec<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<_> = versions.map(|version| version.path()).collect();
    versions.sort_by_key(|path| Reverse(version(path)));
    versions.into_iter().map(|path| path.join("bin")).collect()
}

/// The version number in a directory's name.
fn version(path: &Path) -> Option<u32> {
    path.file_name()?.to_str()?.parse().ok()
}

/// Runs apt-get, waiting for other runs of it to end.
fn apt_get(arguments: &[&str]) -> Result<()> {
    println!("$ apt-get {}", arguments.join(" "));
    let status = Command::new("apt-get")
        .args(["-o", "DPkg::Lock::Timeout=300"])
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .status()
        .context("cannot start apt-get")?;
    ensure!(status.success(), "apt-get {} ended with {status}", arguments.join(" "));
    Ok(())
}
