//! Nested layers: everything in a request belongs to one tenant.

use crate::{
    harness::{ask, code, current, get_with, insert, project, projects, store, tenancy, tenant_header},
    spans::log_of,
};
use axum::{
    Router,
    extract::Request,
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
    routing::get,
};
use http::HeaderName;
use rstest::rstest;
use sea_orm::{ActiveValue::Set, EntityTrait};
use sea_orm_multitenant::{Tenancy, current_tenant};
use sea_orm_multitenant_axum::{
    Chain, Fixed, Found, Header, Policy, Rejection, Scope, ScopedTransaction, StaticStore, Tenant,
    TenantLayer, TransactionLayer,
};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// The record of the inner tenant store, of another type than the outer one's.
#[derive(Debug)]
struct Customer(String);

fn customers() -> StaticStore<Customer> {
    let customer = |id, name: &str| Found::new(id, Customer(name.to_owned()));
    StaticStore::new([("acme", customer(1, "Acme's")), ("zeta", customer(2, "Zeta's"))])
}

fn inner_header() -> Header {
    Header::new(HeaderName::from_static("x-inner"))
}

fn outer(tenancy: &Tenancy) -> TenantLayer<&'static str> {
    TenantLayer::new(tenancy.clone(), tenant_header(), store())
        .policy(Policy::default().allow_missing("/optional").exclude("/excluded"))
}

fn inner(tenancy: &Tenancy) -> TenantLayer<Customer> {
    TenantLayer::new(tenancy.clone(), inner_header(), customers())
        .policy(Policy::default().allow_missing_below("/"))
}

async fn with_rows() -> Tenancy {
    let tenancy = tenancy().await;
    insert(&tenancy, "project (id, account_id, name) VALUES (1, 1, 'Apollo'), (2, 2, 'Gemini')").await;
    tenancy
}

/// Everything that a request contains of its tenant.
async fn all_of_it(
    scope: Option<Scope>,
    outer: Option<Tenant<&'static str>>,
    current: Option<axum::Extension<Found<&'static str>>>,
) -> String {
    let scope = scope.map_or("none".to_owned(), |scope| scope.tenant().to_string());
    let outer = outer.map_or("none", |record| *record.0);
    assert!(current.is_none(), "nothing of another layer's tenant remains in the request");
    format!("{scope} {outer} {}", crate::harness::current())
}

async fn inner_record(record: Option<Tenant<Customer>>) -> String {
    record.map_or("none".to_owned(), |record| record.0.0.clone())
}

async fn in_transaction(transaction: ScopedTransaction) -> Response {
    let row = project::ActiveModel { name: Set("new".to_owned()), ..Default::default() };
    project::Entity::insert(row).exec_without_returning(&*transaction).await.expect("it is written");
    let rows = project::Entity::find().all(&*transaction).await.expect("it answers");
    let tenants: Vec<_> = rows.into_iter().map(|row| row.account_id.to_string()).collect();
    format!("{} {} {}", transaction.tenant(), tenants.join(","), current()).into_response()
}

fn routes() -> Router {
    Router::new()
        .route("/", get(all_of_it))
        .route("/optional", get(all_of_it))
        .route("/excluded", get(all_of_it))
        .route("/record", get(inner_record))
        .route("/rows", get(projects))
        .route("/transaction", get(in_transaction))
}

const PATHS: [&str; 4] = ["/", "/record", "/rows", "/transaction"];

/// The attack: the outer layer reads one part of the request, the inner layer another, and the transaction layer is
/// between them.
#[tokio::test]
async fn nested_layers_with_two_tenants_are_refused() {
    let tenancy = with_rows().await;
    let ran = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&ran);
    let inside = from_fn(move |request: Request, next: Next| {
        count.fetch_add(1, Ordering::SeqCst);
        next.run(request)
    });
    let app =
        routes().layer(inside).layer(inner(&tenancy)).layer(TransactionLayer::new()).layer(outer(&tenancy));
    for (outer, inner) in [("acme", "zeta"), ("zeta", "acme")] {
        for path in PATHS {
            let (status, body) = ask(&app, get_with(path, &[("x-tenant", outer), ("x-inner", inner)])).await;
            assert_eq!((status, code(&body).as_str()), (500, "misconfigured"), "{path}");
        }
    }
    assert_eq!(ran.load(Ordering::SeqCst), 0);
    assert_eq!(
        project::Entity::find().all(&tenancy.scope(1).expect("a tenant")).await.expect("rows").len(),
        1
    );
    let log = log_of(app, &[("x-tenant", "acme"), ("x-inner", "zeta")]).await;
    let said = "two nested `TenantLayer`s found two tenants for one request; use one `TenantLayer`, with a `Chain` that has \
                `require_agreement`";
    assert!(log.contains("ERROR") && log.contains(said) && log.contains("outer=1 inner=2"), "{log}");
}

