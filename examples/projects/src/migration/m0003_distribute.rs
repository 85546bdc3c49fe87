//! Distributes the tables over the nodes of Citus. Without Citus each step does nothing, and logs that at `info`.

use sea_orm_migration::prelude::*;
use sea_orm_multitenant_migration::citus::{Distribute, ReferenceTable};

/// The third migration.
///
/// A key of a distributed table must contain the account, so a column that is unique across accounts cannot be kept
/// there: the names of countries, the subdomains of accounts, by which an account is found before it is known, and the
/// emails of users. Those tables are small and rarely written: they become reference tables, which every node has in
/// full. Everything else grows with the work of an account and is distributed by account, so that the rows of one
/// account are on one node. As accounts are not among the distributed tables, the group begins with projects.
///
/// The cost: a new user is written on every node. If emails were unique only per account, users could be distributed
/// too, since a login looks for them in a known account.
pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0003_distribute"
    }
}

// Written out, the lifetime of `SchemaManager` makes another method than the trait's, which elides it.
#[allow(elided_lifetimes_in_paths)]
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in whole() {
            table.up(manager).await?;
        }
        for table in distributed() {
            table.up(manager).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in distributed().into_iter().rev() {
            table.down(manager).await?;
        }
        for table in whole().into_iter().rev() {
            table.down(manager).await?;
        }
        Ok(())
    }
}

/// The reference tables, each after those that it references.
fn whole() -> [ReferenceTable; 3] {
    ["country", "account", "app_user"].map(ReferenceTable::new)
}

/// The distributed tables, each after those that it references.
fn distributed() -> [Distribute; 5] {
    let with_projects = |table| Distribute::with_root(table, "account_id", "project");
    [
        Distribute::root("project", "account_id"),
        with_projects("manager"),
        with_projects("project_manager"),
        with_projects("task"),
        with_projects("task_import"),
    ]
}
