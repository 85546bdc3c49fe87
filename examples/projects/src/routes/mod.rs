//! The addresses: pages for people, and the same as JSON below `/api`.

pub mod api;
pub mod pages;

use crate::app::App;
use axum::{
    Router,
    http::{HeaderValue, header},
    middleware::map_response,
    response::Response,
};

/// Everything the page loads comes from here, and no script runs, whatever somebody types into a field.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

/// All routes.
pub fn router() -> Router<App> {
    pages::router().nest("/api", api::router()).layer(map_response(with_headers))
}

/// No cache keeps what one account sees, to show it to another.
async fn with_headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
