//! Primary keys, unique keys and indexes, led by the tenant.

use super::{Steps, index_text};
use crate::{
    engine::Engine,
    names,
    plan::{
        check::{lacks_tenant, unled_index, unsafe_unique},
        schema::{LiveKey, Role},
        step::Blocks,
        world::{Link, Owned, World},
    },
};

/// The keys of a table that are exchanged for keys led by the tenant.
fn exchanged<'k>(steps: &Steps<'_>, table: Owned<'k>) -> impl Iterator<Item = &'k LiveKey> {
    let world = steps.world;
    table.live.keys.iter().filter(move |key| {
        (unsafe_unique(world, table, key) && !table.is_root) || unled_index(world, table, key)
    })
}

/// The primary key that is to be exchanged.
fn primary<'k>(steps: &Steps<'_>, table: Owned<'k>) -> Option<&'k LiveKey> {
    let primary = table.live.primary().filter(|primary| lacks_tenant(steps.world, table, primary));
    primary.filter(|_| !table.keeps_row_id(steps.world))
}

/// The name of the key on these columns.
pub(super) fn name(table: Owned<'_>, columns: &[String]) -> String {
    let words: Vec<_> = columns
        .iter()
        .map(|column| if column.is_empty() { "expr".to_owned() } else { column.clone() })
        .collect();
    names::made("idx", &table.name().name, &words)
}

/// The columns to which foreign keys of others are to lead.
pub(super) fn wanted_by_children(world: &World<'_>, table: Owned<'_>) -> Vec<Vec<String>> {
    let mut wanted = Vec::new();
    for child in world.owned() {
        for key in &child.live.foreign_keys {
            if key.parent == *table.name()
                && let Link::Crossing { parent } = world.link(child.name(), key)
            {
                let columns = parent.led(&key.parent_columns);
                if !wanted.contains(&columns) {
                    wanted.push(columns);
                }
            }
        }
    }
    wanted
}

/// Makes the new keys beside the old ones.
pub(super) fn create(steps: &mut Steps<'_>, order: &[Owned<'_>]) {
    for table in order.iter().copied() {
        let mut wanted = wanted_by_children(steps.world, table);
        if let Some(primary) = primary(steps, table) {
            let columns = table.led(&primary.columns);
            let name = name(table, &columns);
            wanted.retain(|each| *each != columns);
            if !is_there(steps, table, &name, &columns) {
                create_unique(steps, table, &name, &columns, "the primary key to come");
            }
        }
        let keys: Vec<_> = exchanged(steps, table).collect();
        for key in keys {
            let columns = table.led(&key.columns);
            wanted.retain(|each| *each != columns || !key.is_unique() || key.partial);
            exchange_for_led(steps, table, key, &columns);
        }
        for columns in wanted {
            if table.live.identified_by(&columns).is_none() {
                let name = name(table, &columns);
                create_unique(
                    steps,
                    table,
                    &name,
                    &columns,
                    "foreign keys with the tenant column lead to it",
                );
            }
        }
    }
}

/// Whether the key is there and finished; drops one that an interrupted conversion left unfinished.
fn is_there(steps: &mut Steps<'_>, table: Owned<'_>, name: &str, columns: &[String]) -> bool {
    let Some(live) = table.live.keys.iter().find(|key| key.name == name && key.columns == columns) else {
        return false;
    };
    if !live.valid {
        let sql = index_text::drop(steps, table.name(), name);
        steps.change(
            table.name(),
            sql,
            "drop the index: an interrupted conversion left it unfinished",
            Blocks::Briefly,
            None,
        );
    }
    live.valid
}

fn create_unique(steps: &mut Steps<'_>, table: Owned<'_>, name: &str, columns: &[String], reason: &str) {
    let sql = index_text::unique(steps, table.name(), name, columns);
    let back = index_text::drop(steps, table.name(), name);
    let blocks = steps.blocks(Blocks::Nothing, Blocks::Writes);
    let reason = format!("make ({}) unique: {reason}", columns.join(", "));
    steps.change(table.name(), sql, reason, blocks, Some(back));
}

fn exchange_for_led(steps: &mut Steps<'_>, table: Owned<'_>, key: &LiveKey, columns: &[String]) {
    let name = name_of_led(table, key, columns);
    let same =
        |other: &LiveKey| other.name != name && other.columns == columns && other.valid && !other.partial;
    if is_plain(key)
        && table.live.keys.iter().any(|other| same(other) && (other.is_unique() || !key.is_unique()))
    {
        return;
    }
    if !is_there(steps, table, &name, columns) {
        let sql = index_text::led(steps, table, key, &name);
        let back = index_text::drop(steps, table.name(), &name);
        let reason = if key.is_unique() {
            format!("make {} unique within a tenant", key.name)
        } else {
            format!("index {} anew: a tenant's rows lie together in it", key.name)
        };
        let blocks = steps.blocks(Blocks::Nothing, Blocks::Writes);
        steps.change(table.name(), sql, reason, blocks, Some(back));
    }
    let is_constraint = table.live.keys.iter().any(|live| live.name == name && live.role == Role::Unique);
    if key.role == Role::Unique && !is_constraint && steps.world.schema.engine == Engine::Postgres {
        let (on, quoted) = (steps.quoted(table.name()), steps.quote(&name));
        steps.change(
            table.name(),
            format!("ALTER TABLE {on} ADD CONSTRAINT {quoted} UNIQUE USING INDEX {quoted}{}", key.suffix),
            "make it a constraint, as the one before",
            Blocks::Briefly,
            Some(format!("ALTER TABLE {on} DROP CONSTRAINT {quoted}")),
        );
    }
}

