//! Chains of several resolvers: order, fallback and agreement.

use crate::harness::{app, ask, code, get_with, store, tenancy, tenant_header};
use http::request::Parts;
use rstest::rstest;
use sea_orm_multitenant_axum::{
    Candidate, Chain, Cookie, Fixed, Policy, Subdomain, TenantLayer, async_resolver,
};

fn chain() -> Chain {
    Chain::new()
        .then(tenant_header())
        .then(Subdomain::of("example.org").expect("a host"))
        .then(Cookie::new("tenant"))
}

async fn outcome(chain: Chain, headers: &[(&str, &str)]) -> String {
    let app = app(TenantLayer::new(tenancy().await, chain, store()));
    match ask(&app, get_with("/", headers)).await {
        (200, tenant) => tenant,
        (_, body) => code(&body),
    }
}

const ACME_HEADER: (&str, &str) = ("x-tenant", "acme");
const ZETA_HOST: (&str, &str) = ("host", "zeta.example.org");
const ACME_HOST: (&str, &str) = ("host", "acme.example.org");
const ZETA_COOKIE: (&str, &str) = ("cookie", "tenant=zeta");

#[rstest]
#[case(&[ACME_HEADER, ZETA_HOST], "1")]
#[case(&[ZETA_HOST], "2")]
#[case(&[("host", "example.org"), ZETA_COOKIE], "2")]
#[case(&[ACME_HOST, ZETA_COOKIE], "1")]
#[case(&[("host", "example.org")], "missing_tenant")]
#[case(&[("x-tenant", ""), ZETA_HOST], "malformed_tenant")]
#[case(&[("x-tenant", "nobody"), ZETA_HOST], "unknown_tenant")]
#[case(&[("x-tenant", "gone"), ZETA_HOST], "disabled_tenant")]
#[case(&[ACME_HEADER, ("host", "..")], "1")]
#[tokio::test]
async fn the_first_resolver_that_finds_an_identifier_decides(
    #[case] headers: &[(&str, &str)],
    #[case] expected: &str,
) {
    assert_eq!(outcome(chain(), headers).await, expected);
}

const ACME_COOKIE: (&str, &str) = ("cookie", "tenant=acme");
const BASE_HOST: (&str, &str) = ("host", "example.org");

#[rstest]
#[case(&[ACME_HEADER, ACME_HOST, ACME_COOKIE], "1")]
#[case(&[ACME_HEADER, ZETA_HOST, ACME_COOKIE], "ambiguous_tenant")]
#[case(&[ACME_HEADER, ACME_HOST, ZETA_COOKIE], "ambiguous_tenant")]
#[case(&[ACME_HEADER], "ambiguous_tenant")]
#[case(&[ACME_HEADER, ACME_HOST], "ambiguous_tenant")]
#[case(&[ACME_HOST, ACME_COOKIE], "ambiguous_tenant")]
#[case(&[ACME_COOKIE], "ambiguous_tenant")]
#[case(&[ACME_HEADER, BASE_HOST, ACME_COOKIE], "ambiguous_tenant")]
#[case(&[ACME_HEADER, ("host", "127.0.0.1"), ACME_COOKIE], "ambiguous_tenant")]
#[case(&[ACME_HEADER, ("host", ".."), ACME_COOKIE], "malformed_tenant")]
#[case(&[ACME_HEADER, ACME_HOST, ("cookie", "tenant=")], "malformed_tenant")]
#[case(&[("x-tenant", "ACME"), ACME_HOST, ACME_COOKIE], "ambiguous_tenant")]
#[case(&[BASE_HOST], "missing_tenant")]
#[case(&[], "missing_tenant")]
#[tokio::test]
async fn with_agreement_all_resolvers_must_find_the_same(
    #[case] headers: &[(&str, &str)],
    #[case] expected: &str,
) {
    assert_eq!(outcome(chain().require_agreement(), headers).await, expected);
}

