//! What of a table must change, so that its text does.

use crate::plan::{
    check::keys::lacks_tenant,
    world::{Owned, World},
};

/// Whether the tenant column is to become NOT NULL, or to be added.
pub(crate) fn lacks_not_null(table: Owned<'_>) -> bool {
    !table.is_root && table.live.column(table.tenant).is_none_or(|column| column.nullable)
}

/// Whether the primary key is exchanged for one with the tenant column.
pub(crate) fn is_exchanged(world: &World<'_>, table: Owned<'_>) -> bool {
    let lacks = table.live.primary().is_some_and(|primary| lacks_tenant(world, table, primary));
    lacks && !table.keeps_row_id(world) && !table.is_root
}
