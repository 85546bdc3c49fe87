//! Which parts of a table must change, so that its text must change.

use crate::plan::{
    check::keys::lacks_tenant,
    world::{Owned, World},
};

/// Whether the tenant column must be added or become NOT NULL.
pub(crate) fn lacks_not_null(table: Owned<'_>) -> bool {
    !table.is_root && table.live.column(table.tenant).is_none_or(|column| column.nullable)
}

/// Whether the primary key must be replaced by one with the tenant column.
pub(crate) fn is_exchanged(world: &World<'_>, table: Owned<'_>) -> bool {
    let lacks = table.live.primary().is_some_and(|primary| lacks_tenant(world, table, primary));
    lacks && !table.keeps_row_id(world) && !table.is_root
}
