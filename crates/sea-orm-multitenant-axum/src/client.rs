//! Requests to other services on behalf of the current tenant.

use http::{HeaderName, HeaderValue, Request};
use sea_orm_multitenant::{TenancyError, TenantId, current_tenant};
use std::collections::HashSet;

/// Adds the current tenant's id as a header to requests to listed hosts. No host is listed by default.
///
/// The header proves nothing: whoever can send it chooses the tenant. A service that reads it must be reachable only by
/// callers that may act for every tenant, or must authenticate them by other means. Requests to hosts that are not
/// listed get no header, since it would reveal your tenants' ids. A header that the request already has is replaced, or
/// removed if the host is not listed.
///
/// The other service reads it with [`Header`](crate::Header) and a tenant store that finds tenants by id.
///
/// ```
/// use http::{HeaderName, Request};
/// use sea_orm_multitenant::with_tenant_sync;
/// use sea_orm_multitenant_axum::TenantHeader;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let header = TenantHeader::new(HeaderName::from_static("x-tenant")).to("billing.internal");
/// let mut inside = Request::get("http://billing.internal:8080/invoices").body(())?;
/// let mut outside = Request::get("https://example.com/").header("x-tenant", "42").body(())?;
/// with_tenant_sync(42, || {
///     assert!(header.apply(&mut inside)?);
///     assert!(!header.apply(&mut outside)?);
///     Ok::<_, sea_orm_multitenant_axum::HeaderError>(())
/// })?;
/// assert_eq!(inside.headers()["x-tenant"], "42");
/// assert!(outside.headers().get("x-tenant").is_none());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct TenantHeader {
    name: HeaderName,
    hosts: HashSet<String>,
}

/// Why a request to a listed host cannot get the header.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HeaderError {
    /// There is no current tenant.
    #[error(transparent)]
    NoTenant(#[from] TenancyError),
    /// The id has characters that a header value cannot contain.
    #[error("the tenant's id cannot be a header value; use ids without control characters")]
    Unwritable,
}

impl TenantHeader {
    /// Creates a header of this name, which is sent to no host yet.
    pub fn new(name: HeaderName) -> Self {
        Self { name, hosts: HashSet::new() }
    }

    /// Lists a host, on any port.
    #[must_use]
    pub fn to(mut self, host: &str) -> Self {
        self.hosts.insert(host.to_ascii_lowercase());
        self
    }

    /// Adds the current tenant's id to a request, if its URI's host is listed. Returns whether it was added.
    ///
    /// # Errors
    /// [`HeaderError::NoTenant`] without a current tenant, [`HeaderError::Unwritable`] for an id that cannot be a
    /// header value.
    pub fn apply<B>(&self, request: &mut Request<B>) -> Result<bool, HeaderError> {
        request.headers_mut().remove(&self.name);
        let host = request.uri().host().map(str::to_ascii_lowercase);
        if !host.is_some_and(|host| self.hosts.contains(&host)) {
            return Ok(false);
        }
        let value = value_of(&current_tenant()?)?;
        request.headers_mut().insert(self.name.clone(), value);
        Ok(true)
    }
}

fn value_of(tenant: &TenantId) -> Result<HeaderValue, HeaderError> {
    let text = tenant.to_string();
    let as_sent = !text.is_empty() && text.trim() == text && !text.contains(',');
    let value = HeaderValue::from_bytes(text.as_bytes()).map_err(|_| HeaderError::Unwritable)?;
    if as_sent { Ok(value) } else { Err(HeaderError::Unwritable) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sea_orm_multitenant::with_tenant_sync;

    fn apply(uri: &str) -> Result<Option<HeaderValue>, HeaderError> {
        let header = TenantHeader::new(HeaderName::from_static("x-tenant")).to("Billing.internal");
        let mut request = Request::get(uri).header("x-tenant", "forged").body(()).expect("a request");
        let applied = header.apply(&mut request)?;
        let value = request.headers().get("x-tenant").cloned();
        assert_eq!(value.is_some(), applied);
        Ok(value)
    }

    #[test]
    fn the_current_tenant_replaces_the_requests_header() {
        let value = with_tenant_sync(42, || apply("http://BILLING.internal:80/"));
        assert_eq!(value, Ok(Some(HeaderValue::from_static("42"))));
    }

    #[test]
    fn hosts_that_are_not_listed_get_no_header() {
        for uri in [
            "http://evil.example/",
            "http://billing.internal.evil.example/",
            "http://billing.internal@evil.example/",
            "/path",
        ] {
            assert_eq!(with_tenant_sync(42, || apply(uri)), Ok(None), "{uri}");
        }
    }

    #[test]
    fn a_request_without_current_tenant_is_an_error() {
        assert_eq!(apply("http://billing.internal/"), Err(HeaderError::NoTenant(TenancyError::NoTenant)));
    }

    #[test]
    fn an_id_that_a_header_cannot_represent_is_an_error() {
        for id in ["a,b", "", " a", "a\nb"] {
            let value = with_tenant_sync(id, || apply("http://billing.internal/"));
            assert_eq!(value, Err(HeaderError::Unwritable), "{id:?}");
        }
    }
}
