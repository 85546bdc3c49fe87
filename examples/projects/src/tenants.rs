//! Finds the account of a request.

use crate::{entity::account, error::AppError, session::Session};
use axum::{
    http::{HeaderMap, HeaderName, header, request::Parts},
    response::IntoResponse,
};
use sea_orm_multitenant::{Tenancy, TenantId};
use sea_orm_multitenant_axum::{
    Cached, Chain, EntityStore, Found, Header, Policy, Rejection, Subdomain, TenantLayer,
};

/// The domain whose subdomains are the accounts. Browsers resolve it and everything below it to this machine.
pub const DOMAIN: &str = "localhost";

/// The scheme of the addresses that browsers see. Behind a proxy that terminates TLS it is `https`, whatever the proxy
/// uses to reach the application.
pub const SCHEME: &str = "http";

/// The header in which programs name the account of an API request.
pub const HEADER: HeaderName = HeaderName::from_static("x-tenant");

/// The layer that finds the account of a request: by subdomain or by header; if both name an account, they must agree.
///
/// # Errors
/// When the domain is invalid, or the table of accounts cannot be a tenant store.
pub fn layer(tenancy: &Tenancy) -> anyhow::Result<TenantLayer<account::Model>> {
    let (header, subdomain) = (Header::new(HEADER), Subdomain::of(DOMAIN)?);
    let resolvers = Chain::new().then(header).optional().then(subdomain).optional().require_agreement();
    let accounts = EntityStore::<account::Entity>::new(tenancy, account::Column::Subdomain)?;
    let policy = Policy::default()
        .exclude("/style.css")
        .exclude("/side-by-side")
        .allow_missing("/")
        .respond_with(|rejection| AppError::from(rejection).into_response());
    Ok(TenantLayer::new(tenancy.clone(), resolvers, Cached::new(accounts)).policy(policy).authorize(belongs))
}

/// A user who is logged in to one account gets nothing of another. A visitor who is not logged in gets the login page:
/// everything else requires a [`CurrentAccount`](crate::auth::CurrentAccount).
fn belongs(request: &Parts, account: &Found<account::Model>) -> std::future::Ready<bool> {
    let session = request.extensions.get::<Session>();
    let belongs = session.is_none_or(|session| TenantId::from(session.account_id) == *account.tenant());
    std::future::ready(belongs)
}

impl From<Rejection> for AppError {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::Missing | Rejection::Malformed | Rejection::Ambiguous => Self::NoAccount,
            Rejection::Unknown => Self::UnknownAccount,
            Rejection::Disabled | Rejection::Forbidden => Self::Forbidden,
            Rejection::Unavailable => Self::Unavailable,
            // The layer has logged the error.
            _ => Self::Internal,
        }
    }
}

/// The address of the page of all accounts, or of one account, at the port that this request came to.
pub(crate) fn address(headers: &HeaderMap, subdomain: Option<&str>) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let port = host.rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok());
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    match subdomain {
        Some(subdomain) => format!("//{subdomain}.{DOMAIN}{port}/"),
        None => format!("//{DOMAIN}{port}/"),
    }
}
