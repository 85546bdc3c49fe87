//! SQLite: recreates tables and copies their rows, as section 7 of its ALTER TABLE documentation describes.
//!
//! Unlike there, the old tables are renamed instead of the new ones, so that the new tables have their final text.
//! Foreign keys stay enforced, deferred until the end, so that everything is one transaction on any connection of a
//! pool.

mod change;
mod indexes;
mod names;
mod needs;
pub(crate) mod rebuild;
pub(crate) mod refuse;

use crate::{
    names::QualifiedName,
    plan::{
        check::{foreign_keys::sets_tenant, keys::unsafe_unique},
        convert::{
            columns,
            sqlite::needs::{is_exchanged, lacks_not_null},
            steps::Steps,
        },
        error::PlanError,
        schema::{
            live::{LiveTable, Role},
            sqlite::TEMPORARY,
        },
        step::{Blocks, StepKind},
        world::{Link, Owned, World},
    },
};

pub(super) fn steps(
    steps: &mut Steps<'_>,
    order: &[Owned<'_>],
    fills: &[columns::Fill<'_>],
) -> Result<(), PlanError> {
    let world = steps.world;
    let tables = to_rebuild(world);
    refuse::check_rebuilt(world, &tables)?;
    let texts = tables.iter().map(|table| change::text(world, table)).collect::<Result<Vec<_>, _>>()?;
    let touches = !tables.is_empty() || !fills.is_empty();
    if touches {
        audit_temporary(steps);
        drop_views_and_triggers(steps);
    }
    for fill in fills {
        if !fill.table.has_column() {
            add(steps, fill.table);
        }
        columns::fill(steps, fill);
    }
    columns::spread(steps, fills);
    audits(steps, order, &tables);
    let staying: Vec<_> = order.iter().copied().filter(|table| !is_among(&tables, table.name())).collect();
    indexes::change(steps, &staying)?;
    rebuild::steps(steps, &tables, &texts)?;
    if touches {
        create_views_and_triggers(steps);
    }
    Ok(())
}

fn is_among(tables: &[&LiveTable], name: &QualifiedName) -> bool {
    tables.iter().any(|table| table.name == *name)
}

/// The tables whose text must change, and those that reference them; parents before children unless there is a cycle.
fn to_rebuild<'w>(world: &World<'w>) -> Vec<&'w LiveTable> {
    let mut names: Vec<_> =
        world.owned().filter(|table| changes(world, *table)).map(|table| table.name()).collect();
    loop {
        let leads = |table: &&LiveTable| table.foreign_keys.iter().any(|key| names.contains(&&key.parent));
        match world.schema.tables.iter().filter(leads).find(|table| !names.contains(&&table.name)) {
            Some(table) => names.push(&table.name),
            None => break,
        }
    }
    let mut waiting: Vec<_> =
        world.schema.tables.iter().filter(|table| names.contains(&&table.name)).collect();
    let mut ordered: Vec<&LiveTable> = Vec::new();
    while !waiting.is_empty() {
        let leads_to = |table: &LiveTable, other: &LiveTable| {
            table.name != other.name && table.foreign_keys.iter().any(|key| key.parent == other.name)
        };
        let ready = waiting.iter().position(|table| !waiting.iter().any(|other| leads_to(table, other)));
        ordered.push(waiting.remove(ready.unwrap_or_default()));
    }
    ordered
}

/// Whether the text of a table must change.
fn changes(world: &World<'_>, table: Owned<'_>) -> bool {
    let live = table.live;
    lacks_not_null(table)
        || live.foreign_keys.iter().any(|key| {
            matches!(world.link(&live.name, key), Link::Crossing { parent: _ })
                || sets_tenant(world, live, key)
        })
        || live.keys.iter().any(|key| key.role == Role::Unique && unsafe_unique(world, table, key))
        || is_exchanged(world, table)
}

/// Adds the tenant column, which may be NULL until it is filled.
fn add(steps: &mut Steps<'_>, table: Owned<'_>) {
    let (name, column) = (steps.quoted(table.name()), steps.quote(table.tenant));
    let ty = change::tenant_type(steps.world, table);
    steps.change(
        table.name(),
        format!("ALTER TABLE {name} ADD COLUMN {column} {ty} NULL"),
        format!("add {column}: no column gives the tenant of a row"),
        Blocks::Briefly,
        Some(format!("ALTER TABLE {name} DROP COLUMN {column}")),
    );
}

/// Audits temporary objects again, because the conversion may run on another connection than the planning.
fn audit_temporary(steps: &mut Steps<'_>) {
    let Some(root) = steps.world.root() else { return };
    let sql = format!("SELECT count(*) FROM ({TEMPORARY})");
    steps.audit(root.name(), sql, "audit: this connection has no temporary triggers and views");
}

fn audits(steps: &mut Steps<'_>, order: &[Owned<'_>], tables: &[&LiveTable]) {
    for table in order.iter().copied().filter(|table| lacks_not_null(*table)) {
        let (name, column) = (steps.quoted(table.name()), steps.quote(table.tenant));
        let sql = format!("SELECT count(*) FROM {name} WHERE {column} IS NULL");
        steps.audit(table.name(), sql, "audit: every row belongs to a tenant");
    }
    columns::audits(steps);
    for table in tables.iter().filter(|table| !table.foreign_keys.is_empty()) {
        // Without enforcement, rows may have references without a parent, which stay as they are.
        let name = steps.world.schema.engine.literal(&table.name.name);
        let sql = format!(
            "SELECT count(*) FROM pragma_foreign_key_check({name}) WHERE (SELECT foreign_keys FROM pragma_foreign_keys) <> 0"
        );
        steps.audit(&table.name, sql, "audit: no row references a missing parent");
    }
}

/// Drops views and triggers first, so that no trigger fires while rows are filled and copied, and renaming a table
/// rewrites none of their texts.
fn drop_views_and_triggers(steps: &mut Steps<'_>) {
    let schema = steps.world.schema;
    let Some(root) = steps.world.root() else { return };
    let triggers = schema.triggers.iter().map(|trigger| ("TRIGGER", trigger));
    for (kind, (name, text)) in triggers.chain(schema.views.iter().map(|view| ("VIEW", view))) {
        let sql = format!("DROP {kind} {}", steps.quote(name));
        let reason = "drop it: it is recreated at the end, and nothing fires until then";
        steps.change(root.name(), sql, reason, Blocks::Everything, Some(text.clone()));
    }
}

fn create_views_and_triggers(steps: &mut Steps<'_>) {
    let schema = steps.world.schema;
    let Some(root) = steps.world.root() else { return };
    for (_, text) in schema.views.iter().chain(&schema.triggers) {
        steps.add(
            StepKind::Change,
            root.name(),
            text.clone(),
            "recreate it unchanged",
            Blocks::Everything,
            None,
        );
    }
}
