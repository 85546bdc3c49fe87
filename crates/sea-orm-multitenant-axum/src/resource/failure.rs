//! Why an action did not succeed, and the errors of the database as errors of a resource.

use crate::{
    rejection::{ExtractRejection, TARGET},
    resource::{action::Action, entity::ResourceEntity, error::ResourceError, fields::Fields},
};
use sea_orm::{DbErr, SqlErr};
use sea_orm_multitenant::TenancyError;

/// Why an action did not succeed.
pub(super) enum Failure {
    /// The layers rejected the request.
    Rejected(ExtractRejection),
    /// The resource refused.
    Resource(ResourceError),
}

impl From<ExtractRejection> for Failure {
    fn from(rejected: ExtractRejection) -> Self {
        Self::Rejected(rejected)
    }
}

impl From<ResourceError> for Failure {
    fn from(error: ResourceError) -> Self {
        Self::Resource(error)
    }
}

/// Converts an error of the database. Its text, which can have values of other tenants, is only logged.
pub(super) fn of_database<E: ResourceEntity>(
    fields: &Fields<E>,
    action: Action,
    error: &DbErr,
) -> ResourceError {
    if let Some(TenancyError::ForeignParent { column, .. }) = TenancyError::from_db_err(error) {
        let field = column.split(", ").find_map(|column| fields.name_of(column));
        return ResourceError::ForeignParent { field: field.map(str::to_owned) };
    }
    if matches!(error, DbErr::RecordNotUpdated | DbErr::RecordNotFound(_)) {
        return ResourceError::NotFound;
    }
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => ResourceError::Conflict,
        Some(SqlErr::ForeignKeyConstraintViolation(_)) if action == Action::Delete => {
            ResourceError::Referenced
        }
        Some(SqlErr::ForeignKeyConstraintViolation(_)) => ResourceError::ForeignParent { field: None },
        _ => {
            let table = E::default();
            tracing::error!(target: TARGET, %error, table = table.table_name(), ?action, "a statement of a resource failed");
            ResourceError::Failed
        }
    }
}
