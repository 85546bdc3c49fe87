//! Citus: a coordinator and two workers, each a PostgreSQL.

use std::{
    net::Ipv4Addr,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};

use super::{
    USER, free_port, postgres,
    process::{Home, Server},
};

/// Settings of every node, with enough processes and slots for parallel tests that move shards.
const SETTINGS: &[&str] = &[
    "shared_preload_libraries=citus",
    "wal_level=logical",
    "max_worker_processes=48",
    "max_wal_senders=32",
    "max_replication_slots=64",
    "max_prepared_transactions=300",
    "citus.node_conninfo=sslmode=disable",
    "citus.stat_tenants_track=all",
];

/// Why this machine cannot run Citus; `None` if it can.
pub(super) fn missing() -> Option<String> {
    match is_installed() {
        Ok(true) => None,
        Ok(false) => Some("the PostgreSQL found here has no Citus".to_owned()),
        Err(error) => Some(format!("cannot find out whether PostgreSQL has Citus: {error:#}")),
    }
}

/// Whether PostgreSQL has the extension.
fn is_installed() -> Result<bool> {
    let output = Command::new(postgres::programs()?.join("pg_config")).arg("--sharedir").output();
    let output = output.context("cannot start pg_config")?;
    ensure!(output.status.success(), "pg_config ended with {}", output.status);
    let shared = String::from_utf8(output.stdout)?;
    Ok(Path::new(shared.trim()).join("extension/citus.control").is_file())
}

/// Starts a cluster with its coordinator on this port.
pub(super) fn start(port: u16) -> Result<Vec<Server>> {
    let mut servers = vec![start_node(port)?];
    let address = Ipv4Addr::LOCALHOST;
    execute(port, &format!("SELECT citus_set_coordinator_host('{address}', {port})"))?;
    for _ in 0..2 {
        let worker = free_port().context("no free port")?;
        servers.push(start_node(worker)?);
        execute(port, &format!("SELECT citus_add_node('{address}', {worker})"))?;
    }
    Ok(servers)
}

/// Starts a node, with the extension in the default database.
fn start_node(port: u16) -> Result<Server> {
    let server = postgres::start_with(port, |home, server| {
        server.args(SETTINGS.iter().flat_map(|setting| ["-c", setting]));
        if has_setting(home, "output_plugin_libraries")? {
            // Newer PostgreSQL loads only the plugins listed here, and Citus moves shards with its own.
            server.args(["-c", "output_plugin_libraries=pgoutput, test_decoding, citus"]);
        }
        // The nodes use it to reach each other.
        server.env("PGPASSWORD", USER);
        Ok(())
    })?;
    execute(port, "CREATE EXTENSION citus")?;
    Ok(server)
}

/// Whether this PostgreSQL knows a setting.
fn has_setting(home: &Home, setting: &str) -> Result<bool> {
    let mut ask = home.command(&postgres::programs()?.join("postgres"))?;
    let status = ask.arg("-D").arg(home.path("data")).args(["-C", setting]).stderr(Stdio::null()).status();
    Ok(status.context("cannot start postgres")?.success())
}

/// Runs a statement on a node.
fn execute(port: u16, sql: &str) -> Result<()> {
    let mut psql = Command::new(postgres::programs()?.join("psql"));
    psql.env("PGPASSWORD", USER).stdout(Stdio::null());
    psql.args([
        "--no-psqlrc",
        "--quiet",
        "--set=ON_ERROR_STOP=1",
        "--host",
        &Ipv4Addr::LOCALHOST.to_string(),
    ]);
    psql.args(["--port", &port.to_string(), "--username", USER, "--dbname=postgres", "--command", sql]);
    let status = psql.status().context("cannot start psql")?;
    ensure!(status.success(), "psql ended with {status}: {sql}");
    Ok(())
}
