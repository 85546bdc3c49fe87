//! Primary keys, unique keys and indexes, led by the tenant.

use crate::{
    engine::Engine,
    names,
    plan::{
        check::keys::{lacks_tenant, unled_index, unsafe_unique},
        convert::{index_text, key_text, steps::Steps},
        schema::live::{LiveKey, Role},
        step::Blocks,
        world::{Link, Owned, World},
    },
};

/// The keys of a table that are exchanged for keys led by the tenant.
pub(super) fn exchanged<'k>(steps: &Steps<'_>, table: Owned<'k>) -> impl Iterator<Item = &'k LiveKey> {
    let world = steps.world;
    table.live.keys.iter().filter(move |key| {
        (unsafe_unique(world, table, key) && !table.is_root) || unled_index(world, table, key)
    })
}

/// The primary key that is to be exchanged.
pub(super) fn primary<'k>(steps: &Steps<'_>, table: Owned<'k>) -> Option<&'k LiveKey> {
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

/// The columns of unique keys that are to be added for foreign keys to lead to: no other key has them, or is to have them.
pub(super) fn added(steps: &Steps<'_>, table: Owned<'_>) -> Vec<Vec<String>> {
    let primary = primary(steps, table).map(|primary| table.led(&primary.columns));
    let exchanged: Vec<_> = exchanged(steps, table).filter(|key| identifies(key)).collect();
    let is_made = |columns: &Vec<String>| exchanged.iter().any(|key| table.led(&key.columns) == *columns);
    let mut wanted = wanted_by_children(steps.world, table);
    wanted.retain(|columns| {
        primary.as_ref() != Some(columns) && !is_made(columns) && table.live.identified_by(columns).is_none()
    });
    wanted
}

/// Makes the new keys beside the old ones.
pub(super) fn create(steps: &mut Steps<'_>, order: &[Owned<'_>]) {
    for table in order.iter().copied() {
        let added = added(steps, table);
        if let Some(primary) = primary(steps, table) {
            let columns = table.led(&primary.columns);
            let name = name(table, &columns);
            if !is_there(steps, table, primary, &name) {
                let reason = format!("make ({}) unique: the primary key to come", columns.join(", "));
                create_led(steps, table, primary, &name, reason);
            }
            key_text::keep_extras(steps, table, primary, &name);
        }
        let keys: Vec<_> = exchanged(steps, table).collect();
        for key in keys {
            exchange_for_led(steps, table, key, &table.led(&key.columns));
        }
        for columns in added {
            let name = name(table, &columns);
            create_unique(steps, table, &name, &columns, "foreign keys with the tenant column lead to it");
        }
    }
}

/// Whether a foreign key can lead to the columns of the key: to all rows, at the end of each statement.
fn identifies(key: &LiveKey) -> bool {
    key.is_unique() && is_plain(key) && key.suffix.is_empty() && key.is_exact()
}

