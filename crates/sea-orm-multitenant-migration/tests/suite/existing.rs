//! Indexes, unique keys and foreign keys of existing tables.

use crate::{
    entities::{project, to_project},
    harness::{Backend, Outcome, TestDb},
};
use sea_orm_migration::schema::*;
use sea_orm_multitenant_migration::{MigrationError, TenantIndex, TenantTable, TenantUnique};

/// A project of each of two tenants, and a table of tasks without foreign keys.
async fn create(db: &TestDb) -> Outcome {
    project().create(&db.manager()).await?;
    let task = TenantTable::new("task", big_integer("account_id"))
        .id(big_integer("id"))
        .column(big_integer_null("project_id"));
    task.create(&db.manager()).await?;
    db.run("INSERT INTO project VALUES (1, 7, 'Apollo'), (2, 8, 'Gemini')").await;
    Ok(())
}

async fn unique_key_is_created_dropped_and_created_again(db: &TestDb) -> Outcome {
    create(db).await?;
    let unique = TenantUnique::new(["project_id"]).on("task", "account_id");
    for round in 0..2 {
        unique.create(&db.manager()).await?;
        db.run("INSERT INTO task VALUES (1, 1, 7), (2, 1, 7)").await;
        db.refused("INSERT INTO task VALUES (1, 2, 7)").await;
        unique.drop(&db.manager()).await?;
        db.run(&format!("INSERT INTO task VALUES (1, 2{round}, 7)")).await;
        db.run("DELETE FROM task").await;
    }
    Ok(())
}

async fn index_is_created_dropped_and_created_again(db: &TestDb) -> Outcome {
    create(db).await?;
    let index = TenantIndex::new(["project_id"]).on("task", "account_id");
    for _ in 0..2 {
        index.create(&db.manager()).await?;
        assert!(index.create(&db.manager()).await.is_err(), "it already exists");
        index.drop(&db.manager()).await?;
        assert!(index.drop(&db.manager()).await.is_err(), "it was dropped");
    }
    Ok(())
}

async fn foreign_key_is_created_dropped_and_created_again(db: &TestDb) -> Outcome {
    create(db).await?;
    let key = to_project().on("task", "account_id");
    if db.backend == Backend::Sqlite {
        for refused in [key.create(&db.manager()).await, key.drop(&db.manager()).await] {
            let error = refused.expect_err("SQLite has no statement for it");
            let found = MigrationError::from_db_err(&error);
            assert!(matches!(found, Some(MigrationError::ForeignKeyOfExistingTable { .. })), "{error}");
            assert!(error.to_string().contains("copy the rows"), "{error}");
        }
        return Ok(());
    }
    for _ in 0..2 {
        key.create(&db.manager()).await?;
        db.run("INSERT INTO task VALUES (1, 1, 7)").await;
        db.refused("INSERT INTO task VALUES (1, 2, 8)").await;
        key.drop(&db.manager()).await?;
        db.run("INSERT INTO task VALUES (1, 2, 8)").await;
        db.run("DELETE FROM task").await;
    }
    Ok(())
}

async fn key_that_existing_rows_violate_is_refused(db: &TestDb) -> Outcome {
    create(db).await?;
    db.run("INSERT INTO task VALUES (1, 1, 8), (1, 2, 8)").await;
    assert!(TenantUnique::new(["project_id"]).on("task", "account_id").create(&db.manager()).await.is_err());
    if db.backend != Backend::Sqlite {
        assert!(to_project().on("task", "account_id").create(&db.manager()).await.is_err());
    }
    Ok(())
}

on_every_backend!(
    unique_key_is_created_dropped_and_created_again,
    index_is_created_dropped_and_created_again,
    foreign_key_is_created_dropped_and_created_again,
    key_that_existing_rows_violate_is_refused,
);
