//! MariaDB.

use std::ffi::OsString;

use anyhow::Result;
use nix::sys::signal::Signal;

use super::{
    USER, binaries,
    process::{Home, Server},
};

/// Package that the programs are in.
const PACKAGE: &str = "mariadb-server";

/// Settings of a server whose data nobody keeps, with connections enough for tests in parallel.
const SETTINGS: &[&str] = &[
    "--bind-address=127.0.0.1",
    "--skip-name-resolve",
    "--max-connections=300",
    "--character-set-server=utf8mb4",
    "--skip-log-bin",
    "--skip-innodb-doublewrite",
    "--innodb-flush-log-at-trx-commit=0",
];

/// Starts a server on this port, with a user for the tests who may do everything.
pub(super) fn start(port: u16) -> Result<Server> {
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
    server.args(["--no-defaults", &format!("--port={port}")]).args(SETTINGS).args([&data, &socket]);
    server.args([path("--pid-file=", "pid"), path("--tmpdir=", ""), path("--init-file=", "init.sql")]);
    let mut ready = home.command(&client)?;
    ready
        .args(["--no-defaults", "--execute=SELECT 1", "--user", USER])
        .arg(format!("--password={USER}"))
        .arg(socket);
    home.serve(&mut server, &mut ready, Signal::SIGTERM)
}

/// Statements that make the tests' user, for connections over TCP and over the socket.
fn accounts() -> String {
    let account = |host| {
        format!(
            "CREATE USER '{USER}'@'{host}' IDENTIFIED BY '{USER}';\n\
             GRANT ALL PRIVILEGES ON *.* TO '{USER}'@'{host}' WITH GRANT OPTION;\n"
        )
    };
    account("127.0.0.1") + &account("localhost")
}
