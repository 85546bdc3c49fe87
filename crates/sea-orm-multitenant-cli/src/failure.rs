//! Errors and their messages.

use sea_orm_multitenant::{TenancyError, audit::AuditError};
use sea_orm_multitenant_migration::PlanError;
use std::{error::Error, fmt, io, path::PathBuf};

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Arguments that can be parsed but are invalid.
    Usage(String),
    /// A statement that a scope refuses.
    Statement(TenancyError),
    /// An error of the planner.
    Plan(PlanError),
    /// An error of the database.
    Database(sea_orm::DbErr),
    /// The statements of an audit could not be read.
    Audit(AuditError),
    /// A file could not be read.
    File(PathBuf, io::Error),
    /// The output could not be written.
    Output(io::Error),
}

impl Failure {
    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Statement(_)
            | Self::Plan(_)
            | Self::Database(_)
            | Self::Audit(_)
            | Self::File(_, _)
            | Self::Output(_) => 1,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(text) => f.write_str(text),
            Self::Statement(error) => write!(f, "{error}"),
            Self::Plan(error) => whole(f, error),
            Self::Database(error) => match TenancyError::from_db_err(error) {
                Some(error) => write!(f, "{error}"),
                None => whole(f, error),
            },
            Self::Audit(error) => whole(f, error),
            Self::File(path, error) => write!(f, "{} cannot be read: {error}", path.display()),
            Self::Output(error) => write!(f, "the output could not be written: {error}"),
        }
    }
}

/// Prints an error and each of its causes that adds something.
fn whole(f: &mut fmt::Formatter<'_>, error: &dyn Error) -> fmt::Result {
    let mut said = error.to_string();
    f.write_str(&said)?;
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !said.contains(&text) {
            write!(f, "\n  because: {text}")?;
        }
        said.push_str(&text);
        cause = error.source();
    }
    Ok(())
}

impl From<PlanError> for Failure {
    fn from(error: PlanError) -> Self {
        Self::Plan(error)
    }
}

impl From<AuditError> for Failure {
    fn from(error: AuditError) -> Self {
        Self::Audit(error)
    }
}

impl From<TenancyError> for Failure {
    fn from(error: TenancyError) -> Self {
        Self::Statement(error)
    }
}

impl From<sea_orm::DbErr> for Failure {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Database(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Output(error.into())
    }
}
