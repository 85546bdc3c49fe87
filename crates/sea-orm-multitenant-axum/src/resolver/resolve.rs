//! The trait of resolvers, and what they return.

use crate::reads::Reads;
use http::{Uri, request::Parts};

/// Reads from a request which tenant it is for.
///
/// `Ok(None)` when this part of the request names no tenant: the next resolver of the chain is tried. An error ends the
/// chain, so that a malformed identifier in one place is not replaced by one in another place.
///
/// Implemented by the resolvers of this crate, and by `Fn(&Parts) -> Result<Option<Candidate>, ResolveError>`.
///
/// ```
/// use http::{Request, request::Parts};
/// use sea_orm_multitenant_axum::{Candidate, ResolveError, Resolver};
///
/// fn from_query(parts: &Parts) -> Result<Option<Candidate>, ResolveError> {
///     let mut found = parts.uri.query().unwrap_or_default().split('&').filter_map(|pair| pair.strip_prefix("tenant="));
///     match (found.next(), found.next()) {
///         (None, _) => Ok(None),
///         (Some(tenant), None) => Ok(Some(Candidate::new(tenant))),
///         (Some(_), Some(_)) => Err(ResolveError::Ambiguous),
///     }
/// }
///
/// # fn main() -> Result<(), http::Error> {
/// let (parts, ()) = Request::get("/?tenant=acme").body(())?.into_parts();
/// assert_eq!(from_query.resolve(&parts), Ok(Some(Candidate::new("acme"))));
/// # Ok(())
/// # }
/// ```
pub trait Resolver: Send + Sync + 'static {
    /// Returns the tenant's identifier, as used in the tenant store.
    ///
    /// # Errors
    /// [`ResolveError`] when the request contains something that cannot be an identifier, or two identifiers.
    fn resolve(&self, request: &Parts) -> Result<Option<Candidate>, ResolveError>;

    /// Returns the headers that the resolver reads, for `Vary`. By default [`Reads::anything`], which keeps caches from
    /// storing the response.
    fn reads(&self) -> Reads {
        Reads::anything()
    }
}

impl<F> Resolver for F
where
    F: Fn(&Parts) -> Result<Option<Candidate>, ResolveError> + Send + Sync + 'static,
{
    fn resolve(&self, request: &Parts) -> Result<Option<Candidate>, ResolveError> {
        self(request)
    }
}

/// What a resolver found: an identifier that the tenant store may know.
///
/// ```
/// use sea_orm_multitenant_axum::Candidate;
///
/// assert_eq!(Candidate::new("acme").identifier(), "acme");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub(crate) identifier: String,
    pub(crate) uri: Option<Uri>,
    pub(crate) from_request: bool,
}

impl Candidate {
    /// An identifier from the request. It is checked against the reserved names.
    pub fn new(identifier: impl Into<String>) -> Self {
        Self { identifier: identifier.into(), uri: None, from_request: true }
    }

    /// An identifier that the application names, whatever the request contains. It may be a reserved name.
    pub(crate) fn of_application(identifier: impl Into<String>) -> Self {
        Self { from_request: false, ..Self::new(identifier) }
    }

    /// Sets the URI that the request gets if it is for this tenant: one without the part that named the tenant.
    #[must_use]
    pub fn with_uri(self, uri: Uri) -> Self {
        Self { uri: Some(uri), ..self }
    }

    /// Returns the identifier.
    pub fn identifier(&self) -> &str {
        &self.identifier
    }
}

/// Why the tenant of a request cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResolveError {
    /// The text is not an identifier: empty, not UTF-8, or malformed.
    #[error("the request names its tenant in a form that cannot be read")]
    Malformed,
    /// The request names two tenants, or lacks a tenant in one of the places that must agree.
    #[error("the request does not name exactly one tenant")]
    Ambiguous,
    /// The program's layers are in an order in which the resolver never finds anything; the log says how.
    #[error("the layers are in an order in which the tenant cannot be found")]
    Misconfigured,
}

/// The maximum length of an identifier, in bytes: that of a host name.
const LONGEST: usize = 253;

/// Refuses text that no tenant store can know, before it gets into a query, a cache or a log.
pub(crate) fn check_identifier(identifier: &str) -> Result<(), ResolveError> {
    let usable = !identifier.is_empty()
        && identifier.len() <= LONGEST
        && identifier.trim() == identifier
        && !identifier.chars().any(char::is_control);
    if usable { Ok(()) } else { Err(ResolveError::Malformed) }
}

/// Returns the only value of a header.
pub(crate) fn single_value<'a>(
    request: &'a Parts,
    name: &http::HeaderName,
) -> Result<Option<&'a str>, ResolveError> {
    let mut values = request.headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(ResolveError::Ambiguous);
    }
    let value = std::str::from_utf8(value.as_bytes()).map_err(|_| ResolveError::Malformed)?;
    Ok(Some(value))
}
