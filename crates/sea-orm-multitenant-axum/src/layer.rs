//! The layer that finds the tenant and runs the inner service for it.

use crate::{
    authorize::{Access, Authorize, Authorizing},
    chain::Chain,
    policy::Policy,
    reads::Reads,
    rejection::{Rejection, TARGET},
    request::{NoTenant, RequestTenant},
    resolver::resolve::ResolveError,
    store::tenant_store::{AnyStore, Found, StoreError, TenantStore},
    vary::Vary,
};
use axum::{
    extract::OriginalUri,
    response::{IntoResponse, Response},
};
use http::{
    Request, Uri,
    header::{AUTHORIZATION, COOKIE},
    request::Parts,
};
use sea_orm_multitenant::{Tenancy, TenantId, with_tenant, without_tenant};
use std::{
    fmt, mem,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};
use tower_layer::Layer;
use tower_service::Service;
use tracing::{Instrument, Span};

/// Finds the tenant of each request and runs the inner service for it.
///
/// A tower layer for any body, and for any service whose response axum accepts. For each request that has a tenant it
/// * stores the tenant's scope and record where [`Scope`](crate::Scope) and [`Tenant`](crate::Tenant) find them,
/// * makes the tenant the current one, for [`Tenancy::current`] and [`spawn`](sea_orm_multitenant::spawn),
/// * records `tenant.id` in the current span if the span has such a field, and opens a span `tenant` at `info` that has
///   it.
///
/// Every other request is answered with a [`Rejection`], unless the [`Policy`] lets it pass without a tenant: then
/// there is no current tenant in the inner service, even if there is one around the layer.
///
/// Two nested layers must find the same tenant: a request in which they find two is answered with
/// [`Rejection::Misconfigured`]. If the inner layer lets the request pass without a tenant, there is none inside it: no
/// scope, record, transaction or current tenant.
///
/// Responses, including rejections, have a `Vary` of the headers that the tenant was read from: see
/// [`vary`](Self::vary).
///
/// A body that is streamed after the handler has returned is polled outside of the layer: create it with a scope, or
/// with [`TenantStreamExt::in_tenant`](sea_orm_multitenant::TenantStreamExt::in_tenant).
///
/// ```
/// use axum::{Router, body::Body, routing::get};
/// use http::{HeaderName, Request};
/// use sea_orm::Database;
/// use sea_orm_multitenant::{Tenancy, TenantType};
/// use sea_orm_multitenant_axum::{Chain, Header, Policy, Scope, StaticStore, Subdomain, TenantLayer};
/// use tower::ServiceExt;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let db = Database::connect("sqlite::memory:").await?;
/// let tenancy = Tenancy::builder().tenant_table("project", "account_id", TenantType::BigInt).build(db)?;
/// let resolvers = Chain::new()
///     .then(Header::new(HeaderName::from_static("x-tenant")))
///     .then(Subdomain::of("example.org")?);
/// let layer = TenantLayer::new(tenancy, resolvers, StaticStore::of_ids([("acme", 42)]))
///     .policy(Policy::default().exclude("/health"));
///
/// let app: Router = Router::new()
///     .route("/", get(async |Scope(scope): Scope| scope.tenant().to_string()))
///     .route("/health", get(async || "ok"))
///     .layer(layer);
/// let request = Request::get("/").header("host", "acme.example.org").body(Body::empty())?;
/// let body = axum::body::to_bytes(app.clone().oneshot(request).await?.into_body(), 1024).await?;
/// assert_eq!(body, "42");
/// let response = app.oneshot(Request::get("/").header("x-tenant", "zeta").body(Body::empty())?).await?;
/// assert_eq!(response.status(), 404);
/// # Ok(())
/// # }
/// ```
pub struct TenantLayer<T = ()> {
    shared: Arc<Shared<T>>,
}

struct Shared<T> {
    tenancy: Tenancy,
    chain: Arc<Chain>,
    store: Arc<dyn AnyStore<T>>,
    policy: Policy,
    /// The hooks, all of which are asked.
    authorize: Vec<Authorize<T>>,
    /// What `Vary` names instead of what the resolvers read.
    reads: Option<Reads>,
    vary: Vary,
}

