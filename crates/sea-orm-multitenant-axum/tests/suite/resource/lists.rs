//! Pages, cursors, orders and filters.

use super::{acme, app, below, error, ids, refused, request, send, ticket, tickets, with_tickets};
use axum::Router;
use serde_json::{Value as Json, json};
use std::num::NonZeroU32;

async fn list(app: &Router, query: &str) -> Vec<i64> {
    let (status, body) = acme(app, "GET", &format!("/tickets?{query}"), None).await;
    assert_eq!(status, 200, "{query}: {body}");
    ids(&body)
}

async fn refusal(app: &Router, query: &str) -> (u16, String, Option<String>) {
    error(acme(app, "GET", &format!("/tickets?{query}"), None).await)
}

#[tokio::test]
async fn a_page_has_its_rows_and_the_number_of_all() {
    let app = app().await;
    let (_, body) = acme(&app, "GET", "/tickets?page=2&per_page=4", None).await;
    assert_eq!(
        (ids(&body), &body["page"], &body["per_page"], &body["total"]),
        (vec![5, 6], &json!(2), &json!(4), &json!(6))
    );
    let (_, body) = acme(&app, "GET", "/tickets?per_page=2&points=3", None).await;
    assert_eq!((ids(&body), &body["total"]), (vec![2, 4], &json!(3)));
}

#[tokio::test]
async fn pages_have_limits() {
    let most = NonZeroU32::new(3).expect("three");
    let app = below(&with_tickets().await, "/tickets", tickets().page_size(most, most).router());
    assert_eq!(list(&app, "").await, [1, 2, 3]);
    for parameter in ["per_page", "limit"] {
        for value in ["4", "0", "-1", "+1", "1e1", "", "99999999999999999999", "1;DROP TABLE ticket"] {
            let query = format!("{parameter}={}", value.replace('+', "%2B").replace(' ', "%20"));
            assert_eq!(refusal(&app, &query).await, refused(400, "invalid_parameter", parameter), "{value}");
        }
    }
    assert_eq!(refusal(&app, "page=0").await, refused(400, "invalid_parameter", "page"));
    assert_eq!(refusal(&app, "page=4294967296").await, refused(400, "invalid_parameter", "page"));
    assert_eq!(list(&app, "page=4294967295").await, [] as [i64; 0]);
}

#[tokio::test]
async fn lists_are_ordered_by_declared_fields_then_by_key() {
    let app = app().await;
    assert_eq!(list(&app, "order=-points").await, [3, 1, 2, 4, 5, 6]);
    assert_eq!(list(&app, "order=points,-title").await, [6, 5, 4, 2, 1, 3]);
    assert_eq!(list(&app, "order=-id").await, [6, 5, 4, 3, 2, 1]);
    for order in [
        "code",
        "project_id",
        "secret",
        "secret_text",
        "account_id",
        "nothing",
        "",
        "points,points",
        "points,,id",
        "--id",
        "id desc",
        "Points",
    ] {
        let order = order.replace(' ', "%20");
        let found = refusal(&app, &format!("order={order}")).await;
        assert_eq!(found, refused(400, "invalid_parameter", "order"), "{order}");
    }
}

