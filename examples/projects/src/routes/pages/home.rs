//! The page of all accounts, at the domain itself. For the demo only: a real application would not reveal its
//! customers.

use super::{Shell, html, theme};
use crate::{app::App, entity::account, tenants};
use askama::Template;
use axum::{
    Router,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use sea_orm_multitenant_axum::Tenant;

pub(super) fn router() -> Router<App> {
    Router::new().route("/", get(home))
}

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    shell: Option<Shell>,
    accounts: Vec<Door>,
}

/// An account and its address.
struct Door {
    name: String,
    subdomain: String,
    address: String,
    email: String,
    theme: i64,
}

async fn home(
    State(app): State<App>,
    account: Option<Tenant<account::Model>>,
    headers: HeaderMap,
) -> Response {
    if account.is_some() {
        return Redirect::to("/projects").into_response();
    }
    let doors = app.demo.iter().map(|account| Door {
        name: account.name.clone(),
        address: tenants::address(&headers, Some(&account.subdomain)),
        subdomain: account.subdomain.clone(),
        email: account.email.clone(),
        theme: theme(account.id),
    });
    html(&HomePage { shell: None, accounts: doors.collect() }).into_response()
}