impl<T: Send + Sync + 'static> TenantLayer<T> {
    /// Creates the layer that resolves requests by a resolver or a [`Chain`], and finds tenants in this store.
    pub fn new<C>(tenancy: Tenancy, resolvers: impl Into<Chain>, store: C) -> Self
    where
        C: TenantStore<Record = T>,
    {
        let (chain, store) = (Arc::new(resolvers.into()), Arc::new(store));
        let vary = Vary::of(&chain.reads());
        let (policy, authorize, reads) = (Policy::default(), Vec::new(), None);
        Self { shared: Arc::new(Shared { tenancy, chain, store, policy, authorize, reads, vary }) }
    }

    /// Sets the policy.
    #[must_use]
    pub fn policy(self, policy: Policy) -> Self {
        self.with(|shared| Shared { policy, ..shared })
    }

    /// Adds a hook that is asked for each request that has a tenant, for example whether its user belongs to the
    /// tenant. If not, the answer is 403. Call this several times to add several hooks: all must allow the request;
    /// they are asked in the order in which they were added, until one does not.
    ///
    /// The hook takes what it needs from the request and the tenant, and returns a future that no longer borrows them,
    /// of a `bool` or an [`Access`].
    ///
    /// ```
    /// use axum::{Extension, Router, body::Body, routing::get};
    /// use http::{HeaderName, Request, request::Parts};
    /// use sea_orm::Database;
    /// use sea_orm_multitenant::{Tenancy, TenantId};
    /// use sea_orm_multitenant_axum::{Found, Header, StaticStore, TenantLayer};
    /// use tower::ServiceExt;
    ///
    /// #[derive(Clone)]
    /// struct User {
    ///     account: TenantId,
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let tenancy = Tenancy::new(Database::connect("sqlite::memory:").await?)?;
    /// let store = StaticStore::of_ids([("acme", 1), ("zeta", 2)]);
    /// let layer = TenantLayer::new(tenancy, Header::new(HeaderName::from_static("x-tenant")), store).authorize(
    ///     |request: &Parts, found: &Found<()>| {
    ///         let belongs = request.extensions.get::<User>().is_some_and(|user| user.account == *found.tenant());
    ///         async move { belongs }
    ///     },
    /// );
    /// // Stands for the authentication, which is a layer around the tenant's.
    /// let user = Extension(User { account: TenantId::from(1) });
    /// let app: Router = Router::new().route("/", get(async || "hello")).layer(layer).layer(user);
    /// let status = async |tenant: &str| {
    ///     let request = Request::get("/").header("x-tenant", tenant).body(Body::empty()).ok()?;
    ///     app.clone().oneshot(request).await.ok().map(|response| response.status().as_u16())
    /// };
    /// assert_eq!(status("acme").await, Some(200));
    /// assert_eq!(status("zeta").await, Some(403));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn authorize<F, R>(self, hook: F) -> Self
    where
        F: Fn(&Parts, &Found<T>) -> R + Send + Sync + 'static,
        R: Future<Output: Into<Access>> + Send + 'static,
    {
        let hook: Authorize<T> = Arc::new(move |request: &Parts, found: &Found<T>| -> Authorizing {
            let access = hook(request, found);
            Box::pin(async move { access.await.into() })
        });
        self.with(|mut shared| {
            shared.authorize.push(hook);
            shared
        })
    }

    /// Sets the headers that `Vary` names, instead of those that the resolvers [read](Chain::reads); [`Reads::nothing`]
    /// for no `Vary`.
    ///
    /// By default these are the headers that the resolvers read and, with a hook of [`authorize`](Self::authorize),
    /// `Authorization` and `Cookie`, which identify users. A resolver that does not declare what it reads, such as
    /// [`FromExtension`](crate::FromExtension), a closure or an asynchronous resolver, makes it `*`, so that no cache
    /// stores the response: declare the headers here. They are added to the handler's own `Vary`. Responses of an
    /// [excluded](Policy::exclude) path have none, since no resolver is tried there.
    ///
    /// ```
    /// use axum::{Router, body::Body, routing::get};
    /// use http::{Request, header::{AUTHORIZATION, HOST, VARY}};
    /// use sea_orm::Database;
    /// use sea_orm_multitenant::Tenancy;
    /// use sea_orm_multitenant_axum::{Chain, FromExtension, Reads, StaticStore, Subdomain, TenantLayer};
    /// use tower::ServiceExt;
    ///
    /// #[derive(Clone)]
    /// struct Claims {
    ///     organisation: Option<String>,
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let tenancy = Tenancy::new(Database::connect("sqlite::memory:").await?)?;
    /// let claim = FromExtension::new(|claims: &Claims| claims.organisation.clone());
    /// let chain = Chain::new().then(claim).then(Subdomain::of("example.org")?);
    /// let layer = TenantLayer::new(tenancy, chain, StaticStore::of_ids([("acme", 1)]));
    /// let vary = async |layer: TenantLayer| {
    ///     let app: Router = Router::new().route("/", get(async || "hello")).layer(layer);
    ///     let request = Request::get("/").header(HOST, "acme.example.org").body(Body::empty()).ok()?;
    ///     app.oneshot(request).await.ok()?.headers().get(VARY)?.to_str().map(str::to_owned).ok()
    /// };
    /// assert_eq!(vary(layer.clone()).await.as_deref(), Some("*"));
    /// // The authentication reads the claims from a token in `Authorization`.
    /// let known = layer.clone().vary(Reads::headers([AUTHORIZATION, HOST]));
    /// assert_eq!(vary(known).await.as_deref(), Some("authorization, host"));
    /// assert_eq!(vary(layer.vary(Reads::nothing())).await, None);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn vary(self, reads: Reads) -> Self {
        self.with(|shared| Shared { reads: Some(reads), ..shared })
    }

    fn with(self, change: impl FnOnce(Shared<T>) -> Shared<T>) -> Self {
        let Shared { tenancy, chain, store, policy, authorize, reads, vary } = &*self.shared;
        let copy = Shared {
            tenancy: tenancy.clone(),
            chain: Arc::clone(chain),
            store: Arc::clone(store),
            policy: policy.clone(),
            authorize: authorize.clone(),
            reads: reads.clone(),
            vary: vary.clone(),
        };
        let changed = change(copy);
        Self { shared: Arc::new(Shared { vary: changed.vary(), ..changed }) }
    }
}

