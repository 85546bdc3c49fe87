//! The tenant predicates: checks that each tenant table has one where its join keeps the meaning, and removes them.

use super::tree::{self, is, is_tenant, items, names, number, text};
use crate::description::{Known, Table};
use serde_json::Value;

/// `AND_EXPR`, the AND of a `BoolExpr`.
const AND: i64 = 1;

/// `OR_EXPR`, the OR.
const OR: i64 = 2;

/// `IS_NULL` of a `NullTest`.
const IS_NULL: i64 = 1;

/// The kinds of an `A_Expr`.
const OP: i64 = 1;
const OP_ANY: i64 = 2;
const IN: i64 = 7;

/// The kinds of a join.
const INNER: i64 = 1;
const LEFT: i64 = 2;
const FULL: i64 = 3;
const RIGHT: i64 = 4;

/// A tenant table by its name in a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Reference {
    qualifier: String,
    column: String,
    /// Of a table: whether its global rows may be read. Of a predicate: whether it holds for them.
    global: bool,
}

impl Reference {
    /// The same, of a table that is written.
    fn written(self) -> Self {
        Self { global: false, ..self }
    }

    /// Whether this predicate keeps that table to the rows that it may be read or written by.
    fn guards(&self, table: &Self) -> bool {
        let Self { qualifier, column, global } = self;
        *qualifier == table.qualifier && *column == table.column && (!global || table.global)
    }
}

