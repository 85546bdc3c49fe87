//! The types of keys.

use crate::tenant_type::TenantType;

/// What the column of a key holds, as far as a value must take its type before it is compared and stored.
///
/// ```
/// use sea_orm_multitenant_sql::{KeyType, Table, TenantType};
///
/// let table = Table::tenant("project", "account_id", TenantType::BigInt)
///     .with_key_types([("id", KeyType::Integer), ("code", KeyType::Text)]);
/// assert_eq!(table.key_type("code"), Some(KeyType::Text));
/// assert_eq!(table.key_type("account_id"), Some(KeyType::Integer));
/// assert_eq!(table.key_type("name"), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyType {
    /// Integer of up to 64 bits, with a sign.
    Integer,
    /// Integer of up to 64 bits, without a sign where the engine has such.
    Unsigned,
    /// Decimal number, of any precision and scale.
    Decimal,
    /// Character string, of any length and collation.
    Text,
    /// Character string of a fixed length: what PostgreSQL pads it with counts in no comparison.
    Char,
    /// UUID.
    Uuid,
}

impl KeyType {
    /// Whether a foreign key may lead from a column of this type to one of the other: it stores each such key as it is.
    ///
    /// Integers round decimals, and a fixed length drops the spaces by which two texts differ.
    pub(crate) fn fits(self, other: Self) -> bool {
        match other {
            Self::Integer | Self::Unsigned => matches!(self, Self::Integer | Self::Unsigned | Self::Decimal),
            Self::Char => matches!(self, Self::Char | Self::Text),
            Self::Decimal | Self::Text | Self::Uuid => self == other,
        }
    }

    /// The type in words, for messages.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Integer => "an integer",
            Self::Unsigned => "an unsigned integer",
            Self::Decimal => "a decimal number",
            Self::Text => "a text",
            Self::Char => "a text of fixed length",
            Self::Uuid => "a UUID",
        }
    }
}

impl From<TenantType> for KeyType {
    fn from(ty: TenantType) -> Self {
        match ty {
            TenantType::Int | TenantType::BigInt => Self::Integer,
            TenantType::Uuid => Self::Uuid,
            TenantType::Text => Self::Text,
        }
    }
}
