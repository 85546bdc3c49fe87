//! The planned changes, to be applied to the snapshot before the conversion.

use crate::plan::{
    check::keys::unsafe_unique,
    convert::{columns, foreign_keys, keys, steps::Steps, tenant_first},
    mode::Mode,
    schema::live::LiveForeignKey,
    world::{Owned, World},
};
use std::collections::{BTreeMap, BTreeSet};

/// The planned changes of each table, by its name in the plan.
#[derive(Debug, Clone, Default)]
pub(crate) struct Planned {
    pub(crate) tables: BTreeMap<String, PlannedTable>,
    /// The schemas that the catalogue names.
    pub(crate) schemas: Vec<String>,
    /// Whether other sessions write meanwhile.
    pub(crate) online: bool,
    /// Whether the plan lists all changes; not on Citus, which changes more.
    pub(crate) is_all: bool,
}

/// The planned changes of a table.
#[derive(Debug, Clone, Default)]
pub(crate) struct PlannedTable {
    pub(crate) tenant: String,
    /// The tenant column is added.
    pub(crate) adds: bool,
    /// The tenant column becomes NOT NULL.
    pub(crate) requires: bool,
    /// Keys, including the primary key, that get the tenant column first, with the names of the keys that replace
    /// them.
    pub(crate) tenant_first: BTreeMap<String, String>,
    /// The columns of unique keys that are added for foreign keys to reference.
    pub(crate) unique: Vec<Vec<String>>,
    /// The columns of indexes that are added for generated ids.
    pub(crate) indexes: Vec<Vec<String>>,
    /// Keys that are dropped without replacement.
    pub(crate) dropped: BTreeSet<String>,
    /// Foreign keys by their old names, in their new form.
    pub(crate) foreign_keys: BTreeMap<String, LiveForeignKey>,
}

impl Planned {
    pub(crate) fn of(world: &World<'_>, mode: Mode) -> Self {
        let steps = Steps::new(world, mode);
        let tables = world.owned().map(|table| (table.name().to_string(), of_table(&steps, table))).collect();
        let schemas = world.schema.tables.iter().filter_map(|table| table.name.schema.clone());
        Self {
            tables,
            schemas: schemas.collect::<BTreeSet<_>>().into_iter().collect(),
            online: mode == Mode::Online,
            is_all: !world.distributes(),
        }
    }
}

fn of_table(steps: &Steps<'_>, table: Owned<'_>) -> PlannedTable {
    let exchanged =
        tenant_first::exchanged(steps.world, table).chain(tenant_first::primary(steps.world, table));
    let tenant_first = exchanged.map(|key| (key.name.clone(), steps.names.in_place_of(table, key))).collect();
    let lost =
        table.live.keys.iter().filter(|key| {
            table.is_root && steps.world.distributes() && unsafe_unique(steps.world, table, key)
        });
    let targets = table.live.foreign_keys.iter().filter_map(|key| {
        foreign_keys::target(steps, table.live, key).map(|target| (key.name.clone(), target))
    });
    PlannedTable {
        tenant: table.tenant.to_owned(),
        adds: !table.has_column(),
        requires: columns::needs(table) && !table.is_root,
        tenant_first,
        unique: tenant_first::added(steps.world, table),
        indexes: tenant_first::added_for_ids(steps.world, table),
        dropped: lost.map(|key| key.name.clone()).chain(keys::interim_primary(steps, table)).collect(),
        foreign_keys: targets.collect(),
    }
}
