//! Checks the values that the database writes if a statement omits a column: a DEFAULT, or a computed value.

use crate::plan::{
    check::{
        foreign_keys::is_computed,
        rows::{Key, is_restricted_to_tenant, keys},
    },
    finding::{Finding, Severity, kind::FindingKind},
    schema::live::{LiveColumn, same_set},
    world::{Link, Owned, World},
};

pub(super) fn check(world: &World<'_>, table: Owned<'_>, findings: &mut Vec<Finding>) {
    let mut found = |kind| findings.push(Finding::new(Severity::Error, table.name(), kind));
    let tenant = table.live.column(table.tenant).filter(|_| !table.is_root);
    if let Some((column, default)) = tenant.and_then(|column| unknown_default(table, column)) {
        found(FindingKind::TenantColumnDefault { column, default });
    }
    for Key { columns, parent, parent_columns: _, is_live } in keys_without_tenant(world, table) {
        let live = columns.iter().filter_map(|column| table.live.column(column));
        for (column, default) in live.filter_map(|column| unknown_default(table, column)) {
            found(FindingKind::ForeignKeyDefault { column, default, parent: parent.to_string() });
        }
        // Computed columns of the database's keys are reported with the keys.
        if !is_live && is_computed(table.live, columns) {
            let (key, columns, parent) = (String::new(), columns.to_vec(), parent.to_string());
            found(FindingKind::ForeignKeyComputed { key, columns, parent });
        }
    }
}

/// The name and DEFAULT of a column, if the DEFAULT is not in the catalogue.
fn unknown_default(table: Owned<'_>, column: &LiveColumn) -> Option<(String, String)> {
    let default = column.default.clone()?;
    (!table.declared.has_default(&column.name)).then(|| (column.name.clone(), default))
}

/// The keys that reference a tenant row without the tenant column, each once.
fn keys_without_tenant<'a>(world: &World<'_>, table: Owned<'a>) -> Vec<Key<'a>> {
    let mut crossing: Vec<Key<'a>> = Vec::new();
    for key in keys(world, table) {
        let crosses = match world.link_of(table.name(), key.columns, &key.parent, key.parent_columns) {
            Link::Crossing { parent: _ } => !is_restricted_to_tenant(table, key.columns, &key.parent),
            Link::ToOtherRoot => true,
            Link::Safe | Link::FromOutside => false,
        };
        let is_same = |known: &Key<'_>| known.parent == key.parent && same_set(known.columns, key.columns);
        if crosses && !crossing.iter().any(is_same) {
            crossing.push(key);
        }
    }
    crossing
}
