//! Two accounts side by side. Public, and for the demo only: a real application has no such page.

use super::{Shell, html};
use crate::{
    app::App,
    demo::{self, Side},
    error::AppError,
};
use askama::Template;
use axum::{Router, extract::State, response::IntoResponse, routing::get};

pub(super) fn router() -> Router<App> {
    Router::new().route("/side-by-side", get(show))
}

#[derive(Template)]
#[template(path = "side_by_side.html")]
struct SideBySidePage {
    shell: Option<Shell>,
    sides: [Side; 2],
}

async fn show(State(app): State<App>) -> Result<impl IntoResponse, AppError> {
    let sides = demo::side_by_side(&app).await?;
    Ok(html(&SideBySidePage { shell: None, sides }))
}
