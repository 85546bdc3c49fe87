//! The databases that the tests run on.

use std::fmt;

use clap::ValueEnum;

/// Database that tests run on.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Backend {
    /// SQLite, inside the test process.
    Sqlite,
    /// PostgreSQL.
    Postgres,
    /// MariaDB.
    Mariadb,
}

impl Backend {
    /// How many there are.
    pub(crate) const COUNT: usize = 3;

    /// Part of a test's name that says it runs on this backend: the module it is in.
    pub(crate) const fn filter(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite::",
            Self::Postgres => "postgres::",
            Self::Mariadb => "mariadb::",
        }
    }

    /// Environment variable that tells the tests where the server is; none when there is no server.
    pub(crate) const fn variable(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some("SEA_ORM_MULTITENANT_POSTGRES_URL"),
            Self::Mariadb => Some("SEA_ORM_MULTITENANT_MARIADB_URL"),
        }
    }
}

/// Environment variable that tells the isolation oracle among the tests where its MariaDB is, which may end by itself.
pub(crate) const ORACLE_MARIADB: &str = "SEA_ORM_MULTITENANT_ORACLE_MARIADB_URL";

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.filter().trim_end_matches(':'))
    }
}
