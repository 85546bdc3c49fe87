//! Findings on what bypasses PostgreSQL's row-level security.

use crate::plan::finding::explanation::Explanation;

pub(super) fn disabled() -> Explanation {
    Explanation::new(
        "there is no forced row-level security",
        "SQL outside a scope sees the rows of all tenants",
        "`enable_row_level_security` in a migration",
    )
}

pub(super) fn not_forced(table: &str, owner: &str) -> Explanation {
    Explanation::new(
        format!("row-level security is not forced: it does not bind the owner, `{owner}`"),
        "a program that connects as the owner sees the rows of all tenants",
        format!("ALTER TABLE {table} FORCE ROW LEVEL SECURITY"),
    )
}

pub(super) fn policy_not_by_tenant(policy: &str) -> Explanation {
    Explanation::new(
        format!("the policy `{policy}` does more than compare the tenant column with the tenant setting"),
        "permissive policies are combined with OR: a wider one shows other tenants' rows",
        "drop it, or create it AS RESTRICTIVE",
    )
}

pub(super) fn policy_function(policy: &str, function: &str) -> Explanation {
    Explanation::new(
        format!("the policy `{policy}` calls `{function}`"),
        "the function decides which rows are visible, and it receives values of other tenants' rows",
        "in the policy, only compare the tenant column with the setting",
    )
}

pub(super) fn partition(partition: &str) -> Explanation {
    Explanation::new(
        format!("its partition `{partition}` has no forced policy"),
        "a statement that names the partition is subject to the partition's policies, not to those of its parent",
        format!(
            "enable `RowLevelSecurity` on `{partition}` too, or revoke the program role's privileges on it"
        ),
    )
}

pub(super) fn view(view: &str, owner: &str) -> Explanation {
    Explanation::new(
        format!("`{view}` reads it with the privileges of `{owner}`, who bypasses its policies"),
        "whoever may read the view sees the rows of all tenants",
        format!(
            "ALTER VIEW {view} SET (security_invoker = true) on PostgreSQL 15 and later; otherwise give it an owner whom policies bind"
        ),
    )
}

pub(super) fn materialized_view(view: &str) -> Explanation {
    Explanation::new(
        format!("the materialized view `{view}` reads it"),
        "the view stores the rows that its owner saw, and cannot have policies",
        "exclude tenant rows from it, or revoke the program role's privileges on it",
    )
}

pub(super) fn definer_function(function: &str, owner: &str) -> Explanation {
    Explanation::new(
        format!("the function is SECURITY DEFINER and belongs to `{owner}`, who bypasses policies"),
        "it reads and writes the rows of all tenants",
        format!(
            "ALTER FUNCTION {function} SECURITY INVOKER, or give it an owner whom policies bind; or revoke EXECUTE from PUBLIC and \
             the program's role"
        ),
    )
}

pub(super) fn leakproof_function(function: &str) -> Explanation {
    Explanation::new(
        "the function is marked LEAKPROOF",
        "the engine may pass it values of other tenants' rows before a policy hides them",
        format!(
            "ALTER FUNCTION {function} NOT LEAKPROOF, unless its errors and its output reveal nothing of its arguments"
        ),
    )
}

pub(super) fn role() -> Explanation {
    Explanation::new(
        "this role bypasses policies",
        "a program that connects as it sees the rows of all tenants",
        "use it for migrations only; let the program connect as a role without SUPERUSER and BYPASSRLS",
    )
}
