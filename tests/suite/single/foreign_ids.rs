//! Rows that point at another tenant's row, which keys of one column allow where no scope checked them: the row is the
//! tenant's, what it points at is not to be seen.

use super::{
    entities::{account, id, key, manager, project, tag, task, task_tag},
    families::{Rows, project_row, tag_row, task_row},
};
use crate::harness::{Outcome, TestDb};
use sea_orm::{ActiveValue::Set, entity::prelude::*, *};

/// A project of tenant 1 whose manager is tenant 2's, and a task of tenant 1 whose project is tenant 2's.
async fn add_stray_rows(db: &TestDb) -> Result<(project::Model, task::Model), DbErr> {
    let project =
        project::Model { id: 51, name: "Stray".to_owned(), manager_id: Some(id(2, 1)), ..project_row(1, 1) };
    let task = task::Model { id: 51, project_id: id(2, 4), ..task_row(1, 1) };
    project::Entity::insert(project.clone().into_active_model())
        .exec_without_returning(db.unscoped())
        .await?;
    task::Entity::insert(task.clone().into_active_model()).exec_without_returning(db.unscoped()).await?;
    Ok((project, task))
}

async fn a_join_does_not_reach_the_other_tenants_row(db: &TestDb) -> Outcome {
    let (project, task) = add_stray_rows(db).await?;
    let scope = db.scope(1);
    let by_id = || project::Entity::find_by_id(51);
    assert_eq!(by_id().find_also_related(manager::Entity).all(&scope).await?, [(project.clone(), None)]);
    assert_eq!(by_id().inner_join(manager::Entity).count(&scope).await?, 0);
    let tasks = task::Entity::find_by_id(51).find_also_related(project::Entity).all(&scope).await?;
    assert_eq!(tasks, [(task.clone(), None)]);
    let three =
        task::Entity::find_by_id(51).find_also_related(project::Entity).and_also_related(manager::Entity);
    assert_eq!(three.all(&scope).await?, [(task, None, None)]);
    Ok(())
}

async fn the_other_tenant_does_not_see_the_row_that_points_at_its_own(db: &TestDb) -> Outcome {
    add_stray_rows(db).await?;
    let scope = db.scope(2);
    let rows = project::Entity::find_by_id(key(2, 4)).find_with_related(task::Entity).all(&scope).await?;
    assert_eq!(rows, [(project_row(2, 4), vec![task_row(2, 4)])]);
    let tasks = vec![project_row(2, 4)].load_many(task::Entity, &scope).await?;
    assert_eq!(tasks, [vec![task_row(2, 4)]]);
    Ok(())
}

async fn loaders_do_not_reach_the_other_tenants_row(db: &TestDb) -> Outcome {
    let (project, task) = add_stray_rows(db).await?;
    let scope = db.scope(1);
    assert_eq!(vec![project].load_one(manager::Entity, &scope).await?, [None]);
    assert_eq!(vec![task.clone()].load_one(project::Entity, &scope).await?, [None]);
    assert_eq!(task.find_related(project::Entity).one(&scope).await?, None);
    let loaded = project::Entity::load()
        .filter_by_id(51)
        .with(manager::Entity)
        .with(account::Entity)
        .one(&scope)
        .await?;
    let loaded = loaded.ok_or("the project is the tenant's own")?;
    assert!(loaded.manager.is_not_found());
    assert_eq!(loaded.account.as_ref().map(|account| account.name.as_str()), Some("Acme"));
    Ok(())
}

async fn a_link_to_another_tenants_row_leads_nowhere(db: &TestDb) -> Outcome {
    let stray = task_tag::Model { account_id: 1, task_id: id(1, 3), tag_id: id(2, 1) };
    task_tag::Entity::insert(stray.into_active_model()).exec_without_returning(db.unscoped()).await?;
    assert!(task_row(1, 3).find_related(tag::Entity).all(&db.scope(1)).await?.is_empty());
    let tasks =
        tag_row(2, 1).find_related(task::Entity).order_by_asc(task::Column::Id).all(&db.scope(2)).await?;
    assert_eq!(tasks, [task_row(2, 1), task_row(2, 2)]);
    Ok(())
}

async fn a_nested_save_does_not_change_the_other_tenants_row(db: &TestDb) -> Outcome {
    let mut other = tag_row(2, 1).into_ex().into_active_model();
    other.note = Set("A-mine".to_owned());
    let saved = task_row(1, 3).into_ex().into_active_model().add_tag(other).save(&db.scope(1)).await;
    assert!(matches!(saved, Err(DbErr::RecordNotUpdated)), "{saved:?}");
    let links =
        task_tag::Entity::find().filter(task_tag::Column::TaskId.eq(id(1, 3))).count(db.unscoped()).await?;
    assert_eq!(links, 0);
    Ok(())
}

on_every_backend!(
    a_join_does_not_reach_the_other_tenants_row,
    the_other_tenant_does_not_see_the_row_that_points_at_its_own,
    loaders_do_not_reach_the_other_tenants_row,
    a_link_to_another_tenants_row_leads_nowhere,
    a_nested_save_does_not_change_the_other_tenants_row,
);
