//! Replaces foreign keys by keys with the tenant columns of both tables.

use crate::{
    engine::Engine,
    names::{self, QualifiedName},
    plan::{
        check::foreign_keys::sets_tenant,
        convert::steps::Steps,
        schema::live::{Action, LiveForeignKey, LiveTable},
        step::Blocks,
        world::{Link, Owned},
    },
};

/// The key that replaces this one; `None` if this one can stay.
pub(super) fn target(steps: &Steps<'_>, table: &LiveTable, key: &LiveForeignKey) -> Option<LiveForeignKey> {
    let world = steps.world;
    let child = world.owner(&table.name)?;
    match world.link(&table.name, key) {
        Link::Crossing { parent } => {
            let mut to = vec![parent.tenant.to_owned()];
            to.extend(key.parent_columns.iter().cloned());
            let columns = child.with_tenant_first(&key.columns);
            let name = names::made("fk", &table.name.name, &columns);
            let made = LiveForeignKey { name, columns, parent_columns: to, ..key.clone() };
            Some(without_set_actions(steps, child, key, made))
        }
        Link::Safe if sets_tenant(world, table, key) => {
            Some(without_set_actions(steps, child, key, key.clone()))
        }
        Link::Safe | Link::ToOtherRoot | Link::FromOutside => None,
    }
}

/// The key with actions that do not set the tenant column.
fn without_set_actions(
    steps: &Steps<'_>,
    child: Owned<'_>,
    old: &LiveForeignKey,
    mut made: LiveForeignKey,
) -> LiveForeignKey {
    if made.on_delete.sets() {
        let sets = if old.sets.is_empty() { &old.columns } else { &old.sets };
        let others: Vec<_> = sets.iter().filter(|column| *column != child.tenant).cloned().collect();
        if steps.world.schema.names_columns() && !steps.world.distributes() && !others.is_empty() {
            made.sets = others;
        } else {
            made.on_delete = Action::Nothing;
            made.sets.clear();
        }
    }
    if made.on_update.sets() {
        made.on_update = Action::Nothing;
    }
    made
}

/// The key as a clause of CREATE TABLE or ALTER TABLE.
pub(super) fn clause(engine: Engine, key: &LiveForeignKey) -> String {
    let name =
        if key.name.is_empty() { String::new() } else { format!("CONSTRAINT {} ", engine.quote(&key.name)) };
    let sets = if key.sets.is_empty() { String::new() } else { format!(" ({})", engine.list(&key.sets)) };
    format!(
        "{name}FOREIGN KEY ({}) REFERENCES {} ({}) ON DELETE {}{sets} ON UPDATE {}{}",
        engine.list(&key.columns),
        key.parent.quoted(engine),
        engine.list(&key.parent_columns),
        key.on_delete.words(),
        key.on_update.words(),
        key.suffix
    )
}

/// ALTER TABLE … ADD, and the statement that undoes it.
fn add_sql(steps: &Steps<'_>, table: &QualifiedName, key: &LiveForeignKey) -> (String, String) {
    let engine = steps.world.schema.engine;
    let on = table.quoted(engine);
    let (clause, word) = (clause(engine, key), engine.foreign_key_word());
    (
        format!("ALTER TABLE {on} ADD {clause}"),
        format!("ALTER TABLE {on} DROP {word} {}", engine.quote(&key.name)),
    )
}

/// Adds the new keys before it drops the old ones, so that rows are always checked.
pub(super) fn exchange(steps: &mut Steps<'_>, order: &[Owned<'_>]) {
    let keys = in_firing_order(order);
    for (table, key) in &keys {
        match target(steps, table.live, key) {
            Some(target) if target.columns != key.columns => {
                add(steps, *table, key, target);
            }
            Some(_) => {}
            None if must_be_recreated(steps, &keys, *table, key) => add_again(steps, *table, key),
            None => {}
        }
    }
    for (table, key) in &keys {
        match target(steps, table.live, key) {
            Some(target) if target.columns == key.columns => replace(steps, *table, key, &target),
            Some(_) => drop(steps, *table, key),
            None => {}
        }
    }
}

/// The foreign keys of all tables, in the order in which PostgreSQL fires them when a parent row is deleted: whether a
/// key that only checks allows the delete depends on whether a cascading key fires first.
fn in_firing_order<'w>(order: &[Owned<'w>]) -> Vec<(Owned<'w>, &'w LiveForeignKey)> {
    let of_table = |table: &Owned<'w>| {
        let table = *table;
        table.live.foreign_keys.iter().map(move |key| (table, key))
    };
    let mut keys: Vec<_> = order.iter().flat_map(of_table).collect();
    keys.sort_by_key(|(table, key)| firing_position(table.live, key));
    keys
}

