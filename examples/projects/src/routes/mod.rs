//! The routes: pages for people, and the same as JSON below `/api`.

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

/// Pages load only resources of this host, and no script runs, whatever is typed into a field.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// All routes with their layers: each layer is around those before it.
pub fn router(app: App) -> Router {
    pages::router()
        .nest("/api", api::router(&app))
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

/// Stores an import and gives it to the worker, with the current account. Returns its id.
///
/// Not in the request's transaction, which is committed after the handler: the worker might look for the import before.
async fn begin_import(app: &App, scope: &Scope, project_id: i64, text: &str) -> Result<i64, AppError> {
    // Another account's project is not found, whatever is to be imported.
    projects::must_exist(scope, project_id).await?;
    let lines = import::read(text)?;
    let total = i32::try_from(lines.len()).map_err(AppError::internal)?;
    let account = TenantContext::current()?;
    // Before the row is inserted, so that an account with too many imports does not fill the table.
    let place = app.imports.reserve(&account)?;
    let import_id = imports::create(scope, project_id, total).await?;
    app.imports.push(place, &Job { account, import_id, project_id, lines })?;
    Ok(import_id)
}

/// No cache may store what one account sees and show it to another. No other origin can embed a page, hold its window
/// or learn its addresses. Requests to the own origin still carry `Origin`, which `no-referrer` would set to `null` in
/// forms.
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