/// Removes the predicates from a statement; fails where one is missing or has no effect.
pub(super) fn take_out(known: &Known<'_>, value: &mut Value, ctes: &[String]) -> Result<(), String> {
    let mut inside = ctes.to_vec();
    if let Some(with) = value.get("with_clause") {
        inside.extend(items(with, "ctes").iter().map(|cte| text(cte, "ctename").to_owned()));
    }
    level(known, value, &inside)?;
    match value {
        Value::Array(items) => items.iter_mut().try_for_each(|item| take_out(known, item, &inside)),
        Value::Object(fields) => fields.values_mut().try_for_each(|field| take_out(known, field, &inside)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
    }
}

/// Removes the predicates of one query or write.
fn level(known: &Known<'_>, node: &mut Value, ctes: &[String]) -> Result<(), String> {
    let sources = match tree::kind(node) {
        "SelectStmt" | "UpdateStmt" => "from_clause",
        "DeleteStmt" => "using_clause",
        "InsertStmt" => return conflict(known, node),
        _ => return Ok(()),
    };
    let mut missing = Vec::new();
    if !is(node, "SelectStmt")
        && let Some(relation) = node.get("relation")
    {
        missing.extend(reference(known, relation, &[]).map(Reference::written));
    }
    if let Some(Value::Array(list)) = node.get_mut(sources) {
        for item in list {
            missing.extend(unguarded(known, item, ctes)?);
        }
    }
    let guards = take_from(node, "where_clause");
    expect_none(&without(missing, &guards), "in WHERE")
}

/// Removes the guard of ON CONFLICT … DO UPDATE.
fn conflict(known: &Known<'_>, node: &mut Value) -> Result<(), String> {
    const UPDATE: i64 = 3;
    let target = node.get("relation").and_then(|relation| reference(known, relation, &[]));
    let Some(target) = target.map(Reference::written) else { return Ok(()) };
    match node.get_mut("on_conflict_clause") {
        Some(clause) if number(clause, "action") == UPDATE => {
            let guards = take_from(clause, "where_clause");
            let guards = guards.into_iter().chain(take_excluded(clause, &target));
            expect_none(&without(vec![target], &guards.collect::<Vec<_>>()), "in ON CONFLICT")
        }
        Some(_) | None => Ok(()),
    }
}

/// `t.tenant = excluded.tenant`, the guard for a set.
fn take_excluded(clause: &mut Value, target: &Reference) -> Option<Reference> {
    let of = |qualifier: &str| vec![qualifier.to_owned(), target.column.clone()];
    let is_guard = |condition: &Value| {
        let sides = ["lexpr", "rexpr"].map(|side| {
            condition.get(side).map(|side| names(side, "fields").into_iter().map(str::to_owned).collect())
        });
        is_operator(condition, "=") && sides == [Some(of(&target.qualifier)), Some(of("excluded"))]
    };
    (!take_conjuncts(clause, "where_clause", is_guard).is_empty()).then(|| target.clone())
}

/// Returns the tenant tables in a FROM item that still need a predicate, after removing those in its ON conditions.
fn unguarded(known: &Known<'_>, item: &mut Value, ctes: &[String]) -> Result<Vec<Reference>, String> {
    match tree::kind(item) {
        "RangeVar" => Ok(reference(known, item, ctes).into_iter().collect()),
        "RangeTableSample" => {
            let relation = item.get("relation");
            Ok(relation.and_then(|relation| reference(known, relation, ctes)).into_iter().collect())
        }
        "JoinExpr" => joined(known, item, ctes),
        _ => Ok(Vec::new()),
    }
}

fn joined(known: &Known<'_>, join: &mut Value, ctes: &[String]) -> Result<Vec<Reference>, String> {
    let mut side = |name: &str| match join.get_mut(name) {
        Some(item) => unguarded(known, item, ctes),
        None => Ok(Vec::new()),
    };
    let (left, right) = (side("larg")?, side("rarg")?);
    let guards = take_from(join, "quals");
    let mut kept = match number(join, "jointype") {
        INNER => return Ok(without(left.into_iter().chain(right).collect(), &guards)),
        LEFT => {
            expect_none(&without(right, &guards), "in the ON of a LEFT JOIN")?;
            left
        }
        RIGHT => {
            expect_none(&without(left, &guards), "in the ON of a RIGHT JOIN")?;
            right
        }
        FULL => {
            expect_none(&left, "left of a FULL JOIN")?;
            expect_none(&right, "right of a FULL JOIN")?;
            Vec::new()
        }
        other => return Err(format!("a join of kind {other}")),
    };
    // An alias of the whole join hides the names of its tables.
    if join.get("alias").is_some() {
        expect_none(&kept, "in a join with a name")?;
        kept.clear();
    }
    Ok(kept)
}

/// Whether a relation is a tenant table.
fn reference(known: &Known<'_>, relation: &Value, ctes: &[String]) -> Option<Reference> {
    let (schema, name) = (text(relation, "schemaname"), text(relation, "relname"));
    if schema.is_empty() && ctes.iter().any(|cte| cte == name) {
        return None;
    }
    let table = known.table((!schema.is_empty()).then_some(schema), name)?;
    let Table { tenant_column, has_global_rows, .. } = table;
    let alias = relation.get("alias").map(|alias| text(alias, "aliasname"));
    let (qualifier, column) = (alias.unwrap_or(name).to_owned(), tenant_column.clone()?);
    Some(Reference { qualifier, column, global: *has_global_rows })
}

fn without(references: Vec<Reference>, guards: &[Reference]) -> Vec<Reference> {
    let is_guarded = |reference: &Reference| guards.iter().any(|guard| guard.guards(reference));
    references.into_iter().filter(|reference| !is_guarded(reference)).collect()
}

fn expect_none(missing: &[Reference], place: &str) -> Result<(), String> {
    match missing {
        [] => Ok(()),
        [Reference { qualifier, column, global: _ }, ..] => {
            Err(format!("`{qualifier}` is not compared with the tenant by `{column}` {place}"))
        }
    }
}

/// Removes the predicates from a condition, and returns them.
fn take_from(node: &mut Value, field: &str) -> Vec<Reference> {
    let taken = take_conjuncts(node, field, |condition| guard(condition).is_some() || is_by_bytes(condition));
    taken.iter().filter_map(guard).collect()
}

/// Removes the operands that satisfy `wanted` from the AND in a field.
pub(super) fn take_conjuncts(node: &mut Value, field: &str, wanted: impl Fn(&Value) -> bool) -> Vec<Value> {
    let Value::Object(fields) = node else { return Vec::new() };
    let Some(condition) = fields.remove(field) else { return Vec::new() };
    let (taken, kept): (Vec<_>, Vec<_>) = conjuncts(condition).into_iter().partition(wanted);
    if let Some(condition) = conjunction(kept) {
        fields.insert(field.to_owned(), condition);
    }
    taken
}

/// The operands of nested ANDs.
pub(super) fn conjuncts(condition: Value) -> Vec<Value> {
    if !is_and(&condition) {
        return vec![condition];
    }
    match condition {
        Value::Object(mut fields) => match fields.remove("args") {
            Some(Value::Array(args)) => args.into_iter().flat_map(conjuncts).collect(),
            Some(_) | None => Vec::new(),
        },
        other => vec![other],
    }
}

/// Whether a node is an AND.
pub(super) fn is_and(node: &Value) -> bool {
    is(node, "BoolExpr") && number(node, "boolop") == AND
}

/// The AND of these conditions.
pub(super) fn conjunction(mut conditions: Vec<Value>) -> Option<Value> {
    match conditions.len() {
        0 => None,
        1 => conditions.pop(),
        _ => Some(serde_json::json!({ tree::KIND: "BoolExpr", "boolop": AND, "args": conditions })),
    }
}

/// Whether a condition is this operator with two operands.
pub(super) fn is_operator(condition: &Value, operator: &str) -> bool {
    is(condition, "AExpr") && number(condition, "kind") == OP && names(condition, "name") == [operator]
}

/// `name.tenant = <tenant>`, `name.tenant IN (<tenants>)`, `name.tenant = ANY (<tenants>)`; or this OR `name.tenant IS
/// NULL`.
fn guard(condition: &Value) -> Option<Reference> {
    if !is(condition, "BoolExpr") || number(condition, "boolop") != OR {
        return own_guard(condition);
    }
    let [own, null] = items(condition, "args") else { return None };
    let (first, rest) = match items(own, "args") {
        [first, rest @ ..] if is_and(own) => (first, rest),
        _ => (own, &[][..]),
    };
    let guard = own_guard(first).filter(|_| rest.iter().all(is_by_bytes))?;
    let column =
        null.get("arg").filter(|_| is(null, "NullTest") && number(null, "nulltesttype") == IS_NULL)?;
    let is_same = names(column, "fields") == [guard.qualifier.as_str(), guard.column.as_str()];
    is_same.then_some(Reference { global: true, ..guard })
}

fn own_guard(condition: &Value) -> Option<Reference> {
    if !is(condition, "AExpr") || names(condition, "name") != ["="] {
        return None;
    }
    let right = condition.get("rexpr")?;
    let is_guard = match number(condition, "kind") {
        OP => is_tenant(right),
        OP_ANY => is_list_of_tenants(right),
        IN => is_list_of_tenants(right),
        _ => false,
    };
    let left = condition.get("lexpr").filter(|left| is(left, "ColumnRef"))?;
    match names(left, "fields")[..] {
        [qualifier, column] if is_guard => {
            let (qualifier, column) = (qualifier.to_owned(), column.to_owned());
            Some(Reference { qualifier, column, global: false })
        }
        _ => None,
    }
}

/// `CASE WHEN CAST(name.tenant AS TEXT) COLLATE "C" = <tenant> THEN 1 END IS NOT NULL`, for a text: it repeats the
/// predicate bytewise.
fn is_by_bytes(condition: &Value) -> bool {
    compared_by_bytes(condition).is_some_and(|(left, right)| {
        is(left, "CollateClause") && (is_tenant(right) || is_list_of_tenants(right))
    })
}

/// The operands of `CASE WHEN left = right THEN 1 END IS NOT NULL`, with which texts are compared bytewise.
pub(super) fn compared_by_bytes(condition: &Value) -> Option<(&Value, &Value)> {
    let case = condition.get("arg").filter(|arg| is(condition, "NullTest") && is(arg, "CaseExpr"))?;
    let [when] = items(case, "args") else { return None };
    let comparison = when.get("expr").filter(|expr| is(expr, "AExpr"))?;
    Some((comparison.get("lexpr")?, comparison.get("rexpr")?))
}

fn is_list_of_tenants(value: &Value) -> bool {
    match tree::kind(value) {
        // `IN (NULL)`, for a set of no tenants, is true for no row.
        "List" => items(value, "items").iter().all(|item| is_tenant(item) || item.get("isnull").is_some()),
        "AArrayExpr" => items(value, "elements").iter().all(is_tenant),
        "TypeCast" => value.get("arg").is_some_and(is_list_of_tenants),
        _ => is_tenant(value),
    }
}
