//! Conditions in a scope of a set of tenants: combined rows have the same tenant.

use super::{
    differ::{holds_failure, is_tenant_column},
    guards::{compared_by_bytes, is_and, is_operator, take_conjuncts},
    tree::{is, items},
};
use crate::description::Known;
use serde_json::Value;

/// Removes `a.tenant = b.tenant` from all conditions. The caller may have written it as well, so it is removed from both
/// trees.
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

/// Removes the checks that no two tenants have rows with the same key, and that no global row refers to a tenant's.
pub(super) fn take_out_checks(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(take_out_checks),
        Value::Object(fields) => fields.values_mut().for_each(take_out_checks),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return,
    }
    take_conjuncts(value, "where_clause", is_check_of_keys);
}

fn is_own(known: &Known<'_>, condition: &Value) -> bool {
    is_pair(known, condition) || is_pair_by_bytes(condition) || is_pair_or_global(known, condition)
}

/// `a.tenant = b.tenant OR a.tenant IS NULL`.
fn is_pair_or_global(known: &Known<'_>, condition: &Value) -> bool {
    let [pair, nulls @ ..] = items(condition, "args") else { return false };
    let is_null = |null: &Value| {
        is(null, "NullTest") && null.get("arg").is_some_and(|value| is_tenant_column(known, value))
    };
    let is_pair = is_and(pair) && items(pair, "args").first().is_some_and(|first| is_pair(known, first))
        || is_pair(known, pair);
    is(condition, "BoolExpr") && !is_and(condition) && is_pair && nulls.iter().all(is_null)
}

/// `CAST(CASE WHEN NOT EXISTS (…) THEN '0' ELSE 'sea_orm_multitenant: …' END AS …) = 0`.
fn is_check_of_keys(condition: &Value) -> bool {
    let cast = condition.get("lexpr").filter(|left| is(condition, "AExpr") && is(left, "TypeCast"));
    cast.and_then(|cast| cast.get("arg")).is_some_and(|case| is(case, "CaseExpr") && holds_failure(case))
}

/// `a.tenant = b.tenant`.
fn is_pair(known: &Known<'_>, condition: &Value) -> bool {
    let is_own = |side| condition.get(side).is_some_and(|value| is_tenant_column(known, value));
    is_operator(condition, "=") && is_own("lexpr") && is_own("rexpr")
}

/// The same for texts, bytewise: `CASE WHEN … COLLATE "C" = … COLLATE "C" THEN 1 END IS NOT NULL`.
fn is_pair_by_bytes(condition: &Value) -> bool {
    let is_collated = |side: &Value| is(side, "CollateClause");
    compared_by_bytes(condition).is_some_and(|(left, right)| is_collated(left) && is_collated(right))
}
