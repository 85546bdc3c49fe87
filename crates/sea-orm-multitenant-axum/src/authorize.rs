//! Whether a request may be the tenant's.

use crate::catalog::store::{CatalogError, Found};
use http::request::Parts;
use std::{pin::Pin, sync::Arc};

/// What the hook of [`TenantLayer::authorize`](crate::TenantLayer::authorize) says. Also made of a `bool`, and of a `Result` of one.
///
/// ```
/// use sea_orm_multitenant_axum::{Access, CatalogError};
///
/// assert!(matches!(Access::from(true), Access::Allowed));
/// assert!(matches!(Access::from(Ok(false)), Access::Refused));
/// assert!(matches!(Access::from(Err(CatalogError::new("down"))), Access::Failed(_)));
/// ```
#[derive(Debug, Clone)]
pub enum Access {
    /// The request goes on.
    Allowed,
    /// It is answered with [`Rejection::Forbidden`](crate::Rejection::Forbidden).
    Refused,
    /// It is not known: logged, and answered with [`Rejection::Unavailable`](crate::Rejection::Unavailable).
    Failed(CatalogError),
}

impl From<bool> for Access {
    fn from(allowed: bool) -> Self {
        if allowed { Self::Allowed } else { Self::Refused }
    }
}

impl From<Result<bool, CatalogError>> for Access {
    fn from(allowed: Result<bool, CatalogError>) -> Self {
        match allowed {
            Ok(allowed) => allowed.into(),
            Err(error) => Self::Failed(error),
        }
    }
}

pub(crate) type Authorizing = Pin<Box<dyn Future<Output = Access> + Send>>;

pub(crate) type Authorize<T> = Arc<dyn Fn(&Parts, &Found<T>) -> Authorizing + Send + Sync>;
