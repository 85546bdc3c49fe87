//! Finds the difference between two trees.

use super::{
    left_out::is_null,
    tree::{KIND, is, items, names},
};
use crate::description::Known;
use serde_json::{Map, Value};

/// The longest part of a tree that is printed.
const SHOWN: usize = 300;

/// Describes where the text that is sent differs from the caller's; `None` where it does not.
pub(super) fn difference(known: &Known<'_>, sent: &Value, callers: &Value) -> Option<String> {
    Differ { known }.find(sent, callers, "").map(|found| format!("at {found}"))
}

struct Differ<'k, 'a> {
    known: &'k Known<'a>,
}

impl Differ<'_, '_> {
    /// The place where two values of a field differ. The path to the place is prepended on the way back.
    fn find(&self, sent: &Value, callers: &Value, field: &str) -> Option<String> {
        let found = match (sent, callers) {
            (Value::Object(a), Value::Object(b)) if a.get(KIND) == b.get(KIND) => self.fields(a, b),
            (Value::Array(a), Value::Array(b)) if field == "group_clause" && self.groups(a, b) => None,
            (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
                let mut pairs = a.iter().zip(b).enumerate();
                pairs.find_map(|(index, (a, b))| Some(format!("/{index}{}", self.find(a, b, "")?)))
            }
            (_, _) => (sent != callers).then(|| shown(sent, callers)),
        };
        // The DEFAULT of a foreign key column may be another tenant's row.
        if found.is_some() && is(callers, "SetToDefault") && is_null(sent) {
            return None;
        }
        match checked_parent(sent) {
            // The stored value was cast to the key's type.
            Some(value) if found.is_some() => {
                let bare = value.get("arg").filter(|_| is(value, "TypeCast"));
                let differs = |value: &Value| self.find(value, callers, "").is_some();
                found.filter(|_| differs(value) && bare.is_none_or(differs))
            }
            Some(_) | None => found,
        }
    }

    fn fields(&self, sent: &Map<String, Value>, callers: &Map<String, Value>) -> Option<String> {
        let nothing = Value::Array(Vec::new());
        let mut names = sent.keys().chain(callers.keys().filter(|name| !sent.contains_key(*name)));
        names.find_map(|name| {
            // A column that became a check of its value keeps its name through an alias.
            if name == "name" && self.names_checked_column(sent, callers) {
                return None;
            }
            let (a, b) = (sent.get(name).unwrap_or(&nothing), callers.get(name).unwrap_or(&nothing));
            Some(format!("/{name}{}", self.find(a, b, name)?))
        })
    }

    /// Whether the GROUP BY items are the caller's plus tenant columns.
    fn groups(&self, sent: &[Value], callers: &[Value]) -> bool {
        if callers.is_empty() {
            return false;
        }
        let mut wanted = callers.iter().peekable();
        for group in sent {
            let is_next = wanted.peek().is_some_and(|next| self.find(group, next, "").is_none());
            if is_next {
                wanted.next();
            } else if !is_tenant_column(self.known, group) {
                return false;
            }
        }
        wanted.next().is_none()
    }

    fn names_checked_column(&self, sent: &Map<String, Value>, callers: &Map<String, Value>) -> bool {
        let (Some(sent_value), Some(value)) = (sent.get("val"), callers.get("val")) else { return false };
        let name = sent.get("name").and_then(Value::as_str);
        !callers.contains_key("name")
            && checked_parent(sent_value).is_some()
            && names(value, "fields").last().copied() == name
    }
}

/// Whether a value is `name.tenant`, for any table.
pub(super) fn is_tenant_column(known: &Known<'_>, value: &Value) -> bool {
    match names(value, "fields")[..] {
        [_, column] if is(value, "ColumnRef") => {
            known.tables.iter().any(|table| table.tenant_column.as_deref() == Some(column))
        }
        _ => false,
    }
}

/// The value in `CASE WHEN <the tenant has such a parent> THEN value … END`.
fn checked_parent(value: &Value) -> Option<&Value> {
    let [when] = items(value, "args") else { return None };
    let is_check = is(value, "CaseExpr") && value.get("arg").is_none();
    let condition = when.get("expr").filter(|_| is_check)?;
    holds_failure(condition).then(|| when.get("result")).flatten()
}

/// Whether a condition contains the text with which a check of the scope fails.
pub(super) fn holds_failure(value: &Value) -> bool {
    match value {
        Value::String(text) => text.starts_with("sea_orm_multitenant: "),
        Value::Array(items) => items.iter().any(holds_failure),
        Value::Object(fields) => fields.values().any(holds_failure),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn shown(sent: &Value, callers: &Value) -> String {
    let cut = |value: &Value| value.to_string().chars().take(SHOWN).collect::<String>();
    format!(": sent {}, the caller's {}", cut(sent), cut(callers))
}
