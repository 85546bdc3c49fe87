//! Migrations with steps of Citus, executed by SeaORM's `MigratorTrait`: the same on every engine.

use super::{citus_tables, project, steps, task};
use crate::harness::{Backend, Outcome, TestDb};
use sea_orm_migration::{prelude::*, schema::*};
use sea_orm_multitenant_migration::{
    TenantForeignKey, TenantIndex, TenantTable, citus::Distribute, disable_row_level_security,
    enable_row_level_security,
};

struct Tables;
struct Later;
struct Online;

impl MigrationName for Tables {
    fn name(&self) -> &str {
        "m0001_tables"
    }
}

impl MigrationName for Later {
    fn name(&self) -> &str {
        "m0002_later"
    }
}

impl MigrationName for Online {
    fn name(&self) -> &str {
        "m0003_online"
    }
}

#[allow(elided_lifetimes_in_paths)]
#[async_trait::async_trait]
impl MigrationTrait for Tables {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(Table::create().table("account").col(big_integer("id").primary_key()).to_owned())
            .await?;
        manager
            .create_table(Table::create().table("country").col(string("code").primary_key()).to_owned())
            .await?;
        project().create(manager).await?;
        task().create(manager).await?;
        let (country, tables) = steps();
        country.up(manager).await?;
        for table in tables {
            table.up(manager).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let (country, tables) = steps();
        for table in tables.iter().rev() {
            table.down(manager).await?;
        }
        country.down(manager).await?;
        task().drop(manager).await?;
        project().drop(manager).await?;
        for table in ["account", "country"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

/// A table that is added to distributed tables, with keys to a distributed table and a reference table.
fn note() -> TenantTable {
    TenantTable::new("note", big_integer("account_id"))
        .id(big_integer("id"))
        .column(big_integer_null("project_id"))
        .column(string_null("country"))
        .index(["country"])
        .foreign_key(TenantForeignKey::new(["project_id"], "project"))
        .foreign_key(TenantForeignKey::to_shared(["country"], "country").to_columns(["code"]))
}

#[allow(elided_lifetimes_in_paths)]
#[async_trait::async_trait]
impl MigrationTrait for Later {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        note().create(manager).await?;
        Distribute::with_root("note", "account_id", "account").up(manager).await?;
        // Each reaches, in one transaction, the shards of a table that is linked to a reference table.
        TenantIndex::new(["name"]).on("project", "account_id").create(manager).await?;
        enable_row_level_security(manager, &note().row_level_security()?).await?;
        manager.get_connection().execute_unprepared("INSERT INTO country (code) VALUES ('IT')").await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        disable_row_level_security(manager, &note().row_level_security()?).await?;
        TenantIndex::new(["name"]).on("project", "account_id").drop(manager).await?;
        manager.get_connection().execute_unprepared("DELETE FROM country").await?;
        note().drop(manager).await
    }
}

#[allow(elided_lifetimes_in_paths)]
#[async_trait::async_trait]
impl MigrationTrait for Online {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TenantTable::new("visit", big_integer("account_id")).id(big_integer("id")).create(manager).await?;
        Distribute::with_root("visit", "account_id", "account").concurrently().up(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TenantTable::new("visit", big_integer("account_id")).drop(manager).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }
}

struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(Tables), Box::new(Later), Box::new(Online)]
    }
}

async fn migrations_go_up_and_down_and_up(db: &TestDb) -> Outcome {
    for _ in 0..2 {
        Migrator::up(&db.connection, None).await?;
        if db.backend == Backend::CitusAlone {
            let tables = citus_tables(db).await?;
            assert_eq!(
                tables,
                [
                    "account Distributed id 4",
                    "country Reference - 1",
                    "note Distributed account_id 4",
                    "project Distributed account_id 4",
                    "task Distributed account_id 4",
                    "visit Distributed account_id 4",
                ]
            );
        }
        db.run("INSERT INTO account VALUES (1)").await;
        db.run("INSERT INTO project VALUES (1, 7, 'Apollo')").await;
        db.run("INSERT INTO note VALUES (1, 1, 7, 'IT')").await;
        db.refused("INSERT INTO note VALUES (1, 2, 8, 'IT')").await;
        db.refused("INSERT INTO note VALUES (1, 2, 7, 'XX')").await;
        db.run("DELETE FROM note WHERE account_id = 1").await;
        Migrator::down(&db.connection, None).await?;
        assert!(citus_tables(db).await?.is_empty());
        assert!(db.connection.execute_unprepared("SELECT 1 FROM account").await.is_err(), "it was dropped");
    }
    Ok(())
}

on_every_backend!(migrations_go_up_and_down_and_up);
on_backend! { citus CitusAlone: migrations_go_up_and_down_and_up }
