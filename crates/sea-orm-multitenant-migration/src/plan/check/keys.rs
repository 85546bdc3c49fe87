//! Checks primary keys, unique keys and indexes.

use crate::plan::{
    finding::{Finding, Severity, kind::FindingKind},
    schema::live::{LiveKey, Role},
    world::{Owned, World},
};

pub(super) fn check(world: &World<'_>, table: Owned<'_>, findings: &mut Vec<Finding>) {
    let mut found = |severity, kind| findings.push(Finding::new(severity, table.name(), kind));
    let graver = if world.spreads(table.name()) { Severity::Error } else { Severity::Warning };
    match table.live.primary() {
        None => found(graver, FindingKind::NoPrimaryKey),
        Some(primary) if lacks_tenant(world, table, primary) => {
            found(graver, FindingKind::PrimaryKeyWithoutTenant { columns: primary.columns.clone() });
        }
        Some(_) => {}
    }
    let nulls_not_distinct = |key: &&LiveKey| {
        let is_unique = matches!(key.role, Role::Unique | Role::UniqueIndex);
        let text = format!("{} {}", key.definition, key.tail);
        table.declared.has_global_rows() && is_unique && text.contains("NULLS NOT DISTINCT")
    };
    for key in table.live.keys.iter().filter(nulls_not_distinct) {
        found(
            Severity::Warning,
            FindingKind::NullsNotDistinct { key: key.name.clone(), columns: shown(key) },
        );
    }
    let is_unsafe = |key: &&LiveKey| unsafe_unique(world, table, key) || unsafe_exclusion(world, table, key);
    for key in table.live.keys.iter().filter(is_unsafe) {
        found(graver, FindingKind::UniqueWithoutTenant { key: key.name.clone(), columns: shown(key) });
    }
    for key in table.live.keys.iter().filter(|key| lacks_tenant_first(world, table, key)) {
        found(Severity::Note, FindingKind::IndexWithoutTenant { key: key.name.clone(), columns: shown(key) });
    }
}

/// Whether the primary key must be replaced.
pub(crate) fn lacks_tenant(world: &World<'_>, table: Owned<'_>, primary: &LiveKey) -> bool {
    // NULL is in no primary key.
    if table.declared.has_global_rows() || primary.columns.iter().any(|column| column == table.tenant) {
        return false;
    }
    // A key that must stay because the engine generates ids only in that form is fine with an additional unique key.
    !(table.keeps_row_id(world)
        && table.live.identified_by(&table.with_tenant_first(&primary.columns)).is_some())
}

/// Whether a unique key lacks the tenant column without permission.
pub(crate) fn unsafe_unique(world: &World<'_>, table: Owned<'_>, key: &LiveKey) -> bool {
    let unique = matches!(key.role, Role::Unique | Role::UniqueIndex) && key.valid;
    let lacks = !key.columns.iter().any(|column| column == table.tenant);
    // A value that is unique among tenants is fine in the root table; but a distributed table cannot enforce it.
    let meant = table.is_root || world.allows(table.name(), &key.columns);
    unique && lacks && (!meant || world.spreads(table.name()))
}

/// Whether an exclusion constraint compares rows of different tenants without permission.
pub(crate) fn unsafe_exclusion(world: &World<'_>, table: Owned<'_>, key: &LiveKey) -> bool {
    let lacks = !key.columns.iter().any(|column| column == table.tenant);
    key.excludes && lacks && !table.is_root && !world.allows(table.name(), &key.columns)
}

/// Whether an index must get the tenant column first.
pub(crate) fn lacks_tenant_first(world: &World<'_>, table: Owned<'_>, key: &LiveKey) -> bool {
    let tenant_first = key.columns.first().is_some_and(|column| column == table.tenant);
    let plain = key.role == Role::Index && key.ordered && key.valid;
    plain
        && !tenant_first
        && !table.is_root
        && !serves_generated_id(world, table, key)
        && !serves_foreign_key(world, table, key)
}

/// Whether MySQL requires the index for a generated id.
fn serves_generated_id(world: &World<'_>, table: Owned<'_>, key: &LiveKey) -> bool {
    let leads = |column: &String| table.live.column(column).is_some_and(|column| column.generated);
    world.schema.engine.generated_id_leads_a_key() && key.columns.first().is_some_and(leads)
}

/// Whether MySQL requires the index for a foreign key to a table without a tenant column, or with global rows.
fn serves_foreign_key(world: &World<'_>, table: Owned<'_>, key: &LiveKey) -> bool {
    let serves = |columns: &[String]| key.columns.starts_with(columns);
    let mut keys = table.live.foreign_keys.iter();
    let leads_out = |parent| world.owner(parent).is_none_or(|parent| parent.declared.has_global_rows());
    world.schema.engine.drops_index_on_table()
        && keys.any(|foreign| leads_out(&foreign.parent) && serves(&foreign.columns))
}

/// The columns for messages, with a word for an expression.
fn shown(key: &LiveKey) -> Vec<String> {
    let word = |column: &String| if column.is_empty() { "an expression".to_owned() } else { column.clone() };
    key.columns.iter().map(word).collect()
}
