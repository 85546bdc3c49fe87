//! Checks how Citus stores the tables.

use crate::plan::{
    finding::{Finding, Severity, kind::FindingKind},
    world::{Owned, World},
};

pub(super) fn check(world: &World<'_>, findings: &mut Vec<Finding>) {
    let group = group(world);
    for table in world.owned() {
        if table.declared.has_global_rows() {
            findings.push(Finding::new(Severity::Error, table.name(), FindingKind::GlobalRowsOnCitus));
        } else if table.is_reference() {
            findings.push(Finding::new(Severity::Note, table.name(), FindingKind::ReferenceOfTenants));
        } else if !is_distributed(table) {
            findings.push(Finding::new(Severity::Error, table.name(), FindingKind::NotDistributed));
        } else if table.live.citus.as_ref().map(|citus| citus.colocation) != group {
            findings.push(Finding::new(Severity::Error, table.name(), FindingKind::NotColocated));
        }
    }
    for table in world.shared() {
        if !table.is_reference() {
            findings.push(Finding::new(Severity::Error, &table.name, FindingKind::NotReference));
        }
    }
}

/// Whether the table is distributed by its tenant column.
pub(crate) fn is_distributed(table: Owned<'_>) -> bool {
    table.live.citus.as_ref().is_some_and(|citus| citus.kind == "distributed" && citus.column == table.tenant)
}

/// The colocation group of the root table, or of the first distributed table.
fn group(world: &World<'_>) -> Option<i64> {
    let first = || world.owned().find(|table| is_distributed(*table));
    let of = world.root().filter(|root| is_distributed(*root)).or_else(first)?;
    of.live.citus.as_ref().map(|citus| citus.colocation)
}
