//! The tenant store over an entity.

use crate::harness::{account, ask, country, domain, get_with, insert, tenancy, tenant_header, whose};
use axum::{Router, routing::get};
use rstest::rstest;
use sea_orm_multitenant::TenantId;
use sea_orm_multitenant_axum::{
    Cached, EntityStore, Policy, Scope, Tenant, TenantLayer, TenantStore, WholeHost,
};

#[rstest]
#[case("acme", Some((1, false)))]
#[case("zeta", Some((2, true)))]
#[case("Acme", None)]
#[case("acme ", None)]
#[case("acm_", None)]
#[case("%", None)]
#[case("", None)]
#[case("' OR 1=1 --", None)]
#[case("acme\0", None)]
#[case("1", None)]
#[tokio::test]
async fn the_root_entity_is_found_by_name(#[case] identifier: &str, #[case] expected: Option<(i64, bool)>) {
    let tenancy = tenancy().await;
    insert(&tenancy, "account (id, name, suspended) VALUES (1, 'acme', 0), (2, 'zeta', 1)").await;
    let store = EntityStore::<account::Entity>::new(&tenancy, account::Column::Name)
        .expect("the root")
        .disabled_when(|account| account.suspended);
    let found = store.find(identifier).await.expect("it answers");
    assert_eq!(
        found.map(|found| (found.tenant().clone(), found.is_disabled())),
        expected.map(|(id, off)| (TenantId::from(id), off))
    );
}

#[rstest]
#[case("7", Some(7))]
#[case("07", None)]
#[case("+7", None)]
#[case("7.0", None)]
#[case("9223372036854775808", None)]
#[case("acme", None)]
#[tokio::test]
async fn the_root_entity_is_found_by_id(#[case] identifier: &str, #[case] expected: Option<i64>) {
    let tenancy = tenancy().await;
    insert(&tenancy, "account (id, name, suspended) VALUES (7, 'acme', 0)").await;
    let store = EntityStore::<account::Entity>::new(&tenancy, account::Column::Id).expect("the root");
    let found = store.find(identifier).await.expect("it answers");
    assert_eq!(found.map(|found| found.tenant().clone()), expected.map(TenantId::from));
}

/// A collation that treats several texts as equal must not give one tenant several identifiers.
#[tokio::test]
async fn a_collation_does_not_match_other_spellings() {
    let tenancy = tenancy().await;
    use sea_orm::ConnectionTrait;
    let db = tenancy.unscoped("a table with a collation");
    db.execute_unprepared("DROP TABLE account").await.expect("dropped");
    db.execute_unprepared("CREATE TABLE account (id INTEGER, name TEXT COLLATE NOCASE, suspended BOOLEAN)")
        .await
        .expect("created");
    insert(&tenancy, "account VALUES (1, 'acme', 0), (2, 'ACME', 0)").await;
    let store = EntityStore::<account::Entity>::new(&tenancy, account::Column::Name).expect("the root");
    for (identifier, expected) in [("acme", Some(1)), ("ACME", Some(2)), ("Acme", None)] {
        let found = store.find(identifier).await.expect("it answers");
        assert_eq!(found.map(|found| found.tenant().clone()), expected.map(TenantId::from));
    }
}

#[tokio::test]
async fn two_rows_with_one_identifier_are_an_error() {
    let tenancy = tenancy().await;
    insert(&tenancy, "account (id, name, suspended) VALUES (1, 'acme', 0), (2, 'acme', 0)").await;
    let store = EntityStore::<account::Entity>::new(&tenancy, account::Column::Name).expect("the root");
    let error = store.find("acme").await.expect_err("two rows");
    assert_eq!(error.to_string(), "two rows of `account` have the same `name`; make the column unique");
}

#[tokio::test]
async fn a_shared_entity_cannot_be_a_store() {
    let error =
        EntityStore::<country::Entity>::new(&tenancy().await, country::Column::Name).expect_err("shared");
    assert_eq!(
        error.to_string(),
        "`country` cannot be a tenant store, because its rows name no tenant; use the root entity, or an entity with a tenant column"
    );
}

#[tokio::test]
async fn a_domain_that_moves_to_another_tenant_is_found_there() {
    let tenancy = tenancy().await;
    insert(
        &tenancy,
        "domain (id, account_id, host) VALUES (1, 1, 'acme.com'), (2, 1, 'acme.example'), (3, 2, 'zeta.com')",
    )
    .await;
    let store = Cached::new(
        EntityStore::<domain::Entity>::new(&tenancy, domain::Column::Host).expect("tenants' rows"),
    );
    let handler =
        async |scope: Scope, domain: Tenant<domain::Model>| format!("{} {}", scope.tenant(), domain.host);
    let layer = TenantLayer::new(tenancy.clone(), WholeHost::new(), store.clone());
    let app = Router::new().route("/", get(handler)).layer(layer);
    let of = async |host: &str| ask(&app, get_with("/", &[("host", host)])).await;
    assert_eq!(of("ACME.com:80").await, (200, "1 acme.com".to_owned()));
    assert_eq!(of("acme.example").await, (200, "1 acme.example".to_owned()));
    assert_eq!(of("zeta.com").await, (200, "2 zeta.com".to_owned()));
    assert_eq!(of("new.com").await.0, 404);

    use sea_orm::ConnectionTrait;
    let moved = "UPDATE domain SET account_id = 2 WHERE host = 'acme.example'";
    tenancy.unscoped("move a domain").execute_unprepared(moved).await.expect("moved");
    store.invalidate("acme.example");
    assert_eq!(of("acme.example").await, (200, "2 acme.example".to_owned()));
}

#[tokio::test]
async fn a_tenant_that_is_disabled_later_is_refused_after_invalidation() {
    use sea_orm::ConnectionTrait;
    let tenancy = tenancy().await;
    insert(&tenancy, "account (id, name, suspended) VALUES (1, 'acme', 0)").await;
    let entity = EntityStore::<account::Entity>::new(&tenancy, account::Column::Name).expect("the root");
    let store = Cached::new(entity.disabled_when(|account| account.suspended));
    let layer = TenantLayer::new(tenancy.clone(), tenant_header(), store.clone()).policy(Policy::default());
    let app = Router::new().route("/", get(whose)).layer(layer);
    let status = async || ask(&app, get_with("/", &[("x-tenant", "acme")])).await.0;
    assert_eq!(status().await, 200);
    let suspend = "UPDATE account SET suspended = 1";
    tenancy.unscoped("suspend").execute_unprepared(suspend).await.expect("suspended");
    store.invalidate_all();
    assert_eq!(status().await, 403);
}
