//! What an attacker tries: each request is one of tenant 1, and must neither show nor change a row of tenant 2.

use super::{
    acme, app, below, error, refused, request, send, snapshot, ticket, ticket::Column, tickets, with_tickets,
};
use serde_json::{Value as Json, json};

#[tokio::test]
async fn another_tenants_row_does_not_exist() {
    let tenancy = with_tickets().await;
    let app = below(&tenancy, "/tickets", tickets().router());
    let before = snapshot(&tenancy, 2).await;
    let mut whole = ticket("N");
    whole["done"] = json!(true);
    for (method, body) in [
        ("GET", None),
        ("PUT", Some(whole.clone())),
        ("PATCH", Some(json!({ "points": 0 }))),
        ("PATCH", Some(json!({}))),
        ("DELETE", None),
    ] {
        let theirs = acme(&app, method, "/tickets/11", body.clone()).await;
        let nobodys = acme(&app, method, "/tickets/99", body).await;
        assert_eq!(error(theirs.clone()), refused(404, "not_found", ""), "{method}");
        assert_eq!(theirs, nobodys, "{method}");
    }
    assert_eq!(snapshot(&tenancy, 2).await, before);
    // The row is looked up before the body is read.
    let theirs = acme(&app, "PATCH", "/tickets/11", Some(json!({ "points": "x" }))).await;
    assert_eq!(error(theirs), refused(404, "not_found", ""));
}

#[tokio::test]
async fn the_tenant_column_is_not_written_under_any_spelling() {
    let tenancy = with_tickets().await;
    let app = below(&tenancy, "/tickets", tickets().router());
    let before = (snapshot(&tenancy, 1).await, snapshot(&tenancy, 2).await);
    for spelling in [
        "account_id",
        "accountId",
        "AccountId",
        "ACCOUNT_ID",
        "account-id",
        "account id",
        " account_id",
        "account_id ",
        "account",
        "ticket.account_id",
        "`account_id`",
        "\"account_id\"",
        "account_id\0",
        "ａccount_id",
        "tenant",
        "tenant_id",
        "$.account_id",
    ] {
        let code = if spelling == "account_id" { "tenant_field" } else { "unknown_field" };
        for value in [json!(2), json!(1), json!("2"), Json::Null] {
            let mut body = ticket("N");
            body[spelling] = value.clone();
            body["done"] = json!(true);
            for (method, path) in [("POST", "/tickets"), ("PUT", "/tickets/1"), ("PATCH", "/tickets/1")] {
                let found = error(acme(&app, method, path, Some(body.clone())).await);
                assert_eq!(found, refused(422, code, spelling), "{method} {spelling}");
            }
        }
    }
    // An escaped name is the same name.
    let escaped = r#"{"account\u005fid": 2}"#;
    let found = error(send(&app, request("PATCH", "/tickets/1", "acme", Some(escaped))).await);
    assert_eq!(found, refused(422, "tenant_field", "account_id"));
    assert_eq!((snapshot(&tenancy, 1).await, snapshot(&tenancy, 2).await), before);
}

#[tokio::test]
async fn the_key_of_a_row_does_not_change() {
    let tenancy = with_tickets().await;
    let app = below(&tenancy, "/tickets", tickets().router());
    let mut whole = ticket("N");
    whole["done"] = json!(true);
    for id in [json!(11), json!(1), json!(77), json!("1"), Json::Null] {
        whole["id"] = id.clone();
        let put = acme(&app, "PUT", "/tickets/1", Some(whole.clone())).await;
        assert_eq!(error(put), refused(422, "read_only_field", "id"), "{id}");
        let patch = acme(&app, "PATCH", "/tickets/1", Some(json!({ "id": id }))).await;
        assert_eq!(error(patch), refused(422, "read_only_field", "id"));
        let post = acme(&app, "POST", "/tickets", Some(whole.clone())).await;
        assert_eq!(error(post), refused(422, "read_only_field", "id"));
    }
}

