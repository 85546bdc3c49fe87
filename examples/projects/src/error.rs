//! What can go wrong, and how pages and the API say so.

use crate::routes::pages;
use axum::{
    Json,
    extract::rejection::{JsonRejection, PathRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::FormRejection;
use sea_orm::{DbErr, SqlErr, TransactionError};
use sea_orm_multitenant::TenancyError;

/// An error of the application.
///
/// As a response it has a status only; [`as_page`](Self::as_page) and [`as_json`](Self::as_json) give it its body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppError {
    /// There is no such thing, or it belongs to another account: nobody can tell which.
    #[error("not found")]
    NotFound,
    /// The address is right, the method is not.
    #[error("this address does not know that method")]
    MethodNotAllowed,
    /// Nobody is logged in.
    #[error("log in first")]
    LoggedOut,
    /// The email or the password is wrong.
    #[error("the email or the password is wrong")]
    WrongLogin,
    /// The request says something that cannot be.
    #[error("{0}")]
    Invalid(String),
    /// Something failed that is not the request's fault; it is in the log.
    #[error("something went wrong on our side")]
    Internal,
}

impl AppError {
    /// An error about what the request says.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::Invalid(message.into())
    }

    /// The status of the response.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::LoggedOut | Self::WrongLogin => StatusCode::UNAUTHORIZED,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Gives an error its page; who is not logged in goes to the login. Around the routes of the pages.
    pub async fn as_page(response: Response) -> Response {
        match response.extensions().get::<Self>() {
            None => response,
            Some(Self::LoggedOut) => Redirect::to("/login").into_response(),
            Some(error) => pages::error(error),
        }
    }

    /// Gives an error its JSON. Around the routes of the API.
    pub async fn as_json(response: Response) -> Response {
        let Some(error) = response.extensions().get::<Self>() else { return response };
        (error.status(), Json(serde_json::json!({ "error": error.to_string() }))).into_response()
    }

    /// Logs what a reader of the response must not see.
    pub(crate) fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(%cause, "a request failed");
        Self::Internal
    }
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
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
            Some(SqlErr::UniqueConstraintViolation(_)) => Self::invalid("there is already one of that name"),
            Some(SqlErr::ForeignKeyConstraintViolation(_)) => {
                Self::invalid("it refers to something that is not there")
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

impl From<JsonRejection> for AppError {
    fn from(rejection: JsonRejection) -> Self {
        Self::invalid(rejection.body_text())
    }
}

impl From<FormRejection> for AppError {
    fn from(rejection: FormRejection) -> Self {
        Self::invalid(rejection.to_string())
    }
}

impl From<PathRejection> for AppError {
    /// An address whose id is no number is the address of nothing.
    fn from(_: PathRejection) -> Self {
        Self::NotFound
    }
}
