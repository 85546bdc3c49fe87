//! Conditions of a scope of several tenants: rows that meet are of one tenant.

use super::{
    differ::holds_failure,
    guards::take_conjuncts,
    tree::{self, is, items, names, number},
};
use crate::said::Known;
use serde_json::Value;

/// Takes `a.tenant = b.tenant` out of all conditions, and the check that no two tenants of the set have rows of one key. The caller may
/// have written the former as well, so it goes from both trees.
pub(super) fn take_out(known: &Known<'_>, value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| take_out(known, item)),
        Value::Object(fields) => fields.values_mut().for_each(|field| take_out(known, field)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return,
    }
    for field in ["where_clause", "quals"] {
        take_conjuncts(value, field, |condition| is_own(known, condition));
    }
}

fn is_own(known: &Known<'_>, condition: &Value) -> bool {
    is_pair(known, condition) || is_pair_by_bytes(condition) || is_check_of_keys(condition)
}

/// `CAST(CASE WHEN NOT EXISTS (…) THEN '0' ELSE 'sea_orm_multitenant: …' END AS …) = 0`.
fn is_check_of_keys(condition: &Value) -> bool {
    let cast = condition.get("lexpr").filter(|left| is(condition, "AExpr") && is(left, "TypeCast"));
    cast.and_then(|cast| cast.get("arg")).is_some_and(|case| is(case, "CaseExpr") && holds_failure(case))
}

/// `a.tenant = b.tenant`.
fn is_pair(known: &Known<'_>, condition: &Value) -> bool {
    /// The kind of an operator among those of an `A_Expr`.
    const OP: i64 = 1;
    let is_equality =
        is(condition, "AExpr") && number(condition, "kind") == OP && names(condition, "name") == ["="];
    is_equality && ["lexpr", "rexpr"].iter().all(|side| is_tenant_column(known, condition.get(*side)))
}

fn is_tenant_column(known: &Known<'_>, value: Option<&Value>) -> bool {
    let Some(value) = value.filter(|value| is(value, "ColumnRef")) else { return false };
    match names(value, "fields")[..] {
        [_, column] => known.tables.iter().any(|table| table.tenant_column.as_deref() == Some(column)),
        _ => false,
    }
}

/// The same of texts, by bytes: `CASE WHEN … COLLATE "C" = … COLLATE "C" THEN 1 END IS NOT NULL`.
fn is_pair_by_bytes(condition: &Value) -> bool {
    let case = condition.get("arg").filter(|arg| is(condition, "NullTest") && is(arg, "CaseExpr"));
    let Some([when]) = case.map(|case| items(case, "args")) else { return false };
    let side = |name: &str| when.get("expr").and_then(|comparison| comparison.get(name));
    ["lexpr", "rexpr"].iter().all(|name| side(name).is_some_and(|side| tree::kind(side) == "CollateClause"))
}