fn firing_position(table: &LiveTable, key: &LiveForeignKey) -> String {
    let mut places = table.firing_order.iter();
    places.find(|(name, _)| *name == key.name).map(|(_, place)| place.clone()).unwrap_or_default()
}

/// Whether a key that stays would fire earlier than a recreated key that now fires before it.
fn must_be_recreated(
    steps: &Steps<'_>,
    keys: &[(Owned<'_>, &LiveForeignKey)],
    table: Owned<'_>,
    key: &LiveForeignKey,
) -> bool {
    let only_checks = matches!(key.on_delete, Action::Nothing | Action::Restrict);
    let mut before =
        keys.iter().take_while(|(other, before)| other.name() != table.name() || before.name != key.name);
    let own = firing_position(table.live, key);
    let overtakes = |(other, before): &(Owned<'_>, &LiveForeignKey)| {
        let acts = !matches!(before.on_delete, Action::Nothing | Action::Restrict);
        let target = target(steps, other.live, before).filter(|_| acts && before.parent == key.parent);
        // After an interruption it may already exist, before this one.
        let is_before = |live: &LiveForeignKey, target: &LiveForeignKey| {
            is_same(live, target) && firing_position(other.live, live) < own
        };
        target.is_some_and(|target| !other.live.foreign_keys.iter().any(|live| is_before(live, &target)))
    };
    steps.world.schema.engine == Engine::Postgres && only_checks && before.any(overtakes)
}

/// Recreates a key unchanged.
fn add_again(steps: &mut Steps<'_>, table: Owned<'_>, key: &LiveForeignKey) {
    let reason = format!("recreate {}: it must fire after the keys that cascade, as before", key.name);
    let parts = [key.columns.clone(), vec![key.name.clone(), "again".to_owned()]].concat();
    let wanted = names::made("fk", &table.name().name, &parts);
    let made_before = |live: &&LiveForeignKey| {
        is_same(live, key) && live.name != key.name && names::is_numbered(&live.name, &wanted)
    };
    let name = match table.live.foreign_keys.iter().find(made_before) {
        Some(live) => {
            if key.valid && !live.valid {
                validate(steps, table.name(), &live.name);
            }
            live.name.clone()
        }
        None => {
            let name = free(steps, table, vec![wanted]);
            add_made(steps, table, key, &LiveForeignKey { name: name.clone(), ..key.clone() });
            name
        }
    };
    drop_and_rename(steps, table, &key.name, &name, reason);
}

/// Whether two keys have the same attributes, except for their names and whether existing rows were checked.
pub(super) fn is_same(a: &LiveForeignKey, b: &LiveForeignKey) -> bool {
    let LiveForeignKey {
        name: _,
        columns,
        parent,
        parent_columns,
        on_delete,
        on_update,
        sets,
        suffix,
        valid: _,
    } = a;
    *columns == b.columns
        && *parent == b.parent
        && *parent_columns == b.parent_columns
        && (*on_delete, *on_update) == (b.on_delete, b.on_update)
        && *sets == b.sets
        && *suffix == b.suffix
}

/// The first free name for a new foreign key; the last of them with a number appended if none is free.
fn free(steps: &Steps<'_>, table: Owned<'_>, wanted: Vec<String>) -> String {
    let engine = steps.world.schema.engine;
    // In all tables: the generated names of two tables may be equal if they contain hyphens.
    let is_made = |name: &str| {
        let made = format!(" ADD CONSTRAINT {} ", steps.quote(name));
        let mut steps = steps.steps.iter();
        steps.any(|step| {
            step.sql.contains(&made)
                && (engine.drops_index_on_table() || step.table == table.name().to_string())
        })
    };
    let is_free = |name: &String| {
        let own = table.live.foreign_keys.iter().map(|key| &key.name).chain(&table.live.constraints);
        let indexes = table.live.keys.iter().map(|key| &key.name).chain(&steps.world.schema.taken);
        // MySQL creates an index with the same name.
        let more = indexes.filter(|_| engine.drops_index_on_table());
        !own.chain(more).any(|taken| engine.same_name(taken, name)) && !is_made(name)
    };
    let last = wanted.last().cloned().unwrap_or_default();
    wanted.into_iter().chain(names::numbered(&last)).find(is_free).unwrap_or_default()
}

/// Adds the key that replaces `old`, unless it exists, and checks existing rows if `old` did; returns its name.
fn add(steps: &mut Steps<'_>, table: Owned<'_>, old: &LiveForeignKey, mut target: LiveForeignKey) -> String {
    let keys = &table.live.foreign_keys;
    if let Some(live) = keys.iter().find(|key| is_same(key, &target)) {
        if old.valid && !live.valid {
            validate(steps, table.name(), &live.name);
        }
        return live.name.clone();
    }
    // The conversion may give the name to another key that differs only in its actions.
    let parts = [target.columns.clone(), vec![old.name.clone()]].concat();
    let longer = names::made("fk", &table.name().name, &parts);
    target.name = free(steps, table, vec![target.name, longer]);
    add_made(steps, table, old, &target);
    target.name
}

/// Adds a key with the comment of the key that it replaces.
fn add_made(steps: &mut Steps<'_>, table: Owned<'_>, old: &LiveForeignKey, target: &LiveForeignKey) {
    let comment = table.live.key_comments.iter().find(|(name, _)| *name == old.name);
    let changes = old.on_delete != target.on_delete;
    add_checked(steps, table.name(), target, comment.map(|(_, comment)| comment.as_str()));
    if let Some(step) =
        steps.steps.iter_mut().rev().find(|step| step.sql.contains(" FOREIGN KEY ")).filter(|_| changes)
    {
        step.reason.push_str(&format!(
            "; ON DELETE {} would set the tenant column too, and becomes NO ACTION",
            old.on_delete.words()
        ));
    }
}

/// Adds a key; online in two steps, of which the long one blocks no session.
fn add_checked(steps: &mut Steps<'_>, table: &QualifiedName, target: &LiveForeignKey, comment: Option<&str>) {
    let (mut sql, back) = add_sql(steps, table, target);
    let online = steps.online();
    if online || !target.valid {
        sql.push_str(" NOT VALID");
    }
    if let Some(comment) = comment {
        let (on, name) = (steps.quoted(table), steps.quote(&target.name));
        let comment = steps.world.schema.engine.literal(comment);
        sql.push_str(&format!("; COMMENT ON CONSTRAINT {name} ON {on} IS {comment}"));
    }
    let reason = format!(
        "add ({}) to `{}`: the parent must belong to the row's tenant",
        target.columns.join(", "),
        target.parent
    );
    let blocks = steps.blocks(Blocks::Briefly, Blocks::Writes);
    steps.change(table, sql, reason, blocks, Some(back));
    if online && target.valid {
        validate(steps, table, &target.name);
    }
}

fn validate(steps: &mut Steps<'_>, table: &QualifiedName, name: &str) {
    let sql = format!("ALTER TABLE {} VALIDATE CONSTRAINT {}", steps.quoted(table), steps.quote(name));
    let reason = format!("validate {name}: existing rows are checked too");
    steps.change(table, sql, reason, Blocks::Nothing, None);
}

fn drop(steps: &mut Steps<'_>, table: Owned<'_>, key: &LiveForeignKey) {
    let (back, sql) = add_sql(steps, table.name(), key);
    let reason = format!("drop {}: the key with the tenant column replaces it", key.name);
    steps.change(table.name(), sql, reason, Blocks::Briefly, Some(back));
}

/// Replaces a key by one on the same columns that does not set the tenant column.
///
/// On PostgreSQL the new key is validated before the old one is dropped, and then takes its name: at no time are rows
/// protected only by an unvalidated key.
fn replace(steps: &mut Steps<'_>, table: Owned<'_>, key: &LiveForeignKey, target: &LiveForeignKey) {
    let reason = format!("replace {}: the new key never sets the tenant column", key.name);
    if steps.world.schema.engine == Engine::Postgres {
        let name = add(steps, table, key, target.clone());
        drop_and_rename(steps, table, &key.name, &name, reason);
        return;
    }
    let (add, drop) = add_sql(steps, table.name(), target);
    let (back, _) = add_sql(steps, table.name(), key);
    steps.change(table.name(), drop, reason.clone(), Blocks::Writes, Some(back));
    steps.change(table.name(), add, reason, Blocks::Writes, None);
}

/// Drops a key and renames the key that replaces it.
fn drop_and_rename(steps: &mut Steps<'_>, table: Owned<'_>, old: &str, new: &str, reason: String) {
    let (on, old, new) = (steps.quoted(table.name()), steps.quote(old), steps.quote(new));
    let sql =
        format!("ALTER TABLE {on} DROP CONSTRAINT {old}; ALTER TABLE {on} RENAME CONSTRAINT {new} TO {old}");
    steps.change(table.name(), sql, reason, Blocks::Briefly, None);
}
