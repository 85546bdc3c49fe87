//! The layer: finds the tenant, and runs the service within it.

use crate::{
    Access, CatalogError, Chain, Found, Policy, Rejection, ResolveError, TenantCatalog,
    authorize::{Authorize, Authorizing},
    catalog::AnyCatalog,
    extract::RequestTenant,
    rejection::TARGET,
};
use axum::{
    extract::OriginalUri,
    response::{IntoResponse, Response},
};
use http::{Request, Uri, request::Parts};
use sea_orm::DatabaseConnection;
use sea_orm_multitenant::{Tenancy, TenantScope, with_tenant};
use std::{
    fmt, mem,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};
use tower_layer::Layer;
use tower_service::Service;
use tracing::{Instrument, Span};

/// Finds the tenant of each request and runs the service within it.
///
/// A tower layer over any body and any service whose responses axum takes. For each request that has a tenant it
/// * puts the tenant's scope and record where [`Scope`](crate::Scope) and [`Tenant`](crate::Tenant) find them,
/// * makes the tenant the current one, for [`Tenancy::current`] and [`spawn`](sea_orm_multitenant::spawn),
/// * records `tenant.id` in the current span if that has such a field, and opens a span `tenant` at `info` that has it.
///
/// Every other request is answered with a [`Rejection`], unless the [`Policy`] lets it pass without a tenant.
///
/// A body that is streamed after the handler returned is polled outside: what it needs of the tenant is a scope that it
/// was made with, or [`TenantStreamExt::in_tenant`](sea_orm_multitenant::TenantStreamExt::in_tenant).
///
/// ```
/// use axum::{Router, body::Body, routing::get};
/// use http::{HeaderName, Request};
/// use sea_orm::Database;
/// use sea_orm_multitenant::{Tenancy, TenantType};
/// use sea_orm_multitenant_axum::{Chain, Header, Policy, Scope, StaticCatalog, Subdomain, TenantLayer};
/// use tower::ServiceExt;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let db = Database::connect("sqlite::memory:").await?;
/// let tenancy = Tenancy::builder().tenant_table("project", "account_id", TenantType::BigInt).build(db)?;
/// let resolvers = Chain::new()
///     .then(Header::new(HeaderName::from_static("x-tenant")))
///     .then(Subdomain::of("example.org")?);
/// let layer = TenantLayer::new(tenancy, resolvers, StaticCatalog::of_ids([("acme", 42)]))
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
    catalog: Arc<dyn AnyCatalog<T>>,
    policy: Policy,
    authorize: Option<Authorize<T>>,
}

impl<T: Send + Sync + 'static> TenantLayer<T> {
    /// The layer that resolves requests by these resolvers, one or a [`Chain`], and knows tenants from this catalogue.
    pub fn new<C>(tenancy: Tenancy, resolvers: impl Into<Chain>, catalog: C) -> Self
    where
        C: TenantCatalog<Record = T>,
    {
        let (chain, catalog) = (Arc::new(resolvers.into()), Arc::new(catalog));
        let shared = Shared { tenancy, chain, catalog, policy: Policy::default(), authorize: None };
        Self { shared: Arc::new(shared) }
    }

    /// Sets the policy.
    #[must_use]
    pub fn policy(self, policy: Policy) -> Self {
        self.with(|shared| Shared { policy, ..shared })
    }

    /// Asks this hook for each request that has a tenant, such as whether its user belongs to the tenant. 403 if not.
    ///
    /// The hook takes what it needs from the request and the tenant, and returns a future that no longer borrows them, of a
    /// `bool` or an [`Access`].
    ///
    /// ```
    /// use axum::{Extension, Router, body::Body, routing::get};
    /// use http::{HeaderName, Request, request::Parts};
    /// use sea_orm::Database;
    /// use sea_orm_multitenant::{Tenancy, TenantId};
    /// use sea_orm_multitenant_axum::{Found, Header, StaticCatalog, TenantLayer};
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
    /// let catalog = StaticCatalog::of_ids([("acme", 1), ("zeta", 2)]);
    /// let layer = TenantLayer::new(tenancy, Header::new(HeaderName::from_static("x-tenant")), catalog).authorize(
    ///     |request: &Parts, found: &Found<()>| {
    ///         let belongs = request.extensions.get::<User>().is_some_and(|user| user.account == *found.tenant());
    ///         async move { belongs }
    ///     },
    /// );
    /// // In place of the authentication, which is a layer outside of the tenant's.
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
        self.with(|shared| Shared { authorize: Some(hook), ..shared })
    }

    fn with(self, change: impl FnOnce(Shared<T>) -> Shared<T>) -> Self {
        let Shared { tenancy, chain, catalog, policy, authorize } = &*self.shared;
        let copy = Shared {
            tenancy: tenancy.clone(),
            chain: Arc::clone(chain),
            catalog: Arc::clone(catalog),
            policy: policy.clone(),
            authorize: authorize.clone(),
        };
        Self { shared: Arc::new(change(copy)) }
    }
}

