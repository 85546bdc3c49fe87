//! The behaviours of django-scopes.

use super::prelude::*;
use crate::peers::extra::undeclared;
use sea_orm_multitenant::{CatalogueConflict, Conflict};

/// There a query without a scope fails when it is run. Here it has no connection to run on; what a scope refuses, it
/// refuses in every way of running it, and once more for a clone.
async fn a_query_that_is_refused_stays_refused_through_clone_and_iterate(db: &TestDb) -> Outcome {
    assert_eq!(db.tenancy.scope(Value::BigInt(None)).err(), Some(TenancyError::NoTenant));
    db.unscoped()
        .execute_unprepared("CREATE TABLE peers_undeclared (id BIGINT NOT NULL PRIMARY KEY)")
        .await?;
    let own = scope(db, OWN);
    let query = undeclared::Entity::find().filter(undeclared::Column::Id.gt(0));
    let again = query.clone().order_by_asc(undeclared::Column::Id);
    assert_unknown(query.clone().all(&own).await);
    assert_unknown(again.clone().one(&own).await);
    assert_unknown(query.clone().count(&own).await);
    assert_unknown(query.clone().exists(&own).await);
    assert_unknown(again.clone().paginate(&own, 2).fetch_page(0).await);
    assert_unknown(query.clone().stream(&own).await.map(|_| ()));
    assert_unknown(query.clone().cursor_by(undeclared::Column::Id).first(1).all(&own).await);
    assert_unknown(query.into_tuple::<i64>().all(&own).await);
    assert_eq!(undeclared::Entity::find().count(db.unscoped()).await?, 0);
    Ok(())
}

/// A nested scope is another value, and the outer one is what it was.
async fn scopes_nest(db: &TestDb) -> Outcome {
    let outer = scope(db, OWN).begin().await?;
    let inner = outer.begin().await?;
    assert_eq!((outer.tenant(), inner.tenant()), (&TenantId::from(OWN), &TenantId::from(OWN)));
    assert_eq!(projects(&inner).await?, projects_of(OWN));
    inner.commit().await?;
    outer.commit().await?;
    for tenant in [OWN, OTHER] {
        assert_eq!(projects(&scope(db, tenant)).await?, projects_of(tenant));
    }
    Ok(())
}

/// One dimension, deliberately: a table has one tenant column, and a second one is a conflict when the tenancy is made.
/// A second dimension is an ordinary filter beside it.
async fn a_table_has_one_dimension_and_others_are_ordinary_filters(db: &TestDb) -> Outcome {
    let built = Tenancy::builder()
        .without_entities()
        .tenant_table("peers_slot", "event_id", TenantType::BigInt)
        .tenant_table("peers_slot", "organiser_id", TenantType::BigInt)
        .build(db.for_scopes());
    let Err(TenancyError::Catalogue { conflicts }) = built else { panic!("two tenant columns: {built:?}") };
    assert!(
        matches!(conflicts.as_slice(), [CatalogueConflict::Table(Conflict::Declared { table, .. })] if table == "peers_slot"),
        "{conflicts:?}"
    );
    let french = project::Entity::find().filter(project::Column::CountryCode.eq("FR"));
    assert_eq!(french.count(&scope(db, OWN)).await?, 2);
    Ok(())
}

/// What overrides a scope is another connection: another tenant's scope, or unscoped access with its reason. A condition
/// on the tenant column does not.
async fn a_scope_is_overridden_by_another_connection_alone(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    let of_other = || {
        project::Entity::find().filter(project::Column::AccountId.eq(OTHER)).order_by_asc(project::Column::Id)
    };
    assert_eq!(of_other().count(&own).await?, 0);
    let either = project::Entity::find().filter(project::Column::AccountId.is_in([OWN, OTHER]));
    assert_eq!(either.count(&own).await?, 3);
    assert_eq!(of_other().all(&scope(db, OTHER)).await?, projects_of(OTHER));
    assert_eq!(of_other().all(db.tenancy.unscoped("support")).await?, projects_of(OTHER));
    assert_eq!(projects(&own).await?, projects_of(OWN));
    Ok(())
}

/// Asserts that a query was refused, because nobody declared its table.
fn assert_unknown<T: std::fmt::Debug>(result: Result<T, DbErr>) {
    let refusal = refusal(result);
    assert!(
        matches!(&refusal, Refusal::UnknownTable { table, reason: _ } if table.contains("peers_undeclared")),
        "{refusal:?}"
    );
}

cases!(
    a_query_that_is_refused_stays_refused_through_clone_and_iterate,
    scopes_nest,
    a_table_has_one_dimension_and_others_are_ordinary_filters,
    a_scope_is_overridden_by_another_connection_alone,
);
