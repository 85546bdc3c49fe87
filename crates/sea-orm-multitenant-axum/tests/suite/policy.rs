//! Which requests pass, and how the others are answered.

use crate::harness::{
    account, answer, app, ask, by_header, code, get_with, insert, store, tenancy, tenant_header, whose,
};
use axum::{Router, response::IntoResponse, routing::get};
use http::{Request, StatusCode, request::Parts};
use rstest::rstest;
use sea_orm::ConnectionTrait;
use sea_orm_multitenant_axum::{
    Access, EntityStore, Found, Policy, Rejection, Scope, StaticStore, StoreError, TenantLayer,
};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use tower::ServiceExt;

#[rstest]
#[case(&[], 400, "missing_tenant")]
#[case(&["acme", "zeta"], 400, "ambiguous_tenant")]
#[case(&[""], 400, "malformed_tenant")]
#[case(&["nobody"], 404, "unknown_tenant")]
#[case(&["admin"], 404, "unknown_tenant")]
#[case(&["gone"], 403, "disabled_tenant")]
#[tokio::test]
async fn each_rejection_has_its_status_and_json(
    #[case] tenants: &[&str],
    #[case] status: u16,
    #[case] expected: &str,
) {
    let headers: Vec<_> = tenants.iter().map(|tenant| ("x-tenant", *tenant)).collect();
    let response = app(by_header().await).oneshot(get_with("/", &headers)).await.expect("an answer");
    assert_eq!(response.headers()["content-type"], "application/json");
    let (found, body) = answer(response).await;
    assert_eq!((found, code(&body).as_str()), (status, expected));
    let body: serde_json::Value = serde_json::from_str(&body).expect("JSON");
    assert!(!body["error"]["message"].as_str().expect("a message").is_empty());
}

#[tokio::test]
async fn a_rejection_repeats_nothing_of_the_request() {
    let app = app(by_header().await);
    for tenant in ["<script>alert(1)</script>", "gone", "admin", "\"}{"] {
        let (status, body) = ask(&app, get_with("/", &[("x-tenant", tenant)])).await;
        assert!(status >= 400);
        for secret in [tenant, "Gone", "Admin", "acme", "zeta"] {
            assert!(!body.contains(secret), "{body}");
        }
    }
}

/// If the tenant store fails, the reason is only logged.
#[tokio::test]
async fn a_failing_store_is_503_without_the_reason() {
    let tenancy = tenancy().await;
    let store = EntityStore::<account::Entity>::new(&tenancy, account::Column::Name).expect("the root");
    tenancy.unscoped("break it").execute_unprepared("DROP TABLE account").await.expect("dropped");
    let app = Router::new().route("/", get(whose)).layer(TenantLayer::new(tenancy, tenant_header(), store));
    let (status, body) = ask(&app, get_with("/", &[("x-tenant", "acme")])).await;
    assert_eq!((status, code(&body).as_str()), (503, "tenant_unavailable"));
    assert!(!body.contains("account") && !body.contains("SQL"));
}

#[tokio::test]
async fn a_tenant_id_of_another_type_than_the_column_is_rejected() {
    let store = StaticStore::of_ids([("acme", "acme")]);
    let app =
        Router::new().route("/", get(whose)).layer(TenantLayer::new(tenancy().await, tenant_header(), store));
    assert_eq!(ask(&app, get_with("/", &[("x-tenant", "acme")])).await.0, 503);
}

