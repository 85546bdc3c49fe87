//! Reads the current schema from the engine's catalogue.
//!
//! It does not use sea-schema's discovery, which on PostgreSQL joins constraints by name across schemas, and omits
//! what a conversion must restore: definitions of indexes, predicates, DEFERRABLE, the columns of SET NULL.

mod assemble;
pub(crate) mod live;
mod mysql;
pub(crate) mod mysql_text;
mod postgres;
mod postgres_from;
mod postgres_keys;
mod postgres_security;
mod postgres_unkept;
pub(crate) mod query;
pub(crate) mod security;
pub(crate) mod sqlite;

use crate::plan::schema::live::Schema;
use sea_orm_migration::{
    DbErr,
    sea_orm::{ConnectionTrait, DbBackend},
};

/// Reads the tables of the default schema and of these schemas.
pub(crate) async fn read(db: &impl ConnectionTrait, schemas: &[String]) -> Result<Schema, DbErr> {
    match db.get_database_backend() {
        DbBackend::Postgres => postgres::read(db, schemas).await,
        DbBackend::MySql => mysql::read(db, schemas).await,
        _ => sqlite::read(db).await,
    }
}