/// What a request is about.
enum Resolved<T> {
    Tenant(Found<T>, TenantScope<DatabaseConnection>, Option<Uri>),
    Without(RequestTenant),
}

impl<T: Send + Sync + 'static> Shared<T> {
    async fn resolve(&self, request: &Parts) -> Result<Resolved<T>, Rejection> {
        let path = request.uri.path();
        if self.policy.excludes(path) {
            return Ok(Resolved::Without(RequestTenant::excluded(self.policy.responder().clone())));
        }
        let candidate = self.chain.resolve(request).await.map_err(|error| match error {
            ResolveError::Malformed => Rejection::Malformed,
            ResolveError::Ambiguous => Rejection::Ambiguous,
        })?;
        let Some(candidate) = candidate else {
            if !self.policy.allows_missing(path) {
                return Err(Rejection::Missing);
            }
            return Ok(Resolved::Without(RequestTenant::missing(self.policy.responder().clone())));
        };
        if candidate.from_request && self.policy.is_reserved(candidate.identifier()) {
            return Err(Rejection::Unknown);
        }
        let found = self.catalog.find_any(candidate.identifier()).await.map_err(|error| failed(&error))?;
        let found = found.ok_or(Rejection::Unknown)?;
        if found.is_disabled() {
            return Err(Rejection::Disabled);
        }
        if let Some(authorize) = &self.authorize {
            match authorize(request, &found).await {
                Access::Allowed => {}
                Access::Refused => return Err(Rejection::Forbidden),
                Access::Failed(error) => return Err(failed(&error)),
            }
        }
        let scope = self.tenancy.scope(found.tenant()).map_err(|error| failed(&CatalogError::new(error)))?;
        Ok(Resolved::Tenant(found, scope, candidate.uri))
    }
}

fn failed(error: &CatalogError) -> Rejection {
    tracing::error!(target: TARGET, %error, "the tenant of a request cannot be determined");
    Rejection::Unavailable
}

/// Puts another URI in place of the request's, which stays its original one.
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

/// A service that runs within the tenant of each request. Made by [`TenantLayer`].
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
        // The service that is ready is the one to call; its clone has to become ready yet.
        let clone = self.inner.clone();
        let mut inner = mem::replace(&mut self.inner, clone);
        let shared = Arc::clone(&self.shared);
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            let resolved = match shared.resolve(&parts).await {
                Ok(resolved) => resolved,
                Err(rejection) => return Ok(shared.policy.reject(rejection)),
            };
            let (found, scope, uri) = match resolved {
                Resolved::Tenant(found, scope, uri) => (found, scope, uri),
                Resolved::Without(none) => {
                    parts.extensions.insert(none);
                    parts.extensions.remove::<Found<T>>();
                    return inner
                        .call(Request::from_parts(parts, body))
                        .await
                        .map(IntoResponse::into_response);
                }
            };
            if let Some(uri) = uri {
                rewrite(&mut parts, uri);
            }
            let tenant = found.tenant().clone();
            Span::current().record("tenant.id", tracing::field::display(&tenant));
            let span = tracing::info_span!(target: TARGET, "tenant", tenant.id = %tenant);
            parts.extensions.insert(RequestTenant::of(scope, shared.policy.responder().clone()));
            parts.extensions.insert(found);
            let request = Request::from_parts(parts, body);
            let response =
                with_tenant(tenant, async move { inner.call(request).await }).instrument(span).await;
            response.map(IntoResponse::into_response)
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
        let Shared { tenancy: _, chain, catalog: _, policy, authorize } = &*self.shared;
        f.debug_struct("TenantLayer")
            .field("chain", chain)
            .field("policy", policy)
            .field("authorizes", &authorize.is_some())
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
