//! Sets of tenants.

use crate::{
    error::TenancyError,
    tenant_id::{BoundTenant, TenantId},
};
use sea_orm::Value;
use sea_orm_multitenant_sql::{MAX_TENANTS, Refusal, TenantType, Whom};
use std::{fmt, sync::Arc};

/// A set of tenants: distinct ids, in the order in which they were given.
///
/// ```
/// use sea_orm::Database;
/// use sea_orm_multitenant::{Tenancy, TenantId, TenantType};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let db = Database::connect("sqlite::memory:").await?;
/// let tenancy = Tenancy::builder().tenant_table("project", "account_id", TenantType::BigInt).build(db)?;
/// let scope = tenancy.scope_many([7, 42, 7])?;
/// assert_eq!(scope.tenants().ids(), [TenantId::from(7), TenantId::from(42)]);
/// assert!(scope.tenants().contains(&TenantId::from(42)));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantSet(Members);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Members {
    Ids(Arc<[TenantId]>),
    All,
}

impl TenantSet {
    /// Makes the set of these ids.
    ///
    /// # Errors
    /// [`TenancyError::Refused`] for more than 1,000 distinct ids, and the error of any item.
    pub(crate) fn new(
        ids: impl Iterator<Item = Result<TenantId, TenancyError>>,
    ) -> Result<Self, TenancyError> {
        let mut different: Vec<TenantId> = Vec::new();
        for id in ids {
            let id = id?;
            if !different.contains(&id) {
                different.push(id);
            }
            if different.len() > MAX_TENANTS {
                return Err(Refusal::TooLarge {
                    what: "tenants in a set",
                    found: different.len(),
                    limit: MAX_TENANTS,
                }
                .into());
            }
        }
        Ok(Self(Members::Ids(different.into())))
    }

    /// The set of all tenants: see [`Tenancy::scope_all`](crate::Tenancy::scope_all).
    pub(crate) fn all() -> Self {
        Self(Members::All)
    }

    /// Returns the ids; none for the set of all tenants, which does not name them.
    pub fn ids(&self) -> &[TenantId] {
        match &self.0 {
            Members::Ids(ids) => ids,
            Members::All => &[],
        }
    }

    /// Whether this is the set of all tenants.
    pub fn is_all(&self) -> bool {
        self.0 == Members::All
    }

    /// Whether this tenant is in the set.
    pub fn contains(&self, id: &TenantId) -> bool {
        match &self.0 {
            Members::Ids(ids) => ids.contains(id),
            Members::All => true,
        }
    }

    /// Whether the set has no tenant, so that its scope sees nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }

    /// Returns the number of tenants; `None` for the set of all tenants.
    pub fn len(&self) -> Option<usize> {
        match &self.0 {
            Members::Ids(ids) => Some(ids.len()),
            Members::All => None,
        }
    }
}

/// The tenants of a scope, converted to every type of tenant column in the catalogue.
#[derive(Debug, Clone)]
pub(crate) enum BoundTenants {
    /// One tenant.
    One(BoundTenant),
    /// The tenants of a set.
    Set(Box<[BoundTenant]>),
    /// All tenants.
    All {
        /// Whether statements may write.
        writable: bool,
    },
}

impl BoundTenants {
    /// Converts the tenants of a set.
    pub(crate) fn of_set(set: &TenantSet, types: &[TenantType]) -> Result<Self, TenancyError> {
        if set.is_all() {
            return Ok(Self::All { writable: false });
        }
        let bound: Result<_, _> = set.ids().iter().map(|id| BoundTenant::new(id.clone(), types)).collect();
        bound.map(Self::Set)
    }

    /// For whom a text is scoped, unless a condition in it names another tenant.
    pub(crate) fn whom(&self) -> Whom {
        match self {
            Self::One(_) => Whom::One,
            Self::Set(tenants) => Whom::Set(tenants.len()),
            Self::All { writable: _ } => Whom::All,
        }
    }

    /// Whether the predicate holds for one of the tenants.
    pub(crate) fn is_any(&self, is: impl Fn(&TenantId) -> bool) -> bool {
        match self {
            Self::One(tenant) => is(&tenant.id),
            Self::Set(tenants) => tenants.iter().any(|tenant| is(&tenant.id)),
            Self::All { writable: _ } => true,
        }
    }

    /// Whether statements may write.
    pub(crate) fn may_write(&self) -> bool {
        match self {
            Self::One(_) | Self::Set(_) => true,
            Self::All { writable } => *writable,
        }
    }

    /// Returns the value to bind for the tenant at this index, from 0, in a column of type `ty`.
    ///
    /// # Errors
    /// [`TenancyError::NoTenant`] where there is no such tenant, [`TenancyError::TenantType`] for a type that no tenant
    /// column of the catalogue has.
    pub(crate) fn value(&self, index: usize, ty: TenantType) -> Result<&Value, TenancyError> {
        let Some(tenant) = self.named().get(index) else { return Err(TenancyError::NoTenant) };
        match tenant.value(ty) {
            Some(value) => Ok(value),
            None => Err(TenancyError::TenantType { tenant: tenant.id.to_string(), ty }),
        }
    }

    /// Returns the tenants that are named.
    pub(crate) fn named(&self) -> &[BoundTenant] {
        match self {
            Self::One(tenant) => std::slice::from_ref(tenant),
            Self::Set(tenants) => tenants,
            Self::All { writable: _ } => &[],
        }
    }
}

impl fmt::Display for BoundTenants {
    /// The ids, separated by commas.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::All { writable: _ } = self {
            return f.write_str("all");
        }
        for (index, tenant) in self.named().iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            tenant.id.fmt(f)?;
        }
        Ok(())
    }
}
