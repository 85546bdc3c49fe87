//! Fragments of the queries on PostgreSQL's catalogue.

/// The schema of a table if statements must name it, that is if the search path does not find it.
pub(super) const SCHEMA: &str = "CASE WHEN pg_table_is_visible(c.oid) THEN NULL ELSE n.nspname::text END";

/// Whether the object with this oid, in this catalogue table, belongs to an extension.
pub(super) fn of_extension(catalogue: &str, oid: &str) -> String {
    format!(
        "EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = '{catalogue}'::regclass AND d.objid = {oid} AND d.deptype = 'e')"
    )
}

/// FROM and WHERE of a query on the tables `c` of the schemas `n`.
pub(super) fn from(of: &str, joins: &str) -> String {
    format!("FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace {joins} WHERE {of}")
}
