//! 11, 12, 13 and 21: rows that are written one by one.

use super::prelude::*;

/// The other tenant's project that no tenant else has.
fn draco() -> project::Model {
    project_row(OTHER, 4)
}

/// 11: a forged key finds no row of another tenant, and does not take it over.
async fn class_11_a_forged_key_changes_and_deletes_no_row_of_another_tenant(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    let forged = project::ActiveModel { note: Set("A-mine".into()), ..draco().into_active_model() };
    assert_not_updated(forged.clone().update(&own).await);
    assert_not_updated(forged.save(&own).await);
    assert_eq!(draco().delete(&own).await?.rows_affected, 0);
    assert_eq!(project::Entity::delete_by_id(key(OTHER, 4)).exec(&own).await?.rows_affected, 0);
    let by_id = project::Entity::update_many()
        .col_expr(project::Column::Note, Expr::value("A-mine"))
        .filter(project::Column::Id.eq(draco().id));
    assert_eq!(by_id.exec(&own).await?.rows_affected, 0);
    assert_eq!(own_notes(db).await?, NOTES);
    Ok(())
}

/// 11: where both tenants have the id, the row meant is the one changed, or none.
async fn class_11_a_key_that_two_tenants_have_changes_one_row(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    let update = |tenant| project::ActiveModel {
        note: Set("A-new".into()),
        ..project_row(tenant, 1).into_active_model()
    };
    assert_not_updated(update(OTHER).update(&own).await);
    assert_eq!(own_notes(db).await?, NOTES);
    update(OWN).update(&own).await?;
    assert_eq!(own_notes(db).await?, ["A-new", "A-Borealis", "A-Cygnus"]);
    Ok(())
}

/// 12: whatever way a row comes, it is the scope's tenant's or refused.
async fn class_12_no_row_is_inserted_for_another_tenant(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    let row = |tenant: i64, id: i64| {
        tag::Model { id, name: format!("new {id}"), ..tag_row(tenant, 1) }.into_active_model().reset_all()
    };
    let table = &tag::Entity;
    assert_mismatch(row(OTHER, 501).insert(&own).await, table);
    let many = tag::Entity::insert_many([row(OWN, 502), row(OTHER, 503)]);
    assert_mismatch(many.exec_without_returning(&own).await, table);
    let name = table.table_name();
    let literal = format!("INSERT INTO {name} (account_id, id, name, note) VALUES (2, 504, 'new', 'new')");
    assert_mismatch(own.execute_unprepared(&literal).await, table);
    let nested = task_row(OWN, 3).into_ex().into_active_model().add_tag(row(OTHER, 505).into_ex());
    assert!(nested.save(&own).await.is_err());
    assert_eq!(tag::Entity::find().count(&own).await?, 2);
    assert_eq!(tag::Entity::find().count(db.unscoped()).await?, 4);
    Ok(())
}

/// 12: an INSERT … SELECT writes the scope's tenant, whatever the select says, or is refused.
async fn class_12_a_select_to_insert_names_no_other_tenant(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    let name = tag::Entity.table_name();
    for tenant in ["2", "account_id + 1", "(SELECT 2)"] {
        let sql = format!(
            "INSERT INTO {name} (account_id, id, name, note) SELECT {tenant}, id + 500, 'copy', note FROM {name} WHERE name = 'urgent'"
        );
        match own.execute_unprepared(&sql).await {
            Ok(done) => assert_eq!(done.rows_affected(), 1, "{sql}"),
            Err(error) => assert!(TenancyError::from_db_err(&error).is_some(), "{sql}: {error:?}"),
        }
        assert_eq!(
            tag::Entity::find().filter(tag::Column::AccountId.eq(OTHER)).count(db.unscoped()).await?,
            2
        );
        tag::Entity::delete_many().filter(tag::Column::Name.eq("copy")).exec(&own).await?;
    }
    Ok(())
}

/// 13: the tenant column of a row does not change.
async fn class_13_no_row_is_moved_by_its_tenant_column(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    let table = &project::Entity;
    let moved = project::Entity::update_many().col_expr(project::Column::AccountId, Expr::value(OTHER));
    assert_mismatch(moved.exec(&own).await, table);
    let refused = Refusal::TenantColumnUpdate { table: table.table_name().to_owned() };
    let computed = project::Entity::update_many()
        .col_expr(project::Column::AccountId, Expr::col(project::Column::AccountId).add(1));
    assert_eq!(refusal(computed.exec(&own).await), refused);
    for set in ["account_id = (SELECT 2)", "ACCOUNT_ID = 1 + 1", "note = 'x', account_id = id"] {
        let sql = format!("UPDATE {} SET {set}", table.table_name());
        assert_eq!(refusal(own.execute_unprepared(&sql).await), refused, "{sql}");
    }
    assert_eq!(own_notes(db).await?, NOTES);
    Ok(())
}

/// 13: an upsert does not move the row that it meets.
async fn class_13_no_row_is_moved_by_an_upsert(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    let name = tag::Entity.table_name();
    let row = "(account_id, id, name, note) VALUES (1, 501, 'urgent', 'A-new')";
    let sql = if db.is_mariadb() {
        format!("INSERT INTO {name} {row} ON DUPLICATE KEY UPDATE account_id = 2")
    } else {
        format!("INSERT INTO {name} {row} ON CONFLICT (account_id, name) DO UPDATE SET account_id = 2")
    };
    let moved = own.execute_unprepared(&sql).await;
    assert!(
        matches!(
            tenancy_error(moved),
            TenancyError::TenantMismatch { .. } | TenancyError::Refused(Refusal::TenantColumnUpdate { .. })
        ),
        "{sql}"
    );
    assert_eq!(tag::Entity::find().count(&own).await?, 2);
    Ok(())
}

/// 21: rows that are marked as deleted, and restored: there is no filter to drop, as a scope is none of the query's.
async fn class_21_a_soft_delete_and_its_restore_stay_within_the_tenant(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    let mark = |note: &str| task::Entity::update_many().col_expr(task::Column::Note, Expr::value(note));
    assert_eq!(mark("deleted").exec(&own).await?.rows_affected, 3);
    let trash = || task::Entity::find().filter(task::Column::Note.eq("deleted"));
    assert_eq!(trash().count(&own).await?, 3);
    assert_eq!(trash().count(&scope(db, OTHER)).await?, 0);
    let ids = [task_row(OWN, 2).id, task_row(OTHER, 4).id];
    let restored = mark("restored").filter(task::Column::Id.is_in(ids)).exec(&own).await?;
    assert_eq!(restored.rows_affected, 1);
    let restored = mark("restored").filter(task::Column::Note.ne("restored")).exec(&own).await?;
    assert_eq!(restored.rows_affected, 2);
    let forgotten = mark("restored").exec(&scope(db, 99)).await?;
    assert_eq!(forgotten.rows_affected, 0);
    Ok(())
}

cases!(
    class_11_a_forged_key_changes_and_deletes_no_row_of_another_tenant,
    class_11_a_key_that_two_tenants_have_changes_one_row,
    class_12_no_row_is_inserted_for_another_tenant,
    class_12_a_select_to_insert_names_no_other_tenant,
    class_13_no_row_is_moved_by_its_tenant_column,
    class_13_no_row_is_moved_by_an_upsert,
    class_21_a_soft_delete_and_its_restore_stay_within_the_tenant,
);
