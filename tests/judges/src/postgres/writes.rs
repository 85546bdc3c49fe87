//! The tenant column in written rows: it must contain the tenant, and is removed.

use super::tree::{is, is_tenant, items, kind, names, remove, text};
use crate::description::{Description, Known, Table};
use serde_json::{Value, json};

/// Which tree is processed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// The tree that is sent, in which the tenant is required.
    Sent,
    /// The caller's tree, in which it is optional.
    Callers,
}

/// Why a tree cannot be compared.
pub(super) type Uncomparable = &'static str;

/// Removes the tenant column from all writes in a tree. In the tree that is sent it must contain the tenant.
pub(super) fn take_out(
    said: &Description<'_>,
    known: &Known<'_>,
    side: Side,
    value: &mut Value,
) -> Result<Option<Uncomparable>, String> {
    let mut found = None;
    match value {
        Value::Array(items) => {
            for item in items {
                found = take_out(said, known, side, item)?.or(found);
            }
        }
        Value::Object(fields) => {
            for field in fields.values_mut() {
                found = take_out(said, known, side, field)?.or(found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return Ok(None),
    }
    let writes = matches!(kind(value), "InsertStmt" | "UpdateStmt");
    let Some(table) = value.get("relation").filter(|_| writes).and_then(|relation| written(known, relation))
    else {
        return Ok(found);
    };
    let write = Write {
        said,
        table,
        side,
        target: value.get("relation").map(name_of).unwrap_or_default().to_owned(),
    };
    let own = if is(value, "InsertStmt") { write.insert(value)? } else { None };
    if is(value, "UpdateStmt") {
        write.assignments(value, false)?;
    }
    Ok(own.or(found))
}

/// Returns the table of a relation.
pub(super) fn written<'a>(known: &Known<'a>, relation: &Value) -> Option<&'a Table> {
    let schema = text(relation, "schemaname");
    known.table((!schema.is_empty()).then_some(schema), text(relation, "relname"))
}

/// The name by which a statement refers to a relation.
pub(super) fn name_of(relation: &Value) -> &str {
    let alias = relation.get("alias").map(|alias| text(alias, "aliasname"));
    alias.unwrap_or(text(relation, "relname"))
}

struct Write<'w> {
    said: &'w Description<'w>,
    table: &'w Table,
    side: Side,
    target: String,
}

