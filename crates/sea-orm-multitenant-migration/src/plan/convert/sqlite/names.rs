//! Finds free names.

use crate::{
    names,
    plan::{convert::steps::Steps, schema::live::LiveTable, world::World},
};

/// Whether a table, view or index has this name, or one that SQLite treats as equal.
fn is_taken(world: &World<'_>, name: &str) -> bool {
    let schema = world.schema;
    let tables = schema.tables.iter().map(|table| &table.name.name);
    let indexes = schema.tables.iter().flat_map(|table| &table.keys).map(|key| &key.name);
    let mut names = tables.chain(indexes).chain(schema.views.iter().map(|(name, _)| name));
    names.any(|taken| taken.eq_ignore_ascii_case(name))
}

/// This name for an index, or the first free one with a number appended; no step creates it either.
pub(super) fn of_index(steps: &Steps<'_>, name: String) -> String {
    let is_made = |name: &str| {
        let made = format!(" INDEX {} ON ", steps.quote(name));
        steps.steps.iter().any(|step| step.sql.contains(&made))
    };
    first(name, |name| !is_taken(steps.world, name) && !is_made(name))
}

/// The name of a table while its replacement is filled.
pub(super) fn of_old(world: &World<'_>, table: &LiveTable) -> String {
    let made = |table: &LiveTable| names::made("tenancy-old", &table.name.name, &[]);
    let others = world.schema.tables.iter().filter(|other| other.name != table.name);
    first(made(table), |name| {
        !is_taken(world, name) && !others.clone().any(|other| made(other).eq_ignore_ascii_case(name))
    })
}

/// The name, or the first free one with a number appended.
fn first(name: String, mut is_free: impl FnMut(&str) -> bool) -> String {
    let numbered = (2_u32..).map(|number| format!("{name}-{number}"));
    std::iter::once(name.clone()).chain(numbered).find(|name| is_free(name)).unwrap_or(name)
}
