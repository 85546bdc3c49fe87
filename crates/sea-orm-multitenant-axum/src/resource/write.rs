//! Actions that write, each in one transaction.

use crate::{
    rejection::TARGET,
    resource::{
        action::Action,
        body::{self, Written},
        declared::Resource,
        entity::ResourceEntity,
        error::ResourceError,
        failure::of_database,
        key, read,
    },
};
use http::request::Parts;
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ActiveValue, ColumnTrait, Condition, DatabaseTransaction,
    IntoActiveModel, QueryFilter, QuerySelect,
};
use sea_orm_multitenant::TenantScope;

type Scope = TenantScope<DatabaseTransaction>;

/// Inserts a row.
pub(super) async fn create<E: ResourceEntity>(
    resource: &Resource<E>,
    scope: &Scope,
    parts: &Parts,
    body: &[u8],
) -> Result<E::Model, ResourceError> {
    let action = Action::Create;
    let mut row = <E::ActiveModel as ActiveModelBehavior>::new();
    set(resource, action, &mut row, body::written(&resource.fields, action, body)?)?;
    resource.hooks.prepare(action, parts, &mut row)?;
    set_tenant(resource, scope, &mut row);
    demand_all(resource, &row)?;
    resource.hooks.validate(action, &row)?;
    let inserted = row.insert(scope).await;
    let inserted = inserted.map_err(|error| of_database(&resource.fields, action, &error))?;
    within_reach(resource, scope, parts, action, inserted).await
}

/// Changes a row.
pub(super) async fn change<E: ResourceEntity>(
    resource: &Resource<E>,
    scope: &Scope,
    parts: &Parts,
    action: Action,
    key: Condition,
    body: &[u8],
) -> Result<E::Model, ResourceError> {
    let found = locked(resource, scope, parts, action, key).await?;
    let mut row = found.into_active_model();
    set(resource, action, &mut row, body::written(&resource.fields, action, body)?)?;
    resource.hooks.prepare(action, parts, &mut row)?;
    demand_same_row(resource, &row)?;
    resource.hooks.validate(action, &row)?;
    let updated = row.update(scope).await;
    let updated = updated.map_err(|error| of_database(&resource.fields, action, &error))?;
    within_reach(resource, scope, parts, action, updated).await
}

/// Deletes a row.
pub(super) async fn delete<E: ResourceEntity>(
    resource: &Resource<E>,
    scope: &Scope,
    parts: &Parts,
    key: Condition,
) -> Result<(), ResourceError> {
    let action = Action::Delete;
    let row = locked(resource, scope, parts, action, key).await?.into_active_model();
    resource.hooks.validate(action, &row)?;
    let deleted = row.delete(scope).await;
    let deleted = deleted.map_err(|error| of_database(&resource.fields, action, &error))?;
    if deleted.rows_affected == 0 { Err(ResourceError::NotFound) } else { Ok(()) }
}

/// Finds the row to write and asks whether the request may. The row is locked first, on its own, so that it is still
/// the one that was asked about when it is written; a hook may select in a way that cannot be locked.
async fn locked<E: ResourceEntity>(
    resource: &Resource<E>,
    scope: &Scope,
    parts: &Parts,
    action: Action,
    key: Condition,
) -> Result<E::Model, ResourceError> {
    let mut own = key.clone();
    if resource.fields.has_global_rows {
        own = own.add(resource.fields.tenant.is_not_null());
    }
    let row = E::find().filter(own).lock_exclusive().one(scope).await;
    let row = row.map_err(|error| of_database(&resource.fields, action, &error))?;
    let Some(mut row) = row else {
        if !resource.fields.has_global_rows {
            return Err(ResourceError::NotFound);
        }
        return Err(match read::found(resource, scope, parts, action, key).await {
            // A global row, which the client may read.
            Ok(_) => ResourceError::Forbidden,
            Err(error) => error,
        });
    };
    if resource.hooks.narrow() {
        row = read::found(resource, scope, parts, action, key).await?;
    }
    resource.hooks.authorize(action, parts, Some(&row)).await?;
    Ok(row)
}

/// Demands that a written row is among those that the request may reach, and returns it as it is in the database.
async fn within_reach<E: ResourceEntity>(
    resource: &Resource<E>,
    scope: &Scope,
    parts: &Parts,
    action: Action,
    row: E::Model,
) -> Result<E::Model, ResourceError> {
    if !resource.hooks.narrow() {
        return Ok(row);
    }
    match read::found(resource, scope, parts, action, key::of(&resource.fields, &row)).await {
        Err(ResourceError::NotFound) => Err(ResourceError::Forbidden),
        other => other,
    }
}

fn set<E: ResourceEntity>(
    resource: &Resource<E>,
    action: Action,
    row: &mut E::ActiveModel,
    written: Written<'_, E::Column>,
) -> Result<(), ResourceError> {
    for (field, value) in written {
        row.try_set(field.column, value).map_err(|error| of_database(&resource.fields, action, &error))?;
    }
    Ok(())
}

/// Leaves the tenant column to the scope. If it is part of the key it is set to the scope's tenant: an engine without
/// RETURNING finds the new row by its key only.
fn set_tenant<E: ResourceEntity>(resource: &Resource<E>, scope: &Scope, row: &mut E::ActiveModel) {
    let column = resource.fields.tenant;
    row.not_set(column);
    let kind = resource.fields.tenant_in_key.as_ref();
    let value = kind.and_then(|kind| kind.read_text(&scope.tenant().to_string()));
    if let Some(value) = value
        && row.try_set(column, value).is_err()
    {
        row.not_set(column);
    }
}

/// Demands that a new row has a value for each column that needs one.
fn demand_all<E: ResourceEntity>(resource: &Resource<E>, row: &E::ActiveModel) -> Result<(), ResourceError> {
    let mut fields = resource.fields.all().iter();
    let missing = fields
        .find(|field| !field.nullable && !field.has_default && !field.in_key && row.is_not_set(field.column));
    match missing {
        None => Ok(()),
        Some(field) => {
            tracing::error!(
                target: TARGET,
                table = E::default().table_name(),
                field = field.name,
                "a field that clients cannot write has no value; set it in the `prepare` hook, or give its column a default",
            );
            Err(ResourceError::Failed)
        }
    }
}

/// Demands that no hook has changed which row is written.
fn demand_same_row<E: ResourceEntity>(
    resource: &Resource<E>,
    row: &E::ActiveModel,
) -> Result<(), ResourceError> {
    let key = resource.fields.key().map(|field| field.column).chain([resource.fields.tenant]);
    let mut changed = key.filter(|column| !matches!(row.get(*column), ActiveValue::Unchanged(_)));
    if changed.next().is_none() {
        return Ok(());
    }
    tracing::error!(
        target: TARGET,
        table = E::default().table_name(),
        "a `prepare` hook has set a column of the key or the tenant column of an existing row; set other columns only",
    );
    Err(ResourceError::Failed)
}
