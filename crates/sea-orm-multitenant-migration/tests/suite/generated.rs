//! Ids that the database generates, with the same definition on every engine.

use crate::{
    entities,
    harness::{Backend, Outcome, TestDb},
};
use sea_orm_migration::{schema::*, sea_orm::DbBackend};
use sea_orm_multitenant_migration::{MigrationError, TenantForeignKey, TenantTable};

fn generated() -> TenantTable {
    // `big_pk_auto` declares a primary key, as in SeaORM's migrations; here it is the second column of the table's
    // key.
    TenantTable::new("project", big_integer("account_id"))
        .id(big_pk_auto("id"))
        .column(string_len("name", 20))
}

async fn generated_ids_keep_children_within_their_tenant(db: &TestDb) -> Outcome {
    generated().create(&db.manager()).await?;
    let task = TenantTable::new("task", big_integer("account_id"))
        .id(pk_auto("id"))
        .column(big_integer("project_id"))
        .foreign_key(TenantForeignKey::new(["project_id"], "project"));
    task.create(&db.manager()).await?;
    db.run("INSERT INTO project (account_id, name) VALUES (1, 'a'), (2, 'b')").await;
    assert_eq!(db.texts("SELECT name FROM project ORDER BY id").await, ["a", "b"]);
    let rows = db.texts("SELECT name FROM project WHERE id IN (1, 2) ORDER BY id").await;
    assert_eq!(rows, ["a", "b"]);
    db.run("INSERT INTO task (account_id, project_id) VALUES (1, 1), (2, 2)").await;
    db.refused("INSERT INTO task (account_id, project_id) VALUES (1, 2)").await;
    Ok(())
}

async fn tables_with_generated_ids_are_dropped_and_recreated(db: &TestDb) -> Outcome {
    for _ in 0..2 {
        generated().create(&db.manager()).await?;
        db.run("INSERT INTO project (account_id, name) VALUES (1, 'a')").await;
        generated().drop(&db.manager()).await?;
    }
    Ok(())
}

async fn tenants_can_use_the_same_generated_id_except_on_sqlite(db: &TestDb) -> Outcome {
    generated().create(&db.manager()).await?;
    db.run("INSERT INTO project VALUES (1, 5, 'a')").await;
    let twin = "INSERT INTO project VALUES (2, 5, 'b')";
    match db.backend {
        Backend::Sqlite => db.refused(twin).await,
        Backend::Postgres | Backend::Citus | Backend::CitusAlone | Backend::Mariadb => db.run(twin).await,
    }
    db.refused("INSERT INTO project VALUES (1, 5, 'c')").await;
    Ok(())
}

async fn entity_can_declare_generated_ids(db: &TestDb) -> Outcome {
    db.run("CREATE TABLE account (id BIGINT NOT NULL PRIMARY KEY)").await;
    db.run("INSERT INTO account VALUES (1)").await;
    let table = TenantTable::from_entity::<entities::project::Entity>()?.generated("id");
    table.create(&db.manager()).await?;
    db.run("INSERT INTO project (account_id, name) VALUES (1, 'a'), (1, 'b')").await;
    assert_eq!(db.texts("SELECT name FROM project ORDER BY id").await, ["a", "b"]);
    Ok(())
}

on_every_backend!(
    generated_ids_keep_children_within_their_tenant,
    tables_with_generated_ids_are_dropped_and_recreated,
    tenants_can_use_the_same_generated_id_except_on_sqlite,
    entity_can_declare_generated_ids,
);

#[test]
fn two_generated_columns_are_refused() {
    let table = generated().column(big_integer("number").auto_increment());
    assert!(matches!(
        table.create_sql(DbBackend::Postgres),
        Err(MigrationError::TwoGeneratedColumns { first, second, .. }) if first == "id" && second == "number"
    ));
}
