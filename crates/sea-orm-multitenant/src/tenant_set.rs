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
pub struct TenantSet(Arc<[TenantId]>);

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
        Ok(Self(different.into()))
    }

    /// Returns the ids.
    pub fn ids(&self) -> &[TenantId] {
        &self.0
    }

    /// Whether this tenant is in the set.
    pub fn contains(&self, id: &TenantId) -> bool {
        self.0.contains(id)
    }

    /// Whether the set has no tenant, so that its scope sees nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the number of tenants.
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

/// The tenants of a scope, converted to every type of tenant column in the catalogue.
#[derive(Debug, Clone)]
pub(crate) enum BoundTenants {
    /// One tenant.
    One(BoundTenant),
    /// The tenants of a set.
    Set(Box<[BoundTenant]>),
}

impl BoundTenants {
    /// Converts the tenants of a set.
    pub(crate) fn of_set(set: &TenantSet, types: &[TenantType]) -> Result<Self, TenancyError> {
        let bound: Result<_, _> = set.ids().iter().map(|id| BoundTenant::new(id.clone(), types)).collect();
        bound.map(Self::Set)
    }

    /// For whom a text is scoped, unless a condition in it names another tenant.
    pub(crate) fn whom(&self) -> Whom {
        match self {
            Self::One(_) => Whom::One,
            Self::Set(tenants) => Whom::Set(tenants.len()),
        }
    }

    /// Whether the predicate holds for one of the tenants.
    pub(crate) fn is_any(&self, is: impl Fn(&TenantId) -> bool) -> bool {
        self.all().iter().any(|tenant| is(&tenant.id))
    }

    /// Returns the value to bind for the tenant at this index, from 0, in a column of type `ty`.
    ///
    /// # Errors
    /// [`TenancyError::NoTenant`] where there is no such tenant, [`TenancyError::TenantType`] for a type that no tenant
    /// column of the catalogue has.
    pub(crate) fn value(&self, index: usize, ty: TenantType) -> Result<&Value, TenancyError> {
        let Some(tenant) = self.all().get(index) else { return Err(TenancyError::NoTenant) };
        match tenant.value(ty) {
            Some(value) => Ok(value),
            None => Err(TenancyError::TenantType { tenant: tenant.id.to_string(), ty }),
        }
    }

    /// Returns all tenants.
    pub(crate) fn all(&self) -> &[BoundTenant] {
        match self {
            Self::One(tenant) => std::slice::from_ref(tenant),
            Self::Set(tenants) => tenants,
        }
    }
}

impl fmt::Display for BoundTenants {
    /// The ids, separated by commas.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, tenant) in self.all().iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            tenant.id.fmt(f)?;
        }
        Ok(())
    }
}
