//! The record table, in which an online conversion on Citus keeps the foreign keys that it drops until it restores
//! them.

use crate::plan::schema::query::Rows;
use sea_orm_migration::{DbErr, sea_orm::ConnectionTrait};

/// Marks the functions of the triggers that fill the tenant column of rows inserted during a conversion.
pub(crate) const MARK: &str = "/* fills the tenant column during a conversion */";

/// The name of the record table.
pub(crate) const TABLE: &str = "sea_orm_multitenant_conversion";

/// The content of the record table.
#[derive(Debug, Clone, Default)]
#[cfg_attr(not(feature = "citus"), expect(dead_code, reason = "distribution alone keeps foreign keys here"))]
pub(crate) struct Record {
    /// Whether the table exists.
    pub(crate) exists: bool,
    /// The dropped foreign keys.
    pub(crate) keys: Vec<Kept>,
}

/// A foreign key to restore.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    /// The table, as statements name it.
    pub(crate) table: String,
    /// The name of the key.
    pub(crate) name: String,
    /// The statement that adds it.
    pub(crate) sql: String,
}

impl Record {
    /// Reads the record table, if an earlier conversion left one.
    pub(crate) async fn read(db: &impl ConnectionTrait, exists: bool) -> Result<Self, DbErr> {
        let mut keys = Vec::new();
        if exists {
            let sql = format!("SELECT on_table, name, statement FROM {TABLE} ORDER BY position");
            Rows::of(db, &sql).await?.each(|row| {
                keys.push(Kept {
                    table: row.get("on_table")?,
                    name: row.get("name")?,
                    sql: row.get("statement")?,
                });
                Ok(())
            })?;
        }
        Ok(Self { exists, keys })
    }
}