/// The same for records of one type, and for either order of answers.
#[tokio::test]
async fn nested_layers_with_one_record_type_are_refused_too() {
    let tenancy = tenancy().await;
    let inner = TenantLayer::new(tenancy.clone(), inner_header(), store()).policy(
        Policy::default()
            .respond_with(|rejection| (http::StatusCode::IM_A_TEAPOT, rejection.code()).into_response()),
    );
    let app = routes().layer(inner).layer(outer(&tenancy));
    let asked = ask(&app, get_with("/", &[("x-tenant", "acme"), ("x-inner", "zeta")])).await;
    assert_eq!(asked, (418, Rejection::Misconfigured.code().to_owned()));
    assert_eq!(ask(&app, get_with("/", &[("x-tenant", "acme"), ("x-inner", "acme")])).await.1, "1 Acme 1");
}

#[tokio::test]
async fn nested_layers_with_one_tenant_work_as_one() {
    let tenancy = with_rows().await;
    let app = routes().layer(inner(&tenancy)).layer(TransactionLayer::new()).layer(outer(&tenancy));
    let zeta = &[("x-tenant", "zeta"), ("x-inner", "zeta")];
    for (path, expected) in
        [("/", "2 Zeta 2"), ("/record", "Zeta's"), ("/rows", "2 Gemini"), ("/transaction", "2 2,2 2")]
    {
        assert_eq!(ask(&app, get_with(path, zeta)).await, (200, expected.to_owned()), "{path}");
    }
    // Written and committed.
    assert_eq!(ask(&app, get_with("/rows", zeta)).await.1, "2 Gemini\n2 new");
}

/// If both layers have records of one type, the innermost layer's is extracted.
#[tokio::test]
async fn the_inner_record_is_extracted_if_both_have_one_type() {
    let tenancy = tenancy().await;
    let renamed = StaticStore::new([("acme", Found::new(1, "Acme as the inner one knows it"))]);
    let inner = TenantLayer::new(tenancy.clone(), tenant_header(), renamed);
    let app = routes().layer(inner).layer(outer(&tenancy));
    let (_, body) = ask(&app, get_with("/", &[("x-tenant", "acme")])).await;
    assert_eq!(body, "1 Acme as the inner one knows it 1");
}

/// Nothing of the outer layer's tenant remains where the handler expects no tenant.
#[rstest]
#[case("/")]
#[case("/optional")]
#[tokio::test]
async fn an_inner_layer_without_tenant_hides_the_outer_tenant(#[case] path: &str) {
    let tenancy = with_rows().await;
    let acme = &[("x-tenant", "acme")];
    let missing = routes().layer(inner(&tenancy)).layer(TransactionLayer::new()).layer(outer(&tenancy));
    let excluding = inner(&tenancy).policy(Policy::default().exclude_below("/"));
    let excluded = routes().layer(excluding).layer(TransactionLayer::new()).layer(outer(&tenancy));
    for app in [&missing, &excluded] {
        assert_eq!(ask(app, get_with(path, acme)).await, (200, "none none none".to_owned()));
        assert_eq!(ask(app, get_with("/record", acme)).await.1, "none");
    }
    for (app, status) in [(&missing, 400), (&excluded, 500)] {
        assert_eq!(ask(app, get_with("/rows", acme)).await.0, status);
        assert_eq!(ask(app, get_with("/transaction", acme)).await.0, status);
    }
}

/// The same holds for tasks that the handler spawns; outside of the inner layer the tenant is current again.
#[tokio::test]
async fn an_inner_layer_without_tenant_hides_the_current_tenant_from_tasks() {
    let tenancy = tenancy().await;
    let handler = async || {
        let spawned = sea_orm_multitenant::spawn(async { current() }).await.expect("it ends");
        let blocking = sea_orm_multitenant::spawn_blocking(current).await.expect("it ends");
        format!("{} {spawned} {blocking}", current())
    };
    let between = from_fn(async |request: Request, next: Next| {
        let response = next.run(request).await;
        ([("x-outside", current_tenant().map(|tenant| tenant.to_string()).unwrap_or_default())], response)
    });
    let app =
        Router::new().route("/", get(handler)).layer(inner(&tenancy)).layer(between).layer(outer(&tenancy));
    let request = get_with("/", &[("x-tenant", "acme")]);
    let response = tower::ServiceExt::oneshot(app, request).await.expect("an answer");
    assert_eq!(response.headers()["x-outside"], "1");
    assert_eq!(crate::harness::answer(response).await.1, "none none none");
}

