//! Replaces primary keys, unique keys and indexes by keys with the tenant column first.

use crate::{
    engine::Engine,
    plan::{
        check::keys::unsafe_unique,
        convert::{index_text, key_names::is_interim_primary, key_text, steps::Steps, tenant_first},
        schema::live::{LiveKey, Role},
        step::Blocks,
        world::Owned,
    },
};

/// Creates the new keys while the old ones exist.
pub(super) fn create(steps: &mut Steps<'_>, order: &[Owned<'_>]) {
    for table in order.iter().copied() {
        let added = tenant_first::added(steps.world, table);
        if let Some(primary) = tenant_first::primary(steps.world, table) {
            let columns = table.with_tenant_first(&primary.columns);
            let name = steps.names.in_place_of(table, primary);
            if !is_finished(steps, table, primary, &name) {
                let reason = format!("make ({}) unique: it becomes the primary key", columns.join(", "));
                create_tenant_first(steps, table, primary, &name, reason);
            }
            key_text::keep_extras(steps, table, primary, &name);
        }
        let keys: Vec<_> = tenant_first::exchanged(steps.world, table).collect();
        for key in keys {
            replace_by_tenant_first(steps, table, key);
        }
        for columns in added {
            let name = steps.names.on(table, &columns);
            drop_unfinished(steps, table, &name);
            create_unique(steps, table, &name, &columns, "foreign keys with the tenant column reference it");
        }
    }
}

/// Whether the key that replaces `key` exists and is finished; drops one that an interrupted conversion left
/// unfinished.
fn is_finished(steps: &mut Steps<'_>, table: Owned<'_>, key: &LiveKey, name: &str) -> bool {
    let stands_in = |live: &&LiveKey| {
        live.name == name && tenant_first::is_tenant_first_form(steps.world, table, key, live)
    };
    let Some(live) = table.live.keys.iter().find(stands_in) else { return false };
    let is_valid = live.valid;
    drop_unfinished(steps, table, name);
    is_valid
}

/// Drops the index with this name if an interrupted conversion left it unfinished.
fn drop_unfinished(steps: &mut Steps<'_>, table: Owned<'_>, name: &str) {
    if table.live.keys.iter().any(|live| live.name == name && !live.valid) {
        let sql = index_text::drop(steps, table.name(), name);
        steps.change(
            table.name(),
            sql,
            "drop the index: an interrupted conversion left it unfinished",
            Blocks::Briefly,
            None,
        );
    }
}

/// CREATE INDEX with the tenant column first and all attributes of `key`.
fn create_tenant_first(steps: &mut Steps<'_>, table: Owned<'_>, key: &LiveKey, name: &str, reason: String) {
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

fn replace_by_tenant_first(steps: &mut Steps<'_>, table: Owned<'_>, key: &LiveKey) {
    let name = steps.names.in_place_of(table, key);
    let is_same = |other: &LiveKey| {
        other.name != name
            && other.role == key.role
            && other.valid
            && tenant_first::is_same(steps.world, table, key, other)
    };
    if table.live.keys.iter().any(is_same) {
        return;
    }
    if !is_finished(steps, table, key, &name) {
        let reason = if key.is_unique() {
            format!("make {} unique within a tenant", key.name)
        } else {
            format!(
                "recreate index {} with the tenant column first: a tenant's entries are stored together",
                key.name
            )
        };
        create_tenant_first(steps, table, key, &name, reason);
    }
    let is_constraint = table.live.keys.iter().any(|live| live.name == name && live.role == Role::Unique);
    if key.role == Role::Unique && !is_constraint && steps.world.schema.engine == Engine::Postgres {
        let (on, quoted) = (steps.quoted(table.name()), steps.quote(&name));
        steps.change(
            table.name(),
            format!("ALTER TABLE {on} ADD CONSTRAINT {quoted} UNIQUE USING INDEX {quoted}{}", key.suffix),
            "make it a constraint, as the old key was",
            Blocks::Briefly,
            Some(format!("ALTER TABLE {on} DROP CONSTRAINT {quoted}")),
        );
    }
    key_text::keep_extras(steps, table, key, &name);
}

/// Replaces the primary keys, and drops the old keys, which no foreign key references any more.
pub(super) fn exchange(steps: &mut Steps<'_>, order: &[Owned<'_>]) {
    for table in order.iter().copied() {
        exchange_primary(steps, table);
        let old: Vec<_> = tenant_first::exchanged(steps.world, table).collect();
        old.into_iter()
            .for_each(|key| drop_old(steps, table, key, "the key with the tenant column first replaces it"));
        if table.is_root && steps.world.distributes() {
            let lost = table.live.keys.iter().filter(|key| unsafe_unique(steps.world, table, key));
            let lost: Vec<_> = lost.collect();
            lost.into_iter().for_each(|key| {
                drop_old(
                    steps,
                    table,
                    key,
                    "Citus cannot enforce a unique key without the tenant column; the application must",
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
    if let Some(primary) = tenant_first::primary(steps.world, table) {
        let columns = table.with_tenant_first(&primary.columns);
        let made = steps.quote(&steps.names.in_place_of(table, primary));
        let constraint = steps.quote(&primary.name);
        let old =
            if primary.parts.is_empty() { steps.list(&primary.columns) } else { primary.parts.join(", ") };
        let reason = format!("replace the primary key with ({})", columns.join(", "));
        if mysql {
            let index = generated_index(steps, table);
            let new = tenant_first::parts_with_tenant(steps.world, table, primary).join(", ");
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
        drop_interim_primary(steps, table);
    }
}

fn generated_index(steps: &Steps<'_>, table: Owned<'_>) -> String {
    let add = |columns: &Vec<String>| {
        format!(", ADD KEY {} ({})", steps.quote(&steps.names.on(table, columns)), steps.list(columns))
    };
    tenant_first::added_for_ids(steps.world, table).iter().map(add).collect()
}

/// The name of the unique key that takes the place of the primary key on MySQL, if it must be dropped.
pub(super) fn interim_primary(steps: &Steps<'_>, table: Owned<'_>) -> Option<String> {
    let current =
        table.live.primary().filter(|_| steps.world.schema.engine == Engine::MySql && !table.is_root)?;
    if let Some(primary) = tenant_first::primary(steps.world, table) {
        return Some(steps.names.in_place_of(table, primary));
    }
    // An interrupted conversion may have left it.
    let is_left = |key: &&LiveKey| {
        key.role == Role::UniqueIndex
            && key.columns == current.columns
            && is_interim_primary(table, &key.name)
    };
    table.live.keys.iter().find(is_left).map(|key| key.name.clone())
}

fn drop_interim_primary(steps: &mut Steps<'_>, table: Owned<'_>) {
    if let Some(made) = interim_primary(steps, table) {
        let sql = index_text::drop(steps, table.name(), &made);
        let reason = "drop the unique key: the primary key replaces it";
        steps.change(table.name(), sql, reason, Blocks::Briefly, None);
    }
}
