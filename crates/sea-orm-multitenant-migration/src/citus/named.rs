//! Errors of the engine, with the rule of Citus that a statement broke.

use crate::{citus::error::CitusError, error::MigrationError};
use sea_orm_migration::DbErr;

/// The error with the rule that it breaks in words, if Citus raised it.
pub(crate) fn named(error: DbErr) -> DbErr {
    match CitusError::of(&error) {
        Some(known) => MigrationError::Citus(known).into(),
        None => error,
    }
}
