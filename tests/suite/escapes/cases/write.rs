//! W: writing. The rows of B are compared by the harness; the cases look at A's.

use super::prelude::*;
use sea_orm::sea_query::{CaseStatement, ExprTrait, OnConflict};

/// W1.
async fn w1_a_bulk_update_with_another_tenants_object_changes_nothing(db: &TestDb) -> Outcome {
    let object = project_of_b(db, 200).await?;
    let updated = project::Entity::update_many()
        .col_expr(
            project::Column::Name,
            CaseStatement::new()
                .case(project::Column::Id.eq(object.id), "HACK")
                .finally(Expr::col(project::Column::Name))
                .into(),
        )
        .filter(project::Column::Id.is_in([object.id]))
        .exec(&scope(db, A))
        .await?;
    assert_eq!(updated.rows_affected, 0);
    assert_eq!(projects_of(db, A).await?, projects_of_a());
    Ok(())
}

/// W1b: there A's row of the same id was changed.
async fn w1b_an_update_of_another_tenants_object_does_not_hit_the_own_row_of_its_id(db: &TestDb) -> Outcome {
    let mut object = project_of_b(db, B5).await?.into_active_model();
    object.name = Set("HACK".to_owned());
    assert_not_updated(object.update(&scope(db, A)).await);
    assert_eq!(projects_of(db, A).await?, projects_of_a());
    Ok(())
}

/// W2.
async fn w2_the_tenant_column_of_a_row_cannot_be_updated(db: &TestDb) -> Outcome {
    let update = |tenant: i64| {
        project::Entity::update_many()
            .col_expr(project::Column::AccountId, Expr::val(tenant))
            .filter(project::Column::Id.eq(100))
    };
    assert_mismatch(update(B).exec(&scope(db, A)).await, "project");
    update(A).exec(&scope(db, A)).await?;
    let computed = project::Entity::update_many()
        .col_expr(project::Column::AccountId, Expr::col(project::Column::AccountId).add(1));
    assert_tenant_column_update(computed.exec(&scope(db, A)).await);
    assert_eq!(projects_of(db, A).await?, projects_of_a());
    Ok(())
}

/// W3.
async fn w3_an_update_by_another_tenants_key_changes_nothing(db: &TestDb) -> Outcome {
    let updated = project::Entity::update_many()
        .col_expr(project::Column::Name, Expr::val("HACK"))
        .filter(project::Column::Id.eq(200))
        .exec(&scope(db, A))
        .await?;
    assert_eq!(updated.rows_affected, 0);
    Ok(())
}

/// W4: by the entity that says nothing of tenants, and as text.
async fn w4_an_update_that_knows_no_tenant_is_scoped(db: &TestDb) -> Outcome {
    let updated = bare_project::Entity::update_many()
        .col_expr(bare_project::Column::Name, Expr::val("HACK"))
        .filter(bare_project::Column::Id.eq(200))
        .exec(&scope(db, A))
        .await?;
    assert_eq!(updated.rows_affected, 0);
    let sql = format!("UPDATE {PREFIX}project SET name = 'HACK' WHERE id = 200 OR account_id = 2");
    assert_eq!(scope(db, A).execute_unprepared(&sql).await?.rows_affected(), 0);
    assert_eq!(projects_of(db, A).await?, projects_of_a());
    Ok(())
}

/// W5: by the entity that says nothing of tenants, and as text.
async fn w5_a_delete_that_knows_no_tenant_is_scoped(db: &TestDb) -> Outcome {
    let deleted = bare_project::Entity::delete_by_id(200).exec(&scope(db, A)).await?;
    assert_eq!(deleted.rows_affected, 0);
    let sql = format!("DELETE FROM {PREFIX}project WHERE id = 200 OR account_id = 2");
    assert_eq!(scope(db, A).execute_unprepared(&sql).await?.rows_affected(), 0);
    assert_eq!(projects_of(db, A).await?, projects_of_a());
    Ok(())
}

/// W6.
async fn w6_an_update_of_all_rows_changes_own_rows(db: &TestDb) -> Outcome {
    let updated = project::Entity::update_many()
        .col_expr(project::Column::Name, Expr::val("X"))
        .exec(&scope(db, A))
        .await?;
    assert_eq!(updated.rows_affected, 2);
    assert_eq!(projects_of(db, A).await?, [project_row(A, 5, "X", 1), project_row(A, 100, "X", 1)]);
    Ok(())
}

