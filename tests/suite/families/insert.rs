//! Inserting rows, and `save`.

use super::prelude::*;
use sea_orm::ActiveValue::{NotSet, Set};

/// A project whose tenant is not set, with an id where the database gives none.
fn new_project(n: i64) -> project::ActiveModel {
    project::ActiveModel {
        account_id: NotSet,
        id: given_id(n),
        name: Set(format!("new {n}")),
        note: Set(format!("A-new {n}")),
        manager_id: Set(Some(id(1, 1))),
        country_code: Set("JP".to_owned()),
    }
}

/// The row that comes of it.
fn inserted_project(n: i64) -> project::Model {
    project::Model {
        account_id: 1,
        id: 100 + n,
        name: format!("new {n}"),
        note: format!("A-new {n}"),
        manager_id: Some(id(1, 1)),
        country_code: "JP".to_owned(),
    }
}

/// The projects that tests have inserted.
async fn new_projects(db: &TestDb) -> Result<Vec<project::Model>, DbErr> {
    let new = project::Entity::find().filter(project::Column::Name.starts_with("new"));
    new.order_by_asc(project::Column::Id).all(db.unscoped()).await
}

/// Without RETURNING, SeaORM reads an inserted row back by a key that it expects in the active model, the whole of it,
/// or in what the database counts up. It complains after the row is written.
fn assert_key_is_missing<T: std::fmt::Debug>(inserted: &Result<T, DbErr>) {
    assert!(matches!(inserted, Err(DbErr::UnpackInsertId | DbErr::RecordNotInserted)), "{inserted:?}");
}

async fn insert_fills_in_the_tenant(db: &TestDb) -> Outcome {
    let inserted = new_project(1).insert(&db.scope(1)).await;
    if db.has_returning() || STYLE == "single" {
        assert_eq!(inserted?, inserted_project(1));
    } else {
        assert_key_is_missing(&inserted);
    }
    assert_eq!(new_projects(db).await?, [inserted_project(1)]);
    Ok(())
}

async fn insert_keeps_the_tenant_that_is_set(db: &TestDb) -> Outcome {
    let row = project::ActiveModel { account_id: Set(1), ..new_project(1) };
    assert_eq!(row.insert(&db.scope(1)).await?, inserted_project(1));
    assert_eq!(new_projects(db).await?, [inserted_project(1)]);
    Ok(())
}

async fn insert_exec_returns_the_key(db: &TestDb) -> Outcome {
    let row = project::ActiveModel { account_id: Set(1), ..new_project(1) };
    let inserted = project::Entity::insert(row).exec(&db.scope(1)).await?;
    assert_eq!(inserted.last_insert_id, raw_key(1, 101));
    assert_eq!(new_projects(db).await?, [inserted_project(1)]);
    Ok(())
}

async fn insert_without_returning_counts_the_row(db: &TestDb) -> Outcome {
    let inserted = project::Entity::insert(new_project(1)).exec_without_returning(&db.scope(1)).await?;
    assert_eq!(inserted, 1);
    assert_eq!(new_projects(db).await?, [inserted_project(1)]);
    Ok(())
}

async fn insert_many_fills_in_the_tenant_when_no_row_sets_it(db: &TestDb) -> Outcome {
    let inserted =
        project::Entity::insert_many([1, 2].map(new_project)).exec_without_returning(&db.scope(1)).await?;
    assert_eq!(inserted, 2);
    assert_eq!(new_projects(db).await?, [1, 2].map(inserted_project));
    Ok(())
}

async fn insert_many_fills_in_the_tenant_when_some_rows_set_it(db: &TestDb) -> Outcome {
    let set = project::ActiveModel { account_id: Set(1), ..new_project(2) };
    let rows = [new_project(1), set, new_project(3)];
    let inserted = project::Entity::insert_many(rows).exec_without_returning(&db.scope(1)).await?;
    assert_eq!(inserted, 3);
    assert_eq!(new_projects(db).await?, [1, 2, 3].map(inserted_project));
    Ok(())
}

async fn insert_many_keeps_the_tenant_when_all_rows_set_it(db: &TestDb) -> Outcome {
    let rows = [1, 2].map(|n| project::ActiveModel { account_id: Set(1), ..new_project(n) });
    let inserted = project::Entity::insert_many(rows).exec_without_returning(&db.scope(1)).await?;
    assert_eq!(inserted, 2);
    assert_eq!(new_projects(db).await?, [1, 2].map(inserted_project));
    Ok(())
}

/// Where SeaORM writes RETURNING.
async fn insert_many_returns_the_tenants_rows(db: &TestDb) -> Outcome {
    let inserted =
        project::Entity::insert_many([1, 2].map(new_project)).exec_with_returning(&db.scope(1)).await;
    if db.has_returning() {
        assert_eq!(inserted?, [1, 2].map(inserted_project));
    } else {
        assert!(matches!(inserted, Err(DbErr::BackendNotSupported { .. })), "{inserted:?}");
    }
    Ok(())
}

async fn a_key_of_the_other_tenant_is_free_where_keys_contain_the_tenant(db: &TestDb) -> Outcome {
    let row = project::ActiveModel { account_id: Set(1), id: Set(id(2, 4)), ..new_project(1) };
    let inserted = row.insert(&db.scope(1)).await;
    if STYLE == "composite" {
        assert_eq!(inserted?.id, 4);
    } else {
        let error = inserted.expect_err("the id is another tenant's");
        assert!(matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))), "{error:?}");
    }
    Ok(())
}

async fn save_inserts_a_row_without_a_key(db: &TestDb) -> Outcome {
    let saved = new_project(1).save(&db.scope(1)).await;
    if db.has_returning() || STYLE == "single" {
        assert_eq!(saved?.try_into_model()?, inserted_project(1));
    } else {
        assert_key_is_missing(&saved);
    }
    assert_eq!(new_projects(db).await?, [inserted_project(1)]);
    Ok(())
}

async fn save_updates_a_row_with_a_key(db: &TestDb) -> Outcome {
    let mut row = project_row(1, 1).into_active_model();
    row.note = Set("A-saved".to_owned());
    let saved = row.save(&db.scope(1)).await?.try_into_model()?;
    assert_eq!(saved, project::Model { note: "A-saved".to_owned(), ..project_row(1, 1) });
    Ok(())
}

async fn save_does_not_reach_a_row_of_another_tenant(db: &TestDb) -> Outcome {
    let mut row = project_row(2, 1).into_active_model();
    row.note = Set("A-saved".to_owned());
    let saved = row.save(&db.scope(1)).await;
    assert!(matches!(saved, Err(DbErr::RecordNotUpdated)), "{saved:?}");
    Ok(())
}

on_every_backend!(
    insert_fills_in_the_tenant,
    insert_keeps_the_tenant_that_is_set,
    insert_exec_returns_the_key,
    insert_without_returning_counts_the_row,
    insert_many_fills_in_the_tenant_when_no_row_sets_it,
    insert_many_fills_in_the_tenant_when_some_rows_set_it,
    insert_many_keeps_the_tenant_when_all_rows_set_it,
    insert_many_returns_the_tenants_rows,
    a_key_of_the_other_tenant_is_free_where_keys_contain_the_tenant,
    save_inserts_a_row_without_a_key,
    save_updates_a_row_with_a_key,
    save_does_not_reach_a_row_of_another_tenant,
);
