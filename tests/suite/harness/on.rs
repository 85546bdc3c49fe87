//! How a test is run, by the name of the module that it is in.

use super::{Backend, Body, Fixture, run::run};

pub(crate) use crate::single_shard::run_on_citus as citus;

/// On SQLite.
pub(crate) fn sqlite<F: Fixture>(test: &str, body: Body) {
    run::<F>(Backend::Sqlite, test, body);
}

/// On PostgreSQL.
pub(crate) fn postgres<F: Fixture>(test: &str, body: Body) {
    run::<F>(Backend::Postgres, test, body);
}

/// On MariaDB.
pub(crate) fn mariadb<F: Fixture>(test: &str, body: Body) {
    run::<F>(Backend::Mariadb, test, body);
}
