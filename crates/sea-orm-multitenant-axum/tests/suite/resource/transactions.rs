//! The transaction of a write.

use super::{acme, error, refused, snapshot, ticket, tickets, with_tickets};
use crate::harness::{store, tenant_header};
use axum::{
    Router,
    extract::Request,
    middleware::{Next, from_fn},
    response::Response,
};
use http::StatusCode;
use sea_orm::ConnectionTrait;
use sea_orm_multitenant::Tenancy;
use sea_orm_multitenant_axum::{ScopedTransaction, TenantLayer, TransactionLayer};
use serde_json::json;

/// Writes in the request's transaction, then calls the resource, and answers 409 to every PATCH.
async fn around(transaction: ScopedTransaction, request: Request, next: Next) -> Response {
    let patch = request.method() == "PATCH";
    if request.method() != "GET" {
        let added = transaction.execute_unprepared("INSERT INTO project (name) VALUES ('logged')").await;
        added.expect("it is inserted");
    }
    drop(transaction);
    let mut response = next.run(request).await;
    if patch {
        *response.status_mut() = StatusCode::CONFLICT;
    }
    response
}

fn app(tenancy: &Tenancy) -> Router {
    Router::new()
        .nest("/tickets", tickets().router())
        .layer(from_fn(around))
        .layer(TransactionLayer::new())
        .layer(TenantLayer::new(tenancy.clone(), tenant_header(), store()))
}

/// The pool has one connection: whatever ran outside of the request's transaction would wait for it forever.
#[tokio::test]
async fn a_resource_uses_the_requests_transaction() {
    let tenancy = with_tickets().await;
    let app = app(&tenancy);
    assert_eq!(acme(&app, "POST", "/tickets", Some(ticket("N"))).await.0, 201);
    assert_eq!(acme(&app, "GET", "/tickets/13", None).await.1["code"], "N");
    assert_eq!(acme(&app, "GET", "/tickets", None).await.1["total"], 7);
    assert!(snapshot(&tenancy, 1).await.contains("logged"));
}

#[tokio::test]
async fn a_refused_write_rolls_the_requests_transaction_back() {
    let tenancy = with_tickets().await;
    let (app, before) = (app(&tenancy), snapshot(&tenancy, 1).await);
    assert_eq!(error(acme(&app, "POST", "/tickets", Some(ticket("A"))).await), refused(409, "conflict", ""));
    assert_eq!(acme(&app, "PATCH", "/tickets/1", Some(json!({ "points": 1 }))).await.0, 409);
    assert_eq!(acme(&app, "DELETE", "/tickets/11", None).await.0, 404);
    assert_eq!(snapshot(&tenancy, 1).await, before);
}
