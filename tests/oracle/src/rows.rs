//! Random rows of a schema's tables.

use crate::{
    choices::Choices,
    schema::{Column, ColumnType, KeyStyle, OWN_IDS, Role, Schema, Table, Tenant},
};
use sea_orm::Value;
use std::ops::RangeInclusive;

/// The number of rows of a table that a tenant may have.
const MOST_ROWS: u32 = 7;

/// A value of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Datum {
    /// NULL.
    Null,
    /// An integer.
    Int(i32),
    /// A text.
    Text(String),
}

impl Datum {
    /// As a literal.
    pub fn literal(&self) -> String {
        match self {
            Self::Null => "NULL".to_owned(),
            Self::Int(value) => value.to_string(),
            Self::Text(value) => format!("'{value}'"),
        }
    }

    /// As a value of a statement, for a column of type `ty`.
    pub fn value(&self, ty: ColumnType) -> Value {
        match (self, ty) {
            (Self::Int(value), _) => (*value).into(),
            (Self::Text(value), _) => value.as_str().into(),
            (Self::Null, ColumnType::Int) => Value::Int(None),
            (Self::Null, ColumnType::Text) => Value::String(None),
        }
    }
}

/// A row of a table.
#[derive(Debug, Clone)]
pub struct Row {
    /// The index of its table.
    pub table: usize,
    /// Its owner; `None` in a shared table, and of a global row.
    pub owner: Option<Tenant>,
    /// A value for each of [`Table::columns`]. In a root's row the first is meaningless: its key is the owner.
    pub values: Vec<Datum>,
}

/// Random rows, in an order in which their references are valid.
pub fn rows(choices: &mut Choices, schema: &Schema) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let tenants = [schema.tenant(), schema.others()[0], schema.others()[1]];
    for (index, table) in schema.tables.iter().enumerate() {
        match table.role {
            Role::Shared { .. } => add(choices, schema, &mut rows, index, None),
            Role::Tenant { .. } => {
                if table.global {
                    add(choices, schema, &mut rows, index, None);
                }
                for tenant in tenants {
                    add(choices, schema, &mut rows, index, Some(tenant));
                }
            }
            Role::Root => {
                for tenant in tenants {
                    // MariaDB's collation treats the keys of these two as equal.
                    if schema.ids_of(tenant) != (21..=29) {
                        let values = table.columns.iter().map(|column| ordinary(choices, column)).collect();
                        rows.push(Row { table: index, owner: Some(tenant), values });
                    }
                }
            }
        }
    }
    rows
}

/// Adds the rows of `owner` to a table.
fn add(choices: &mut Choices, schema: &Schema, rows: &mut Vec<Row>, index: usize, owner: Option<Tenant>) {
    let table = &schema.tables[index];
    let ids = schema.ids_in(table, owner);
    let first = rows.len();
    for _ in 0..choices.below(MOST_ROWS) {
        let id = id(choices, &ids);
        let mut values = vec![Datum::Int(id)];
        for column in &table.columns[1..] {
            let Some(value) = value(choices, schema, rows, table, column, owner, &ids) else { break };
            values.push(value);
        }
        let complete = values.len() == table.columns.len();
        let collides_with_global = |row: &Row| {
            let is_one = row.values[0] == values[0];
            is_one || schema.keys == KeyStyle::Single && collides(table, &row.values, &values)
        };
        let global = rows[..first].iter().filter(|row| row.table == index && row.owner.is_none());
        if complete
            && !rows[first..].iter().any(|row| collides(table, &row.values, &values))
            && !global.into_iter().any(collides_with_global)
        {
            rows.push(Row { table: index, owner, values });
        }
    }
}

fn id(choices: &mut Choices, ids: &RangeInclusive<i32>) -> i32 {
    ids.start() + i32::try_from(choices.below(9)).unwrap_or(0)
}

/// A value for a column; `None` if there is no row to reference and the column must reference one.
fn value(
    choices: &mut Choices,
    schema: &Schema,
    rows: &[Row],
    table: &Table,
    column: &Column,
    owner: Option<Tenant>,
    ids: &RangeInclusive<i32>,
) -> Option<Datum> {
    if let Some(reference) = table.parents.iter().find(|reference| reference.column == column.name) {
        let parents: Vec<&Datum> = rows
            .iter()
            .filter(|row| row.table == reference.parent && (row.owner.is_none() || row.owner == owner))
            .map(|row| &row.values[0])
            .collect();
        if column.nullable && (parents.is_empty() || choices.chance(20)) {
            return Some(Datum::Null);
        }
        return if parents.is_empty() { None } else { Some((*choices.pick(&parents)).clone()) };
    }
    if table.unique.as_ref() == Some(&column.name) {
        if column.nullable && choices.chance(20) {
            return Some(Datum::Null);
        }
        let shared_key = owner.is_some() && (schema.keys == KeyStyle::Single || *ids == (21..=29));
        let number = if shared_key { id(choices, ids) } else { id(choices, &OWN_IDS) };
        return Some(match column.ty {
            ColumnType::Int => Datum::Int(number),
            ColumnType::Text => Datum::Text(format!("n{number}")),
        });
    }
    Some(ordinary(choices, column))
}

/// A value like those that statements compare with, so that other tenants' rows match what the tenant's rows match.
fn ordinary(choices: &mut Choices, column: &Column) -> Datum {
    if column.nullable && choices.chance(20) {
        return Datum::Null;
    }
    match column.ty {
        ColumnType::Int => Datum::Int(i32::try_from(choices.below(10)).unwrap_or(0)),
        ColumnType::Text => {
            let number = choices.below(12);
            Datum::Text(match number {
                10 => "N1".to_owned(),
                11 => String::new(),
                number => format!("n{number}"),
            })
        }
    }
}

/// Whether two rows of one owner conflict.
fn collides(table: &Table, one: &[Datum], other: &[Datum]) -> bool {
    let unique = table.columns.iter().position(|column| Some(&column.name) == table.unique.as_ref());
    one[0] == other[0] || unique.is_some_and(|index| one[index] != Datum::Null && one[index] == other[index])
}
