//! A set of tenants, which is current there as a list of tenants is, and here is a scope of its own type.

use super::prelude::*;

/// In each of these reads, that of both tenants together is what each sees by itself.
async fn a_set_of_tenants_is_in_every_read(db: &TestDb) -> Outcome {
    let both = db.scope_many([OWN, OTHER])?;
    let with_task = || {
        let tasks = Query::select().column(task::Column::ProjectId).from(task::Entity).to_owned();
        project::Entity::find().filter(project::Column::Id.in_subquery(tasks))
    };
    let mut counted = [0; 4];
    for tenant in [OWN, OTHER] {
        let one = scope(db, tenant);
        counted[0] += project::Entity::find().count(&one).await?;
        counted[1] +=
            project::Entity::find().filter(project::Column::CountryCode.eq("FR")).count(&one).await?;
        counted[2] += task::Entity::find().inner_join(project::Entity).count(&one).await?;
        counted[3] += with_task().count(&one).await?;
    }
    assert_eq!(counted, [7, 5, 7, 5]);
    let of_both = [
        project::Entity::find().count(&both).await?,
        project::Entity::find().filter(project::Column::CountryCode.eq("FR")).count(&both).await?,
        task::Entity::find().inner_join(project::Entity).count(&both).await?,
        with_task().count(&both).await?,
    ];
    assert_eq!(of_both, counted);
    assert_eq!(project::Entity::find().count(&db.scope_many([OWN, 99])?).await?, 3);
    Ok(())
}

/// There such a row gets no tenant; here the statement is refused before it is sent.
async fn a_row_created_for_a_set_names_its_tenant(db: &TestDb) -> Outcome {
    let set = db.scope_many([OWN, 99])?;
    let row = |tenant: ActiveValue<i64>| {
        let (name, note) = (Set("new".to_owned()), Set("A-new".to_owned()));
        tag::Entity::insert(tag::ActiveModel { account_id: tenant, id: Set(501), name, note })
    };
    assert!(matches!(refusal(row(NotSet).exec_without_returning(&set).await), Refusal::Unsupported { .. }));
    let foreign = row(Set(OTHER)).exec_without_returning(&set).await;
    assert!(matches!(tenancy_error(foreign), TenancyError::TenantNotInSet { .. }));
    assert_eq!(row(Set(OWN)).exec_without_returning(&set).await?, 1);
    Ok(())
}

/// There an empty list means everybody.
async fn an_empty_set_is_nobody(db: &TestDb) -> Outcome {
    let nobody = db.scope_many([])?;
    assert!(projects(&nobody).await?.is_empty());
    assert_eq!(task_tag::Entity::delete_many().exec(&nobody).await?.rows_affected, 0);
    assert_eq!(task_tag::Entity::find().count(&scope(db, OWN)).await?, 3);
    Ok(())
}

cases!(a_set_of_tenants_is_in_every_read, a_row_created_for_a_set_names_its_tenant, an_empty_set_is_nobody,);
