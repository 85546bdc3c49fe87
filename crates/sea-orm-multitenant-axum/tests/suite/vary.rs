//! `Vary`: by which headers caches must distinguish responses.

use crate::harness::{app, by_header, get_with, store, tenancy, tenant_header, whose};
use axum::{Router, response::IntoResponse, routing::get};
use http::{
    HeaderName,
    header::{AUTHORIZATION, HOST, VARY},
    request::Parts,
};
use rstest::rstest;
use sea_orm_multitenant_axum::{
    Candidate, Chain, Cookie, Fixed, Found, FromExtension, HostMap, PathSegment, Policy, Reads, ResolveError,
    Subdomain, TenantLayer, TransactionLayer, WholeHost, async_resolver,
};
use tower::ServiceExt;

const FORWARDED: HeaderName = HeaderName::from_static("x-forwarded-host");

/// The lines of `Vary`, joined by `|`.
async fn vary_of(app: Router, path: &str, headers: &[(&str, &str)]) -> String {
    let response = app.oneshot(get_with(path, headers)).await.expect("an answer");
    let lines = response.headers().get_all(VARY).iter().map(|line| line.to_str().expect("text").to_owned());
    lines.collect::<Vec<_>>().join("|")
}

fn base() -> Subdomain {
    Subdomain::of("example.org").expect("a host")
}

fn nobody(_: &Parts) -> Result<Option<Candidate>, ResolveError> {
    Ok(None)
}

#[rstest]
#[case(tenant_header().into(), "x-tenant")]
#[case(base().into(), "host")]
#[case(base().from_header(FORWARDED).into(), "x-forwarded-host")]
#[case(HostMap::new([("acme.com", "acme")]).expect("hosts").into(), "host")]
#[case(HostMap::new([("acme.com", "acme")]).expect("hosts").from_header(FORWARDED).into(), "x-forwarded-host")]
#[case(WholeHost::new().into(), "host")]
#[case(WholeHost::new().from_header(FORWARDED).into(), "x-forwarded-host")]
#[case(Cookie::new("tenant").into(), "cookie")]
#[case(PathSegment::first().into(), "")]
#[case(Fixed::new("acme").into(), "")]
#[case(Chain::new().then(tenant_header()).then(base()).then(WholeHost::new()), "x-tenant, host")]
#[case(Chain::new().then(tenant_header()).then(base()).require_agreement(), "x-tenant, host")]
#[case(nobody.into(), "*")]
#[case(FromExtension::new(|tenant: &String| Some(tenant.clone())).into(), "*")]
#[case(Chain::new().then_async(async_resolver(|_: &Parts| async { Ok(None) })), "*")]
#[case(Chain::new().then(tenant_header()).then(nobody), "*")]
#[tokio::test]
async fn vary_names_the_headers_that_resolvers_read(#[case] chain: Chain, #[case] expected: &str) {
    let layer =
        TenantLayer::new(tenancy().await, chain, store()).policy(Policy::default().allow_missing_below("/"));
    assert_eq!(vary_of(app(layer), "/acme", &[]).await, expected);
}

#[rstest]
#[case(&[("x-tenant", "acme")])]
#[case(&[("x-tenant", "zeta")])]
#[case(&[])]
#[case(&[("x-tenant", "nobody")])]
#[case(&[("x-tenant", "gone")])]
#[case(&[("x-tenant", "admin")])]
#[case(&[("x-tenant", "")])]
#[case(&[("x-tenant", "acme, zeta")])]
#[tokio::test]
async fn every_response_has_vary(#[case] headers: &[(&str, &str)]) {
    let app = app(by_header().await);
    assert_eq!(vary_of(app.clone(), "/", headers).await, "x-tenant");
    let own = Policy::default().respond_with(|rejection| ([(VARY, "accept")], rejection).into_response());
    let accepted = crate::harness::app(by_header().await.policy(own));
    let rejected = accepted.clone().oneshot(get_with("/", headers)).await.expect("an answer").status() != 200;
    let expected = if rejected { "accept, x-tenant" } else { "x-tenant" };
    assert_eq!(vary_of(accepted, "/", headers).await, expected);
}

