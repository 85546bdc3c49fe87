//! What a conversion leaves in the database for a while: the foreign keys that an online one on Citus drops, until they are back.

use crate::plan::schema::query::Rows;
use sea_orm_migration::{DbErr, sea_orm::ConnectionTrait};

/// By which the function of a trigger is known that fills the tenant column of rows which come during a conversion.
pub(crate) const MARK: &str = "/* fills the tenant column during a conversion */";

/// The table of the record.
pub(crate) const TABLE: &str = "sea_orm_multitenant_conversion";

/// What the record holds.
#[derive(Debug, Clone, Default)]
#[cfg_attr(not(feature = "citus"), expect(dead_code, reason = "distribution alone keeps foreign keys here"))]
pub(crate) struct Record {
    /// Whether the table is there.
    pub(crate) exists: bool,
    /// Table, name and ALTER TABLE of each foreign key.
    pub(crate) keys: Vec<Kept>,
}

/// A foreign key that is to be added.
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
    /// Reads it, when an earlier conversion left it.
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
