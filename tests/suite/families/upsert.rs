//! Upserts: a collision with the tenant's own row changes it, one with another tenant's row changes nothing.

use super::prelude::*;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{ExprTrait, OnConflict};

/// A tag with an id of its own, and a name that may be taken.
fn tag(n: i64, name: &str) -> tag::ActiveModel {
    tag::ActiveModel {
        account_id: Set(1),
        id: Set(id(1, n)),
        name: Set(name.to_owned()),
        note: Set("A-upserted".to_owned()),
    }
}

/// The tenant's own tags: id, name, note.
async fn tags(db: &TestDb) -> Result<Vec<(i64, String, String)>, DbErr> {
    let own = tag::Entity::find().filter(tag::Column::AccountId.eq(1)).order_by_asc(tag::Column::Id);
    Ok(own.all(db.unscoped()).await?.into_iter().map(|row| (row.id, row.name, row.note)).collect())
}

/// A row of [`tags`].
fn row(n: i64, name: &str, note: &str) -> (i64, String, String) {
    (id(1, n), name.to_owned(), note.to_owned())
}

/// How many rows an upsert that changes one says it affects: MariaDB counts such a row twice.
fn one_changed(db: &TestDb) -> u64 {
    if db.is_mariadb() { 2 } else { 1 }
}

/// How many rows an upsert that leaves one as it was says it affects: MariaDB counts such a row too.
fn one_kept(db: &TestDb) -> u64 {
    u64::from(db.is_mariadb())
}

/// Asserts the error by which MariaDB keeps an upsert off another tenant's row.
fn assert_out_of_range(error: &DbErr) {
    assert!(error.to_string().contains("out of range"), "{error}");
}

/// Asserts that an upsert says it inserted nothing: MariaDB cannot tell that from an insert.
fn assert_kept(db: &TestDb, done: &TryInsertResult<u64>) {
    match done {
        TryInsertResult::Conflicted => {}
        TryInsertResult::Inserted(rows) => assert_eq!(*rows, one_kept(db)),
        TryInsertResult::Empty => panic!("there is a row to insert"),
    }
}

async fn do_update_on_a_key_changes_the_tenants_row(db: &TestDb) -> Outcome {
    let on = OnConflict::column(tag::Column::Name).update_column(tag::Column::Note).to_owned();
    let upsert = tag::Entity::insert(tag(9, "urgent")).on_conflict(on);
    assert_eq!(upsert.exec_without_returning(&db.scope(1)).await?, one_changed(db));
    assert_eq!(tags(db).await?, [row(1, "urgent", "A-upserted"), row(2, "later", "A-later")]);
    Ok(())
}

async fn do_update_inserts_what_does_not_collide(db: &TestDb) -> Outcome {
    let on = OnConflict::column(tag::Column::Name).update_column(tag::Column::Note).to_owned();
    let upsert = tag::Entity::insert(tag(9, "fresh")).on_conflict(on);
    assert_eq!(upsert.exec_without_returning(&db.scope(1)).await?, 1);
    assert_eq!(tags(db).await?.last(), Some(&row(9, "fresh", "A-upserted")));
    Ok(())
}

async fn do_update_on_a_key_that_names_the_tenant_changes_the_tenants_row(db: &TestDb) -> Outcome {
    let on = OnConflict::columns([tag::Column::AccountId, tag::Column::Name])
        .update_columns([tag::Column::AccountId, tag::Column::Note])
        .to_owned();
    let upsert = tag::Entity::insert(tag(9, "later")).on_conflict(on);
    assert_eq!(upsert.exec_without_returning(&db.scope(1)).await?, one_changed(db));
    assert_eq!(tags(db).await?, [row(1, "urgent", "A-urgent"), row(2, "later", "A-upserted")]);
    Ok(())
}

async fn do_update_of_many_rows_changes_and_inserts_the_tenants_rows(db: &TestDb) -> Outcome {
    let on = OnConflict::column(tag::Column::Name).update_column(tag::Column::Note).to_owned();
    let upsert = tag::Entity::insert_many([tag(8, "urgent"), tag(9, "fresh")]).on_conflict(on);
    assert_eq!(upsert.exec_without_returning(&db.scope(1)).await?, one_changed(db) + 1);
    let expected =
        [row(1, "urgent", "A-upserted"), row(2, "later", "A-later"), row(9, "fresh", "A-upserted")];
    assert_eq!(tags(db).await?, expected);
    Ok(())
}

/// MariaDB: SeaORM drops the condition, as ON DUPLICATE KEY UPDATE has no place for it.
async fn do_update_keeps_the_callers_condition(db: &TestDb) -> Outcome {
    let on = OnConflict::column(tag::Column::Name)
        .update_column(tag::Column::Note)
        .action_and_where(
            tag::Column::Note.into_expr().ne("A-urgent").or(tag::Column::Note.into_expr().eq("B-urgent")),
        )
        .to_owned();
    let upsert = tag::Entity::insert(tag(9, "urgent")).on_conflict(on);
    let rows = upsert.exec_without_returning(&db.scope(1)).await?;
    if db.is_mariadb() {
        assert_eq!(rows, 2);
    } else {
        assert_eq!(rows, 0);
        assert_eq!(tags(db).await?, [row(1, "urgent", "A-urgent"), row(2, "later", "A-later")]);
    }
    Ok(())
}

async fn do_update_returns_the_tenants_row(db: &TestDb) -> Outcome {
    let on = OnConflict::column(tag::Column::Name).update_column(tag::Column::Note).to_owned();
    let upserted =
        tag::Entity::insert(tag(1, "urgent")).on_conflict(on).exec_with_returning(&db.scope(1)).await?;
    assert_eq!(upserted, tag::Model { note: "A-upserted".to_owned(), ..tag_row(1, 1) });
    assert_eq!(tags(db).await?, [row(1, "urgent", "A-upserted"), row(2, "later", "A-later")]);
    Ok(())
}

