//! Bodies, and the errors of the database that they lead to.

use super::{acme, app, below, error, refused, request, send, ticket, tickets, with_tickets};
use axum::body::Body;
use http::{Request, header::CONTENT_TYPE};
use sea_orm::ConnectionTrait;
use serde_json::{Value as Json, json};

/// Changes a complete body.
fn with(name: &str, value: Json) -> Json {
    let mut body = ticket("N");
    body[name] = value;
    body
}

#[tokio::test]
async fn a_value_of_another_type_is_refused_by_name() {
    let app = app().await;
    for (field, value) in [
        ("title", json!(1)),
        ("title", json!(["x"])),
        ("title", json!("a\0b")),
        ("title", json!("x".repeat(21))),
        ("points", json!("2")),
        ("points", json!(1.5)),
        ("points", json!(2_147_483_648_i64)),
        ("points", json!(true)),
        ("points", json!({ "$gt": 0 })),
        ("done", json!("true")),
        ("done", json!(1)),
        ("due_on", json!("31.01.2026")),
        ("due_on", json!(20_260_131)),
        ("state", json!("lost")),
        ("state", json!("Open")),
        ("cost", json!("dear")),
        ("labels", json!("a\0b")),
    ] {
        let body = with(field, value.clone());
        let created = error(acme(&app, "POST", "/tickets", Some(body)).await);
        assert_eq!(created, refused(422, "invalid_field", field), "{field}: {value}");
        let patched = error(acme(&app, "PATCH", "/tickets/1", Some(json!({ field: value }))).await);
        assert_eq!(patched, refused(422, "invalid_field", field));
    }
    let longest = json!("ü".repeat(20));
    assert_eq!(acme(&app, "POST", "/tickets", Some(with("title", longest))).await.0, 201);
}

#[tokio::test]
async fn required_fields_are_neither_missing_nor_null() {
    let app = app().await;
    for field in ["project_id", "code", "title", "points", "state"] {
        let mut body = ticket("N");
        body.as_object_mut().expect("an object").remove(field);
        let created = error(acme(&app, "POST", "/tickets", Some(body)).await);
        assert_eq!(created, refused(422, "missing_field", field));
        let created = error(acme(&app, "POST", "/tickets", Some(with(field, Json::Null))).await);
        assert_eq!(created, refused(422, "null_field", field));
        let patched = error(acme(&app, "PATCH", "/tickets/1", Some(json!({ field: null }))).await);
        assert_eq!(patched, refused(422, "null_field", field));
    }
    assert_eq!(
        error(acme(&app, "PATCH", "/tickets/1", Some(json!({ "done": null }))).await),
        refused(422, "null_field", "done")
    );
    let cleared = acme(&app, "PATCH", "/tickets/1", Some(json!({ "due_on": null }))).await;
    assert_eq!((cleared.0, &cleared.1["due_on"]), (200, &Json::Null));
}

#[tokio::test]
async fn only_a_json_object_is_a_body() {
    let app = app().await;
    for body in [
        "",
        "{",
        "[]",
        "null",
        "1",
        "\"x\"",
        "{} {}",
        "[{\"title\":\"x\"}]",
        "{\"title\":\"x\",}",
        "\u{feff}{}",
        "NaN",
    ] {
        for (method, path) in [("POST", "/tickets"), ("PATCH", "/tickets/1")] {
            let found = error(send(&app, request(method, path, "acme", Some(body))).await);
            assert_eq!(found, refused(400, "invalid_json", ""), "{body}");
        }
    }
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let deep = error(
        send(&app, request("PATCH", "/tickets/1", "acme", Some(&format!("{{\"labels\":{deep}}}")))).await,
    );
    assert_eq!(deep, refused(400, "invalid_json", ""));
}

