//! The host itself as the identifier, for a tenant store of domains.

use crate::{
    reads::Reads,
    resolver::{
        host::{Host, HostSource},
        resolve::{Candidate, ResolveError, Resolver},
    },
};
use http::{HeaderName, request::Parts};

/// Resolves the whole host to itself, in lower case and ASCII, for a tenant store over a table of domains.
///
/// Finds nothing for an IP address; malformed as by [`Subdomain`](crate::Subdomain). Every other host is an identifier,
/// whether the store knows it or not: put this resolver last in a chain.
///
/// ```
/// use http::Request;
/// use sea_orm_multitenant_axum::{Candidate, Resolver, WholeHost};
///
/// # fn main() -> Result<(), http::Error> {
/// let (parts, ()) = Request::get("/").header("host", "Acme.COM:8080").body(())?.into_parts();
/// assert_eq!(WholeHost::new().resolve(&parts), Ok(Some(Candidate::new("acme.com"))));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct WholeHost {
    source: HostSource,
}

impl WholeHost {
    /// Creates a resolver of the request's own host.
    pub fn new() -> Self {
        Self { source: HostSource::Request }
    }

    /// Reads the host from a header: see [`Subdomain::from_header`](crate::Subdomain::from_header).
    #[must_use]
    pub fn from_header(self, name: HeaderName) -> Self {
        Self { source: HostSource::Header(name) }
    }
}

impl Default for WholeHost {
    fn default() -> Self {
        Self::new()
    }
}

impl Resolver for WholeHost {
    fn resolve(&self, request: &Parts) -> Result<Option<Candidate>, ResolveError> {
        match self.source.host(request)? {
            Some(Host::Name(host)) => Ok(Some(Candidate::new(host))),
            Some(Host::Address) | None => Ok(None),
        }
    }

    fn reads(&self) -> Reads {
        self.source.reads()
    }
}
