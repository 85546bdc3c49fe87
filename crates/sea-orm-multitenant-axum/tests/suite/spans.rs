//! The tenant in spans, and log messages.

use crate::harness::{answer, app, ask, by_header, get_with, store, tenancy, whose};
use axum::{Extension, Router};
use http::request::Parts;
use rstest::rstest;
use sea_orm_multitenant_axum::{Found, FromExtension, TenantLayer};
use std::{
    io,
    sync::{Arc, Mutex},
};
use tower::ServiceExt;
use tracing::{Instrument, instrument::WithSubscriber};
use tracing_subscriber::fmt::{MakeWriter, format::FmtSpan};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("no panic").clone()).expect("text")
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Returns what is logged while a request is answered within a span that declares `tenant.id`.
pub(crate) async fn log_of(app: Router, headers: &[(&str, &str)]) -> String {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_writer(log.clone())
        .with_ansi(false)
        .without_time()
        .with_max_level(tracing::Level::DEBUG)
        .with_span_events(FmtSpan::CLOSE)
        .finish();
    // A test on another thread that emits an event for the first time now may cache that nobody listens to it.
    tracing::callsite::rebuild_interest_cache();
    let request = get_with("/", headers);
    async move {
        let span = tracing::info_span!("request", tenant.id = tracing::field::Empty);
        let response = app.oneshot(request).instrument(span).await.expect("an answer");
        answer(response).await
    }
    .with_subscriber(subscriber)
    .await;
    log.text()
}

#[tokio::test]
async fn the_tenant_is_recorded_in_the_requests_span_and_its_own() {
    let log = log_of(app(by_header().await), &[("x-tenant", "acme")]).await;
    assert!(log.contains("request{tenant.id=1}"), "{log}");
    assert!(log.contains("tenant{tenant.id=1}: sea_orm_multitenant::axum"), "{log}");
}

#[rstest]
#[case(&[], "DEBUG", "missing_tenant")]
#[case(&[("x-tenant", "nobody")], "DEBUG", "unknown_tenant")]
#[case(&[("x-tenant", "")], "DEBUG", "malformed_tenant")]
#[case(&[("x-tenant", "acme"), ("x-tenant", "zeta")], "DEBUG", "ambiguous_tenant")]
#[case(&[("x-tenant", "gone")], "WARN", "disabled_tenant")]
#[case(&[("x-tenant", "zeta")], "WARN", "forbidden_tenant")]
#[tokio::test]
async fn a_rejection_is_logged_under_one_target(
    #[case] headers: &[(&str, &str)],
    #[case] level: &str,
    #[case] code: &str,
) {
    let acme_only = |_: &Parts, found: &Found<&'static str>| std::future::ready(*found.record() == "Acme");
    let log = log_of(app(by_header().await.authorize(acme_only)), headers).await;
    let line = log.lines().find(|line| line.contains(code)).expect("it is logged");
    assert!(line.contains("sea_orm_multitenant::axum: ") && line.trim_start().starts_with(level), "{line}");
    assert!(!log.contains("tenant.id="), "{log}");
}

#[tokio::test]
async fn a_route_without_the_layer_logs_what_to_add() {
    let needs = axum::routing::get(async |scope: sea_orm_multitenant_axum::Scope| scope.tenant().to_string());
    let log = log_of(Router::new().route("/", needs), &[]).await;
    assert!(
        log.contains("ERROR")
            && log.contains("has no `TenantLayer` around it; add `.layer(TenantLayer::new(…))`"),
        "{log}"
    );
}

#[derive(Clone)]
struct Claims(&'static str);

/// The authentication is inside of the layer instead of outside, so no request would ever have a tenant.
#[tokio::test]
async fn claims_added_inside_the_layer_are_reported_by_name() {
    let claim = || FromExtension::new(|claims: &Claims| Some(claims.0.to_owned()));
    let app = async |required: bool, outside: bool| {
        let claim = if required { claim().required() } else { claim() };
        let layer = TenantLayer::new(tenancy().await, claim, store());
        let routes = Router::new().route("/", axum::routing::get(whose));
        let authentication = Extension(Claims("acme"));
        if outside {
            routes.layer(layer).layer(authentication)
        } else {
            routes.layer(authentication).layer(layer)
        }
    };
    for (required, outside, status) in
        [(true, true, 200), (true, false, 500), (false, true, 200), (false, false, 400)]
    {
        let app = app(required, outside).await;
        assert_eq!(ask(&app, get_with("/", &[])).await.0, status, "required: {required}, outside: {outside}");
    }
    let log = log_of(app(true, false).await, &[]).await;
    assert!(log.contains("ERROR") && log.contains("the authentication, after the `TenantLayer`"), "{log}");
    assert!(log.contains("Claims"), "{log}");
}
