//! A database for each test, and helpers.

use futures_util::FutureExt;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, Statement};
use sea_orm_migration::SchemaManager;
use sea_orm_multitenant_migration::citus::{self, NodeAddress};
use std::{
    env, io,
    panic::{AssertUnwindSafe, resume_unwind},
    sync::{Arc, Mutex},
    time::Duration,
};
use tracing_subscriber::{fmt::MakeWriter, util::SubscriberInitExt};

/// The result of a test, which fails on any error.
pub(crate) type Outcome = Result<(), Box<dyn std::error::Error>>;

/// An engine on which tests run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Backend {
    /// SQLite, in memory.
    Sqlite,
    /// PostgreSQL, at the address in `SEA_ORM_MULTITENANT_POSTGRES_URL`.
    Postgres,
    /// MariaDB, at the address in `SEA_ORM_MULTITENANT_MARIADB_URL`.
    Mariadb,
    /// PostgreSQL with Citus: the coordinator of a cluster, at the address in `SEA_ORM_MULTITENANT_CITUS_URL`.
    Citus,
    /// PostgreSQL with Citus, in a separate database on each node: for steps that affect all tables of a database, and
    /// for the concurrent forms, which wait for all its transactions.
    CitusAlone,
}

impl Backend {
    /// Whether it is PostgreSQL, with or without Citus.
    fn is_postgres(self) -> bool {
        matches!(self, Self::Postgres | Self::Citus | Self::CitusAlone)
    }

    /// The address of the server; `None` if the backend has no server. If the address is not set, the test fails.
    fn server(self) -> Option<String> {
        let (name, variable) = match self {
            Self::Sqlite => return None,
            Self::Postgres => ("postgres", "SEA_ORM_MULTITENANT_POSTGRES_URL"),
            Self::Mariadb => ("mariadb", "SEA_ORM_MULTITENANT_MARIADB_URL"),
            Self::Citus | Self::CitusAlone => ("::citus", "SEA_ORM_MULTITENANT_CITUS_URL"),
        };
        Some(required(name, variable, env::var(variable).ok()))
    }
}

/// The value of a variable, which must be set.
fn required(backend: &str, variable: &str, value: Option<String>) -> String {
    value.unwrap_or_else(|| {
        panic!(
            "{variable} is not set: run `cargo xtask test`, which starts servers, or skip its tests with `--skip {backend}::`"
        )
    })
}

/// An empty database for one test. On PostgreSQL it is a schema, which only its search path names.
#[derive(Debug)]
pub(crate) struct TestDb {
    /// The engine.
    pub(crate) backend: Backend,
    /// A single connection, because each connection has its own SQLite database.
    pub(crate) connection: DatabaseConnection,
    /// The unique name of the database or schema.
    pub(crate) name: String,
}

impl TestDb {
    async fn create(backend: Backend) -> Result<Self, DbErr> {
        let name = format!("migration_{}", uuid::Uuid::new_v4().simple());
        let Some(server) = backend.server() else {
            let connection = Database::connect(options("sqlite::memory:")).await?;
            return Ok(Self { backend, connection, name });
        };
        if backend == Backend::CitusAlone {
            let connection = create_on_nodes(&server, &name).await?;
            return Ok(Self { backend, connection, name });
        }
        execute(&server, &format!("CREATE SCHEMA {name}")).await?;
        let mut options = options(&server);
        if backend.is_postgres() {
            options.set_schema_search_path(&name);
        } else {
            options.after_connect({
                let name = name.clone();
                move |connection| {
                    let name = name.clone();
                    async move { connection.execute_unprepared(&format!("USE {name}")).await.map(drop) }
                        .boxed()
                }
            });
        }
        Ok(Self { backend, connection: Database::connect(options).await?, name })
    }

    /// Drops what the test created, if the server permits; leftovers do not affect other tests.
    async fn drop(self) {
        let _ = self.connection.clone().close().await;
        let Some(server) = self.backend.server() else { return };
        if self.backend == Backend::CitusAlone {
            for node in nodes(&server).await.unwrap_or_default() {
                let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
                let _ = execute(&on_node(&server, &node, "postgres"), &drop).await;
            }
            return;
        }
        let cascade = if self.backend.is_postgres() { " CASCADE" } else { "" };
        for schema in [&self.name, &self.other_schema()] {
            let _ = execute(&server, &format!("DROP SCHEMA IF EXISTS {schema}{cascade}")).await;
        }
        if self.backend.is_postgres() {
            let _ = execute(&server, &format!("DROP ROLE IF EXISTS {}", self.name)).await;
        }
    }

    /// The name of another schema, which the test may create.
    pub(crate) fn other_schema(&self) -> String {
        format!("{}_other", self.name)
    }

    /// The argument of a migration.
    pub(crate) fn manager(&self) -> SchemaManager<'_> {
        SchemaManager::new(&self.connection)
    }

    /// The engine, as the library names it.
    pub(crate) fn engine(&self) -> DbBackend {
        self.connection.get_database_backend()
    }

    /// Executes a statement that must succeed.
    pub(crate) async fn run(&self, sql: &str) {
        if let Err(error) = self.connection.execute_unprepared(sql).await {
            panic!("{sql}: {error}");
        }
    }

    /// Executes a statement that the engine must refuse because it violates a constraint.
    pub(crate) async fn refused(&self, sql: &str) {
        let Err(error) = self.connection.execute_unprepared(sql).await else { panic!("{sql} was accepted") };
        assert!(error.sql_err().is_some(), "{sql}: {error} is not a constraint violation");
    }

    /// The first column of each row, as text.
    pub(crate) async fn texts(&self, sql: &str) -> Vec<String> {
        texts(&self.connection, sql).await
    }
}

