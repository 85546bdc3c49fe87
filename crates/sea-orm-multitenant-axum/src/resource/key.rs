//! The key of a row in a path: the columns of the primary key without the tenant column.

use crate::resource::{
    entity::ResourceEntity,
    error::ResourceError,
    fields::{Field, Fields},
    kind::to_json,
    value::checked,
};
use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sea_orm::{ColumnTrait, Condition, ModelTrait, Value};
use serde_json::Value as Json;

/// The characters of a path that are encoded: all but those which RFC 3986 calls unreserved.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The path of a row below its collection, with parameters: `/{project_id}`.
pub(super) fn pattern<E: ResourceEntity>(fields: &Fields<E>) -> String {
    parameters(fields).map(|parameter| format!("/{{{parameter}}}")).collect()
}

/// The parameters of the path of a row. The table's name keeps them apart from those of the paths around it.
pub(super) fn parameters<E: ResourceEntity>(fields: &Fields<E>) -> impl Iterator<Item = String> {
    let table = E::default().table_name().to_owned();
    fields.key().map(move |field| format!("{table}_{}", field.name))
}

/// Reads the key of a request's row, as the condition that finds it.
pub(super) async fn requested<E: ResourceEntity>(
    fields: &Fields<E>,
    parts: &mut Parts,
) -> Result<Condition, ResourceError> {
    let parameters = RawPathParams::from_request_parts(parts, &()).await;
    let parameters = parameters.map_err(|_| ResourceError::NotFound)?;
    let texts: Vec<&str> = parameters.iter().map(|(_, text)| text).collect();
    let key: Vec<_> = fields.key().collect();
    // The last ones: those before belong to the paths around the resource.
    let first = texts.len().checked_sub(key.len()).ok_or(ResourceError::NotFound)?;
    let mut condition = Condition::all();
    for (field, text) in key.into_iter().zip(&texts[first..]) {
        let value = read::<E>(field, text).ok_or(ResourceError::NotFound)?;
        condition = condition.add(field.column.eq(value));
    }
    Ok(condition)
}

/// Reads a part of a key. A row has one address: other spellings of its key, such as `007` for 7, name none.
fn read<E: ResourceEntity>(field: &Field<E::Column>, text: &str) -> Option<Value> {
    let value = checked::<E>(field, field.kind.as_ref()?.read_text(text)?)?;
    (spelled(&value)? == text).then_some(value)
}

/// How a path spells a value.
fn spelled(value: &Value) -> Option<String> {
    match to_json(value)? {
        Json::String(text) => Some(text),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(bool) => Some(bool.to_string()),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}

/// The condition that finds a row again.
pub(super) fn of<E: ResourceEntity>(fields: &Fields<E>, row: &E::Model) -> Condition {
    fields.key().fold(Condition::all(), |all, field| all.add(field.column.eq(row.get(field.column))))
}

/// The path of a row below its collection.
pub(super) fn path<E: ResourceEntity>(fields: &Fields<E>, row: &E::Model) -> Option<String> {
    let part = |field: &Field<E::Column>| {
        Some(format!("/{}", utf8_percent_encode(&spelled(&row.get(field.column))?, ENCODED)))
    };
    fields.key().map(part).collect()
}
