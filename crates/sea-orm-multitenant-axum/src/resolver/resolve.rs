//! What takes the tenant of a request from it, and what it answers.

use crate::reads::Reads;
use http::{Uri, request::Parts};

/// Reads from a request which tenant it is for.
///
/// `Ok(None)` when this part of the request says nothing: the next resolver of the chain is asked. An error ends the chain,
/// so that what somebody got wrong in one place is never made up for by another.
///
/// Implemented by what this crate brings, and by `Fn(&Parts) -> Result<Option<Candidate>, ResolveError>`.
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
    /// The identifier of the tenant, as the catalogue knows it.
    ///
    /// # Errors
    /// [`ResolveError`] when the request says something that cannot be an identifier, or two things.
    fn resolve(&self, request: &Parts) -> Result<Option<Candidate>, ResolveError>;

    /// The headers that it reads, for `Vary`. Anything unless it says so, which keeps caches from answering with the response.
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

/// What a resolver found: an identifier that the catalogue may know.
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
    /// An identifier that the request names. It is checked against the reserved names.
    pub fn new(identifier: impl Into<String>) -> Self {
        Self { identifier: identifier.into(), uri: None, from_request: true }
    }

    /// An identifier that the application names, whatever the request says: it may be a reserved one.
    pub(crate) fn of_application(identifier: impl Into<String>) -> Self {
        Self { from_request: false, ..Self::new(identifier) }
    }

    /// Gives the request another URI, if it is for this tenant: without the part that named the tenant.
    #[must_use]
    pub fn with_uri(self, uri: Uri) -> Self {
        Self { uri: Some(uri), ..self }
    }

    /// The identifier.
    pub fn identifier(&self) -> &str {
        &self.identifier
    }
}

/// Why a request does not say which tenant it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResolveError {
    /// What the request says is no identifier: empty, not UTF-8, or not in the form of one.
    #[error("the request names its tenant in a form that cannot be read")]
    Malformed,
    /// The request says two things, or nothing in one of the places that must agree.
    #[error("the request does not name one tenant alone")]
    Ambiguous,
    /// The program is put together so that the resolver can never find anything; the log says how.
    #[error("the layers are in an order in which the tenant cannot be found")]
    Misconfigured,
}

/// The longest identifier, in bytes: that of a host name.
const LONGEST: usize = 253;

/// Refuses what no catalogue has to be asked for, before it gets into a query, a cache or a log.
pub(crate) fn check_identifier(identifier: &str) -> Result<(), ResolveError> {
    let usable = !identifier.is_empty()
        && identifier.len() <= LONGEST
        && identifier.trim() == identifier
        && !identifier.chars().any(char::is_control);
    if usable { Ok(()) } else { Err(ResolveError::Malformed) }
}

/// The only value of a header.
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
