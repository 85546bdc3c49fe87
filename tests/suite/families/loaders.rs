//! Related rows of many rows, loaded afterwards, and the entity loader.

use super::prelude::*;

async fn load_one_has_the_tenants_rows(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let projects = [1, 2, 3].map(|n| project_row(1, n)).to_vec();
    let managers = projects.load_one(manager::Entity, &scope).await?;
    assert_eq!(managers, [Some(manager_row(1, 1)), Some(manager_row(1, 2)), None]);
    Ok(())
}

async fn load_many_has_the_tenants_rows(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let projects = [1, 2, 3].map(|n| project_row(1, n)).to_vec();
    let tasks = projects.load_many(task::Entity::find().order_by_asc(task::Column::Id), &scope).await?;
    assert_eq!(tasks, [vec![task_row(1, 1), task_row(1, 2)], vec![task_row(1, 3)], vec![]]);
    Ok(())
}

async fn load_many_over_a_junction_has_the_tenants_rows(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let tasks = [1, 2, 3].map(|n| task_row(1, n)).to_vec();
    let expected = [vec![tag_row(1, 1), tag_row(1, 2)], vec![tag_row(1, 1)], vec![]];
    let tags = tasks.load_many(tag::Entity, &scope).await?;
    assert_eq!(sorted(tags), expected);
    let tags = tasks.load_many_to_many(tag::Entity, task_tag::Entity, &scope).await?;
    assert_eq!(sorted(tags), expected);
    Ok(())
}

async fn loaders_find_nothing_for_rows_of_another_tenant(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let projects = vec![project_row(2, 1), project_row(2, 4)];
    assert_eq!(projects.load_one(manager::Entity, &scope).await?, [None, None]);
    assert!(projects.load_many(task::Entity, &scope).await?.concat().is_empty());
    let tasks = vec![task_row(2, 1)];
    assert!(tasks.load_many(tag::Entity, &scope).await?.concat().is_empty());
    Ok(())
}

async fn loaders_of_nothing_load_nothing(db: &TestDb) -> Outcome {
    let projects = vec![project_row(1, 3)];
    assert_eq!(projects.load_one(manager::Entity, &db.scope(1)).await?, [None]);
    Ok(())
}

async fn the_entity_loader_has_the_tenants_rows(db: &TestDb) -> Outcome {
    let rows = project::Entity::load()
        .with(manager::Entity)
        .with(task::Entity)
        .order_by_asc(project::Column::Id)
        .all(&db.scope(1))
        .await?;
    let managers: Vec<_> =
        rows.iter().map(|row| row.manager.as_ref().map(|manager| manager.note.clone())).collect();
    assert_eq!(managers, [Some("A-Ada".to_owned()), Some("A-Bob".to_owned()), None]);
    let tasks: Vec<_> =
        rows.into_iter().map(|row| notes(row.tasks.into_iter().map(|task| task.note))).collect();
    assert_eq!(tasks, [vec!["A-build", "A-design"], vec!["A-test"], vec![]]);
    Ok(())
}

async fn the_entity_loader_has_the_tenants_rows_two_levels_down(db: &TestDb) -> Outcome {
    let row = project::Entity::load()
        .filter_by_id(key(1, 1))
        .with((task::Entity, tag::Entity))
        .with(country::Entity)
        .one(&db.scope(1))
        .await?;
    let row = row.ok_or("the project is there")?;
    assert_eq!(row.country.as_ref().map(|country| country.name.as_str()), Some("France"));
    let tags = row.tasks.into_iter().flat_map(|task| task.tags.into_iter().map(|tag| tag.note));
    assert_eq!(notes(tags), ["A-later", "A-urgent", "A-urgent"]);
    Ok(())
}

async fn the_entity_loader_does_not_find_another_tenants_row(db: &TestDb) -> Outcome {
    let row = project::Entity::load().filter_by_id(key(2, 4)).with(task::Entity).one(&db.scope(1)).await?;
    assert!(row.is_none());
    Ok(())
}

/// Rows in the order of their ids.
fn sorted(rows: Vec<Vec<tag::Model>>) -> Vec<Vec<tag::Model>> {
    let sort = |mut rows: Vec<tag::Model>| {
        rows.sort_by_key(|row| row.id);
        rows
    };
    rows.into_iter().map(sort).collect()
}

/// Notes in alphabetical order.
fn notes(notes: impl Iterator<Item = String>) -> Vec<String> {
    let mut notes: Vec<_> = notes.collect();
    notes.sort();
    notes
}

on_every_backend!(
    load_one_has_the_tenants_rows,
    load_many_has_the_tenants_rows,
    load_many_over_a_junction_has_the_tenants_rows,
    loaders_find_nothing_for_rows_of_another_tenant,
    loaders_of_nothing_load_nothing,
    the_entity_loader_has_the_tenants_rows,
    the_entity_loader_has_the_tenants_rows_two_levels_down,
    the_entity_loader_does_not_find_another_tenants_row,
);
