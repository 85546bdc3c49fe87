//! Findings on how Citus stores a table.

use crate::plan::finding::explanation::Explanation;

const DISTRIBUTE: &str = "`distribute`, or `convert`";

pub(super) fn not_distributed() -> Explanation {
    Explanation::new(
        "it is not distributed by the tenant column",
        "joins with it are slow, or Citus refuses them",
        DISTRIBUTE,
    )
}

pub(super) fn not_colocated() -> Explanation {
    Explanation::new(
        "its shards are not colocated with those of the other tables",
        "joins with it are slow, or Citus refuses them",
        DISTRIBUTE,
    )
}

pub(super) fn not_reference() -> Explanation {
    Explanation::new(
        "it is not a reference table",
        "joins with it, and foreign keys to it, are refused",
        DISTRIBUTE,
    )
}

pub(super) fn reference_of_tenants() -> Explanation {
    Explanation::new(
        "it is a reference table: each node has the rows of all tenants",
        "scopes still isolate tenants, and keys unique across all tenants still work; but each write goes to every node, and adding \
         nodes adds no capacity for it",
        "keep it if it is small and is read before the tenant is known or has keys unique across all tenants; otherwise \
         `undistribute_table`, then `distribute`",
    )
}

pub(super) fn global_rows() -> Explanation {
    Explanation::new(
        "it has global rows, whose tenant column is NULL",
        "Citus distributes no row without a tenant",
        "put the global rows into a separate table, a reference table of Citus, declared `#[tenant(shared)]`",
    )
}
