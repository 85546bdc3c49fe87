//! A cookie that names the tenant.

use crate::{
    reads::Reads,
    resolver::resolve::{Candidate, ResolveError, Resolver},
};
use http::{header::COOKIE, request::Parts};

/// Resolves the value of a cookie.
///
/// Malformed when the value is empty, in quotes or not UTF-8; ambiguous when the request has the cookie with two
/// values, as when a subdomain sets one too.
///
/// The client controls its cookies, and another subdomain may set one: see
/// [`TenantLayer::authorize`](crate::TenantLayer::authorize).
///
/// ```
/// use http::Request;
/// use sea_orm_multitenant_axum::{Candidate, Cookie, Resolver};
///
/// # fn main() -> Result<(), http::Error> {
/// let (parts, ()) = Request::get("/").header("cookie", "theme=dark; tenant=acme").body(())?.into_parts();
/// assert_eq!(Cookie::new("tenant").resolve(&parts), Ok(Some(Candidate::new("acme"))));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Cookie {
    name: String,
}

impl Cookie {
    /// Creates a resolver for the cookie of this name.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into() }
    }
}

impl Resolver for Cookie {
    fn resolve(&self, request: &Parts) -> Result<Option<Candidate>, ResolveError> {
        let pairs =
            request.headers.get_all(COOKIE).iter().flat_map(|header| header.as_bytes().split(|b| *b == b';'));
        let mut found = None;
        for pair in pairs.map(<[u8]>::trim_ascii) {
            let Some(value) =
                pair.strip_prefix(self.name.as_bytes()).and_then(|pair| pair.strip_prefix(b"="))
            else {
                continue;
            };
            if found.is_some_and(|other| other != value) {
                return Err(ResolveError::Ambiguous);
            }
            found = Some(value);
        }
        let Some(value) = found else { return Ok(None) };
        match std::str::from_utf8(value) {
            Ok("") | Err(_) => Err(ResolveError::Malformed),
            // Quotes are part of a cookie's value (RFC 6265), but some readers remove them, so that one tenant would
            // have two spellings.
            Ok(value) if value.starts_with('"') || value.ends_with('"') => Err(ResolveError::Malformed),
            Ok(value) => Ok(Some(Candidate::new(value))),
        }
    }

    fn reads(&self) -> Reads {
        Reads::headers([COOKIE])
    }
}
