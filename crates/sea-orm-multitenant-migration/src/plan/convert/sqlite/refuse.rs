//! Refuses what needs a decision of the user on SQLite.

use crate::plan::{
    check::keys::unsafe_unique,
    convert::{refuse::refused_key, sqlite::needs::is_exchanged},
    error::PlanError,
    schema::live::{LiveForeignKey, LiveKey, LiveTable, Role},
    world::{Link, Owned, World},
};

pub(crate) fn check(world: &World<'_>) -> Result<(), PlanError> {
    if let (Some(root), Some(name)) = (world.root(), world.schema.temporary.first()) {
        return Err(PlanError::Unconvertible {
            table: root.name().to_string(),
            what: format!(
                "this connection has the temporary `{name}`, which would be lost, or hides a table"
            ),
            way_out: "drop it, or convert on another connection".to_owned(),
        });
    }
    world.owned().try_for_each(check_column)
}

/// Checks the tables that will be recreated.
pub(super) fn check_rebuilt(world: &World<'_>, tables: &[&LiveTable]) -> Result<(), PlanError> {
    let mut keys = tables.iter().flat_map(|table| table.foreign_keys.iter().map(move |key| (table, key)));
    keys.try_for_each(|(table, key)| check_key(world, table, key))
}

fn check_column(table: Owned<'_>) -> Result<(), PlanError> {
    let refused = |what: String, way_out: String| {
        Err(PlanError::Unconvertible { table: table.name().to_string(), what, way_out })
    };
    if table.live.is_virtual {
        let what = "it is a virtual table, whose module defines its columns".to_owned();
        return refused(what, "leave it out of the catalogue".to_owned());
    }
    let spelt = table.live.columns.iter().find(|column| column.name.eq_ignore_ascii_case(table.tenant));
    match spelt {
        Some(column) if column.name != table.tenant => refused(
            format!("its tenant column is `{}`, but the catalogue declares `{}`", column.name, table.tenant),
            format!("declare it as `{}`", column.name),
        ),
        Some(column) if column.computed && column.nullable => refused(
            format!("the database computes the tenant column `{}`, which may be NULL", column.name),
            "make it an ordinary column in a migration".to_owned(),
        ),
        Some(_) | None => Ok(()),
    }
}

fn check_key(world: &World<'_>, table: &LiveTable, key: &LiveForeignKey) -> Result<(), PlanError> {
    let refused = |what: &str, way_out: &str| refused_key(table, key, what, way_out);
    let Some(parent) = world.schema.table(&key.parent) else {
        return refused("references a table that does not exist", "create the table, or drop the key first");
    };
    match world.link(&table.name, key) {
        Link::Crossing { parent } => {
            let sets = key.on_delete.sets() || key.on_update.sets();
            if sets && !stays_identified(world, parent, &key.parent_columns) {
                return refused(
                    "sets its columns: with the tenant column it would set that column too, and without it the referenced \
                     columns are unique within a tenant only",
                    "keep the parent's columns unique with `allow_across_tenants`; or make the key NO ACTION in a \
                     migration, and set the column in a trigger",
                );
            }
            Ok(())
        }
        Link::Safe | Link::ToOtherRoot | Link::FromOutside => {
            let stays =
                world.owner(&key.parent).is_none_or(|own| stays_identified(world, own, &key.parent_columns));
            if !stays || parent.identified_by(&key.parent_columns).is_none() {
                return refused(
                    "references columns that are not unique: SQLite refuses writes to such a table",
                    "create a unique index on the parent's columns, or drop the key first",
                );
            }
            Ok(())
        }
    }
}

/// Whether these columns alone are still unique after the conversion.
fn stays_identified(world: &World<'_>, parent: Owned<'_>, columns: &[String]) -> bool {
    let stays = |key: &LiveKey| match key.role {
        Role::Primary => !is_exchanged(world, parent) || world.allows(parent.name(), columns),
        Role::Unique | Role::UniqueIndex | Role::Index => !unsafe_unique(world, parent, key),
    };
    parent.live.keys.iter().any(|key| key.identifies(columns) && stays(key))
}
