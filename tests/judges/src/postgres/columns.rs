//! The columns of FROM items, as far as the text determines them.

use super::{
    attributes::RECORDS,
    tree::{is, items, kind, names, text},
};
use crate::description::Known;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The columns of a source of rows; `None` where they are not known.
pub(super) type Columns = Option<BTreeSet<String>>;

/// A placeholder among the columns of a table without declared columns: it may have any column.
pub(super) const ANY: &str = "";

/// The columns of a statement's common table expressions.
pub(super) struct Outputs<'k, 'a> {
    known: &'k Known<'a>,
    /// By name. Two expressions of one name have the columns of both.
    ctes: BTreeMap<String, Columns>,
}

impl<'k, 'a> Outputs<'k, 'a> {
    /// Collects the expressions of a statement.
    pub(super) fn of(known: &'k Known<'a>, statement: &Value) -> Self {
        let mut outputs = Self { known, ctes: BTreeMap::new() };
        outputs.collect(statement);
        outputs
    }

    fn collect(&mut self, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.collect(item)),
            Value::Object(fields) => {
                // Expressions come before their uses: the keys of a node are not in its order.
                fields.get("with_clause").into_iter().for_each(|with| self.collect(with));
                fields.values().for_each(|field| self.collect(field));
                if is(value, "CommonTableExpr") {
                    self.common_table(value);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    fn common_table(&mut self, cte: &Value) {
        let query = cte.get("ctequery").map_or_else(|| Some(BTreeSet::new()), |query| self.of_query(query));
        let columns = renamed(query, &names(cte, "aliascolnames"));
        let both = match (self.ctes.get(text(cte, "ctename")), columns) {
            (None, columns) => columns,
            (Some(Some(first)), Some(second)) => Some(first | &second),
            (Some(_), _) => None,
        };
        self.ctes.insert(text(cte, "ctename").to_owned(), both);
    }

    /// The columns of a FROM item.
    pub(super) fn of_source(&self, item: &Value) -> Columns {
        let alias = item.get("alias");
        let columns = match kind(item) {
            "RangeVar" => self.of_relation(item),
            "RangeSubselect" => item.get("subquery").and_then(|query| self.of_query(query)),
            "RangeFunction" => of_function(item),
            "RangeTableSample" => item.get("relation").and_then(|relation| self.of_source(relation)),
            "JoinExpr" => {
                let side = |name: &str| item.get(name).and_then(|side| self.of_source(side));
                side("larg").zip(side("rarg")).map(|(left, right)| &left | &right)
            }
            _ => None,
        };
        renamed(columns, &alias.map(|alias| names(alias, "colnames")).unwrap_or_default())
    }

    fn of_relation(&self, relation: &Value) -> Columns {
        let (schema, name) = (text(relation, "schemaname"), text(relation, "relname"));
        if let (true, Some(columns)) = (schema.is_empty(), self.ctes.get(name)) {
            return columns.clone();
        }
        let table = self.known.table((!schema.is_empty()).then_some(schema), name)?;
        match table.columns[..] {
            [] => Some([ANY.to_owned()].into()),
            [..] => Some(table.columns.iter().cloned().collect()),
        }
    }

    fn of_query(&self, query: &Value) -> Columns {
        if let Some(left) = query.get("larg") {
            return self.of_query(left);
        }
        if let [row, ..] = items(query, "values_lists") {
            return Some((1..=items(row, "items").len()).map(|number| format!("column{number}")).collect());
        }
        let targets = match query.get("returning_clause") {
            Some(returning) => items(returning, "exprs"),
            None if is(query, "SelectStmt") => items(query, "target_list"),
            None => &[],
        };
        let mut columns = BTreeSet::new();
        for target in targets {
            let value = target.get("val")?;
            if is_row_of_call(value) {
                columns.extend(["key", "value"].map(str::to_owned));
                continue;
            }
            match names(value, "fields").last() {
                Some(&"*") => columns.extend(self.of_all_sources(query)?),
                Some(_) | None if text(target, "name").is_empty() => columns.extend(output_name(value)),
                Some(_) | None => {
                    columns.insert(text(target, "name").to_owned());
                }
            }
        }
        Some(columns)
    }

    fn of_all_sources(&self, query: &Value) -> Columns {
        let lists = ["from_clause", "using_clause"].map(|list| items(query, list));
        let relation = query.get("relation");
        let sources = lists.into_iter().flatten().chain(relation);
        sources
            .map(|source| self.of_source(source))
            .collect::<Option<Vec<_>>>()
            .map(|all| all.into_iter().flatten().collect())
    }
}

/// Whether this is `(jsonb_each(…)).*` or the like.
fn is_row_of_call(value: &Value) -> bool {
    let called = value.get("arg").filter(|arg| is(arg, "FuncCall")).map(|call| names(call, "funcname"));
    let is_record = called.is_some_and(|name| name.last().is_some_and(|name| RECORDS.contains(name)));
    is_record && names(value, "indirection") == ["*"]
}

/// The columns renamed by an alias' list; columns after the end of the list keep their names.
fn renamed(columns: Columns, list: &[&str]) -> Columns {
    if list.is_empty() {
        return columns;
    }
    let mut columns = columns?;
    columns.extend(list.iter().map(|name| (*name).to_owned()));
    Some(columns)
}

/// A function in FROM has a column named like its alias or like itself, the columns of its definition list, and the
/// columns of functions that return several.
fn of_function(function: &Value) -> Columns {
    let mut columns: BTreeSet<_> = ["key", "ordinality", "value"].map(str::to_owned).into();
    columns.extend(function.get("alias").map(|alias| text(alias, "aliasname").to_owned()));
    definitions(function, &mut columns);
    Some(columns)
}

fn definitions(value: &Value, columns: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| definitions(item, columns)),
        Value::Object(fields) => {
            if is(value, "ColumnDef") {
                columns.insert(text(value, "colname").to_owned());
            }
            if is(value, "FuncCall") {
                columns.extend(names(value, "funcname").last().map(|name| (*name).to_owned()));
            }
            fields.values().for_each(|field| definitions(field, columns));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The name of a select list item without an alias; a qualified name is checked where it is used.
fn output_name(value: &Value) -> Option<String> {
    match kind(value) {
        "ColumnRef" => names(value, "fields").last().map(|name| (*name).to_owned()),
        _ => default_name(value),
    }
}

/// The name of an expression without alias; `None` for a qualified name, which would confirm itself.
pub(super) fn default_name(value: &Value) -> Option<String> {
    let last = |node: &Value, field: &str| names(node, field).last().map(|name| (*name).to_owned());
    let inner = || value.get("arg").and_then(output_name);
    match kind(value) {
        "ColumnRef" if names(value, "fields").len() == 1 => last(value, "fields"),
        "FuncCall" => last(value, "funcname"),
        "TypeCast" => inner().or_else(|| value.get("type_name").and_then(|ty| last(ty, "names"))),
        "CollateClause" => inner(),
        "CaseExpr" => {
            let otherwise = value.get("defresult").and_then(output_name);
            Some(otherwise.unwrap_or_else(|| "case".to_owned()))
        }
        "CoalesceExpr" => Some("coalesce".to_owned()),
        "MinMaxExpr" => Some(
            if value.get("op").and_then(Value::as_i64) == Some(1) { "greatest" } else { "least" }.to_owned(),
        ),
        "AArrayExpr" => Some("array".to_owned()),
        "RowExpr" => Some("row".to_owned()),
        "SqlvalueFunction" => Some("current_timestamp".to_owned()),
        "SubLink" => {
            let first = value.get("subselect").and_then(|query| items(query, "target_list").first());
            first.and_then(|target| match text(target, "name") {
                "" => target.get("val").and_then(output_name),
                name => Some(name.to_owned()),
            })
        }
        _ => None,
    }
}
