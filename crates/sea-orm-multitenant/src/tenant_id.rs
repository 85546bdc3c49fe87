//! The id of a tenant.

use crate::error::TenancyError;
use sea_orm::Value;
use sea_orm_multitenant_sql::TenantType;
use std::{borrow::Cow, fmt};
use uuid::Uuid;

/// The id of a tenant: an integer, a UUID or a text.
///
/// Made from an integer, a [`Uuid`], a text, a reference to one of them, or a [`Value`] of those types. A `u64`, a
/// `usize` and a [`Value`] convert by `TryFrom`, since some are no tenant id; scopes take them all the same. A scope
/// converts the id once to the type of each tenant column. Integers convert to any integer type that can represent
/// them; nothing else converts.
///
/// ```
/// use sea_orm_multitenant::TenantId;
///
/// let name = String::from("acme");
/// assert_eq!(TenantId::from(42_u8), TenantId::from(&42_i64));
/// assert_eq!(TenantId::from(&name).to_string(), "acme");
/// assert_eq!(TenantId::try_from(42_u64), Ok(TenantId::from(42)));
/// assert!(TenantId::try_from(u64::MAX).is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TenantId(Id);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Id {
    Integer(i64),
    Uuid(Uuid),
    Text(String),
}

impl TenantId {
    /// Returns the value to bind for a tenant column of type `ty`; the value's variant depends on `ty` alone.
    ///
    /// # Errors
    /// [`TenancyError::TenantType`] when the id does not fit that type, [`TenancyError::UnsupportedTenantId`]
    /// for a text that ends in a space.
    ///
    /// ```
    /// use sea_orm::Value;
    /// use sea_orm_multitenant::{TenantId, TenantType};
    ///
    /// assert_eq!(TenantId::from(42_i64).to_value(TenantType::Int), Ok(Value::Int(Some(42))));
    /// assert!(TenantId::from("42").to_value(TenantType::Int).is_err());
    /// ```
    pub fn to_value(&self, ty: TenantType) -> Result<Value, TenancyError> {
        let wrong = || TenancyError::TenantType { tenant: self.to_string(), ty };
        match (&self.0, ty) {
            (Id::Integer(id), TenantType::BigInt) => Ok(Value::BigInt(Some(*id))),
            (Id::Integer(id), TenantType::Int) => {
                i32::try_from(*id).map(|id| Value::Int(Some(id))).map_err(|_| wrong())
            }
            (Id::Uuid(id), TenantType::Uuid) => Ok(Value::Uuid(Some(*id))),
            // MySQL's collations and CHAR columns ignore a space at the end, so that the id would equal another one.
            (Id::Text(id), TenantType::Text) if id.ends_with(' ') => {
                Err(TenancyError::UnsupportedTenantId { kind: "text that ends in a space".to_owned() })
            }
            (Id::Text(id), TenantType::Text) => Ok(Value::String(Some(id.clone()))),
            (Id::Integer(_), TenantType::Uuid | TenantType::Text)
            | (Id::Uuid(_), TenantType::Int | TenantType::BigInt | TenantType::Text)
            | (Id::Text(_), TenantType::Int | TenantType::BigInt | TenantType::Uuid) => Err(wrong()),
        }
    }

    /// Returns the id as an integer, if it is one: to set the tenant column of an `ActiveModel`, as a composite key on
    /// MySQL needs.
    ///
    /// ```
    /// use sea_orm_multitenant::TenantId;
    ///
    /// assert_eq!(TenantId::from(42).as_i64(), Some(42));
    /// assert_eq!(TenantId::from("acme").as_i64(), None);
    /// ```
    pub fn as_i64(&self) -> Option<i64> {
        match &self.0 {
            Id::Integer(id) => Some(*id),
            Id::Uuid(_) | Id::Text(_) => None,
        }
    }

    /// Returns the id as a UUID, if it is one.
    pub fn as_uuid(&self) -> Option<Uuid> {
        match &self.0 {
            Id::Uuid(id) => Some(*id),
            Id::Integer(_) | Id::Text(_) => None,
        }
    }

