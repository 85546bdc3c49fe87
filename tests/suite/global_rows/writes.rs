//! Whatever SeaORM writes is the tenant's own.

use super::{
    Rows,
    entities::{tag, work},
    tag_row,
};
use crate::harness::{Outcome, TestDb};
use sea_orm::{ActiveValue::Set, entity::prelude::*, sea_query::OnConflict, *};
use sea_orm_multitenant::TenancyError;

fn new_tag(id: i64, account_id: ActiveValue<Option<i64>>, name: &str) -> tag::ActiveModel {
    tag::ActiveModel { id: Set(id), account_id, name: Set(name.to_owned()), ..Default::default() }
}

async fn updates_and_deletes_leave_global_rows(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let all = tag::Entity::update_many().col_expr(tag::Column::Name, Expr::col(tag::Column::Id));
    assert_eq!(all.filter(tag::Column::Id.lte(11)).exec(&scope).await.map(|done| done.rows_affected), Ok(1));
    let mut global = tag_row(1).into_active_model();
    global.name = Set("mine".to_owned());
    let updated = global.update(&scope).await;
    assert!(matches!(updated, Err(DbErr::RecordNotUpdated)), "{updated:?}");
    assert_eq!(tag_row(2).delete(&scope).await?.rows_affected, 0);
    assert_eq!(tag::Entity::delete_by_id(2).exec(&scope).await?.rows_affected, 0);
    let mut own = tag_row(12).into_active_model();
    own.name = Set("renamed".to_owned());
    assert_eq!(own.update(&scope).await?.name, "renamed");
    work::Entity::update_many().col_expr(work::Column::TagId, Expr::value(1)).exec(&scope).await?;
    assert_eq!(tag::Entity::delete_many().exec(&scope).await?.rows_affected, 2);
    assert_eq!(tag::Entity::find().count(&scope).await?, 2);
    Ok(())
}

async fn an_inserted_row_is_never_global(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    assert_eq!(new_tag(101, NotSet, "a").insert(&scope).await?.account_id, Some(1));
    assert_eq!(new_tag(102, Set(None), "b").insert(&scope).await?.account_id, Some(1));
    let many = [new_tag(103, NotSet, "c"), new_tag(104, NotSet, "d")];
    tag::Entity::insert_many(many).exec_without_returning(&scope).await?;
    let rows = tag::Entity::find().filter(tag::Column::Id.gt(100)).all(db.unscoped()).await?;
    assert_eq!(rows.iter().map(|row| row.account_id).collect::<Vec<_>>(), [Some(1); 4]);
    let foreign = new_tag(105, Set(Some(2)), "e").insert(&scope).await.expect_err("it is tenant 2's");
    assert!(matches!(TenancyError::from_db_err(&foreign), Some(TenancyError::TenantMismatch { .. })));
    let global =
        tag::Entity::update_many().col_expr(tag::Column::AccountId, Expr::value(Option::<i64>::None));
    let error = global.exec(&scope).await.expect_err("a scope makes no global row");
    assert!(TenancyError::from_db_err(&error).is_some(), "{error:?}");
    Ok(())
}

async fn an_upsert_leaves_a_global_row(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let upsert = |id: i64, name: &str| {
        let on_id = OnConflict::column(tag::Column::Id).update_column(tag::Column::Name).to_owned();
        tag::Entity::insert(new_tag(id, NotSet, name)).on_conflict(on_id)
    };
    let on_global = upsert(1, "mine").exec_without_returning(&scope).await;
    // MySQL has no condition there, and the statement fails.
    assert_eq!(on_global.is_err(), db.is_mariadb(), "{on_global:?}");
    upsert(12, "renamed").exec_without_returning(&scope).await?;
    assert_eq!(
        tag::Entity::find_by_id(12).one(&scope).await?.map(|row| row.name).as_deref(),
        Some("renamed")
    );
    Ok(())
}

/// Within a tenant a name is taken once. Another tenant, or a global row, may have it too.
async fn a_name_is_unique_within_a_tenant(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let within = new_tag(101, NotSet, "red").insert(&scope).await.expect_err("the tenant has it");
    assert!(matches!(within.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))), "{within:?}");
    assert_eq!(new_tag(102, NotSet, "green").insert(&scope).await?.name, "green");
    let other = db.unscoped();
    let across = tag::Entity::find().filter(tag::Column::Name.eq("own")).count(other).await?;
    assert_eq!(across, 2, "two tenants have it");
    Ok(())
}

async fn a_foreign_key_names_an_own_or_a_global_row(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let new_work = |id: i64, tag: i64| work::ActiveModel {
        // Without RETURNING, SeaORM finds the inserted row by its whole key.
        account_id: Set(1),
        id: Set(id),
        tag_id: Set(Some(tag)),
        title: Set("A-new".to_owned()),
    };
    assert_eq!(new_work(101, 2).insert(&scope).await?.tag_id, Some(2));
    assert_eq!(new_work(102, 12).insert(&scope).await?.tag_id, Some(12));
    for stray in [21, 9999] {
        let error = new_work(103, stray).insert(&scope).await.expect_err("the tenant has no such tag");
        assert!(matches!(TenancyError::from_db_err(&error), Some(TenancyError::ForeignParent { .. })));
    }
    Ok(())
}

/// The database would delete the global row with the tenant's.
async fn a_delete_fails_while_a_global_row_refers_to_the_tenants(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let sql = "INSERT INTO global_tag (id, account_id, name, parent_id) VALUES (31, NULL, 'child', 12)";
    db.unscoped().execute_unprepared(sql).await?;
    let error = tag::Entity::delete_by_id(12).exec(&scope).await.expect_err("a global row refers to it");
    let expected = TenancyError::GlobalChild {
        table: "global_tag".to_owned(),
        column: "parent_id".to_owned(),
        parent: "global_tag".to_owned(),
    };
    assert_eq!(TenancyError::from_db_err(&error), Some(&expected), "{error:?}");
    assert_eq!(tag::Entity::find().filter(tag::Column::Id.is_in([12, 31])).count(db.unscoped()).await?, 2);
    db.unscoped().execute_unprepared("DELETE FROM global_tag WHERE id = 31").await?;
    assert_eq!(tag::Entity::delete_by_id(12).exec(&scope).await?.rows_affected, 1);
    Ok(())
}

on_every_backend! {
    updates_and_deletes_leave_global_rows,
    an_inserted_row_is_never_global,
    an_upsert_leaves_a_global_row,
    a_name_is_unique_within_a_tenant,
    a_foreign_key_names_an_own_or_a_global_row,
    a_delete_fails_while_a_global_row_refers_to_the_tenants,
}
