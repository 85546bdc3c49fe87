//! A row that is written names parents of its tenant, which keys of one column leave to the scope.

use super::{
    entities::{id, key, manager, project, tag, task, task_tag},
    families::{Rows, project_row, tag_row, task_row},
};
use crate::harness::{Outcome, TestDb};
use sea_orm::{ActiveValue::Set, entity::prelude::*, sea_query::OnConflict, *};
use sea_orm_multitenant::{Tenancy, TenancyError};

/// Tenant 2's project, and an id that nobody has: a scope of tenant 1 must not tell them apart.
const STRAYS: [i64; 2] = [8, 9999];

/// The error of a write of `column`, which names no row that the tenant has.
fn foreign_parent(table: &str, column: &str, parent: &str) -> TenancyError {
    TenancyError::ForeignParent {
        table: format!("single_{table}"),
        column: column.to_owned(),
        parent: format!("single_{parent}"),
    }
}

/// The tenancy's error in a result.
#[track_caller]
fn tenancy_error<T: std::fmt::Debug>(result: Result<T, DbErr>) -> TenancyError {
    let error = result.expect_err("the statement fails");
    TenancyError::from_db_err(&error).unwrap_or_else(|| panic!("not a tenancy error: {error:?}")).clone()
}

#[track_caller]
fn assert_stray_project<T: std::fmt::Debug>(result: Result<T, DbErr>) {
    assert_eq!(tenancy_error(result), foreign_parent("task", "project_id", "project"));
}

/// A task to insert into a project.
fn new_task(project: i64) -> task::ActiveModel {
    task::ActiveModel {
        project_id: Set(project),
        title: Set("new".to_owned()),
        note: Set("A-new".to_owned()),
        points: Set(5),
        ..Default::default()
    }
}

/// A project to insert under a manager.
fn new_project(name: &str, manager: Option<i64>) -> project::ActiveModel {
    project::ActiveModel {
        name: Set(name.to_owned()),
        note: Set("A-new".to_owned()),
        manager_id: Set(manager),
        country_code: Set("FR".to_owned()),
        ..Default::default()
    }
}

/// The tenant's own tasks as they are at the start.
async fn assert_tasks_as_seeded(db: &TestDb) -> Outcome {
    let own = task::Entity::find().filter(task::Column::AccountId.eq(1)).order_by_asc(task::Column::Id);
    assert_eq!(own.all(db.unscoped()).await?, [1, 2, 3].map(|n| task_row(1, n)));
    Ok(())
}

async fn an_inserted_row_names_a_parent_of_the_tenant(db: &TestDb) -> Outcome {
    assert_eq!(STRAYS[0], id(2, 4));
    let scope = db.scope(1);
    for stray in STRAYS {
        assert_stray_project(new_task(stray).insert(&scope).await);
        assert_stray_project(new_task(stray).save(&scope).await);
        assert_stray_project(task::Entity::insert(new_task(stray)).exec(&scope).await);
        assert_stray_project(task::Entity::insert(new_task(stray)).exec_without_returning(&scope).await);
    }
    assert_tasks_as_seeded(db).await?;
    assert_eq!(new_task(id(1, 1)).insert(&scope).await?.project_id, id(1, 1));
    Ok(())
}

async fn each_of_many_inserted_rows_names_a_parent_of_the_tenant(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    for stray in STRAYS {
        let rows = [new_task(id(1, 1)), new_task(id(1, 2)), new_task(stray)];
        assert_stray_project(task::Entity::insert_many(rows).exec_without_returning(&scope).await);
    }
    assert_tasks_as_seeded(db).await?;
    let rows = [new_task(id(1, 1)), new_task(id(1, 2))];
    assert_eq!(task::Entity::insert_many(rows).exec_without_returning(&scope).await?, 2);
    Ok(())
}