#[tokio::test]
async fn filters_compare_declared_fields() {
    let app = app().await;
    for (query, expected) in [
        ("title=Orbit", vec![2]),
        ("title__ne=Orbit&points=3", vec![4, 5]),
        ("points__gt=3", vec![1, 3]),
        ("points__gte=5&points__lt=8", vec![1]),
        ("points__lte=1", vec![6]),
        ("points__in=1,8", vec![3, 6]),
        ("done=true", vec![3, 5]),
        ("due_on__isnull=true", vec![2, 4, 6]),
        ("due_on__isnull=false&done=false", vec![1]),
        ("due_on__gte=2026-01-31", vec![1, 3]),
        ("state=closed", vec![3, 5]),
        ("title__startswith=Re", vec![4, 6]),
        ("title__contains=and", vec![3, 5]),
        ("title=", vec![]),
        ("id=11", vec![]),
    ] {
        assert_eq!(list(&app, query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn wildcards_in_a_filter_stand_for_themselves() {
    let app = app().await;
    assert_eq!(list(&app, "title__contains=%25").await, [3]);
    assert_eq!(list(&app, "title__contains=_").await, [5]);
    assert_eq!(list(&app, "title__startswith=%25").await, [] as [i64; 0]);
    assert_eq!(list(&app, "title__contains=!").await, [] as [i64; 0]);
    assert_eq!(list(&app, "title__contains=%5C").await, [] as [i64; 0]);
}

#[tokio::test]
async fn a_filter_that_is_not_declared_is_refused() {
    let app = app().await;
    for parameter in [
        "code",
        "project_id",
        "account_id",
        "account_id__gt",
        "secret",
        "secret_text",
        "Title",
        "title__like",
        "title__",
        "title__gt__gt",
        "points__contains",
        "points__isnull",
        "done__gt",
        "labels",
        "title%20OR%201",
        "ticket.title",
    ] {
        let found = refusal(&app, &format!("{parameter}=1")).await;
        assert_eq!(found, refused(400, "unknown_parameter", &parameter.replace("%20", " ")), "{parameter}");
    }
}

#[tokio::test]
async fn a_value_of_another_type_is_refused_by_name() {
    let app = app().await;
    for (parameter, value) in [
        ("points", "3.0"),
        ("points", "2147483648"),
        ("points__in", "1,x"),
        ("points__in", ""),
        ("done", "1"),
        ("due_on", "2026-02-30"),
        ("due_on__isnull", "yes"),
        ("state", "lost"),
        ("title", "%00"),
        ("title__contains", "%00"),
    ] {
        let found = refusal(&app, &format!("{parameter}={value}")).await;
        assert_eq!(found, refused(400, "invalid_parameter", parameter), "{parameter}={value}");
    }
}

#[tokio::test]
async fn the_number_of_filters_and_values_is_limited() {
    let app = below(&with_tickets().await, "/tickets", tickets().max_filters(2).router());
    assert_eq!(list(&app, "points=3&done=false").await, [2, 4]);
    assert_eq!(refusal(&app, "points=3&done=false&id=2").await, refused(400, "too_many_filters", ""));
    let values = vec!["1"; 101].join(",");
    assert_eq!(refusal(&app, &format!("id__in={values}")).await, refused(400, "invalid_parameter", "id__in"));
}

#[tokio::test]
async fn cursors_walk_through_every_row_once() {
    let app = app().await;
    for (order, expected) in [
        ("", [1, 2, 3, 4, 5, 6]),
        ("&order=-id", [6, 5, 4, 3, 2, 1]),
        ("&order=-points", [3, 1, 2, 4, 5, 6]),
        ("&order=points,-title", [6, 5, 4, 2, 1, 3]),
        ("&order=-points,-id", [3, 1, 5, 4, 2, 6]),
    ] {
        for limit in [1, 2, 4, 6] {
            let (mut walked, mut after) = (Vec::new(), String::new());
            loop {
                let path = format!("/tickets?limit={limit}{order}{after}");
                let (status, body) = acme(&app, "GET", &path, None).await;
                assert_eq!(status, 200, "{path}: {body}");
                walked.extend(ids(&body));
                let Json::String(next) = &body["next"] else { break };
                after = format!("&after={next}");
                assert!(walked.len() < 20);
            }
            assert_eq!(walked, expected, "{order} {limit}");
        }
    }
}

#[tokio::test]
async fn a_cursor_keeps_its_place_when_rows_are_added() {
    let app = app().await;
    let (_, first) = acme(&app, "GET", "/tickets?limit=2&order=-id", None).await;
    assert_eq!(acme(&app, "POST", "/tickets", Some(ticket("N"))).await.0, 201);
    let path = format!("/tickets?limit=2&order=-id&after={}", first["next"].as_str().expect("more"));
    assert_eq!(ids(&acme(&app, "GET", &path, None).await.1), [4, 3]);
}

#[tokio::test]
async fn a_cursor_is_valid_for_its_tenant_order_and_key_only() {
    let tenancy = with_tickets().await;
    let app = below(&tenancy, "/tickets", tickets().cursor_key("one").router());
    let (_, body) = acme(&app, "GET", "/tickets?limit=1&order=points", None).await;
    let cursor = body["next"].as_str().expect("more").to_owned();
    let path = format!("/tickets?order=points&after={cursor}");
    assert_eq!(ids(&acme(&app, "GET", &path, None).await.1), [2, 4, 5, 1, 3]);

    let invalid = refused(400, "invalid_cursor", "");
    assert_eq!(error(send(&app, request("GET", &path, "zeta", None)).await), invalid);
    assert_eq!(refusal(&app, &format!("after={cursor}")).await, invalid);
    assert_eq!(refusal(&app, &format!("order=-points&after={cursor}")).await, invalid);
    let other = below(&tenancy, "/tickets", tickets().cursor_key("two").router());
    assert_eq!(error(acme(&other, "GET", &path, None).await), invalid);
    for place in 0..cursor.len() {
        let mut tampered = cursor.clone().into_bytes();
        tampered[place] = if tampered[place] == b'A' { b'B' } else { b'A' };
        let tampered = String::from_utf8(tampered).expect("ASCII");
        assert_eq!(refusal(&app, &format!("order=points&after={tampered}")).await, invalid, "{place}");
    }
    for text in ["", "A", "%00", "WzFd", &cursor[1..], &format!("{cursor}A")] {
        assert_eq!(refusal(&app, &format!("order=points&after={text}")).await, invalid, "{text}");
    }
}

#[tokio::test]
async fn cursors_and_pages_are_not_mixed() {
    let app = app().await;
    assert_eq!(refusal(&app, "page=1&limit=2").await, refused(400, "invalid_parameter", "page"));
    assert_eq!(refusal(&app, "per_page=1&limit=2").await, refused(400, "invalid_parameter", "per_page"));
    assert_eq!(list(&app, "order=due_on,title").await.len(), 6);
    assert_eq!(refusal(&app, "order=due_on&limit=2").await, refused(400, "invalid_parameter", "order"));
}
