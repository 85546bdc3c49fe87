//! One tenant for every request.

use crate::{
    reads::Reads,
    resolver::resolve::{Candidate, ResolveError, Resolver},
};
use http::request::Parts;

/// Resolves every request to one tenant: for a program that serves a single tenant, and for tests.
///
/// The application names the tenant, so it may be a reserved name.
///
/// ```
/// use http::Request;
/// use sea_orm_multitenant_axum::{Fixed, Resolver};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let (parts, ()) = Request::get("/").body(())?.into_parts();
/// let found = Fixed::new("acme").resolve(&parts)?;
/// assert_eq!(found.as_ref().map(|found| found.identifier()), Some("acme"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Fixed {
    identifier: String,
}

impl Fixed {
    /// Creates a resolver to this identifier.
    pub fn new(identifier: impl Into<String>) -> Self {
        Self { identifier: identifier.into() }
    }
}

impl Resolver for Fixed {
    fn resolve(&self, _: &Parts) -> Result<Option<Candidate>, ResolveError> {
        Ok(Some(Candidate::of_application(&self.identifier)))
    }

    fn reads(&self) -> Reads {
        Reads::nothing()
    }
}
