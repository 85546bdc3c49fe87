//! The places of values in a rewritten tree: the caller's by their numbers, tenants by numbers that no caller can write.

use crate::{
    engine::{Engine, Placeholders},
    tenant_type::TenantType,
};

/// The values that a caller binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Values {
    /// How many there are.
    pub(crate) count: usize,
    /// Whether the text gives each its number (`$1`, `?1`), so that it may repeat one.
    pub(crate) numbered: bool,
}

/// Numbers above every value of the caller stand for the tenant, one for each type of tenant column.
pub(crate) const TENANT_BASE: usize = 900_000;

/// Numbers from here stand for the tenants of a set: as many for each of them.
pub(crate) const SET_BASE: usize = 1_000_000;

/// The placeholder text that stands for a tenant, in a tree.
pub(crate) fn tenant_placeholder(engine: Engine, number: usize) -> String {
    let sign = match engine.placeholders() {
        Placeholders::Dollar => '$',
        Placeholders::Question | Placeholders::Positional => '?',
    };
    format!("{sign}{number}")
}

/// What a placeholder of a rewritten tree stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Bound {
    /// The caller's value of this index, from 0.
    Caller(usize),
    /// The tenant as this type.
    Tenant(TenantType),
    /// The tenant of this index in a set, from 0, as this type.
    TenantAt(usize, TenantType),
}

/// Reads a placeholder of a rewritten tree; `:1` and `@1` are names, which the parser makes of two tokens.
pub(crate) fn read_placeholder(text: &str) -> Option<Bound> {
    let number: usize = text.strip_prefix(['?', '$'])?.parse().ok()?;
    let types = TenantType::ALL.len();
    match (number.checked_sub(SET_BASE), number.checked_sub(TENANT_BASE)) {
        (Some(index), _) => Some(Bound::TenantAt(index / types, TenantType::ALL[index % types])),
        (None, Some(index)) => TenantType::ALL.get(index).copied().map(Bound::Tenant),
        (None, None) => number.checked_sub(1).map(Bound::Caller),
    }
}

/// One value to bind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Argument {
    /// The caller's value of this index, from 0.
    Value(usize),
    /// The tenant, as this type.
    Tenant(TenantType),
    /// The tenant of this index in a set, from 0, as this type.
    TenantAt(usize, TenantType),
}

impl From<Bound> for Argument {
    fn from(bound: Bound) -> Self {
        match bound {
            Bound::Caller(index) => Self::Value(index),
            Bound::Tenant(ty) => Self::Tenant(ty),
            Bound::TenantAt(index, ty) => Self::TenantAt(index, ty),
        }
    }
}
