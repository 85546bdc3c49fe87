//! The tables with composite keys, distributed.

use crate::{
    composite::families::Rows,
    harness::{Backend, Fixture},
};
use sea_orm::{DatabaseConnection, DbBackend, DbErr};
use sea_orm_multitenant_migration::citus::{Distribute, ReferenceTable};

/// The rows of both tenants, on different shards.
pub(super) struct Distributed;

impl Fixture for Distributed {
    const NAME: &'static str = "distributed";

    fn schema(backend: Backend) -> Vec<String> {
        // Four shards: tenants 1 and 2 are on different ones.
        let account = Distribute::root("account", "id").shards(4);
        let others = ["manager", "project", "task", "tag", "task_tag"]
            .map(|table| Distribute::with_root(table, "account_id", "account"));
        let mut steps =
            ReferenceTable::new("country").up_sql(DbBackend::Postgres).expect("the names are usable");
        for table in [account].into_iter().chain(others) {
            steps.extend(table.up_sql(DbBackend::Postgres).expect("the names are usable"));
        }
        let mut statements = Rows::schema(backend);
        // In one transaction, for the settings among them.
        statements.push(format!("BEGIN; {}; COMMIT", steps.join("; ")));
        statements
    }

    async fn seed(connection: &DatabaseConnection) -> Result<(), DbErr> {
        Rows::seed(connection).await
    }

    async fn rows_of(connection: &DatabaseConnection, tenant: i64) -> Result<Vec<String>, DbErr> {
        Rows::rows_of(connection, tenant).await
    }
}
