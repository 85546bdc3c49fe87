//! Decides which keys of a table are replaced by keys with the tenant column first, and which are added.

use crate::{
    engine::Engine,
    plan::{
        check::keys::{lacks_tenant, lacks_tenant_first, unsafe_unique},
        schema::live::{LiveKey, Role, bare},
        world::{Link, Owned, World},
    },
};

/// The keys of a table that are replaced by keys with the tenant column first.
pub(super) fn exchanged<'k>(world: &World<'_>, table: Owned<'k>) -> impl Iterator<Item = &'k LiveKey> {
    table.live.keys.iter().filter(move |key| {
        (unsafe_unique(world, table, key) && !table.is_root) || lacks_tenant_first(world, table, key)
    })
}

/// The primary key, if it must be replaced.
pub(super) fn primary<'k>(world: &World<'_>, table: Owned<'k>) -> Option<&'k LiveKey> {
    let primary = table.live.primary().filter(|primary| lacks_tenant(world, table, primary));
    primary.filter(|_| !table.keeps_row_id(world))
}

/// The columns that foreign keys of other tables will reference.
pub(super) fn wanted_by_children(world: &World<'_>, table: Owned<'_>) -> Vec<Vec<String>> {
    let mut wanted = Vec::new();
    for child in world.owned() {
        for key in &child.live.foreign_keys {
            if key.parent == *table.name()
                && let Link::Crossing { parent } = world.link(child.name(), key)
            {
                let columns = parent.with_tenant_first(&key.parent_columns);
                if !wanted.contains(&columns) {
                    wanted.push(columns);
                }
            }
        }
    }
    wanted
}

/// The columns of unique keys that must be added for foreign keys to reference: no other key has them or gets them.
pub(super) fn added(world: &World<'_>, table: Owned<'_>) -> Vec<Vec<String>> {
    let primary = primary(world, table).map(|primary| table.with_tenant_first(&primary.columns));
    let exchanged: Vec<_> = exchanged(world, table).filter(|key| identifies(key)).collect();
    let is_made =
        |columns: &Vec<String>| exchanged.iter().any(|key| table.with_tenant_first(&key.columns) == *columns);
    let mut wanted = wanted_by_children(world, table);
    wanted.retain(|columns| {
        primary.as_ref() != Some(columns) && !is_made(columns) && table.live.identified_by(columns).is_none()
    });
    wanted
}

/// Whether a foreign key can reference the columns of the key: it covers all rows and is checked at the end of each
/// statement.
fn identifies(key: &LiveKey) -> bool {
    key.is_unique() && is_plain(key) && key.suffix.is_empty() && key.is_exact()
}

/// Whether its columns define it: it has no predicate and no expression.
pub(super) fn is_plain(key: &LiveKey) -> bool {
    !key.partial && !key.columns.iter().any(String::is_empty)
}

/// The columns of indexes that are added: MySQL requires one whose first column is the generated id.
pub(super) fn added_for_ids(world: &World<'_>, table: Owned<'_>) -> Vec<Vec<String>> {
    let Some(primary) = primary(world, table).filter(|_| world.schema.engine == Engine::MySql) else {
        return Vec::new();
    };
    let generated = primary.columns.iter().find(|name| table.live.column(name).is_some_and(|c| c.generated));
    let Some(id) = generated else { return Vec::new() };
    let mut others = table.live.keys.iter().filter(|key| key.role != Role::Primary);
    if others.any(|key| key.columns.first() == Some(id)) { Vec::new() } else { vec![vec![id.clone()]] }
}

/// The parts of a key, with the tenant column first.
pub(super) fn parts_with_tenant(world: &World<'_>, table: Owned<'_>, key: &LiveKey) -> Vec<String> {
    let others = key.parts.iter().zip(&key.columns).filter(|(_, column)| *column != table.tenant);
    let own = key.parts.iter().zip(&key.columns).find(|(_, column)| *column == table.tenant);
    let tenant = own.map_or_else(|| world.schema.engine.quote(table.tenant), |(part, _)| part.clone());
    std::iter::once(tenant).chain(others.map(|(part, _)| part.clone())).collect()
}

/// Whether `other` has the columns of `key` with the tenant column first, and the same attributes of CREATE INDEX.
pub(super) fn is_tenant_first_form(
    world: &World<'_>,
    table: Owned<'_>,
    key: &LiveKey,
    other: &LiveKey,
) -> bool {
    let tenant_first = parts_with_tenant(world, table, key);
    let equal = |(a, b): (&String, &String)| bare(a) == bare(b);
    tenant_first.len() == other.parts.len()
        && tenant_first.iter().zip(&other.parts).all(equal)
        && key.tail == other.tail
        && key.is_unique() == other.is_unique()
}

/// Whether `other` has all attributes of the key that replaces `key`.
pub(super) fn is_same(world: &World<'_>, table: Owned<'_>, key: &LiveKey, other: &LiveKey) -> bool {
    is_tenant_first_form(world, table, key, other) && key.suffix == other.suffix && key.extras == other.extras
}
