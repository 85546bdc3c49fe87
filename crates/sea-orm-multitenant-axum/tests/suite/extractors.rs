//! Extractors with and without the layer.

use crate::harness::{ask, by_header, code, current, get_with, insert, projects, tenancy, tenant_header};
use axum::{Router, routing::get};
use sea_orm::EntityTrait;
use sea_orm_multitenant_axum::{Policy, Scope, StaticStore, Tenant, TenantLayer};

async fn needs_scope(Scope(scope): Scope) -> String {
    scope.tenant().to_string()
}

async fn needs_record(Tenant(record): Tenant<&'static str>) -> String {
    (*record).to_owned()
}

async fn may_have_record(record: Option<Tenant<&'static str>>) -> String {
    record.map_or("none".to_owned(), |record| record.to_string())
}

async fn wrong_record(record: Tenant<String>) -> String {
    record.to_string()
}

async fn maybe_wrong_record(record: Option<Tenant<String>>) -> String {
    record.map_or("none".to_owned(), |record| record.to_string())
}

fn routes() -> Router {
    Router::new()
        .route("/scope", get(needs_scope))
        .route("/record", get(needs_record))
        .route("/maybe", get(may_have_record))
        .route("/maybe-scope", get(crate::harness::whose))
        .route("/wrong", get(wrong_record))
        .route("/maybe-wrong", get(maybe_wrong_record))
}

/// Leak class 10: no tenant means all tenants. Here it means an error response.
#[tokio::test]
async fn without_the_layer_extractors_answer_500() {
    for path in ["/scope", "/record", "/maybe", "/maybe-scope"] {
        let (status, body) = ask(&routes(), get_with(path, &[("x-tenant", "acme")])).await;
        assert_eq!((status, code(&body).as_str()), (500, "misconfigured"), "{path}");
    }
}

#[tokio::test]
async fn extractors_return_the_requests_tenant() {
    let app = routes().layer(by_header().await);
    for (path, expected) in [("/scope", "1"), ("/record", "Acme"), ("/maybe", "Acme"), ("/maybe-scope", "1")]
    {
        assert_eq!(
            ask(&app, get_with(path, &[("x-tenant", "acme")])).await,
            (200, expected.to_owned()),
            "{path}"
        );
    }
    for path in ["/wrong", "/maybe-wrong"] {
        let (status, body) = ask(&app, get_with(path, &[("x-tenant", "acme")])).await;
        assert_eq!((status, code(&body).as_str()), (500, "misconfigured"), "{path}");
    }
}

#[tokio::test]
async fn optional_extractors_are_none_on_a_path_without_tenant() {
    let app = routes().layer(by_header().await.policy(Policy::default().allow_missing_below("/")));
    for (path, status) in [("/scope", 400), ("/record", 400), ("/maybe", 200), ("/maybe-scope", 200)] {
        assert_eq!(ask(&app, get_with(path, &[])).await.0, status, "{path}");
    }
}

#[tokio::test]
async fn optional_extractors_are_none_on_an_excluded_path() {
    let app = routes().layer(by_header().await.policy(Policy::default().exclude_below("/")));
    for (path, status) in [("/scope", 500), ("/record", 500), ("/maybe", 200), ("/maybe-scope", 200)] {
        assert_eq!(ask(&app, get_with(path, &[("x-tenant", "acme")])).await.0, status, "{path}");
    }
}

#[tokio::test]
async fn a_handler_reads_its_tenants_rows() {
    let tenancy = tenancy().await;
    insert(&tenancy, "project (id, account_id, name) VALUES (1, 1, 'Apollo'), (2, 2, 'Gemini')").await;
    let layer = TenantLayer::new(tenancy, tenant_header(), StaticStore::of_ids([("acme", 1), ("zeta", 2)]));
    let app = Router::new().route("/", get(projects)).layer(layer);
    assert_eq!(ask(&app, get_with("/", &[("x-tenant", "acme")])).await.1, "1 Apollo");
    assert_eq!(ask(&app, get_with("/", &[("x-tenant", "zeta")])).await.1, "2 Gemini");
}

#[tokio::test]
async fn the_requests_tenant_is_the_current_tenant() {
    let tenancy = tenancy().await;
    insert(&tenancy, "project (id, account_id, name) VALUES (1, 1, 'Apollo'), (2, 2, 'Gemini')").await;
    let far = tenancy.clone();
    let handler = async move || {
        let scope = far.current().map_err(|error| error.to_string())?;
        let rows =
            crate::harness::project::Entity::find().all(&scope).await.map_err(|error| error.to_string())?;
        Ok::<_, String>(format!("{} {}", current(), rows[0].name))
    };
    let layer = TenantLayer::new(tenancy, tenant_header(), StaticStore::of_ids([("acme", 1), ("zeta", 2)]));
    let app = Router::new().route("/", get(handler)).layer(layer);
    assert_eq!(ask(&app, get_with("/", &[("x-tenant", "zeta")])).await, (200, "2 Gemini".to_owned()));
}
