//! The pages. Forms support only GET and POST, so that `POST /projects/7` changes a project and `POST
//! /projects/7/delete` deletes it.

mod home;
mod imports;
mod login;
mod projects;
mod side_by_side;
mod tasks;

use crate::{
    app::{App, method_not_allowed, not_found},
    auth::CurrentAccount,
    error::AppError,
};
use askama::Template;
use axum::{
    Router,
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};

const STYLE: &str = include_str!("../../../static/style.css");

/// The routes of the pages.
pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/style.css", get(|| async { ([(header::CONTENT_TYPE, "text/css")], STYLE) }))
        .merge(home::router())
        .merge(login::router())
        .merge(projects::router())
        .merge(tasks::router())
        .merge(imports::router())
        .merge(side_by_side::router())
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
}

/// The header of every page of an account.
#[derive(Debug)]
struct Shell {
    account: String,
    user: String,
    theme: i64,
}

impl<S> From<&CurrentAccount<S>> for Shell {
    fn from(current: &CurrentAccount<S>) -> Self {
        let CurrentAccount { scope: _, user, account } = current;
        Self { account: account.name.clone(), user: user.name.clone(), theme: theme(account.id) }
    }
}

/// The colour scheme of an account: one of those in the style sheet.
fn theme(account: i64) -> i64 {
    account.rem_euclid(3)
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    shell: Option<Shell>,
    error: &'a AppError,
    status: StatusCode,
    /// The address of the page of all accounts.
    accounts: &'a str,
}

/// The page of an error.
pub(crate) fn error(error: &AppError, accounts: &str) -> Response {
    let status = error.status();
    (status, html(&ErrorPage { shell: None, error, status, accounts })).into_response()
}

/// A page from its template.
fn html(page: &impl Template) -> Result<Html<String>, StatusCode> {
    page.render().map(Html).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

/// The form again, with what is wrong with the input.
fn again(page: &impl Template) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, html(page)).into_response()
}
