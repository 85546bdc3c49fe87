//! Keys with the tenant column before their columns, and all else that they have: PostgreSQL and MySQL.

use crate::{
    engine::Engine,
    plan::{
        convert::steps::Steps,
        schema::live::{LiveKey, Role, bare},
        step::Blocks,
        world::Owned,
    },
};

/// The parts of a key, led by the tenant column; it stays where it is alone the first already.
pub(super) fn led_parts(steps: &Steps<'_>, table: Owned<'_>, key: &LiveKey) -> Vec<String> {
    let others = key.parts.iter().zip(&key.columns).filter(|(_, column)| *column != table.tenant);
    let own = key.parts.iter().zip(&key.columns).find(|(_, column)| *column == table.tenant);
    let tenant = own.map_or_else(|| steps.quote(table.tenant), |(part, _)| part.clone());
    std::iter::once(tenant).chain(others.map(|(part, _)| part.clone())).collect()
}

/// Whether `other` has the columns of `key`, led by the tenant column, and all else alike: what can be said by CREATE INDEX.
pub(super) fn is_led_form(steps: &Steps<'_>, table: Owned<'_>, key: &LiveKey, other: &LiveKey) -> bool {
    let led = led_parts(steps, table, key);
    let equal = |(a, b): (&String, &String)| bare(a) == bare(b);
    led.len() == other.parts.len()
        && led.iter().zip(&other.parts).all(equal)
        && key.tail == other.tail
        && key.is_unique() == other.is_unique()
}

/// Whether `other` is in every way what is to stand in the place of `key`.
pub(super) fn is_same(steps: &Steps<'_>, table: Owned<'_>, key: &LiveKey, other: &LiveKey) -> bool {
    is_led_form(steps, table, key, other) && key.suffix == other.suffix && key.extras == other.extras
}

/// Whether another key of the table has the name, and is not what is to stand in the place of `key`.
pub(super) fn is_taken(steps: &Steps<'_>, table: Owned<'_>, key: &LiveKey, name: &str) -> bool {
    let mut others = table.live.keys.iter().filter(|other| other.name == name && other.name != key.name);
    !key.parts.is_empty() && others.any(|other| !is_led_form(steps, table, key, other))
}

/// CREATE INDEX.
pub(super) fn create(steps: &Steps<'_>, table: Owned<'_>, key: &LiveKey, name: &str) -> String {
    let unique = if key.is_unique() { "UNIQUE " } else { "" };
    let concurrently = if steps.online() { "CONCURRENTLY " } else { "" };
    format!(
        "CREATE {unique}INDEX {concurrently}{} ON {} ({}){}",
        steps.quote(name),
        steps.quoted(table.name()),
        led_parts(steps, table, key).join(", "),
        key.tail
    )
}

/// Gives the key of this name what statements of their own say of `key`, as far as it has it not: PostgreSQL.
pub(super) fn keep_extras(steps: &mut Steps<'_>, table: Owned<'_>, key: &LiveKey, name: &str) {
    if steps.world.schema.engine != Engine::Postgres {
        return;
    }
    let live = table.live.keys.iter().find(|live| live.name == name).map(|live| live.extras.clone());
    let live = live.unwrap_or_default();
    let (on, quoted) = (steps.quoted(table.name()), steps.quote(name));
    let mut keep = |sql: String, what: &str| {
        steps.change(table.name(), sql, format!("keep {what} of {}", key.name), Blocks::Briefly, None);
    };
    if let Some(comment) = key.extras.comment.as_ref().filter(|_| live.comment != key.extras.comment) {
        let index = table.name().qualify(name, Engine::Postgres);
        keep(format!("COMMENT ON INDEX {index} IS {}", Engine::Postgres.literal(comment)), "the comment");
    }
    if key.extras.clusters && !live.clusters {
        keep(format!("ALTER TABLE {on} CLUSTER ON {quoted}"), "CLUSTER");
    }
    if key.extras.identifies_replicas && !live.identifies_replicas {
        keep(format!("ALTER TABLE {on} REPLICA IDENTITY USING INDEX {quoted}"), "REPLICA IDENTITY");
    }
    if key.role == Role::Unique
        && live.constraint_comment != key.extras.constraint_comment
        && let Some(sql) = comment_on_constraint(steps, table, key, name)
    {
        steps.change(table.name(), sql, format!("keep the comment of {}", key.name), Blocks::Briefly, None);
    }
}

/// COMMENT ON CONSTRAINT, where the constraint of `key` has one.
pub(super) fn comment_on_constraint(
    steps: &Steps<'_>,
    table: Owned<'_>,
    key: &LiveKey,
    name: &str,
) -> Option<String> {
    let comment = key.extras.constraint_comment.as_ref()?;
    let (on, name, comment) =
        (steps.quoted(table.name()), steps.quote(name), Engine::Postgres.literal(comment));
    Some(format!("COMMENT ON CONSTRAINT {name} ON {on} IS {comment}"))
}
