//! Hooks: who may do what, which rows there are, and which input is valid.

use super::{
    USER, acme, below, error, ids, refused, send, snapshot, ticket, ticket as ticket_model, tickets,
    with_tickets,
};
use axum::{Router, body::Body};
use http::{Request, header::CONTENT_TYPE, request::Parts};
use sea_orm::{
    ActiveValue::{NotSet, Set, Unchanged},
    ColumnTrait, Condition, QueryFilter, QueryOrder, QuerySelect, Select,
};
use sea_orm_multitenant_axum::{Access, Action, ResourceError, StoreError};
use serde_json::{Value as Json, json};

/// Sends a request of tenant 1 and a user.
async fn by(app: &Router, user: &str, method: &str, path: &str, body: Option<Json>) -> (u16, Json) {
    let request = Request::builder().method(method).uri(path).header("x-tenant", "acme").header(USER, user);
    let request = match body {
        Some(body) => request.header(CONTENT_TYPE, "application/json").body(Body::from(body.to_string())),
        None => request.body(Body::empty()),
    };
    send(app, request.expect("a request")).await
}

fn is(request: &Parts, user: &str) -> bool {
    request.headers.get(USER).is_some_and(|value| value == user)
}

#[tokio::test]
async fn a_user_does_what_the_hooks_allow() {
    let router = tickets()
        .authorize(|action: Action, request: &Parts, row: Option<&ticket_model::Model>| {
            let open = row.is_none_or(|row| row.state == ticket_model::State::Open);
            let allowed = is(request, "admin") || (!action.writes() || open && action != Action::Delete);
            async move { allowed }
        })
        .authorize(|_: Action, request: &Parts, _: Option<&ticket_model::Model>| {
            let known = request.headers.contains_key(USER);
            async move { known }
        })
        .router();
    let tenancy = with_tickets().await;
    let app = below(&tenancy, "/tickets", router);
    let forbidden = refused(403, "forbidden", "");
    assert_eq!(by(&app, "ada", "GET", "/tickets", None).await.0, 200);
    assert_eq!(by(&app, "ada", "PATCH", "/tickets/1", Some(json!({ "points": 1 }))).await.0, 200);
    assert_eq!(error(by(&app, "ada", "PATCH", "/tickets/3", Some(json!({ "points": 1 }))).await), forbidden);
    assert_eq!(error(by(&app, "ada", "DELETE", "/tickets/1", None).await), forbidden);
    let before = snapshot(&tenancy, 1).await;
    for (method, path) in [
        ("GET", "/tickets"),
        ("GET", "/tickets/1"),
        ("POST", "/tickets"),
        ("PATCH", "/tickets/1"),
        ("DELETE", "/tickets/1"),
    ] {
        assert_eq!(error(acme(&app, method, path, Some(json!({}))).await), forbidden, "{method}");
    }
    assert_eq!(snapshot(&tenancy, 1).await, before);
    assert_eq!(by(&app, "admin", "DELETE", "/tickets/3", None).await.0, 204);
}

#[tokio::test]
async fn a_hook_that_fails_allows_nothing() {
    let router = tickets()
        .authorize(|_: Action, _: &Parts, _: Option<&ticket_model::Model>| async {
            Access::Failed(StoreError::new("the directory of zeta's users is down"))
        })
        .router();
    let tenancy = with_tickets().await;
    let app = below(&tenancy, "/tickets", router);
    let before = snapshot(&tenancy, 1).await;
    for (method, path) in [
        ("GET", "/tickets"),
        ("GET", "/tickets/1"),
        ("POST", "/tickets"),
        ("PATCH", "/tickets/1"),
        ("DELETE", "/tickets/1"),
    ] {
        let answered = acme(&app, method, path, Some(json!({}))).await;
        assert!(!answered.1.to_string().contains("zeta"));
        assert_eq!(error(answered), refused(503, "unavailable", ""), "{method}");
    }
    assert_eq!(snapshot(&tenancy, 1).await, before);
}

/// Shows the tickets of up to 5 points only, with an alternative that must not weaken other conditions.
fn small(
    _: Action,
    request: &Parts,
    select: Select<ticket_model::Entity>,
) -> Result<Select<ticket_model::Entity>, ResourceError> {
    if is(request, "nobody") {
        return Err(ResourceError::Forbidden);
    }
    let points = ticket_model::Column::Points;
    let select = select.filter(Condition::any().add(points.lte(3)).add(points.eq(5)));
    // What has no effect.
    Ok(select.order_by_desc(points).limit(1).offset(3))
}

#[tokio::test]
async fn the_query_hook_narrows_every_action() {
    let tenancy = with_tickets().await;
    let app = below(&tenancy, "/tickets", tickets().query(small).router());
    assert_eq!(ids(&acme(&app, "GET", "/tickets", None).await.1), [1, 2, 4, 5, 6]);
    assert_eq!(ids(&acme(&app, "GET", "/tickets?done=true", None).await.1), [5]);
    assert_eq!(ids(&acme(&app, "GET", "/tickets?limit=2&order=-id", None).await.1), [6, 5]);
    let before = snapshot(&tenancy, 1).await;
    for (method, body) in [("GET", None), ("PATCH", Some(json!({ "points": 1 }))), ("DELETE", None)] {
        for id in ["3", "11"] {
            let found = error(acme(&app, method, &format!("/tickets/{id}"), body.clone()).await);
            assert_eq!(found, refused(404, "not_found", ""), "{method} {id}");
        }
        assert_eq!(by(&app, "nobody", method, "/tickets/1", body).await.0, 403);
    }
    assert_eq!(by(&app, "nobody", "GET", "/tickets", None).await.0, 403);
    assert_eq!(snapshot(&tenancy, 1).await, before);
}

