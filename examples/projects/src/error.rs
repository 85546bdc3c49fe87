//! The application's errors, and how pages and the API show them.

use crate::{routes::pages, tenants};
use axum::{
    Json,
    extract::{
        Request,
        rejection::{JsonRejection, PathRejection, QueryRejection},
    },
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::FormRejection;
use sea_orm::{DbErr, SqlErr, TransactionError};
use sea_orm_multitenant::TenancyError;
use sea_orm_multitenant_axum::{ExtractRejection, ResourceError};
use std::time::Duration;

/// An error of the application.
///
/// As a response it has only a status; `with_bodies` adds the body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppError {
    /// There is no such thing, or it belongs to another account: the response does not tell which.
    #[error("not found")]
    NotFound,
    /// The address exists, but does not support the method.
    #[error("this address does not support the method")]
    MethodNotAllowed,
    /// The address names no account, or the request names two.
    #[error("this address names no account")]
    NoAccount,
    /// There is no account of that name.
    #[error("there is no such account")]
    UnknownAccount,
    /// The logged-in user does not belong to the account.
    #[error("you do not belong to this account")]
    Forbidden,
    /// A page of another site sent the request, or the request does not tell which page sent it.
    #[error("the request was not sent by a page of this address; programs must send the header `Origin`")]
    ForeignOrigin,
    /// Nobody is logged in.
    #[error("log in first")]
    LoggedOut,
    /// The email or the password is wrong.
    #[error("the email or the password is wrong")]
    WrongLogin,
    /// The request contains invalid input.
    #[error("{0}")]
    Invalid(String),
    /// The body is too large.
    #[error("the request body is too large")]
    TooLarge,
    /// The body did not arrive in time.
    #[error("the request body took too long to arrive")]
    TooSlow,
    /// Too many attempts, or too many at once.
    #[error("too many {what}; try again later")]
    TooMany {
        /// What there is too much of, in the plural.
        what: &'static str,
        /// When to try again.
        wait: Duration,
    },
    /// A service does not respond at the moment; the log has the error.
    #[error("try again in a moment")]
    Unavailable,
    /// Something failed that is not the request's fault; the log has the error.
    #[error("something went wrong on our side")]
    Internal,
}

impl AppError {
    /// Creates an error about the request's input.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::Invalid(message.into())
    }

    /// The status of the response.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound | Self::UnknownAccount => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::NoAccount => StatusCode::BAD_REQUEST,
            Self::Forbidden | Self::ForeignOrigin => StatusCode::FORBIDDEN,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::LoggedOut | Self::WrongLogin => StatusCode::UNAUTHORIZED,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The page of the error; a user who is not logged in is redirected to the login.
    fn page(&self, accounts: &str) -> Response {
        if *self == Self::LoggedOut {
            Redirect::to("/login").into_response()
        } else {
            pages::error(self, accounts)
        }
    }

    /// Its JSON.
    fn json(&self) -> Response {
        (self.status(), Json(serde_json::json!({ "error": self.to_string() }))).into_response()
    }

    /// Logs what the response must not reveal.
    pub(crate) fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(%cause, "a request failed");
        Self::Internal
    }
}

/// Adds bodies to error responses, including those of inner layers: pages, and JSON below `/api`.
pub(crate) async fn with_bodies(request: Request, next: Next) -> Response {
    let is_api = request
        .uri()
        .path()
        .strip_prefix("/api")
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let accounts = tenants::address(request.headers(), None);
    let mut response = next.run(request).await;
    let Some(error) = response.extensions_mut().remove::<AppError>() else { return response };
    let mut with_body = if is_api { error.json() } else { error.page(&accounts) };
    for name in [header::ALLOW, header::RETRY_AFTER, header::VARY] {
        if let Some(value) = response.headers_mut().remove(&name) {
            with_body.headers_mut().insert(name, value);
        }
    }
    with_body
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        if let Self::TooMany { what: _, wait } = self {
            response.headers_mut().insert(header::RETRY_AFTER, wait.as_secs().into());
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl From<DbErr> for AppError {
    fn from(error: DbErr) -> Self {
        if matches!(error, DbErr::RecordNotUpdated | DbErr::RecordNotFound(_)) {
            return Self::NotFound;
        }
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => Self::invalid("the name is already in use"),
            Some(SqlErr::ForeignKeyConstraintViolation(_)) => {
                Self::invalid("the input references something that does not exist")
            }
            _ => Self::internal(error),
        }
    }
}

impl From<TransactionError<Self>> for AppError {
    fn from(error: TransactionError<Self>) -> Self {
        match error {
            TransactionError::Connection(error) => error.into(),
            TransactionError::Transaction(error) => error,
        }
    }
}

impl From<TenancyError> for AppError {
    fn from(error: TenancyError) -> Self {
        Self::internal(error)
    }
}

impl From<ExtractRejection> for AppError {
    fn from(rejected: ExtractRejection) -> Self {
        rejected.rejection().into()
    }
}

impl From<ResourceError> for AppError {
    fn from(error: ResourceError) -> Self {
        match error.status() {
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::FORBIDDEN => Self::Forbidden,
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            StatusCode::SERVICE_UNAVAILABLE => Self::Unavailable,
            // Logged already.
            status if status.is_server_error() => Self::Internal,
            _ => match error.field().or(error.parameter()) {
                Some(name) => Self::invalid(format!("{name}: {error}")),
                None => Self::invalid(error.to_string()),
            },
        }
    }
}

impl From<JsonRejection> for AppError {
    fn from(rejection: JsonRejection) -> Self {
        Self::invalid(rejection.body_text())
    }
}

impl From<QueryRejection> for AppError {
    fn from(rejection: QueryRejection) -> Self {
        Self::invalid(rejection.body_text())
    }
}

impl From<FormRejection> for AppError {
    fn from(rejection: FormRejection) -> Self {
        Self::invalid(rejection.to_string())
    }
}

impl From<PathRejection> for AppError {
    /// An address whose id is not a number does not exist.
    fn from(_: PathRejection) -> Self {
        Self::NotFound
    }
}
