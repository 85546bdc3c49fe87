//! The errors of a resource.

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header::CONTENT_TYPE};
use serde_json::{Map, Value as Json};

/// The longest name of a client's that an answer repeats, in characters.
const LONGEST_NAME: usize = 64;

/// Why a request to a [`TenantResource`](crate::TenantResource) is not fulfilled.
///
/// As a response it has its [`status`](Self::status) and the body of the layer's rejections,
/// `{"error":{"code":"…","message":"…"}}`, with `field` or `parameter` where it is about one. No error contains a text
/// of the database, which can have values of other tenants.
///
/// ```
/// use axum::response::IntoResponse;
/// use sea_orm_multitenant_axum::ResourceError;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), axum::Error> {
/// let response = ResourceError::invalid("title", "must not be empty").into_response();
/// assert_eq!(response.status(), 422);
/// let body = axum::body::to_bytes(response.into_body(), 1024).await?;
/// assert_eq!(body, r#"{"error":{"code":"invalid","field":"title","message":"must not be empty"}}"#);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResourceError {
    /// The tenant has no row with this key, or the `query` hook excludes it. 404.
    #[error("there is no such row")]
    NotFound,
    /// A hook refused, or the row is a [global](sea_orm_multitenant::EntityOwnership::TenantOrGlobal) one, which no tenant writes.
    /// 403.
    #[error("this is not allowed")]
    Forbidden,
    /// A hook failed; the log has the error. 503.
    #[error("whether this is allowed cannot be determined now")]
    Unavailable,
    /// The body is not declared as JSON. 415.
    #[error("the body must have the content type application/json")]
    MediaType,
    /// The body has too many bytes. 413.
    #[error("the body is too large")]
    BodyTooLarge,
    /// The body is not a JSON object, or was not received completely. 400.
    #[error("the body is not a JSON object")]
    InvalidJson,
    /// The body names one field twice. 422.
    #[error("the field occurs twice")]
    DuplicateField {
        /// The field.
        field: String,
    },
    /// The body has a field that the resource does not have. 422.
    #[error("there is no such field")]
    UnknownField {
        /// The field.
        field: String,
    },
    /// The body has the tenant column, which the scope fills in. 422.
    #[error("the tenant is determined by the request; leave the field out")]
    TenantField {
        /// The field.
        field: String,
    },
    /// The body has a field that this request cannot write. 422.
    #[error("the field cannot be written; leave it out")]
    ReadOnlyField {
        /// The field.
        field: String,
    },
    /// The body lacks a field. 422.
    #[error("the field is required")]
    MissingField {
        /// The field.
        field: String,
    },
    /// The body has `null` for a field that cannot be NULL. 422.
    #[error("the field must not be null")]
    NullField {
        /// The field.
        field: String,
    },
    /// A field has a value that its column cannot store. 422.
    #[error("the field must be {expected}")]
    InvalidField {
        /// The field.
        field: String,
        /// What the column stores.
        expected: String,
    },
    /// A hook found the input invalid. 422.
    #[error("{message}")]
    Invalid {
        /// The field, if it is about one.
        field: Option<String>,
        /// The hook's message.
        message: String,
    },
    /// A foreign key names a row that the tenant does not have. 422.
    #[error("the referenced row does not exist")]
    ForeignParent {
        /// The field with the foreign key, if the error of the database tells it.
        field: Option<String>,
    },
    /// Another row has the same value in a unique key. 409.
    #[error("a row with these values exists already")]
    Conflict,
    /// Other rows reference the row that was to be deleted. 409.
    #[error("other rows reference this row")]
    Referenced,
    /// The query string is not valid. 400.
    #[error("the query string cannot be read")]
    InvalidQuery,
    /// The query string has a parameter that the resource does not have. 400.
    #[error("there is no such parameter")]
    UnknownParameter {
        /// The parameter.
        parameter: String,
    },
    /// The query string has one parameter twice. 400.
    #[error("the parameter occurs twice")]
    DuplicateParameter {
        /// The parameter.
        parameter: String,
    },
    /// A parameter has a value that it cannot have. 400.
    #[error("the parameter must be {expected}")]
    InvalidParameter {
        /// The parameter.
        parameter: String,
        /// What it can be.
        expected: String,
    },
    /// The query string has more filters than the resource allows. 400.
    #[error("there are more than {most} filters")]
    TooManyFilters {
        /// How many it allows.
        most: usize,
    },
    /// The cursor was not returned for this tenant, resource and order. 400.
    #[error("the cursor is not valid for this list; start without one")]
    InvalidCursor,
    /// The changes could not be committed; the log has the error. 500.
    #[error("the changes could not be saved")]
    NotCommitted,
    /// The statement was refused or failed; the log has the error. 500.
    #[error("the server could not answer the request")]
    Failed,
}

