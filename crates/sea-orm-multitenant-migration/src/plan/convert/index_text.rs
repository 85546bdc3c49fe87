//! Renders CREATE INDEX and DROP INDEX.

use crate::{names::QualifiedName, plan::convert::steps::Steps};

/// CREATE UNIQUE INDEX on these columns.
pub(super) fn unique(steps: &Steps<'_>, table: &QualifiedName, name: &str, columns: &[String]) -> String {
    create(steps, table, true, name, &format!("{})", steps.list(columns)))
}

fn create(steps: &Steps<'_>, table: &QualifiedName, unique: bool, name: &str, columns: &str) -> String {
    let unique = if unique { "UNIQUE " } else { "" };
    let concurrently = if steps.online() { "CONCURRENTLY " } else { "" };
    format!("CREATE {unique}INDEX {concurrently}{} ON {} ({columns}", steps.quote(name), steps.quoted(table))
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