/// W7.
async fn w7_a_row_cannot_be_created_for_another_tenant(db: &TestDb) -> Outcome {
    let row = project_row(B, 500, "inj", 1).into_active_model();
    assert_mismatch(row.clone().insert(&scope(db, A)).await, "project");
    assert_mismatch(project::Entity::insert(row).exec_without_returning(&scope(db, A)).await, "project");
    let sql = format!("INSERT INTO {PREFIX}project (id, account_id, name) VALUES (500, 2, 'inj')");
    assert_mismatch(scope(db, A).execute_unprepared(&sql).await, "project");
    Ok(())
}

/// W8: get or create, with the tenant of somebody else.
async fn w8_get_or_create_for_another_tenant_finds_nothing_and_creates_nothing(db: &TestDb) -> Outcome {
    let scope = scope(db, A);
    let found = project::Entity::find()
        .filter(project::Column::Name.eq("B-p200"))
        .filter(project::Column::AccountId.eq(B))
        .one(&scope)
        .await?;
    assert_eq!(found, None);
    let row = project_row(B, 500, "B-p200", 1).into_active_model();
    assert_mismatch(project::Entity::insert(row).exec_without_returning(&scope).await, "project");
    assert_eq!(projects_of(db, A).await?, projects_of_a());
    Ok(())
}

/// W8b: get or create by a name that B has.
async fn w8b_get_or_create_by_another_tenants_name_creates_an_own_row(db: &TestDb) -> Outcome {
    let scope = scope(db, A);
    let found = project::Entity::find().filter(project::Column::Name.eq("B-p200")).one(&scope).await?;
    assert_eq!(found, None);
    let row = without_tenant(project_row(A, 500, "B-p200", 1));
    assert_eq!(project::Entity::insert(row).exec_without_returning(&scope).await?, 1);
    let mut expected = projects_of_a();
    expected.push(project_row(A, 500, "B-p200", 1));
    assert_eq!(projects_of(db, A).await?, expected);
    Ok(())
}

/// W9: update or create by B's id. A key of one column is taken, which the database says; a composite key is not.
async fn w9_update_or_create_by_another_tenants_key_does_not_touch_its_row(db: &TestDb) -> Outcome {
    let scope = scope(db, A);
    assert_eq!(project::Entity::find_by_id(key(A, 200)).one(&scope).await?, None);
    let created = project_row(A, 200, "HACK", 1).into_active_model().insert(&scope).await;
    assert_created_beside_b_or_refused(db, created).await
}

/// W10: an upsert by the id that B's row has.
async fn w10_an_upsert_over_another_tenants_key_does_not_touch_its_row(db: &TestDb) -> Outcome {
    let conflict = OnConflict::column(project::Column::Id).update_column(project::Column::Name).to_owned();
    assert_upsert_beside_b(db, conflict).await
}

/// W10b: the upsert sets the tenant column too.
async fn w10b_an_upsert_that_sets_the_tenant_column_steals_no_row(db: &TestDb) -> Outcome {
    let conflict = OnConflict::column(project::Column::Id)
        .update_columns([project::Column::Name, project::Column::AccountId])
        .to_owned();
    assert_upsert_beside_b(db, conflict).await
}

/// W10c: a key of one column is taken, which the database says.
async fn w10c_an_insert_with_another_tenants_key_does_not_touch_its_row(db: &TestDb) -> Outcome {
    let row = without_tenant(project_row(A, 200, "HACK", 1));
    let stored = project::Entity::insert(row).exec_without_returning(&scope(db, A)).await;
    assert_created_beside_b_or_refused(db, stored).await
}

/// W11.
async fn w11_an_upsert_of_the_root_table_cannot_name_another_tenant(db: &TestDb) -> Outcome {
    let scope = scope(db, A);
    let row = |id: i64| account::Model { id, name: "HACK".to_owned(), country_id: 1 }.into_active_model();
    let conflict = || OnConflict::column(account::Column::Id).update_column(account::Column::Name).to_owned();
    let upsert = account::Entity::insert_many([row(B)]).on_conflict(conflict());
    let expected = TenancyError::TenantMismatch {
        table: "e_account".to_owned(),
        expected: A.to_string(),
        found: B.to_string(),
    };
    assert_eq!(tenancy_error(upsert.exec_without_returning(&scope).await), expected);
    account::Entity::insert_many([row(A)]).on_conflict(conflict()).exec_without_returning(&scope).await?;
    let own = account::Entity::find().all(&scope).await?;
    assert_eq!(own, [account::Model { id: A, name: "HACK".to_owned(), country_id: 1 }]);
    Ok(())
}

