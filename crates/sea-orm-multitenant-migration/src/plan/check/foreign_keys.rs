//! Foreign keys.

use crate::plan::{
    finding::{Finding, FindingKind, Severity},
    schema::{LiveForeignKey, LiveTable},
    world::{Link, World},
};

pub(super) fn check(world: &World<'_>, table: &LiveTable, findings: &mut Vec<Finding>) {
    for key in &table.foreign_keys {
        let mut found = |severity, kind| findings.push(Finding::new(severity, &table.name, kind));
        let (name, columns, parent) = (key.name.clone(), key.columns.clone(), key.parent.to_string());
        match world.link(&table.name, key) {
            Link::Crossing { parent: _ } => {
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

/// Whether SET NULL or SET DEFAULT writes to the tenant column, or is of a form that Citus refuses.
pub(in crate::plan) fn sets_tenant(world: &World<'_>, table: &LiveTable, key: &LiveForeignKey) -> bool {
    let Some(owned) = world.owner(&table.name) else { return false };
    let has_tenant = key.columns.iter().any(|column| column == owned.tenant);
    let spares = !key.sets.is_empty() && !key.sets.iter().any(|column| column == owned.tenant);
    has_tenant && (key.on_update.sets() || (key.on_delete.sets() && (!spares || world.spreads(&table.name))))
}