#[rstest]
#[case(&[ACME_HEADER, ACME_HOST, ACME_COOKIE], "1")]
#[case(&[ACME_HEADER, ACME_COOKIE], "1")]
#[case(&[ACME_HEADER, ZETA_HOST, ACME_COOKIE], "ambiguous_tenant")]
#[case(&[ACME_HEADER, ACME_HOST], "ambiguous_tenant")]
#[case(&[ACME_HOST], "ambiguous_tenant")]
#[case(&[ACME_HEADER, ("host", ".."), ACME_COOKIE], "malformed_tenant")]
#[case(&[], "missing_tenant")]
#[tokio::test]
async fn an_optional_resolver_may_find_nothing_but_must_agree(
    #[case] headers: &[(&str, &str)],
    #[case] expected: &str,
) {
    let chain = Chain::new()
        .then(tenant_header())
        .then(Subdomain::of("example.org").expect("a host"))
        .optional()
        .then(Cookie::new("tenant"));
    assert_eq!(outcome(chain.require_agreement(), headers).await, expected);
}

/// An asynchronous resolver must find an identifier too.
#[tokio::test]
async fn an_asynchronous_resolver_must_agree_too() {
    let session = |request: &Parts| {
        let known = request.headers.contains_key("x-session");
        std::future::ready(Ok(known.then(|| Candidate::new("acme"))))
    };
    let chain = || Chain::new().then(tenant_header()).then_async(async_resolver(session));
    let with = &[ACME_HEADER, ("x-session", "s")][..];
    assert_eq!(outcome(chain().require_agreement(), with).await, "1");
    assert_eq!(outcome(chain().require_agreement(), &[ACME_HEADER]).await, "ambiguous_tenant");
    assert_eq!(outcome(chain().optional().require_agreement(), &[ACME_HEADER]).await, "1");
}

/// A path where the tenant is optional is for requests that name none, not for those in which only some resolvers find
/// one.
#[tokio::test]
async fn an_optional_path_rejects_partial_agreement() {
    let layer = TenantLayer::new(tenancy().await, chain().require_agreement(), store())
        .policy(Policy::default().allow_missing("/"));
    let app = app(layer);
    assert_eq!(ask(&app, get_with("/", &[])).await, (200, "none".to_owned()));
    let (status, body) = ask(&app, get_with("/", &[ACME_HEADER])).await;
    assert_eq!((status, code(&body).as_str()), (400, "ambiguous_tenant"));
}

#[tokio::test]
async fn with_agreement_the_fallback_applies_if_no_resolver_finds_anything() {
    let chain = || chain().require_agreement().or("zeta");
    assert_eq!(outcome(chain(), &[]).await, "2");
    assert_eq!(outcome(chain(), &[ACME_HEADER]).await, "ambiguous_tenant");
}

#[tokio::test]
async fn the_fallback_applies_only_if_no_resolver_finds_anything() {
    assert_eq!(outcome(chain().or("zeta"), &[]).await, "2");
    assert_eq!(outcome(chain().or("public"), &[]).await, "4");
    assert_eq!(outcome(chain().or("nobody"), &[]).await, "unknown_tenant");
    assert_eq!(outcome(chain().or("zeta"), &[("x-tenant", "nobody")]).await, "unknown_tenant");
    assert_eq!(outcome(chain().or("zeta"), &[("x-tenant", "")]).await, "malformed_tenant");
}

/// Leak class 28, through agreement: an identifier that the application also names is still checked as the request's.
#[tokio::test]
async fn agreement_with_a_fixed_tenant_reaches_no_reserved_name() {
    let chain =
        || Chain::new().then(Fixed::new("public")).then(tenant_header()).optional().require_agreement();
    assert_eq!(outcome(chain(), &[]).await, "4");
    assert_eq!(outcome(chain(), &[("x-tenant", "public")]).await, "unknown_tenant");
}
