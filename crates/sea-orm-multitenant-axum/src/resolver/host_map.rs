//! A map from hosts to identifiers.

use crate::{
    reads::Reads,
    resolver::{
        host::{Host, HostSource, InvalidHost},
        resolve::{Candidate, ResolveError, Resolver},
    },
};
use http::{HeaderName, request::Parts};
use std::collections::HashMap;

/// Resolves listed hosts, each to its identifier; finds nothing for other hosts.
///
/// Hosts are compared as by [`Subdomain`](crate::Subdomain). For domains that are stored in a table use
/// [`WholeHost`](crate::WholeHost).
///
/// ```
/// use http::Request;
/// use sea_orm_multitenant_axum::{Candidate, HostMap, Resolver};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let hosts = HostMap::new([("acme.com", "acme"), ("shop.zeta.example", "zeta")])?;
/// let (parts, ()) = Request::get("/").header("host", "Acme.com:443").body(())?.into_parts();
/// assert_eq!(hosts.resolve(&parts), Ok(Some(Candidate::new("acme"))));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct HostMap {
    hosts: HashMap<String, String>,
    source: HostSource,
}

impl HostMap {
    /// Creates the map from hosts and the identifiers of their tenants.
    ///
    /// # Errors
    /// [`InvalidHost`] for text that is not a host name, and for a host that is listed with two identifiers, in any
    /// spelling.
    pub fn new<H: AsRef<str>, I: Into<String>>(
        hosts: impl IntoIterator<Item = (H, I)>,
    ) -> Result<Self, InvalidHost> {
        let mut known = HashMap::new();
        for (host, identifier) in hosts {
            let (ascii, identifier) = (Host::configured(host.as_ref())?, identifier.into());
            match known.insert(ascii, identifier.clone()) {
                Some(other) if other != identifier => return Err(InvalidHost::listed_twice(host.as_ref())),
                Some(_) | None => {}
            }
        }
        Ok(Self { hosts: known, source: HostSource::Request })
    }

    /// Reads the host from a header: see [`Subdomain::from_header`](crate::Subdomain::from_header).
    #[must_use]
    pub fn from_header(self, name: HeaderName) -> Self {
        Self { source: HostSource::Header(name), ..self }
    }
}

impl Resolver for HostMap {
    fn resolve(&self, request: &Parts) -> Result<Option<Candidate>, ResolveError> {
        match self.source.host(request)? {
            Some(Host::Name(host)) => Ok(self.hosts.get(&host).map(Candidate::new)),
            Some(Host::Address) | None => Ok(None),
        }
    }

    fn reads(&self) -> Reads {
        self.source.reads()
    }
}
