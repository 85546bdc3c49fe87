//! One transaction per request.

use crate::{
    policy,
    rejection::{ExtractRejection, Responder, misconfigured},
    request::RequestTenant,
    slot::EndsWithRequest,
};
use axum::{
    extract::FromRequestParts,
    response::{IntoResponse, Response},
};
use http::{Request, request::Parts};
use sea_orm::DatabaseTransaction;
use sea_orm_multitenant::TenantScope;
use std::{
    fmt,
    ops::Deref,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};
use tower_layer::Layer;
use tower_service::Service;

/// Gives each request a transaction, which begins when a handler first extracts a [`ScopedTransaction`].
///
/// It is committed before the response is sent, if the status is a success or a redirection (2xx, 3xx) or 101, which is
/// the final response when the connection switches to another protocol such as WebSocket. A commit that fails is
/// answered with [`Rejection::NotCommitted`](crate::Rejection::NotCommitted). The transaction is rolled back for every
/// other status, which is logged at `debug`, and for an error, a panic or a client that disconnects. A body that is
/// streamed, or a protocol that is spoken, after that is not part of the transaction.
///
/// The layer must be inside of [`TenantLayer`](crate::TenantLayer): in a router, added before it. Anywhere else every
/// request is answered with 500, and the log says so. Inside of another `TransactionLayer` it does nothing: the request
/// uses the outer layer's transaction.
///
/// ```
/// use axum::{Router, body::Body, routing::post};
/// use http::{Request, StatusCode};
/// use sea_orm::{ConnectionTrait, Database, Statement};
/// use sea_orm_multitenant::{Tenancy, TenantType};
/// use sea_orm_multitenant_axum::{Fixed, ScopedTransaction, StaticStore, TenantLayer, TransactionLayer};
/// use tower::ServiceExt;
///
/// async fn add(transaction: ScopedTransaction, name: String) -> StatusCode {
///     let insert = Statement::from_sql_and_values(
///         transaction.get_database_backend(),
///         "INSERT INTO project (name) VALUES (?)",
///         [name.as_str().into()],
///     );
///     match transaction.execute_raw(insert).await {
///         Ok(_) if name.is_empty() => StatusCode::UNPROCESSABLE_ENTITY, // the row is rolled back too
///         Ok(_) => StatusCode::CREATED,
///         Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let db = Database::connect("sqlite::memory:").await?;
/// db.execute_unprepared("CREATE TABLE project (account_id BIGINT NOT NULL, name TEXT)").await?;
/// let tenancy = Tenancy::builder().tenant_table("project", "account_id", TenantType::BigInt).build(db)?;
/// let tenants = TenantLayer::new(tenancy.clone(), Fixed::new("acme"), StaticStore::of_ids([("acme", 1)]));
/// let app: Router = Router::new().route("/", post(add)).layer(TransactionLayer::new()).layer(tenants);
///
/// let status = app.clone().oneshot(Request::post("/").body(Body::empty())?).await?.status();
/// assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
/// let status = app.oneshot(Request::post("/").body(Body::from("Apollo"))?).await?.status();
/// assert_eq!(status, StatusCode::CREATED);
/// let deleted = tenancy.scope(1)?.execute_unprepared("DELETE FROM project").await?;
/// assert_eq!(deleted.rows_affected(), 1);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct TransactionLayer(());

impl TransactionLayer {
    /// Creates the layer. It must be inside of [`TenantLayer`](crate::TenantLayer): in a router, added before it.
    pub fn new() -> Self {
        Self(())
    }
}

impl<S> Layer<S> for TransactionLayer {
    type Service = TransactionService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        TransactionService { inner }
    }
}

/// A service that gives each request a transaction. Made by [`TransactionLayer`].
#[derive(Debug, Clone)]
pub struct TransactionService<S> {
    inner: S,
}

impl<S, B> Service<Request<B>> for TransactionService<S>
where
    S: Service<Request<B>, Response: IntoResponse, Future: Send + 'static>,
    S::Error: Send,
{
    type Response = Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let placed = request.extensions_mut().get_mut::<RequestTenant>();
        let placed = placed.map(|tenant| (tenant.responder(), tenant.make_slot().map(EndsWithRequest::new)));
        let responding = placed.map(|(responder, slot)| (self.inner.call(request), responder, slot));
        Box::pin(async move {
            let Some((responding, responder, slot)) = responding else {
                return Ok(outside_of_tenants().into_response());
            };
            let response = responding.await?.into_response();
            let Some(slot) = slot else { return Ok(response) };
            match slot.end(response.status()).await {
                Ok(()) => Ok(response),
                Err(rejection) => {
                    policy::log(rejection);
                    Ok(responder.respond(rejection))
                }
            }
        })
    }
}

/// The answer where there is no tenant whose scope could have a transaction.
fn outside_of_tenants() -> ExtractRejection {
    misconfigured(
        "a `TransactionLayer` has no `TenantLayer` around it; add it before that one, \
         `.layer(TransactionLayer::new()).layer(TenantLayer::new(…))`, or leave it out where there is no tenant",
        Responder::default(),
    )
}

/// An extractor of the request's transaction, in its tenant's scope.
///
/// Use `&*transaction` as a SeaORM connection. All extractors of one request share one transaction. It ends after the
/// handler, which must not pass it to a task, a body or code that speaks another protocol afterwards. Needs
/// [`TransactionLayer`] and [`TenantLayer`](crate::TenantLayer).
///
/// While it is open, other connections do not see what it writes, and a pool of one connection has none left for
/// [`Scope`](crate::Scope): extract one or the other.
pub struct ScopedTransaction(Arc<TenantScope<DatabaseTransaction>>);

impl Deref for ScopedTransaction {
    type Target = TenantScope<DatabaseTransaction>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl fmt::Debug for ScopedTransaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ScopedTransaction").field(&self.0).finish()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ScopedTransaction {
    type Rejection = ExtractRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ExtractRejection> {
        let (scope, slot, responder) = RequestTenant::transaction(parts)?;
        let transaction = slot.transaction(scope).await;
        transaction.map(Self).map_err(|rejection| ExtractRejection::new(rejection, responder))
    }
}