#[tokio::test]
async fn fields_that_are_not_writable_are_not_assigned() {
    let tenancy = with_tickets().await;
    let router = tickets().read_only([Column::Points, Column::Cost]).router();
    let app = below(&tenancy, "/tickets", router);
    for (name, code) in [
        ("points", "read_only_field"),
        ("cost", "read_only_field"),
        ("secret", "unknown_field"),
        ("secret_text", "unknown_field"),
        ("project", "unknown_field"),
        ("__proto__", "unknown_field"),
        ("is_admin", "unknown_field"),
        ("", "unknown_field"),
    ] {
        let patch = acme(&app, "PATCH", "/tickets/1", Some(json!({ name: 1 }))).await;
        assert_eq!(error(patch), (422, code.to_owned(), Some(name.to_owned())), "{name}");
    }
    let (_, row) = acme(&app, "GET", "/tickets/1", None).await;
    assert_eq!((&row["points"], row.get("secret"), row.get("account_id")), (&json!(5), None, None));
    let long = "x".repeat(5000);
    let found = error(acme(&app, "PATCH", "/tickets/1", Some(json!({ long: 1 }))).await);
    assert_eq!(found.2.map(|name| name.len()), Some(64));
}

#[tokio::test]
async fn a_name_that_occurs_twice_is_refused() {
    let app = app().await;
    for body in [
        r#"{"points": 6, "points": 7}"#,
        r#"{"points": 6, "title": "x", "points": 6}"#,
        r#"{"points": 6, "p\u006fints": 7}"#,
    ] {
        let found = error(send(&app, request("PATCH", "/tickets/1", "acme", Some(body))).await);
        assert_eq!(found, refused(422, "duplicate_field", "points"), "{body}");
    }
    for (query, name) in [
        ("points=3&points=5", "points"),
        ("page=1&page=2", "page"),
        ("order=id&order=-id", "order"),
        ("points=3&p%6fints=5", "points"),
        ("limit=1&limit=1", "limit"),
    ] {
        let found = error(acme(&app, "GET", &format!("/tickets?{query}"), None).await);
        assert_eq!(found, refused(400, "duplicate_parameter", name), "{query}");
    }
}

#[tokio::test]
async fn values_are_never_read_as_sql() {
    let tenancy = with_tickets().await;
    let app = below(&tenancy, "/tickets", tickets().router());
    let before = (snapshot(&tenancy, 1).await, snapshot(&tenancy, 2).await);
    for text in [
        "' OR 1=1 --",
        "x') OR ('1'='1",
        "\" OR \"\"=\"",
        "1; DROP TABLE ticket",
        "\\' OR 1=1 #",
        "?",
        "$1",
        "{0}",
    ] {
        let encoded: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
        for filter in
            ["title", "title__ne", "title__contains", "title__startswith", "title__in", "title__gte"]
        {
            let (status, body) = acme(&app, "GET", &format!("/tickets?{filter}={encoded}"), None).await;
            assert_eq!(status, 200, "{filter} {text}: {body}");
            let seen = body.to_string();
            assert!(!seen.contains("Spy") && !seen.contains("Hide"), "{filter} {text}: {seen}");
        }
        for filter in ["points", "points__in", "state", "order", "page", "after"] {
            let found = error(acme(&app, "GET", &format!("/tickets?{filter}={encoded}"), None).await);
            assert_eq!(found.0, 400, "{filter} {text}");
        }
        assert_eq!(acme(&app, "GET", &format!("/tickets/{encoded}"), None).await.0, 404);
    }
    assert_eq!((snapshot(&tenancy, 1).await, snapshot(&tenancy, 2).await), before);
}

#[tokio::test]
async fn every_list_has_the_tenants_rows_only() {
    let app = app().await;
    for query in [
        "",
        "id__in=1,11,12",
        "id__gte=0",
        "points__ne=0",
        "order=-points",
        "limit=100",
        "title__contains=",
        "state=open",
    ] {
        let (status, body) = acme(&app, "GET", &format!("/tickets?{query}"), None).await;
        assert_eq!(status, 200, "{query}: {body}");
        let ids = super::ids(&body);
        assert!(!ids.is_empty() && ids.iter().all(|id| *id < 10), "{query}: {ids:?}");
    }
    let (_, body) = acme(&app, "GET", "/tickets", None).await;
    assert_eq!(body["total"], 6);
    let (status, none) = send(&app, request("GET", "/tickets", "nobody", None)).await;
    assert_eq!((status, &none["error"]["code"]), (404, &json!("unknown_tenant")));
}
