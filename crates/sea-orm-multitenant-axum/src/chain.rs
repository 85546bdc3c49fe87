//! A sequence of resolvers.

use crate::{
    reads::Reads,
    resolver::{
        AsyncResolver,
        resolve::{Candidate, ResolveError, Resolver, check_identifier},
    },
};
use http::request::Parts;
use std::fmt;

/// Resolvers in the order in which they are tried. The first one that finds an identifier decides.
///
/// A resolver that finds nothing passes the request to the next; one that fails ends the chain. With
/// [`require_agreement`](Self::require_agreement) all resolvers are tried, and all must find the same identifier.
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

struct Link {
    resolver: AnyResolver,
    /// Whether the resolver may find nothing where others find an identifier.
    optional: bool,
}

enum AnyResolver {
    Sync(Box<dyn Resolver>),
    Async(AsyncResolver),
}

impl Link {
    fn reads(&self) -> Reads {
        match &self.resolver {
            AnyResolver::Sync(resolver) => resolver.reads(),
            AnyResolver::Async(_) => Reads::anything(),
        }
    }

    async fn resolve(&self, request: &Parts) -> Result<Option<Candidate>, ResolveError> {
        let found = match &self.resolver {
            AnyResolver::Sync(resolver) => resolver.resolve(request),
            AnyResolver::Async(resolver) => resolver.resolve(request).await,
        }?;
        if let Some(candidate) = &found {
            check_identifier(candidate.identifier())?;
        }
        Ok(found)
    }
}

impl Chain {
    /// Creates an empty chain.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a resolver to the end.
    #[must_use]
    pub fn then(self, resolver: impl Resolver) -> Self {
        self.and(AnyResolver::Sync(Box::new(resolver)))
    }

    /// Adds an asynchronous resolver to the end. See [`async_resolver`](crate::async_resolver).
    #[must_use]
    pub fn then_async(self, resolver: AsyncResolver) -> Self {
        self.and(AnyResolver::Async(resolver))
    }

    fn and(mut self, resolver: AnyResolver) -> Self {
        self.links.push(Link { resolver, optional: false });
        self
    }

    /// Sets the identifier for requests in which no resolver finds one. The application names it, so it may be a
    /// reserved name.
    #[must_use]
    pub fn or(self, identifier: impl Into<String>) -> Self {
        Self { fallback: Some(identifier.into()), ..self }
    }

    /// Tries every resolver, and requires that all find the same identifier. If one finds a different identifier, or
    /// none where it must find one, the result is [`ResolveError::Ambiguous`]. A request in which none finds an
    /// identifier names no tenant.
    ///
    /// Use it where a claim must match the host of the request. All resolvers must use the same identifiers for
    /// tenants. Mark a resolver that may find nothing as [`optional`](Self::optional).
    ///
    /// ```
    /// use http::{HeaderName, Request, header::HOST};
    /// use sea_orm_multitenant_axum::{Chain, Header, ResolveError, Subdomain};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let header = || Header::new(HeaderName::from_static("x-tenant"));
    /// let both = Chain::new().then(Subdomain::of("example.org")?).then(header()).require_agreement();
    /// let either = Chain::new().then(Subdomain::of("example.org")?).then(header()).optional().require_agreement();
    ///
    /// let (mut parts, ()) = Request::get("/").header(HOST, "acme.example.org").body(())?.into_parts();
    /// assert_eq!(both.resolve(&parts).await, Err(ResolveError::Ambiguous));
    /// assert!(either.resolve(&parts).await?.is_some());
    /// parts.headers.insert("x-tenant", "acme".parse()?);
    /// assert!(both.resolve(&parts).await?.is_some());
    /// parts.headers.insert("x-tenant", "zeta".parse()?);
    /// assert_eq!(either.resolve(&parts).await, Err(ResolveError::Ambiguous));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn require_agreement(self) -> Self {
        Self { agreement: true, ..self }
    }

    /// Lets the most recently added resolver find nothing with [`require_agreement`](Self::require_agreement). If it
    /// finds an identifier, that must agree all the same. Without `require_agreement` this has no effect.
    #[must_use]
    pub fn optional(mut self) -> Self {
        if let Some(link) = self.links.last_mut() {
            link.optional = true;
        }
        self
    }

    /// Returns the headers that all resolvers together read, for `Vary`, which [`TenantLayer`](crate::TenantLayer) adds
    /// to its responses.
    ///
    /// ```
    /// use http::{HeaderName, header::HOST};
    /// use sea_orm_multitenant_axum::{Chain, Header, Reads, Subdomain};
    ///
    /// # fn main() -> Result<(), sea_orm_multitenant_axum::InvalidHost> {
    /// const TENANT: HeaderName = HeaderName::from_static("x-tenant");
    /// let chain = Chain::new().then(Header::new(TENANT)).then(Subdomain::of("example.org")?);
    /// assert_eq!(chain.reads(), Reads::headers([TENANT, HOST]));
    /// # Ok(())
    /// # }
    /// ```
    pub fn reads(&self) -> Reads {
        self.links.iter().map(Link::reads).fold(Reads::nothing(), Reads::and)
    }

    /// Runs the chain on a request.
    ///
    /// # Errors
    /// The error of the first resolver that fails; [`ResolveError::Malformed`] for an identifier that is empty, is
    /// longer than 253 bytes, contains control characters, or begins or ends with white space;
    /// [`ResolveError::Ambiguous`] where resolvers do not agree.
    pub async fn resolve(&self, request: &Parts) -> Result<Option<Candidate>, ResolveError> {
        let mut found: Option<Candidate> = None;
        let mut silent = false;
        for link in &self.links {
            match (link.resolve(request).await?, &mut found) {
                (Some(candidate), None) => found = Some(candidate),
                (Some(candidate), Some(first)) => agree(first, candidate)?,
                (None, _) => silent |= !link.optional,
            }
            if found.is_some() && !self.agreement {
                break;
            }
        }
        if self.agreement && silent && found.is_some() {
            return Err(ResolveError::Ambiguous);
        }
        Ok(found.or_else(|| self.fallback.as_ref().map(Candidate::of_application)))
    }
}

/// Requires that a later candidate names the same tenant, and keeps what else it knows.
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
    /// Creates a chain of one resolver.
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
