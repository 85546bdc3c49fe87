//! Rows with their related rows, in one statement.

use super::prelude::*;

/// From a task's project to the project's manager.
struct TaskToManager;

impl Linked for TaskToManager {
    type FromEntity = task::Entity;
    type ToEntity = manager::Entity;

    fn link(&self) -> Vec<LinkDef> {
        vec![task::Relation::Project.def(), project::Relation::Manager.def()]
    }
}

/// From a project to the tags of its tasks.
struct ProjectToTags;

impl Linked for ProjectToTags {
    type FromEntity = project::Entity;
    type ToEntity = tag::Entity;

    fn link(&self) -> Vec<LinkDef> {
        vec![
            task::Relation::Project.def().rev(),
            task_tag::Relation::Task.def().rev(),
            task_tag::Relation::Tag.def(),
        ]
    }
}

async fn find_also_related_has_the_tenants_rows_on_both_sides(db: &TestDb) -> Outcome {
    let rows = project::Entity::find()
        .find_also_related(manager::Entity)
        .order_by_asc(project::Column::Id)
        .all(&db.scope(1))
        .await?;
    let expected = [
        (project_row(1, 1), Some(manager_row(1, 1))),
        (project_row(1, 2), Some(manager_row(1, 2))),
        (project_row(1, 3), None),
    ];
    assert_eq!(rows, expected);
    Ok(())
}

async fn find_also_related_reaches_shared_and_root_tables(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let rows = project::Entity::find()
        .find_also_related(country::Entity)
        .order_by_asc(project::Column::Id)
        .all(&scope)
        .await?;
    let countries = rows.into_iter().map(|(_, country)| country.map(|country| country.name));
    assert_eq!(
        countries.collect::<Vec<_>>(),
        ["France", "Japan", "France"].map(|name| Some(name.to_owned()))
    );
    let rows = project::Entity::find()
        .find_also_related(account::Entity)
        .filter(project::Column::Name.eq("Apollo"))
        .all(&scope)
        .await?;
    assert_eq!(rows, [(project_row(1, 1), Some(account_row(1)))]);
    Ok(())
}

async fn find_with_related_has_the_tenants_rows_on_both_sides(db: &TestDb) -> Outcome {
    let rows = project::Entity::find()
        .find_with_related(task::Entity)
        .order_by_asc(project::Column::Id)
        .order_by_asc(task::Column::Id)
        .all(&db.scope(1))
        .await?;
    let expected = [
        (project_row(1, 1), vec![task_row(1, 1), task_row(1, 2)]),
        (project_row(1, 2), vec![task_row(1, 3)]),
        (project_row(1, 3), vec![]),
    ];
    assert_eq!(rows, expected);
    Ok(())
}

async fn find_with_related_over_a_junction_has_the_tenants_rows(db: &TestDb) -> Outcome {
    let rows = task::Entity::find()
        .find_with_related(tag::Entity)
        .order_by_asc(task::Column::Id)
        .order_by_asc(tag::Column::Id)
        .all(&db.scope(1))
        .await?;
    let expected = [
        (task_row(1, 1), vec![tag_row(1, 1), tag_row(1, 2)]),
        (task_row(1, 2), vec![tag_row(1, 1)]),
        (task_row(1, 3), vec![]),
    ];
    assert_eq!(rows, expected);
    Ok(())
}

async fn find_related_of_a_model_has_the_tenants_rows(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let tasks =
        project_row(1, 1).find_related(task::Entity).order_by_asc(task::Column::Id).all(&scope).await?;
    assert_eq!(tasks, [task_row(1, 1), task_row(1, 2)]);
    let tags = task_row(1, 1).find_related(tag::Entity).order_by_asc(tag::Column::Id).all(&scope).await?;
    assert_eq!(tags, [tag_row(1, 1), tag_row(1, 2)]);
    Ok(())
}

async fn find_related_of_a_model_of_another_tenant_has_no_rows(db: &TestDb) -> Outcome {
    let tasks = project_row(2, 4).find_related(task::Entity).all(&db.scope(1)).await?;
    assert!(tasks.is_empty());
    Ok(())
}

async fn find_with_linked_has_the_tenants_rows(db: &TestDb) -> Outcome {
    let rows = project::Entity::find()
        .find_with_linked(ProjectToTags)
        .order_by_asc(project::Column::Id)
        .all(&db.scope(1))
        .await?;
    let rows = rows.into_iter().map(|(project, mut tags)| {
        tags.sort_by_key(|tag| tag.id);
        (project, tags)
    });
    let expected = [
        (project_row(1, 1), vec![tag_row(1, 1), tag_row(1, 1), tag_row(1, 2)]),
        (project_row(1, 2), vec![]),
        (project_row(1, 3), vec![]),
    ];
    assert_eq!(rows.collect::<Vec<_>>(), expected);
    Ok(())
}

async fn find_also_linked_has_the_tenants_rows(db: &TestDb) -> Outcome {
    let rows = task::Entity::find()
        .find_also_linked(TaskToManager)
        .order_by_asc(task::Column::Id)
        .all(&db.scope(1))
        .await?;
    let expected = [
        (task_row(1, 1), Some(manager_row(1, 1))),
        (task_row(1, 2), Some(manager_row(1, 1))),
        (task_row(1, 3), Some(manager_row(1, 2))),
    ];
    assert_eq!(rows, expected);
    Ok(())
}

async fn find_linked_of_a_model_has_the_tenants_rows(db: &TestDb) -> Outcome {
    let managers = task_row(1, 3).find_linked(TaskToManager).all(&db.scope(1)).await?;
    assert_eq!(managers, [manager_row(1, 2)]);
    let managers = task_row(2, 3).find_linked(TaskToManager).all(&db.scope(1)).await?;
    assert!(managers.is_empty());
    Ok(())
}

async fn three_entities_in_one_select_are_the_tenants(db: &TestDb) -> Outcome {
    let rows = task::Entity::find()
        .find_also_related(project::Entity)
        .and_also_related(manager::Entity)
        .order_by_asc(task::Column::Id)
        .all(&db.scope(1))
        .await?;
    let expected = [
        (task_row(1, 1), Some(project_row(1, 1)), Some(manager_row(1, 1))),
        (task_row(1, 2), Some(project_row(1, 1)), Some(manager_row(1, 1))),
        (task_row(1, 3), Some(project_row(1, 2)), Some(manager_row(1, 2))),
    ];
    assert_eq!(rows, expected);
    Ok(())
}

on_every_backend!(
    find_also_related_has_the_tenants_rows_on_both_sides,
    find_also_related_reaches_shared_and_root_tables,
    find_with_related_has_the_tenants_rows_on_both_sides,
    find_with_related_over_a_junction_has_the_tenants_rows,
    find_related_of_a_model_has_the_tenants_rows,
    find_related_of_a_model_of_another_tenant_has_no_rows,
    find_with_linked_has_the_tenants_rows,
    find_also_linked_has_the_tenants_rows,
    find_linked_of_a_model_has_the_tenants_rows,
    three_entities_in_one_select_are_the_tenants,
);
