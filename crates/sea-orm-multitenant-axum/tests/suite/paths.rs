//! The tenant in the path, together with axum's routing.

use crate::harness::{ask, get_with, store, tenancy, whose};
use axum::{
    Router,
    extract::{MatchedPath, OriginalUri, Path},
    http::Uri,
    routing::get,
};
use rstest::rstest;
use sea_orm_multitenant_axum::{PathSegment, Scope, TenantLayer};
use tower_layer::Layer;

async fn uris(
    scope: Scope,
    uri: Uri,
    OriginalUri(original): OriginalUri,
    matched: Option<MatchedPath>,
) -> String {
    let matched = matched.as_ref().map_or("none", MatchedPath::as_str).to_owned();
    format!("{} {uri} {original} {matched}", scope.tenant())
}

#[rstest]
#[case("/t/acme/projects/7?x=1", "1 /projects/7?x=1 /t/acme/projects/7?x=1 /projects/{id}")]
#[case("/t/zeta", "2 / /t/zeta /")]
#[case("/t/zeta/", "2 / /t/zeta/ /")]
#[case("/t/zeta?x", "2 /?x /t/zeta?x /")]
#[tokio::test]
async fn a_stripped_segment_stays_in_the_original_uri_only(#[case] path: &str, #[case] expected: &str) {
    let router = Router::new().route("/", get(uris)).route("/projects/{id}", get(uris));
    let layer = TenantLayer::new(tenancy().await, PathSegment::after("/t").strip(), store());
    let app = Router::new().fallback_service(layer.layer(router));
    assert_eq!(ask(&app, get_with(path, &[])).await, (200, expected.to_owned()));
}

#[tokio::test]
async fn stripping_keeps_the_host_of_an_absolute_uri() {
    let layer = TenantLayer::new(tenancy().await, PathSegment::first().strip(), store());
    let app = Router::new().fallback_service(layer.layer(Router::new().route("/projects", get(uris))));
    let (_, body) = ask(&app, get_with("http://example.org/acme/projects", &[])).await;
    assert_eq!(body, "1 http://example.org/projects http://example.org/acme/projects /projects");
}

/// `/acme//evil.example` without its first segment would be read as another host by whoever redirects to it.
#[tokio::test]
async fn stripping_never_makes_a_path_that_begins_with_two_slashes() {
    let layer = TenantLayer::new(tenancy().await, PathSegment::first().strip(), store());
    let app = Router::new().fallback_service(layer.layer(Router::new().fallback(get(whose))));
    assert_eq!(ask(&app, get_with("/acme//evil.example", &[])).await.0, 400);
}

#[tokio::test]
async fn a_kept_segment_is_matched_by_the_router() {
    let handler = async |scope: Scope, Path((tenant, id)): Path<(String, i64)>| {
        format!("{} {tenant} {id}", scope.tenant())
    };
    let layer = TenantLayer::new(tenancy().await, PathSegment::first(), store());
    let app = Router::new().route("/{tenant}/projects/{id}", get(handler)).layer(layer);
    assert_eq!(ask(&app, get_with("/acme/projects/7", &[])).await, (200, "1 acme 7".to_owned()));
}

#[tokio::test]
async fn inside_a_nest_the_original_uri_has_the_segment() {
    let layer = TenantLayer::new(tenancy().await, PathSegment::after("/t").of_original_uri(), store());
    let inner = Router::new().route("/projects", get(uris)).layer(layer);
    let app = Router::new().nest("/t/{tenant}", inner);
    let expected = "1 /projects /t/acme/projects /t/{tenant}/projects";
    assert_eq!(ask(&app, get_with("/t/acme/projects", &[])).await, (200, expected.to_owned()));
}
