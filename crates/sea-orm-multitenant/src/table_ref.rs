//! Tables of the catalogue in SeaORM's statements.

use sea_orm::sea_query::{Alias, IntoTableRef, TableRef};
use sea_orm_multitenant_sql::Table;

/// A table of the catalogue with its schema.
pub(crate) fn table_ref(table: &Table) -> TableRef {
    match table.schema() {
        Some(schema) => (Alias::new(schema), Alias::new(table.name())).into_table_ref(),
        None => Alias::new(table.name()).into_table_ref(),
    }
}