    /// Returns the id as a text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match &self.0 {
            Id::Text(id) => Some(id),
            Id::Integer(_) | Id::Uuid(_) => None,
        }
    }

    /// Whether a non-NULL value is this id.
    pub(crate) fn is_value(&self, value: &Value) -> bool {
        match (&self.0, value) {
            (Id::Integer(id), value) => integer(value) == Some(*id),
            (Id::Uuid(id), Value::Uuid(Some(value))) => id == value,
            (Id::Text(id), Value::String(Some(value))) => id == value,
            (Id::Text(id), Value::Char(Some(value))) => id.chars().eq([*value]),
            (Id::Uuid(_) | Id::Text(_), _) => false,
        }
    }

    /// Whether a number literal of a statement is this id.
    pub(crate) fn is_number(&self, digits: &str) -> bool {
        matches!((&self.0, digits.parse::<i64>()), (Id::Integer(id), Ok(number)) if *id == number)
    }

    /// Whether a text literal of a statement is this id.
    pub(crate) fn is_text(&self, text: &str) -> bool {
        match &self.0 {
            Id::Text(id) => id == text,
            Id::Uuid(id) => Uuid::parse_str(text).is_ok_and(|uuid| uuid == *id),
            Id::Integer(_) => false,
        }
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Id::Integer(id) => id.fmt(f),
            Id::Uuid(id) => id.fmt(f),
            Id::Text(id) => id.fmt(f),
        }
    }
}

impl From<i64> for TenantId {
    fn from(id: i64) -> Self {
        Self(Id::Integer(id))
    }
}

/// Converts integers that always fit an `i64`.
macro_rules! from_integers {
    ($($integer:ty),*) => {$(
        impl From<$integer> for TenantId {
            fn from(id: $integer) -> Self {
                Self::from(i64::from(id))
            }
        }
    )*};
}

from_integers!(i8, i16, i32, u8, u16, u32);

/// Converts integers that may be larger than an `i64`.
macro_rules! try_from_integers {
    ($($integer:ty),*) => {$(
        impl TryFrom<$integer> for TenantId {
            type Error = TenancyError;

            /// # Errors
            /// [`TenancyError::UnsupportedTenantId`] for an integer that does not fit an `i64`.
            fn try_from(id: $integer) -> Result<Self, TenancyError> {
                let beyond = || TenancyError::UnsupportedTenantId { kind: concat!(stringify!($integer), " beyond i64").to_owned() };
                i64::try_from(id).map(Self::from).map_err(|_| beyond())
            }
        }
    )*};
}

try_from_integers!(u64, usize, isize);

impl From<Uuid> for TenantId {
    fn from(id: Uuid) -> Self {
        Self(Id::Uuid(id))
    }
}

impl From<String> for TenantId {
    fn from(id: String) -> Self {
        Self(Id::Text(id))
    }
}

impl From<&str> for TenantId {
    fn from(id: &str) -> Self {
        Self::from(id.to_owned())
    }
}

impl From<Cow<'_, str>> for TenantId {
    fn from(id: Cow<'_, str>) -> Self {
        Self::from(id.into_owned())
    }
}

/// Converts references to ids, as a model's field or an iterator over ids has them.
macro_rules! from_references {
    ($($id:ty),*) => {$(
        impl From<&$id> for TenantId {
            fn from(id: &$id) -> Self {
                Self::from(id.clone())
            }
        }
    )*};
}

from_references!(i8, i16, i32, i64, u8, u16, u32, Uuid, String);

impl From<&TenantId> for TenantId {
    fn from(id: &TenantId) -> Self {
        id.clone()
    }
}

impl TryFrom<Value> for TenantId {
    type Error = TenancyError;

