//! One transaction per request.

use crate::{
    harness::{ask, code, get_with, insert, project, tenancy, tenant_header},
    spans::log_of,
};
use axum::{
    Extension, Router,
    extract::{Path, Request},
    http::StatusCode,
    middleware::{Next, from_fn},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use rstest::rstest;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, PaginatorTrait};
use sea_orm_multitenant::Tenancy;
use sea_orm_multitenant_axum::{ScopedTransaction, StaticStore, TenantLayer, TransactionLayer};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tower::ServiceExt;

async fn write(transaction: &ScopedTransaction) {
    let row = project::ActiveModel { name: Set("Apollo".to_owned()), ..Default::default() };
    project::Entity::insert(row).exec_without_returning(&**transaction).await.expect("it is written");
}

async fn status(transaction: ScopedTransaction, Path(status): Path<u16>) -> StatusCode {
    write(&transaction).await;
    StatusCode::from_u16(status).expect("a status")
}

async fn redirect(transaction: ScopedTransaction) -> Redirect {
    write(&transaction).await;
    Redirect::to("/")
}

async fn twice(one: ScopedTransaction, two: ScopedTransaction) -> String {
    write(&one).await;
    project::Entity::find().count(&*two).await.expect("it answers").to_string()
}

async fn fails(transaction: ScopedTransaction) -> Result<String, Response> {
    write(&transaction).await;
    Err((StatusCode::CONFLICT, "no").into_response())
}

async fn panics(transaction: ScopedTransaction) -> String {
    write(&transaction).await;
    panic!("in the handler")
}

async fn hangs(transaction: ScopedTransaction) -> String {
    write(&transaction).await;
    std::future::pending().await
}

type Kept = Arc<Mutex<Option<ScopedTransaction>>>;

async fn keeps(Extension(kept): Extension<Kept>, transaction: ScopedTransaction) -> &'static str {
    write(&transaction).await;
    *kept.lock().expect("no panic") = Some(transaction);
    "kept"
}

/// A constraint that is checked when the transaction commits.
async fn breaks_at_commit(transaction: ScopedTransaction) -> &'static str {
    write(&transaction).await;
    transaction
        .execute_unprepared("INSERT INTO domain (account_id, host) VALUES (1, 'acme.com')")
        .await
        .expect("written");
    "written"
}

async fn app() -> (Tenancy, Router) {
    let tenancy = tenancy().await;
    let layer =
        TenantLayer::new(tenancy.clone(), tenant_header(), StaticStore::of_ids([("acme", 1), ("zeta", 2)]));
    let app = Router::new()
        .route("/status/{status}", get(status))
        .route("/redirect", get(redirect))
        .route("/twice", get(twice))
        .route("/fails", get(fails))
        .route("/panics", get(panics))
        .route("/hangs", get(hangs))
        .route("/keeps", get(keeps))
        .route("/breaks", get(breaks_at_commit))
        .route("/none", get(async || "none"))
        .layer(TransactionLayer::new())
        .layer(layer);
    (tenancy, app)
}

async fn rows(tenancy: &Tenancy, tenant: i32) -> u64 {
    let scope = tenancy.scope(tenant).expect("a tenant");
    let counted = tokio::time::timeout(Duration::from_secs(5), project::Entity::find().count(&scope)).await;
    counted.expect("the connection is free again").expect("it answers")
}

fn request(path: &str) -> http::Request<axum::body::Body> {
    get_with(path, &[("x-tenant", "acme")])
}

#[rstest]
#[case("/status/200", 200, 1)]
#[case("/status/201", 201, 1)]
#[case("/status/204", 204, 1)]
#[case("/redirect", 303, 1)]
#[case("/status/304", 304, 1)]
#[case("/status/101", 101, 1)]
#[case("/status/100", 100, 0)]
#[case("/status/102", 102, 0)]
#[case("/status/103", 103, 0)]
#[case("/status/400", 400, 0)]
#[case("/status/404", 404, 0)]
#[case("/status/422", 422, 0)]
#[case("/status/500", 500, 0)]
#[case("/fails", 409, 0)]
#[case("/none", 200, 0)]
#[tokio::test]
async fn the_status_decides_between_commit_and_rollback(
    #[case] path: &str,
    #[case] expected: u16,
    #[case] written: u64,
) {
    let (tenancy, app) = app().await;
    assert_eq!(ask(&app, request(path)).await.0, expected);
    assert_eq!(rows(&tenancy, 1).await, written);
    assert_eq!(rows(&tenancy, 2).await, 0);
}

#[tokio::test]
async fn all_extractors_of_a_request_share_one_transaction() {
    let (tenancy, app) = app().await;
    assert_eq!(ask(&app, request("/twice")).await, (200, "1".to_owned()));
    assert_eq!(rows(&tenancy, 1).await, 1);
}

#[tokio::test]
async fn a_transaction_sees_its_tenants_rows_only() {
    let (tenancy, app) = app().await;
    insert(&tenancy, "project (id, account_id, name) VALUES (7, 2, 'Gemini')").await;
    assert_eq!(ask(&app, request("/twice")).await.1, "1");
    assert_eq!(rows(&tenancy, 2).await, 1);
}

#[tokio::test]
async fn a_panic_rolls_back() {
    let (tenancy, app) = app().await;
    assert!(tokio::spawn(app.oneshot(request("/panics"))).await.is_err());
    assert_eq!(rows(&tenancy, 1).await, 0);
}

#[tokio::test]
async fn a_client_that_disconnects_rolls_back() {
    let (tenancy, app) = app().await;
    assert!(tokio::time::timeout(Duration::from_millis(100), app.oneshot(request("/hangs"))).await.is_err());
    assert_eq!(rows(&tenancy, 1).await, 0);
}

