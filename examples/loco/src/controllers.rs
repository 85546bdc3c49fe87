//! Controllers, none of which names a tenant.

use crate::{
    entity::project,
    workers::{Import, Importer},
};
use loco_rs::prelude::*;
use sea_orm_multitenant::TenantContext;
use sea_orm_multitenant_axum::{Scope, ScopedTransaction};

async fn list(Scope(scope): Scope) -> Result<Response> {
    let first = project::Entity::find().order_by_asc(project::Column::Id).limit(100);
    let projects = first.all(&scope).await?;
    format::json(projects.into_iter().map(|project| project.name).collect::<Vec<_>>())
}

async fn create(transaction: ScopedTransaction, name: String) -> Result<Response> {
    let project = project::ActiveModel { name: Set(name), ..Default::default() };
    let project = project.insert(&*transaction).await?;
    if project.name.is_empty() {
        return bad_request("a project has a name"); // the row goes with it
    }
    format::json(project.id)
}

async fn show(Scope(scope): Scope, Path(id): Path<i64>) -> Result<Response> {
    let project = project::Entity::find_by_id(id).one(&scope).await?.ok_or(Error::NotFound)?;
    format::text(&project.name)
}

async fn import(State(ctx): State<AppContext>, lines: String) -> Result<Response> {
    let account = TenantContext::current().map_err(Error::wrap)?;
    Importer::perform_later(&ctx, Import { account, lines }).await?;
    format::empty()
}

/// The routes.
pub fn routes() -> Routes {
    Routes::new()
        .prefix("projects")
        .add("/", get(list).post(create))
        .add("/import", post(import))
        .add("/{id}", get(show))
}
