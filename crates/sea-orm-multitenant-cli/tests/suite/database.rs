//! A database per test, with the tables of two tenants.

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};
use sea_orm_multitenant::{Tenancy, TenantType};
use std::{env, process::ExitCode};

/// An engine that tests run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Backend {
    /// SQLite, in memory.
    Sqlite,
    /// PostgreSQL, at the address in `SEA_ORM_MULTITENANT_POSTGRES_URL`.
    Postgres,
    /// MariaDB, at the address in `SEA_ORM_MULTITENANT_MARIADB_URL`.
    Mariadb,
    /// PostgreSQL with Citus, at the address in `SEA_ORM_MULTITENANT_CITUS_URL`.
    Citus,
}

/// The database of one test.
#[derive(Debug)]
pub(crate) struct TestDb {
    pub(crate) backend: Backend,
    pub(crate) connection: DatabaseConnection,
    pub(crate) server: Option<(String, String)>,
}

/// The output of a command.
#[derive(Debug)]
pub(crate) struct CommandOutput {
    pub(crate) code: ExitCode,
    pub(crate) out: String,
    pub(crate) err: String,
}

fn options(address: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(address);
    options.max_connections(1).sqlx_logging(false);
    options
}

impl TestDb {
    pub(crate) async fn create(backend: Backend) -> Self {
        let variable = match backend {
            Backend::Sqlite => {
                let connection = Database::connect(options("sqlite::memory:")).await.expect("SQLite opens");
                return Self { backend, connection, server: None };
            }
            Backend::Postgres => "SEA_ORM_MULTITENANT_POSTGRES_URL",
            Backend::Mariadb => "SEA_ORM_MULTITENANT_MARIADB_URL",
            Backend::Citus => "SEA_ORM_MULTITENANT_CITUS_URL",
        };
        let address = env::var(variable).unwrap_or_else(|_| {
            panic!("{variable} is not set: run `cargo xtask test`, which starts servers")
        });
        let name = format!("cli_{}", uuid::Uuid::new_v4().simple());
        let server = Database::connect(options(&address)).await.expect("the server runs");
        server.execute_unprepared(&format!("CREATE SCHEMA {name}")).await.expect("a schema is made");
        let mut own = options(&address);
        if backend == Backend::Mariadb {
            own.after_connect({
                let name = name.clone();
                move |connection| {
                    let name = name.clone();
                    Box::pin(
                        async move { connection.execute_unprepared(&format!("USE {name}")).await.map(drop) },
                    )
                }
            });
        } else {
            own.set_schema_search_path(&name);
        }
        let connection = Database::connect(own).await.expect("the server runs");
        Self { backend, connection, server: Some((address, name)) }
    }

    /// Drops the database, if the server allows it: a database that remains does not affect other tests.
    pub(crate) async fn drop(self) {
        let _ = self.connection.close().await;
        let Some((address, name)) = self.server else { return };
        let cascade = if self.backend == Backend::Mariadb { "" } else { " CASCADE" };
        let server = Database::connect(options(&address)).await.expect("the server runs");
        let _ = server.execute_unprepared(&format!("DROP SCHEMA {name}{cascade}")).await;
    }

    /// Creates two accounts, each with a project and a task: keys of one column, and tasks without a tenant column.
    pub(crate) async fn fill(&self) {
        let id = match self.backend {
            Backend::Sqlite => "INTEGER PRIMARY KEY",
            Backend::Postgres | Backend::Citus | Backend::Mariadb => "bigint PRIMARY KEY",
        };
        for sql in [
            format!("CREATE TABLE account (id {id}, name varchar(80) NOT NULL)"),
            format!(
                "CREATE TABLE project (id {id}, account_id bigint NOT NULL, name varchar(80) NOT NULL, \
                     FOREIGN KEY (account_id) REFERENCES account (id))"
            ),
            format!(
                "CREATE TABLE task (id {id}, project_id bigint NOT NULL, FOREIGN KEY (project_id) REFERENCES project (id))"
            ),
            "INSERT INTO account VALUES (1, 'Acme'), (2, 'Zeta')".to_owned(),
            "INSERT INTO project VALUES (7, 1, 'Apollo'), (8, 2, 'Gemini')".to_owned(),
            "INSERT INTO task VALUES (70, 7), (80, 8)".to_owned(),
        ] {
            self.connection.execute_unprepared(&sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
        }
    }

    pub(crate) fn tenancy(&self) -> Tenancy {
        Tenancy::builder()
            .without_entities()
            .root_table("account", "id", TenantType::BigInt)
            .tenant_table("project", "account_id", TenantType::BigInt)
            .tenant_table("task", "account_id", TenantType::BigInt)
            .build(self.connection.clone())
            .expect("the tables do not contradict each other")
    }

    /// Runs a command.
    pub(crate) async fn run(&self, arguments: &[&str]) -> CommandOutput {
        let arguments = std::iter::once("tenancy").chain(arguments.iter().copied());
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let code = sea_orm_multitenant_cli::run_from(self.tenancy(), arguments, &mut out, &mut err).await;
        let text = |bytes| String::from_utf8(bytes).expect("outputs are text");
        CommandOutput { code, out: text(out), err: text(err) }
    }
}
