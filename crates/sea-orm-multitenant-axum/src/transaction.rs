//! One transaction for a request.

use crate::{
    ExtractRejection, Rejection,
    extract::{RequestTenant, misconfigured},
    policy,
    rejection::TARGET,
};
use axum::{
    extract::FromRequestParts,
    response::{IntoResponse, Response},
};
use http::{Request, StatusCode, request::Parts};
use sea_orm::{DatabaseTransaction, TransactionSession, TransactionTrait};
use sea_orm_multitenant::TenantScope;
use std::{
    fmt, mem,
    ops::Deref,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};
use tokio::sync::Mutex;
use tower_layer::Layer;
use tower_service::Service;

/// Gives each request a transaction, begun when a handler first takes a [`ScopedTransaction`].
///
/// It is committed before the response is sent when that is a success or a redirection (2xx, 3xx); a commit that fails is
/// a [`Rejection::NotCommitted`]. It is rolled back for every other status, an error, a panic, and a client that goes away.
/// The body may be streamed after that: it has no part in the transaction.
///
/// ```
/// use axum::{Router, body::Body, routing::post};
/// use http::{Request, StatusCode};
/// use sea_orm::{ConnectionTrait, Database, Statement};
/// use sea_orm_multitenant::{Tenancy, TenantType};
/// use sea_orm_multitenant_axum::{Fixed, ScopedTransaction, StaticCatalog, TenantLayer, TransactionLayer};
/// use tower::ServiceExt;
///
/// async fn add(transaction: ScopedTransaction, name: String) -> StatusCode {
///     let insert = Statement::from_sql_and_values(
///         transaction.get_database_backend(),
///         "INSERT INTO project (name) VALUES (?)",
///         [name.as_str().into()],
///     );
///     match transaction.execute_raw(insert).await {
///         Ok(_) if name.is_empty() => StatusCode::UNPROCESSABLE_ENTITY, // the row goes with it
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
/// let tenants = TenantLayer::new(tenancy.clone(), Fixed::new("acme"), StaticCatalog::of_ids([("acme", 1)]));
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
    /// The layer. It goes inside of [`TenantLayer`](crate::TenantLayer): in a router, added before it.
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

/// A service whose requests have a transaction each. Made by [`TransactionLayer`].
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
        let slot = Slot::default();
        request.extensions_mut().insert(slot.clone());
        let responder = RequestTenant::responder(request.extensions());
        let responding = self.inner.call(request);
        Box::pin(async move {
            let response = responding.await?.into_response();
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

/// Where a request's transaction is while it is open. Dropped with the request, and the transaction with it.
#[derive(Clone, Default)]
struct Slot(Arc<Mutex<State>>);

#[derive(Default)]
enum State {
    #[default]
    NotBegun,
    Open(Arc<TenantScope<DatabaseTransaction>>),
    Ended,
}

impl Slot {
    /// Ends the transaction, if there is one, as the status says.
    async fn end(&self, status: StatusCode) -> Result<(), Rejection> {
        let State::Open(transaction) = mem::replace(&mut *self.0.lock().await, State::Ended) else {
            return Ok(());
        };
        let commits = status.is_success() || status.is_redirection();
        let Some(transaction) = Arc::into_inner(transaction) else {
            tracing::error!(
                target: TARGET,
                "a `ScopedTransaction` is still in use after its handler returned: it will be rolled back; drop it before",
            );
            return if commits { Err(Rejection::NotCommitted) } else { Ok(()) };
        };
        let (ended, what) = if commits {
            (transaction.commit().await, "committed")
        } else {
            (transaction.rollback().await, "rolled back")
        };
        match ended {
            Ok(()) => Ok(()),
            Err(error) => {
                tracing::error!(target: TARGET, %error, "the transaction of a request could not be {what}");
                // Not rolled back is not committed either: what the handler answered stays true.
                if commits { Err(Rejection::NotCommitted) } else { Ok(()) }
            }
        }
    }
}

/// The request's transaction in its tenant's scope: an extractor.
///
/// A connection of SeaORM as `&*transaction`. All that take it in one request have the same one; it ends after the
/// handler, which must not hand it to a task or a body. Needs [`TransactionLayer`] and [`TenantLayer`](crate::TenantLayer).
///
/// While it is open, other connections do not see what it writes, and a pool of one connection has none left for
/// [`Scope`](crate::Scope): take one or the other.
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
        let scope = RequestTenant::scope(parts)?;
        let responder = || RequestTenant::responder(&parts.extensions);
        let no_layer = "the route takes a `ScopedTransaction` and has no `TransactionLayer`; add `.layer(TransactionLayer::new())`";
        let Some(Slot(state)) = parts.extensions.get() else {
            return Err(misconfigured(no_layer, responder()));
        };
        let mut state = state.lock().await;
        match &*state {
            State::Open(transaction) => Ok(Self(Arc::clone(transaction))),
            State::NotBegun => {
                let transaction = Arc::new(scope.begin().await.map_err(|error| {
                    tracing::error!(target: TARGET, %error, "the transaction of a request could not begin");
                    ExtractRejection::new(Rejection::Unavailable, responder())
                })?);
                *state = State::Open(Arc::clone(&transaction));
                Ok(Self(transaction))
            }
            State::Ended => Err(misconfigured("the request's transaction has ended", responder())),
        }
    }
}
