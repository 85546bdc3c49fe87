//! An extension that the application's authentication adds to the request.

use crate::{
    rejection::TARGET,
    resolver::resolve::{Candidate, ResolveError, Resolver},
};
use http::request::Parts;
use std::{fmt, marker::PhantomData};

/// Resolves an extension of the request, such as the verified claims that the application's authentication added.
///
/// A client cannot send an extension. The layer that adds the extension must be outside of the
/// [`TenantLayer`](crate::TenantLayer): in a router, added after it. If it adds the extension to every request, call
/// [`required`](Self::required), so that a wrong order is reported at the first request.
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
    required: bool,
    of: PhantomData<fn(&E)>,
}

impl<E, F> FromExtension<E, F>
where
    E: Send + Sync + 'static,
    F: Fn(&E) -> Option<String> + Send + Sync + 'static,
{
    /// Creates a resolver of the identifier that `identifier` returns for the extension of type `E`; the resolver finds
    /// nothing when the extension is absent or `identifier` returns `None`.
    pub fn new(identifier: F) -> Self {
        Self { identifier, required: false, of: PhantomData }
    }

    /// Treats a request without the extension as a mistake in the order of the layers: it is answered with 500 and
    /// logged.
    ///
    /// ```
    /// use http::Request;
    /// use sea_orm_multitenant_axum::{FromExtension, ResolveError, Resolver};
    ///
    /// #[derive(Clone)]
    /// struct Claims {
    ///     organisation: Option<String>,
    /// }
    ///
    /// # fn main() -> Result<(), http::Error> {
    /// let claims = FromExtension::new(|claims: &Claims| claims.organisation.clone()).required();
    /// let (anonymous, ()) = Request::get("/").extension(Claims { organisation: None }).body(())?.into_parts();
    /// assert_eq!(claims.resolve(&anonymous), Ok(None));
    /// let (without, ()) = Request::get("/").body(())?.into_parts();
    /// assert_eq!(claims.resolve(&without), Err(ResolveError::Misconfigured));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn required(self) -> Self {
        Self { required: true, ..self }
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
        let extension = request.extensions.get::<E>();
        if extension.is_none() && self.required {
            tracing::error!(
                target: TARGET,
                extension = std::any::type_name::<E>(),
                "a `TenantLayer` reads an extension that its request does not have; add the layer that puts it there, the \
                 authentication, after the `TenantLayer`",
            );
            return Err(ResolveError::Misconfigured);
        }
        Ok(extension.and_then(&self.identifier).map(Candidate::new))
    }
}
