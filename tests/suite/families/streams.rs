//! Streams of rows.

use super::prelude::*;
use futures_util::TryStreamExt;

async fn a_stream_has_the_tenants_rows(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let rows = project::Entity::find().order_by_asc(project::Column::Id).stream(&scope).await?;
    assert_eq!(rows.try_collect::<Vec<_>>().await?, [1, 2, 3].map(|n| project_row(1, n)));
    Ok(())
}

async fn a_stream_of_a_join_has_the_tenants_rows_on_both_sides(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let rows = project::Entity::find()
        .find_also_related(manager::Entity)
        .order_by_asc(project::Column::Id)
        .stream(&scope)
        .await?;
    let expected = [
        (project_row(1, 1), Some(manager_row(1, 1))),
        (project_row(1, 2), Some(manager_row(1, 2))),
        (project_row(1, 3), None),
    ];
    assert_eq!(rows.try_collect::<Vec<_>>().await?, expected);
    Ok(())
}

async fn a_stream_in_a_transaction_has_the_tenants_rows(db: &TestDb) -> Outcome {
    let transaction = db.scope(1).begin().await?;
    let rows = task::Entity::find().filter(task::Column::Points.gt(1)).order_by_asc(task::Column::Id);
    let rows: Vec<_> = rows.stream(&transaction).await?.try_collect().await?;
    transaction.commit().await?;
    assert_eq!(rows, [task_row(1, 2), task_row(1, 3)]);
    Ok(())
}

async fn a_stream_that_is_dropped_leaves_the_scope_usable(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let mut rows = project::Entity::find().order_by_asc(project::Column::Id).stream(&scope).await?;
    assert_eq!(rows.try_next().await?, Some(project_row(1, 1)));
    drop(rows);
    assert_eq!(project::Entity::find().count(&scope).await?, 3);
    Ok(())
}

on_every_backend!(
    a_stream_has_the_tenants_rows,
    a_stream_of_a_join_has_the_tenants_rows_on_both_sides,
    a_stream_in_a_transaction_has_the_tenants_rows,
    a_stream_that_is_dropped_leaves_the_scope_usable,
);
