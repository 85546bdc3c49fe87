//! Foreign keys, with the tenant columns of both tables.

use super::Steps;
use crate::{
    QualifiedName,
    engine::Engine,
    names,
    plan::{
        check::sets_tenant,
        schema::{Action, LiveForeignKey, LiveTable},
        step::Blocks,
        world::{Link, Owned},
    },
};

/// The key that is to stand in the place of this one; none when this one may stay.
pub(super) fn target(steps: &Steps<'_>, table: &LiveTable, key: &LiveForeignKey) -> Option<LiveForeignKey> {
    let world = steps.world;
    let child = world.owner(&table.name)?;
    match world.link(&table.name, key) {
        Link::Crossing { parent } => {
            let mut to = vec![parent.tenant.to_owned()];
            to.extend(key.parent_columns.iter().cloned());
            let columns = child.led(&key.columns);
            let name = names::made("fk", &table.name.name, &columns);
            let made = LiveForeignKey { name, columns, parent_columns: to, ..key.clone() };
            Some(spared(steps, child, key, made))
        }
        Link::Safe if sets_tenant(world, table, key) => Some(spared(steps, child, key, key.clone())),
        Link::Safe | Link::ToOtherRoot | Link::FromOutside => None,
    }
}

/// With actions that spare the tenant column.
fn spared(
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

/// The key as part of CREATE TABLE or ALTER TABLE.
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

/// Adds the keys beside the old ones, and drops those: at no time is a row unchecked.
pub(super) fn exchange(steps: &mut Steps<'_>, order: &[Owned<'_>]) {
    for table in order.iter().copied() {
        for key in &table.live.foreign_keys {
            if let Some(target) = target(steps, table.live, key)
                && target.columns != key.columns
            {
                add(steps, table, &target);
            }
        }
    }
    for table in order.iter().copied() {
        for key in &table.live.foreign_keys {
            match target(steps, table.live, key) {
                Some(target) if target.columns == key.columns => replace(steps, table, key, &target),
                Some(_) => drop(steps, table, key),
                None if !key.valid => validate(steps, table.name(), &key.name),
                None => {}
            }
        }
    }
}

/// Adds a key, unless it is there.
fn add(steps: &mut Steps<'_>, table: Owned<'_>, target: &LiveForeignKey) {
    let same = |key: &&LiveForeignKey| key.columns == target.columns && key.parent == target.parent;
    if table.live.foreign_keys.iter().any(|key| same(&key)) {
        return;
    }
    add_checked(steps, table.name(), target);
}

/// Adds a key; online in two steps, of which the long one blocks nobody.
pub(super) fn add_checked(steps: &mut Steps<'_>, table: &QualifiedName, target: &LiveForeignKey) {
    let (mut sql, back) = add_sql(steps, table, target);
    let online = steps.online();
    if online {
        sql.push_str(" NOT VALID");
    }
    let reason = format!(
        "add ({}) to `{}`: the database keeps a row within its tenant",
        target.columns.join(", "),
        target.parent
    );
    let blocks = steps.blocks(Blocks::Briefly, Blocks::Writes);
    steps.change(table, sql, reason, blocks, Some(back));
    if online {
        validate(steps, table, &target.name);
    }
}

fn validate(steps: &mut Steps<'_>, table: &QualifiedName, name: &str) {
    if !steps.online() {
        return;
    }
    let sql = format!("ALTER TABLE {} VALIDATE CONSTRAINT {}", steps.quoted(table), steps.quote(name));
    let reason = format!("validate {name}: the rows that are there are checked too");
    steps.change(table, sql, reason, Blocks::Nothing, None);
}

fn drop(steps: &mut Steps<'_>, table: Owned<'_>, key: &LiveForeignKey) {
    let (back, sql) = add_sql(steps, table.name(), key);
    let reason = format!("drop {}: the one with the tenant column is in its place", key.name);
    steps.change(table.name(), sql, reason, Blocks::Briefly, Some(back));
}

/// Exchanges a key for one of the same columns that spares the tenant column.
fn replace(steps: &mut Steps<'_>, table: Owned<'_>, key: &LiveForeignKey, target: &LiveForeignKey) {
    let reason = format!("exchange {}: the tenant column is never set", key.name);
    let engine = steps.world.schema.engine;
    let (add, drop) = add_sql(steps, table.name(), target);
    let (back, _) = add_sql(steps, table.name(), key);
    if engine == Engine::Postgres {
        let not_valid = if steps.online() { " NOT VALID" } else { "" };
        let name = engine.quote(&key.name);
        let sql = format!(
            "ALTER TABLE {} DROP CONSTRAINT {name}, ADD {}{not_valid}",
            steps.quoted(table.name()),
            clause(engine, target)
        );
        steps.change(table.name(), sql, reason, Blocks::Writes, None);
        validate(steps, table.name(), &target.name);
    } else {
        steps.change(table.name(), drop, reason.clone(), Blocks::Writes, Some(back));
        steps.change(table.name(), add, reason, Blocks::Writes, None);
    }
}
