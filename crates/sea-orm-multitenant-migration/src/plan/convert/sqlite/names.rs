//! Names that nothing has yet.

use crate::plan::world::World;

/// A table, view or index of this name, or of one that SQLite takes for the same.
pub(crate) fn is_taken(world: &World<'_>, name: &str) -> bool {
    let schema = world.schema;
    let tables = schema.tables.iter().map(|table| &table.name.name);
    let indexes = schema.tables.iter().flat_map(|table| &table.keys).map(|key| &key.name);
    let mut names = tables.chain(indexes).chain(schema.views.iter().map(|(name, _)| name));
    names.any(|taken| taken.eq_ignore_ascii_case(name))
}

/// This name, or the next one that nothing has.
pub(crate) fn free(world: &World<'_>, name: String) -> String {
    let numbered = (2_u32..).map(|number| format!("{name}-{number}"));
    std::iter::once(name.clone()).chain(numbered).find(|name| !is_taken(world, name)).unwrap_or(name)
}