    /// # Errors
    /// [`TenancyError::NoTenant`] for NULL, [`TenancyError::UnsupportedTenantId`] for a value of another kind and for
    /// an unsigned integer beyond `i64`.
    fn try_from(value: Value) -> Result<Self, TenancyError> {
        let id = match value {
            Value::BigUnsigned(Some(id)) if i64::try_from(id).is_err() => {
                return Err(TenancyError::UnsupportedTenantId { kind: "u64 beyond i64".to_owned() });
            }
            Value::TinyInt(_)
            | Value::SmallInt(_)
            | Value::Int(_)
            | Value::BigInt(_)
            | Value::TinyUnsigned(_)
            | Value::SmallUnsigned(_)
            | Value::Unsigned(_)
            | Value::BigUnsigned(_) => integer(&value).map(Self::from),
            Value::Uuid(id) => id.map(Self::from),
            Value::String(id) => id.map(Self::from),
            Value::Char(id) => id.map(|id| Self::from(id.to_string())),
            other => {
                return Err(TenancyError::UnsupportedTenantId {
                    kind: format!("value of type {:?}", other.array_type()),
                });
            }
        };
        id.ok_or(TenancyError::NoTenant)
    }
}

/// Returns the integer of a value of any integer type, if it fits an `i64`.
pub(crate) fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::TinyInt(id) => id.map(i64::from),
        Value::SmallInt(id) => id.map(i64::from),
        Value::Int(id) => id.map(i64::from),
        Value::BigInt(id) => *id,
        Value::TinyUnsigned(id) => id.map(i64::from),
        Value::SmallUnsigned(id) => id.map(i64::from),
        Value::Unsigned(id) => id.map(i64::from),
        Value::BigUnsigned(id) => id.and_then(|id| i64::try_from(id).ok()),
        _ => None,
    }
}

/// A tenant's id, converted to every type of tenant column in the catalogue.
#[derive(Debug, Clone)]
pub(crate) struct BoundTenant {
    pub(crate) id: TenantId,
    values: [Option<Value>; TenantType::ALL.len()],
}

impl BoundTenant {
    // The values are large; without inlining they are copied at each call between here and the scope.
    #[inline]
    pub(crate) fn new(id: TenantId, types: &[TenantType]) -> Result<Self, TenancyError> {
        let mut values = [const { None }; TenantType::ALL.len()];
        for ty in types {
            values[*ty as usize] = Some(id.to_value(*ty)?);
        }
        Ok(Self { id, values })
    }

