//! 18, 22 and 23: keys, and what points at them.

use super::prelude::*;

/// 18: the junction is a table like any other: filled, filtered and joined by its own tenant.
async fn class_18_a_junction_has_a_tenant_and_is_scoped_by_it(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    let design = || task_row(OWN, 1);
    let tags = design().find_related(tag::Entity).order_by_asc(tag::Column::Id).all(&own).await?;
    assert_eq!(tags, [tag_row(OWN, 1), tag_row(OWN, 2)]);
    assert_eq!(vec![design()].load_many(tag::Entity, &own).await?[0].len(), 2);
    task_row(OWN, 3)
        .into_ex()
        .into_active_model()
        .add_tag(tag_row(OWN, 1).into_ex().into_active_model())
        .save(&own)
        .await?;
    let links = task_tag::Entity::find().filter(task_tag::Column::TaskId.eq(id(OWN, 3)));
    let links = links.filter(task_tag::Column::AccountId.eq(OWN)).all(db.unscoped()).await?;
    assert_eq!(links, [link_row(OWN, 3, 1)]);
    let of_other = task_row(OTHER, 1).find_related(tag::Entity).all(&own).await?;
    assert!(of_other.is_empty(), "{of_other:?}");
    Ok(())
}

/// 18: removing links removes the tenant's own, also where another tenant's rows have the same ids.
async fn class_18_links_that_are_removed_are_the_tenants(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    let removed = task_tag::Entity::delete_many()
        .filter(task_tag::Column::TaskId.is_in([id(OWN, 1), id(OTHER, 1)]))
        .exec(&own)
        .await?;
    assert_eq!(removed.rows_affected, 2);
    assert_eq!(task_tag::Entity::find().all(&own).await?, [link_row(OWN, 2, 1)]);
    Ok(())
}

/// 22: what a key tells of another tenant's row. A composite key tells nothing: the id is free. A key of one column is
/// shared by all tenants: the database says that the id is taken, though not by whom or by what row. That is a property
/// of the schema, which no predicate changes.
async fn class_22_a_key_without_the_tenant_tells_that_an_id_is_taken(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    let squatted = |name: &str| tag::ActiveModel {
        account_id: Set(OWN),
        name: Set(name.to_owned()),
        ..tag::Model { id: tag_row(OTHER, 2).id, ..tag_row(OWN, 1) }.into_active_model().reset_all()
    };
    task_tag::Entity::delete_many().exec(&own).await?;
    tag::Entity::delete_many().filter(tag::Column::Name.eq("later")).exec(&own).await?;
    let stored = squatted("mine").insert(&own).await;
    if STYLE == "composite" {
        assert_eq!(stored?.id, id(OWN, 2));
    } else {
        assert_unique_error(stored);
        let conflict = OnConflict::column(tag::Column::Id).update_column(tag::Column::Note).to_owned();
        let upsert = tag::Entity::insert(squatted("mine")).on_conflict(conflict);
        assert_changes_nothing(db, upsert.exec_without_returning(&own).await);
        assert_eq!(tag::Entity::find().count(&own).await?, 1);
    }
    Ok(())
}

/// 22: a unique key that holds the tenant tells nothing: a name that the other tenant has is free.
async fn class_22_a_unique_key_with_the_tenant_tells_nothing(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    let draco = project_row(OTHER, 4).name;
    let row = project::Model { id: 501, name: draco, note: "A-Draco".to_owned(), ..project_row(OWN, 3) };
    let stored = project::Entity::insert(row.clone().into_active_model());
    assert_eq!(stored.exec_without_returning(&own).await?, 1);
    let again = project::Entity::insert(project::Model { id: 502, ..row }.into_active_model());
    assert_unique_error(again.exec_without_returning(&own).await);
    Ok(())
}

/// 23: with composite keys the database keeps a foreign key within the tenant, with keys of one column the scope does.
async fn class_23_a_foreign_key_to_another_tenants_row_is_refused(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    let row = task::Model { id: 501, project_id: project_row(OTHER, 4).id, ..task_row(OWN, 1) };
    let stored = task::Entity::insert(row.into_active_model()).exec_without_returning(&own).await;
    if STYLE == "composite" {
        assert_foreign_key_error(stored);
    } else {
        let found = stored.as_ref().err().and_then(TenancyError::from_db_err);
        assert!(matches!(found, Some(TenancyError::ForeignParent { .. })), "{stored:?}");
    }
    let joined = task::Entity::find().inner_join(project::Entity);
    assert_eq!(joined.count(&own).await?, 3);
    let tasks = task::Entity::find().order_by_asc(task::Column::Id).all(&own).await?;
    let parents = tasks.load_one(project::Entity, &own).await?;
    assert_eq!(parents.into_iter().flatten().filter(|row| row.account_id != OWN).count(), 0);
    let of_other = project_row(OTHER, 4).find_related(task::Entity).all(&scope(db, OTHER)).await?;
    assert_eq!(of_other, [task_row(OTHER, 4)]);
    Ok(())
}

/// 23: the usual calls work with the keys that there are.
async fn class_23_rows_are_found_changed_and_deleted_by_their_keys(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    let found = project::Entity::find_by_id(key(OWN, 3)).one(&own).await?;
    assert_eq!(found, Some(project_row(OWN, 3)));
    let changed =
        project::ActiveModel { note: Set("A-new".into()), ..project_row(OWN, 3).into_active_model() };
    assert_eq!(changed.update(&own).await?.note, "A-new");
    assert_eq!(project::Entity::delete_by_id(key(OWN, 3)).exec(&own).await?.rows_affected, 1);
    let new = project::ActiveModel {
        account_id: given_tenant(db),
        id: given_id(1),
        manager_id: Set(None),
        name: Set("New".into()),
        note: Set("A-new".into()),
        country_code: Set("FR".into()),
    };
    let inserted = new.insert(&own).await?;
    assert_eq!((inserted.account_id, inserted.id), (OWN, 101));
    let manager = project_row(OWN, 1).find_related(manager::Entity).one(&own).await?;
    assert_eq!(manager, Some(manager_row(OWN, 1)));
    Ok(())
}

cases!(
    class_18_a_junction_has_a_tenant_and_is_scoped_by_it,
    class_18_links_that_are_removed_are_the_tenants,
    class_22_a_key_without_the_tenant_tells_that_an_id_is_taken,
    class_22_a_unique_key_with_the_tenant_tells_nothing,
    class_23_a_foreign_key_to_another_tenants_row_is_refused,
    class_23_rows_are_found_changed_and_deleted_by_their_keys,
);
