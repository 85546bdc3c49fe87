//! CREATE INDEX, led by the tenant.

use super::Steps;
use crate::{
    QualifiedName,
    engine::Engine,
    plan::{schema::LiveKey, world::Owned},
};

/// CREATE INDEX like that of `key`, but of this name, and with the tenant column before the others.
pub(super) fn led(steps: &Steps<'_>, table: Owned<'_>, key: &LiveKey, name: &str) -> String {
    let columns = match rest(steps.world.schema.engine, &key.definition) {
        Some(rest) => format!("{}, {rest}", steps.quote(table.tenant)),
        None => format!("{})", steps.list(&table.led(&key.columns))),
    };
    create(steps, table.name(), key.is_unique(), name, &columns)
}

/// CREATE UNIQUE INDEX on these columns.
pub(super) fn unique(steps: &Steps<'_>, table: &QualifiedName, name: &str, columns: &[String]) -> String {
    create(steps, table, true, name, &format!("{})", steps.list(columns)))
}

fn create(steps: &Steps<'_>, table: &QualifiedName, unique: bool, name: &str, columns: &str) -> String {
    let unique = if unique { "UNIQUE " } else { "" };
    let concurrently = if steps.online() { "CONCURRENTLY " } else { "" };
    format!("CREATE {unique}INDEX {concurrently}{} ON {} ({columns}", steps.quote(name), steps.quoted(table))
}

/// What stands behind the first bracket: columns with their order and operator class, predicate and all.
fn rest(engine: Engine, definition: &str) -> Option<&str> {
    match engine {
        Engine::Postgres => definition.split_once(" USING btree (").map(|(_, rest)| rest),
        // SQLite's texts are read by `sqlite_text`.
        Engine::MySql | Engine::Sqlite => None,
    }
}

/// DROP INDEX.
pub(super) fn drop(steps: &Steps<'_>, table: &QualifiedName, name: &str) -> String {
    let engine = steps.world.schema.engine;
    if engine.drops_index_on_table() {
        return format!("DROP INDEX {} ON {}", engine.quote(name), table.quoted(engine));
    }
    let concurrently = if steps.online() { "CONCURRENTLY " } else { "" };
    format!("DROP INDEX {concurrently}{}", table.qualify(name, engine))
}

#[cfg(test)]
mod tests {
    use super::rest;
    use crate::engine::Engine;

    #[test]
    fn predicate_and_order_stay() {
        let definition =
            "CREATE INDEX task_open ON public.task USING btree (due_on DESC) WHERE (state = 'open'::text)";
        assert_eq!(rest(Engine::Postgres, definition), Some("due_on DESC) WHERE (state = 'open'::text)"));
    }
}
