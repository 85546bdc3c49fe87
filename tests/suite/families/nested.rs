//! Rows saved together with their related rows, by `ActiveModelEx`.

use super::prelude::*;
use sea_orm::ActiveValue::Set;

/// A project to insert, without its tenant where SeaORM can do without.
fn new_project(db: &TestDb, n: i64) -> project::ActiveModelEx {
    let row = project::ActiveModel::builder();
    let row = row.set_name(format!("new {n}")).set_note(format!("A-new {n}")).set_country_code("FR");
    project::ActiveModelEx { account_id: given_tenant(db), id: given_id(n), ..row }
}

/// A task to insert.
fn new_task(db: &TestDb, n: i64) -> task::ActiveModelEx {
    let row = task::ActiveModel::builder();
    let row = row.set_title(format!("new {n}")).set_note(format!("A-new {n}")).set_points(5);
    task::ActiveModelEx { account_id: given_tenant(db), id: given_id(n), ..row }
}

/// A manager to insert.
fn new_manager(db: &TestDb, n: i64) -> manager::ActiveModelEx {
    let row = manager::ActiveModel::builder().set_name(format!("new {n}")).set_note(format!("A-new {n}"));
    manager::ActiveModelEx { account_id: given_tenant(db), id: given_id(n), ..row }
}

/// The tenant's own tasks of a project: id and note.
async fn tasks_of(db: &TestDb, project: i64) -> Result<Vec<(i64, String)>, DbErr> {
    let own = task::Entity::find()
        .filter(task::Column::AccountId.eq(1))
        .filter(task::Column::ProjectId.eq(project));
    let rows = own.order_by_asc(task::Column::Id).all(db.unscoped()).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.note)).collect())
}

async fn a_row_is_inserted_with_the_rows_that_belong_to_it(db: &TestDb) -> Outcome {
    let row = new_project(db, 1).add_task(new_task(db, 1)).add_task(new_task(db, 2));
    let inserted = row.insert(&db.scope(1)).await?;
    assert_eq!((inserted.account_id, inserted.id), (1, 101));
    assert_eq!(tasks_of(db, 101).await?, [(101, "A-new 1".to_owned()), (102, "A-new 2".to_owned())]);
    Ok(())
}

async fn a_row_is_inserted_with_the_row_it_belongs_to(db: &TestDb) -> Outcome {
    let row = project::ActiveModelEx { account_id: given_tenant(db), ..new_project(db, 1) };
    let inserted = row.set_manager(new_manager(db, 2)).insert(&db.scope(1)).await?;
    let manager = inserted.manager_id.ok_or("the manager is set")?;
    assert_eq!((inserted.account_id, inserted.id), (1, 101));
    let managers =
        manager::Entity::find().filter(manager::Column::Name.eq("new 2")).all(db.unscoped()).await?;
    let managers: Vec<_> = managers.into_iter().map(|row| (row.account_id, row.id)).collect();
    assert_eq!(managers, [(1, manager)]);
    Ok(())
}

async fn a_row_is_saved_with_a_row_that_is_moved_to_it(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let row = project::Entity::find_by_id(key(1, 1)).one(&scope).await?.ok_or("the project is there")?;
    let mut row = row.into_ex().into_active_model();
    row.note = Set("A-changed".to_owned());
    let mut moved = task_row(1, 3).into_ex().into_active_model();
    moved.note = Set("A-moved".to_owned());
    row.add_task(moved).save(&scope).await?;
    let row = project::Entity::find_by_id(key(1, 1)).one(db.unscoped()).await?;
    assert_eq!(row, Some(project::Model { note: "A-changed".to_owned(), ..project_row(1, 1) }));
    let expected = [(id(1, 1), "A-design"), (id(1, 2), "A-build"), (id(1, 3), "A-moved")];
    assert_eq!(tasks_of(db, id(1, 1)).await?, expected.map(|(id, note)| (id, note.to_owned())));
    Ok(())
}

/// SeaORM takes a row with a whole key for one that is there, which one with a composite key always has by then.
async fn a_row_is_saved_with_a_row_that_is_new(db: &TestDb) -> Outcome {
    let row = project_row(1, 3).into_ex().into_active_model();
    let saved = row.add_task(new_task(db, 1)).save(&db.scope(1)).await;
    if STYLE == "composite" {
        assert!(matches!(saved, Err(DbErr::RecordNotUpdated)), "{saved:?}");
        assert!(tasks_of(db, id(1, 3)).await?.is_empty());
    } else {
        saved?;
        assert_eq!(tasks_of(db, id(1, 3)).await?, [(101, "A-new 1".to_owned())]);
    }
    Ok(())
}

async fn rows_that_are_replaced_are_deleted_in_the_tenant(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    task_tag::Entity::delete_many().exec(&scope).await?;
    let mut row = project_row(1, 1).into_ex().into_active_model();
    let kept = [task_row(1, 2), task_row(1, 3)];
    row.tasks = ActiveHasMany::Replace(kept.map(|task| task.into_ex().into_active_model()).into());
    row.save(&scope).await?;
    let expected = [(id(1, 2), "A-build"), (id(1, 3), "A-test")];
    assert_eq!(tasks_of(db, id(1, 1)).await?, expected.map(|(id, note)| (id, note.to_owned())));
    Ok(())
}

async fn a_row_of_another_tenant_is_not_saved_with_its_rows(db: &TestDb) -> Outcome {
    let mut row = project_row(2, 1).into_ex().into_active_model();
    row.note = Set("A-changed".to_owned());
    let saved = row.add_task(new_task(db, 1)).save(&db.scope(1)).await;
    assert!(matches!(saved, Err(DbErr::RecordNotUpdated)), "{saved:?}");
    assert!(tasks_of(db, id(2, 1)).await?.iter().all(|(_, note)| note != "A-new 1"));
    Ok(())
}

on_every_backend!(
    a_row_is_inserted_with_the_rows_that_belong_to_it,
    a_row_is_inserted_with_the_row_it_belongs_to,
    a_row_is_saved_with_a_row_that_is_moved_to_it,
    a_row_is_saved_with_a_row_that_is_new,
    rows_that_are_replaced_are_deleted_in_the_tenant,
    a_row_of_another_tenant_is_not_saved_with_its_rows,
);
