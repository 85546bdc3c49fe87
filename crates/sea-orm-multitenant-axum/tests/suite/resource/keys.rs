//! Keys of several columns, and keys that clients choose.

use super::{acme, app, below, error, ids, member, refused, request, send, with_tables};
use crate::harness::insert;
use axum::Router;
use http::header::LOCATION;
use sea_orm_multitenant_axum::TenantResource;
use serde_json::json;
use tower::ServiceExt;

const PERSON: &str = "67e55044-10b1-426f-9247-bb680e5fe0c8";

async fn members() -> Router {
    let tenancy = with_tables().await;
    insert(&tenancy, "member (account_id, person, team, level) VALUES (2, x'67e5504410b1426f9247bb680e5fe0c8', 'spies', 9)").await;
    below(&tenancy, "/members", TenantResource::<member::Entity>::new().router())
}

#[tokio::test]
async fn a_composite_key_has_a_segment_for_each_column_but_the_tenants() {
    let app = members().await;
    let body = json!({ "person": PERSON, "team": "a/b ü", "level": 1 });
    let new = request("POST", "/members", "acme", Some(&body.to_string()));
    let response = app.clone().oneshot(new).await.expect("an answer");
    assert_eq!(response.status(), 201);
    let path = response.headers()[LOCATION].to_str().expect("text").to_owned();
    assert_eq!(path, format!("/members/{PERSON}/a%2Fb%20%C3%BC"));
    assert_eq!(acme(&app, "GET", &path, None).await, (200, body));
    let changed = acme(&app, "PATCH", &path, Some(json!({ "level": 2 }))).await;
    assert_eq!((changed.0, &changed.1["level"]), (200, &json!(2)));
    assert_eq!(acme(&app, "DELETE", &path, None).await.0, 204);
    assert_eq!(acme(&app, "GET", "/members", None).await.1["total"], 0);
}

#[tokio::test]
async fn two_tenants_have_the_same_key() {
    let app = members().await;
    let body = json!({ "person": PERSON, "team": "spies", "level": 1 });
    assert_eq!(acme(&app, "POST", "/members", Some(body.clone())).await, (201, body.clone()));
    assert_eq!(error(acme(&app, "POST", "/members", Some(body)).await), refused(409, "conflict", ""));
    let path = format!("/members/{PERSON}/spies");
    assert_eq!(acme(&app, "DELETE", &path, None).await.0, 204);
    assert_eq!(error(acme(&app, "GET", &path, None).await), refused(404, "not_found", ""));
    let (status, theirs) = send(&app, request("GET", &path, "zeta", None)).await;
    assert_eq!((status, &theirs["level"]), (200, &json!(9)));
}

#[tokio::test]
async fn a_row_has_one_address() {
    let app = app().await;
    assert_eq!(acme(&app, "GET", "/tickets/1", None).await.0, 200);
    for key in [
        "01",
        "+1",
        "1.0",
        "1%20",
        "%201",
        "0x1",
        "1e0",
        "one",
        "9223372036854775808",
        "1;",
        "1%00",
        "%ff",
        "1,2",
    ] {
        let found = acme(&app, "GET", &format!("/tickets/{key}"), None).await;
        assert_eq!(error(found), refused(404, "not_found", ""), "{key}");
    }
    let app = members().await;
    for person in [PERSON.to_uppercase(), PERSON.replace('-', ""), format!("%7B{PERSON}%7D")] {
        let path = format!("/members/{person}/spies");
        assert_eq!(
            error(send(&app, request("GET", &path, "zeta", None)).await),
            refused(404, "not_found", "")
        );
    }
}

#[tokio::test]
async fn a_resource_below_a_path_with_parameters_reads_its_own_key() {
    let tenancy = super::with_tickets().await;
    let app = below(&tenancy, "/teams/{id}/tickets", super::tickets().router());
    assert_eq!(acme(&app, "GET", "/teams/3/tickets/1", None).await.1["id"], 1);
    assert_eq!(ids(&acme(&app, "GET", "/teams/3/tickets", None).await.1).len(), 6);
}
