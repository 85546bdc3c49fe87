//! Relations, functions, types, targets and locks: each must be one that the statement declares.

use super::tree::{KIND, is, items, kind, names, number, text};
use crate::description::{Description, Kind, Known, Table};
use serde_json::Value;
use std::collections::BTreeSet;

/// Functions that the grammar itself calls for special syntax, such as `EXTRACT(… FROM …)`.
const OF_THE_GRAMMAR: [&str; 17] = [
    "btrim",
    "extract",
    "is_normalized",
    "like_escape",
    "ltrim",
    "normalize",
    "overlaps",
    "overlay",
    "pg_collation_for",
    "position",
    "rtrim",
    "similar_to_escape",
    "substring",
    "system_user",
    "timezone",
    "xmlexists",
    "like_escape",
];

/// `SQLValueFunction`: CURRENT_DATE to LOCALTIMESTAMP are the numbers 1 to 9; users, roles, catalogues and schemas
/// follow.
const LAST_OF_TIME: i64 = 9;

/// Kinds of nodes that no scoped statement contains.
const FORBIDDEN: [&str; 4] = ["IntoClause", "CurrentOfExpr", "RangeTableFunc", "MergeStmt"];

/// Statements that a scope accepts.
const STATEMENTS: [(&str, Kind); 4] = [
    ("SelectStmt", Kind::Select),
    ("InsertStmt", Kind::Insert),
    ("UpdateStmt", Kind::Update),
    ("DeleteStmt", Kind::Delete),
];

/// Checks a statement, and returns the tables that it names.
pub(super) fn check<'a>(
    said: &Description<'_>,
    known: &Known<'a>,
    statement: &Value,
) -> Result<Vec<&'a Table>, String> {
    let inner = explained(statement);
    match STATEMENTS.iter().find(|(name, _)| is(inner, name)) {
        Some((_, kind)) if *kind == said.kind => {}
        Some(_) | None => return Err(format!("a statement of kind {}, not {:?}", kind(inner), said.kind)),
    }
    let mut walk = Walk { known, tables: Vec::new() };
    walk.value(inner, &[])?;
    let named: BTreeSet<String> = walk.tables.iter().map(|table| table.declared.clone()).collect();
    let says: BTreeSet<String> = said.tables.iter().cloned().collect();
    if named != says {
        return Err(format!("the text names the tables {named:?}, the statement says {says:?}"));
    }
    Ok(walk.tables)
}

/// The statement inside EXPLAIN, or the statement itself.
pub(super) fn explained(statement: &Value) -> &Value {
    match statement.get("query") {
        Some(query) if is(statement, "ExplainStmt") => query,
        Some(_) | None => statement,
    }
}

struct Walk<'k, 'a> {
    known: &'k Known<'a>,
    tables: Vec<&'a Table>,
}

impl Walk<'_, '_> {
    /// Checks the contents of a value, with these common table expressions in scope.
    fn value(&mut self, value: &Value, ctes: &[String]) -> Result<(), String> {
        match value {
            Value::Array(items) => items.iter().try_for_each(|item| self.value(item, ctes)),
            Value::Object(_) => self.node(value, ctes),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
        }
    }

    fn node(&mut self, node: &Value, ctes: &[String]) -> Result<(), String> {
        let kind = kind(node);
        if FORBIDDEN.contains(&kind) {
            return Err(format!("the text holds {kind}"));
        }
        if kind.ends_with("Stmt") && !STATEMENTS.iter().any(|(name, _)| *name == kind) {
            return Err(format!("the text holds the statement {kind}"));
        }
        match kind {
            "RangeVar" => return self.relation(node, ctes),
            "FuncCall" => self.function(node)?,
            "TypeName" => check_type(node)?,
            "SQLValueFunction" | "SqlvalueFunction" if number(node, "op") > LAST_OF_TIME => {
                return Err("the text asks for a user, role, catalogue or schema".to_owned());
            }
            _ => {}
        }
        let inner = self.common_tables(node, ctes)?;
        let ctes = inner.as_deref().unwrap_or(ctes);
        self.target(node, kind)?;
        let Value::Object(fields) = node else { return Ok(()) };
        let writes = matches!(kind, "InsertStmt" | "UpdateStmt" | "DeleteStmt");
        for (name, field) in fields {
            let is_done = name == KIND
                || name == "with_clause"
                // These are names of relations in FROM, not relations.
                || name == "locked_rels"
                || (name == "relation" && writes);
            if !is_done {
                self.value(field, ctes)?;
            }
        }
        Ok(())
    }

