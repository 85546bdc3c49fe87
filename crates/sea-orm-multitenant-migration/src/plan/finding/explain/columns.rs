//! Findings on the tenant column and on ids.

use crate::plan::finding::explanation::Explanation;

const CONVERT: &str = "`convert` adds and fills it from the parents";

pub(super) fn missing(column: &str) -> Explanation {
    Explanation::new(
        format!("there is no tenant column `{column}`"),
        "no column gives the tenant of a row",
        CONVERT,
    )
}

pub(super) fn nullable(column: &str) -> Explanation {
    Explanation::new(
        format!("the tenant column `{column}` may be NULL"),
        "a row could have no tenant: no scope would see it",
        CONVERT,
    )
}

pub(super) fn required(column: &str) -> Explanation {
    Explanation::new(
        format!("the tenant column `{column}` is NOT NULL, but the catalogue declares global rows"),
        "no row can be global",
        "make the column nullable, or remove `global` from the declaration",
    )
}

pub(super) fn other_type(column: &str, found: &str, expected: &str) -> Explanation {
    Explanation::new(
        format!("the tenant column `{column}` has type {found}, but the catalogue declares {expected}"),
        "a tenant id may not fit, and comparisons may not use an index",
        "change the type of the column, or of the field in the entity",
    )
}

pub(super) fn default(table: &str, column: &str, default: &str) -> Explanation {
    Explanation::new(
        format!("the tenant column `{column}` has the DEFAULT {default}"),
        "a row inserted outside a scope without the column goes to this tenant",
        drop_default(table, column),
    )
}

/// How to drop a DEFAULT.
pub(super) fn drop_default(table: &str, column: &str) -> String {
    format!(
        "ALTER TABLE {table} ALTER COLUMN {column} DROP DEFAULT; on SQLite, recreate the table without it"
    )
}

pub(super) fn small_ids(column: &str, ty: &str) -> Explanation {
    Explanation::new(
        format!("the ids in `{column}` have type {ty}"),
        "the ids of all tenants come from one sequence, and Citus's workers need 64 bits",
        "make the column bigint and the entity's field i64, and likewise the columns that reference it",
    )
}
