//! Orders parents before children.

use crate::plan::world::{Owned, World};

/// The tenant tables, each after those that it references; tables in a cycle in the order of the catalogue.
pub(super) fn parents_first<'w>(world: &World<'w>) -> Vec<Owned<'w>> {
    let mut waiting: Vec<Owned<'w>> = world.owned().collect();
    waiting.sort_by_key(|table| !table.is_root);
    let mut ordered: Vec<Owned<'w>> = Vec::new();
    while !waiting.is_empty() {
        let ready = waiting.iter().position(|table| {
            let mut others = waiting.iter().filter(|other| other.name() != table.name());
            !others.any(|other| table.live.foreign_keys.iter().any(|key| key.parent == *other.name()))
        });
        ordered.push(waiting.remove(ready.unwrap_or_default()));
    }
    ordered
}
