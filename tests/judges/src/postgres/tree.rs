//! The tree of PostgreSQL's own parser as one value.
//!
//! A node is an object with its kind under [`KIND`]. Locations in the text and unset fields are removed, so that two
//! trees are equal where the parser reads the same.

use crate::description::Bound;
use serde_json::{Map, Value};

/// The key of a node's kind.
pub(crate) const KIND: &str = "_";

/// The fields with locations in the text.
const PLACES: [&str; 9] = [
    "location",
    "stmt_location",
    "stmt_len",
    "list_start",
    "list_end",
    "rexpr_list_start",
    "rexpr_list_end",
    "target_location",
    "name_location",
];

/// The kinds of nodes in fields that do not name the kind.
const TYPED: [(&str, &str); 13] = [
    ("alias", "Alias"),
    ("join_using_alias", "Alias"),
    ("relation", "RangeVar"),
    ("type_name", "TypeName"),
    ("with_clause", "WithClause"),
    ("into_clause", "IntoClause"),
    ("on_conflict_clause", "OnConflictClause"),
    ("infer", "InferClause"),
    ("returning_clause", "ReturningClause"),
    ("over", "WindowDef"),
    ("larg", "SelectStmt"),
    ("rarg", "SelectStmt"),
    ("coll_clause", "CollateClause"),
];

/// The statements of a text, as parsed by PostgreSQL's parser.
pub(crate) fn statements(sql: &str) -> Result<Vec<Value>, String> {
    let parsed = pg_query::parse(sql, 0).map_err(|error| error.to_string())?;
    let value = serde_json::to_value(&parsed.protobuf).map_err(|error| error.to_string())?;
    let Some(Value::Array(list)) = value.get("stmts") else { return Err("no list of statements".to_owned()) };
    Ok(list.iter().map(|statement| clean(statement.get("stmt").cloned().unwrap_or_default(), None)).collect())
}

/// Removes locations and unset fields from a node.
fn clean(value: Value, typed: Option<&str>) -> Value {
    match value {
        Value::Object(fields) => clean_object(fields, typed),
        Value::Array(items) => Value::Array(items.into_iter().map(|item| clean(item, None)).collect()),
        other => other,
    }
}

fn clean_object(mut fields: Map<String, Value>, typed: Option<&str>) -> Value {
    if fields.len() == 1
        && let Some(node) = fields.remove("node")
    {
        let Value::Object(node) = node else { return Value::Null };
        let mut entries = node.into_iter();
        return match entries.next() {
            Some((kind, Value::Object(fields))) => clean_fields(fields, Some(&kind)),
            Some((kind, other)) => clean(other, Some(&kind)),
            None => Value::Null,
        };
    }
    clean_fields(fields, typed)
}

fn clean_fields(fields: Map<String, Value>, kind: Option<&str>) -> Value {
    let mut cleaned = Map::new();
    if let Some(kind) = kind {
        cleaned.insert(KIND.to_owned(), Value::from(kind));
    }
    for (name, value) in fields {
        if PLACES.contains(&name.as_str()) {
            continue;
        }
        let typed = TYPED.iter().find(|(field, _)| *field == name).map(|(_, kind)| *kind);
        let value = clean(value, typed);
        if !is_unset(&value) {
            cleaned.insert(name, value);
        }
    }
    Value::Object(cleaned)
}

/// Whether a field has the protocol's value for an unset field.
fn is_unset(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(flag) => !flag,
        Value::Number(number) => number.as_i64() == Some(0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(_) => false,
    }
}

/// The kind of a node; empty for any other value.
pub(crate) fn kind(value: &Value) -> &str {
    value.get(KIND).and_then(Value::as_str).unwrap_or_default()
}

/// Whether a value is a node of this kind.
pub(crate) fn is(value: &Value, name: &str) -> bool {
    kind(value) == name
}

/// The items of a list; empty where it is unset.
pub(crate) fn items<'v>(value: &'v Value, field: &str) -> &'v [Value] {
    value.get(field).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The text of a field; empty where it is unset.
pub(crate) fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    value.get(field).and_then(Value::as_str).unwrap_or_default()
}

/// The number of a field; 0 where it is unset.
pub(crate) fn number(value: &Value, field: &str) -> i64 {
    value.get(field).and_then(Value::as_i64).unwrap_or_default()
}

/// Removes an item from the list of a field; `None` where the list is shorter.
pub(crate) fn remove(value: &mut Value, field: &str, place: usize) -> Option<Value> {
    match value.get_mut(field) {
        Some(Value::Array(items)) if place < items.len() => Some(items.remove(place)),
        Some(_) | None => None,
    }
}

/// The texts of a list of names; a star is `*`, an index is `[`.
pub(crate) fn names<'v>(value: &'v Value, field: &str) -> Vec<&'v str> {
    let name = |item: &'v Value| match kind(item) {
        "String" => text(item, "sval"),
        "AStar" => "*",
        _ => "[",
    };
    items(value, field).iter().map(name).collect()
}

/// Writes into each placeholder which value it stands for: `Tenant`, or `Value` with the caller's index.
pub(crate) fn bind(value: &mut Value, bound: Option<&[Bound]>) -> Result<(), String> {
    match value {
        Value::Array(items) => items.iter_mut().try_for_each(|item| bind(item, bound)),
        Value::Object(fields) => {
            if fields.get(KIND).and_then(Value::as_str) == Some("ParamRef") {
                let number = fields.get("number").and_then(Value::as_i64).unwrap_or_default();
                *value = binding(number, bound)?;
                return Ok(());
            }
            fields.values_mut().try_for_each(|field| bind(field, bound))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
    }
}

fn binding(number: i64, bound: Option<&[Bound]>) -> Result<Value, String> {
    let index = usize::try_from(number - 1).map_err(|_| format!("a placeholder ${number}"))?;
    let node = |kind: &str, index: usize| serde_json::json!({ KIND: kind, "index": index });
    match bound {
        None => Ok(node("Value", index)),
        Some(bound) => match bound.get(index) {
            Some(Bound::Value(index)) => Ok(node("Value", *index)),
            Some(Bound::Tenant) => Ok(node("Tenant", 0)),
            Some(Bound::TenantAt(index)) => Ok(node("Tenant", *index)),
            None => Err(format!("the placeholder ${number} has no value")),
        },
    }
}

/// Whether a value is the tenant's placeholder, with or without a cast.
pub(crate) fn is_tenant(value: &Value) -> bool {
    match kind(value) {
        "Tenant" => true,
        "TypeCast" => value.get("arg").is_some_and(is_tenant),
        _ => false,
    }
}