    /// Checks the common table expressions of a statement, and returns the names in scope.
    fn common_tables(&mut self, node: &Value, ctes: &[String]) -> Result<Option<Vec<String>>, String> {
        let Some(with) = node.get("with_clause") else { return Ok(None) };
        let mut inside = ctes.to_vec();
        let names = items(with, "ctes").iter().map(|cte| text(cte, "ctename").to_owned());
        if with.get("recursive").is_some() {
            inside.extend(names);
            self.value(with.get("ctes").unwrap_or(&Value::Null), &inside)?;
            return Ok(Some(inside));
        }
        for (cte, name) in items(with, "ctes").iter().zip(names) {
            self.value(cte, &inside)?;
            inside.push(name);
        }
        Ok(Some(inside))
    }

    fn relation(&mut self, node: &Value, ctes: &[String]) -> Result<(), String> {
        let (schema, name) = (text(node, "schemaname"), text(node, "relname"));
        if schema.is_empty() && ctes.iter().any(|cte| cte == name) {
            return Ok(());
        }
        self.table(node).map(|_| ())
    }

    /// Returns the catalogue's table for a relation.
    fn table(&mut self, node: &Value) -> Result<bool, String> {
        let (schema, name) = (text(node, "schemaname"), text(node, "relname"));
        if !text(node, "catalogname").is_empty() {
            return Err(format!("`{name}` of a database by name"));
        }
        let schema = (!schema.is_empty()).then_some(schema);
        match self.known.table(schema, name) {
            Some(table) => {
                self.tables.push(table);
                Ok(table.writable)
            }
            None => Err(format!("the relation `{name}` is no table of the catalogue")),
        }
    }

    /// Checks the table that a statement writes, which no common table expression may shadow.
    fn target(&mut self, node: &Value, kind: &str) -> Result<(), String> {
        if !matches!(kind, "InsertStmt" | "UpdateStmt" | "DeleteStmt") {
            return Ok(());
        }
        let Some(relation) = node.get("relation") else { return Err(format!("{kind} without a table")) };
        if self.table(relation)? {
            return Ok(());
        }
        Err(format!("a write to `{}`, which scopes do not write", text(relation, "relname")))
    }

    fn function(&mut self, node: &Value) -> Result<(), String> {
        let names = names(node, "funcname");
        let (schema, name) = match names[..] {
            [name] => (None, name),
            [schema, name] => (Some(schema), name),
            _ => return Err(format!("a call of {names:?}")),
        };
        let of_grammar = schema == Some("pg_catalog") && OF_THE_GRAMMAR.contains(&name);
        let may_be_schema = matches!(schema, None | Some("pg_catalog"));
        let is_of_schema = |schema: &str| (self.known.may_call)(&format!("{schema}.{name}").to_lowercase());
        if of_grammar
            || schema.is_some_and(is_of_schema)
            || (may_be_schema && (self.known.may_call)(&name.to_lowercase()))
        {
            return Ok(());
        }
        Err(format!("a call of the function `{}`", names.join(".")))
    }
}

/// Refuses types that look up names in the catalogue, and types of a column (`%TYPE`).
fn check_type(node: &Value) -> Result<(), String> {
    let names = names(node, "names");
    let is_catalogue = names.last().is_some_and(|name| name.starts_with("reg"));
    if is_catalogue || node.get("pct_type").is_some() || node.get("setof").is_some() {
        return Err(format!("the type {}", names.join(".")));
    }
    Ok(())
}