#[rstest]
#[case(&[], 428, "Missing")]
#[case(&[""], 422, "Malformed")]
#[case(&["acme", "zeta"], 409, "Ambiguous")]
#[case(&["nobody"], 410, "Unknown")]
#[case(&["gone"], 402, "Disabled")]
#[case(&["zeta"], 451, "Forbidden")]
#[tokio::test]
async fn the_application_chooses_status_and_json_of_rejections(
    #[case] tenants: &[&str],
    #[case] status: u16,
    #[case] reason: &str,
) {
    let policy = Policy::default().respond_with(|rejection| {
        let status = match rejection {
            Rejection::Missing => StatusCode::PRECONDITION_REQUIRED,
            Rejection::Malformed => StatusCode::UNPROCESSABLE_ENTITY,
            Rejection::Ambiguous => StatusCode::CONFLICT,
            Rejection::Unknown => StatusCode::GONE,
            Rejection::Disabled => StatusCode::PAYMENT_REQUIRED,
            Rejection::Forbidden => StatusCode::UNAVAILABLE_FOR_LEGAL_REASONS,
            other => other.status(),
        };
        (status, axum::Json(serde_json::json!({ "reason": format!("{rejection:?}") }))).into_response()
    });
    let acme_only = |_: &Parts, found: &Found<&'static str>| std::future::ready(*found.record() == "Acme");
    let app = app(by_header().await.policy(policy).authorize(acme_only));
    let headers: Vec<_> = tenants.iter().map(|tenant| ("x-tenant", *tenant)).collect();
    let expected = format!(r#"{{"reason":"{reason}"}}"#);
    assert_eq!(ask(&app, get_with("/", &headers)).await, (status, expected));
}

#[tokio::test]
async fn the_application_can_answer_rejections_itself() {
    let policy = Policy::default().respond_with(|rejection| match rejection {
        Rejection::Missing => (StatusCode::TEMPORARY_REDIRECT, [("location", "/login")]).into_response(),
        Rejection::Unknown => (StatusCode::GONE, rejection.code()).into_response(),
        other => other.into_response(),
    });
    let needs = async |scope: Scope| scope.tenant().to_string();
    let layer = by_header().await.policy(policy.allow_missing("/optional"));
    let app = Router::new().route("/", get(whose)).route("/optional", get(needs)).layer(layer);
    assert_eq!(ask(&app, get_with("/", &[])).await.0, 307);
    assert_eq!(ask(&app, get_with("/", &[("x-tenant", "nobody")])).await, (410, "unknown_tenant".to_owned()));
    assert_eq!(ask(&app, get_with("/", &[("x-tenant", "gone")])).await.0, 403);
    // Rejections of extractors too, not only of the layer.
    assert_eq!(ask(&app, get_with("/optional", &[])).await.0, 307);
}

#[tokio::test]
async fn excluded_and_optional_paths_pass_without_tenant() {
    let policy = Policy::default().exclude("/health").exclude_below("/assets").allow_missing("/pricing");
    let app = app(by_header().await.policy(policy));
    let acme = &[("x-tenant", "acme")][..];
    for (path, headers, status, body) in [
        ("/health", &[][..], 200, Some("none")),
        ("/health", acme, 200, Some("none")),
        ("/health", &[("x-tenant", "nobody")], 200, Some("none")),
        ("/healthy", &[], 400, None),
        ("/assets/app.css", &[], 200, Some("none")),
        ("/pricing", &[], 200, Some("none")),
        ("/pricing", acme, 200, Some("1")),
        ("/pricing", &[("x-tenant", "nobody")], 404, None),
        ("/pricing", &[("x-tenant", "")], 400, None),
        ("/pricing", &[("x-tenant", "gone")], 403, None),
        ("/", &[], 400, None),
        ("/", acme, 200, Some("1")),
    ] {
        let (found, text) = ask(&app, get_with(path, headers)).await;
        assert_eq!(found, status, "{path} {headers:?}");
        assert!(body.is_none_or(|body| body == text), "{path} {headers:?}: {text}");
    }
}

/// Leak class 28: a reserved tenant reachable from a header.
#[tokio::test]
async fn no_request_reaches_a_reserved_name() {
    let tenancy = tenancy().await;
    insert(&tenancy, "account (id, name, suspended) VALUES (1, 'public', 0), (2, 'Admin', 0), (3, 'ops', 0)")
        .await;
    let store = EntityStore::<account::Entity>::new(&tenancy, account::Column::Name).expect("the root");
    let layer = TenantLayer::new(tenancy, tenant_header(), store).policy(Policy::default().reserve("ops"));
    let app = Router::new().route("/", get(whose)).layer(layer);
    for name in ["public", "PUBLIC", "admin", "Admin", "www", "ops", "Ops"] {
        let (status, body) = ask(&app, get_with("/", &[("x-tenant", name)])).await;
        assert_eq!((status, code(&body).as_str()), (404, "unknown_tenant"), "{name}");
    }
}

#[derive(Clone)]
struct User(&'static str);

#[rstest]
#[case(Some("acme"), "acme", 200)]
#[case(Some("acme"), "zeta", 403)]
#[case(None, "acme", 403)]
#[case(Some("broken"), "acme", 503)]
#[case(Some("acme"), "nobody", 404)]
#[case(Some("gone"), "gone", 403)]
#[tokio::test]
async fn the_hook_decides_on_each_request_with_a_tenant(
    #[case] user: Option<&'static str>,
    #[case] tenant: &str,
    #[case] status: u16,
) {
    let layer = by_header().await.authorize(|request: &Parts, found: &Found<&'static str>| {
        let user = request.extensions.get::<User>().map(|user| user.0);
        let tenant = found.record().to_lowercase();
        async move {
            tokio::task::yield_now().await;
            match user {
                Some("broken") => Access::Failed(StoreError::new("the directory is down")),
                Some(user) => Access::from(user == tenant),
                None => Access::Refused,
            }
        }
    });
    let mut request: Request<_> = get_with("/", &[("x-tenant", tenant)]);
    if let Some(user) = user {
        request.extensions_mut().insert(User(user));
    }
    assert_eq!(ask(&app(layer), request).await.0, status);
}

/// All hooks are asked, not only the last one.
#[tokio::test]
async fn every_hook_must_allow_a_request() {
    let asked = Arc::new(std::sync::Mutex::new(Vec::new()));
    for (hooks, status, order) in [
        (["allow", "allow"], 200, &["allow", "allow"][..]),
        (["refuse", "allow"], 403, &["refuse"]),
        (["allow", "refuse"], 403, &["allow", "refuse"]),
        (["fail", "allow"], 503, &["fail"]),
        (["allow", "fail"], 503, &["allow", "fail"]),
    ] {
        let mut layer = by_header().await;
        for name in hooks {
            let asked = Arc::clone(&asked);
            layer = layer.authorize(move |_: &Parts, _: &Found<&'static str>| {
                asked.lock().expect("no panic").push(name);
                std::future::ready(match name {
                    "allow" => Access::Allowed,
                    "refuse" => Access::Refused,
                    _ => Access::Failed(StoreError::new("the directory is down")),
                })
            });
        }
        // Later setters keep the hooks.
        let app = app(layer.policy(Policy::default()));
        assert_eq!(ask(&app, get_with("/", &[("x-tenant", "acme")])).await.0, status, "{hooks:?}");
        assert_eq!(std::mem::take(&mut *asked.lock().expect("no panic")), order, "{hooks:?}");
    }
}

