//! Rejections of requests.

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header::CONTENT_TYPE};
use std::{fmt, sync::Arc};

/// The target of this crate's events.
pub(crate) const TARGET: &str = "sea_orm_multitenant::axum";

/// Why a request is answered without calling its handler.
///
/// It contains nothing from the request and nothing about a tenant, so that no response can reveal either. As a
/// response it has its [`status`](Self::status) and the JSON body `{"error":{"code":"…","message":"…"}}`;
/// [`Policy::respond_with`](crate::Policy::respond_with) makes a different response of it.
///
/// ```
/// use axum::response::IntoResponse;
/// use http::StatusCode;
/// use sea_orm_multitenant_axum::Rejection;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), axum::Error> {
/// let response = Rejection::Unknown.into_response();
/// assert_eq!(response.status(), StatusCode::NOT_FOUND);
/// let body = axum::body::to_bytes(response.into_body(), 1024).await?;
/// assert_eq!(body, r#"{"error":{"code":"unknown_tenant","message":"there is no such tenant"}}"#);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Rejection {
    /// No resolver found an identifier, and the path requires a tenant. 400.
    #[error("the request names no tenant")]
    Missing,
    /// The identifier of the tenant is malformed. 400.
    #[error("the request names its tenant in a form that cannot be read")]
    Malformed,
    /// The request names two tenants, or lacks a tenant in one of the places that must agree. 400.
    #[error("the request does not name exactly one tenant")]
    Ambiguous,
    /// The tenant store has no such tenant, or its name is reserved. 404.
    #[error("there is no such tenant")]
    Unknown,
    /// The tenant is disabled. 403.
    #[error("the tenant is disabled")]
    Disabled,
    /// The hook of [`TenantLayer::authorize`](crate::TenantLayer::authorize) refused. 403.
    #[error("access to the tenant is refused")]
    Forbidden,
    /// The tenant store, the hook or the database failed; the log has the error. 503.
    #[error("the tenant cannot be determined now")]
    Unavailable,
    /// The transaction of the request could not be committed; the log has the error. 500.
    #[error("the changes could not be saved")]
    NotCommitted,
    /// The program's layers and extractors do not fit together; the log says how. 500.
    #[error("the server is not set up to answer this request")]
    Misconfigured,
}

impl Rejection {
    /// Returns the status of the response.
    pub fn status(self) -> StatusCode {
        match self {
            Self::Missing | Self::Malformed | Self::Ambiguous => StatusCode::BAD_REQUEST,
            Self::Unknown => StatusCode::NOT_FOUND,
            Self::Disabled | Self::Forbidden => StatusCode::FORBIDDEN,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::NotCommitted | Self::Misconfigured => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Returns the code in the response's body, for programs.
    ///
    /// ```
    /// assert_eq!(sea_orm_multitenant_axum::Rejection::Missing.code(), "missing_tenant");
    /// ```
    pub fn code(self) -> &'static str {
        match self {
            Self::Missing => "missing_tenant",
            Self::Malformed => "malformed_tenant",
            Self::Ambiguous => "ambiguous_tenant",
            Self::Unknown => "unknown_tenant",
            Self::Disabled => "disabled_tenant",
            Self::Forbidden => "forbidden_tenant",
            Self::Unavailable => "tenant_unavailable",
            Self::NotCommitted => "not_committed",
            Self::Misconfigured => "misconfigured",
        }
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        let body = serde_json::json!({ "error": { "code": self.code(), "message": self.to_string() } });
        let mut response = Response::new(Body::from(body.to_string()));
        *response.status_mut() = self.status();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response
    }
}

/// How a rejection is answered.
#[derive(Clone)]
pub(crate) struct Responder(Arc<dyn Fn(Rejection) -> Response + Send + Sync>);

impl Responder {
    pub(crate) fn new(respond: impl Fn(Rejection) -> Response + Send + Sync + 'static) -> Self {
        Self(Arc::new(respond))
    }

    pub(crate) fn respond(&self, rejection: Rejection) -> Response {
        (self.0)(rejection)
    }
}

impl Default for Responder {
    fn default() -> Self {
        Self::new(IntoResponse::into_response)
    }
}

/// The rejection of an extractor: answered as the layer's policy defines.
///
/// ```
/// use axum::response::IntoResponse;
/// use sea_orm_multitenant_axum::{ExtractRejection, Rejection};
///
/// fn is_missing(rejected: &ExtractRejection) -> bool {
///     rejected.rejection() == Rejection::Missing
/// }
/// assert!(is_missing(&ExtractRejection::from(Rejection::Missing)));
/// assert_eq!(ExtractRejection::from(Rejection::Missing).into_response().status(), 400);
/// ```
#[derive(Clone)]
pub struct ExtractRejection {
    rejection: Rejection,
    responder: Responder,
}

impl ExtractRejection {
    pub(crate) fn new(rejection: Rejection, responder: Responder) -> Self {
        Self { rejection, responder }
    }

    /// Returns the reason.
    pub fn rejection(&self) -> Rejection {
        self.rejection
    }
}

impl From<Rejection> for ExtractRejection {
    fn from(rejection: Rejection) -> Self {
        Self::new(rejection, Responder::default())
    }
}

impl IntoResponse for ExtractRejection {
    fn into_response(self) -> Response {
        self.responder.respond(self.rejection)
    }
}

impl fmt::Display for ExtractRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rejection.fmt(f)
    }
}

impl fmt::Debug for ExtractRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ExtractRejection").field(&self.rejection).finish()
    }
}

impl std::error::Error for ExtractRejection {}

/// Logs a mistake in the program, and returns the rejection for it.
pub(crate) fn misconfigured(what: &'static str, responder: Responder) -> ExtractRejection {
    tracing::error!(target: TARGET, "{what}");
    ExtractRejection::new(Rejection::Misconfigured, responder)
}
