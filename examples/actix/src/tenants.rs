//! Finds the tenant of a request: a middleware and an extractor.

use crate::entity::account;
use actix_web::{
    Error, FromRequest, HttpMessage, HttpRequest, HttpResponse, ResponseError,
    body::MessageBody,
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::StatusCode,
    middleware::Next,
    web,
};
use http::{HeaderName, HeaderValue, header, request::Parts};
use sea_orm::DatabaseConnection;
use sea_orm_multitenant::{Tenancy, TenantScope, with_tenant};
use sea_orm_multitenant_axum::{
    Cached, Chain, EntityStore, Found, Header, Policy, Rejection, ResolveError, Subdomain, TenantStore,
};
use std::{
    error,
    fmt::{self, Display, Formatter},
    future::{Ready, ready},
};

/// The header that names a tenant.
const TENANT: HeaderName = HeaderName::from_static("x-tenant");

/// Finds the tenant of a request.
#[derive(Debug)]
pub struct Tenants {
    tenancy: Tenancy,
    chain: Chain,
    accounts: Cached<EntityStore<account::Entity>>,
    policy: Policy,
}

impl Tenants {
    /// By header or subdomain, which must agree where both name a tenant, from the table of accounts.
    ///
    /// # Errors
    /// When the domain is none, or the table cannot be a catalogue.
    pub fn new(tenancy: Tenancy) -> Result<Self, Box<dyn error::Error>> {
        let (header, subdomain) = (Header::new(TENANT), Subdomain::of("example.org")?);
        let chain = Chain::new().then(header).optional().then(subdomain).optional();
        let accounts = EntityStore::<account::Entity>::new(&tenancy, account::Column::Name)?;
        Ok(Self {
            tenancy,
            chain: chain.require_agreement(),
            accounts: Cached::new(accounts),
            policy: Policy::default(),
        })
    }

    async fn find(&self, request: &ServiceRequest) -> Result<Found<account::Model>, Rejection> {
        let candidate = self.chain.resolve(&parts(request)?).await.map_err(|error| match error {
            ResolveError::Ambiguous => Rejection::Ambiguous,
            _ => Rejection::Malformed,
        })?;
        let candidate = candidate.ok_or(Rejection::Missing)?;
        if self.policy.is_reserved(candidate.identifier()) {
            return Err(Rejection::Unknown);
        }
        let found = self.accounts.find(candidate.identifier()).await.map_err(|_| Rejection::Unavailable)?;
        let found = found.ok_or(Rejection::Unknown)?;
        if found.is_disabled() { Err(Rejection::Disabled) } else { Ok(found) }
    }
}

/// Returns the parts of a request that the resolvers read: actix-web has its own types for them.
fn parts(request: &ServiceRequest) -> Result<Parts, Rejection> {
    let mut parts = http::Request::new(()).into_parts().0;
    parts.uri = request.uri().to_string().parse().map_err(|_| Rejection::Malformed)?;
    for name in [header::HOST, TENANT] {
        for value in request.headers().get_all(name.as_str()) {
            let value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| Rejection::Malformed)?;
            parts.headers.append(name.clone(), value);
        }
    }
    Ok(parts)
}

/// Runs what is inside within the tenant of the request, and answers requests that have none.
///
/// # Errors
/// [`Refused`], and those of what is inside.
pub async fn within_tenant<B: MessageBody + 'static>(
    tenants: web::Data<Tenants>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let found = tenants.find(&request).await.map_err(Refused)?;
    // Here is the place to ask whether the user of the request belongs to the tenant: `Rejection::Forbidden`.
    let scope = tenants.tenancy.scope(found.tenant()).map_err(|_| Refused(Rejection::Unavailable))?;
    request.extensions_mut().insert(scope);
    with_tenant(found.tenant(), next.call(request)).await
}

/// The scope of the request's tenant: an extractor.
#[derive(Debug)]
pub struct Scope(pub TenantScope<DatabaseConnection>);

impl FromRequest for Scope {
    type Error = Refused;
    type Future = Ready<Result<Self, Refused>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let scope = request.extensions().get().cloned();
        ready(scope.map(Self).ok_or(Refused(Rejection::Misconfigured)))
    }
}

/// The answer to a request that gets no tenant.
#[derive(Debug, Clone, Copy)]
pub struct Refused(pub Rejection);

impl Display for Refused {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl ResponseError for Refused {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.0.status().as_u16()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let error = serde_json::json!({ "code": self.0.code(), "message": self.0.to_string() });
        HttpResponse::build(self.status_code()).json(serde_json::json!({ "error": error }))
    }
}
