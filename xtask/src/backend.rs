//! The database engines that the tests run on.

use std::fmt;

use clap::ValueEnum;

/// A database engine that the tests run on.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Backend {
    /// SQLite, inside the test process.
    Sqlite,
    /// PostgreSQL.
    Postgres,
    /// MariaDB.
    Mariadb,
    /// PostgreSQL with Citus: a coordinator and two workers.
    Citus,
}

impl Backend {
    /// The number of engines.
    pub(crate) const COUNT: usize = 4;

    /// The module name in a test's path that identifies the engine.
    pub(crate) const fn filter(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite::",
            Self::Postgres => "postgres::",
            Self::Mariadb => "mariadb::",
            // Modules named after Citus occur in the paths of other tests too, at the beginning.
            Self::Citus => "::citus::",
        }
    }

    /// Whether the isolation oracle runs on it. Not on Citus, which refuses statements that PostgreSQL accepts.
    pub(crate) const fn has_oracle(self) -> bool {
        !matches!(self, Self::Citus)
    }

    /// The environment variable with the address of the server for the tests; `None` when there is no server.
    pub(crate) const fn variable(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some("SEA_ORM_MULTITENANT_POSTGRES_URL"),
            Self::Mariadb => Some("SEA_ORM_MULTITENANT_MARIADB_URL"),
            Self::Citus => Some("SEA_ORM_MULTITENANT_CITUS_URL"),
        }
    }
}

/// The environment variable with the address of the isolation oracle's own MariaDB, which may crash.
pub(crate) const ORACLE_MARIADB: &str = "SEA_ORM_MULTITENANT_ORACLE_MARIADB_URL";

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.filter().trim_matches(':'))
    }
}
