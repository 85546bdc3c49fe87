//! Finding rows of one entity.

use super::prelude::*;

async fn find_returns_only_the_tenants_rows(db: &TestDb) -> Outcome {
    let rows = project::Entity::find().order_by_asc(project::Column::Id).all(&db.scope(1)).await?;
    assert_eq!(rows, [1, 2, 3].map(|n| project_row(1, n)));
    Ok(())
}

async fn a_filter_with_or_stays_within_the_tenant(db: &TestDb) -> Outcome {
    let rows = project::Entity::find()
        .filter(
            Condition::any()
                .add(project::Column::Name.eq("Apollo"))
                .add(project::Column::Note.starts_with("B-"))
                .add(project::Column::Name.eq("Draco")),
        )
        .order_by_asc(project::Column::Id)
        .all(&db.scope(1))
        .await?;
    assert_eq!(rows, [project_row(1, 1)]);
    Ok(())
}

async fn find_by_id_returns_only_the_tenants_row(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    assert_eq!(project::Entity::find_by_id(key(1, 1)).one(&scope).await?, Some(project_row(1, 1)));
    assert_eq!(project::Entity::find_by_id(key(2, 1)).one(&scope).await?, None);
    Ok(())
}

on_every_backend!(
    find_returns_only_the_tenants_rows,
    a_filter_with_or_stays_within_the_tenant,
    find_by_id_returns_only_the_tenants_row,
);
