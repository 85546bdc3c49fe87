//! Resolvers in order.

use crate::{
    Candidate, ResolveError, Resolver,
    resolver::{AsyncResolver, check_identifier},
};
use http::request::Parts;
use std::fmt;

/// Resolvers in the order in which they are asked. The first that finds something decides.
///
/// One that finds nothing passes to the next, one that fails ends the chain. With [`require_agreement`](Self::require_agreement)
/// all are asked.
///
/// ```
/// use http::{HeaderName, Request};
/// use sea_orm_multitenant_axum::{Chain, Header, Subdomain};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let chain = Chain::new()
///     .then(Header::new(HeaderName::from_static("x-tenant")))
///     .then(Subdomain::of("example.org")?)
///     .or("demo");
/// let of = async |host: &str| {
///     let (parts, ()) = Request::get("/").header("host", host).body(()).ok()?.into_parts();
///     chain.resolve(&parts).await.ok()?.map(|found| found.identifier().to_owned())
/// };
/// assert_eq!(of("acme.example.org").await.as_deref(), Some("acme"));
/// assert_eq!(of("example.org").await.as_deref(), Some("demo"));
/// # Ok(())
/// # }
/// ```
#[derive(Default)]
pub struct Chain {
    links: Vec<Link>,
    fallback: Option<String>,
    agreement: bool,
}

enum Link {
    Sync(Box<dyn Resolver>),
    Async(AsyncResolver),
}

impl Link {
    async fn resolve(&self, request: &Parts) -> Result<Option<Candidate>, ResolveError> {
        let found = match self {
            Self::Sync(resolver) => resolver.resolve(request),
            Self::Async(resolver) => resolver.resolve(request).await,
        }?;
        if let Some(candidate) = &found {
            check_identifier(candidate.identifier())?;
        }
        Ok(found)
    }
}

impl Chain {
    /// A chain that finds nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks this resolver next.
    #[must_use]
    pub fn then(mut self, resolver: impl Resolver) -> Self {
        self.links.push(Link::Sync(Box::new(resolver)));
        self
    }

    /// Asks this resolver next, which waits for its answer. See [`async_resolver`](crate::async_resolver).
    #[must_use]
    pub fn then_async(mut self, resolver: AsyncResolver) -> Self {
        self.links.push(Link::Async(resolver));
        self
    }

    /// Falls back to this identifier when no resolver finds one. The application names it, so it may be a reserved name.
    #[must_use]
    pub fn or(self, identifier: impl Into<String>) -> Self {
        Self { fallback: Some(identifier.into()), ..self }
    }

    /// Asks every resolver: two that find different identifiers are [`ResolveError::Ambiguous`].
    ///
    /// For a claim that must be about the host that it is used on. They must speak of tenants by the same identifiers.
    #[must_use]
    pub fn require_agreement(self) -> Self {
        Self { agreement: true, ..self }
    }

    /// What the chain finds in a request.
    ///
    /// # Errors
    /// That of the first resolver that fails; [`ResolveError::Malformed`] for an identifier that is empty, longer than 253
    /// bytes, has control characters or space at an end; [`ResolveError::Ambiguous`] for a disagreement.
    pub async fn resolve(&self, request: &Parts) -> Result<Option<Candidate>, ResolveError> {
        let mut found: Option<Candidate> = None;
        for link in &self.links {
            match (link.resolve(request).await?, &mut found) {
                (Some(candidate), None) => found = Some(candidate),
                (Some(candidate), Some(first)) => agree(first, candidate)?,
                (None, _) => {}
            }
            if found.is_some() && !self.agreement {
                break;
            }
        }
        Ok(found.or_else(|| self.fallback.as_ref().map(Candidate::of_application)))
    }
}

/// A later candidate must name the same tenant; what it knows more of is kept.
fn agree(first: &mut Candidate, later: Candidate) -> Result<(), ResolveError> {
    let Candidate { identifier, uri, from_request } = later;
    if identifier != first.identifier {
        return Err(ResolveError::Ambiguous);
    }
    first.uri = first.uri.take().or(uri);
    first.from_request |= from_request;
    Ok(())
}

impl<R: Resolver> From<R> for Chain {
    /// A chain of one.
    fn from(resolver: R) -> Self {
        Self::new().then(resolver)
    }
}

impl fmt::Debug for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chain")
            .field("resolvers", &self.links.len())
            .field("fallback", &self.fallback)
            .field("agreement", &self.agreement)
            .finish()
    }
}