/// A row of many that leaves the column unset is bound NULL there.
async fn a_row_may_have_no_parent(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    assert_eq!(new_project("alone", None).insert(&scope).await?.manager_id, None);
    let unset = project::ActiveModel { manager_id: NotSet, ..new_project("unset", None) };
    let rows = [new_project("led", Some(id(1, 1))), unset];
    assert_eq!(project::Entity::insert_many(rows).exec_without_returning(&scope).await?, 2);
    let left = project::ActiveModel { id: Set(id(1, 1)), manager_id: Set(None), ..Default::default() };
    assert_eq!(left.update(&scope).await?.manager_id, None);
    let stray = new_project("stray", Some(id(2, 1))).insert(&scope).await;
    assert_eq!(tenancy_error(stray), foreign_parent("project", "manager_id", "manager"));
    Ok(())
}

async fn an_updated_row_names_a_parent_of_the_tenant(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    for stray in STRAYS {
        let moved = || task::ActiveModel { id: Set(id(1, 1)), project_id: Set(stray), ..Default::default() };
        assert_stray_project(moved().update(&scope).await);
        assert_stray_project(moved().save(&scope).await);
        let many = task::Entity::update_many().col_expr(task::Column::ProjectId, Expr::value(stray));
        assert_stray_project(many.exec(&scope).await);
    }
    assert_tasks_as_seeded(db).await?;
    let moved = task::ActiveModel { id: Set(id(1, 1)), project_id: Set(id(1, 3)), ..Default::default() };
    assert_eq!(moved.update(&scope).await?, task::Model { project_id: id(1, 3), ..task_row(1, 1) });
    let many = task::Entity::update_many()
        .col_expr(task::Column::ProjectId, Expr::value(id(1, 2)))
        .exec(&scope)
        .await?;
    assert_eq!(many.rows_affected, 3);
    Ok(())
}

/// As without the check: a value that no row takes is no error.
async fn an_update_of_no_row_writes_no_stray_parent(db: &TestDb) -> Outcome {
    let none = task::Entity::update_many()
        .col_expr(task::Column::ProjectId, Expr::value(STRAYS[0]))
        .filter(task::Column::Id.eq(id(2, 1)))
        .exec(&db.scope(1))
        .await?;
    assert_eq!(none.rows_affected, 0);
    Ok(())
}

async fn an_upserted_row_names_a_parent_of_the_tenant(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let upsert = |project: i64, on: OnConflict| {
        task::Entity::insert(task::ActiveModel { id: Set(id(1, 1)), ..new_task(project) }).on_conflict(on)
    };
    let of_row = || OnConflict::column(task::Column::Id).update_column(task::Column::ProjectId).to_owned();
    let of_value = |project: i64| {
        OnConflict::column(task::Column::Id).value(task::Column::ProjectId, Expr::value(project)).to_owned()
    };
    for stray in STRAYS {
        assert_stray_project(upsert(stray, of_row()).exec_without_returning(&scope).await);
        assert_stray_project(upsert(id(1, 1), of_value(stray)).exec_without_returning(&scope).await);
    }
    assert_tasks_as_seeded(db).await?;
    let project_of = async || {
        let row = task::Entity::find_by_id(key(1, 1)).one(&scope).await?;
        Ok::<_, DbErr>(row.map(|row| row.project_id))
    };
    upsert(id(1, 2), of_row()).exec_without_returning(&scope).await?;
    assert_eq!(project_of().await?, Some(id(1, 2)));
    upsert(id(1, 1), of_value(id(1, 3))).exec_without_returning(&scope).await?;
    assert_eq!(project_of().await?, Some(id(1, 3)));
    Ok(())
}

