//! Imports of tasks.

use super::{Shell, again, html};
use crate::{
    app::App,
    auth::CurrentAccount,
    error::AppError,
    extract::{Form, Path},
    routes,
    store::{
        imports::{self, Import},
        projects,
    },
};
use askama::Template;
use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use serde::Deserialize;

pub(super) fn router() -> Router<App> {
    Router::new().route("/projects/{id}/imports", get(form).post(begin)).route("/imports/{id}", get(show))
}

#[derive(Template)]
#[template(path = "import_form.html")]
struct FormPage {
    shell: Option<Shell>,
    project_id: i64,
    project: String,
    lines: String,
    error: Option<AppError>,
}

impl FormPage {
    async fn of(current: &CurrentAccount, project_id: i64, lines: String) -> Result<Self, AppError> {
        let project = projects::get(&current.scope, project_id).await?.name;
        Ok(Self { shell: Some(current.into()), project_id, project, lines, error: None })
    }
}

#[derive(Template)]
#[template(path = "import.html")]
struct ImportPage {
    shell: Option<Shell>,
    import: Import,
}

/// The form, as the page sends it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    lines: String,
}

async fn form(current: CurrentAccount, Path(project_id): Path<i64>) -> Result<impl IntoResponse, AppError> {
    Ok(html(&FormPage::of(&current, project_id, String::new()).await?))
}

async fn begin(
    State(app): State<App>,
    current: CurrentAccount,
    Path(project_id): Path<i64>,
    Form(Text { lines }): Form<Text>,
) -> Result<Response, AppError> {
    match routes::begin_import(&app, &current.scope, project_id, &lines).await {
        Ok(id) => Ok(Redirect::to(&format!("/imports/{id}")).into_response()),
        Err(error @ AppError::Invalid(_)) => {
            let page = FormPage::of(&current, project_id, lines).await?;
            Ok(again(&FormPage { error: Some(error), ..page }))
        }
        Err(error) => Err(error),
    }
}

async fn show(current: CurrentAccount, Path(id): Path<i64>) -> Result<impl IntoResponse, AppError> {
    let import = imports::get(&current.scope, id).await?;
    Ok(html(&ImportPage { shell: Some((&current).into()), import }))
}