#[tokio::test]
async fn a_body_must_be_declared_as_json() {
    let app = app().await;
    let body = json!({ "points": 6 }).to_string();
    for declared in
        ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", "", "multipart/form-data"]
    {
        let patch = Request::patch("/tickets/1").header("x-tenant", "acme").header(CONTENT_TYPE, declared);
        let found = error(send(&app, patch.body(Body::from(body.clone())).expect("a request")).await);
        assert_eq!(found, refused(415, "unsupported_media_type", ""), "{declared}");
    }
    let patch = Request::patch("/tickets/1")
        .header("x-tenant", "acme")
        .header(CONTENT_TYPE, "Application/JSON; charset=utf-8");
    assert_eq!(send(&app, patch.body(Body::from(body)).expect("a request")).await.0, 200);
}

#[tokio::test]
async fn the_size_of_a_body_is_limited() {
    let app = below(&with_tickets().await, "/tickets", tickets().max_body(100).router());
    let body = |length: usize| format!("{{\"points\":6{}}}", " ".repeat(length - 12));
    assert_eq!(body(100).len(), 100);
    assert_eq!(send(&app, request("PATCH", "/tickets/1", "acme", Some(&body(100)))).await.0, 200);
    let found = send(&app, request("PATCH", "/tickets/1", "acme", Some(&body(101)))).await;
    assert_eq!(error(found), refused(413, "body_too_large", ""));
    // axum's own limit, of 2 MB by default, stays below a larger one.
    let app = below(&with_tickets().await, "/tickets", tickets().max_body(usize::MAX).router());
    let found = send(&app, request("PATCH", "/tickets/1", "acme", Some(&body(2_200_000)))).await;
    assert_eq!(error(found), refused(413, "body_too_large", ""));
}

#[tokio::test]
async fn errors_of_the_database_do_not_reach_the_client() {
    let tenancy = with_tickets().await;
    let app = below(&tenancy, "/tickets", tickets().router());
    let duplicate = acme(&app, "POST", "/tickets", Some(ticket("A"))).await;
    let message = "a row with these values exists already";
    assert_eq!(duplicate, (409, json!({ "error": { "code": "conflict", "message": message } })));
    let duplicate = acme(&app, "PATCH", "/tickets/1", Some(json!({ "code": "B" }))).await;
    assert_eq!(error(duplicate), refused(409, "conflict", ""));
    // Another tenant's code is free.
    assert_eq!(acme(&app, "POST", "/tickets", Some(ticket("Z"))).await.0, 201);

    let foreign = acme(
        &app,
        "POST",
        "/tickets",
        Some({
            let mut body = ticket("N");
            body["project_id"] = json!(2);
            body
        }),
    )
    .await;
    assert_eq!(error(foreign), refused(422, "foreign_parent", "project_id"));
    let foreign = acme(&app, "PATCH", "/tickets/1", Some(json!({ "project_id": 2 }))).await;
    assert_eq!(error(foreign), refused(422, "foreign_parent", "project_id"));

    let db = tenancy.unscoped("a trigger that fails");
    db.execute_unprepared(
        "CREATE TRIGGER t BEFORE UPDATE ON ticket BEGIN SELECT RAISE(ABORT, 'Spy of zeta'); END",
    )
    .await
    .expect("it is created");
    let failed = acme(&app, "PATCH", "/tickets/1", Some(json!({ "points": 1 }))).await;
    let message = "the server could not answer the request";
    assert_eq!(failed, (500, json!({ "error": { "code": "failed", "message": message } })));
}

#[tokio::test]
async fn a_row_that_others_reference_is_not_deleted() {
    use crate::harness::project;
    let tenancy = with_tickets().await;
    let router = sea_orm_multitenant_axum::TenantResource::<project::Entity>::new().router();
    let app = below(&tenancy, "/projects", router);
    assert_eq!(error(acme(&app, "DELETE", "/projects/1", None).await), refused(409, "referenced", ""));
    assert_eq!(acme(&app, "GET", "/projects/1", None).await.0, 200);
}