/// W12.
async fn w12_an_upsert_by_the_whole_key_cannot_name_another_tenant(db: &TestDb) -> Outcome {
    let keys = if IS_COMPOSITE {
        vec![project::Column::AccountId, project::Column::Id]
    } else {
        vec![project::Column::Id]
    };
    let upsert = |tenant: i64, name: &str| {
        project::Entity::insert_many([project_row(tenant, 200, name, 1).into_active_model()])
            .on_conflict(OnConflict::columns(keys.clone()).update_column(project::Column::Name).to_owned())
    };
    assert_mismatch(upsert(B, "HACK").exec_without_returning(&scope(db, A)).await, "project");
    let mixed = [project_row(A, 500, "own", 1), project_row(B, 200, "HACK", 1)];
    let mixed = project::Entity::insert_many(mixed.map(IntoActiveModel::into_active_model))
        .on_conflict(OnConflict::columns(keys.clone()).update_column(project::Column::Name).to_owned());
    assert_mismatch(mixed.exec_without_returning(&scope(db, A)).await, "project");
    assert_eq!(projects_of(db, A).await?, projects_of_a());
    Ok(())
}

/// W13: an error there, as the rows had no tenant; the scope gives them theirs.
async fn w13_many_rows_without_a_tenant_become_the_scopes_tenants(db: &TestDb) -> Outcome {
    let rows = [500, 501].map(|id| without_tenant(project_row(A, id, "nul", 1)));
    assert_eq!(project::Entity::insert_many(rows).exec_without_returning(&scope(db, A)).await?, 2);
    let mut expected = projects_of_a();
    expected.extend([500, 501].map(|id| project_row(A, id, "nul", 1)));
    assert_eq!(projects_of(db, A).await?, expected);
    Ok(())
}

/// W13b: an error there, by the way of the call; in SeaORM batches are calls of their own.
async fn w13b_batches_of_rows_with_and_without_a_tenant_are_the_tenants(db: &TestDb) -> Outcome {
    let scope = scope(db, A);
    let mut rows = vec![project_row(A, 500, "nul", 1).into_active_model()];
    rows.extend([501, 502, 503, 504].map(|id| without_tenant(project_row(A, id, "nul", 1))));
    for batch in rows.chunks(2) {
        project::Entity::insert_many(batch.to_vec()).exec_without_returning(&scope).await?;
    }
    let mut expected = projects_of_a();
    expected.extend((500..=504).map(|id| project_row(A, id, "nul", 1)));
    assert_eq!(projects_of(db, A).await?, expected);
    Ok(())
}

/// W14. A key of one column leaves the tenant column to be set, if all columns are: a mismatch.
async fn w14_another_tenants_object_cannot_be_saved(db: &TestDb) -> Outcome {
    let mut object = project_of_b(db, 200).await?.into_active_model();
    object.name = Set("HACK".to_owned());
    assert_not_updated(object.clone().save(&scope(db, A)).await);
    let whole = object.reset_all().update(&scope(db, A)).await;
    if IS_COMPOSITE {
        assert_not_updated(whole);
    } else {
        assert_mismatch(whole, "project");
    }
    assert_eq!(projects_of(db, A).await?, projects_of_a());
    Ok(())
}

/// W15.
async fn w15_another_tenants_object_cannot_be_deleted(db: &TestDb) -> Outcome {
    let deleted = project_of_b(db, 200).await?.delete(&scope(db, A)).await?;
    assert_eq!(deleted.rows_affected, 0);
    assert_eq!(projects_of(db, A).await?, projects_of_a());
    Ok(())
}

/// W15b: there A's row of the same id was deleted.
async fn w15b_a_delete_of_another_tenants_object_does_not_hit_the_own_row_of_its_id(db: &TestDb) -> Outcome {
    let deleted = project_of_b(db, B5).await?.delete(&scope(db, A)).await?;
    assert_eq!(deleted.rows_affected, 0);
    assert_eq!(projects_of(db, A).await?, projects_of_a());
    Ok(())
}

