//! Database servers for one test run: started in private directories, on free ports, and stopped at its end.

pub(crate) mod binaries;
mod citus;
mod mariadb;
mod postgres;
mod process;
mod restart;

use std::{
    env, io,
    net::{Ipv4Addr, TcpListener},
};

use anyhow::{Context, Result, ensure};

use crate::{backend::Backend, interrupt};
use process::Server;
use restart::Restarted;

/// The user of the tests, and its password.
const USER: &str = "tenancy";

/// A server for the tests.
#[derive(Debug)]
pub(crate) struct Database {
    /// The environment variable that tells the tests its address.
    pub(crate) variable: &'static str,
    /// Its address.
    pub(crate) url: String,
    /// The server, which stops when this is dropped.
    server: Running,
}

impl Database {
    /// The shortest address: the socket, for a PostgreSQL that was started here.
    pub(crate) fn nearest_url(&self) -> String {
        match &self.server {
            Running::Here { server } if self.url.starts_with("postgres:") => {
                by_socket(&self.url, &server.directory().to_string_lossy())
            }
            _ => self.url.clone(),
        }
    }
}

/// Who manages a server.
#[derive(Debug)]
enum Running {
    /// Somebody else.
    Elsewhere,
    /// This program.
    Here { server: Server },
    /// This program: one server per node.
    Cluster { _servers: Vec<Server> },
    /// This program, which restarts it if it crashes.
    Restarted { _server: Restarted },
}

/// Provides a backend: uses the server that its variable names, or starts one if it needs one.
pub(crate) fn provide(backend: Backend) -> Result<Option<Database>> {
    let Some(variable) = backend.variable() else { return Ok(None) };
    if let Some(url) = named(variable) {
        println!("{backend}: using the server that {variable} names");
        return Ok(Some(Database { variable, url, server: Running::Elsewhere }));
    }
    ensure!(!interrupt::requested(), "the run was interrupted");
    println!("{backend}: starting a server");
    let port = free_port().context("no free port")?;
    let server = match backend {
        Backend::Sqlite => return Ok(None),
        Backend::Postgres => Running::Here { server: postgres::start(port)? },
        Backend::Mariadb => Running::Here { server: mariadb::start(port)? },
        Backend::Citus => Running::Cluster { _servers: citus::start(port)? },
    };
    Ok(Some(Database { variable, url: url(backend, port), server }))
}

/// Why this machine cannot provide a backend; `None` if it can, or if a server is already running.
pub(crate) fn cannot_be_had(backend: Backend) -> Option<String> {
    let is_named = backend.variable().and_then(named).is_some();
    if backend == Backend::Citus && !is_named { citus::missing() } else { None }
}

/// Provides a backend for the isolation oracle, with `variable`: MariaDB gets a separate server, which is restarted if
/// it crashes, as 10.11 does at some of the oracle's statements.
pub(crate) fn provide_for_oracle(backend: Backend, variable: &'static str) -> Result<Option<Database>> {
    if backend != Backend::Mariadb || backend.variable().and_then(named).is_some() {
        return Ok(provide(backend)?.map(|database| Database { variable, ..database }));
    }
    println!("{backend}: starting a server for the oracle");
    let port = free_port().context("no free port")?;
    let server = Running::Restarted { _server: mariadb::start_restarted(port)? };
    Ok(Some(Database { variable, url: url(backend, port), server }))
}

/// The server that a variable names.
fn named(variable: &str) -> Option<String> {
    env::var(variable).ok().filter(|url| !url.is_empty())
}

/// A port of the loopback interface that nothing listens on.
fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// The address of a server started here: its scheme, user, port, and default database.
fn url(backend: Backend, port: u16) -> String {
    let (scheme, database) = match backend {
        Backend::Sqlite => return "sqlite::memory:".to_owned(),
        Backend::Postgres | Backend::Citus => ("postgres", "postgres"),
        Backend::Mariadb => ("mysql", "mysql"),
    };
    format!("{scheme}://{USER}:{USER}@{}:{port}/{database}", Ipv4Addr::LOCALHOST)
}

/// The url of a server through the socket in its directory.
fn by_socket(url: &str, directory: &str) -> String {
    format!("{url}?host={directory}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_free_port_can_be_listened_on() {
        let port = free_port().unwrap();
        assert_ne!(port, 0);
        TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
    }

    #[test]
    fn a_socket_is_named_by_its_directory() {
        let url = url(Backend::Postgres, 5433);
        assert_eq!(
            by_socket(&url, "/tmp/a"),
            "postgres://tenancy:tenancy@127.0.0.1:5433/postgres?host=/tmp/a"
        );
    }

    #[test]
    fn urls_name_user_password_port_and_a_database_that_exists() {
        assert_eq!(url(Backend::Postgres, 5433), "postgres://tenancy:tenancy@127.0.0.1:5433/postgres");
        assert_eq!(url(Backend::Mariadb, 3307), "mysql://tenancy:tenancy@127.0.0.1:3307/mysql");
    }
}
