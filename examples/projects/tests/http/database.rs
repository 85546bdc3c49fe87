//! A fresh database for a test.

use sea_orm::{ConnectOptions, ConnectionTrait, Database};
use std::{
    env, process,
    sync::atomic::{AtomicUsize, Ordering},
};
use tempfile::TempDir;

/// The database of one test, dropped with the test.
pub(crate) enum TestDatabase {
    /// A file in its own directory.
    File(TempDir),
    /// A database on a server.
    Server {
        /// URL of the server's own database.
        server: String,
        /// URL of the test's database.
        url: String,
        /// The statement that drops it.
        drop: String,
    },
    /// A schema of a database that is on every node of a Citus cluster.
    Schema {
        /// URL of the database on the coordinator.
        server: String,
        /// The schema.
        name: String,
    },
}

pub(crate) fn sqlite() -> TestDatabase {
    TestDatabase::File(tempfile::tempdir().unwrap())
}

pub(crate) async fn postgres() -> TestDatabase {
    let name = name();
    let create = format!("CREATE DATABASE {name}");
    server("SEA_ORM_MULTITENANT_POSTGRES_URL", &name, &create, format!("DROP DATABASE {name} WITH (FORCE)"))
        .await
}

pub(crate) async fn mariadb() -> TestDatabase {
    let name = name();
    // The default character set of many servers, which cannot store the seeds: the migration must choose another.
    let create = format!("CREATE DATABASE {name} CHARACTER SET latin1");
    server("SEA_ORM_MULTITENANT_MARIADB_URL", &name, &create, format!("DROP DATABASE {name}")).await
}

pub(crate) async fn citus() -> TestDatabase {
    let (server, name) = (server_in("SEA_ORM_MULTITENANT_CITUS_URL"), name());
    execute(&server, &format!("CREATE SCHEMA {name}")).await;
    TestDatabase::Schema { server, name }
}

/// Returns a name that no other test uses.
fn name() -> String {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    format!("projects_{}_{}", process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

async fn server(variable: &str, name: &str, create: &str, drop: String) -> TestDatabase {
    let server = server_in(variable);
    execute(&server, create).await;
    let url = with_database(&server, name);
    TestDatabase::Server { server, url, drop }
}

/// Returns the URL of a server, from a variable.
fn server_in(variable: &str) -> String {
    let server = env::var(variable).ok().filter(|url| !url.is_empty());
    server.unwrap_or_else(|| panic!("{variable} is not set: run the tests with `cargo xtask test`"))
}

/// Returns the URL of another database on the same server.
fn with_database(server: &str, name: &str) -> String {
    let (address, query) =
        server.split_once('?').map_or((server, None), |(address, query)| (address, Some(query)));
    let start = address.find("://").unwrap() + 3;
    let end = address[start..].find('/').map_or(address.len(), |slash| start + slash);
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{}/{name}{query}", &address[..end])
}

async fn execute(server: &str, sql: &str) {
    let connection = Database::connect(projects::database::url(server)).await.unwrap();
    connection.execute_unprepared(sql).await.unwrap();
    connection.close().await.unwrap();
}

impl TestDatabase {
    pub(crate) fn options(&self) -> ConnectOptions {
        match self {
            Self::File(directory) => projects::database::file(&directory.path().join("test.sqlite")),
            Self::Server { url, .. } => {
                let mut options = projects::database::url(url);
                options.max_connections(4);
                options
            }
            Self::Schema { server, name } => {
                let mut options = projects::database::url(server);
                options.max_connections(4).set_schema_search_path(name);
                // Few shards: tests need no more, and the demo's accounts are on different ones.
                options.map_sqlx_postgres_opts(|options| options.options([("citus.shard_count", "4")]));
                options
            }
        }
    }

    pub(crate) fn is_citus(&self) -> bool {
        matches!(self, Self::Schema { .. })
    }

    pub(crate) async fn drop(self) {
        match self {
            Self::File(directory) => directory.close().unwrap(),
            Self::Server { server, url: _, drop } => execute(&server, &drop).await,
            Self::Schema { server, name } => execute(&server, &format!("DROP SCHEMA {name} CASCADE")).await,
        }
    }
}
