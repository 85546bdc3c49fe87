//! Renders keys with the tenant column first and all their other attributes: PostgreSQL and MySQL.

use crate::{
    engine::Engine,
    plan::{
        convert::{steps::Steps, tenant_first::parts_with_tenant},
        schema::live::{LiveKey, Role},
        step::Blocks,
        world::Owned,
    },
};

/// CREATE INDEX.
pub(super) fn create(steps: &Steps<'_>, table: Owned<'_>, key: &LiveKey, name: &str) -> String {
    let unique = if key.is_unique() { "UNIQUE " } else { "" };
    let concurrently = if steps.online() { "CONCURRENTLY " } else { "" };
    format!(
        "CREATE {unique}INDEX {concurrently}{} ON {} ({}){}",
        steps.quote(name),
        steps.quoted(table.name()),
        parts_with_tenant(steps.world, table, key).join(", "),
        key.tail
    )
}

/// Gives the key with this name the attributes of `key` that separate statements declare and that it lacks:
/// PostgreSQL.
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

/// COMMENT ON CONSTRAINT, if the constraint of `key` has a comment.
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
