//! A pool of the test's own size over the test's own database.

use crate::harness::{Backend, TestDb};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr, Statement};
use std::{env, path::PathBuf, time::Duration};

/// Where the database is.
#[derive(Debug)]
pub(super) enum Address {
    /// A file, which goes away with this: a database in memory has one connection.
    Sqlite(PathBuf),
    /// A schema.
    Postgres(String, String),
    /// A database.
    Mariadb(String),
}

/// The value of the server's variable.
fn server(variable: &str) -> String {
    env::var(variable).unwrap_or_else(|_| panic!("{variable} is not set: run `cargo xtask test`"))
}

/// The one text that a statement yields.
async fn text(connection: &DatabaseConnection, sql: &str) -> Result<String, DbErr> {
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let row = connection.query_one_raw(statement).await?;
    row.ok_or_else(|| DbErr::RecordNotFound(sql.to_owned()))?.try_get_by_index(0)
}

impl Address {
    /// The address of a test's database.
    pub(super) async fn of(db: &TestDb) -> Result<Self, DbErr> {
        match db.backend {
            Backend::Sqlite => {
                let path = env::temp_dir().join(format!("load-{}.sqlite", uuid::Uuid::new_v4().simple()));
                let address = Self::Sqlite(path);
                let connection = address.connect(1).await?;
                connection.execute_unprepared("PRAGMA journal_mode = WAL").await?;
                connection.execute_unprepared(super::TABLE).await?;
                connection.close().await?;
                Ok(address)
            }
            Backend::Postgres => {
                let schema = text(db.unscoped(), "SELECT CAST(current_schema() AS text)").await?;
                Ok(Self::Postgres(server("SEA_ORM_MULTITENANT_POSTGRES_URL"), schema))
            }
            Backend::Mariadb => {
                let url = server("SEA_ORM_MULTITENANT_MARIADB_URL");
                let (front, _) = url.rsplit_once('/').expect("the address names a database");
                Ok(Self::Mariadb(format!("{front}/{}", text(db.unscoped(), "SELECT DATABASE()").await?)))
            }
        }
    }

    /// A pool of so many connections.
    pub(super) async fn connect(&self, connections: u32) -> Result<DatabaseConnection, DbErr> {
        let mut options = match self {
            Self::Sqlite(path) => {
                let mut options = ConnectOptions::new(format!("sqlite://{}?mode=rwc", path.display()));
                options.map_sqlx_sqlite_opts(|options| {
                    options.busy_timeout(Duration::from_secs(60)).pragma("synchronous", "OFF")
                });
                options
            }
            Self::Postgres(url, schema) => {
                let mut options = ConnectOptions::new(url);
                options.set_schema_search_path(schema);
                options
            }
            Self::Mariadb(url) => ConnectOptions::new(url),
        };
        // Ten thousand tasks wait their turn; what never gets one fails by the time of the whole.
        options.max_connections(connections).acquire_timeout(super::LONGEST).sqlx_logging(false);
        Database::connect(options).await
    }
}

impl Drop for Address {
    fn drop(&mut self) {
        if let Self::Sqlite(path) = self {
            for suffix in ["", "-wal", "-shm"] {
                let mut file = path.clone().into_os_string();
                file.push(suffix);
                // A file that is not there is as good as one removed.
                let _ = std::fs::remove_file(file);
            }
        }
    }
}