/// W16: with keys of one column it is the scope that refuses the link.
async fn w16_a_link_to_another_tenants_row_is_refused(db: &TestDb) -> Outcome {
    let scope = scope(db, A);
    let link = without_tenant_in_link(board_tag_row(A, 100, 200));
    let stored = board_tag::Entity::insert(link).exec_without_returning(&scope).await;
    assert_stray(stored, "board_tag", "tag_id", "tag");
    assert_eq!(board_tag::Entity::find().count(&scope).await?, 2);
    Ok(())
}

/// W17.
async fn w17_removing_all_links_of_a_row_leaves_those_of_another_tenants_row_of_its_id(
    db: &TestDb,
) -> Outcome {
    let scope = scope(db, A);
    let cleared = board_tag::Entity::delete_many()
        .filter(board_tag::Column::BoardId.is_in([5, B5]))
        .exec(&scope)
        .await?;
    assert_eq!(cleared.rows_affected, 1);
    assert_eq!(board_tag::Entity::find().all(&scope).await?, [board_tag_row(A, 100, 100)]);
    Ok(())
}

/// W18: with keys of one column it is the scope that refuses the link.
async fn w18_a_link_with_a_tenant_to_another_tenants_row_is_refused(db: &TestDb) -> Outcome {
    let scope = scope(db, A);
    let link = project_manager_row(A, 100, 200).into_active_model();
    let stored = project_manager::Entity::insert(link).exec_without_returning(&scope).await;
    assert_stray(stored, "project_manager", "manager_id", "manager");
    assert_eq!(project_manager::Entity::find().count(&scope).await?, 1);
    Ok(())
}

/// W19: with keys of one column it is the scope that refuses the row.
async fn w19_a_child_of_another_tenants_parent_is_refused(db: &TestDb) -> Outcome {
    let scope = scope(db, A);
    let child = task_row(A, 500, 200, "x").into_active_model();
    let stored = task::Entity::insert(child).exec_without_returning(&scope).await;
    assert_stray(stored, "task", "project_id", "project");
    assert_eq!(task::Entity::find().count(&scope).await?, 2);
    Ok(())
}

/// W19b: a grandchild, on insert and on update.
async fn w19b_a_grandchild_of_another_tenants_row_is_refused(db: &TestDb) -> Outcome {
    let scope = scope(db, A);
    let row = subtask_row(A, 500, 200, "x").into_active_model();
    assert_stray(
        subtask::Entity::insert(row).exec_without_returning(&scope).await,
        "subtask",
        "task_id",
        "task",
    );
    let moved = subtask::Entity::update_many()
        .col_expr(subtask::Column::TaskId, Expr::val(200_i64))
        .filter(subtask::Column::Id.eq(100))
        .exec(&scope)
        .await;
    assert_stray(moved, "subtask", "task_id", "task");
    let rows = subtask::Entity::find().all(&scope).await?;
    assert_eq!(rows, [subtask_row(A, 100, 100, "A-s100")]);
    Ok(())
}

/// W19c: with a relation of the id alone the scope refuses the row. With one that has the tenant in it the key is left to
/// the database, which has none here: the row is stored, and leads nowhere.
async fn w19c_a_plain_foreign_key_to_another_tenants_row_is_refused_or_leads_nowhere(db: &TestDb) -> Outcome {
    let scope = scope(db, A);
    let row = note_row(A, 500, 200, "x").into_active_model();
    let stored = note::Entity::insert(row).exec_without_returning(&scope).await;
    if !IS_COMPOSITE {
        assert_foreign_parent(stored, "note", "task_id", "task");
        assert_eq!(note::Entity::find().count(&scope).await?, 2);
        return Ok(());
    }
    assert_eq!(stored?, 1);
    let note = note::Entity::find_by_id(key(A, 500)).find_also_related(task::Entity).all(&scope).await?;
    assert_eq!(note, [(note_row(A, 500, 200, "x"), None)]);
    let tasks = task::Entity::find().order_by_asc(task::Column::Id).find_with_related(note::Entity);
    let of_tasks: Vec<_> =
        tasks.all(&scope).await?.into_iter().map(|(task, notes)| (task.id, notes.len())).collect();
    assert_eq!(of_tasks, [(50, 0), (100, 1)]);
    let b = self::scope(db, B);
    let task = task::Entity::find_by_id(key(B, 200)).one(&b).await?.expect("B has the task");
    assert_eq!(task.find_related(note::Entity).all(&b).await?, [note_row(B, 3, 200, "B-n")]);
    Ok(())
}

