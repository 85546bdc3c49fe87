//! A tenant store over a list in the program.

use crate::store::tenant_store::{Found, StoreError, TenantStore};
use sea_orm_multitenant::TenantId;
use std::collections::HashMap;

/// A tenant store over a list that is given when the program starts.
///
/// ```
/// use sea_orm_multitenant_axum::{StoreError, Found, StaticStore, TenantStore};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), StoreError> {
/// let store = StaticStore::new([
///     ("acme", Found::new(1, "Acme Ltd.")),
///     ("zeta", Found::new(2, "Zeta GmbH").disabled_if(true)),
/// ]);
/// assert_eq!(store.find("acme").await?.map(|found| *found.record()), Some("Acme Ltd."));
/// assert!(store.find("ACME").await?.is_none());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct StaticStore<T> {
    tenants: HashMap<String, Found<T>>,
}

impl<T> StaticStore<T> {
    /// Creates the store from identifiers and tenants. If an identifier is listed twice, the last tenant counts.
    pub fn new<I: Into<String>>(tenants: impl IntoIterator<Item = (I, Found<T>)>) -> Self {
        Self { tenants: tenants.into_iter().map(|(identifier, found)| (identifier.into(), found)).collect() }
    }
}

impl StaticStore<()> {
    /// Creates the store from identifiers and tenant ids, without records.
    ///
    /// ```
    /// use sea_orm_multitenant_axum::{StoreError, StaticStore, TenantStore};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), StoreError> {
    /// assert!(StaticStore::of_ids([("acme", 1), ("zeta", 2)]).find("zeta").await?.is_some());
    /// # Ok(())
    /// # }
    /// ```
    pub fn of_ids<I: Into<String>, N: Into<TenantId>>(tenants: impl IntoIterator<Item = (I, N)>) -> Self {
        Self::new(tenants.into_iter().map(|(identifier, tenant)| (identifier, Found::new(tenant, ()))))
    }
}

impl<T: Send + Sync + 'static> TenantStore for StaticStore<T> {
    type Record = T;

    async fn find(&self, identifier: &str) -> Result<Option<Found<T>>, StoreError> {
        Ok(self.tenants.get(identifier).cloned())
    }
}
