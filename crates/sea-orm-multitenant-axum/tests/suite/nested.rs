//! A layer around a layer: one request has one tenant, in all that it has of one.

use crate::{
    harness::{ask, catalog, code, current, get_with, insert, project, projects, tenancy, tenant_header},
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
    Chain, Fixed, Found, Header, Policy, Rejection, Scope, ScopedTransaction, StaticCatalog, Tenant,
    TenantLayer, TransactionLayer,
};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// The inner catalogue's record, of another type than the outer's.
#[derive(Debug)]
struct Customer(String);

fn customers() -> StaticCatalog<Customer> {
    let customer = |id, name: &str| Found::new(id, Customer(name.to_owned()));
    StaticCatalog::new([("acme", customer(1, "Acme's")), ("zeta", customer(2, "Zeta's"))])
}

fn inner_header() -> Header {
    Header::new(HeaderName::from_static("x-inner"))
}

fn outer(tenancy: &Tenancy) -> TenantLayer<&'static str> {
    TenantLayer::new(tenancy.clone(), tenant_header(), catalog())
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

/// Everything that a request has of its tenant.
async fn all_of_it(
    scope: Option<Scope>,
    outer: Option<Tenant<&'static str>>,
    current: Option<axum::Extension<Found<&'static str>>>,
) -> String {
    let scope = scope.map_or("none".to_owned(), |scope| scope.tenant().to_string());
    let outer = outer.map_or("none", |record| *record.0);
    assert!(current.is_none(), "what one layer found is nowhere beside what the request has");
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

/// The attack: the outer layer by one part of the request, the inner one by another, and the transaction between them.
#[tokio::test]
async fn two_layers_that_find_two_tenants_are_refused_by_name() {
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

/// Whatever the types of the records, and whoever answers.
#[tokio::test]
async fn layers_of_one_record_type_are_refused_too() {
    let tenancy = tenancy().await;
    let inner = TenantLayer::new(tenancy.clone(), inner_header(), catalog()).policy(
        Policy::default()
            .respond_with(|rejection| (http::StatusCode::IM_A_TEAPOT, rejection.code()).into_response()),
    );
    let app = routes().layer(inner).layer(outer(&tenancy));
    let asked = ask(&app, get_with("/", &[("x-tenant", "acme"), ("x-inner", "zeta")])).await;
    assert_eq!(asked, (418, Rejection::Misconfigured.code().to_owned()));
    assert_eq!(ask(&app, get_with("/", &[("x-tenant", "acme"), ("x-inner", "acme")])).await.1, "1 Acme 1");
}

#[tokio::test]
async fn two_layers_that_find_one_tenant_are_one() {
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

/// The record of one type is the innermost one's.
#[tokio::test]
async fn of_two_records_of_one_type_the_inner_one_is_taken() {
    let tenancy = tenancy().await;
    let renamed = StaticCatalog::new([("acme", Found::new(1, "Acme as the inner one knows it"))]);
    let inner = TenantLayer::new(tenancy.clone(), tenant_header(), renamed);
    let app = routes().layer(inner).layer(outer(&tenancy));
    let (_, body) = ask(&app, get_with("/", &[("x-tenant", "acme")])).await;
    assert_eq!(body, "1 Acme as the inner one knows it 1");
}

/// No part of the outer layer's tenant is left where the handler believes that there is none.
#[rstest]
#[case("/")]
#[case("/optional")]
#[tokio::test]
async fn an_inner_layer_that_finds_none_leaves_nothing_of_the_outer_tenant(#[case] path: &str) {
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

/// Nor in what the handler spawns, and it is there again outside.
#[tokio::test]
async fn an_inner_layer_that_finds_none_has_no_current_tenant_in_tasks_and_the_outer_one_has_its_own() {
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

/// One that finds none between two does not launder the tenant of a request.
#[tokio::test]
async fn a_third_layer_is_held_to_the_first() {
    let tenancy = tenancy().await;
    let none = TenantLayer::new(tenancy.clone(), Header::new(HeaderName::from_static("x-none")), catalog())
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
    // Beyond the layer that finds none there is the inner one's record alone.
    let acme = &[("x-tenant", "acme"), ("x-inner", "acme")];
    assert_eq!(ask(&app, get_with("/record", acme)).await.1, "Acme's");
    assert_eq!(ask(&app, get_with("/", acme)).await.0, 500);
}

#[tokio::test]
async fn an_outer_layer_that_finds_none_leaves_the_tenant_to_the_inner_one() {
    let tenancy = with_rows().await;
    let open = outer(&tenancy).policy(Policy::default().allow_missing_below("/"));
    let app = routes().layer(inner(&tenancy)).layer(TransactionLayer::new()).layer(open);
    let zeta = &[("x-inner", "zeta")];
    for (path, expected) in [("/record", "Zeta's"), ("/rows", "2 Gemini"), ("/transaction", "2 2,2 2")] {
        assert_eq!(ask(&app, get_with(path, zeta)).await, (200, expected.to_owned()), "{path}");
    }
}

/// The transaction that an outer layer's connections began is never the handler's, who is in the scope of another database.
#[tokio::test]
async fn a_transaction_is_of_the_scopes_own_tenancy() {
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

/// A nested layer whose tenant the application names is held to the request's too.
#[tokio::test]
async fn a_fixed_tenant_inside_is_refused_for_the_requests_of_others() {
    let tenancy = tenancy().await;
    for chain in [Chain::from(Fixed::new("zeta")), Chain::new().or("zeta")] {
        let fixed = TenantLayer::new(tenancy.clone(), chain, customers());
        let app = routes().layer(fixed).layer(outer(&tenancy));
        assert_eq!(ask(&app, get_with("/", &[("x-tenant", "zeta")])).await.1, "2 Zeta 2");
        assert_eq!(ask(&app, get_with("/", &[("x-tenant", "acme")])).await.0, 500);
    }
}

/// A hook of the inner layer is not asked about a tenant that is not the request's, and is asked about the one that is.
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

/// Many at once on two threads, each pair of headers its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_at_once_keep_their_own_pair() {
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