/// What the layer knows about a request.
enum Resolved<T> {
    Tenant(Found<T>, Option<Uri>),
    Without(NoTenant),
}

impl<T> Shared<T> {
    /// What `Vary` names.
    fn vary(&self) -> Vary {
        let by_user = || if self.authorize.is_empty() { Vec::new() } else { vec![AUTHORIZATION, COOKIE] };
        match &self.reads {
            Some(reads) => Vary::of(reads),
            None => Vary::of(&self.chain.reads().and(Reads::headers(by_user()))),
        }
    }
}

impl<T: Send + Sync + 'static> Shared<T> {
    /// Finds the tenant of a request and stores it there, with everything that belongs to it, as one value. Returns the
    /// tenant, or `None` where the policy lets the request pass without one.
    async fn enter(&self, request: &mut Parts) -> Result<Option<TenantId>, Rejection> {
        let resolved = self.resolve(request).await?;
        let outer = RequestTenant::of(&request.extensions);
        let responder = self.policy.responder().clone();
        let (entered, tenant) = match resolved {
            Resolved::Without(why) => (RequestTenant::without(outer, &self.tenancy, why, responder), None),
            Resolved::Tenant(found, uri) => {
                let scope =
                    self.tenancy.scope(found.tenant()).map_err(|error| failed(&StoreError::new(error)))?;
                let entered = RequestTenant::with(outer, &self.tenancy, &found, scope, responder);
                if let Some(uri) = uri {
                    rewrite(request, uri);
                }
                (entered, Some(found.tenant().clone()))
            }
        };
        request.extensions.insert(entered);
        Ok(tenant)
    }

    async fn resolve(&self, request: &Parts) -> Result<Resolved<T>, Rejection> {
        let path = request.uri.path();
        if self.policy.excludes(path) {
            return Ok(Resolved::Without(NoTenant::Excluded));
        }
        let candidate = self.chain.resolve(request).await.map_err(|error| match error {
            ResolveError::Malformed => Rejection::Malformed,
            ResolveError::Ambiguous => Rejection::Ambiguous,
            ResolveError::Misconfigured => Rejection::Misconfigured,
        })?;
        let Some(candidate) = candidate else {
            let passes = self.policy.allows_missing(path);
            return if passes { Ok(Resolved::Without(NoTenant::Missing)) } else { Err(Rejection::Missing) };
        };
        if candidate.from_request && self.policy.is_reserved(candidate.identifier()) {
            return Err(Rejection::Unknown);
        }
        let found = self.store.find_any(candidate.identifier()).await.map_err(|error| failed(&error))?;
        let found = found.ok_or(Rejection::Unknown)?;
        RequestTenant::admit(RequestTenant::of(&request.extensions), found.tenant())?;
        if found.is_disabled() {
            return Err(Rejection::Disabled);
        }
        self.ask(request, &found).await?;
        Ok(Resolved::Tenant(found, candidate.uri))
    }

    /// Asks all hooks whether the request may act for the tenant.
    async fn ask(&self, request: &Parts, found: &Found<T>) -> Result<(), Rejection> {
        for authorize in &self.authorize {
            match authorize(request, found).await {
                Access::Allowed => {}
                Access::Refused => return Err(Rejection::Forbidden),
                Access::Failed(error) => return Err(failed(&error)),
            }
        }
        Ok(())
    }
}

