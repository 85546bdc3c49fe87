//! A header that names the tenant.

use crate::{
    reads::Reads,
    resolver::resolve::{Candidate, ResolveError, Resolver, single_value},
};
use http::{HeaderName, request::Parts};

/// Resolves the value of a header.
///
/// Malformed when the value is empty or not UTF-8; ambiguous when the request has the header twice or its value
/// contains a comma, with which proxies join two values.
///
/// The client controls its headers, so the header does not prove that the sender belongs to the tenant: see
/// [`TenantLayer::authorize`](crate::TenantLayer::authorize).
///
/// ```
/// use http::{HeaderName, Request};
/// use sea_orm_multitenant_axum::{Candidate, Header, ResolveError, Resolver};
///
/// # fn main() -> Result<(), http::Error> {
/// let header = Header::new(HeaderName::from_static("x-tenant"));
/// let (one, ()) = Request::get("/").header("x-tenant", "acme").body(())?.into_parts();
/// assert_eq!(header.resolve(&one), Ok(Some(Candidate::new("acme"))));
/// let (two, ()) = Request::get("/").header("x-tenant", "acme").header("x-tenant", "zeta").body(())?.into_parts();
/// assert_eq!(header.resolve(&two), Err(ResolveError::Ambiguous));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Header {
    name: HeaderName,
}

impl Header {
    /// Creates a resolver for the header of this name.
    pub fn new(name: HeaderName) -> Self {
        Self { name }
    }
}

impl Resolver for Header {
    fn resolve(&self, request: &Parts) -> Result<Option<Candidate>, ResolveError> {
        match single_value(request, &self.name)? {
            None => Ok(None),
            Some(value) if value.contains(',') => Err(ResolveError::Ambiguous),
            Some("") => Err(ResolveError::Malformed),
            Some(value) => Ok(Some(Candidate::new(value))),
        }
    }

    fn reads(&self) -> Reads {
        Reads::headers([self.name.clone()])
    }
}
