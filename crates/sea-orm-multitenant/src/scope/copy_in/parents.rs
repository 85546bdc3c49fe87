//! Checks the rows that copied rows reference.

use crate::{
    error::TenancyError,
    scope::copy_in::{encode::kind, failure::driver_error},
    statement::{Shared, scoped_statement},
    table_ref::table_ref,
    tenant_id::integer,
    tenant_set::BoundTenants,
};
use sea_orm::sqlx::{AssertSqlSafe, PgConnection, Row, query};
use sea_orm::{
    DbBackend, DbErr, Statement, Value,
    sea_query::{Alias, Expr, ExprTrait, Query},
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
pub(super) fn checked_keys<'a>(catalogue: &'a Catalogue, table: &'a Table) -> Option<Vec<CheckedKey<'a>>> {
    let keys = catalogue.checked_keys(table).into_iter().map(|(key, parent)| {
        let parent = parent?;
        let ([column], [parent_column]) = (key.columns(), key.parent_columns()) else { return None };
        // What the row references must be stored as it was looked up, so both columns must be of one known type.
        let ty = parent.key_type(parent_column)?;
        let is_compared = table.key_type(column) == Some(ty)
            && matches!(ty, KeyType::Integer | KeyType::Text | KeyType::Uuid);
        is_compared.then_some(CheckedKey { column, parent, parent_column, ty })
    });
    keys.collect()
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
        let (text, value) = found.ok_or_else(|| kind(value))?;
        named.insert(text, value);
        Ok(())
    }

    /// The look-up of values in the scope of the tenant; none if there is no value.
    pub(super) fn look_up<'n>(
        &self,
        shared: &Shared,
        tenant: &BoundTenants,
        named: &'n Named,
    ) -> Result<Option<LookUp<'_, 'n>>, DbErr> {
        if named.is_empty() {
            return Ok(None);
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
        Ok(Some(LookUp { key: self, named, statement }))
    }
}

/// A look-up of the rows that a part references.
pub(super) struct LookUp<'k, 'n> {
    key: &'k CheckedKey<'k>,
    named: &'n Named,
    statement: Statement,
}

impl LookUp<'_, '_> {
    /// Checks that the tenant has the rows.
    ///
    /// # Errors
    /// [`TenancyError::ForeignParent`] if it does not have one of them.
    pub(super) async fn check(&self, connection: &mut PgConnection, table: &Table) -> Result<(), DbErr> {
        let found = texts(connection, &self.statement).await?;
        // Another spelling of a text that PostgreSQL takes for equal is another text in the row.
        if self.named.keys().all(|text| found.contains(text)) {
            return Ok(());
        }
        Err(TenancyError::ForeignParent {
            table: table.qualified_name(),
            column: self.key.column.to_owned(),
            parent: self.key.parent.qualified_name(),
        }
        .into())
    }
}

/// Runs a scoped statement whose rows are one text each.
async fn texts(connection: &mut PgConnection, statement: &Statement) -> Result<HashSet<String>, DbErr> {
    // Each number of values is a text of its own, which the driver need not keep.
    let mut query = query(AssertSqlSafe(statement.sql.as_str())).persistent(false);
    for value in statement.values.iter().flat_map(|values| &values.0) {
        query = match value {
            Value::Int(value) => query.bind(value),
            Value::BigInt(value) => query.bind(value),
            Value::String(value) => query.bind(value),
            Value::Uuid(value) => query.bind(value),
            other => return Err(TenancyError::UnknownValue { kind: kind(other) }.into()),
        };
    }
    let rows = query.fetch_all(connection).await.map_err(driver_error)?;
    rows.iter().map(|row| row.try_get(0).map_err(driver_error)).collect()
}
