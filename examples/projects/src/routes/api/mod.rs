//! The API: the functions of the pages, as JSON.

mod imports;
mod login;
mod managers;
mod projects;
mod tasks;

use crate::{
    app::{App, method_not_allowed, not_found},
    auth::CurrentAccount,
};
use axum::{Json, Router, routing::get};
use serde_json::{Value, json};

/// The routes of the API.
pub(super) fn router(app: &App) -> Router<App> {
    Router::new()
        .route("/account", get(account))
        .nest("/managers", managers::router(app))
        .merge(login::router())
        .merge(projects::router())
        .merge(tasks::router())
        .merge(imports::router())
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
}

async fn account(CurrentAccount { scope: _, user, account }: CurrentAccount) -> Json<Value> {
    Json(json!({
        "id": account.id,
        "name": account.name,
        "subdomain": account.subdomain,
        "user": { "id": user.id, "name": user.name, "email": user.email },
    }))
}
