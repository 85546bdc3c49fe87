//! Attribute notation: PostgreSQL reads `x.f` as a call of `f` where `x` has no such column.
//!
//! So the last name of a qualified column must be a column of what the name before it may refer to. Only where that is
//! unknown, as for a wildcard over a table of unknown columns, is any name accepted that the statement gives to a
//! column anywhere.

use super::{
    columns::{ANY, Columns, Outputs, default_name},
    tree::{is, kind, names, text},
};
use crate::description::Known;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Functions whose results are records of `key` and `value` (PostgreSQL manual, 9.16).
pub(super) const RECORDS: [&str; 4] = ["json_each", "json_each_text", "jsonb_each", "jsonb_each_text"];

/// Checks every qualified name in a statement.
pub(super) fn check(known: &Known<'_>, statement: &Value) -> Result<(), String> {
    let mut names = Names {
        known,
        outputs: Outputs::of(known, statement),
        given: BTreeSet::new(),
        qualifiers: BTreeMap::new(),
    };
    names.collect(statement);
    names.check(statement)
}

struct Names<'k, 'a> {
    known: &'k Known<'a>,
    outputs: Outputs<'k, 'a>,
    /// The names that select lists and aliases give to columns.
    given: BTreeSet<String>,
    /// The possible qualifiers, and the columns that they may have.
    qualifiers: BTreeMap<String, Vec<Columns>>,
}

impl Names<'_, '_> {
    fn collect(&mut self, value: &Value) {
        match value {
            Value::Array(items) => return items.iter().for_each(|item| self.collect(item)),
            Value::Object(fields) => fields.values().for_each(|field| self.collect(field)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return,
        }
        for list in ["colnames", "aliascolnames"] {
            self.given.extend(names(value, list).into_iter().map(str::to_owned));
        }
        match kind(value) {
            "ResTarget" if text(value, "name").is_empty() => {
                self.given.extend(value.get("val").and_then(default_name));
            }
            "ResTarget" => {
                self.given.insert(text(value, "name").to_owned());
            }
            "RangeVar" | "RangeSubselect" | "JoinExpr" | "RangeFunction" => self.source(value),
            _ => {}
        }
    }

    /// A source of rows, by its name in the statement.
    fn source(&mut self, item: &Value) {
        let columns = self.outputs.of_source(item);
        if is(item, "RangeVar") {
            // `excluded` has the columns of the target.
            self.qualifiers.entry("excluded".to_owned()).or_default().push(columns.clone());
        }
        let name = match item.get("alias") {
            Some(alias) => text(alias, "aliasname"),
            None => text(item, "relname"),
        };
        self.qualifiers.entry(name.to_owned()).or_default().push(columns);
    }

    fn check(&self, value: &Value) -> Result<(), String> {
        match value {
            Value::Array(items) => items.iter().try_for_each(|item| self.check(item)),
            Value::Object(fields) => {
                if is(value, "ColumnRef") {
                    self.column(&names(value, "fields"))?;
                }
                if is(value, "AIndirection") {
                    self.indirection(value)?;
                }
                fields.values().try_for_each(|field| self.check(field))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
        }
    }

    fn column(&self, fields: &[&str]) -> Result<(), String> {
        match fields {
            [] | [_] | [_, "*"] => Ok(()),
            [qualifier, column] => {
                let sources = self.qualifiers.get(*qualifier).map_or(&[][..], Vec::as_slice);
                let has = |columns: &Columns| match columns {
                    Some(columns) => columns.contains(*column) || columns.contains(ANY),
                    None => self.is_given(column),
                };
                if sources.iter().any(has) { Ok(()) } else { Err(called(&fields.join("."))) }
            }
            [.., qualifier, column] => self.column(&[qualifier, column]),
        }
    }

    fn indirection(&self, value: &Value) -> Result<(), String> {
        let fields = names(value, "indirection");
        let is_call = value.get("arg").is_some_and(|arg| {
            is(arg, "FuncCall") && names(arg, "funcname").last().is_some_and(|name| RECORDS.contains(name))
        });
        if is_call && matches!(fields[..], ["key" | "value"]) {
            return Ok(());
        }
        match fields.iter().find(|name| !["[", "*"].contains(*name) && !self.is_given(name)) {
            Some(name) => Err(called(&format!("(…).{name}"))),
            None => Ok(()),
        }
    }

    fn is_given(&self, name: &str) -> bool {
        self.given.contains(name)
            || self.known.tables.iter().any(|table| table.columns.iter().any(|column| column == name))
    }
}

fn called(text: &str) -> String {
    format!("`{text}` names no column: PostgreSQL may read it as a call of a function")
}