/// W20: a scope deletes no reference row, so nothing cascades from one.
async fn w20_a_reference_row_cannot_be_deleted_in_a_scope(db: &TestDb) -> Outcome {
    let scope = scope(db, A);
    assert_shared_write(country::Entity::delete_by_id(1).exec(&scope).await, "e_country");
    let france = country::Entity::find_by_id(1).one(&scope).await?.expect("all tenants read it");
    assert_shared_write(france.delete(&scope).await, "e_country");
    assert_eq!(country::Entity::find().count(&scope).await?, 2);
    Ok(())
}

/// W20b: there is no scope without a tenant, and text is no way around the scope either.
async fn w20b_a_reference_row_cannot_be_deleted_without_a_tenant(db: &TestDb) -> Outcome {
    assert!(matches!(db.tenancy.scope(Value::BigInt(None)), Err(TenancyError::NoTenant)));
    let sql = "DELETE FROM e_country WHERE id = 1";
    assert_shared_write(scope(db, A).execute_unprepared(sql).await, "e_country");
    Ok(())
}

/// W21.
async fn w21_a_reference_row_that_would_set_null_cannot_be_deleted_in_a_scope(db: &TestDb) -> Outcome {
    let scope = scope(db, A);
    assert_shared_write(employee::Entity::delete_by_id(1).exec(&scope).await, "e_employee");
    assert_eq!(projects_of(db, A).await?, projects_of_a());
    Ok(())
}

/// W22: the database deletes the links of the tag.
async fn w22_a_delete_that_cascades_to_links_deletes_own_links(db: &TestDb) -> Outcome {
    let scope = scope(db, A);
    let deleted = tag::Entity::delete_many().filter(tag::Column::Id.is_in([5, B5])).exec(&scope).await?;
    assert_eq!(deleted.rows_affected, 1);
    assert_eq!(tag::Entity::find().all(&scope).await?, [tag_row(A, 100)]);
    assert_eq!(board_tag::Entity::find().all(&scope).await?, [board_tag_row(A, 100, 100)]);
    Ok(())
}

/// W22b: SeaORM deletes the links of the tag, which there were B's.
async fn w22b_a_delete_with_its_links_leaves_those_of_another_tenants_row_of_its_id(db: &TestDb) -> Outcome {
    let scope = scope(db, A);
    let row = tag::Entity::find_by_id(key(A, 5)).one(&scope).await?.expect("A has the tag");
    assert_eq!(row.cascade_delete(&scope).await?.rows_affected, 2);
    assert_eq!(tag::Entity::find().all(&scope).await?, [tag_row(A, 100)]);
    assert_eq!(board_tag::Entity::find().all(&scope).await?, [board_tag_row(A, 100, 100)]);
    let object = tag::Entity::find_by_id(key(B, B5)).one(&self::scope(db, B)).await?.expect("B has the tag");
    assert_eq!(object.cascade_delete(&scope).await?.rows_affected, 0);
    Ok(())
}

/// W23.
async fn w23_a_delete_of_all_rows_that_cascades_deletes_own_rows(db: &TestDb) -> Outcome {
    let scope = scope(db, A);
    assert_eq!(project::Entity::delete_many().exec(&scope).await?.rows_affected, 2);
    assert_no_rows(&projects_of(db, A).await?);
    assert_no_rows(&task::Entity::find().all(&scope).await?);
    assert_no_rows(&subtask::Entity::find().all(&scope).await?);
    assert_eq!(projects_of(db, B).await?.len(), 2);
    Ok(())
}

/// W27: hooks get the scope as their connection; nothing else knows a tenant.
async fn w27_a_hook_sees_the_rows_of_the_scopes_tenant(db: &TestDb) -> Outcome {
    let scope = scope(db, A);
    let row = manager_row(A, 500, "new").into_active_model().insert(&scope).await?;
    assert_eq!((row.account_id, row.seen), (A, 1));
    let object = manager::Entity::find_by_id(key(B, 200)).one(&self::scope(db, B)).await?;
    let mut object = object.expect("B has the manager").into_active_model();
    object.name = Set("HACK".to_owned());
    assert_not_updated(object.update(&scope).await);
    Ok(())
}

