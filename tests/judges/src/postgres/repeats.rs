//! Conditions of the caller that repeat the scope's own: the scope leaves them out.

use super::{
    guards::take_conjuncts,
    tree::{is, names, number},
    writes::{name_of, written},
};
use crate::description::{Description, Known, Table};
use serde_json::Value;

/// Removes the conditions from the caller's tree that repeat the scope's.
pub(super) fn take_out(said: &Description<'_>, known: &Known<'_>, statement: &mut Value) {
    if said.repeated.is_empty() {
        return;
    }
    let mut tables = Vec::new();
    collect_tables(known, statement, &mut tables);
    take_from(said, &tables, statement);
}

/// The tables of a statement, by their names in it.
fn collect_tables<'k>(known: &Known<'k>, value: &Value, tables: &mut Vec<(String, &'k Table)>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect_tables(known, item, tables)),
        Value::Object(fields) => fields.values().for_each(|field| collect_tables(known, field, tables)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return,
    }
    if let Some(table) =
        Some(value).filter(|value| is(value, "RangeVar")).and_then(|value| written(known, value))
    {
        tables.push((name_of(value).to_owned(), table));
    }
}

fn take_from(said: &Description<'_>, tables: &[(String, &Table)], value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| take_from(said, tables, item)),
        Value::Object(fields) => {
            fields.values_mut().for_each(|field| take_from(said, tables, field));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return,
    }
    for field in ["where_clause", "quals"] {
        take_conjuncts(value, field, |condition| is_repeated(said, tables, condition));
    }
}

/// `tenant = <a value that was checked to be the tenant>`.
fn is_repeated(said: &Description<'_>, tables: &[(String, &Table)], condition: &Value) -> bool {
    let side = |name: &str| condition.get(name).cloned().unwrap_or_default();
    let (left, right) = (side("lexpr"), side("rexpr"));
    let is_of = |column: &str, table: &Table| table.tenant_column.as_deref() == Some(column);
    let is_tenant = match names(&left, "fields")[..] {
        [column] => tables.iter().any(|(_, table)| is_of(column, table)),
        [.., qualifier, column] => {
            tables.iter().any(|(name, table)| name == qualifier && is_of(column, table))
        }
        [] => false,
    };
    let index = number(&right, "index");
    let is_value =
        is(&right, "Value") && said.repeated.iter().any(|repeated| i64::try_from(*repeated) == Ok(index));
    names(condition, "name") == ["="] && is_tenant && is_value
}
