//! MariaDB.

use std::{ffi::OsString, process::Command};

use anyhow::Result;
use nix::sys::signal::Signal;

use super::{
    USER, binaries,
    process::{Home, Server},
    restart::Restarted,
};

/// The package of the programs.
const PACKAGE: &str = "mariadb-server";

/// Settings of a server with disposable data, and enough connections for parallel tests.
const SETTINGS: &[&str] = &[
    "--bind-address=127.0.0.1",
    "--skip-name-resolve",
    "--max-connections=300",
    "--character-set-server=utf8mb4",
    "--skip-log-bin",
    "--skip-innodb-doublewrite",
    "--innodb-flush-log-at-trx-commit=0",
];

/// Keeps the statistics that `tenancy audit` reads.
const STATISTICS: &str = "--performance-schema=ON";

/// Starts a server on this port, with a user for the tests who has all rights.
pub(super) fn start(port: u16) -> Result<Server> {
    start_by_command(port, &[STATISTICS]).map(|(server, _)| server)
}

/// Starts a server that is restarted if it crashes, as MariaDB 10.11 does at some statements.
pub(super) fn start_restarted(port: u16) -> Result<Restarted> {
    let (server, command) = start_by_command(port, &[])?;
    Ok(Restarted::new(server, command))
}

/// Starts a server, and returns the command that restarts it.
fn start_by_command(port: u16, settings: &[&str]) -> Result<(Server, Command)> {
    let install = binaries::find_or_install("mariadb-install-db", PACKAGE)?;
    let mariadbd = binaries::find_or_install("mariadbd", PACKAGE)?;
    let client = binaries::find_or_install("mariadb", PACKAGE)?;
    let home = Home::new("mysql")?;
    let path = |option: &str, name: &str| -> OsString {
        let mut argument = OsString::from(option);
        argument.push(home.path(name));
        argument
    };
    let data = path("--datadir=", "data");
    home.run(home.command(&install)?.args(["--no-defaults", "--skip-test-db"]).arg(&data))?;

    home.write("init.sql", &accounts())?;
    let socket = path("--socket=", "socket");
    let mut server = home.command(&mariadbd)?;
    server
        .args(["--no-defaults", &format!("--port={port}")])
        .args(SETTINGS)
        .args(settings)
        .args([&data, &socket]);
    server.args([path("--pid-file=", "pid"), path("--tmpdir=", ""), path("--init-file=", "init.sql")]);
    let mut ready = home.command(&client)?;
    ready
        .args(["--no-defaults", "--execute=SELECT 1", "--user", USER])
        .arg(format!("--password={USER}"))
        .arg(socket);
    let running = home.serve(&mut server, &mut ready, Signal::SIGTERM)?;
    Ok((running, server))
}

/// The statements that create the tests' user, for connections over TCP and over the socket.
fn accounts() -> String {
    let account = |host| {
        format!(
            "CREATE USER IF NOT EXISTS '{USER}'@'{host}' IDENTIFIED BY '{USER}';\n\
             GRANT ALL PRIVILEGES ON *.* TO '{USER}'@'{host}' WITH GRANT OPTION;\n"
        )
    };
    account("127.0.0.1") + &account("localhost")
}
