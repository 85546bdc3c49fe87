//! What keeps a fixture from being made.

use crate::error::TenancyError;
use sea_orm::DbErr;

/// Why there are no two tenants.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FixtureError {
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbErr),
    /// The entities of the program contradict each other.
    #[error(transparent)]
    Tenancy(#[from] TenancyError),
    /// There is no value for a column of this type.
    #[error(
        "there is no value for `{table}.{column}` of type {ty}; give one with `TwoTenantsBuilder::value`"
    )]
    Column {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// Its type.
        ty: String,
    },
    /// A foreign key refers to a table that has no rows yet.
    #[error("`{table}` refers to `{references}`; put its entity before")]
    Reference {
        /// The table.
        table: String,
        /// The table that it refers to.
        references: String,
    },
}
