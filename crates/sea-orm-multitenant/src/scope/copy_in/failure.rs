//! The errors of copying rows.

use crate::error::TenancyError;
use sea_orm::EntityTrait;
#[cfg(feature = "copy")]
use sea_orm::{DbErr, RuntimeErr, sqlx};

/// The error of rows that cannot be copied into the table of `E`.
pub(super) fn not_copied<E: EntityTrait>(because: &str) -> TenancyError {
    TenancyError::NotCopied { table: E::default().table_name().to_owned(), because: because.to_owned() }
}

/// The driver's error, as SeaORM has it.
#[cfg(feature = "copy")]
pub(super) fn driver_error(error: sqlx::Error) -> DbErr {
    DbErr::Exec(RuntimeErr::SqlxError(std::sync::Arc::new(error)))
}