/// Two routers share one layer; the one with the hook requires membership in the tenant.
#[tokio::test]
async fn a_hook_applies_only_to_its_own_router() {
    let layer = by_header().await;
    let members = layer.clone().authorize(|request: &Parts, found: &Found<&'static str>| {
        let user = request.extensions.get::<User>().map(|user| user.0);
        std::future::ready(user == Some(*found.record()))
    });
    let app = Router::new()
        .merge(Router::new().route("/login", get(whose)).layer(layer))
        .merge(Router::new().route("/projects", get(whose)).layer(members));
    for (path, user, tenant, status) in [
        ("/login", None, "acme", 200),
        ("/login", Some(User("Acme")), "zeta", 200),
        ("/login", None, "nobody", 404),
        ("/projects", None, "acme", 403),
        ("/projects", Some(User("Acme")), "acme", 200),
        ("/projects", Some(User("Acme")), "zeta", 403),
    ] {
        let mut request = get_with(path, &[("x-tenant", tenant)]);
        if let Some(user) = user {
            request.extensions_mut().insert(user);
        }
        assert_eq!(ask(&app, request).await.0, status, "{path} {tenant}");
    }
}

#[tokio::test]
async fn the_hook_is_asked_once_per_request_with_a_tenant() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let layer = TenantLayer::new(tenancy().await, tenant_header(), store())
        .policy(Policy::default().allow_missing("/"))
        .authorize(move |_: &Parts, _: &Found<&'static str>| {
            count.fetch_add(1, Ordering::SeqCst);
            async { true }
        });
    let app = app(layer);
    for (headers, times) in [
        (&[][..], 0),
        (&[("x-tenant", "acme")], 1),
        (&[("x-tenant", "acme")], 2),
        (&[("x-tenant", "gone")], 2),
    ] {
        ask(&app, get_with("/", headers)).await;
        assert_eq!(asked.load(Ordering::SeqCst), times);
    }
}
