//! Findings on primary keys, unique keys and indexes.

use crate::plan::finding::explanation::Explanation;

pub(super) fn no_primary() -> Explanation {
    Explanation::new(
        "there is no primary key",
        "Citus cannot move its shards, nor the shards colocated with them",
        "add a primary key with the tenant column first",
    )
}

pub(super) fn primary(columns: &[String]) -> Explanation {
    Explanation::new(
        format!("the primary key ({}) lacks the tenant column", columns.join(", ")),
        "composite foreign keys and Citus need the tenant column in it; two tenants cannot use the same id",
        "`convert`",
    )
}

pub(super) fn unique(key: &str, columns: &[String]) -> Explanation {
    Explanation::new(
        format!("the unique key{} ({}) lacks the tenant column", named(key), columns.join(", ")),
        "a value that one tenant uses is refused for the others, which reveals that it exists",
        "`convert`; or `allow_across_tenants` in the plan if the key must be unique across all tenants",
    )
}

pub(super) fn index(key: &str, columns: &[String]) -> Explanation {
    Explanation::new(
        format!("the index{} ({}) does not begin with the tenant column", named(key), columns.join(", ")),
        "a tenant's entries are scattered through it",
        "`convert`",
    )
}

pub(super) fn statement(statement: &str, clause: &str) -> Explanation {
    Explanation::new(
        format!("{statement} has `{clause}`"),
        "the key that it names gets the tenant column when it is converted",
        "add the tenant column to its ON CONFLICT or GROUP BY, and name the new key in ON CONSTRAINT; scopes do this automatically",
    )
}

/// The name of a key after its kind; empty for a key without a name.
pub(super) fn named(key: &str) -> String {
    if key.is_empty() { String::new() } else { format!(" `{key}`") }
}

pub(super) fn nulls_not_distinct(key: &str, columns: &[String]) -> Explanation {
    Explanation::new(
        format!("the unique key `{key}` ({}) is NULLS NOT DISTINCT", columns.join(", ")),
        "it allows only one global row for each value",
        "make it NULLS DISTINCT, which is the default",
    )
}
