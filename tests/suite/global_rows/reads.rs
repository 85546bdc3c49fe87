//! Whatever SeaORM reads has the tenant's own rows and the global ones.

use super::{
    Rows,
    entities::{tag, work},
    ids, tag_row,
};
use crate::harness::{Outcome, TestDb};
use sea_orm::{entity::prelude::*, *};
use sea_orm_multitenant::TenancyError;

fn in_order() -> Select<tag::Entity> {
    tag::Entity::find().order_by_asc(tag::Column::Id)
}

async fn finders_see_own_and_global_rows(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    assert_eq!(in_order().all(&scope).await?, [1, 2, 11, 12].map(tag_row));
    assert_eq!(tag::Entity::find_by_id(1).one(&scope).await?, Some(tag_row(1)));
    assert_eq!(tag::Entity::find_by_id(12).one(&scope).await?, Some(tag_row(12)));
    assert_eq!(tag::Entity::find_by_id(21).one(&scope).await?, None);
    assert_eq!(tag::Entity::find().count(&scope).await?, 4);
    let red = in_order().filter(tag::Column::Name.eq("red")).all(&scope).await?;
    assert_eq!(ids(&red), [1, 11]);
    // A condition on the tenant column is not taken for the scope's.
    let own = in_order().filter(tag::Column::AccountId.eq(1)).all(&scope).await?;
    assert_eq!(ids(&own), [11, 12]);
    let global = in_order().filter(tag::Column::AccountId.is_null()).all(&scope).await?;
    assert_eq!(ids(&global), [1, 2]);
    let pages = in_order().paginate(&scope, 3);
    assert_eq!(pages.num_items_and_pages().await?.number_of_pages, 2);
    assert_eq!(ids(&pages.fetch_page(1).await?), [12]);
    let mut cursor = tag::Entity::find().cursor_by(tag::Column::Id);
    assert_eq!(ids(&cursor.after(1).first(2).all(&scope).await?), [2, 11]);
    Ok(())
}

async fn relations_lead_to_own_and_global_rows(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let works = || work::Entity::find().order_by_asc(work::Column::Id);
    let tags = works().find_also_related(tag::Entity).all(&scope).await?;
    let tags: Vec<_> = tags.into_iter().map(|(_, tag)| tag.map(|tag| tag.id)).collect();
    assert_eq!(tags, [Some(1), Some(11), None]);
    let found = works().all(&scope).await?;
    let loaded = found.load_one(tag::Entity, &scope).await?;
    assert_eq!(loaded.iter().map(|tag| tag.as_ref().map(|tag| tag.id)).collect::<Vec<_>>(), tags);
    let with = in_order().find_with_related(work::Entity).all(&scope).await?;
    let with: Vec<_> = with.iter().map(|(tag, works)| (tag.id, works.len())).collect();
    assert_eq!(with, [(1, 1), (2, 0), (11, 1), (12, 0)]);
    let many = in_order().all(&scope).await?.load_many(work::Entity, &scope).await?;
    assert_eq!(many.iter().map(Vec::len).collect::<Vec<_>>(), [1, 0, 1, 0]);
    let related = tag_row(1).find_related(work::Entity).all(&scope).await?;
    assert_eq!(related.into_iter().map(|work| work.title).collect::<Vec<_>>(), ["A-1"]);
    Ok(())
}

async fn a_set_of_tenants_reads_global_rows_once(db: &TestDb) -> Outcome {
    let both = db.tenancy.scope_many([1, 2])?;
    assert_eq!(ids(&in_order().all(&both).await?), [1, 2, 11, 12, 21]);
    let tags = work::Entity::find().find_also_related(tag::Entity).order_by_asc(work::Column::Title);
    let tags = tags.all(&both).await?.into_iter().map(|(_, tag)| tag.map(|tag| tag.id));
    assert_eq!(tags.collect::<Vec<_>>(), [Some(1), Some(11), None, Some(1), Some(21), None]);
    let with = in_order().find_with_related(work::Entity).all(&both).await?;
    let with: Vec<_> = with.iter().map(|(tag, works)| (tag.id, works.len())).collect();
    assert_eq!(with, [(1, 2), (2, 0), (11, 1), (12, 0), (21, 1)]);
    Ok(())
}

/// SQLite 3.51.3 makes EXISTS a join that stops at the first row that an index finds for `account_id = ? OR account_id IS
/// NULL`, unless the scope keeps it from doing so.
async fn a_row_behind_the_first_of_an_index_exists(db: &TestDb) -> Outcome {
    let green = tag::Entity::find().filter(Expr::col(tag::Column::Id).add(0).eq(2)).select_only();
    let exists = |tags: Select<tag::Entity>| Expr::exists(tags.expr(Expr::value(1)).into_query());
    let scope = db.scope(1);
    assert_eq!(work::Entity::find().filter(exists(green.clone())).count(&scope).await?, 3);
    assert_eq!(work::Entity::find().filter(exists(green).not()).count(&scope).await?, 0);
    Ok(())
}

/// A lock on a global row would block all tenants.
async fn own_rows_are_locked_and_global_ones_are_not(db: &TestDb) -> Outcome {
    if db.backend == crate::harness::Backend::Sqlite {
        return Ok(());
    }
    let scope = db.scope(1);
    let refused = in_order().lock_exclusive().all(&scope).await.expect_err("it would lock global rows");
    let error = TenancyError::from_db_err(&refused).map(ToString::to_string).unwrap_or_default();
    assert!(error.contains("a row lock on global rows") && error.contains("IS NOT NULL"), "{error}");
    let own = in_order().filter(tag::Column::AccountId.is_not_null()).lock_exclusive().all(&scope).await?;
    assert_eq!(ids(&own), [11, 12]);
    Ok(())
}

on_every_backend! {
    finders_see_own_and_global_rows,
    relations_lead_to_own_and_global_rows,
    a_set_of_tenants_reads_global_rows_once,
    a_row_behind_the_first_of_an_index_exists,
    own_rows_are_locked_and_global_ones_are_not,
}