/// W28: the tenant is part of a composite key, by which no row is found.
async fn w28_an_object_cannot_be_moved_to_another_tenant(db: &TestDb) -> Outcome {
    let mut object = project_row(A, 100, "A-p100", 1).into_active_model();
    object.account_id = Set(B);
    object.name = Set("moved".to_owned());
    let moved = object.save(&scope(db, A)).await;
    if IS_COMPOSITE {
        assert_not_updated(moved);
    } else {
        assert_mismatch(moved, "project");
    }
    assert_eq!(projects_of(db, A).await?, projects_of_a());
    Ok(())
}

/// W28b.
async fn w28b_a_new_object_with_an_own_id_cannot_be_another_tenants(db: &TestDb) -> Outcome {
    let object = project_row(B, 100, "moved", 1).into_active_model().reset_all();
    assert_mismatch(object.clone().insert(&scope(db, A)).await, "project");
    let saved = object.save(&scope(db, A)).await;
    if IS_COMPOSITE {
        assert_not_updated(saved);
    } else {
        assert_mismatch(saved, "project");
    }
    assert_eq!(projects_of(db, A).await?, projects_of_a());
    Ok(())
}

/// W28c: around the entity, as text.
async fn w28c_text_cannot_move_a_row_to_another_tenant(db: &TestDb) -> Outcome {
    let scope = scope(db, A);
    let run = async |set: &str| {
        scope.execute_unprepared(&format!("UPDATE {PREFIX}project SET {set} WHERE id = 100")).await
    };
    assert_mismatch(run("account_id = 2").await, "project");
    assert_mismatch(run("name = 'moved', ACCOUNT_ID = 2").await, "project");
    assert_tenant_column_update(run("account_id = account_id + 1").await);
    assert_tenant_column_update(run("account_id = (SELECT 2)").await);
    assert_eq!(projects_of(db, A).await?, projects_of_a());
    Ok(())
}

/// A row as it is before it has a tenant.
fn without_tenant(row: project::Model) -> project::ActiveModel {
    project::ActiveModel { account_id: NotSet, ..row.into_active_model() }
}

/// A link as it is before it has a tenant.
fn without_tenant_in_link(row: board_tag::Model) -> board_tag::ActiveModel {
    board_tag::ActiveModel { account_id: NotSet, ..row.into_active_model() }
}

/// Asserts what becomes of a project of A with B's id 200: stored under a composite key, else refused by the database.
async fn assert_created_beside_b_or_refused<T: std::fmt::Debug>(
    db: &TestDb,
    stored: Result<T, DbErr>,
) -> Outcome {
    let mut expected = projects_of_a();
    if IS_COMPOSITE {
        stored?;
        expected.push(project_row(A, 200, "HACK", 1));
    } else {
        assert_unique_error(stored);
    }
    assert_eq!(projects_of(db, A).await?, expected);
    Ok(())
}

/// Asserts that an upsert of A with B's id 200 is stored under a composite key, and else changes nothing.
async fn assert_upsert_beside_b(db: &TestDb, conflict: OnConflict) -> Outcome {
    let scope = scope(db, A);
    let upsert = |name: &str| {
        let rows = [without_tenant(project_row(A, 200, name, 1))];
        project::Entity::insert_many(rows).on_conflict(conflict.clone()).exec_without_returning(&scope)
    };
    let stored = upsert("HACK").await;
    let mut expected = projects_of_a();
    if IS_COMPOSITE {
        assert_eq!(stored?, 1);
        expected.push(project_row(A, 200, "HACK", 1));
        assert_eq!(projects_of(db, A).await?, expected);
        upsert("again").await?;
        expected[2].name = "again".to_owned();
    } else {
        assert_changes_nothing(db, stored);
        let row = without_tenant(project_row(A, 200, "HACK", 1));
        let returned =
            project::Entity::insert(row).on_conflict(conflict.clone()).exec_with_returning(&scope).await;
        match returned {
            Err(DbErr::RecordNotInserted | DbErr::RecordNotFound(_)) => assert!(!db.is_mariadb()),
            returned => assert_changes_nothing(db, returned.map(|_| 1)),
        }
    }
    assert_eq!(projects_of(db, A).await?, expected);
    Ok(())
}

