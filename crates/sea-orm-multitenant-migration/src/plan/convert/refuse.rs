//! What only a person can decide.

use super::Mode;
use crate::{
    engine::Engine,
    plan::{
        check::{of_schema, sets_tenant, unsafe_unique},
        error::PlanError,
        finding::Finding,
        schema::{LiveForeignKey, LiveKey, LiveTable},
        world::{Link, Owned, World},
    },
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
    world.owned().try_for_each(|table| check_table(world, table))?;
    for table in &world.schema.tables {
        table.foreign_keys.iter().try_for_each(|key| check_key(world, table, key))?;
    }
    Ok(())
}

fn check_table(world: &World<'_>, table: Owned<'_>) -> Result<(), PlanError> {
    let refused = |what: String, way_out: &str| {
        let (table, way_out) = (table.name().to_string(), way_out.to_owned());
        Err(PlanError::Unconvertible { table, what, way_out })
    };
    if table.live.hides_rows {
        let what = "row-level security hides rows from this role, so that neither audits nor counts see them";
        return refused(what.to_owned(), "connect as a role with BYPASSRLS");
    }
    let of_table =
        |finding: &Finding| finding.table == table.name().to_string() && super::is_to_convert(&finding.kind);
    if table.live.is_partitioned && of_schema(world).iter().any(of_table) {
        let what = "it is partitioned, and PostgreSQL exchanges no keys of such a table by an index";
        return refused(what.to_owned(), "change its keys by a migration");
    }
    if table.is_reference() && of_schema(world).iter().any(of_table) {
        let what = "it is a reference table of Citus, which changes its keys otherwise than those of a table of PostgreSQL";
        return refused(what.to_owned(), "undistribute it before, or change its keys by a migration");
    }
    // PostgreSQL and SQLite say the whole of an index, MySQL's catalogue not how much of a column it has.
    let is_cut = |key: &&LiveKey| world.schema.engine == Engine::MySql && !key.ordered;
    let mut keys = table.live.keys.iter().filter(|key| unsafe_unique(world, table, key));
    match keys.find(is_cut) {
        Some(key) => refused(
            format!("the unique key `{}` is on the beginning of a column", key.name),
            "exchange it by a migration, or allow it across tenants",
        ),
        None => Ok(()),
    }
}

/// What stands in the way of a key to a reference table, and the way out.
const WHOLE: &str = "leads to a reference table of Citus, which exchanges no such key in one statement";
const UNDISTRIBUTE: &str = "undistribute the parent before, or exchange the key by a migration";

fn check_key(world: &World<'_>, table: &LiveTable, key: &LiveForeignKey) -> Result<(), PlanError> {
    let refused = |what: &str, way_out: &str| {
        let (columns, parent) = (key.columns.join(", "), &key.parent);
        Err(PlanError::Unconvertible {
            table: table.name.to_string(),
            what: format!("the foreign key ({columns}) to `{parent}` {what}"),
            way_out: way_out.to_owned(),
        })
    };
    let to_reference = world.owner(&key.parent).is_some_and(|owned| owned.is_reference());
    let from_reference = world.owner(&table.name).is_some_and(|owned| owned.is_reference());
    match world.link(&table.name, key) {
        Link::Safe | Link::ToOtherRoot | Link::Crossing { parent: _ }
            if from_reference && world.spreads(&key.parent) =>
        {
            refused(
                "leads from a reference table to one that is to be distributed, which Citus refuses",
                "undistribute the table, or drop the key before",
            )
        }
        Link::Safe if to_reference && sets_tenant(world, table, key) => refused(WHOLE, UNDISTRIBUTE),
        Link::Crossing { parent: _ } if to_reference => refused(WHOLE, UNDISTRIBUTE),
        Link::FromOutside => refused(
            "leads to rows of tenants from a table without a tenant, and cannot be kept when their keys change",
            "drop it, or declare the table in the catalogue with a tenant column",
        ),
        Link::ToOtherRoot if world.spreads(&key.parent) => {
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
