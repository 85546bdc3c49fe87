//! Checks a value against the type of its field.

use crate::resource::{entity::ResourceEntity, fields::Field};
use sea_orm::{ActiveModelTrait, Value};

/// Returns the value as the field of the model stores it; `None` if it cannot, such as an unknown value of an enum.
pub(super) fn checked<E: ResourceEntity>(field: &Field<E::Column>, value: Value) -> Option<Value> {
    let mut row = <E::ActiveModel as ActiveModelTrait>::default();
    row.try_set(field.column, value).ok()?;
    row.get(field.column).into_value()
}