/// The first column of each row, as text.
pub(crate) async fn texts(connection: &impl ConnectionTrait, sql: &str) -> Vec<String> {
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let rows = connection.query_all_raw(statement).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    rows.iter().map(|row| row.try_get_by_index(0).expect("a text")).collect()
}

/// Runs a test in a new database.
pub(crate) async fn run(backend: Backend, body: impl AsyncFnOnce(&TestDb) -> Outcome) {
    // The concurrent forms create replication slots with the same names in all databases of a node.
    static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let _alone = if backend == Backend::CitusAlone { Some(ALONE.lock().await) } else { None };
    let db = TestDb::create(backend).await.expect("the database of the test is created");
    let ended = AssertUnwindSafe(body(&db)).catch_unwind().await;
    db.drop().await;
    match ended {
        Ok(outcome) => outcome.expect("the test succeeds"),
        Err(panic) => resume_unwind(panic),
    }
}

/// Connects to a test's schema as another role, with the password of the tests' role.
pub(crate) async fn connect_as(db: &TestDb, role: &str) -> Result<DatabaseConnection, DbErr> {
    let server = db.backend.server().expect("the backend has a server");
    let (_, host) = server.rsplit_once('@').expect("the address names a user");
    let mut options = options(&format!("postgres://{role}:tenancy@{host}"));
    options.set_schema_search_path(&db.name);
    Database::connect(options).await
}

/// Connects to a test's schema on a worker of its cluster.
pub(crate) async fn connect_to_worker(db: &TestDb) -> Result<DatabaseConnection, DbErr> {
    let server = db.backend.server().expect("the backend has a server");
    let (_, database) = server.rsplit_once('/').expect("the address names a database");
    let nodes = nodes(&server).await?;
    let mut options = options(&on_node(&server, nodes.last().expect("there are workers"), database));
    options.set_schema_search_path(&db.name);
    Database::connect(options).await
}

/// The log of this thread while `body` runs, as text.
pub(crate) async fn logged(body: impl AsyncFnOnce() -> Result<(), DbErr>) -> Result<String, DbErr> {
    let log = Log::default();
    let guard = tracing_subscriber::fmt().with_writer(log.clone()).with_ansi(false).finish().set_default();
    body().await?;
    drop(guard);
    let bytes = log.0.lock().expect("no writer panicked").clone();
    Ok(String::from_utf8(bytes).expect("the log is text"))
}

/// A log in memory.
#[derive(Debug, Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no writer panicked").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

fn options(address: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(address);
    options.max_connections(1).acquire_timeout(Duration::from_secs(20)).sqlx_logging(false);
    options
}

/// Creates a database on every node of the cluster, and connects to the coordinator's. Its tables are in a schema with
/// its name.
async fn create_on_nodes(server: &str, name: &str) -> Result<DatabaseConnection, DbErr> {
    let nodes = nodes(server).await?;
    for node in &nodes {
        execute(&on_node(server, node, "postgres"), &format!("CREATE DATABASE {name}")).await?;
        execute(&on_node(server, node, name), "CREATE EXTENSION citus").await?;
    }
    let mut options = options(&on_node(server, &nodes[0], name));
    options.set_schema_search_path(name);
    let connection = Database::connect(options).await?;
    connection.execute_unprepared(&format!("CREATE SCHEMA {name}")).await?;
    for (index, NodeAddress { name, port }) in nodes.iter().enumerate() {
        let add = if index == 0 { "citus_set_coordinator_host" } else { "citus_add_node" };
        connection.execute_unprepared(&format!("SELECT {add}('{name}', {port})")).await?;
    }
    Ok(connection)
}

/// The nodes of the cluster, the coordinator first.
async fn nodes(server: &str) -> Result<Vec<NodeAddress>, DbErr> {
    let connection = Database::connect(options(server)).await?;
    let mut nodes = citus::nodes(&SchemaManager::new(&connection)).await?;
    nodes.sort_by_key(|node| !node.is_coordinator);
    connection.close().await?;
    Ok(nodes.into_iter().map(|node| node.address).collect())
}

/// The address of a database on a node.
fn on_node(server: &str, node: &NodeAddress, database: &str) -> String {
    let (user, _) = server.rsplit_once('@').expect("the address names a user");
    format!("{user}@{}:{}/{database}", node.name, node.port)
}

/// Executes a statement on a new connection.
async fn execute(server: &str, sql: &str) -> Result<(), DbErr> {
    let connection = Database::connect(options(server)).await?;
    connection.execute_unprepared(sql).await?;
    connection.close().await
}

/// Generates tests from functions from `&TestDb` to `Outcome`, in modules named after the backends.
macro_rules! on_every_backend {
    ($($test:ident),+ $(,)?) => {
        on_backend! { sqlite Sqlite: $($test),+ }
        on_backend! { postgres Postgres: $($test),+ }
        on_backend! { mariadb Mariadb: $($test),+ }
    };
}

/// The same for one backend.
macro_rules! on_backend {
    ($module:ident $backend:ident: $($test:ident),+ $(,)?) => {
        mod $module {
            $(
                #[tokio::test]
                async fn $test() {
                    use crate::harness::{Backend, run};
                    run(Backend::$backend, async |db| super::$test(db).await).await;
                }
            )+
        }
    };
}

#[test]
#[should_panic(expected = "run `cargo xtask test`")]
fn backend_without_a_server_fails_its_tests() {
    required("postgres", "URL", None);
}
