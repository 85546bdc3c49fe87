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
    /// PostgreSQL with Citus: a coordinator and two workers.
    Citus,
}

impl Backend {
    /// How many there are.
    pub(crate) const COUNT: usize = 4;

    /// Part of a test's name that says it runs on this backend: the module it is in.
    pub(crate) const fn filter(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite::",
            Self::Postgres => "postgres::",
            Self::Mariadb => "mariadb::",
            // Modules named after Citus are in names of other tests too, at the beginning.
            Self::Citus => "::citus::",
        }
    }

    /// Whether the isolation oracle has questions for it. Citus refuses statements that PostgreSQL takes.
    pub(crate) const fn has_oracle(self) -> bool {
        !matches!(self, Self::Citus)
    }

    /// Environment variable that tells the tests where the server is; none when there is no server.
    pub(crate) const fn variable(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some("SEA_ORM_MULTITENANT_POSTGRES_URL"),
            Self::Mariadb => Some("SEA_ORM_MULTITENANT_MARIADB_URL"),
            Self::Citus => Some("SEA_ORM_MULTITENANT_CITUS_URL"),
        }
    }
}

/// Environment variable that tells the isolation oracle among the tests where its MariaDB is, which may end by itself.
pub(crate) const ORACLE_MARIADB: &str = "SEA_ORM_MULTITENANT_ORACLE_MARIADB_URL";

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.filter().trim_matches(':'))
    }
}
