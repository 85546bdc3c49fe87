//! Spreads the rows of accounts over the nodes of Citus. Elsewhere each step does nothing, and says so at `info`.

use sea_orm_migration::prelude::*;
use sea_orm_multitenant_migration::citus::{Distribute, ReferenceTable};

/// The third migration.
///
/// A key of a distributed table contains the account, and what is unique over all accounts together cannot be kept there: the
/// names of countries, the subdomains of accounts, by which an account is found before it is known, and the addresses of users.
/// Those tables are small and seldom written: each node has them whole. Everything else grows with the work of an account and is
/// distributed by it, the rows of one account on one node, beside each other. As accounts are not among them, projects are the
/// first of the group.
///
/// The price: a new user is written on every node. Were addresses unique within an account alone, users would be distributed
/// too, as a login looks for them in an account that is known.
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

/// The tables that every node has whole, each after those it refers to.
fn whole() -> [ReferenceTable; 3] {
    ["country", "account", "app_user"].map(ReferenceTable::new)
}

/// The tables whose rows are spread, each after those it refers to.
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
