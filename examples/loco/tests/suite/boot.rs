//! Two tenants of an application booted by Loco.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode},
};
use loco_example::app::App;
use loco_rs::{app::Hooks, boot::StartMode, config::Config, environment::Environment};
use sea_orm::ConnectionTrait;
use serde_json::json;
use std::time::{Duration, Instant};
use tower::ServiceExt;

async fn boot() -> Router {
    let config: Config = serde_json::from_value(json!({
        "logger": { "enable": false, "level": "off", "format": "compact" },
        "server": { "port": 0, "host": "localhost", "middlewares": {} },
        "workers": { "mode": "BackgroundAsync" },
        "database": {
            "uri": "sqlite::memory:",
            "enable_logging": false,
            "min_connections": 1,
            "max_connections": 1,
            "connect_timeout": 500,
            "idle_timeout": 500,
            "auto_migrate": true,
        },
    }))
    .expect("a configuration");
    let booted = App::boot(StartMode::ServerOnly, &Environment::Test, config).await.expect("it boots");
    let db = &booted.app_context.db;
    db.execute_unprepared("INSERT INTO account VALUES (1, 'acme'), (2, 'zeta')").await.expect("two accounts");
    booted.router.expect("a router")
}

async fn ask(app: &Router, host: &str, path: &str, body: Option<&str>) -> (StatusCode, String) {
    let method = if body.is_some() { "POST" } else { "GET" };
    let request = Request::builder().method(method).uri(path).header("host", host);
    let request = request.body(Body::from(body.unwrap_or_default().to_owned())).expect("a request");
    let response = app.clone().oneshot(request).await.expect("an answer");
    let status = response.status();
    let body = to_bytes(response.into_body(), 100_000).await.expect("a body");
    (status, String::from_utf8(body.to_vec()).expect("a text"))
}

const ACME: &str = "acme.example.org";
const ZETA: &str = "zeta.example.org";

#[tokio::test]
async fn each_tenant_has_its_own_rows() {
    let app = boot().await;
    let (status, apollo) = ask(&app, ACME, "/projects", Some("Apollo")).await;
    assert_eq!(status, 200, "{apollo}");
    assert_eq!(ask(&app, ZETA, "/projects", Some("Zebra")).await.0, 200);
    assert_eq!(ask(&app, ACME, "/projects", None).await.1, r#"["Apollo"]"#);
    assert_eq!(ask(&app, ZETA, "/projects", None).await.1, r#"["Zebra"]"#);
    let path = format!("/projects/{apollo}");
    assert_eq!(ask(&app, ACME, &path, None).await.1, "Apollo");
    assert_eq!(ask(&app, ZETA, &path, None).await.0, 404);
}

#[tokio::test]
async fn a_refused_request_writes_nothing() {
    let app = boot().await;
    assert_eq!(ask(&app, ACME, "/projects", Some("")).await.0, 400);
    assert_eq!(ask(&app, ACME, "/projects", None).await.1, "[]");
}

#[tokio::test]
async fn a_job_runs_as_the_tenant_of_its_request() {
    let app = boot().await;
    assert_eq!(ask(&app, ZETA, "/projects/import", Some("Zebra\nZephyr")).await.0, 200);
    // The job runs in a separate task, which the response does not wait for.
    let begun = Instant::now();
    while ask(&app, ZETA, "/projects", None).await.1 == "[]" {
        assert!(begun.elapsed() < Duration::from_secs(10), "nothing is imported");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(ask(&app, ZETA, "/projects", None).await.1, r#"["Zebra","Zephyr"]"#);
    assert_eq!(ask(&app, ACME, "/projects", None).await.1, "[]");
}

#[tokio::test]
async fn a_request_without_a_tenant_is_refused() {
    let app = boot().await;
    assert_eq!(ask(&app, "nobody.example.org", "/projects", None).await.0, 404);
    assert_eq!(ask(&app, "example.org", "/projects", None).await.0, 400);
    assert_eq!(ask(&app, "example.org", "/_ping", None).await.0, 200);
}
