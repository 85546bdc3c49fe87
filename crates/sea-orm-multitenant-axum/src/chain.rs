//! Resolvers in order.

use crate::{
    reads::Reads,
    resolver::{
        AsyncResolver,
        resolve::{Candidate, ResolveError, Resolver, check_identifier},
    },
};
use http::request::Parts;
use std::fmt;

/// Resolvers in the order in which they are asked. The first that finds something decides.
///
/// One that finds nothing passes to the next, one that fails ends the chain. With [`require_agreement`](Self::require_agreement)
/// all are asked, and all must find the same.
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
    /// Whether it may find nothing where others do.
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
    /// A chain that finds nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks this resolver next.
    #[must_use]
    pub fn then(self, resolver: impl Resolver) -> Self {
        self.and(AnyResolver::Sync(Box::new(resolver)))
    }

    /// Asks this resolver next, which waits for its answer. See [`async_resolver`](crate::async_resolver).
    #[must_use]
    pub fn then_async(self, resolver: AsyncResolver) -> Self {
        self.and(AnyResolver::Async(resolver))
    }

    fn and(mut self, resolver: AnyResolver) -> Self {
        self.links.push(Link { resolver, optional: false });
        self
    }

    /// Falls back to this identifier when no resolver finds one. The application names it, so it may be a reserved name.
    #[must_use]
    pub fn or(self, identifier: impl Into<String>) -> Self {
        Self { fallback: Some(identifier.into()), ..self }
    }

    /// Asks every resolver, and all must find the same identifier: another one, or none where a resolver must find one, is
    /// [`ResolveError::Ambiguous`]. A request in which none finds any names no tenant.
    ///
    /// For a claim that must be about the host that it is used on. They must speak of tenants by the same identifiers. A resolver that
    /// may find nothing is marked [`optional`](Self::optional).
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

    /// Lets the resolver that was added last find nothing where [`require_agreement`](Self::require_agreement) is asked for. What it
    /// finds must agree all the same. No other chain asks all its resolvers, and this changes nothing there.
    #[must_use]
    pub fn optional(mut self) -> Self {
        if let Some(link) = self.links.last_mut() {
            link.optional = true;
        }
        self
    }

    /// The headers that the resolvers read, all together, for `Vary`: [`TenantLayer`](crate::TenantLayer) says it of its responses.
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

    /// What the chain finds in a request.
    ///
    /// # Errors
    /// That of the first resolver that fails; [`ResolveError::Malformed`] for an identifier that is empty, longer than 253
    /// bytes, has control characters or space at an end; [`ResolveError::Ambiguous`] where resolvers do not agree.
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
