//! Whether a request may act for the tenant.

use crate::store::tenant_store::{Found, StoreError};
use http::request::Parts;
use std::{pin::Pin, sync::Arc};

/// The answer of the hook of [`TenantLayer::authorize`](crate::TenantLayer::authorize). Also made from a `bool`, and
/// from a `Result` of one.
///
/// ```
/// use sea_orm_multitenant_axum::{Access, StoreError};
///
/// assert!(matches!(Access::from(true), Access::Allowed));
/// assert!(matches!(Access::from(Ok(false)), Access::Refused));
/// assert!(matches!(Access::from(Err(StoreError::new("down"))), Access::Failed(_)));
/// ```
#[derive(Debug, Clone)]
pub enum Access {
    /// The request is passed on.
    Allowed,
    /// The request is rejected with [`Rejection::Forbidden`](crate::Rejection::Forbidden).
    Refused,
    /// The hook failed: the error is logged, and the request rejected with
    /// [`Rejection::Unavailable`](crate::Rejection::Unavailable).
    Failed(StoreError),
}

impl From<bool> for Access {
    fn from(allowed: bool) -> Self {
        if allowed { Self::Allowed } else { Self::Refused }
    }
}

impl From<Result<bool, StoreError>> for Access {
    fn from(allowed: Result<bool, StoreError>) -> Self {
        match allowed {
            Ok(allowed) => allowed.into(),
            Err(error) => Self::Failed(error),
        }
    }
}

pub(crate) type Authorizing = Pin<Box<dyn Future<Output = Access> + Send>>;

pub(crate) type Authorize<T> = Arc<dyn Fn(&Parts, &Found<T>) -> Authorizing + Send + Sync>;
