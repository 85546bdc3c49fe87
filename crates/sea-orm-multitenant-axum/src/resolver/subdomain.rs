//! `acme.example.org`: the label in front of a base domain.

use crate::{
    reads::Reads,
    resolver::{
        host::{Host, HostSource, InvalidHost},
        resolve::{Candidate, ResolveError, Resolver},
    },
};
use http::{HeaderName, request::Parts};

/// Resolves the one label in front of a base domain: `acme` of `acme.example.org`.
///
/// Hosts are compared as DNS does: without the case of ASCII letters, a port and one dot at the end, in their ASCII form, which is
/// also that of the identifier: browsers ask `xn--bcher-kva.example.org` for `bücher.example.org`. None for the base domain itself,
/// `www` in front of it, another domain, an IP address, and several labels in front. Ambiguous for two hosts. Malformed for a `Host`
/// that is no host or in another form than this one: with letters beyond ASCII, percent signs, or punycode of what IDNA would map.
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
    /// With a dot in front.
    suffix: String,
    source: HostSource,
    strip_www: bool,
    www_is_base: bool,
}

impl Subdomain {
    /// The subdomains of `base`, such as `example.org` or `bücher.example`.
    ///
    /// # Errors
    /// [`InvalidHost`] for what is not the name of a host alone.
    pub fn of(base: &str) -> Result<Self, InvalidHost> {
        let suffix = format!(".{}", Host::configured(base)?);
        Ok(Self { suffix, source: HostSource::Request, strip_www: false, www_is_base: true })
    }

    /// Reads the host from this header, such as `x-forwarded-host`, in place of the request's own.
    ///
    /// Only behind a proxy that sets it on every request: otherwise whoever sends the request chooses.
    #[must_use]
    pub fn from_header(self, name: HeaderName) -> Self {
        Self { source: HostSource::Header(name), ..self }
    }

    /// Takes `www.acme.example.org` for `acme.example.org`; otherwise it is nobody's.
    #[must_use]
    pub fn strip_www(self) -> Self {
        Self { strip_www: true, ..self }
    }

    /// Takes `www` for an identifier as any other, which is then unknown unless the policy's reserved names leave it out.
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
