//! The trait of tenant stores, and what they return.

use sea_orm::DbErr;
use sea_orm_multitenant::TenantId;
use std::{error::Error, fmt, pin::Pin, sync::Arc};

/// Finds tenants by the identifiers that requests use for them.
///
/// ```
/// use sea_orm_multitenant_axum::{StoreError, Found, TenantStore};
///
/// /// `t1` is tenant 1, `t2` is tenant 2, …
/// struct Numbered;
///
/// impl TenantStore for Numbered {
///     type Record = ();
///
///     async fn find(&self, identifier: &str) -> Result<Option<Found<()>>, StoreError> {
///         let number: Option<i64> = identifier.strip_prefix('t').and_then(|number| number.parse().ok());
///         Ok(number.map(|number| Found::new(number, ())))
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), StoreError> {
/// let found = Numbered.find("t42").await?;
/// assert_eq!(found.map(|found| found.tenant().to_string()).as_deref(), Some("42"));
/// assert!(Numbered.find("42").await?.is_none());
/// # Ok(())
/// # }
/// ```
pub trait TenantStore: Send + Sync + 'static {
    /// The application's own record of a tenant, for [`Tenant`](crate::Tenant).
    type Record: Send + Sync + 'static;

    /// Finds the tenant of an identifier, if there is one.
    ///
    /// # Errors
    /// [`StoreError`] when the lookup fails.
    fn find(
        &self,
        identifier: &str,
    ) -> impl Future<Output = Result<Option<Found<Self::Record>>, StoreError>> + Send;
}

/// A tenant as found in a store: its id, and the application's record. Cheap to clone.
///
/// ```
/// use sea_orm_multitenant::TenantId;
/// use sea_orm_multitenant_axum::Found;
///
/// let found = Found::new(42, "the record").disabled_if(true);
/// assert_eq!(found.tenant(), &TenantId::from(42));
/// assert_eq!(*found.record(), "the record");
/// assert!(found.is_disabled());
/// ```
pub struct Found<T> {
    tenant: TenantId,
    record: Arc<T>,
    disabled: bool,
}

impl<T> Found<T> {
    /// Creates a tenant that is not disabled.
    pub fn new(tenant: impl Into<TenantId>, record: T) -> Self {
        Self { tenant: tenant.into(), record: Arc::new(record), disabled: false }
    }

    /// Disables the tenant: it is found, but no request gets its scope.
    #[must_use]
    pub fn disabled_if(self, disabled: bool) -> Self {
        Self { disabled, ..self }
    }

    /// Returns the tenant's id.
    pub fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// Returns the application's record.
    pub fn record(&self) -> &T {
        &self.record
    }

    /// Returns the record as a shared pointer.
    pub(crate) fn shared_record(&self) -> Arc<T> {
        Arc::clone(&self.record)
    }

    /// Whether the tenant is disabled.
    pub fn is_disabled(&self) -> bool {
        self.disabled
    }
}

impl<T> Clone for Found<T> {
    fn clone(&self) -> Self {
        let Self { tenant, record, disabled } = self;
        Self { tenant: tenant.clone(), record: Arc::clone(record), disabled: *disabled }
    }
}

impl<T> fmt::Debug for Found<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Found")
            .field("tenant", &self.tenant)
            .field("disabled", &self.disabled)
            .finish_non_exhaustive()
    }
}

/// Why a lookup in a tenant store failed. Logged, never sent to a client.
///
/// ```
/// use sea_orm_multitenant_axum::StoreError;
///
/// assert_eq!(StoreError::new("the directory did not answer").to_string(), "the directory did not answer");
/// ```
#[derive(Debug, Clone)]
pub struct StoreError(Arc<dyn Error + Send + Sync>);

impl StoreError {
    /// Wraps any error or text.
    pub fn new(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(Arc::from(error.into()))
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        Self::new(error)
    }
}

type Finding<'a, T> = Pin<Box<dyn Future<Output = Result<Option<Found<T>>, StoreError>> + Send + 'a>>;

/// A tenant store whose type is erased from the layer's.
pub(crate) trait AnyStore<T>: Send + Sync {
    fn find_any<'a>(&'a self, identifier: &'a str) -> Finding<'a, T>;
}

impl<C: TenantStore> AnyStore<C::Record> for C {
    fn find_any<'a>(&'a self, identifier: &'a str) -> Finding<'a, C::Record> {
        Box::pin(self.find(identifier))
    }
}
