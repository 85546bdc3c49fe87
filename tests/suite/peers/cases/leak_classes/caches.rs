//! What is kept between statements holds no tenant.

use super::prelude::*;

/// 5: one plan serves two tenants, each with its own rows.
async fn class_05_tenant_not_frozen_in_a_cached_plan(db: &TestDb) -> Outcome {
    assert_eq!(db.tenancy.cached_statements(), 0);
    for tenant in [OTHER, OWN, OTHER, OWN] {
        assert_eq!(projects(&scope(db, tenant)).await?, projects_of(tenant));
        assert_eq!(db.tenancy.cached_statements(), 1);
    }
    Ok(())
}

/// 5: a statement that one connection has prepared for one tenant is bound anew for the next.
async fn class_05_tenant_not_frozen_in_a_prepared_statement(db: &TestDb) -> Outcome {
    let tenancy = Tenancy::new(db.one_connection().await?)?;
    for tenant in [OTHER, OWN, OTHER, OWN] {
        let rows = project::Entity::find()
            .find_also_related(manager::Entity)
            .order_by_asc(project::Column::Id)
            .all(&tenancy.scope(tenant)?)
            .await?;
        let expected: Vec<_> = projects_of(tenant)
            .into_iter()
            .zip([Some(manager_row(tenant, 1)), Some(manager_row(tenant, 2)), None, None])
            .collect();
        assert_eq!(rows, expected);
    }
    Ok(())
}

/// 5: a plan of an insert fills and checks the tenant that executes it. A third tenant stands in for the other one.
async fn class_05_tenant_not_frozen_in_a_cached_plan_of_an_insert(db: &TestDb) -> Outcome {
    let third = account::Model { id: 3, ..account_row(OWN) }.into_active_model();
    account::Entity::insert(third).exec_without_returning(db.unscoped()).await?;
    let insert = |tenant: ActiveValue<i64>, id: i64| {
        let name = format!("new {id}");
        let row =
            tag::ActiveModel { account_id: tenant, id: Set(id), name: Set(name), note: Set("A-new".into()) };
        tag::Entity::insert(row)
    };
    insert(NotSet, 501).exec_without_returning(&scope(db, 3)).await?;
    insert(NotSet, 502).exec_without_returning(&scope(db, OWN)).await?;
    insert(Set(3), 503).exec_without_returning(&scope(db, 3)).await?;
    let forged = insert(Set(3), 504).exec_without_returning(&scope(db, OWN)).await;
    assert!(matches!(tenancy_error(forged), TenancyError::TenantMismatch { .. }));
    assert_eq!(db.tenancy.cached_statements(), 2);
    let owners: Vec<(i64, i64)> = tag::Entity::find()
        .select_only()
        .columns([tag::Column::AccountId, tag::Column::Id])
        .filter(tag::Column::Id.gt(500))
        .order_by_asc(tag::Column::Id)
        .into_tuple()
        .all(db.unscoped())
        .await?;
    assert_eq!(owners, [(3, 501), (OWN, 502), (3, 503)]);
    Ok(())
}

/// 6: the only cache is that of plans; what it keeps for a statement is the same text for every tenant.
async fn class_06_the_only_cache_keeps_one_text_for_all_tenants(db: &TestDb) -> Outcome {
    let built = project::Entity::find()
        .filter(project::Column::Name.eq("Apollo"))
        .build(db.unscoped().get_database_backend());
    let (own, other) = (scope(db, OWN).rewrite(built.clone())?, scope(db, OTHER).rewrite(built)?);
    assert_eq!(own.sql, other.sql);
    let (own, other) = (own.values.ok_or("it has values")?.0, other.values.ok_or("it has values")?.0);
    let differ: Vec<_> = own.into_iter().zip(other).filter(|(own, other)| own != other).collect();
    assert_eq!(differ, [(Value::BigInt(Some(OWN)), Value::BigInt(Some(OTHER)))]);
    assert_eq!(db.tenancy.cached_statements(), 1);
    Ok(())
}

/// 6: rows are not cached at all, so that a tenant sees what it wrote and never what another one read.
async fn class_06_no_rows_are_cached(db: &TestDb) -> Outcome {
    let builder = Tenancy::builder().statement_cache_capacity(1);
    let tenancy = builder.build(db.for_scopes())?;
    let (own, other) = (tenancy.scope(OWN)?, tenancy.scope(OTHER)?);
    assert_eq!(projects(&other).await?, projects_of(OTHER));
    let renote = project::Entity::update_many().col_expr(project::Column::Note, Expr::value("A-new"));
    assert_eq!(renote.exec(&own).await?.rows_affected, 3);
    let notes: Vec<_> = projects(&own).await?.into_iter().map(|row| row.note).collect();
    assert_eq!(notes, ["A-new"; 3]);
    assert_eq!(projects(&other).await?, projects_of(OTHER));
    Ok(())
}

cases!(
    class_05_tenant_not_frozen_in_a_cached_plan,
    class_05_tenant_not_frozen_in_a_prepared_statement,
    class_05_tenant_not_frozen_in_a_cached_plan_of_an_insert,
    class_06_the_only_cache_keeps_one_text_for_all_tenants,
    class_06_no_rows_are_cached,
);
