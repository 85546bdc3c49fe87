//! Foreign key columns that the caller left to their DEFAULT: NULL must be written there, and is removed.

use super::tree::{is, items, remove, text};
use serde_json::Value;

/// Removes those columns of each INSERT that the caller's INSERT lacks, if every row has NULL for them. A column with
/// another value remains, and is reported as a difference.
pub(super) fn take_out(sent: &mut Value, callers: &Value) {
    match (&mut *sent, callers) {
        (Value::Array(sent), Value::Array(callers)) => {
            sent.iter_mut().zip(callers).for_each(|(sent, callers)| take_out(sent, callers));
        }
        (Value::Object(sent), Value::Object(callers)) => {
            for (name, field) in sent.iter_mut() {
                callers.get(name).into_iter().for_each(|callers| take_out(field, callers));
            }
        }
        (_, _) => return,
    }
    if is(sent, "InsertStmt") && is(callers, "InsertStmt") {
        take_from_insert(sent, callers);
    }
}

fn take_from_insert(sent: &mut Value, callers: &Value) {
    let named = |column: &str| items(callers, "cols").iter().any(|target| text(target, "name") == column);
    for place in (0..items(sent, "cols").len()).rev() {
        let is_added = !named(text(&items(sent, "cols")[place], "name"));
        if is_added && sent.get("select_stmt").is_some_and(|source| has_null(source, place)) {
            remove(sent, "cols", place);
            if let Some(source) = sent.get_mut("select_stmt") {
                take_from(source, place);
            }
        }
    }
}

/// Whether every row of a source has NULL in this place.
fn has_null(source: &Value, place: usize) -> bool {
    if let (Some(left), Some(right)) = (source.get("larg"), source.get("rarg")) {
        return has_null(left, place) && has_null(right, place);
    }
    match items(source, "values_lists") {
        [] => {
            items(source, "target_list").get(place).and_then(|target| target.get("val")).is_some_and(is_null)
        }
        rows => rows.iter().all(|row| items(row, "items").get(place).is_some_and(is_null)),
    }
}

/// Whether a value is NULL, or a query without rows, which has the type of what it selects.
pub(super) fn is_null(value: &Value) -> bool {
    let value = value.get("arg").filter(|_| is(value, "TypeCast")).unwrap_or(value);
    let query = value.get("subselect").filter(|_| is(value, "SubLink"));
    // For `false`, the grammar's tree contains only its kind.
    let is_false = |condition: &Value| {
        condition.pointer("/val/Boolval").is_some_and(|constant| constant.get("boolval").is_none())
    };
    value.get("isnull").is_some() || query.and_then(|query| query.get("where_clause")).is_some_and(is_false)
}

fn take_from(source: &mut Value, place: usize) {
    for side in ["larg", "rarg"] {
        if let Some(side) = source.get_mut(side) {
            take_from(side, place);
        }
    }
    if let Some(Value::Array(rows)) = source.get_mut("values_lists") {
        for row in rows {
            remove(row, "items", place);
        }
    }
    remove(source, "target_list", place);
}

#[cfg(test)]
mod tests {
    use super::{super::tree::statements, is_null, items};

    #[test]
    fn a_query_without_rows_is_null() {
        let sql = "SELECT NULL, CAST(NULL AS INTEGER), (SELECT 1 WHERE false), (SELECT 1 WHERE true), (SELECT 1), 0, false";
        let statement = statements(sql).expect("it is SQL").remove(0);
        let found: Vec<_> =
            items(&statement, "target_list").iter().map(|target| is_null(&target["val"])).collect();
        assert_eq!(found, [true, true, true, false, false, false, false], "{statement}");
    }
}
