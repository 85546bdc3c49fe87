//! The behaviours of Finbuckle's support for EF Core: which tenant a row names, against what is done with it.
//!
//! There a mismatch throws, is ignored or overwritten, and so is a tenant that is not set. Here a mismatch is always
//! refused, and a tenant that is not set is always filled in.

use super::prelude::*;

/// A project with this tenant, that is not stored yet.
fn new_row(tenant: ActiveValue<i64>) -> project::ActiveModel {
    project::ActiveModel {
        account_id: tenant,
        id: Set(501),
        name: Set("New".to_owned()),
        note: Set("A-new".to_owned()),
        manager_id: Set(None),
        country_code: Set("FR".to_owned()),
    }
}

/// A row that is there, attached with this tenant and changed.
fn attached(tenant: ActiveValue<i64>) -> project::ActiveModel {
    project::ActiveModel {
        account_id: tenant,
        note: Set("A-changed".to_owned()),
        ..project_row(OWN, 3).into_active_model()
    }
}

async fn a_row_to_add_is_the_scopes_or_refused(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    let add = async |row| project::Entity::insert(row).exec_without_returning(&own).await;
    assert_mismatch(add(new_row(Set(OTHER))).await, &project::Entity);
    for tenant in [NotSet, Set(OWN)] {
        assert_eq!(add(new_row(tenant)).await?, 1);
        let row = project::Entity::find().filter(project::Column::Id.eq(501)).one(db.unscoped()).await?;
        assert_eq!(row.map(|row| row.account_id), Some(OWN));
        project::Entity::delete_many().filter(project::Column::Id.eq(501)).exec(&own).await?;
    }
    Ok(())
}

async fn rows_to_add_together_are_all_the_scopes_or_all_refused(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    let other =
        |id| project::ActiveModel { id: Set(id), name: Set(format!("New {id}")), ..new_row(Set(OWN)) };
    let mixed = project::Entity::insert_many([other(502), new_row(Set(OTHER))]);
    assert_mismatch(mixed.exec_without_returning(&own).await, &project::Entity);
    assert_eq!(own_notes(db).await?, NOTES);
    let filled = project::Entity::insert_many([new_row(NotSet), other(502)]);
    assert_eq!(filled.exec_without_returning(&own).await?, 2);
    assert_eq!(projects(&own).await?.len(), 5);
    Ok(())
}

/// A tenant that a composite key needs and that is not set is SeaORM's error, before anything is sent.
async fn a_row_to_update_is_the_scopes_or_refused(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    let mismatch = attached(Set(OTHER)).update(&own).await;
    let unset = attached(NotSet).update(&own).await;
    if STYLE == "composite" {
        assert_not_updated(mismatch);
        assert!(matches!(unset, Err(DbErr::PrimaryKeyNotSet { .. })), "{unset:?}");
        assert_eq!(own_notes(db).await?, NOTES);
        attached(Unchanged(OWN)).update(&own).await?;
    } else {
        assert_mismatch(mismatch, &project::Entity);
        assert_eq!(unset?.account_id, OWN);
    }
    assert_eq!(own_notes(db).await?, ["A-Apollo", "A-Borealis", "A-changed"]);
    Ok(())
}

async fn a_row_to_save_is_the_scopes_or_refused(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    let mismatch = attached(Set(OTHER)).save(&own).await;
    if STYLE == "composite" {
        assert_not_updated(mismatch);
    } else {
        assert_mismatch(mismatch, &project::Entity);
    }
    assert_eq!(own_notes(db).await?, NOTES);
    assert_eq!(attached(Set(OWN)).save(&own).await?.account_id.as_ref(), &OWN);
    assert_eq!(own_notes(db).await?, ["A-Apollo", "A-Borealis", "A-changed"]);
    Ok(())
}

async fn a_row_to_delete_is_the_scopes_or_not_found(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    assert_eq!(project_row(OTHER, 3).delete(&own).await?.rows_affected, 0);
    assert_eq!(own_notes(db).await?, NOTES);
    assert_eq!(project_row(OWN, 3).delete(&own).await?.rows_affected, 1);
    assert_eq!(own_notes(db).await?, ["A-Apollo", "A-Borealis"]);
    Ok(())
}

async fn a_row_to_upsert_is_the_scopes_or_refused(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    let upsert = async |tenant| {
        let row = project::ActiveModel { name: Set("Cygnus".to_owned()), ..new_row(tenant) };
        let conflict =
            OnConflict::column(project::Column::Name).update_column(project::Column::Note).to_owned();
        project::Entity::insert(row).on_conflict(conflict).exec_without_returning(&own).await
    };
    assert_mismatch(upsert(Set(OTHER)).await, &project::Entity);
    assert_eq!(own_notes(db).await?, NOTES);
    for tenant in [NotSet, Set(OWN)] {
        upsert(tenant).await?;
        assert_eq!(own_notes(db).await?, ["A-Apollo", "A-Borealis", "A-new"]);
    }
    Ok(())
}

/// What others call a tenant's identifier is a column of the root table, and its tenant may change it; the id does not.
async fn what_a_tenant_is_called_may_change_and_its_id_does_not(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    let renamed =
        account::ActiveModel { name: Set("Acme & Co".into()), ..account_row(OWN).into_active_model() };
    assert_eq!(renamed.update(&own).await?.name, "Acme & Co");
    assert_eq!(own.tenant(), &TenantId::from(OWN));
    assert_eq!(projects(&own).await?, projects_of(OWN));
    let moved = account::Entity::update_many().col_expr(account::Column::Id, Expr::value(OTHER));
    assert_mismatch(moved.exec(&own).await, &account::Entity);
    let renamed = account::ActiveModel { name: Set("Mine".into()), ..account_row(OTHER).into_active_model() };
    assert_not_updated(renamed.update(&own).await);
    Ok(())
}

cases!(
    a_row_to_add_is_the_scopes_or_refused,
    rows_to_add_together_are_all_the_scopes_or_all_refused,
    a_row_to_update_is_the_scopes_or_refused,
    a_row_to_save_is_the_scopes_or_refused,
    a_row_to_delete_is_the_scopes_or_not_found,
    a_row_to_upsert_is_the_scopes_or_refused,
    what_a_tenant_is_called_may_change_and_its_id_does_not,
);
