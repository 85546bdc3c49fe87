//! Checks foreign keys.

use crate::plan::{
    finding::{Finding, Severity, kind::FindingKind},
    schema::live::{LiveForeignKey, LiveTable, same_set},
    world::{Link, World},
};

pub(super) fn check(world: &World<'_>, table: &LiveTable, findings: &mut Vec<Finding>) {
    for key in &table.foreign_keys {
        let mut found = |severity, kind| findings.push(Finding::new(severity, &table.name, kind));
        let (name, columns, parent) = (key.name.clone(), key.columns.clone(), key.parent.to_string());
        let link = world.link(&table.name, key);
        if matches!(link, Link::Crossing { .. } | Link::ToOtherRoot) {
            if is_computed(table, &key.columns) {
                let (key, columns, parent) = (name.clone(), columns.clone(), parent.clone());
                found(Severity::Error, FindingKind::ForeignKeyComputed { key, columns, parent });
            } else if !is_declared(world, table, key) {
                let (key, columns, parent) = (name.clone(), columns.clone(), parent.clone());
                found(Severity::Error, FindingKind::ForeignKeyUnchecked { key, columns, parent });
            }
        }
        match link {
            // A key with the tenant could not refer to its global rows.
            Link::Crossing { parent } if parent.declared.has_global_rows() => {}
            Link::Crossing { parent: _ } => {
                if key.on_delete.sets() && (!world.schema.names_columns() || world.spreads(&table.name)) {
                    let (key, columns, parent) = (name.clone(), columns.clone(), parent.clone());
                    found(Severity::Note, FindingKind::ActionChanges { key, columns, parent });
                }
                found(Severity::Error, FindingKind::ForeignKeyWithoutTenant { key: name, columns, parent });
            }
            Link::FromOutside => {
                found(Severity::Error, FindingKind::ForeignKeyFromOutside { key: name, columns, parent });
            }
            Link::ToOtherRoot if world.spreads(&key.parent) => {
                found(Severity::Error, FindingKind::ForeignKeyWithoutTenant { key: name, columns, parent });
            }
            Link::Safe if sets_tenant(world, table, key) => {
                found(Severity::Error, FindingKind::SetNull { key: name, columns, parent });
            }
            Link::Safe | Link::ToOtherRoot => {}
        }
    }
}

/// Whether the database computes one of a key's columns from others, so that no statement writes it.
pub(super) fn is_computed(table: &LiveTable, columns: &[String]) -> bool {
    columns.iter().any(|column| table.column(column).is_some_and(|column| column.computed))
}

/// Whether the catalogue has the key, so that scopes check the values written to it.
fn is_declared(world: &World<'_>, table: &LiveTable, key: &LiveForeignKey) -> bool {
    let Some(owned) = world.owner(&table.name) else { return false };
    owned.declared.foreign_keys().iter().any(|declared| {
        declared.parent() == key.parent.to_string() && same_set(declared.columns(), &key.columns)
    })
}

/// Whether SET NULL or SET DEFAULT would set the tenant column, or has a form that Citus refuses.
pub(crate) fn sets_tenant(world: &World<'_>, table: &LiveTable, key: &LiveForeignKey) -> bool {
    let Some(owned) = world.owner(&table.name) else { return false };
    let has_tenant = key.columns.iter().any(|column| column == owned.tenant);
    let spares = !key.sets.is_empty() && !key.sets.iter().any(|column| column == owned.tenant);
    has_tenant && (key.on_update.sets() || (key.on_delete.sets() && (!spares || world.spreads(&table.name))))
}
