//! An asynchronous resolver made from an async closure.

use crate::resolver::resolve::{Candidate, ResolveError};
use http::request::Parts;
use std::{fmt, pin::Pin, sync::Arc};

type Resolving = Pin<Box<dyn Future<Output = Result<Option<Candidate>, ResolveError>> + Send>>;

/// An asynchronous resolver. Made by [`async_resolver`].
#[derive(Clone)]
pub struct AsyncResolver(Arc<dyn Fn(&Parts) -> Resolving + Send + Sync>);

impl AsyncResolver {
    pub(crate) fn resolve(&self, request: &Parts) -> Resolving {
        (self.0)(request)
    }
}

impl fmt::Debug for AsyncResolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncResolver").finish_non_exhaustive()
    }
}

/// Creates an asynchronous resolver for [`Chain::then_async`](crate::Chain::then_async), for example one that looks up
/// a session in a store.
///
/// The closure takes what it needs from the request and returns a future that no longer borrows the request.
///
/// ```
/// use http::{Request, request::Parts};
/// use sea_orm_multitenant_axum::{Candidate, Chain, async_resolver};
///
/// async fn tenant_of(session: String) -> Option<String> {
///     (session == "s3cr3t").then(|| "acme".to_owned())
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let chain = Chain::new().then_async(async_resolver(|request: &Parts| {
///     let session = request.headers.get("x-session").and_then(|value| value.to_str().ok()).map(str::to_owned);
///     async move {
///         let Some(session) = session else { return Ok(None) };
///         Ok(tenant_of(session).await.map(Candidate::new))
///     }
/// }));
/// let (parts, ()) = Request::get("/").header("x-session", "s3cr3t").body(())?.into_parts();
/// assert_eq!(chain.resolve(&parts).await?, Some(Candidate::new("acme")));
/// # Ok(())
/// # }
/// ```
pub fn async_resolver<F, R>(resolve: F) -> AsyncResolver
where
    F: Fn(&Parts) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Option<Candidate>, ResolveError>> + Send + 'static,
{
    AsyncResolver(Arc::new(move |request| Box::pin(resolve(request))))
}