/// Whether the key in the place of `key` is there and finished; drops one that an interrupted conversion left unfinished.
fn is_there(steps: &mut Steps<'_>, table: Owned<'_>, key: &LiveKey, name: &str) -> bool {
    let stands_in = |live: &&LiveKey| live.name == name && key_text::is_led_form(steps, table, key, live);
    let Some(live) = table.live.keys.iter().find(stands_in) else { return false };
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

/// CREATE INDEX with all that `key` has, and the tenant column before its columns.
fn create_led(steps: &mut Steps<'_>, table: Owned<'_>, key: &LiveKey, name: &str, reason: String) {
    let sql = key_text::create(steps, table, key, name);
    let back = index_text::drop(steps, table.name(), name);
    let blocks = steps.blocks(Blocks::Nothing, Blocks::Writes);
    steps.change(table.name(), sql, reason, blocks, Some(back));
}

fn create_unique(steps: &mut Steps<'_>, table: Owned<'_>, name: &str, columns: &[String], reason: &str) {
    let sql = index_text::unique(steps, table.name(), name, columns);
    let back = index_text::drop(steps, table.name(), name);
    let blocks = steps.blocks(Blocks::Nothing, Blocks::Writes);
    let reason = format!("make ({}) unique: {reason}", columns.join(", "));
    steps.change(table.name(), sql, reason, blocks, Some(back));
}

fn exchange_for_led(steps: &mut Steps<'_>, table: Owned<'_>, key: &LiveKey, columns: &[String]) {
    let name = name_of_led(steps, table, key, columns);
    let is_same = |other: &LiveKey| {
        other.name != name
            && other.role == key.role
            && other.valid
            && key_text::is_same(steps, table, key, other)
    };
    if table.live.keys.iter().any(is_same) {
        return;
    }
    if !is_there(steps, table, key, &name) {
        let reason = if key.is_unique() {
            format!("make {} unique within a tenant", key.name)
        } else {
            format!("index {} anew: a tenant's rows lie together in it", key.name)
        };
        create_led(steps, table, key, &name, reason);
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
    key_text::keep_extras(steps, table, key, &name);
}

/// Whether its columns tell what it is: without a predicate, and without an expression.
pub(super) fn is_plain(key: &LiveKey) -> bool {
    !key.partial && !key.columns.iter().any(String::is_empty)
}

/// The name of the key that is to stand in the place of `key`.
///
/// Two keys may have the same columns and different predicates, or be of different kinds. An interrupted conversion may have made
/// it by the longer name before the other one was dropped.
pub(super) fn name_of_led(steps: &Steps<'_>, table: Owned<'_>, key: &LiveKey, columns: &[String]) -> String {
    let longer = names::made("idx", &table.name().name, &[table.tenant.to_owned(), key.name.clone()]);
    let mut live = table.live.keys.iter();
    if live.any(|live| live.name == longer && key_text::is_led_form(steps, table, key, live)) {
        return longer;
    }
    let name = name(table, columns);
    let mut others =
        table.live.keys.iter().filter(|other| other.name != key.name && other.role != Role::Primary);
    let is_like = |other: &LiveKey| {
        table.led(&other.columns) == columns
            && other.columns.first().is_some_and(|first| first != table.tenant)
    };
    if !is_plain(key) || others.any(is_like) || key_text::is_taken(steps, table, key, &name) {
        return longer;
    }
    name
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
        let parts = if key.parts.is_empty() { steps.list(&key.columns) } else { key.parts.join(", ") };
        format!("CREATE {unique}INDEX {} ON {on} ({parts}){}", steps.quote(&key.name), key.tail)
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
        let old =
            if primary.parts.is_empty() { steps.list(&primary.columns) } else { primary.parts.join(", ") };
        let reason = format!("exchange the primary key for ({})", columns.join(", "));
        if mysql {
            let index = generated_index(steps, table);
            let new = key_text::led_parts(steps, table, primary).join(", ");
            let tail = &primary.tail;
            let sql = format!("ALTER TABLE {on} DROP PRIMARY KEY, ADD PRIMARY KEY ({new}){tail}{index}");
            let back = format!("ALTER TABLE {on} DROP PRIMARY KEY, ADD PRIMARY KEY ({old}){tail}");
            steps.change(table.name(), sql, reason, Blocks::Writes, Some(back));
        } else {
            let sql = format!(
                "ALTER TABLE {on} DROP CONSTRAINT {constraint}, ADD CONSTRAINT {constraint} PRIMARY KEY USING INDEX {made}{}{}",
                primary.suffix,
                key_text::comment_on_constraint(steps, table, primary, &primary.name)
                    .map_or_else(String::new, |sql| format!("; {sql}"))
            );
            let back = format!(
                "ALTER TABLE {on} DROP CONSTRAINT {constraint}, ADD CONSTRAINT {constraint} PRIMARY KEY ({old}){}{}",
                primary.tail, primary.suffix
            );
            steps.change(table.name(), sql, reason, Blocks::Briefly, Some(back));
        }
    }
    if mysql {
        drop_makeshift(steps, table);
    }
}

/// The columns of indexes that are added: MySQL wants one that a generated id leads.
pub(super) fn added_for_ids(steps: &Steps<'_>, table: Owned<'_>) -> Vec<Vec<String>> {
    let Some(primary) = primary(steps, table).filter(|_| steps.world.schema.engine == Engine::MySql) else {
        return Vec::new();
    };
    let generated = primary.columns.iter().find(|name| table.live.column(name).is_some_and(|c| c.generated));
    let Some(id) = generated else { return Vec::new() };
    let mut others = table.live.keys.iter().filter(|key| key.role != Role::Primary);
    if others.any(|key| key.columns.first() == Some(id)) { Vec::new() } else { vec![vec![id.clone()]] }
}

fn generated_index(steps: &Steps<'_>, table: Owned<'_>) -> String {
    let add = |columns: &Vec<String>| {
        format!(", ADD KEY {} ({})", steps.quote(&name(table, columns)), steps.list(columns))
    };
    added_for_ids(steps, table).iter().map(add).collect()
}

/// The name of the unique key that stands in for the primary key to come on MySQL, where it is to be dropped.
pub(super) fn makeshift(steps: &Steps<'_>, table: Owned<'_>) -> Option<String> {
    let current = table.live.primary().filter(|_| steps.world.schema.engine == Engine::MySql)?;
    let columns = table.led(&current.columns);
    let made = name(table, &columns);
    let live = table.live.keys.iter().any(|key| key.name == made && key.role == Role::UniqueIndex);
    let planned = primary(steps, table).is_some();
    let stands_in = planned || (live && current.columns == columns);
    (!table.is_root && stands_in).then_some(made)
}

fn drop_makeshift(steps: &mut Steps<'_>, table: Owned<'_>) {
    if let Some(made) = makeshift(steps, table) {
        let sql = index_text::drop(steps, table.name(), &made);
        let reason = "drop the unique key: the primary key says it now";
        steps.change(table.name(), sql, reason, Blocks::Briefly, None);
    }
}