/// With composite keys the other tenant's id is free; with single ones it is taken by a row that must not change.
async fn do_update_on_the_other_tenants_key_changes_nothing_of_it(db: &TestDb) -> Outcome {
    let on = OnConflict::columns(tag::PrimaryKey::iter())
        .update_columns([tag::Column::Name, tag::Column::Note])
        .to_owned();
    let taken = tag::ActiveModel { id: Set(id(2, 2)), ..tag(9, "mine") };
    let upsert = tag::Entity::insert(taken).on_conflict(on);
    let rows = upsert.exec_without_returning(&db.scope(1)).await;
    if STYLE == "composite" {
        assert_eq!(rows?, one_changed(db));
        assert_eq!(tags(db).await?, [row(1, "urgent", "A-urgent"), row(2, "mine", "A-upserted")]);
    } else {
        if db.is_mariadb() {
            assert_out_of_range(&rows.expect_err("the row is another tenant's"));
        } else {
            assert_eq!(rows?, 0);
        }
        assert_eq!(tags(db).await?, [row(1, "urgent", "A-urgent"), row(2, "later", "A-later")]);
    }
    Ok(())
}

/// The same, with an answer: there is no row of the tenant to return.
async fn do_update_on_the_other_tenants_key_returns_nothing_of_it(db: &TestDb) -> Outcome {
    let on = OnConflict::columns(tag::PrimaryKey::iter()).update_column(tag::Column::Note).to_owned();
    let taken = tag::ActiveModel { id: Set(id(2, 2)), ..tag(9, "mine") };
    let upserted = tag::Entity::insert(taken).on_conflict(on).exec_with_returning(&db.scope(1)).await;
    if STYLE == "composite" {
        assert_eq!(upserted?, tag::Model { note: "A-upserted".to_owned(), ..tag_row(1, 2) });
    } else {
        let error = upserted.expect_err("there is no such row of this tenant");
        assert!(!format!("{error:?}").contains("B-"), "{error:?}");
    }
    Ok(())
}

/// MariaDB: SeaORM writes ON DUPLICATE KEY IGNORE for this, which is no SQL of MariaDB's either.
async fn do_nothing_keeps_the_tenants_row(db: &TestDb) -> Outcome {
    let on = OnConflict::column(tag::Column::Name).do_nothing().to_owned();
    let upsert = tag::Entity::insert(tag(9, "urgent")).on_conflict(on);
    let rows = upsert.exec_without_returning(&db.scope(1)).await;
    if db.is_mariadb() {
        let error = rows.expect_err("it cannot be read");
        assert!(sea_orm_multitenant::TenancyError::from_db_err(&error).is_some(), "{error}");
        assert!(db.log.went_out().is_empty(), "{}", db.log);
    } else {
        assert_eq!(rows?, 0);
    }
    assert_eq!(tags(db).await?, [row(1, "urgent", "A-urgent"), row(2, "later", "A-later")]);
    Ok(())
}

async fn do_nothing_on_keeps_the_tenants_row(db: &TestDb) -> Outcome {
    let on = OnConflict::column(tag::Column::Name).do_nothing_on([tag::Column::Id]).to_owned();
    let upsert = tag::Entity::insert_many([tag(8, "urgent"), tag(9, "fresh")]).on_conflict(on);
    assert_eq!(upsert.exec_without_returning(&db.scope(1)).await?, one_kept(db) + 1);
    let expected = [row(1, "urgent", "A-urgent"), row(2, "later", "A-later"), row(9, "fresh", "A-upserted")];
    assert_eq!(tags(db).await?, expected);
    Ok(())
}

async fn on_conflict_do_nothing_keeps_the_tenants_row(db: &TestDb) -> Outcome {
    let upsert = tag::Entity::insert(tag(1, "mine")).on_conflict_do_nothing();
    let done = upsert.exec_without_returning(&db.scope(1)).await?;
    assert_kept(db, &done);
    assert_eq!(tags(db).await?, [row(1, "urgent", "A-urgent"), row(2, "later", "A-later")]);
    Ok(())
}

async fn on_conflict_do_nothing_leaves_the_other_tenants_row(db: &TestDb) -> Outcome {
    let taken = tag::ActiveModel { id: Set(id(2, 1)), ..tag(9, "mine") };
    let done = tag::Entity::insert(taken).on_conflict_do_nothing().exec_without_returning(&db.scope(1)).await;
    if db.is_mariadb() && STYLE == "single" {
        assert_out_of_range(&done.expect_err("the row is another tenant's"));
    } else {
        assert_kept(db, &done?);
    }
    assert_eq!(tags(db).await?, [row(1, "urgent", "A-urgent"), row(2, "later", "A-later")]);
    Ok(())
}

on_every_backend!(
    do_update_on_a_key_changes_the_tenants_row,
    do_update_inserts_what_does_not_collide,
    do_update_on_a_key_that_names_the_tenant_changes_the_tenants_row,
    do_update_of_many_rows_changes_and_inserts_the_tenants_rows,
    do_update_keeps_the_callers_condition,
    do_update_returns_the_tenants_row,
    do_update_on_the_other_tenants_key_changes_nothing_of_it,
    do_update_on_the_other_tenants_key_returns_nothing_of_it,
    do_nothing_keeps_the_tenants_row,
    do_nothing_on_keeps_the_tenants_row,
    on_conflict_do_nothing_keeps_the_tenants_row,
    on_conflict_do_nothing_leaves_the_other_tenants_row,
);
