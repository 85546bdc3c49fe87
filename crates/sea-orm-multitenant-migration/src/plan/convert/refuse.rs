//! What only a person can decide.

use super::Mode;
use crate::plan::{
    error::PlanError,
    schema::{LiveForeignKey, LiveTable},
    world::{Link, World},
};

pub(super) fn check(world: &World<'_>, mode: Mode) -> Result<(), PlanError> {
    let engine = world.schema.engine;
    if mode == Mode::Online && !engine.has_row_level_security() {
        return Err(PlanError::Online { engine: engine.name() });
    }
    let missing: Vec<_> = world.missing().map(|table| format!("`{}`", table.qualified_name())).collect();
    if !missing.is_empty() {
        return Err(PlanError::TableMissing { tables: missing.join(", ") });
    }
    for table in &world.schema.tables {
        table.foreign_keys.iter().try_for_each(|key| check_key(world, table, key))?;
    }
    Ok(())
}

fn check_key(world: &World<'_>, table: &LiveTable, key: &LiveForeignKey) -> Result<(), PlanError> {
    let refused = |what: &str, way_out: &str| {
        let (columns, parent) = (key.columns.join(", "), &key.parent);
        Err(PlanError::Unconvertible {
            table: table.name.to_string(),
            what: format!("the foreign key ({columns}) to `{parent}` {what}"),
            way_out: way_out.to_owned(),
        })
    };
    match world.link(&table.name, key) {
        Link::FromOutside => refused(
            "leads to rows of tenants from a table without a tenant, and cannot be kept when their keys change",
            "drop it, or declare the table in the catalogue with a tenant column",
        ),
        Link::ToOtherRoot if world.distributes() => {
            refused("leads to another tenant, which Citus refuses", "drop it before")
        }
        Link::Crossing { parent: _ }
            if world
                .owner(&table.name)
                .is_some_and(|own| key.columns.iter().any(|column| column == own.tenant)) =>
        {
            refused("pairs the tenant column with another column of the parent", "drop it before")
        }
        Link::Safe | Link::ToOtherRoot | Link::Crossing { parent: _ } => Ok(()),
    }
}