impl ResourceError {
    /// Creates the error for a field that a hook found invalid.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid { field: Some(field.into()), message: message.into() }
    }

    /// Creates the error for input that a hook found invalid as a whole.
    ///
    /// ```
    /// use sea_orm_multitenant_axum::ResourceError;
    ///
    /// let error = ResourceError::invalid_input("the end is before the start");
    /// assert_eq!((error.code(), error.field()), ("invalid", None));
    /// ```
    pub fn invalid_input(message: impl Into<String>) -> Self {
        Self::Invalid { field: None, message: message.into() }
    }

    /// Returns the status of the response.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Conflict | Self::Referenced => StatusCode::CONFLICT,
            Self::DuplicateField { .. }
            | Self::UnknownField { .. }
            | Self::TenantField { .. }
            | Self::ReadOnlyField { .. }
            | Self::MissingField { .. }
            | Self::NullField { .. }
            | Self::InvalidField { .. }
            | Self::Invalid { .. }
            | Self::ForeignParent { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::InvalidJson
            | Self::InvalidQuery
            | Self::UnknownParameter { .. }
            | Self::DuplicateParameter { .. }
            | Self::InvalidParameter { .. }
            | Self::TooManyFilters { .. }
            | Self::InvalidCursor => StatusCode::BAD_REQUEST,
            Self::NotCommitted | Self::Failed => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Returns the code in the response's body, for programs.
    ///
    /// ```
    /// assert_eq!(sea_orm_multitenant_axum::ResourceError::Conflict.code(), "conflict");
    /// ```
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Forbidden => "forbidden",
            Self::Unavailable => "unavailable",
            Self::MediaType => "unsupported_media_type",
            Self::BodyTooLarge => "body_too_large",
            Self::InvalidJson => "invalid_json",
            Self::DuplicateField { .. } => "duplicate_field",
            Self::UnknownField { .. } => "unknown_field",
            Self::TenantField { .. } => "tenant_field",
            Self::ReadOnlyField { .. } => "read_only_field",
            Self::MissingField { .. } => "missing_field",
            Self::NullField { .. } => "null_field",
            Self::InvalidField { .. } => "invalid_field",
            Self::Invalid { .. } => "invalid",
            Self::ForeignParent { .. } => "foreign_parent",
            Self::Conflict => "conflict",
            Self::Referenced => "referenced",
            Self::InvalidQuery => "invalid_query",
            Self::UnknownParameter { .. } => "unknown_parameter",
            Self::DuplicateParameter { .. } => "duplicate_parameter",
            Self::InvalidParameter { .. } => "invalid_parameter",
            Self::TooManyFilters { .. } => "too_many_filters",
            Self::InvalidCursor => "invalid_cursor",
            Self::NotCommitted => "not_committed",
            Self::Failed => "failed",
        }
    }

    /// Returns the field that the error is about.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::DuplicateField { field }
            | Self::UnknownField { field }
            | Self::TenantField { field }
            | Self::ReadOnlyField { field }
            | Self::MissingField { field }
            | Self::NullField { field }
            | Self::InvalidField { field, expected: _ } => Some(field),
            Self::Invalid { field, message: _ } | Self::ForeignParent { field } => field.as_deref(),
            _ => None,
        }
    }

    /// Returns the parameter of the query string that the error is about.
    pub fn parameter(&self) -> Option<&str> {
        match self {
            Self::UnknownParameter { parameter }
            | Self::DuplicateParameter { parameter }
            | Self::InvalidParameter { parameter, expected: _ } => Some(parameter),
            _ => None,
        }
    }
}

/// Shortens a name of the client's, so that an answer does not repeat a whole body.
pub(super) fn shown(name: &str) -> String {
    name.chars().take(LONGEST_NAME).collect()
}

impl IntoResponse for ResourceError {
    fn into_response(self) -> Response {
        let message = self.to_string();
        // In the order of the alphabet, so that the text is the same whether serde_json keeps the order or sorts.
        let parts = [
            ("code", Some(self.code())),
            ("field", self.field()),
            ("message", Some(message.as_str())),
            ("parameter", self.parameter()),
        ];
        let parts = parts.into_iter().filter_map(|(key, text)| Some((key.to_owned(), text?.into())));
        let error: Map<_, Json> = parts.collect();
        json_response(self.status(), &serde_json::json!({ "error": error }))
    }
}

/// Makes a response with a JSON body.
pub(super) fn json_response(status: StatusCode, body: &Json) -> Response {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