/// The layer's own 500 responses, those of extractors and a handler's errors have it too.
#[tokio::test]
async fn error_responses_have_vary() {
    let wrong = async |record: sea_orm_multitenant_axum::Tenant<String>| record.to_string();
    let app = Router::new()
        .route("/wrong", get(wrong))
        .route("/broken", get(async || http::StatusCode::INTERNAL_SERVER_ERROR))
        .layer(TransactionLayer::new())
        .layer(by_header().await);
    for path in ["/wrong", "/broken", "/no-such-route"] {
        assert_eq!(vary_of(app.clone(), path, &[("x-tenant", "acme")]).await, "x-tenant", "{path}");
    }
}

#[tokio::test]
async fn vary_is_merged_with_the_handlers_own() {
    let says = |vary: &'static str| get(async move || ([(VARY, vary)], "hello"));
    let two = || async { ([(VARY, "accept")], axum::response::AppendHeaders([(VARY, "origin")]), "hello") };
    let app = Router::new()
        .route("/one", says("Accept-Encoding"))
        .route("/same", says("X-Tenant, Accept"))
        .route("/all", says("*"))
        .route("/two", get(two))
        .layer(by_header().await);
    for (path, expected) in [
        ("/one", "Accept-Encoding, x-tenant"),
        ("/same", "X-Tenant, Accept"),
        ("/all", "*"),
        ("/two", "accept, origin, x-tenant"),
    ] {
        assert_eq!(vary_of(app.clone(), path, &[("x-tenant", "acme")]).await, expected, "{path}");
    }
}

#[tokio::test]
async fn nested_layers_merge_their_vary() {
    let layer = |tenancy, chain: Chain| TenantLayer::new(tenancy, chain, store());
    let tenancy = tenancy().await;
    let app = Router::new()
        .route("/", get(whose))
        .layer(layer(tenancy.clone(), Cookie::new("tenant").into()))
        .layer(layer(tenancy, Chain::new().then(tenant_header()).then(base())));
    let headers = [("x-tenant", "acme"), ("cookie", "tenant=acme")];
    assert_eq!(vary_of(app.clone(), "/", &headers).await, "cookie, x-tenant, host");
    // Also when the inner layer refuses.
    assert_eq!(vary_of(app, "/", &headers[..1]).await, "cookie, x-tenant, host");
}

/// What a hook decides depends on the user, and so does the response.
#[tokio::test]
async fn a_hook_adds_authorization_and_cookie() {
    let hook = |_: &Parts, found: &Found<&'static str>| std::future::ready(*found.record() == "Acme");
    let app = app(by_header().await.authorize(hook));
    for tenant in ["acme", "zeta", "nobody"] {
        let vary = vary_of(app.clone(), "/", &[("x-tenant", tenant)]).await;
        assert_eq!(vary, "x-tenant, authorization, cookie", "{tenant}");
    }
}

#[tokio::test]
async fn vary_can_be_overridden_and_removed() {
    let acme = &[("x-tenant", "acme")][..];
    let claims = || by_header_and_claims(Reads::headers([AUTHORIZATION, HOST]));
    assert_eq!(vary_of(app(claims().await), "/", acme).await, "authorization, host");
    // Setters that follow do not matter.
    let hook = |_: &Parts, _: &Found<&'static str>| std::future::ready(true);
    let app_of = |layer: TenantLayer<&'static str>| app(layer.authorize(hook).policy(Policy::default()));
    assert_eq!(vary_of(app_of(claims().await), "/", acme).await, "authorization, host");
    assert_eq!(vary_of(app_of(by_header_and_claims(Reads::nothing()).await), "/", acme).await, "");
    assert_eq!(vary_of(app_of(by_header_and_claims(Reads::anything()).await), "/", acme).await, "*");
}

async fn by_header_and_claims(reads: Reads) -> TenantLayer<&'static str> {
    let claim = FromExtension::new(|tenant: &String| Some(tenant.clone()));
    TenantLayer::new(tenancy().await, Chain::new().then(claim).then(tenant_header()), store()).vary(reads)
}

/// No resolver is tried, and the response is the same for all tenants: caches may store it.
#[tokio::test]
async fn an_excluded_path_has_no_vary() {
    let app = app(by_header().await.policy(Policy::default().exclude_below("/assets").allow_missing("/")));
    assert_eq!(vary_of(app.clone(), "/assets/app.css", &[("x-tenant", "acme")]).await, "");
    assert_eq!(vary_of(app, "/", &[]).await, "x-tenant");
}
