//! PostgreSQL.

use std::{path::PathBuf, process::Command};

use anyhow::{Context, Result};
use nix::sys::signal::Signal;

use super::{
    USER, binaries,
    process::{Home, Server},
};

/// Settings of a server with disposable data, and enough connections for parallel tests.
const SETTINGS: &[&str] = &[
    "listen_addresses=127.0.0.1",
    "max_connections=300",
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
];

/// The directory of the server's programs.
pub(super) fn programs() -> Result<PathBuf> {
    // Resolves links, or the server's other programs might not be in the same directory.
    let initdb = binaries::find_or_install("initdb", "postgresql")?.canonicalize()?;
    Ok(initdb.parent().context("initdb is in a directory")?.to_path_buf())
}

/// Starts a server on this port, with a superuser for the tests.
pub(super) fn start(port: u16) -> Result<Server> {
    start_with(port, |_, _| Ok(()))
}

/// The same, with more settings.
pub(super) fn start_with(
    port: u16,
    configure: impl FnOnce(&Home, &mut Command) -> Result<()>,
) -> Result<Server> {
    let programs = programs()?;
    let home = Home::new("postgres")?;
    let (data, password) = (home.path("data"), home.write("password", USER)?);
    let mut create = home.command(&programs.join("initdb"))?;
    create.args([
        "--no-sync",
        "--no-locale",
        "--encoding=UTF8",
        "--auth-local=trust",
        "--auth-host=password",
    ]);
    create.args(["--username", USER, "--pwfile"]).arg(password).arg("--pgdata").arg(&data);
    home.run(&mut create)?;

    let port = port.to_string();
    let mut server = home.command(&programs.join("postgres"))?;
    server.args(["-p", &port, "-k"]).arg(home.path("")).arg("-D").arg(data);
    server.args(SETTINGS.iter().flat_map(|setting| ["-c", setting]));
    configure(&home, &mut server)?;
    let mut ready = home.command(&programs.join("pg_isready"))?;
    ready.args(["--port", &port, "--host"]).arg(home.path(""));
    // SIGINT is its fast shutdown: it does not wait for clients.
    home.serve(&mut server, &mut ready, Signal::SIGINT)
}