async fn a_link_joins_rows_of_the_tenant(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let task = |row: task::Model| row.into_ex().into_active_model();
    let tag = |row: tag::Model| row.into_ex().into_active_model();
    let stray_tag = task(task_row(1, 3)).add_tag(tag(tag_row(2, 1))).save(&scope).await;
    assert_eq!(tenancy_error(stray_tag), foreign_parent("task_tag", "tag_id", "tag"));
    let stray_task = tag(tag_row(1, 1)).add_task(task(task_row(2, 3))).save(&scope).await;
    assert_eq!(tenancy_error(stray_task), foreign_parent("task_tag", "task_id", "task"));
    let link = |task_id, tag_id| task_tag::ActiveModel {
        task_id: Set(task_id),
        tag_id: Set(tag_id),
        ..Default::default()
    };
    for link in [link(id(1, 3), id(2, 1)), link(id(2, 3), id(1, 1)), link(id(2, 3), id(2, 1))] {
        assert!(matches!(
            tenancy_error(task_tag::Entity::insert(link).exec_without_returning(&scope).await),
            TenancyError::ForeignParent { .. }
        ));
    }
    let own = task_tag::Entity::find().filter(task_tag::Column::AccountId.eq(1));
    assert_eq!(own.count(db.unscoped()).await?, 3);
    assert_eq!(task_tag::Entity::insert(link(id(1, 3), id(1, 1))).exec_without_returning(&scope).await?, 1);
    Ok(())
}

/// The row that a nested save names as the parent is there for the tenant, or none is written.
async fn a_nested_save_names_no_parent_of_another_tenant(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let row = task::ActiveModel::builder().set_title("new").set_note("A-new").set_points(5);
    let other = project_row(2, 4).into_ex().into_active_model();
    assert_stray_project(row.set_project(other).insert(&scope).await);
    let mut own = project_row(1, 3).into_ex().into_active_model();
    own.manager_id = Set(Some(id(2, 1)));
    let saved = own.save(&scope).await;
    assert_eq!(tenancy_error(saved), foreign_parent("project", "manager_id", "manager"));
    assert_tasks_as_seeded(db).await
}

/// The parent is seen where it was inserted before, in the same transaction.
async fn a_parent_may_be_as_new_as_its_transaction(db: &TestDb) -> Outcome {
    let transaction = db.scope(1).begin().await?;
    let project = new_project("fresh", None).insert(&transaction).await?;
    let task = new_task(project.id).insert(&transaction).await?;
    transaction.commit().await?;
    assert_eq!(task.project_id, project.id);
    Ok(())
}

/// An engine that plans a statement anew after some runs checks it all the same.
async fn a_statement_that_ran_often_is_still_checked(db: &TestDb) -> Outcome {
    let transaction = db.scope(1).begin().await?;
    for _ in 0..12 {
        new_task(id(1, 1)).insert(&transaction).await?;
    }
    assert_stray_project(new_task(STRAYS[0]).insert(&transaction).await);
    transaction.rollback().await?;
    assert_tasks_as_seeded(db).await
}

async fn the_check_can_be_left_out(db: &TestDb) -> Outcome {
    let builders = [
        Tenancy::builder().check_parents(false),
        Tenancy::builder().without_parent_check("single_task", "project_id"),
    ];
    for builder in builders {
        let scope = builder.build(db.unscoped().clone())?.scope(1)?;
        let task = new_task(STRAYS[0]).insert(&scope).await?;
        assert_eq!(task.find_related(project::Entity).one(&scope).await?, None);
        assert_eq!(manager::Entity::find().count(&scope).await?, 2);
    }
    let link = task_tag::ActiveModel { task_id: Set(id(1, 3)), tag_id: Set(id(2, 1)), ..Default::default() };
    let other = Tenancy::builder().without_parent_check("single_task", "project_id");
    let scope = other.build(db.unscoped().clone())?.scope(1)?;
    let linked = task_tag::Entity::insert(link).exec_without_returning(&scope).await;
    assert_eq!(tenancy_error(linked), foreign_parent("task_tag", "tag_id", "tag"));
    Ok(())
}

on_every_backend!(
    an_inserted_row_names_a_parent_of_the_tenant,
    each_of_many_inserted_rows_names_a_parent_of_the_tenant,
    a_row_may_have_no_parent,
    an_updated_row_names_a_parent_of_the_tenant,
    an_update_of_no_row_writes_no_stray_parent,
    an_upserted_row_names_a_parent_of_the_tenant,
    a_link_joins_rows_of_the_tenant,
    a_nested_save_names_no_parent_of_another_tenant,
    a_parent_may_be_as_new_as_its_transaction,
    a_statement_that_ran_often_is_still_checked,
    the_check_can_be_left_out,
);
