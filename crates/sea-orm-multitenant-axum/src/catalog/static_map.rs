//! Tenants that the program knows by heart.

use crate::catalog::store::{CatalogError, Found, TenantCatalog};
use sea_orm_multitenant::TenantId;
use std::collections::HashMap;

/// A catalogue of tenants that are listed when the program starts.
///
/// ```
/// use sea_orm_multitenant_axum::{CatalogError, Found, StaticCatalog, TenantCatalog};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), CatalogError> {
/// let catalog = StaticCatalog::new([
///     ("acme", Found::new(1, "Acme Ltd.")),
///     ("zeta", Found::new(2, "Zeta GmbH").disabled_if(true)),
/// ]);
/// assert_eq!(catalog.find("acme").await?.map(|found| *found.record()), Some("Acme Ltd."));
/// assert!(catalog.find("ACME").await?.is_none());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct StaticCatalog<T> {
    tenants: HashMap<String, Found<T>>,
}

impl<T> StaticCatalog<T> {
    /// Identifiers, each with its tenant. Of one that is listed twice the last holds.
    pub fn new<I: Into<String>>(tenants: impl IntoIterator<Item = (I, Found<T>)>) -> Self {
        Self { tenants: tenants.into_iter().map(|(identifier, found)| (identifier.into(), found)).collect() }
    }
}

impl StaticCatalog<()> {
    /// Identifiers, each with its tenant's id, without records.
    ///
    /// ```
    /// use sea_orm_multitenant_axum::{CatalogError, StaticCatalog, TenantCatalog};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), CatalogError> {
    /// assert!(StaticCatalog::of_ids([("acme", 1), ("zeta", 2)]).find("zeta").await?.is_some());
    /// # Ok(())
    /// # }
    /// ```
    pub fn of_ids<I: Into<String>, N: Into<TenantId>>(tenants: impl IntoIterator<Item = (I, N)>) -> Self {
        Self::new(tenants.into_iter().map(|(identifier, tenant)| (identifier, Found::new(tenant, ()))))
    }
}

impl<T: Send + Sync + 'static> TenantCatalog for StaticCatalog<T> {
    type Record = T;

    async fn find(&self, identifier: &str) -> Result<Option<Found<T>>, CatalogError> {
        Ok(self.tenants.get(identifier).cloned())
    }
}
