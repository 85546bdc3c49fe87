//! Login and logout.

use super::{Shell, html, theme};
use crate::{
    app::App,
    auth::{self, Login},
    entity::account,
    error::AppError,
    extract::Form,
    seed::PASSWORD,
    session,
};
use askama::Template;
use axum::{
    Router,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use axum_extra::extract::CookieJar;
use sea_orm_multitenant_axum::{Scope, Tenant};

pub(super) fn router() -> Router<App> {
    Router::new().route("/login", get(form).post(log_in)).route("/logout", post(log_out))
}

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage<'a> {
    shell: Option<Shell>,
    account: &'a account::Model,
    theme: i64,
    /// A demo user of this account.
    demo_email: Option<&'a str>,
    email: &'a str,
    error: Option<AppError>,
    demo_password: &'static str,
}

impl<'a> LoginPage<'a> {
    fn new(app: &'a App, account: &'a account::Model, email: &'a str, error: Option<AppError>) -> Self {
        let demo = app.demo.iter().find(|demo| demo.id == account.id);
        let demo_email = demo.map(|demo| demo.email.as_str());
        let theme = theme(account.id);
        Self { shell: None, account, theme, demo_email, email, error, demo_password: PASSWORD }
    }
}

async fn form(State(app): State<App>, account: Tenant<account::Model>) -> impl IntoResponse {
    html(&LoginPage::new(&app, &account, "", None))
}

async fn log_in(
    State(app): State<App>,
    scope: Scope,
    account: Tenant<account::Model>,
    headers: HeaderMap,
    Form(login): Form<Login>,
) -> Result<Response, AppError> {
    let email = login.email.clone();
    match auth::log_in(&app, &scope, &account, &headers, login).await {
        Ok(token) => {
            Ok((CookieJar::new().add(session::cookie(token)), Redirect::to("/projects")).into_response())
        }
        Err(error @ AppError::WrongLogin) => {
            let status = error.status();
            Ok((status, html(&LoginPage::new(&app, &account, &email, Some(error)))).into_response())
        }
        Err(error) => Err(error),
    }
}

async fn log_out(State(app): State<App>, headers: HeaderMap) -> impl IntoResponse {
    auth::end_session(&app, &headers);
    (CookieJar::new().add(session::no_cookie()), Redirect::to("/login"))
}
