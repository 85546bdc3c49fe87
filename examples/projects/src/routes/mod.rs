//! The addresses: pages for people, and the same as JSON below `/api`.

pub mod api;
pub mod pages;

use crate::{
    app::App,
    auth, body,
    error::{self, AppError},
    import::{self, Job},
    origin,
    store::{imports, projects},
};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderName, HeaderValue, header},
    middleware::{from_fn, from_fn_with_state, map_response},
    response::Response,
};
use sea_orm_multitenant::TenantContext;
use sea_orm_multitenant_axum::{Scope, TransactionLayer};

/// Everything the page loads comes from here, and no script runs, whatever somebody types into a field.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// All routes, in their layers: each is around those before it.
pub fn router(app: App) -> Router {
    pages::router()
        .nest("/api", api::router())
        .layer(TransactionLayer::new())
        .layer(from_fn_with_state(body::TIME, body::read_first))
        .layer(DefaultBodyLimit::max(body::MOST))
        .layer(app.tenants.clone())
        .layer(from_fn_with_state(app.clone(), auth::authenticate))
        .layer(from_fn(origin::demand_own))
        .layer(from_fn(error::with_bodies))
        .layer(map_response(with_headers))
        .with_state(app)
}

/// Notes an import and gives it to the worker, with the account that is the current one. Returns its id.
///
/// Not in the transaction of the request, which is committed after the handler: the worker may be there before.
async fn begin_import(app: &App, scope: &Scope, project_id: i64, text: &str) -> Result<i64, AppError> {
    // Another account's project is not found, whatever is to be imported.
    projects::must_exist(scope, project_id).await?;
    let lines = import::read(text)?;
    let total = i32::try_from(lines.len()).map_err(AppError::internal)?;
    let account = TenantContext::current()?;
    // Before the row: who has too many imports fills no table with more.
    let place = app.imports.reserve(&account)?;
    let import_id = imports::create(scope, project_id, total).await?;
    app.imports.push(place, &Job { account, import_id, project_id, lines })?;
    Ok(import_id)
}

/// No cache keeps what one account sees, to show it to another. No other origin embeds it, holds its window or learns its
/// addresses; to its own the browser tells `Origin` all the same, which `no-referrer` would make `null` in forms.
async fn with_headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(OPENER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
    response
}
