//! Links between rows, written by SeaORM into the junction table.

use super::prelude::*;

/// The tags of the tenant's tasks.
async fn links(db: &TestDb) -> Result<Vec<(i64, i64)>, DbErr> {
    let own = task_tag::Entity::find().filter(task_tag::Column::AccountId.eq(1));
    let own = own.order_by_asc(task_tag::Column::TaskId).order_by_asc(task_tag::Column::TagId);
    Ok(own.all(db.unscoped()).await?.into_iter().map(|row| (row.task_id, row.tag_id)).collect())
}

/// Links as [`links`] has them.
fn expected<const N: usize>(links: [(i64, i64); N]) -> [(i64, i64); N] {
    links.map(|(task, tag)| (id(1, task), id(1, tag)))
}

/// A task as it is, to be saved with other tags.
fn task(n: i64) -> task::ActiveModelEx {
    task_row(1, n).into_ex().into_active_model()
}

/// A tag as it is.
fn tag(n: i64) -> tag::ActiveModelEx {
    tag_row(1, n).into_ex().into_active_model()
}

async fn a_link_is_written_for_the_tenant(db: &TestDb) -> Outcome {
    task(3).add_tag(tag(1)).save(&db.scope(1)).await?;
    assert_eq!(links(db).await?, expected([(1, 1), (1, 2), (2, 1), (3, 1)]));
    Ok(())
}

async fn several_links_are_written_for_the_tenant(db: &TestDb) -> Outcome {
    task(3).add_tag(tag(1)).add_tag(tag(2)).save(&db.scope(1)).await?;
    assert_eq!(links(db).await?, expected([(1, 1), (1, 2), (2, 1), (3, 1), (3, 2)]));
    Ok(())
}

async fn a_link_that_is_there_stays(db: &TestDb) -> Outcome {
    task(2).add_tag(tag(1)).add_tag(tag(2)).save(&db.scope(1)).await?;
    assert_eq!(links(db).await?, expected([(1, 1), (1, 2), (2, 1), (2, 2)]));
    Ok(())
}

/// SeaORM takes a tag with a whole key for one that is there; without RETURNING, a composite key has to be whole.
async fn a_new_tag_is_inserted_and_linked(db: &TestDb) -> Outcome {
    let new = tag::ActiveModel::builder().set_name("new").set_note("A-new");
    let new = tag::ActiveModelEx { account_id: given_tenant(db), id: given_id(1), ..new };
    let saved = task(3).add_tag(new).save(&db.scope(1)).await;
    if STYLE == "single" || db.has_returning() {
        saved?;
        assert_eq!(links(db).await?.last(), Some(&(id(1, 3), 101)));
    } else {
        assert!(matches!(saved, Err(DbErr::RecordNotUpdated)), "{saved:?}");
        assert_eq!(links(db).await?, expected([(1, 1), (1, 2), (2, 1)]));
    }
    Ok(())
}

async fn replaced_links_are_the_tenants(db: &TestDb) -> Outcome {
    let mut task = task(1);
    task.tags = ActiveHasMany::Replace(vec![tag(2)]);
    task.save(&db.scope(1)).await?;
    assert_eq!(links(db).await?, expected([(1, 2), (2, 1)]));
    Ok(())
}

async fn all_links_are_removed_in_the_tenant(db: &TestDb) -> Outcome {
    let mut task = task(1);
    task.tags = ActiveHasMany::Replace(vec![]);
    task.save(&db.scope(1)).await?;
    assert_eq!(links(db).await?, expected([(2, 1)]));
    Ok(())
}

async fn a_link_is_removed_by_its_key_in_the_tenant_only(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    assert_eq!(task_tag::Entity::delete_by_id(link_key(1, 1, 2)).exec(&scope).await?.rows_affected, 1);
    assert_eq!(task_tag::Entity::delete_by_id(link_key(2, 1, 2)).exec(&scope).await?.rows_affected, 0);
    assert_eq!(links(db).await?, expected([(1, 1), (2, 1)]));
    Ok(())
}

on_every_backend!(
    a_link_is_written_for_the_tenant,
    several_links_are_written_for_the_tenant,
    a_link_that_is_there_stays,
    a_new_tag_is_inserted_and_linked,
    replaced_links_are_the_tenants,
    all_links_are_removed_in_the_tenant,
    a_link_is_removed_by_its_key_in_the_tenant_only,
);
