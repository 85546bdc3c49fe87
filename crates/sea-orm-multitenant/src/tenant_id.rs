//! The id of a tenant.

use crate::{TenancyError, TenantType};
use sea_orm::Value;
use std::fmt;
use uuid::Uuid;

/// The id of a tenant: an integer, a UUID or a text.
///
/// Made from `i32`, `i64`, [`Uuid`], `String`, `&str`, or a [`Value`] of those. A scope coerces it once to the type of
/// each tenant column; integers widen and, in range, narrow, and nothing else converts.
///
/// ```
/// use sea_orm_multitenant::TenantId;
///
/// assert_eq!(TenantId::from(42_i32), TenantId::from(42_i64));
/// assert_eq!(TenantId::from("acme").to_string(), "acme");
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
    /// The value to bind for a tenant column of type `ty`; its variant depends on `ty` alone.
    ///
    /// # Errors
    /// [`TenancyError::TenantType`] when the id cannot be a value of that type.
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
            (Id::Text(id), TenantType::Text) => Ok(Value::String(Some(id.clone()))),
            (Id::Integer(_), TenantType::Uuid | TenantType::Text)
            | (Id::Uuid(_), TenantType::Int | TenantType::BigInt | TenantType::Text)
            | (Id::Text(_), TenantType::Int | TenantType::BigInt | TenantType::Uuid) => Err(wrong()),
        }
    }

    /// Whether a value that is not NULL is this id.
    pub(crate) fn is_value(&self, value: &Value) -> bool {
        Self::try_from(value.clone()).is_ok_and(|id| id == *self)
    }

    /// Whether a number, as written in a statement, is this id.
    pub(crate) fn is_number(&self, digits: &str) -> bool {
        matches!((&self.0, digits.parse::<i64>()), (Id::Integer(id), Ok(number)) if *id == number)
    }

    /// Whether a text, as written in a statement, is this id.
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

impl From<i32> for TenantId {
    fn from(id: i32) -> Self {
        Self::from(i64::from(id))
    }
}

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

impl From<&TenantId> for TenantId {
    fn from(id: &TenantId) -> Self {
        id.clone()
    }
}

impl TryFrom<Value> for TenantId {
    type Error = TenancyError;

    /// # Errors
    /// [`TenancyError::NoTenant`] for a NULL, [`TenancyError::UnsupportedTenantId`] for a value of another kind or an
    /// unsigned integer beyond `i64`.
    fn try_from(value: Value) -> Result<Self, TenancyError> {
        let integer = |id: Option<i64>| id.map(Self::from);
        let id = match value {
            Value::TinyInt(id) => integer(id.map(i64::from)),
            Value::SmallInt(id) => integer(id.map(i64::from)),
            Value::Int(id) => integer(id.map(i64::from)),
            Value::BigInt(id) => integer(id),
            Value::TinyUnsigned(id) => integer(id.map(i64::from)),
            Value::SmallUnsigned(id) => integer(id.map(i64::from)),
            Value::Unsigned(id) => integer(id.map(i64::from)),
            Value::BigUnsigned(Some(id)) => match i64::try_from(id) {
                Ok(id) => integer(Some(id)),
                Err(_) => {
                    return Err(TenancyError::UnsupportedTenantId { kind: "u64 beyond i64".to_owned() });
                }
            },
            Value::BigUnsigned(None) => None,
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

/// A tenant's id, coerced to every type of tenant column in the catalogue.
#[derive(Debug, Clone)]
pub(crate) struct BoundTenant {
    pub(crate) id: TenantId,
    values: [Option<Value>; TenantType::ALL.len()],
}

impl BoundTenant {
    pub(crate) fn new(id: TenantId, types: &[TenantType]) -> Result<Self, TenancyError> {
        let mut values = [const { None }; TenantType::ALL.len()];
        for ty in types {
            values[*ty as usize] = Some(id.to_value(*ty)?);
        }
        Ok(Self { id, values })
    }

    /// The value to bind for a tenant column of type `ty`.
    pub(crate) fn value(&self, ty: TenantType) -> Result<Value, TenancyError> {
        match &self.values[ty as usize] {
            Some(value) => Ok(value.clone()),
            None => self.id.to_value(ty),
        }
    }
}
