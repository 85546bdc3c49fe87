//! What the application's own authentication put into the request.

use super::{Candidate, ResolveError, Resolver};
use http::request::Parts;
use std::{fmt, marker::PhantomData};

/// Resolves an extension of the request, such as the verified claims that the application's authentication put there.
///
/// A client cannot send an extension. The layer that puts it there must be outside of the [`TenantLayer`](crate::TenantLayer):
/// in a router, added after it.
///
/// ```
/// use http::Request;
/// use sea_orm_multitenant_axum::{Candidate, FromExtension, Resolver};
///
/// #[derive(Clone)]
/// struct Claims {
///     organisation: Option<String>,
/// }
///
/// # fn main() -> Result<(), http::Error> {
/// let claims = FromExtension::new(|claims: &Claims| claims.organisation.clone());
/// let verified = Claims { organisation: Some("acme".into()) };
/// let (parts, ()) = Request::get("/").extension(verified).body(())?.into_parts();
/// assert_eq!(claims.resolve(&parts), Ok(Some(Candidate::new("acme"))));
/// # Ok(())
/// # }
/// ```
pub struct FromExtension<E, F> {
    identifier: F,
    of: PhantomData<fn(&E)>,
}

impl<E, F> FromExtension<E, F>
where
    E: Send + Sync + 'static,
    F: Fn(&E) -> Option<String> + Send + Sync + 'static,
{
    /// The identifier that `identifier` finds in the extension of type `E`; none when it is absent or has none.
    pub fn new(identifier: F) -> Self {
        Self { identifier, of: PhantomData }
    }
}

impl<E, F> fmt::Debug for FromExtension<E, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FromExtension").field("of", &std::any::type_name::<E>()).finish_non_exhaustive()
    }
}

impl<E, F> Resolver for FromExtension<E, F>
where
    E: Send + Sync + 'static,
    F: Fn(&E) -> Option<String> + Send + Sync + 'static,
{
    fn resolve(&self, request: &Parts) -> Result<Option<Candidate>, ResolveError> {
        Ok(request.extensions.get::<E>().and_then(&self.identifier).map(Candidate::new))
    }
}
