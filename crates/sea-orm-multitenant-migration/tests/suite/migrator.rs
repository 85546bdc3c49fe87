//! Tables and keys in migrations, executed by SeaORM's `MigratorTrait`.

use crate::{
    entities::{project, task, to_project},
    harness::{Outcome, TestDb},
};
use sea_orm_migration::prelude::*;
use sea_orm_multitenant_migration::{TenantUnique, disable_row_level_security, enable_row_level_security};

struct Tables;
struct Additions;

impl MigrationName for Tables {
    fn name(&self) -> &str {
        "m0001_tables"
    }
}

impl MigrationName for Additions {
    fn name(&self) -> &str {
        "m0002_additions"
    }
}

// With a named lifetime of `SchemaManager`, the method would not match the trait's, which elides it.
#[allow(elided_lifetimes_in_paths)]
#[async_trait::async_trait]
impl MigrationTrait for Tables {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        project().create(manager).await?;
        task(to_project()).create(manager).await?;
        enable_row_level_security(manager, &project().row_level_security()?).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        disable_row_level_security(manager, &project().row_level_security()?).await?;
        task(to_project()).drop(manager).await?;
        project().drop(manager).await
    }
}

#[allow(elided_lifetimes_in_paths)]
#[async_trait::async_trait]
impl MigrationTrait for Additions {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TenantUnique::new(["id", "project_id"]).on("task", "account_id").create(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TenantUnique::new(["id", "project_id"]).on("task", "account_id").drop(manager).await
    }
}

struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(Tables), Box::new(Additions)]
    }
}

async fn migrations_go_up_and_down_and_up(db: &TestDb) -> Outcome {
    for _ in 0..2 {
        Migrator::up(&db.connection, None).await?;
        db.run("INSERT INTO project VALUES (1, 7, 'Apollo')").await;
        db.run("INSERT INTO task VALUES (1, 1, 7)").await;
        db.refused("INSERT INTO task VALUES (2, 1, 7)").await;
        Migrator::down(&db.connection, Some(1)).await?;
        assert_eq!(db.texts("SELECT name FROM project").await, ["Apollo"]);
        Migrator::down(&db.connection, None).await?;
        assert!(db.connection.execute_unprepared("SELECT 1 FROM project").await.is_err(), "it was dropped");
    }
    Ok(())
}

on_every_backend!(migrations_go_up_and_down_and_up);