#[tokio::test]
async fn a_commit_that_fails_is_500_and_not_the_handlers_answer() {
    let (tenancy, app) = app().await;
    let db = tenancy.unscoped("a constraint that is checked at the end");
    for sql in [
        "PRAGMA foreign_keys = ON",
        "DROP TABLE domain",
        "CREATE TABLE domain (id INTEGER PRIMARY KEY, account_id BIGINT REFERENCES account (id) DEFERRABLE INITIALLY DEFERRED, host TEXT)",
    ] {
        db.execute_unprepared(sql).await.expect("it runs");
    }
    let (status, body) = ask(&app, request("/breaks")).await;
    assert_eq!((status, code(&body).as_str()), (500, "not_committed"));
    assert!(!body.contains("written") && !body.contains("FOREIGN"));
    assert_eq!(rows(&tenancy, 1).await, 0);
}

#[tokio::test]
async fn a_transaction_that_outlives_its_handler_is_not_committed() {
    let (tenancy, app) = app().await;
    let kept = Kept::default();
    let app = app.layer(Extension(Arc::clone(&kept)));
    let (status, body) = ask(&app, request("/keeps")).await;
    assert_eq!((status, code(&body).as_str()), (500, "not_committed"));
    assert!(kept.lock().expect("no panic").take().is_some());
    assert_eq!(rows(&tenancy, 1).await, 0);
}

/// For example a logging task that outlives the request.
#[tokio::test]
async fn a_copy_of_the_requests_extensions_does_not_keep_its_transaction_open() {
    let tenancy = tenancy().await;
    let copy = Arc::new(Mutex::new(None));
    let kept = Arc::clone(&copy);
    let keeps = from_fn(move |request: Request, next: Next| {
        *kept.lock().expect("no panic") = Some(request.extensions().clone());
        next.run(request)
    });
    let layer =
        TenantLayer::new(tenancy.clone(), tenant_header(), StaticStore::of_ids([("acme", 1), ("zeta", 2)]));
    let copied = Router::new()
        .route("/hangs", get(hangs))
        .route("/panics", get(panics))
        .layer(keeps)
        .layer(TransactionLayer::new())
        .layer(layer);
    let gone = tokio::time::timeout(Duration::from_millis(100), copied.clone().oneshot(request("/hangs")));
    assert!(gone.await.is_err());
    assert_eq!(rows(&tenancy, 1).await, 0);
    assert!(copy.lock().expect("no panic").is_some());
    assert!(tokio::spawn(copied.oneshot(request("/panics"))).await.is_err());
    assert_eq!(rows(&tenancy, 1).await, 0);
}

/// A middleware around an inner `TransactionLayer` writes in the handler's transaction: a request has only one.
#[rstest]
#[case("/status/200", 2)]
#[case("/status/404", 0)]
#[tokio::test]
async fn two_layers_give_a_request_one_transaction(#[case] path: &str, #[case] written: u64) {
    let tenancy = tenancy().await;
    let writes = from_fn(async |transaction: ScopedTransaction, request: Request, next: Next| {
        write(&transaction).await;
        drop(transaction);
        next.run(request).await
    });
    let layer = TenantLayer::new(tenancy.clone(), tenant_header(), StaticStore::of_ids([("acme", 1)]));
    let app = Router::new()
        .route("/status/{status}", get(status))
        .layer(TransactionLayer::new())
        .layer(writes)
        .layer(TransactionLayer::new())
        .layer(layer);
    let answered = tokio::time::timeout(Duration::from_secs(5), ask(&app, request(path))).await;
    assert_eq!(answered.expect("no deadlock").0.to_string(), path.trim_start_matches("/status/"));
    assert_eq!(rows(&tenancy, 1).await, written);
}

/// Reported at the first request to any of its routes, not only to one that uses a transaction.
#[tokio::test]
async fn a_transaction_layer_outside_the_tenant_layer_is_reported() {
    let tenancy = tenancy().await;
    let layer = TenantLayer::new(tenancy.clone(), tenant_header(), StaticStore::of_ids([("acme", 1)]));
    let outside = Router::new()
        .route("/none", get(async || "none"))
        .route("/twice", get(twice))
        .layer(layer)
        .layer(TransactionLayer::new());
    let alone = Router::new().route("/none", get(async || "none")).layer(TransactionLayer::new());
    for (app, path) in [(&outside, "/none"), (&outside, "/twice"), (&alone, "/none")] {
        let (status, body) = ask(app, request(path)).await;
        assert_eq!((status, code(&body).as_str()), (500, "misconfigured"), "{path}");
    }
    let log = log_of(outside, &[("x-tenant", "acme")]).await;
    assert!(
        log.contains("ERROR")
            && log.contains(
                "add it before that one, `.layer(TransactionLayer::new()).layer(TenantLayer::new(…))`"
            ),
        "{log}"
    );
    assert_eq!(rows(&tenancy, 1).await, 0);
}

#[tokio::test]
async fn without_the_layer_the_extractor_answers_500() {
    let tenancy = tenancy().await;
    let layer = TenantLayer::new(tenancy, tenant_header(), StaticStore::of_ids([("acme", 1)]));
    let routes = || Router::new().route("/twice", get(twice));
    for app in [routes().layer(layer), routes().layer(TransactionLayer::new())] {
        let (status, body) = ask(&app, request("/twice")).await;
        assert_eq!((status, code(&body).as_str()), (500, "misconfigured"));
    }
}
