//! The six actions.

use super::{
    acme, app, below, error, ids, refused, request, send, ticket, tickets, with_tables, with_tickets,
};
use crate::harness::project;
use axum::Router;
use http::header::LOCATION;
use sea_orm_multitenant_axum::{Action, TenantResource};
use serde_json::json;
use tower::ServiceExt;

#[tokio::test]
async fn one_line_gives_the_whole_api_of_an_entity() {
    let app = below(&with_tables().await, "/projects", TenantResource::<project::Entity>::new().router());
    let (status, created) = acme(&app, "POST", "/projects", Some(json!({ "name": "Vostok" }))).await;
    assert_eq!((status, &created), (201, &json!({ "id": 4, "name": "Vostok" })));
    assert_eq!(acme(&app, "GET", "/projects/4", None).await, (200, created));
    let replaced = acme(&app, "PUT", "/projects/4", Some(json!({ "name": "Voskhod" }))).await;
    assert_eq!(replaced, (200, json!({ "id": 4, "name": "Voskhod" })));
    let updated = acme(&app, "PATCH", "/projects/4", Some(json!({ "name": "Soyuz" }))).await;
    assert_eq!(updated, (200, json!({ "id": 4, "name": "Soyuz" })));
    let items =
        json!([{ "id": 1, "name": "Apollo" }, { "id": 3, "name": "Mercury" }, { "id": 4, "name": "Soyuz" }]);
    let list = json!({ "items": items, "page": 1, "per_page": 50, "total": 3 });
    assert_eq!(acme(&app, "GET", "/projects", None).await, (200, list));
    assert_eq!(acme(&app, "DELETE", "/projects/4", None).await, (204, json!(null)));
    assert_eq!(error(acme(&app, "GET", "/projects/4", None).await), refused(404, "not_found", ""));
}

#[tokio::test]
async fn a_new_row_has_an_address() {
    let app = app().await;
    let new = request("POST", "/tickets", "acme", Some(&ticket("N").to_string()));
    let response = app.clone().oneshot(new).await.expect("an answer");
    let location = response.headers()[LOCATION].to_str().expect("text").to_owned();
    assert_eq!(location, "/tickets/13");
    assert_eq!(acme(&app, "GET", &location, None).await.1["code"], "N");
}

#[tokio::test]
async fn each_kind_of_column_is_read_and_written() {
    let app = app().await;
    let body = json!({
        "project_id": 3, "code": "ü", "title": "Té", "points": -7, "done": true, "due_on": "2026-12-24", "state": "closed",
        "cost": "12.5", "labels": { "a": [1, null] },
    });
    let (status, created) = acme(&app, "POST", "/tickets", Some(body.clone())).await;
    assert_eq!(status, 201, "{created}");
    let mut expected = body;
    expected["id"] = json!(13);
    assert_eq!(created, expected);
    assert_eq!(acme(&app, "GET", "/tickets/13", None).await, (200, expected));
}

#[tokio::test]
async fn defaults_and_nulls_fill_what_a_new_row_leaves_out() {
    let app = app().await;
    let (status, created) = acme(&app, "POST", "/tickets", Some(ticket("N"))).await;
    assert_eq!(status, 201, "{created}");
    assert_eq!((&created["done"], &created["due_on"]), (&json!(false), &json!(null)));
}

#[tokio::test]
async fn patch_changes_a_part_and_put_the_whole() {
    let app = app().await;
    let (status, patched) = acme(&app, "PATCH", "/tickets/1", Some(json!({ "points": 6 }))).await;
    assert_eq!((status, &patched["points"], &patched["due_on"]), (200, &json!(6), &json!("2026-01-31")));
    let nothing = acme(&app, "PATCH", "/tickets/1", Some(json!({}))).await;
    assert_eq!(nothing, (200, patched));
    let mut whole = ticket("Q");
    assert_eq!(
        error(acme(&app, "PUT", "/tickets/1", Some(whole.clone())).await),
        refused(422, "missing_field", "done")
    );
    whole["done"] = json!(true);
    let (status, put) = acme(&app, "PUT", "/tickets/1", Some(whole)).await;
    assert_eq!((status, &put["code"], &put["due_on"]), (200, &json!("Q"), &json!(null)));
}

#[tokio::test]
async fn actions_can_be_left_out() {
    let router: Router = tickets().actions([Action::List, Action::Get]).router();
    let app = below(&with_tickets().await, "/tickets", router);
    assert_eq!(ids(&acme(&app, "GET", "/tickets", None).await.1), [1, 2, 3, 4, 5, 6]);
    for (method, path) in
        [("POST", "/tickets"), ("PUT", "/tickets/1"), ("PATCH", "/tickets/1"), ("DELETE", "/tickets/1")]
    {
        let response =
            app.clone().oneshot(request(method, path, "acme", Some("{}"))).await.expect("an answer");
        assert_eq!(response.status(), 405, "{method}");
    }
}

#[tokio::test]
async fn the_tenant_column_is_in_answers_if_asked_for() {
    let router = tickets().with_tenant_column().router();
    let app = below(&with_tickets().await, "/tickets", router);
    assert_eq!(acme(&app, "GET", "/tickets/1", None).await.1["account_id"], 1);
    let mut body = ticket("N");
    body["account_id"] = json!(1);
    let created = acme(&app, "POST", "/tickets", Some(body)).await;
    assert_eq!(error(created), refused(422, "tenant_field", "account_id"));
}

#[tokio::test]
async fn without_its_layer_a_resource_answers_500() {
    let app: Router = Router::new().nest("/tickets", tickets().router());
    for method in ["GET", "POST"] {
        let answered = error(send(&app, request(method, "/tickets", "acme", Some("{}"))).await);
        assert_eq!(answered, refused(500, "misconfigured", ""));
    }
}
