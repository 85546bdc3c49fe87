//! Cursors: where a page ends, as a text that only this resource reads.

use crate::resource::{
    entity::ResourceEntity, error::ResourceError, kind::to_json, query::order::Ordering, value::checked,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sea_orm::{ColumnTrait, Condition, IdenStatic, ModelTrait, Value, sea_query::Order};
use sea_orm_multitenant::TenantId;
use serde_json::Value as Json;
use sha2::Sha256;

/// The bytes of the code before the values.
const CODE: usize = 16;

/// What a cursor is valid for. A cursor of another tenant, table or order has another code.
pub(crate) struct Seal<'a> {
    pub(crate) key: &'a [u8],
    pub(crate) tenant: &'a TenantId,
    pub(crate) table: &'a str,
}

impl Seal<'_> {
    /// Makes the cursor after a row.
    pub(crate) fn after<E: ResourceEntity>(
        &self,
        ordering: &Ordering<'_, E::Column>,
        row: &E::Model,
    ) -> Result<String, ResourceError> {
        let values = ordering.iter().map(|(field, _)| to_json(&row.get(field.column)));
        let values: Option<Vec<Json>> = values.collect();
        let values = Json::from(values.ok_or(ResourceError::Failed)?).to_string();
        let code = self.code::<E>(ordering, values.as_bytes())?.finalize().into_bytes();
        Ok(URL_SAFE_NO_PAD.encode([&code[..CODE], values.as_bytes()].concat()))
    }

    /// Reads a cursor, as the condition of the rows after it.
    pub(crate) fn condition<E: ResourceEntity>(
        &self,
        ordering: &Ordering<'_, E::Column>,
        cursor: &str,
    ) -> Result<Condition, ResourceError> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| ResourceError::InvalidCursor)?;
        let (code, values) = bytes.split_at_checked(CODE).ok_or(ResourceError::InvalidCursor)?;
        let expected = self.code::<E>(ordering, values)?;
        expected.verify_truncated_left(code).map_err(|_| ResourceError::InvalidCursor)?;
        let values = read::<E>(ordering, values).ok_or(ResourceError::InvalidCursor)?;
        Ok(after::<E>(ordering, &values))
    }

    /// The code of a cursor's values: HMAC-SHA-256 over everything that it is valid for.
    fn code<E: ResourceEntity>(
        &self,
        ordering: &Ordering<'_, E::Column>,
        values: &[u8],
    ) -> Result<Hmac<Sha256>, ResourceError> {
        let mut code = Hmac::<Sha256>::new_from_slice(self.key).map_err(|_| ResourceError::Failed)?;
        let order = ordering.iter().map(|(field, order)| (field.column.as_str(), *order == Order::Desc));
        // Debug quotes each part, so that no two lists give one text.
        let context = format!("{:?}", (self.tenant, self.table, order.collect::<Vec<_>>()));
        code.update(&context.len().to_le_bytes());
        code.update(context.as_bytes());
        code.update(values);
        Ok(code)
    }
}

fn read<E: ResourceEntity>(ordering: &Ordering<'_, E::Column>, values: &[u8]) -> Option<Vec<Value>> {
    let values: Vec<Json> = serde_json::from_slice(values).ok()?;
    if values.len() != ordering.len() {
        return None;
    }
    let pairs = ordering.iter().zip(&values);
    pairs.map(|((field, _), json)| checked::<E>(field, field.kind.as_ref()?.read_json(json)?)).collect()
}

/// The rows after one, in this order: those that are equal in the first fields, and greater in the next.
fn after<E: ResourceEntity>(ordering: &Ordering<'_, E::Column>, values: &[Value]) -> Condition {
    let mut any = Condition::any();
    for (place, ((field, order), value)) in ordering.iter().zip(values).enumerate() {
        let equal = ordering.iter().zip(values).take(place);
        let equal = equal.map(|((field, _), value)| field.column.eq(value.clone()));
        let beyond = match order {
            Order::Desc => field.column.lt(value.clone()),
            _ => field.column.gt(value.clone()),
        };
        any = any.add(equal.fold(Condition::all(), Condition::add).add(beyond));
    }
    any
}