#[tokio::test]
async fn a_written_row_must_be_within_the_query_hook() {
    let tenancy = with_tickets().await;
    let app = below(&tenancy, "/tickets", tickets().query(small).router());
    let before = snapshot(&tenancy, 1).await;
    let mut large = ticket("N");
    large["points"] = json!(8);
    assert_eq!(error(acme(&app, "POST", "/tickets", Some(large)).await), refused(403, "forbidden", ""));
    let grown = acme(&app, "PATCH", "/tickets/1", Some(json!({ "points": 8 }))).await;
    assert_eq!(error(grown), refused(403, "forbidden", ""));
    assert_eq!(snapshot(&tenancy, 1).await, before);
    assert_eq!(acme(&app, "POST", "/tickets", Some(ticket("N"))).await.0, 201);
    assert_eq!(acme(&app, "PATCH", "/tickets/1", Some(json!({ "points": 3 }))).await.0, 200);
}

#[tokio::test]
async fn the_validate_hook_refuses_input() {
    let router = tickets()
        .validate(|action, row| match (action, &row.points, &row.title) {
            (Action::Delete, Unchanged(5), _) => {
                Err(ResourceError::invalid_input("a ticket of 5 points stays"))
            }
            (Action::Delete, _, _) => Ok(()),
            (_, Set(points), _) if *points < 0 => {
                Err(ResourceError::invalid("points", "must not be negative"))
            }
            (Action::Update, NotSet, _) => Err(ResourceError::invalid_input("the row is incomplete")),
            _ => Ok(()),
        })
        .router();
    let tenancy = with_tickets().await;
    let app = below(&tenancy, "/tickets", router);
    let before = snapshot(&tenancy, 1).await;
    let mut negative = ticket("N");
    negative["points"] = json!(-1);
    let invalid =
        json!({ "error": { "code": "invalid", "field": "points", "message": "must not be negative" } });
    assert_eq!(acme(&app, "POST", "/tickets", Some(negative)).await, (422, invalid.clone()));
    assert_eq!(acme(&app, "PATCH", "/tickets/1", Some(json!({ "points": -1 }))).await, (422, invalid));
    assert_eq!(error(acme(&app, "DELETE", "/tickets/1", None).await), refused(422, "invalid", ""));
    assert_eq!(snapshot(&tenancy, 1).await, before);
    assert_eq!(acme(&app, "PATCH", "/tickets/1", Some(json!({ "title": "Lift" }))).await.0, 200);
    assert_eq!(acme(&app, "DELETE", "/tickets/2", None).await.0, 204);
}

#[tokio::test]
async fn the_prepare_hook_sets_what_clients_cannot() {
    use ticket_model::Column;
    let router = tickets()
        .read_only([Column::ProjectId, Column::Code])
        .prepare(|action, request, row| {
            if action == Action::Create {
                row.project_id = Set(3);
                // A mistake that must have no effect.
                row.account_id = Set(2);
            }
            let user = request.headers.get(USER).and_then(|user| user.to_str().ok());
            row.code = Set(user.ok_or(ResourceError::Forbidden)?.to_owned());
            Ok(())
        })
        .router();
    let tenancy = with_tickets().await;
    let theirs = snapshot(&tenancy, 2).await;
    let app = below(&tenancy, "/tickets", router);
    let body = json!({ "title": "New", "points": 2, "state": "open" });
    let (status, created) = by(&app, "ada", "POST", "/tickets", Some(body.clone())).await;
    assert_eq!(
        (status, &created["project_id"], &created["code"]),
        (201, &json!(3), &json!("ada")),
        "{created}"
    );
    assert_eq!(acme(&app, "POST", "/tickets", Some(body)).await.0, 403);
    let (status, changed) = by(&app, "bob", "PATCH", "/tickets/13", Some(json!({}))).await;
    assert_eq!((status, &changed["code"]), (200, &json!("bob")));
    assert_eq!(snapshot(&tenancy, 2).await, theirs);
}

#[tokio::test]
async fn a_prepare_hook_cannot_choose_another_row() {
    let tenancy = with_tickets().await;
    let before = (snapshot(&tenancy, 1).await, snapshot(&tenancy, 2).await);
    let id = tickets().prepare(|_, _, row| {
        row.id = Set(11);
        Ok(())
    });
    let tenant = tickets().prepare(|_, _, row| {
        row.account_id = Set(2);
        Ok(())
    });
    for resource in [id, tenant] {
        let app = below(&tenancy, "/tickets", resource.router());
        let changed = acme(&app, "PATCH", "/tickets/1", Some(json!({ "points": 0 }))).await;
        assert_eq!(error(changed), refused(500, "failed", ""));
    }
    assert_eq!((snapshot(&tenancy, 1).await, snapshot(&tenancy, 2).await), before);
}

#[tokio::test]
async fn a_field_that_nobody_sets_is_the_servers_mistake() {
    let router = tickets().read_only([ticket_model::Column::Code]).router();
    let app = below(&with_tickets().await, "/tickets", router);
    let body = json!({ "project_id": 1, "title": "New", "points": 2, "state": "open" });
    assert_eq!(error(acme(&app, "POST", "/tickets", Some(body)).await), refused(500, "failed", ""));
}

#[tokio::test]
async fn errors_are_answered_in_the_applications_form() {
    let router = tickets().respond_with(|error| (error.status(), error.code())).router();
    let app = below(&with_tickets().await, "/tickets", router);
    let request = super::request("GET", "/tickets/11", "acme", None);
    assert_eq!(crate::harness::ask(&app, request).await, (404, "not_found".to_owned()));
}
