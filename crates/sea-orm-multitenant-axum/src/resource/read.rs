//! Actions that read.

use crate::resource::{
    action::Action,
    declared::Resource,
    entity::ResourceEntity,
    error::{ResourceError, json_response},
    failure::of_database,
    query::{
        cursor::Seal,
        list::{Paging, Wanted},
        order,
    },
};
use axum::response::Response;
use http::{StatusCode, request::Parts};
use sea_orm::{Condition, ConnectionTrait, PaginatorTrait, QueryFilter, QuerySelect, Select};
use sea_orm_multitenant::TenantScope;
use serde_json::{Value as Json, json};

/// Answers with a part of the tenant's rows.
pub(super) async fn list<E: ResourceEntity, C: ConnectionTrait + Send>(
    resource: &Resource<E>,
    scope: &TenantScope<C>,
    parts: &Parts,
) -> Result<Response, ResourceError> {
    let query = parts.uri.query().unwrap_or_default();
    let wanted = Wanted::read(&resource.fields, &resource.limits, query)?;
    let select = resource.hooks.narrowed(Action::List, parts, E::find())?;
    let select = order::ordered(select.filter(wanted.filters), &wanted.ordering);
    let body = match wanted.paging {
        Paging::Page { number, size } => page(resource, scope, select, number, size).await?,
        Paging::After { cursor, size } => {
            let table = E::default();
            let seal = Seal { key: &resource.cursor_key, tenant: scope.tenant(), table: table.table_name() };
            let after = cursor.map(|cursor| seal.condition::<E>(&wanted.ordering, &cursor)).transpose()?;
            let select = select.filter(after.unwrap_or_else(Condition::all));
            let (rows, is_last) = rows(resource, scope, select, size).await?;
            let next = match rows.last() {
                Some(row) if !is_last => Some(seal.after::<E>(&wanted.ordering, row)?),
                Some(_) | None => None,
            };
            json!({ "items": shown(resource, &rows)?, "next": next })
        }
    };
    Ok(json_response(StatusCode::OK, &body))
}

/// Reads a page by its number, and counts all rows.
async fn page<E: ResourceEntity, C: ConnectionTrait + Send>(
    resource: &Resource<E>,
    scope: &TenantScope<C>,
    select: Select<E>,
    number: u32,
    size: u32,
) -> Result<Json, ResourceError> {
    let failed = |error| of_database(&resource.fields, Action::List, &error);
    let total = select.clone().count(scope).await.map_err(failed)?;
    let offset = u64::from(number - 1) * u64::from(size);
    let rows = select.offset(offset).limit(u64::from(size)).all(scope).await.map_err(failed)?;
    Ok(json!({ "items": shown(resource, &rows)?, "page": number, "per_page": size, "total": total }))
}

/// Reads rows, and whether there are no more: by asking for one more than is shown.
async fn rows<E: ResourceEntity, C: ConnectionTrait + Send>(
    resource: &Resource<E>,
    scope: &TenantScope<C>,
    select: Select<E>,
    size: u32,
) -> Result<(Vec<E::Model>, bool), ResourceError> {
    let rows = select.limit(u64::from(size) + 1).all(scope).await;
    let mut rows = rows.map_err(|error| of_database(&resource.fields, Action::List, &error))?;
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let is_last = rows.len() <= size;
    rows.truncate(size);
    Ok((rows, is_last))
}

fn shown<E: ResourceEntity>(resource: &Resource<E>, rows: &[E::Model]) -> Result<Vec<Json>, ResourceError> {
    rows.iter().map(|row| resource.shown(row)).collect()
}

/// Answers with one row.
pub(super) async fn get<E: ResourceEntity, C: ConnectionTrait + Send>(
    resource: &Resource<E>,
    scope: &TenantScope<C>,
    parts: &Parts,
    key: Condition,
) -> Result<Response, ResourceError> {
    let row = found(resource, scope, parts, Action::Get, key).await?;
    resource.hooks.authorize(Action::Get, parts, Some(&row)).await?;
    resource.with_row(StatusCode::OK, &row)
}

/// Finds a row among those that the request may reach.
pub(super) async fn found<E: ResourceEntity, C: ConnectionTrait + Send>(
    resource: &Resource<E>,
    scope: &TenantScope<C>,
    parts: &Parts,
    action: Action,
    key: Condition,
) -> Result<E::Model, ResourceError> {
    let select = resource.hooks.narrowed(action, parts, E::find())?.filter(key);
    let row = select.one(scope).await.map_err(|error| of_database(&resource.fields, action, &error))?;
    row.ok_or(ResourceError::NotFound)
}
