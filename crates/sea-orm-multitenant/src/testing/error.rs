//! Errors of making a fixture.

use crate::error::TenancyError;
use sea_orm::DbErr;

/// Why a fixture could not be made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FixtureError {
    /// The database returned an error.
    #[error(transparent)]
    Db(#[from] DbErr),
    /// The program's entities contradict each other.
    #[error(transparent)]
    Tenancy(#[from] TenancyError),
    /// The fixture cannot generate a value for a column of this type.
    #[error(
        "the fixture cannot generate a value for `{table}.{column}` of type {ty}; set one with `TwoTenantsBuilder::value`"
    )]
    Column {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// Its type.
        ty: String,
    },
    /// A foreign key references a table whose rows are created later or not at all.
    #[error(
        "`{table}` references `{references}`, which has no rows yet; add the entity of `{references}` first"
    )]
    Reference {
        /// The table.
        table: String,
        /// The referenced table.
        references: String,
    },
}