fn failed(error: &StoreError) -> Rejection {
    tracing::error!(target: TARGET, %error, "the tenant of a request could not be determined");
    Rejection::Unavailable
}

/// Replaces the request's URI and keeps the previous one as its original URI.
fn rewrite(request: &mut Parts, uri: Uri) {
    let original = mem::replace(&mut request.uri, uri);
    if request.extensions.get::<OriginalUri>().is_none() {
        request.extensions.insert(OriginalUri(original));
    }
}

impl<S, T> Layer<S> for TenantLayer<T> {
    type Service = TenantService<S, T>;

    fn layer(&self, inner: S) -> Self::Service {
        TenantService { inner, shared: Arc::clone(&self.shared) }
    }
}

/// A service that runs the inner service for the tenant of each request. Made by [`TenantLayer`].
pub struct TenantService<S, T = ()> {
    inner: S,
    shared: Arc<Shared<T>>,
}

impl<S, T, B> Service<Request<B>> for TenantService<S, T>
where
    S: Service<Request<B>, Response: IntoResponse, Future: Send> + Clone + Send + 'static,
    S::Error: Send,
    T: Send + Sync + 'static,
    B: Send + 'static,
{
    type Response = Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // The service that was polled ready must be the one that is called; its clone has not been polled yet.
        let clone = self.inner.clone();
        let mut inner = mem::replace(&mut self.inner, clone);
        let shared = Arc::clone(&self.shared);
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            // No resolver is tried on an excluded path.
            let varies = !shared.policy.excludes(parts.uri.path());
            let mut response = match shared.enter(&mut parts).await {
                Err(rejection) => shared.policy.reject(rejection),
                Ok(None) => {
                    let request = Request::from_parts(parts, body);
                    without_tenant(async move { inner.call(request).await }).await?.into_response()
                }
                Ok(Some(tenant)) => {
                    Span::current().record("tenant.id", tracing::field::display(&tenant));
                    let span = tracing::info_span!(target: TARGET, "tenant", tenant.id = %tenant);
                    let request = Request::from_parts(parts, body);
                    let within = with_tenant(tenant, async move { inner.call(request).await });
                    within.instrument(span).await?.into_response()
                }
            };
            if varies {
                shared.vary.add_to(response.headers_mut());
            }
            Ok(response)
        })
    }
}

impl<T> Clone for TenantLayer<T> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

impl<T> fmt::Debug for TenantLayer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Shared { tenancy: _, chain, store: _, policy, authorize, reads: _, vary } = &*self.shared;
        f.debug_struct("TenantLayer")
            .field("chain", chain)
            .field("policy", policy)
            .field("hooks", &authorize.len())
            .field("vary", vary)
            .finish_non_exhaustive()
    }
}

impl<S: Clone, T> Clone for TenantService<S, T> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), shared: Arc::clone(&self.shared) }
    }
}

impl<S: fmt::Debug, T> fmt::Debug for TenantService<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TenantService").field("inner", &self.inner).finish_non_exhaustive()
    }
}