/// A layer without a tenant between two others does not allow the inner one another tenant.
#[tokio::test]
async fn a_third_layer_must_find_the_first_layers_tenant() {
    let tenancy = tenancy().await;
    let none = TenantLayer::new(tenancy.clone(), Header::new(HeaderName::from_static("x-none")), store())
        .policy(Policy::default().allow_missing_below("/"));
    let app = routes().layer(inner(&tenancy)).layer(none).layer(outer(&tenancy));
    for (headers, status) in [
        (&[("x-tenant", "acme"), ("x-inner", "acme")][..], 200),
        (&[("x-tenant", "acme"), ("x-inner", "zeta")], 500),
        (&[("x-tenant", "acme"), ("x-none", "acme"), ("x-inner", "zeta")], 500),
        (&[("x-tenant", "acme"), ("x-none", "zeta"), ("x-inner", "zeta")], 500),
        (&[("x-tenant", "acme"), ("x-none", "zeta"), ("x-inner", "acme")], 500),
    ] {
        assert_eq!(ask(&app, get_with("/record", headers)).await.0, status, "{headers:?}");
    }
    // Inside of the layer that finds none, only the inner layer's record exists.
    let acme = &[("x-tenant", "acme"), ("x-inner", "acme")];
    assert_eq!(ask(&app, get_with("/record", acme)).await.1, "Acme's");
    assert_eq!(ask(&app, get_with("/", acme)).await.0, 500);
}

#[tokio::test]
async fn an_outer_layer_without_tenant_accepts_the_inner_tenant() {
    let tenancy = with_rows().await;
    let open = outer(&tenancy).policy(Policy::default().allow_missing_below("/"));
    let app = routes().layer(inner(&tenancy)).layer(TransactionLayer::new()).layer(open);
    let zeta = &[("x-inner", "zeta")];
    for (path, expected) in [("/record", "Zeta's"), ("/rows", "2 Gemini"), ("/transaction", "2 2,2 2")] {
        assert_eq!(ask(&app, get_with(path, zeta)).await, (200, expected.to_owned()), "{path}");
    }
}

/// The handler never gets a transaction on an outer layer's connections when its scope is in another database.
#[tokio::test]
async fn a_transaction_belongs_to_the_scopes_tenancy() {
    let (here, there) = (with_rows().await, with_rows().await);
    let begins = from_fn(async |transaction: ScopedTransaction, request: Request, next: Next| {
        drop(transaction);
        next.run(request).await
    });
    let app = routes().layer(inner(&there)).layer(begins).layer(TransactionLayer::new()).layer(outer(&here));
    let acme = &[("x-tenant", "acme"), ("x-inner", "acme")];
    assert_eq!(ask(&app, get_with("/rows", acme)).await, (200, "1 Apollo".to_owned()));
    let (status, body) = ask(&app, get_with("/transaction", acme)).await;
    assert_eq!((status, code(&body).as_str()), (500, "misconfigured"));
}

/// A nested layer whose tenant the application names must match the request's tenant too.
#[tokio::test]
async fn a_nested_fixed_tenant_is_refused_for_other_tenants() {
    let tenancy = tenancy().await;
    for chain in [Chain::from(Fixed::new("zeta")), Chain::new().or("zeta")] {
        let fixed = TenantLayer::new(tenancy.clone(), chain, customers());
        let app = routes().layer(fixed).layer(outer(&tenancy));
        assert_eq!(ask(&app, get_with("/", &[("x-tenant", "zeta")])).await.1, "2 Zeta 2");
        assert_eq!(ask(&app, get_with("/", &[("x-tenant", "acme")])).await.0, 500);
    }
}

/// The inner layer's hook is asked only about the request's tenant.
#[tokio::test]
async fn hooks_of_both_layers_are_asked() {
    let tenancy = tenancy().await;
    for (outer_allows, inner_allows, status) in [(true, true, 200), (true, false, 403), (false, true, 403)] {
        let app = routes()
            .layer(inner(&tenancy).authorize(move |_: &_, _: &_| std::future::ready(inner_allows)))
            .layer(outer(&tenancy).authorize(move |_: &_, _: &_| std::future::ready(outer_allows)));
        let acme = &[("x-tenant", "acme"), ("x-inner", "acme")];
        assert_eq!(ask(&app, get_with("/", acme)).await.0, status);
    }
}

/// Concurrent requests on two threads, each with its own pair of headers.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_requests_keep_their_own_tenants() {
    let tenancy = tenancy().await;
    let slow = async |scope: Option<Scope>| {
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        format!("{} {}", scope.map_or("none".to_owned(), |scope| scope.tenant().to_string()), current())
    };
    let app = Router::new().route("/", get(slow)).layer(inner(&tenancy)).layer(outer(&tenancy));
    let pairs =
        [("acme", "acme", "1 1"), ("zeta", "zeta", "2 2"), ("acme", "", "none none"), ("acme", "zeta", "")];
    let tasks: Vec<_> = (0..400)
        .map(|number| {
            let (outer, inner, expected) = pairs[number % pairs.len()];
            let headers = [("x-tenant", outer), ("x-inner", inner)];
            let named = if inner.is_empty() { &headers[..1] } else { &headers[..] };
            let (request, app) = (get_with("/", named), app.clone());
            tokio::spawn(async move { (ask(&app, request).await, expected) })
        })
        .collect();
    for task in tasks {
        let ((status, body), expected) = task.await.expect("it ends");
        match expected {
            "" => assert_eq!((status, code(&body).as_str()), (500, "misconfigured")),
            _ => assert_eq!((status, body.as_str()), (200, expected)),
        }
    }
}
