//! Loco's own trait of tenant entities, from this library's declaration.

use loco_example::entity::project;
use loco_rs::{
    model::{ModelError, TenantActiveModelExt, TenantEntity, TenantQueryExt},
    prelude::*,
};
use sea_orm::{ConnectOptions, Database, IdenStatic, Schema};
use sea_orm_multitenant::Tenancy;

/// A project of each of two accounts.
async fn two_projects() -> Tenancy {
    let mut options = ConnectOptions::new("sqlite::memory:");
    options.max_connections(1);
    let db = Database::connect(options).await.expect("it connects");
    let table = Schema::new(db.get_database_backend()).create_table_from_entity(project::Entity);
    db.execute(&table).await.expect("it is created");
    db.execute_unprepared(
        "INSERT INTO project (id, account_id, name) VALUES (1, 1, 'Apollo'), (2, 2, 'Gemini')",
    )
    .await
    .expect("they are inserted");
    Tenancy::new(db).expect("the entities agree")
}

async fn names<C: ConnectionTrait>(select: sea_orm::Select<project::Entity>, db: &C) -> Vec<String> {
    select.all(db).await.expect("they are read").into_iter().map(|project| project.name).collect()
}

#[tokio::test]
async fn loco_knows_the_tenant_column() {
    assert_eq!(<project::Entity as TenantEntity>::tenant_column().as_str(), "account_id");
    let tenancy = two_projects().await;
    let db = tenancy.unscoped("what Loco filters by itself");
    assert_eq!(names(project::Entity::find().in_tenant(2), db).await, ["Gemini"]);
    let new = project::ActiveModel { name: Set("Vostok".into()), ..Default::default() };
    assert_eq!(new.set_tenant(1_i64).expect("it had no tenant").account_id, Set(1));
    let other = project::ActiveModel { account_id: Set(2), ..Default::default() };
    assert!(matches!(other.set_tenant(1_i64), Err(ModelError::TenantMismatch)));
}

/// Loco's filter does not widen a scope.
#[tokio::test]
async fn in_a_scope_the_filter_of_another_tenant_finds_nothing() {
    let scope = two_projects().await.scope(1).expect("an id");
    assert_eq!(names(project::Entity::find().in_tenant(1), &scope).await, ["Apollo"]);
    assert!(names(project::Entity::find().in_tenant(2), &scope).await.is_empty());
    let deleted = project::Entity::delete_many().in_tenant(2).exec(&scope).await.expect("it runs");
    assert_eq!(deleted.rows_affected, 0);
}
