//! Updating rows.

use super::prelude::*;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::ExprTrait;

/// A project of a tenant with another note.
fn renoted(tenant: i64, n: i64) -> project::ActiveModel {
    project::ActiveModel { note: Set("A-changed".to_owned()), ..project_row(tenant, n).into_active_model() }
}

/// The notes of the tenant's own projects.
async fn notes(db: &TestDb) -> Result<Vec<String>, DbErr> {
    let own =
        project::Entity::find().filter(project::Column::AccountId.eq(1)).order_by_asc(project::Column::Id);
    Ok(own.all(db.unscoped()).await?.into_iter().map(|row| row.note).collect())
}

async fn update_changes_the_tenants_row(db: &TestDb) -> Outcome {
    let updated = renoted(1, 1).update(&db.scope(1)).await?;
    assert_eq!(updated, project::Model { note: "A-changed".to_owned(), ..project_row(1, 1) });
    assert_eq!(notes(db).await?, ["A-changed", "A-Borealis", "A-Cygnus"]);
    Ok(())
}

async fn update_of_nothing_reads_the_tenants_row(db: &TestDb) -> Outcome {
    let updated = project_row(1, 1).into_active_model().update(&db.scope(1)).await?;
    assert_eq!(updated, project_row(1, 1));
    let updated = project_row(2, 4).into_active_model().update(&db.scope(1)).await;
    assert!(matches!(updated, Err(DbErr::RecordNotUpdated | DbErr::RecordNotFound(_))), "{updated:?}");
    Ok(())
}

async fn update_does_not_reach_a_row_of_another_tenant(db: &TestDb) -> Outcome {
    let updated = renoted(2, 1).update(&db.scope(1)).await;
    assert!(matches!(updated, Err(DbErr::RecordNotUpdated)), "{updated:?}");
    assert_eq!(notes(db).await?, ["A-Apollo", "A-Borealis", "A-Cygnus"]);
    Ok(())
}

async fn update_with_the_own_tenant_set_is_as_without(db: &TestDb) -> Outcome {
    let row = project::ActiveModel { account_id: Set(1), ..renoted(1, 2) };
    let updated = row.update(&db.scope(1)).await?;
    assert_eq!(updated, project::Model { note: "A-changed".to_owned(), ..project_row(1, 2) });
    Ok(())
}

async fn update_many_changes_the_tenants_rows(db: &TestDb) -> Outcome {
    let updated = project::Entity::update_many()
        .col_expr(project::Column::Note, Expr::value("A-changed"))
        .exec(&db.scope(1))
        .await?;
    assert_eq!(updated.rows_affected, 3);
    assert_eq!(notes(db).await?, ["A-changed"; 3]);
    Ok(())
}

/// The tenant that a condition names is looked at each time, whichever came with the same text before.
async fn conditions_on_the_tenant_hold_for_each_value(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    for (tenant, rows) in [(1, 3), (2, 0), (1, 3), (2, 0)] {
        let named = project::Column::AccountId.eq(tenant);
        let found =
            project::Entity::find().filter(named.clone().and(project::Column::Id.gt(0))).all(&scope).await?;
        assert_eq!(found.len(), rows, "found of tenant {tenant}");
        let listed = project::Entity::find()
            .filter(named.clone())
            .filter(project::Column::Name.is_in(["Apollo", "Borealis", "Cygnus", "Draco"]));
        assert_eq!(listed.all(&scope).await?.len(), rows, "listed of tenant {tenant}");
        let updated = project::Entity::update_many()
            .col_expr(project::Column::Note, Expr::value("A-changed"))
            .filter(named.clone())
            .exec(&scope)
            .await?;
        assert_eq!(updated.rows_affected as usize, rows, "updated of tenant {tenant}");
        let joined = task::Entity::find().inner_join(project::Entity).filter(named).count(&scope).await?;
        assert_eq!(joined > 0, rows > 0, "joined of tenant {tenant}");
    }
    Ok(())
}

async fn update_many_with_or_stays_within_the_tenant(db: &TestDb) -> Outcome {
    let updated = project::Entity::update_many()
        .set(project::ActiveModel { note: Set("A-changed".to_owned()), ..Default::default() })
        .filter(project::Column::Name.eq("Apollo").or(project::Column::Name.eq("Draco")))
        .exec(&db.scope(1))
        .await?;
    assert_eq!(updated.rows_affected, 1);
    assert_eq!(notes(db).await?, ["A-changed", "A-Borealis", "A-Cygnus"]);
    Ok(())
}

async fn update_many_with_a_subquery_looks_at_the_tenants_rows(db: &TestDb) -> Outcome {
    let mut idle = sea_query::Query::select();
    idle.column(task::Column::ProjectId).from(task::Entity);
    let updated = project::Entity::update_many()
        .col_expr(project::Column::Note, Expr::value("A-changed"))
        .filter(project::Column::Id.not_in_subquery(idle))
        .exec(&db.scope(1))
        .await?;
    assert_eq!(updated.rows_affected, 1);
    assert_eq!(notes(db).await?, ["A-Apollo", "A-Borealis", "A-changed"]);
    Ok(())
}

/// Where SeaORM writes RETURNING.
async fn update_many_returns_the_tenants_rows(db: &TestDb) -> Outcome {
    let updated = project::Entity::update_many()
        .col_expr(project::Column::Note, Expr::value("A-changed"))
        .filter(project::Column::CountryCode.eq("JP"))
        .exec_with_returning(&db.scope(1))
        .await;
    if db.has_returning() {
        assert_eq!(updated?, [project::Model { note: "A-changed".to_owned(), ..project_row(1, 2) }]);
    } else {
        assert!(matches!(updated, Err(DbErr::BackendNotSupported { .. })), "{updated:?}");
    }
    Ok(())
}

async fn update_of_the_root_table_reaches_the_own_account_only(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let updated = account::Entity::update_many()
        .col_expr(account::Column::Name, Expr::value("Acme Ltd"))
        .exec(&scope)
        .await?;
    assert_eq!(updated.rows_affected, 1);
    let other = account::ActiveModel { name: Set("Mine".to_owned()), ..account_row(2).into_active_model() };
    assert!(matches!(other.update(&scope).await, Err(DbErr::RecordNotUpdated)));
    let own = account::Entity::find().one(&scope).await?;
    assert_eq!(own, Some(account::Model { name: "Acme Ltd".to_owned(), ..account_row(1) }));
    Ok(())
}

on_every_backend!(
    update_changes_the_tenants_row,
    update_of_nothing_reads_the_tenants_row,
    update_does_not_reach_a_row_of_another_tenant,
    update_with_the_own_tenant_set_is_as_without,
    update_many_changes_the_tenants_rows,
    conditions_on_the_tenant_hold_for_each_value,
    update_many_with_or_stays_within_the_tenant,
    update_many_with_a_subquery_looks_at_the_tenants_rows,
    update_many_returns_the_tenants_rows,
    update_of_the_root_table_reaches_the_own_account_only,
);
