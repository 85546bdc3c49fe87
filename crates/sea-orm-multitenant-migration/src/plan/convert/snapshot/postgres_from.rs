//! Fragments of the queries on PostgreSQL's catalogue.

use crate::{
    engine::Engine,
    plan::{convert::snapshot::planned::Planned, record},
};

/// The name of a table in the plan.
pub(super) const TABLE: &str =
    "(CASE WHEN pg_table_is_visible(c.oid) THEN '' ELSE n.nspname || '.' END || c.relname)::text";

/// The condition on the schema `n` that the plan covers it.
pub(super) fn within(planned: &Planned) -> String {
    let named: Vec<_> = planned.schemas.iter().map(|schema| Engine::Postgres.literal(schema)).collect();
    let named = if named.is_empty() { "NULL".to_owned() } else { named.join(", ") };
    format!("(n.nspname = ANY (current_schemas(false)) OR n.nspname IN ({named}))")
}

/// FROM and WHERE: tables and views, except those that a conversion creates temporarily.
pub(super) fn from_tables(planned: &Planned, joins: &str) -> String {
    format!(
        "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace {joins} WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') \
         AND c.relname <> '{}' AND {}",
        record::TABLE,
        within(planned)
    )
}
