//! Answers a request to a resource.

use crate::{
    request::RequestTenant,
    resource::{
        action::Action, body, declared::Resource, entity::ResourceEntity, failure::Failure, key, read,
        work::Work, write,
    },
};
use axum::{
    body::Body,
    extract::{OriginalUri, Request},
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header::LOCATION, request::Parts};

/// Answers a request.
pub(super) async fn answer<E: ResourceEntity>(
    resource: &Resource<E>,
    action: Action,
    request: Request,
) -> Response {
    match acted(resource, action, request).await {
        Ok(response) => response,
        Err(Failure::Rejected(rejected)) => rejected.into_response(),
        Err(Failure::Resource(error)) => resource.refuse(error),
    }
}

async fn acted<E: ResourceEntity>(
    resource: &Resource<E>,
    action: Action,
    request: Request,
) -> Result<Response, Failure> {
    let (mut parts, body) = request.into_parts();
    // Before any hook: none is asked about a request without a tenant.
    RequestTenant::scope(&parts)?;
    match action {
        Action::List | Action::Get => reading(resource, action, &mut parts).await,
        Action::Create => creating(resource, &parts, body).await,
        Action::Replace | Action::Update => changing(resource, action, &mut parts, body).await,
        Action::Delete => deleting(resource, &mut parts).await,
    }
}

async fn reading<E: ResourceEntity>(
    resource: &Resource<E>,
    action: Action,
    parts: &mut Parts,
) -> Result<Response, Failure> {
    let work = Work::of(parts).await?;
    if action == Action::List {
        resource.hooks.authorize(action, parts, None).await?;
        return Ok(match work {
            Work::Scope(scope) => read::list(resource, &scope, parts).await?,
            Work::Shared(scope) => read::list(resource, &scope, parts).await?,
        });
    }
    let key = key::requested(&resource.fields, parts).await?;
    Ok(match work {
        Work::Scope(scope) => read::get(resource, &scope, parts, key).await?,
        Work::Shared(scope) => read::get(resource, &scope, parts, key).await?,
    })
}

async fn creating<E: ResourceEntity>(
    resource: &Resource<E>,
    parts: &Parts,
    body: Body,
) -> Result<Response, Failure> {
    resource.hooks.authorize(Action::Create, parts, None).await?;
    // Before the transaction, so that a slow sender holds no connection.
    let body = body::receive(parts, body, resource.limits.max_body).await?;
    let writing = Work::of(parts).await?.begin().await?;
    let created = write::create(resource, &writing, parts, &body).await;
    let row = writing.end(created).await?;
    let mut response = resource.with_row(StatusCode::CREATED, &row)?;
    if let Some(location) = location(resource, parts, &row) {
        response.headers_mut().insert(LOCATION, location);
    }
    Ok(response)
}

/// The address of a new row: that of the collection, and its key.
fn location<E: ResourceEntity>(resource: &Resource<E>, parts: &Parts, row: &E::Model) -> Option<HeaderValue> {
    let collection = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |OriginalUri(uri)| uri);
    let path = key::path(&resource.fields, row)?;
    HeaderValue::from_str(&format!("{}{path}", collection.path().trim_end_matches('/'))).ok()
}

async fn changing<E: ResourceEntity>(
    resource: &Resource<E>,
    action: Action,
    parts: &mut Parts,
    body: Body,
) -> Result<Response, Failure> {
    let key = key::requested(&resource.fields, parts).await?;
    let body = body::receive(parts, body, resource.limits.max_body).await?;
    let writing = Work::of(parts).await?.begin().await?;
    let changed = write::change(resource, &writing, parts, action, key, &body).await;
    let row = writing.end(changed).await?;
    Ok(resource.with_row(StatusCode::OK, &row)?)
}

async fn deleting<E: ResourceEntity>(resource: &Resource<E>, parts: &mut Parts) -> Result<Response, Failure> {
    let key = key::requested(&resource.fields, parts).await?;
    let writing = Work::of(parts).await?.begin().await?;
    let deleted = write::delete(resource, &writing, parts, key).await;
    writing.end(deleted).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
