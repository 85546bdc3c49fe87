//! Several resolvers: fall-through, fallback and agreement.

use crate::harness::{app, ask, catalog, code, get_with, tenancy, tenant_header};
use rstest::rstest;
use sea_orm_multitenant_axum::{Chain, Cookie, Fixed, Subdomain, TenantLayer};

fn chain() -> Chain {
    Chain::new()
        .then(tenant_header())
        .then(Subdomain::of("example.org").expect("a host"))
        .then(Cookie::new("tenant"))
}

async fn outcome(chain: Chain, headers: &[(&str, &str)]) -> String {
    let app = app(TenantLayer::new(tenancy().await, chain, catalog()));
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
async fn the_first_that_finds_something_decides(#[case] headers: &[(&str, &str)], #[case] expected: &str) {
    assert_eq!(outcome(chain(), headers).await, expected);
}

#[rstest]
#[case(&[ACME_HEADER, ACME_HOST], "1")]
#[case(&[ACME_HEADER, ZETA_HOST], "ambiguous_tenant")]
#[case(&[ACME_HOST, ZETA_COOKIE], "ambiguous_tenant")]
#[case(&[ACME_HEADER], "1")]
#[case(&[ACME_HEADER, ("host", "..")], "malformed_tenant")]
#[case(&[], "missing_tenant")]
#[tokio::test]
async fn all_must_agree_when_told_to(#[case] headers: &[(&str, &str)], #[case] expected: &str) {
    assert_eq!(outcome(chain().require_agreement(), headers).await, expected);
}

#[tokio::test]
async fn the_fallback_is_the_applications_and_only_for_none() {
    assert_eq!(outcome(chain().or("zeta"), &[]).await, "2");
    assert_eq!(outcome(chain().or("public"), &[]).await, "4");
    assert_eq!(outcome(chain().or("nobody"), &[]).await, "unknown_tenant");
    assert_eq!(outcome(chain().or("zeta"), &[("x-tenant", "nobody")]).await, "unknown_tenant");
    assert_eq!(outcome(chain().or("zeta"), &[("x-tenant", "")]).await, "malformed_tenant");
}

/// Leak class 28, by way of agreement: what the application also names stays what the request names.
#[tokio::test]
async fn agreeing_with_the_application_reaches_no_reserved_name() {
    let chain = || Chain::new().then(Fixed::new("public")).then(tenant_header()).require_agreement();
    assert_eq!(outcome(chain(), &[]).await, "4");
    assert_eq!(outcome(chain(), &[("x-tenant", "public")]).await, "unknown_tenant");
}