/// Whether its columns tell what it is: without a predicate, and without an expression.
pub(super) fn is_plain(key: &LiveKey) -> bool {
    !key.partial && !key.columns.iter().any(String::is_empty)
}

/// Two keys may have the same columns and different predicates.
fn name_of_led(table: Owned<'_>, key: &LiveKey, columns: &[String]) -> String {
    let others = table.live.keys.iter().filter(|other| table.led(&other.columns) == columns);
    if !is_plain(key) || others.filter(|other| !other.columns.contains(&table.tenant.to_owned())).count() > 1
    {
        return names::made("idx", &table.name().name, &[table.tenant.to_owned(), key.name.clone()]);
    }
    name(table, columns)
}

/// Exchanges the primary keys, and drops the old keys. No foreign key leads to them any more.
pub(super) fn exchange(steps: &mut Steps<'_>, order: &[Owned<'_>]) {
    for table in order.iter().copied() {
        exchange_primary(steps, table);
        let old: Vec<_> = exchanged(steps, table).collect();
        old.into_iter()
            .for_each(|key| drop_old(steps, table, key, "the one led by the tenant is in its place"));
        if table.is_root && steps.world.distributes() {
            let lost = table.live.keys.iter().filter(|key| unsafe_unique(steps.world, table, key));
            let lost: Vec<_> = lost.collect();
            lost.into_iter().for_each(|key| {
                drop_old(
                    steps,
                    table,
                    key,
                    "Citus keeps no unique key without the tenant; the application must",
                );
            });
        }
    }
}

fn drop_old(steps: &mut Steps<'_>, table: Owned<'_>, key: &LiveKey, reason: &str) {
    let on = steps.quoted(table.name());
    let is_constraint = key.role == Role::Unique && steps.world.schema.engine == Engine::Postgres;
    let sql = if is_constraint {
        format!("ALTER TABLE {on} DROP CONSTRAINT {}", steps.quote(&key.name))
    } else {
        index_text::drop(steps, table.name(), &key.name)
    };
    let unique = if key.is_unique() { "UNIQUE " } else { "" };
    let back = if key.definition.is_empty() {
        format!("CREATE {unique}INDEX {} ON {on} ({})", steps.quote(&key.name), steps.list(&key.columns))
    } else {
        key.definition.clone()
    };
    let reason = format!("drop {}: {reason}", key.name);
    steps.change(table.name(), sql, reason, Blocks::Briefly, Some(back));
}

fn exchange_primary(steps: &mut Steps<'_>, table: Owned<'_>) {
    let on = steps.quoted(table.name());
    let mysql = steps.world.schema.engine == Engine::MySql;
    if let Some(primary) = primary(steps, table) {
        let columns = table.led(&primary.columns);
        let (made, constraint) = (steps.quote(&name(table, &columns)), steps.quote(&primary.name));
        let (new, old) = (steps.list(&columns), steps.list(&primary.columns));
        let reason = format!("exchange the primary key for ({})", columns.join(", "));
        if mysql {
            let index = generated_index(steps, table, primary);
            let sql = format!("ALTER TABLE {on} DROP PRIMARY KEY, ADD PRIMARY KEY ({new}){index}");
            let back = format!("ALTER TABLE {on} DROP PRIMARY KEY, ADD PRIMARY KEY ({old})");
            steps.change(table.name(), sql, reason, Blocks::Writes, Some(back));
        } else {
            let sql = format!(
                "ALTER TABLE {on} DROP CONSTRAINT {constraint}, ADD CONSTRAINT {constraint} PRIMARY KEY USING INDEX {made}"
            );
            let back = format!(
                "ALTER TABLE {on} DROP CONSTRAINT {constraint}, ADD CONSTRAINT {constraint} PRIMARY KEY ({old})"
            );
            steps.change(table.name(), sql, reason, Blocks::Briefly, Some(back));
        }
    }
    if mysql {
        drop_makeshift(steps, table);
    }
}

/// MySQL wants an index that a generated id leads.
fn generated_index(steps: &Steps<'_>, table: Owned<'_>, primary: &LiveKey) -> String {
    let generated = primary.columns.iter().find(|name| table.live.column(name).is_some_and(|c| c.generated));
    let Some(id) = generated else { return String::new() };
    let mut others = table.live.keys.iter().filter(|key| key.role != Role::Primary);
    if others.any(|key| key.columns.first() == Some(id)) {
        return String::new();
    }
    let columns = [id.clone()];
    format!(", ADD KEY {} ({})", steps.quote(&name(table, &columns)), steps.list(&columns))
}

/// Drops the unique key that stood in for the primary key to come.
fn drop_makeshift(steps: &mut Steps<'_>, table: Owned<'_>) {
    let Some(current) = table.live.primary() else { return };
    let columns = table.led(&current.columns);
    let made = name(table, &columns);
    let live = table.live.keys.iter().any(|key| key.name == made && key.role == Role::UniqueIndex);
    let stands_in = current.columns == columns || primary(steps, table).is_some();
    let planned = primary(steps, table).is_some();
    if !table.is_root && (planned || (live && stands_in)) {
        let sql = index_text::drop(steps, table.name(), &made);
        steps.change(
            table.name(),
            sql,
            "drop the unique key: the primary key says it now",
            Blocks::Briefly,
            None,
        );
    }
}
