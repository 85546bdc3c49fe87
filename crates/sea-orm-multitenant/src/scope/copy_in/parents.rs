//! Checks the rows that copied rows reference.

use crate::{
    error::TenancyError,
    scope::copy_in::failure::driver_error,
    statement::{Shared, scoped_statement},
    tenant_id::integer,
    tenant_set::BoundTenants,
};
use sea_orm::sqlx::{AssertSqlSafe, PgConnection, Row, query};
use sea_orm::{
    DbBackend, DbErr, Statement, Value,
    sea_query::{Alias, Expr, ExprTrait, IntoTableRef, Query, TableRef},
};
use sea_orm_multitenant_sql::{Catalogue, KeyType, Table};
use std::collections::{BTreeMap, HashSet};

/// A foreign key of one column whose values a scope checks.
pub(super) struct CheckedKey<'a> {
    /// The column that references.
    pub(super) column: &'a str,
    parent: &'a Table,
    parent_column: &'a str,
    ty: KeyType,
}

/// The foreign keys of a table whose values a scope checks; none if a value of one of them cannot be compared outside of a
/// statement as it is within.
pub(super) fn checked_keys<'a>(
    catalogue: &'a Catalogue,
    table: &'a Table,
    tenant_column: &str,
) -> Option<Vec<CheckedKey<'a>>> {
    let mut keys = Vec::new();
    for key in table.foreign_keys() {
        let parent = catalogue.tables().iter().find(|parent| parent.qualified_name() == key.parent())?;
        // The database checks a key to a shared table, and one with the tenant columns of both tables.
        let Some((parent_tenant, _)) = parent.tenant_column() else { continue };
        let mut pairs = key.columns().iter().zip(key.parent_columns());
        if pairs.any(|(column, named)| column == tenant_column && named == parent_tenant) {
            continue;
        }
        let ([column], [parent_column]) = (key.columns(), key.parent_columns()) else { return None };
        // What the row references must be stored as it was looked up, so both columns must be of one known type.
        let ty = parent.key_type(parent_column)?;
        if table.key_type(column) != Some(ty)
            || !matches!(ty, KeyType::Integer | KeyType::Text | KeyType::Uuid)
        {
            return None;
        }
        keys.push(CheckedKey { column, parent, parent_column, ty });
    }
    Some(keys)
}

/// Values of a foreign key, each once: the text that PostgreSQL gives of it, and the value to look up.
pub(super) type Named = BTreeMap<String, Value>;

impl CheckedKey<'_> {
    /// Adds a value that a row has in the column.
    ///
    /// # Errors
    /// The kind of value, if it is not one of the column's type.
    pub(super) fn add(&self, value: &Value, named: &mut Named) -> Result<(), String> {
        if *value == value.as_null() {
            return Ok(());
        }
        let found = match (self.ty, value) {
            (KeyType::Integer, value) => integer(value).map(|number| (number.to_string(), number.into())),
            (KeyType::Uuid, Value::Uuid(Some(uuid))) => Some((uuid.to_string(), value.clone())),
            (KeyType::Text, Value::String(Some(text))) => Some((text.clone(), value.clone())),
            (KeyType::Text, Value::Char(Some(text))) => Some((text.to_string(), text.to_string().into())),
            _ => None,
        };
        let (text, value) = found.ok_or_else(|| format!("{:?}", value.array_type()))?;
        named.insert(text, value);
        Ok(())
    }

    /// Looks the values up in the scope of the tenant.
    ///
    /// # Errors
    /// [`TenancyError::ForeignParent`] if the tenant does not have one of the rows.
    pub(super) async fn check(
        &self,
        connection: &mut PgConnection,
        shared: &Shared,
        tenant: &BoundTenants,
        table: &str,
        named: &Named,
    ) -> Result<(), DbErr> {
        if named.is_empty() {
            return Ok(());
        }
        let column = || Expr::col(Alias::new(self.parent_column));
        let mut select = Query::select();
        select
            .distinct()
            .expr(column().cast_as(Alias::new("text")))
            .from(table_ref(self.parent))
            .and_where(column().is_in(named.values().cloned()));
        let statement =
            scoped_statement(shared, tenant, DbBackend::Postgres, DbBackend::Postgres.build(&select))?;
        let found = texts(connection, statement).await?;
        // Another spelling of a text that PostgreSQL takes for equal is another text in the row.
        if named.keys().all(|text| found.contains(text)) {
            return Ok(());
        }
        Err(TenancyError::ForeignParent {
            table: table.to_owned(),
            column: self.column.to_owned(),
            parent: self.parent.qualified_name(),
        }
        .into())
    }
}

/// The table as SeaORM writes it.
fn table_ref(table: &Table) -> TableRef {
    match table.schema() {
        Some(schema) => (Alias::new(schema), Alias::new(table.name())).into_table_ref(),
        None => Alias::new(table.name()).into_table_ref(),
    }
}

/// Runs a scoped statement whose rows are one text each.
async fn texts(connection: &mut PgConnection, statement: Statement) -> Result<HashSet<String>, DbErr> {
    // Each number of values is a text of its own, which the driver need not keep.
    let mut query = query(AssertSqlSafe(statement.sql)).persistent(false);
    for value in statement.values.map(|values| values.0).unwrap_or_default() {
        query = match value {
            Value::Int(value) => query.bind(value),
            Value::BigInt(value) => query.bind(value),
            Value::String(value) => query.bind(value),
            Value::Uuid(value) => query.bind(value),
            other => {
                return Err(TenancyError::UnknownValue { kind: format!("{:?}", other.array_type()) }.into());
            }
        };
    }
    let rows = query.fetch_all(connection).await.map_err(driver_error)?;
    rows.iter().map(|row| row.try_get(0).map_err(driver_error)).collect()
}
