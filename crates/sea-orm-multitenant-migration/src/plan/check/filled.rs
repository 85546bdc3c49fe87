//! What the database writes where a statement leaves a column out: a DEFAULT, or a value that it computes.

use super::rows::{is_kept, parent_of};
use crate::{
    QualifiedName,
    plan::{
        finding::{Finding, FindingKind, Severity},
        schema::{LiveColumn, same_set},
        world::{Link, Owned, World},
    },
};

/// Columns that name a row of tenants without the tenant.
struct Key {
    columns: Vec<String>,
    parent: QualifiedName,
    /// Whether the database has it, not the program alone.
    is_live: bool,
}

pub(super) fn check(world: &World<'_>, table: Owned<'_>, findings: &mut Vec<Finding>) {
    let mut found = |kind| findings.push(Finding::new(Severity::Error, table.name(), kind));
    let tenant = table.live.column(table.tenant).filter(|_| !table.is_root);
    if let Some((column, default)) = tenant.and_then(|column| unknown_default(table, column)) {
        found(FindingKind::TenantColumnDefault { column, default });
    }
    for Key { columns, parent, is_live } in keys(world, table) {
        let live: Vec<_> = columns.iter().filter_map(|column| table.live.column(column)).collect();
        for (column, default) in live.iter().filter_map(|column| unknown_default(table, column)) {
            found(FindingKind::ForeignKeyDefault { column, default, parent: parent.to_string() });
        }
        // Computed columns of the database's keys are found with these.
        if !is_live && live.iter().any(|column| column.computed) {
            let (key, parent) = (String::new(), parent.to_string());
            found(FindingKind::ForeignKeyComputed { key, columns, parent });
        }
    }
}

/// The name and DEFAULT of a column that has one of which the catalogue does not know.
fn unknown_default(table: Owned<'_>, column: &LiveColumn) -> Option<(String, String)> {
    let default = column.default.clone()?;
    (!table.declared.has_default(&column.name)).then(|| (column.name.clone(), default))
}

/// The keys of the database, and those that only the program knows.
fn keys(world: &World<'_>, table: Owned<'_>) -> Vec<Key> {
    let of_database = table.live.foreign_keys.iter();
    let of_database =
        of_database.map(|key| (&key.columns[..], key.parent.clone(), &key.parent_columns[..], true));
    let of_program = table.declared.foreign_keys().iter().filter_map(|key| {
        Some((key.columns(), parent_of(world, &key.parent())?, key.parent_columns(), false))
    });
    let mut keys: Vec<Key> = Vec::new();
    for (columns, parent, parent_columns, is_live) in of_database.chain(of_program) {
        let crosses = match world.link_of(table.name(), columns, &parent, parent_columns) {
            Link::Crossing { parent: _ } => !is_kept(table, columns, &parent),
            Link::ToOtherRoot => true,
            Link::Safe | Link::FromOutside => false,
        };
        let is_known = keys.iter().any(|key| key.parent == parent && same_set(&key.columns, columns));
        if crosses && !is_known {
            keys.push(Key { columns: columns.to_vec(), parent, is_live });
        }
    }
    keys
}
