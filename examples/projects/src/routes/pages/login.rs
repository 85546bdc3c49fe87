//! Logging in and out.

use super::{Shell, html};
use crate::{
    app::App,
    auth::{self, Login},
    error::AppError,
    extract::Form,
    seed::PASSWORD,
    session::{self, COOKIE},
};
use askama::Template;
use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use axum_extra::extract::CookieJar;

pub(super) fn router() -> Router<App> {
    Router::new().route("/login", get(form).post(log_in)).route("/logout", post(log_out))
}

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage<'a> {
    shell: Option<Shell>,
    email: &'a str,
    error: Option<AppError>,
    demo_password: &'static str,
}

impl<'a> LoginPage<'a> {
    fn new(email: &'a str, error: Option<AppError>) -> Self {
        Self { shell: None, email, error, demo_password: PASSWORD }
    }
}

async fn form() -> impl IntoResponse {
    html(&LoginPage::new("", None))
}

async fn log_in(
    State(app): State<App>,
    cookies: CookieJar,
    Form(login): Form<Login>,
) -> Result<Response, AppError> {
    let email = login.email.clone();
    match auth::log_in(&app, login).await {
        Ok(token) => {
            end_session(&app, &cookies);
            Ok((cookies.add(session::cookie(token)), Redirect::to("/projects")).into_response())
        }
        Err(error @ AppError::WrongLogin) => {
            let status = error.status();
            Ok((status, html(&LoginPage::new(&email, Some(error)))).into_response())
        }
        Err(error) => Err(error),
    }
}

async fn log_out(State(app): State<App>, cookies: CookieJar) -> impl IntoResponse {
    end_session(&app, &cookies);
    (cookies.remove(session::cookie(String::new())), Redirect::to("/login"))
}

/// Ends the session that the browser had until now.
fn end_session(app: &App, cookies: &CookieJar) {
    if let Some(cookie) = cookies.get(COOKIE) {
        app.sessions.end(cookie.value());
    }
}
