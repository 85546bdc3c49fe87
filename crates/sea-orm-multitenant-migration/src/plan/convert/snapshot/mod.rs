//! The attributes of a schema, as the engine's catalogue has them, for a comparison before and after a conversion.
//!
//! The queries differ from those of the planner (`plan/schema`), so that what the planner does not read is compared
//! too.

pub(crate) mod facts;
mod mysql;
pub(crate) mod planned;
mod postgres;
mod postgres_from;
mod postgres_keys;
mod sqlite;
mod sqlite_keys;

use crate::plan::convert::snapshot::{
    facts::{Snapshot, When},
    planned::Planned,
};
use sea_orm_migration::{
    DbErr,
    sea_orm::{ConnectionTrait, DbBackend},
};

/// Reads a snapshot.
pub(crate) async fn read(
    db: &impl ConnectionTrait,
    planned: &Planned,
    when: When,
) -> Result<Snapshot, DbErr> {
    match db.get_database_backend() {
        DbBackend::Postgres => postgres::read(db, planned, when).await,
        DbBackend::MySql => mysql::read(db, planned, when).await,
        _ => sqlite::read(db, planned, when).await,
    }
}
