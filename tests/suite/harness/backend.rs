//! The engines, and how to get a database of one's own on each.

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DbErr};
use std::{env, time::Duration};

/// An engine that tests run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Backend {
    /// SQLite, in memory.
    Sqlite,
    /// PostgreSQL, at the address in `SEA_ORM_MULTITENANT_POSTGRES_URL`.
    Postgres,
    /// MariaDB, at the address in `SEA_ORM_MULTITENANT_MARIADB_URL`.
    Mariadb,
}

impl Backend {
    /// The name, as in the modules of tests and the folders of snapshots.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::Mariadb => "mariadb",
        }
    }

    /// The variable that holds the address of the server; none when there is no server.
    fn variable(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some("SEA_ORM_MULTITENANT_POSTGRES_URL"),
            Self::Mariadb => Some("SEA_ORM_MULTITENANT_MARIADB_URL"),
        }
    }

    /// Makes an empty database, and says how to connect to it.
    ///
    /// On PostgreSQL that is a schema, of which its search path alone knows: a database takes a third of a second there.
    pub(super) async fn create(self) -> Result<(ConnectOptions, Disposal), DbErr> {
        self.create_on(self.server()).await
    }

    /// The same on the coordinator of a cluster of Citus, at the address in `SEA_ORM_MULTITENANT_CITUS_URL`: an engine that
    /// behaves as PostgreSQL does.
    pub(super) async fn create_on_citus() -> Result<(ConnectOptions, Disposal), DbErr> {
        Self::Postgres.create_on(Some(required("::citus", CITUS, env::var(CITUS).ok()))).await
    }

    async fn create_on(self, server: Option<String>) -> Result<(ConnectOptions, Disposal), DbErr> {
        let Some(server) = server else { return Ok((options("sqlite::memory:", 1), Disposal(None))) };
        let name = format!("suite_{}", uuid::Uuid::new_v4().simple());
        execute(&server, &format!("CREATE SCHEMA {name}")).await?;
        let (database, drop) = match self {
            Self::Postgres => {
                let mut options = options(&server, 3);
                options.set_schema_search_path(&name);
                (options, format!("DROP SCHEMA {name} CASCADE"))
            }
            Self::Sqlite | Self::Mariadb => {
                (options(&address_of(&server, &name), 3), format!("DROP SCHEMA {name}"))
            }
        };
        Ok((database, Disposal(Some((server, drop)))))
    }

    /// The address of the server. A backend whose server is not known fails its tests, rather than passing unseen.
    fn server(self) -> Option<String> {
        let variable = self.variable()?;
        Some(required(self.name(), variable, env::var(variable).ok()))
    }
}

/// The variable that holds the address of a cluster of Citus.
const CITUS: &str = "SEA_ORM_MULTITENANT_CITUS_URL";

/// The value of a variable, which must be set.
fn required(name: &str, variable: &str, value: Option<String>) -> String {
    value.unwrap_or_else(|| {
        panic!("{variable} is not set: run `cargo xtask test`, which starts servers, or leave it out by `--skip {name}::`")
    })
}

/// A server, and the statement that drops a test's database there.
#[derive(Debug)]
pub(super) struct Disposal(Option<(String, String)>);

impl Disposal {
    /// Drops the database, as far as the server lets it: one that is left over disturbs no other test.
    pub(super) async fn run(self) {
        let Some((server, drop)) = self.0 else { return };
        let _ = execute(&server, &drop).await;
    }
}

/// Runs a statement on a connection of its own.
async fn execute(server: &str, sql: &str) -> Result<(), DbErr> {
    let connection = Database::connect(options(server, 1)).await?;
    connection.execute_unprepared(sql).await?;
    connection.close().await
}

/// A small pool, so that tests that run at once do not exhaust the server.
fn options(address: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(address);
    options
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(20))
        .test_before_acquire(false)
        .sqlx_logging(false);
    options
}

/// The address of a server with another database in it.
fn address_of(server: &str, database: &str) -> String {
    let (address, options) =
        server.split_once('?').map_or((server, ""), |(address, options)| (address, options));
    let scheme_end = address.find("://").map_or(0, |index| index + 3);
    let host_end = address[scheme_end..].find('/').map_or(address.len(), |index| scheme_end + index);
    let options = if options.is_empty() { String::new() } else { format!("?{options}") };
    format!("{}/{database}{options}", &address[..host_end])
}

#[cfg(test)]
mod tests {
    use super::{address_of, required};

    #[test]
    #[should_panic(expected = "run `cargo xtask test`")]
    fn a_backend_without_a_server_fails() {
        required("postgres", "URL", None);
    }

    #[test]
    fn an_address_keeps_its_options_with_another_database() {
        assert_eq!(
            address_of("postgres://u:p@h:1/postgres?sslmode=disable", "x"),
            "postgres://u:p@h:1/x?sslmode=disable"
        );
        assert_eq!(address_of("mysql://u:p@h:1", "x"), "mysql://u:p@h:1/x");
    }
}
