//! Handlers, none of which names a tenant.

use crate::{
    entity::project,
    tenants::{Scope, Tenants, within_tenant},
};
use actix_web::{
    HttpResponse, Responder, Result,
    error::{ErrorInternalServerError, ErrorNotFound},
    middleware::from_fn,
    web::{self, ServiceConfig},
};
use sea_orm::{ActiveModelTrait, EntityTrait, QueryOrder, QuerySelect, Set};
use sea_orm_multitenant::current_tenant;

/// Configures the application's routes.
pub fn configure(config: &mut ServiceConfig, tenants: web::Data<Tenants>) {
    let projects = web::scope("/projects")
        .wrap(from_fn(within_tenant))
        .route("", web::get().to(list))
        .route("", web::post().to(create))
        .route("/tenant", web::get().to(tenant))
        .route("/{id}", web::get().to(show));
    config.app_data(tenants).service(projects).route("/health", web::get().to(async || "ok"));
}

async fn list(Scope(scope): Scope) -> Result<impl Responder> {
    let first = project::Entity::find().order_by_asc(project::Column::Id).limit(100);
    let projects = first.all(&scope).await;
    let names: Vec<_> = projects.map_err(ErrorInternalServerError)?.into_iter().map(|row| row.name).collect();
    Ok(web::Json(names))
}

async fn create(Scope(scope): Scope, name: String) -> Result<impl Responder> {
    let project = project::ActiveModel { name: Set(name), ..Default::default() };
    let project = project.insert(&scope).await.map_err(ErrorInternalServerError)?;
    Ok(HttpResponse::Created().body(project.id.to_string()))
}

/// What code far from the request knows of it.
async fn tenant() -> Result<impl Responder> {
    current_tenant().map(|tenant| tenant.to_string()).map_err(ErrorInternalServerError)
}

async fn show(Scope(scope): Scope, id: web::Path<i64>) -> Result<impl Responder> {
    let project = project::Entity::find_by_id(*id).one(&scope).await.map_err(ErrorInternalServerError)?;
    project.map(|project| project.name).ok_or_else(|| ErrorNotFound("not found"))
}
