//! Recreates indexes with the tenant column first.
//!
//! They keep their names, because `INDEXED BY` in a view, a trigger or the program refers to them.

use crate::plan::{
    check::keys::{lacks_tenant_first, unsafe_unique},
    convert::{
        index_text, key_names,
        sqlite::{names::of_index, needs::is_exchanged},
        steps::Steps,
        tenant_first,
    },
    error::PlanError,
    schema::live::{LiveKey, LiveTable, Role, same_set},
    sqlite_text::index::with_tenant_first as index_with_tenant_first,
    step::Blocks,
    world::{Owned, World},
};

/// Changes the indexes of tables whose CREATE TABLE does not change.
pub(super) fn change(steps: &mut Steps<'_>, staying: &[Owned<'_>]) -> Result<(), PlanError> {
    for table in staying.iter().copied() {
        for columns in additional_unique(steps.world, table) {
            let name = of_index(steps, key_names::name(table, &columns));
            let sql = index_text::unique(steps, table.name(), &name, &columns);
            let back = Some(index_text::drop(steps, table.name(), &name));
            let reason = "create a unique key: foreign keys with the tenant column reference it";
            steps.change(table.name(), sql, reason, Blocks::Writes, back);
        }
        for key in table.live.keys.iter().filter(|key| needs_tenant_first(steps.world, table, key)) {
            let sql = with_tenant_first(steps.world, table, key)?;
            drop(
                steps,
                table.live,
                key,
                "drop it: an index of the same name with the tenant column first replaces it",
            );
            let reason = "recreate it with the tenant column first: a tenant's entries are stored together";
            steps.change(table.name(), sql, reason, Blocks::Writes, None);
        }
    }
    Ok(())
}

/// Drops an index.
pub(super) fn drop(steps: &mut Steps<'_>, table: &LiveTable, key: &LiveKey, reason: &str) {
    let sql = index_text::drop(steps, &table.name, &key.name);
    steps.change(&table.name, sql, reason, Blocks::Writes, Some(key.definition.clone()));
}

/// The statement that recreates an index, with the tenant column first if needed.
pub(super) fn recreate_sql(world: &World<'_>, table: &LiveTable, key: &LiveKey) -> Result<String, PlanError> {
    match world.owner(&table.name).filter(|owned| needs_tenant_first(world, *owned, key)) {
        Some(owned) => with_tenant_first(world, owned, key),
        None => Ok(key.definition.clone()),
    }
}

fn with_tenant_first(world: &World<'_>, table: Owned<'_>, key: &LiveKey) -> Result<String, PlanError> {
    let column = world.schema.engine.quote(table.tenant);
    index_with_tenant_first(&key.definition, &table.name().name, &column).map_err(|why| {
        PlanError::Unconvertible {
            table: table.name().to_string(),
            what: format!("the CREATE INDEX of `{}` cannot be read: {why}", key.name),
            way_out: "recreate the index in a migration".to_owned(),
        }
    })
}

/// Whether an index must get the tenant column first.
fn needs_tenant_first(world: &World<'_>, table: Owned<'_>, key: &LiveKey) -> bool {
    key.role != Role::Unique && (lacks_tenant_first(world, table, key) || unsafe_unique(world, table, key))
}

/// The unique keys that are needed in addition to existing and changed ones: for foreign keys, and for ids that remain
/// the primary key.
pub(super) fn additional_unique(world: &World<'_>, table: Owned<'_>) -> Vec<Vec<String>> {
    let mut wanted = tenant_first::wanted_by_children(world, table);
    let primary = table.live.primary().filter(|_| !table.is_root);
    if let Some(primary) = primary.filter(|_| table.keeps_row_id(world))
        && let columns = table.with_tenant_first(&primary.columns)
        && !wanted.contains(&columns)
    {
        wanted.push(columns);
    }
    let comes = |columns: &[String]| {
        let of_primary = primary.filter(|_| is_exchanged(world, table));
        let tenant_first = table.live.keys.iter().filter(|key| unsafe_unique(world, table, key));
        let mut keys = tenant_first.chain(of_primary);
        keys.any(|key| {
            !key.partial && !key.collated && same_set(&table.with_tenant_first(&key.columns), columns)
        })
    };
    wanted.retain(|columns| table.live.identified_by(columns).is_none() && !comes(columns));
    wanted.extend(stays_unique(world, table));
    wanted
}

/// The columns of a replaced primary key, if foreign keys that set columns reference them: they stay unique across
/// tenants, which the user has permitted.
fn stays_unique(world: &World<'_>, table: Owned<'_>) -> Option<Vec<String>> {
    let primary = table.live.primary().filter(|_| is_exchanged(world, table))?;
    let leads = |child: Owned<'_>| {
        let mut keys = child.live.foreign_keys.iter().filter(|key| key.parent == *table.name());
        keys.any(|key| {
            (key.on_delete.sets() || key.on_update.sets()) && same_set(&key.parent_columns, &primary.columns)
        })
    };
    (world.allows(table.name(), &primary.columns) && world.owned().any(leads))
        .then(|| primary.columns.clone())
}
