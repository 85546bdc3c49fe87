//! Deleting rows.

use super::prelude::*;

/// The names of the tenant's own projects.
async fn names(db: &TestDb) -> Result<Vec<String>, DbErr> {
    let own =
        project::Entity::find().filter(project::Column::AccountId.eq(1)).order_by_asc(project::Column::Id);
    Ok(own.all(db.unscoped()).await?.into_iter().map(|row| row.name).collect())
}

async fn delete_removes_the_tenants_row(db: &TestDb) -> Outcome {
    let deleted = project_row(1, 3).delete(&db.scope(1)).await?;
    assert_eq!(deleted.rows_affected, 1);
    assert_eq!(names(db).await?, ["Apollo", "Borealis"]);
    Ok(())
}

async fn delete_does_not_reach_a_row_of_another_tenant(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    assert_eq!(project_row(2, 3).delete(&scope).await?.rows_affected, 0);
    assert_eq!(project_row(2, 3).into_active_model().delete(&scope).await?.rows_affected, 0);
    assert_eq!(names(db).await?, ["Apollo", "Borealis", "Cygnus"]);
    Ok(())
}

async fn delete_by_id_removes_the_tenants_row_only(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    assert_eq!(project::Entity::delete_by_id(key(1, 3)).exec(&scope).await?.rows_affected, 1);
    assert_eq!(project::Entity::delete_by_id(key(2, 3)).exec(&scope).await?.rows_affected, 0);
    assert_eq!(names(db).await?, ["Apollo", "Borealis"]);
    Ok(())
}

async fn delete_many_removes_the_tenants_rows(db: &TestDb) -> Outcome {
    let deleted = task_tag::Entity::delete_many().exec(&db.scope(1)).await?;
    assert_eq!(deleted.rows_affected, 3);
    let left =
        task_tag::Entity::find().filter(task_tag::Column::AccountId.eq(1)).count(db.unscoped()).await?;
    assert_eq!(left, 0);
    Ok(())
}

async fn delete_many_with_or_stays_within_the_tenant(db: &TestDb) -> Outcome {
    let either = project::Column::Name.eq("Cygnus").or(project::Column::Note.starts_with("B-"));
    let deleted = project::Entity::delete_many().filter(either).exec(&db.scope(1)).await?;
    assert_eq!(deleted.rows_affected, 1);
    assert_eq!(names(db).await?, ["Apollo", "Borealis"]);
    Ok(())
}

/// Where SeaORM writes RETURNING.
async fn delete_many_returns_the_tenants_rows(db: &TestDb) -> Outcome {
    let cygnus = project::Entity::delete_many().filter(project::Column::Name.eq("Cygnus"));
    let deleted = cygnus.exec_with_returning(&db.scope(1)).await;
    if db.has_returning() {
        assert_eq!(deleted?, [project_row(1, 3)]);
    } else {
        assert!(matches!(deleted, Err(DbErr::BackendNotSupported { .. })), "{deleted:?}");
    }
    Ok(())
}

async fn cascade_delete_removes_what_belongs_to_the_tenants_row(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let deleted = project_row(1, 1).cascade_delete(&scope).await?;
    // The project, two tasks and their three links to tags.
    assert_eq!(deleted.rows_affected, 6);
    assert_eq!(names(db).await?, ["Borealis", "Cygnus"]);
    assert_eq!(task::Entity::find().all(&scope).await?, [task_row(1, 3)]);
    assert_eq!(task_tag::Entity::find().count(&scope).await?, 0);
    assert_eq!(tag::Entity::find().count(&scope).await?, 2);
    Ok(())
}

async fn cascade_delete_does_not_reach_rows_of_another_tenant(db: &TestDb) -> Outcome {
    let deleted = project_row(2, 4).cascade_delete(&db.scope(1)).await?;
    assert_eq!(deleted.rows_affected, 0);
    Ok(())
}

on_every_backend!(
    delete_removes_the_tenants_row,
    delete_does_not_reach_a_row_of_another_tenant,
    delete_by_id_removes_the_tenants_row_only,
    delete_many_removes_the_tenants_rows,
    delete_many_with_or_stays_within_the_tenant,
    delete_many_returns_the_tenants_rows,
    cascade_delete_removes_what_belongs_to_the_tenants_row,
    cascade_delete_does_not_reach_rows_of_another_tenant,
);
