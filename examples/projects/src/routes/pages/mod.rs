//! The pages. Forms know GET and POST only, so that to change is `POST /projects/7` and to delete
//! `POST /projects/7/delete`.

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
    middleware::map_response,
    response::{Html, IntoResponse, Redirect, Response},
    routing::get,
};

const STYLE: &str = include_str!("../../../static/style.css");

/// The routes of the pages.
pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/", get(|| async { Redirect::to("/projects") }))
        .route("/style.css", get(|| async { ([(header::CONTENT_TYPE, "text/css")], STYLE) }))
        .merge(login::router())
        .merge(projects::router())
        .merge(tasks::router())
        .merge(side_by_side::router())
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(map_response(AppError::as_page))
}

/// What is above every page of an account.
#[derive(Debug)]
struct Shell {
    account: String,
    user: String,
}

impl From<&CurrentAccount> for Shell {
    fn from(current: &CurrentAccount) -> Self {
        Self { account: current.account.name.clone(), user: current.user.name.clone() }
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    shell: Option<Shell>,
    error: &'a AppError,
    status: StatusCode,
}

/// The page of an error.
pub(crate) fn error(error: &AppError) -> Response {
    let status = error.status();
    (status, html(&ErrorPage { shell: None, error, status })).into_response()
}

/// A page from its template.
fn html(page: &impl Template) -> Result<Html<String>, StatusCode> {
    page.render().map(Html).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

/// A form again, with what is wrong with it.
fn again(page: &impl Template) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, html(page)).into_response()
}
