//! The addresses: pages for people, and the same as JSON below `/api`.

pub mod api;
pub mod pages;

use crate::{
    app::App,
    auth,
    entity::task_import::State,
    error::{self, AppError},
    import::{self, Job},
    store::{imports, projects},
};
use axum::{
    Router,
    http::{HeaderValue, header},
    middleware::{from_fn, from_fn_with_state, map_response},
    response::Response,
};
use sea_orm_multitenant::TenantContext;
use sea_orm_multitenant_axum::{Scope, TransactionLayer};

/// Everything the page loads comes from here, and no script runs, whatever somebody types into a field.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

/// All routes, in their layers: each is around those before it.
pub fn router(app: App) -> Router {
    pages::router()
        .nest("/api", api::router())
        .layer(TransactionLayer::new())
        .layer(app.tenants.clone())
        .layer(from_fn_with_state(app.clone(), auth::authenticate))
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
    let import_id = imports::create(scope, project_id, total).await?;
    let job = Job { account: TenantContext::current()?, import_id, project_id, lines };
    if let Err(error) = app.imports.push(&job) {
        imports::set_state(scope, import_id, State::Stopped).await?;
        return Err(error);
    }
    Ok(import_id)
}

/// No cache keeps what one account sees, to show it to another.
async fn with_headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
