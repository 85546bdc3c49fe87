//! Adds the broken rule of Citus to errors of the engine.

use crate::{citus::error::CitusError, error::MigrationError};
use sea_orm_migration::DbErr;

/// Wraps the error with the rule that was broken, if Citus raised it.
pub(crate) fn named(error: DbErr) -> DbErr {
    match CitusError::of(&error) {
        Some(known) => MigrationError::Citus(known).into(),
        None => error,
    }
}
