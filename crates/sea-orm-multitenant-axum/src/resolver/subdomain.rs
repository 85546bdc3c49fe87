//! `acme.example.org`: the label before a base domain.

use crate::{
    reads::Reads,
    resolver::{
        host::{Host, HostSource, InvalidHost},
        resolve::{Candidate, ResolveError, Resolver},
    },
};
use http::{HeaderName, request::Parts};

/// Resolves the one label before a base domain: `acme` of `acme.example.org`.
///
/// Hosts are compared as in DNS: without regard to the case of ASCII letters, the port and one trailing dot, and in
/// their ASCII form. The identifier is in ASCII form too: for `bücher.example.org` browsers send
/// `xn--bcher-kva.example.org`. Finds nothing for the base domain itself, `www` before it, another domain, an IP
/// address, and several labels before the base domain. Ambiguous for two hosts. Malformed for a `Host` that is not a
/// host name or in another form: with non-ASCII letters, percent signs, or punycode of text that IDNA would map.
///
/// ```
/// use http::Request;
/// use sea_orm_multitenant_axum::{Candidate, Resolver, Subdomain};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let subdomain = Subdomain::of("example.org")?;
/// let of = |host: &str| {
///     let (parts, ()) = Request::get("/").header("host", host).body(())?.into_parts();
///     Ok::<_, http::Error>(subdomain.resolve(&parts))
/// };
/// assert_eq!(of("ACME.example.org:3000")?, Ok(Some(Candidate::new("acme"))));
/// assert_eq!(of("www.example.org")?, Ok(None));
/// assert_eq!(of("a.b.example.org")?, Ok(None));
/// assert_eq!(of("acme.example.com")?, Ok(None));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Subdomain {
    /// With a leading dot.
    suffix: String,
    source: HostSource,
    strip_www: bool,
    www_is_base: bool,
}

impl Subdomain {
    /// Creates a resolver of the subdomains of `base`, such as `example.org` or `bücher.example`.
    ///
    /// # Errors
    /// [`InvalidHost`] for text that is not a host name.
    pub fn of(base: &str) -> Result<Self, InvalidHost> {
        let suffix = format!(".{}", Host::configured(base)?);
        Ok(Self { suffix, source: HostSource::Request, strip_www: false, www_is_base: true })
    }

    /// Reads the host from this header, such as `x-forwarded-host`, instead of the request's own host.
    ///
    /// Use it only behind a proxy that sets the header on every request: otherwise the sender of the request chooses
    /// the host.
    #[must_use]
    pub fn from_header(self, name: HeaderName) -> Self {
        Self { source: HostSource::Header(name), ..self }
    }

    /// Resolves `www.acme.example.org` like `acme.example.org`; without this it has no tenant.
    #[must_use]
    pub fn strip_www(self) -> Self {
        Self { strip_www: true, ..self }
    }

    /// Treats `www` as an identifier like any other. It remains unknown unless the policy no longer reserves it.
    #[must_use]
    pub fn www_is_a_tenant(self) -> Self {
        Self { www_is_base: false, ..self }
    }
}

impl Resolver for Subdomain {
    fn resolve(&self, request: &Parts) -> Result<Option<Candidate>, ResolveError> {
        let Some(Host::Name(host)) = self.source.host(request)? else { return Ok(None) };
        let Some(mut front) = host.strip_suffix(&self.suffix) else { return Ok(None) };
        if self.strip_www {
            front = front.strip_prefix("www.").unwrap_or(front);
        }
        let is_base = front.is_empty() || (self.www_is_base && front == "www");
        if is_base || front.contains('.') { Ok(None) } else { Ok(Some(Candidate::new(front))) }
    }

    fn reads(&self) -> Reads {
        self.source.reads()
    }
}