    /// Returns the value to bind for a tenant column of type `ty`, if the catalogue has such a column.
    pub(crate) fn value(&self, ty: TenantType) -> Option<&Value> {
        self.values[ty as usize].as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::{BoundTenant, TenantId};
    use crate::error::TenancyError;
    use sea_orm::Value;
    use sea_orm_multitenant_sql::TenantType;
    use uuid::Uuid;

    #[test]
    fn a_value_of_every_supported_kind_is_an_id() {
        let uuid = Uuid::from_u128(7);
        for (value, id) in [
            (Value::from(7_i8), TenantId::from(7)),
            (Value::from(7_i16), TenantId::from(7)),
            (Value::from(7_i32), TenantId::from(7)),
            (Value::from(7_i64), TenantId::from(7_i64)),
            (Value::from(7_u8), TenantId::from(7)),
            (Value::from(7_u16), TenantId::from(7)),
            (Value::from(7_u32), TenantId::from(7)),
            (Value::from(7_u64), TenantId::from(7)),
            (Value::from("acme"), TenantId::from("acme")),
            (Value::from('a'), TenantId::from("a")),
            (Value::from(uuid), TenantId::from(uuid)),
        ] {
            assert_eq!(TenantId::try_from(value), Ok(id));
        }
    }

    #[test]
    fn ids_are_made_from_every_integer_type_and_from_references() {
        let seven = TenantId::from(7_i64);
        let integers = [
            TenantId::from(7_i8),
            TenantId::from(7_i16),
            TenantId::from(7_i32),
            TenantId::from(7_u8),
            TenantId::from(7_u16),
            TenantId::from(7_u32),
            TenantId::from(&7_i32),
            TenantId::from(&7_i64),
            TenantId::from(&7_u32),
        ];
        assert!(integers.iter().all(|id| *id == seven));
        assert_eq!(TenantId::try_from(7_u64), Ok(seven.clone()));
        assert_eq!(TenantId::try_from(7_usize), Ok(seven.clone()));
        assert_eq!(TenantId::try_from(7_isize), Ok(seven));
        let beyond = TenantId::try_from(i64::MAX.unsigned_abs() + 1);
        assert_eq!(beyond, Err(TenancyError::UnsupportedTenantId { kind: "u64 beyond i64".to_owned() }));
        let text = String::from("acme");
        assert_eq!(TenantId::from(&text), TenantId::from(std::borrow::Cow::Borrowed("acme")));
        let uuid = Uuid::from_u128(7);
        assert_eq!(TenantId::from(&uuid), TenantId::from(uuid));
    }

    #[test]
    fn null_is_not_a_tenant_id() {
        for value in [
            Value::Int(None),
            Value::BigInt(None),
            Value::BigUnsigned(None),
            Value::String(None),
            Value::Uuid(None),
        ] {
            assert_eq!(TenantId::try_from(value), Err(TenancyError::NoTenant));
        }
    }

    #[test]
    fn values_of_unsupported_types_are_not_tenant_ids() {
        for value in [Value::from(true), Value::from(1.5), Value::from(u64::MAX), Value::from(vec![1_u8])] {
            assert!(matches!(TenantId::try_from(value), Err(TenancyError::UnsupportedTenantId { .. })));
        }
    }

    #[test]
    fn is_value_agrees_with_try_from() {
        let uuid = Uuid::from_u128(7);
        let ids = [7.into(), (-7).into(), uuid.into(), "7".into(), "".into(), uuid.to_string().into()];
        let values = [
            Value::from(7_i8),
            Value::from(-7_i16),
            Value::from(7_i32),
            Value::from(-7_i64),
            Value::from(7_u8),
            Value::from(7_u16),
            Value::from(7_u32),
            Value::from(7_u64),
            Value::from(u64::MAX - 6),
            Value::BigInt(None),
            Value::String(None),
            Value::from("7"),
            Value::from("77"),
            Value::from(""),
            Value::from('7'),
            Value::from(uuid),
            Value::from(uuid.to_string()),
            Value::from(7.0),
            Value::from(true),
        ];
        let mut equal = 0;
        for (id, value) in ids.iter().flat_map(|id: &TenantId| values.iter().map(move |value| (id, value))) {
            let becomes_it = TenantId::try_from(value.clone()).is_ok_and(|found| found == *id);
            assert_eq!(id.is_value(value), becomes_it, "{id} and {value:?}");
            equal += u32::from(becomes_it);
        }
        assert_eq!(equal, 13);
    }

    #[test]
    fn an_id_converts_only_to_types_that_represent_it() {
        let (int, uuid, text) = (TenantId::from(1), TenantId::from(Uuid::nil()), TenantId::from("1"));
        let fits = |id: &TenantId| TenantType::ALL.map(|ty| id.to_value(ty).is_ok());
        assert_eq!(fits(&int), [true, true, false, false]);
        assert_eq!(fits(&uuid), [false, false, true, false]);
        assert_eq!(fits(&text), [false, false, false, true]);
        assert_eq!(fits(&TenantId::from(i64::MAX)), [false, true, false, false]);
    }

    #[test]
    fn zero_and_the_empty_text_are_valid_tenant_ids() {
        let zero =
            BoundTenant::new(TenantId::from(0), &[TenantType::Int, TenantType::BigInt]).expect("fits both");
        assert_eq!(zero.value(TenantType::Int), Some(&Value::Int(Some(0))));
        assert_eq!(zero.value(TenantType::BigInt), Some(&Value::BigInt(Some(0))));
        let empty = BoundTenant::new(TenantId::from(""), &[TenantType::Text]).expect("fits");
        assert_eq!(empty.value(TenantType::Text), Some(&Value::String(Some(String::new()))));
    }

    #[test]
    fn a_text_that_ends_in_a_space_is_not_a_tenant_id() {
        let value = TenantId::from("acme ").to_value(TenantType::Text);
        assert!(matches!(value, Err(TenancyError::UnsupportedTenantId { .. })));
    }

    #[test]
    fn binding_an_id_that_does_not_fit_the_column_is_an_error() {
        let bound = BoundTenant::new(TenantId::from("acme"), &[TenantType::BigInt]);
        assert!(matches!(bound, Err(TenancyError::TenantType { ty: TenantType::BigInt, .. })));
    }
}
