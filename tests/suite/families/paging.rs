//! Pages, counts, existence, cursors.

use super::prelude::*;

async fn paginate_has_the_tenants_pages(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let pages = project::Entity::find().order_by_asc(project::Column::Id).paginate(&scope, 2);
    assert_eq!(pages.fetch_page(0).await?, [project_row(1, 1), project_row(1, 2)]);
    assert_eq!(pages.fetch_page(1).await?, [project_row(1, 3)]);
    assert!(pages.fetch_page(2).await?.is_empty());
    let ItemsAndPagesNumber { number_of_items, number_of_pages } = pages.num_items_and_pages().await?;
    assert_eq!((number_of_items, number_of_pages), (3, 2));
    Ok(())
}

async fn a_stream_of_pages_ends_with_the_tenants_last(db: &TestDb) -> Outcome {
    use futures_util::TryStreamExt;

    let scope = db.scope(1);
    let pages = task::Entity::find().order_by_asc(task::Column::Id).paginate(&scope, 2).into_stream();
    let pages: Vec<_> = pages.try_collect().await?;
    assert_eq!(pages, [vec![task_row(1, 1), task_row(1, 2)], vec![task_row(1, 3)]]);
    Ok(())
}

async fn pages_of_a_join_are_the_tenants(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let pages = task::Entity::find()
        .find_also_related(project::Entity)
        .order_by_asc(task::Column::Id)
        .paginate(&scope, 2);
    assert_eq!(pages.num_items().await?, 3);
    assert_eq!(pages.fetch_page(1).await?, [(task_row(1, 3), Some(project_row(1, 2)))]);
    Ok(())
}

async fn count_counts_the_tenants_rows(db: &TestDb) -> Outcome {
    assert_eq!(project::Entity::find().count(&db.scope(1)).await?, 3);
    assert_eq!(project::Entity::find().count(&db.scope(2)).await?, 4);
    let draco = project::Entity::find().filter(project::Column::Name.eq("Draco"));
    assert_eq!(draco.count(&db.scope(1)).await?, 0);
    Ok(())
}

async fn exists_tells_of_the_tenants_rows(db: &TestDb) -> Outcome {
    let named = |name: &str| project::Entity::find().filter(project::Column::Name.eq(name));
    assert!(named("Apollo").exists(&db.scope(1)).await?);
    assert!(!named("Draco").exists(&db.scope(1)).await?);
    assert!(named("Draco").exists(&db.scope(2)).await?);
    Ok(())
}

async fn has_related_looks_at_the_tenants_rows(db: &TestDb) -> Outcome {
    let with = |title: &str| project::Entity::find().has_related(task::Entity, task::Column::Title.eq(title));
    assert_eq!(with("design").all(&db.scope(1)).await?, [project_row(1, 1)]);
    assert!(with("ship").all(&db.scope(1)).await?.is_empty());
    Ok(())
}

async fn a_subquery_sees_the_tenants_rows(db: &TestDb) -> Outcome {
    let mut with_tasks = sea_query::Query::select();
    with_tasks.column(task::Column::ProjectId).from(task::Entity);
    let rows = project::Entity::find()
        .filter(project::Column::Id.in_subquery(with_tasks))
        .order_by_asc(project::Column::Id)
        .all(&db.scope(1))
        .await?;
    assert_eq!(rows, [project_row(1, 1), project_row(1, 2)]);
    Ok(())
}

async fn a_cursor_moves_over_the_tenants_rows(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let mut cursor = project::Entity::find().cursor_by(project::Column::Id);
    assert_eq!(cursor.after(id(1, 1)).first(5).all(&scope).await?, [project_row(1, 2), project_row(1, 3)]);
    let mut cursor = project::Entity::find().cursor_by(project::Column::Id);
    assert_eq!(cursor.before(id(1, 3)).last(1).all(&scope).await?, [project_row(1, 2)]);
    Ok(())
}

async fn a_cursor_by_two_columns_stays_within_the_tenant(db: &TestDb) -> Outcome {
    let mut cursor = project::Entity::find().cursor_by((project::Column::CountryCode, project::Column::Name));
    let rows = cursor.after(("FR", "Apollo")).first(5).all(&db.scope(1)).await?;
    assert_eq!(rows, [project_row(1, 3), project_row(1, 2)]);
    Ok(())
}

on_every_backend!(
    paginate_has_the_tenants_pages,
    a_stream_of_pages_ends_with_the_tenants_last,
    pages_of_a_join_are_the_tenants,
    count_counts_the_tenants_rows,
    exists_tells_of_the_tenants_rows,
    has_related_looks_at_the_tenants_rows,
    a_subquery_sees_the_tenants_rows,
    a_cursor_moves_over_the_tenants_rows,
    a_cursor_by_two_columns_stays_within_the_tenant,
);
