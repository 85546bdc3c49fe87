//! Normalises a tree, so that spellings with the same meaning are equal; applied to the caller's tree and to the one
//! that is sent.

use super::{
    guards::{conjunction, conjuncts, is_and},
    tree::{self, KIND, is, items, names, text},
};
use serde_json::{Value, json};

/// Normalises a tree, from the leaves up.
pub(super) fn form(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(form),
        Value::Object(fields) => fields.values_mut().for_each(form),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return,
    }
    if is(value, "AExpr") {
        symmetric(value);
    }
    if is_and(value) {
        let flat = conjunction(conjuncts(value.take()));
        *value = flat.unwrap_or(Value::Null);
    }
    match tree::kind(value) {
        "RangeSubselect" => whole_table(value),
        "RangeVar" => needless_alias(value),
        "SelectStmt" => {
            locks(value);
            no_limit(value);
        }
        _ => {}
    }
}

/// `x BETWEEN SYMMETRIC a AND b` becomes `x BETWEEN a AND b OR x BETWEEN b AND a`, as `transformAExprBetween` has it.
fn symmetric(value: &mut Value) {
    // `AEXPR_BETWEEN`, `AEXPR_NOT_BETWEEN`, and the same two with SYMMETRIC; `AND_EXPR` and `OR_EXPR`.
    let (kind, name, operator) = match value.get("kind").and_then(Value::as_i64) {
        Some(13) => (11, "BETWEEN", 2),
        Some(14) => (12, "NOT BETWEEN", 1),
        _ => return,
    };
    let Some(ends) = value.get("rexpr").map(|list| items(list, "items").to_vec()) else { return };
    let between = |ends: Vec<Value>| {
        let mut between = value.clone();
        between["kind"] = json!(kind);
        between["name"][0]["sval"] = json!(name);
        between["rexpr"]["items"] = json!(ends);
        between
    };
    let reversed = ends.iter().rev().cloned().collect();
    let args = json!([between(ends), between(reversed)]);
    *value = json!({ KIND: "BoolExpr", "boolop": operator, "args": args });
}

/// `(SELECT * FROM t) AS t` becomes `t`.
fn whole_table(value: &mut Value) {
    let Some(query) = value.get("subquery") else { return };
    let fields = query.as_object().map(|fields| fields.keys().map(String::as_str).collect::<Vec<_>>());
    let is_plain = fields.is_some_and(|fields| {
        fields.iter().all(|field| [KIND, "from_clause", "target_list", "limit_option", "op"].contains(field))
    });
    let is_star = match items(query, "target_list") {
        [target] => target.get("val").is_some_and(|star| names(star, "fields") == ["*"]),
        _ => false,
    };
    let [relation] = items(query, "from_clause") else { return };
    if !is_plain || !is_star || !is(relation, "RangeVar") || relation.get("alias").is_some() {
        return;
    }
    let mut relation = relation.clone();
    if let (Some(alias), Value::Object(fields)) = (value.get("alias"), &mut relation) {
        fields.insert("alias".to_owned(), alias.clone());
    }
    needless_alias(&mut relation);
    *value = relation;
}

/// `t AS t` becomes `t`.
fn needless_alias(relation: &mut Value) {
    let is_needless = relation.get("alias").is_some_and(|alias| {
        text(alias, "aliasname") == text(relation, "relname") && items(alias, "colnames").is_empty()
    });
    if let (true, Value::Object(fields)) = (is_needless, relation) {
        fields.remove("alias");
    }
}

/// `FOR UPDATE OF a, b` becomes `FOR UPDATE OF a FOR UPDATE OF b`.
fn locks(select: &mut Value) {
    let Some(Value::Array(clauses)) = select.get_mut("locking_clause") else { return };
    let split = |clause: Value| match items(&clause, "locked_rels") {
        [] | [_] => vec![clause],
        relations => relations
            .iter()
            .map(|relation| {
                let mut one = clause.clone();
                one["locked_rels"] = json!([relation]);
                one
            })
            .collect(),
    };
    *clauses = std::mem::take(clauses).into_iter().flat_map(split).collect();
}

/// `LIMIT ALL` becomes no limit.
fn no_limit(select: &mut Value) {
    let Value::Object(fields) = select else { return };
    let is_all = fields.get("limit_count").is_some_and(|limit| limit.get("isnull").is_some());
    if is_all {
        fields.remove("limit_count");
        // The value of `LIMIT_OPTION_DEFAULT`.
        fields.insert("limit_option".to_owned(), json!(1));
    }
}
