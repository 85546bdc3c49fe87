//! Selecting a part of the columns: partial models, tuples, JSON.

use super::prelude::*;

#[derive(Debug, PartialEq, DerivePartialModel)]
#[sea_orm(entity = "manager::Entity")]
struct ManagerName {
    name: String,
    note: String,
}

#[derive(Debug, PartialEq, DerivePartialModel)]
#[sea_orm(entity = "project::Entity")]
struct ProjectNote {
    name: String,
    #[sea_orm(from_expr = "Expr::col((project::Entity, project::Column::Note))")]
    remark: String,
}

#[derive(Debug, PartialEq, DerivePartialModel)]
#[sea_orm(entity = "project::Entity")]
struct ProjectWithManager {
    name: String,
    #[sea_orm(nested)]
    manager: Option<ManagerName>,
}

async fn a_partial_model_has_the_tenants_values(db: &TestDb) -> Outcome {
    let rows: Vec<ProjectNote> = project::Entity::find()
        .order_by_asc(project::Column::Id)
        .into_partial_model()
        .all(&db.scope(1))
        .await?;
    let expected =
        [1, 2, 3].map(|n| project_row(1, n)).map(|row| ProjectNote { name: row.name, remark: row.note });
    assert_eq!(rows, expected);
    Ok(())
}

async fn a_nested_partial_model_has_the_tenants_values(db: &TestDb) -> Outcome {
    let rows: Vec<ProjectWithManager> = project::Entity::find()
        .left_join(manager::Entity)
        .order_by_asc(project::Column::Id)
        .into_partial_model()
        .all(&db.scope(1))
        .await?;
    let managers = [Some(1), Some(2), None].map(|n| n.map(|n| manager_row(1, n)));
    let expected =
        [1, 2, 3].map(|n| project_row(1, n)).into_iter().zip(managers).map(|(project, manager)| {
            let manager = manager.map(|manager| ManagerName { name: manager.name, note: manager.note });
            ProjectWithManager { name: project.name, manager }
        });
    assert_eq!(rows, expected.collect::<Vec<_>>());
    Ok(())
}

async fn into_tuple_has_the_tenants_values(db: &TestDb) -> Outcome {
    let rows: Vec<(i64, String)> = task::Entity::find()
        .select_only()
        .columns([task::Column::Id, task::Column::Note])
        .order_by_desc(task::Column::Id)
        .into_tuple()
        .all(&db.scope(1))
        .await?;
    assert_eq!(rows, [3, 2, 1].map(|n| (id(1, n), task_row(1, n).note)));
    Ok(())
}

async fn an_aggregate_counts_the_tenants_rows(db: &TestDb) -> Outcome {
    let rows: Vec<(i64, i64, i32)> = task::Entity::find()
        .select_only()
        .column(task::Column::ProjectId)
        .column_as(task::Column::Id.count(), "tasks")
        .column_as(task::Column::Points.max(), "most")
        .group_by(task::Column::ProjectId)
        .having(task::Column::Id.count().gte(1))
        .order_by_asc(task::Column::ProjectId)
        .into_tuple()
        .all(&db.scope(1))
        .await?;
    assert_eq!(rows, [(id(1, 1), 2, 2), (id(1, 2), 1, 3)]);
    Ok(())
}

async fn into_json_has_the_tenants_values(db: &TestDb) -> Outcome {
    let rows = tag::Entity::find().order_by_asc(tag::Column::Id).into_json().all(&db.scope(1)).await?;
    let expected = [1, 2].map(|n| {
        let tag::Model { account_id, id, name, note } = tag_row(1, n);
        serde_json::json!({ "account_id": account_id, "id": id, "name": name, "note": note })
    });
    assert_eq!(rows, expected);
    Ok(())
}

on_every_backend!(
    a_partial_model_has_the_tenants_values,
    a_nested_partial_model_has_the_tenants_values,
    into_tuple_has_the_tenants_values,
    an_aggregate_counts_the_tenants_rows,
    into_json_has_the_tenants_values,
);