impl Write<'_> {
    fn insert(&self, insert: &mut Value) -> Result<Option<Uncomparable>, String> {
        if let Some(clause) = insert.get_mut("on_conflict_clause") {
            self.assignments(clause, true)?;
            if let (Some(column), Some(Value::Array(elements))) =
                (&self.table.tenant_column, clause.pointer_mut("/infer/index_elems"))
            {
                elements.retain(|element| text(element, "name") != column);
            }
        }
        self.write_defaults(insert);
        let Some(column) = &self.table.tenant_column else { return Ok(None) };
        self.write_columns(insert);
        let place = items(insert, "cols").iter().position(|target| text(target, "name") == column);
        let Some(place) = place else {
            return match self.side {
                Side::Sent => Err(format!("an INSERT into `{}` without the tenant", self.table.name)),
                Side::Callers => Ok(None),
            };
        };
        remove(insert, "cols", place);
        match insert.get_mut("select_stmt") {
            Some(source) => self.rows(source, place),
            None => Err("an INSERT of columns without rows".to_owned()),
        }
    }

    /// Converts `DEFAULT VALUES`, and rows of DEFAULT without a column list, to rows without values.
    fn write_defaults(&self, insert: &mut Value) {
        if self.side == Side::Sent || !items(insert, "cols").is_empty() {
            return;
        }
        match insert.get_mut("select_stmt") {
            None => insert["select_stmt"] = one_empty_row(),
            Some(source) => {
                let is_default =
                    |row: &Value| items(row, "items").iter().all(|item| is(item, "SetToDefault"));
                let rows = items(source, "values_lists");
                if !rows.is_empty() && rows.iter().all(is_default) {
                    source["values_lists"] = rows.iter().map(|_| empty_row()).collect();
                    insert["cols"] = json!([]);
                }
            }
        }
    }

    /// Adds the column list that the caller left to the database's order, as long as the rows are.
    fn write_columns(&self, insert: &mut Value) {
        if self.side == Side::Sent || !items(insert, "cols").is_empty() {
            return;
        }
        let values = insert.get("select_stmt").map_or(0, width);
        let column = |name: &String| json!({ super::tree::KIND: "ResTarget", "name": name });
        insert["cols"] = self.table.columns.iter().take(values).map(column).collect();
    }

    /// Removes the value at a position from the rows of a source.
    fn rows(&self, source: &mut Value, place: usize) -> Result<Option<Uncomparable>, String> {
        if source.get("larg").is_some() {
            let left = source.get_mut("larg").map_or(Ok(None), |left| self.rows(left, place))?;
            let right = source.get_mut("rarg").map_or(Ok(None), |right| self.rows(right, place))?;
            return Ok(left.or(right));
        }
        if let Some(Value::Array(rows)) = source.get_mut("values_lists") {
            for row in rows {
                let value = remove(row, "items", place);
                self.expect_tenant(value.as_ref())?;
            }
            return Ok(None);
        }
        let targets = items(source, "target_list");
        let is_star = |target: &Value| {
            target.get("val").is_some_and(|value| names(value, "fields").last() == Some(&"*"))
        };
        if targets.iter().take(place + 1).any(is_star) {
            return Ok(Some("an INSERT of a wildcard's columns"));
        }
        let target = remove(source, "target_list", place);
        self.expect_tenant(target.as_ref().and_then(|target| target.get("val")))?;
        Ok(None)
    }

    fn expect_tenant(&self, value: Option<&Value>) -> Result<(), String> {
        let is_right = self.side == Side::Callers || self.said.for_set || value.is_some_and(is_tenant);
        if is_right {
            return Ok(());
        }
        Err(format!("a row for `{}` that does not carry the tenant", self.table.name))
    }

    /// Removes assignments of the tenant column from a SET list.
    fn assignments(&self, node: &mut Value, in_conflict: bool) -> Result<(), String> {
        let Some(column) = &self.table.tenant_column else { return Ok(()) };
        let Some(Value::Array(targets)) = node.get_mut("target_list") else { return Ok(()) };
        let assigns = |target: &Value| text(target, "name") == column;
        let is_own = |target: &Value| {
            let value = target.get("val");
            let fields = value.map(|value| names(value, "fields")).unwrap_or_default();
            match fields[..] {
                [name] => name == column,
                [qualifier, name] => {
                    let is_row = qualifier == self.target || (in_conflict && qualifier == "excluded");
                    is_row && name == column
                }
                _ => self.side == Side::Callers && value.is_some_and(is_given),
            }
        };
        let foreign = targets.iter().find(|target| assigns(target) && !is_own(target));
        if foreign.is_some() && self.side == Side::Sent {
            return Err(format!("an assignment to `{column}` of `{}`", self.table.name));
        }
        targets.retain(|target| !(assigns(target) && is_own(target)));
        Ok(())
    }
}

/// The number of columns of a source of rows: for combined queries, that of the first.
fn width(source: &Value) -> usize {
    match (source.get("larg"), items(source, "values_lists")) {
        (Some(first), _) => width(first),
        (None, []) => items(source, "target_list").len(),
        (None, [row, ..]) => items(row, "items").len(),
    }
}

/// A value that is checked to be the tenant when it is bound, or when the text is parsed.
fn is_given(value: &Value) -> bool {
    match kind(value) {
        "Value" | "AConst" => true,
        "TypeCast" => value.get("arg").is_some_and(is_given),
        _ => false,
    }
}

fn empty_row() -> Value {
    json!({ super::tree::KIND: "List", "items": [] })
}

fn one_empty_row() -> Value {
    json!({ super::tree::KIND: "SelectStmt", "values_lists": [empty_row()], "op": 1, "limit_option": 1 })
}
