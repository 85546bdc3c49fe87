//! The types of tenant columns.

/// The type of a tenant column, and of the value bound to it.
///
/// ```
/// use sea_orm_multitenant_sql::{Table, TenantType};
///
/// let table = Table::tenant("project", "account_id", TenantType::Uuid);
/// assert_eq!(table.tenant_column(), Some(("account_id", TenantType::Uuid)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TenantType {
    /// 32-bit integer.
    Int,
    /// 64-bit integer.
    BigInt,
    /// UUID.
    Uuid,
    /// Character string.
    Text,
}

impl TenantType {
    /// All types, in the order of their declaration.
    pub const ALL: [Self; 4] = [Self::Int, Self::BigInt, Self::Uuid, Self::Text];
}