/// Asserts that an upsert met a row of B: it changed nothing, or failed on MariaDB, whose upserts have no WHERE.
fn assert_changes_nothing(db: &TestDb, stored: Result<u64, DbErr>) {
    if db.is_mariadb() {
        let error = stored.expect_err("the upsert fails on the row of another tenant");
        assert_eq!(TenancyError::from_db_err(&error), None);
        assert!(error.to_string().contains("1690"), "{error:?}");
    } else {
        assert_eq!(stored, Ok(0));
    }
}

/// Asserts that an update by key found no row.
fn assert_not_updated<T: std::fmt::Debug>(result: Result<T, DbErr>) {
    let error = result.expect_err("no row of the tenant has the key");
    assert_eq!(error, DbErr::RecordNotUpdated);
}

/// Asserts that nothing was sent, because a write might change the tenant of a project.
fn assert_tenant_column_update<T: std::fmt::Debug>(result: Result<T, DbErr>) {
    let refusal = Refusal::TenantColumnUpdate { table: format!("{PREFIX}project") };
    assert_eq!(tenancy_error(result), TenancyError::Refused(refusal));
}

/// Asserts that nothing was sent, because a write was to a shared table.
fn assert_shared_write<T: std::fmt::Debug>(result: Result<T, DbErr>, table: &str) {
    let refusal = Refusal::SharedTableWrite { table: table.to_owned() };
    assert_eq!(tenancy_error(result), TenancyError::Refused(refusal));
}

cases!(
    w1_a_bulk_update_with_another_tenants_object_changes_nothing,
    w1b_an_update_of_another_tenants_object_does_not_hit_the_own_row_of_its_id,
    w2_the_tenant_column_of_a_row_cannot_be_updated,
    w3_an_update_by_another_tenants_key_changes_nothing,
    w4_an_update_that_knows_no_tenant_is_scoped,
    w5_a_delete_that_knows_no_tenant_is_scoped,
    w6_an_update_of_all_rows_changes_own_rows,
    w7_a_row_cannot_be_created_for_another_tenant,
    w8_get_or_create_for_another_tenant_finds_nothing_and_creates_nothing,
    w8b_get_or_create_by_another_tenants_name_creates_an_own_row,
    w9_update_or_create_by_another_tenants_key_does_not_touch_its_row,
    w10_an_upsert_over_another_tenants_key_does_not_touch_its_row,
    w10b_an_upsert_that_sets_the_tenant_column_steals_no_row,
    w10c_an_insert_with_another_tenants_key_does_not_touch_its_row,
    w11_an_upsert_of_the_root_table_cannot_name_another_tenant,
    w12_an_upsert_by_the_whole_key_cannot_name_another_tenant,
    w13_many_rows_without_a_tenant_become_the_scopes_tenants,
    w13b_batches_of_rows_with_and_without_a_tenant_are_the_tenants,
    w14_another_tenants_object_cannot_be_saved,
    w15_another_tenants_object_cannot_be_deleted,
    w15b_a_delete_of_another_tenants_object_does_not_hit_the_own_row_of_its_id,
    w16_a_link_to_another_tenants_row_is_refused,
    w17_removing_all_links_of_a_row_leaves_those_of_another_tenants_row_of_its_id,
    w18_a_link_with_a_tenant_to_another_tenants_row_is_refused,
    w19_a_child_of_another_tenants_parent_is_refused,
    w19b_a_grandchild_of_another_tenants_row_is_refused,
    w19c_a_plain_foreign_key_to_another_tenants_row_is_refused_or_leads_nowhere,
    w20_a_reference_row_cannot_be_deleted_in_a_scope,
    w20b_a_reference_row_cannot_be_deleted_without_a_tenant,
    w21_a_reference_row_that_would_set_null_cannot_be_deleted_in_a_scope,
    w22_a_delete_that_cascades_to_links_deletes_own_links,
    w22b_a_delete_with_its_links_leaves_those_of_another_tenants_row_of_its_id,
    w23_a_delete_of_all_rows_that_cascades_deletes_own_rows,
    w27_a_hook_sees_the_rows_of_the_scopes_tenant,
    w28_an_object_cannot_be_moved_to_another_tenant,
    w28b_a_new_object_with_an_own_id_cannot_be_another_tenants,
    w28c_text_cannot_move_a_row_to_another_tenant,
);
