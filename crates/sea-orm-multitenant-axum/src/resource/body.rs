//! The JSON body of a write, as values of columns.

use crate::resource::{
    action::Action,
    entity::ResourceEntity,
    error::{ResourceError, shown},
    fields::{Field, Fields},
    value::checked,
};
use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, Request},
};
use http::{
    StatusCode,
    header::{CONTENT_TYPE, HeaderMap},
    request::Parts,
};
use sea_orm::{IdenStatic, Value};
use serde::{
    Deserialize,
    de::{Deserializer, MapAccess, Visitor},
};
use serde_json::Value as Json;
use std::fmt;

/// The values that a body gives to columns.
pub(super) type Written<'a, C> = Vec<(&'a Field<C>, Value)>;

/// The members of a JSON object in their order, with duplicates.
struct Members(Vec<(String, Json)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Reader)
    }
}

/// Receives a body. The limits of the application's own layers apply too.
pub(super) async fn receive(parts: &Parts, body: Body, most: usize) -> Result<Bytes, ResourceError> {
    if !is_json(&parts.headers) {
        return Err(ResourceError::MediaType);
    }
    let request = Request::from_parts(parts.clone(), body);
    match Bytes::from_request(request, &()).await {
        Ok(bytes) if bytes.len() <= most => Ok(bytes),
        Ok(_) => Err(ResourceError::BodyTooLarge),
        Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => Err(ResourceError::BodyTooLarge),
        Err(_) => Err(ResourceError::InvalidJson),
    }
}

/// Whether the body is declared as JSON. A form of another site's page cannot declare that.
fn is_json(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return false };
    let essence = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
}

/// Reads the values that a body writes. Whatever the resource does not have, or the request cannot write, is refused.
pub(super) fn written<'a, E: ResourceEntity>(
    fields: &'a Fields<E>,
    action: Action,
    body: &[u8],
) -> Result<Written<'a, E::Column>, ResourceError> {
    let Members(members) = serde_json::from_slice(body).map_err(|_| ResourceError::InvalidJson)?;
    let mut written = Written::<E::Column>::with_capacity(members.len());
    for (name, json) in members {
        let field = writable(fields, action, &name)?;
        if written.iter().any(|(other, _)| other.name == field.name) {
            return Err(ResourceError::DuplicateField { field: name });
        }
        written.push((field, value::<E>(field, &json)?));
    }
    complete(fields, action, &mut written)?;
    Ok(written)
}

/// Finds the field that a member of the body writes.
fn writable<'a, E: ResourceEntity>(
    fields: &'a Fields<E>,
    action: Action,
    name: &str,
) -> Result<&'a Field<E::Column>, ResourceError> {
    if name == fields.tenant_name || name == fields.tenant.as_str() {
        return Err(ResourceError::TenantField { field: name.to_owned() });
    }
    let field = fields.named(name).ok_or_else(|| ResourceError::UnknownField { field: shown(name) })?;
    if is_writable(field, action) {
        Ok(field)
    } else {
        Err(ResourceError::ReadOnlyField { field: name.to_owned() })
    }
}

/// Whether an action can write a field.
pub(super) fn is_writable<C>(field: &Field<C>, action: Action) -> bool {
    match action {
        Action::Create => field.on_create,
        Action::Replace | Action::Update => field.on_update,
        Action::List | Action::Get | Action::Delete => false,
    }
}

fn value<E: ResourceEntity>(field: &Field<E::Column>, json: &Json) -> Result<Value, ResourceError> {
    let name = field.name.to_owned();
    let kind = field.kind.as_ref().ok_or(ResourceError::Failed)?;
    if json.is_null() {
        return if field.nullable { Ok(kind.null()) } else { Err(ResourceError::NullField { field: name }) };
    }
    if let (Some(most), Json::String(text)) = (field.longest, json)
        && text.chars().count() > most
    {
        let expected = format!("a text of at most {most} characters");
        return Err(ResourceError::InvalidField { field: name, expected });
    }
    let value = kind.read_json(json).and_then(|value| checked::<E>(field, value));
    value.ok_or_else(|| ResourceError::InvalidField { field: name, expected: kind.expected() })
}

/// Demands the fields that a body must have. Those that a replaced row can leave out become NULL.
fn complete<'a, E: ResourceEntity>(
    fields: &'a Fields<E>,
    action: Action,
    written: &mut Written<'a, E::Column>,
) -> Result<(), ResourceError> {
    for field in fields.visible().filter(|field| is_writable(field, action)) {
        if written.iter().any(|(other, _)| other.name == field.name) {
            continue;
        }
        if field.is_required(action) {
            return Err(ResourceError::MissingField { field: field.name.to_owned() });
        }
        if action == Action::Replace {
            let kind = field.kind.as_ref().ok_or(ResourceError::Failed)?;
            written.push((field, kind.null()));
        }
    }
    Ok(())
}
