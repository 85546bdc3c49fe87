//! The errors of an audit.

use crate::error::TenancyError;
use sea_orm::DbErr;

/// Why statements could not be read for an audit.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuditError {
    /// A line of a file of JSON lines is not a statement.
    #[error(
        "line {line} is not a statement in JSON, such as {{\"sql\": \"SELECT 1\", \"calls\": 1}}: {source}"
    )]
    JsonLine {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// The server keeps no statistics of statements.
    #[error("{missing}; {way_out}")]
    NoStatistics {
        /// What is missing.
        missing: &'static str,
        /// How to provide it.
        way_out: &'static str,
    },
    /// The engine is not supported.
    #[error(transparent)]
    Tenancy(#[from] TenancyError),
    /// The database returned an error.
    #[error(transparent)]
    Database(#[from] DbErr),
}
