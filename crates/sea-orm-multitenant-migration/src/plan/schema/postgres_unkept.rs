//! Finds what a conversion on PostgreSQL cannot keep: everything that is not known to be kept; and what fires while
//! rows are filled.

use crate::{
    engine::Engine,
    plan::{
        record::MARK,
        schema::{
            live::{Object, Schema, Unkept},
            postgres_from::{SCHEMA, from},
            query::Rows,
        },
    },
};
use sea_orm_migration::{DbErr, sea_orm::ConnectionTrait};

/// A query for objects of tables, with the attribute that cannot be kept and what to do.
struct CatalogueQuery {
    joins: &'static str,
    name: &'static str,
    /// The condition under which it cannot be kept.
    unless: &'static str,
    what: &'static str,
    way_out: &'static str,
    object: fn(String) -> Object,
}

/// Objects that depend on the key `x`, or on its constraint `k`, except those that a conversion replaces itself.
const DEPENDENTS: &str = "JOIN pg_index x ON x.indrelid = c.oid JOIN pg_class i ON i.oid = x.indexrelid \
     LEFT JOIN pg_constraint k ON k.conindid = i.oid AND k.conrelid = c.oid AND k.contype IN ('p', 'u', 'x') \
     JOIN pg_depend d ON (d.refclassid = 'pg_constraint'::regclass AND d.refobjid = k.oid \
     OR d.refclassid = 'pg_class'::regclass AND d.refobjid = i.oid) AND d.deptype IN ('n', 'a')";

const ASKED: [CatalogueQuery; 8] = [
    CatalogueQuery {
        joins: "",
        name: "c.relname::text",
        unless: "NOT pg_has_role(c.relowner, 'USAGE')",
        what: "this role is not its owner, and cannot change its keys",
        way_out: "convert as its owner, or as a member of that role",
        object: |_| Object::Table,
    },
    CatalogueQuery {
        joins: "",
        name: "c.relname::text",
        unless: "NOT has_schema_privilege(n.oid, 'CREATE')",
        what: "this role cannot create an index in its schema",
        way_out: "GRANT CREATE on the schema to it, or convert as another role",
        object: |_| Object::Table,
    },
    CatalogueQuery {
        joins: "",
        name: "c.relname::text",
        unless: "c.relkind NOT IN ('r', 'p') OR c.relpersistence NOT IN ('p', 'u') \
                 OR EXISTS (SELECT 1 FROM pg_inherits h WHERE h.inhparent = c.oid AND c.relkind = 'r' OR h.inhrelid = c.oid)",
        what: "it inherits or is inherited from, or is of a kind that the planner does not know",
        way_out: "change its keys in a migration",
        object: |_| Object::Table,
    },
    CatalogueQuery {
        joins: DEPENDENTS,
        name: "i.relname::text",
        unless: "d.classid NOT IN ('pg_constraint'::regclass, 'pg_class'::regclass)",
        what: "' || pg_describe_object(d.classid, d.objid, d.objsubid) || ' depends on the key ' || quote_ident(i.relname) || '",
        way_out: "drop it before the conversion, and recreate it afterwards with the tenant column in its GROUP BY",
        object: Object::Key,
    },
    CatalogueQuery {
        joins: "JOIN pg_constraint k ON k.confrelid = c.oid AND k.contype = 'f' AND k.conparentid = 0 \
                JOIN pg_class i ON i.oid = k.conindid JOIN pg_class q ON q.oid = k.conrelid JOIN pg_namespace qn ON qn.oid = q.relnamespace",
        name: "i.relname::text",
        unless: "NOT (qn.nspname = ANY (SCHEMAS))",
        what: "the foreign key ' || quote_ident(k.conname) || ' of ' || quote_ident(qn.nspname) || '.' || quote_ident(q.relname) \
               || ' references it from a schema that the catalogue does not name",
        way_out: "drop it, or declare the table in the catalogue with its schema",
        object: Object::Key,
    },
    CatalogueQuery {
        joins: "JOIN pg_index x ON x.indrelid = c.oid JOIN pg_class i ON i.oid = x.indexrelid",
        name: "i.relname::text",
        unless: "EXISTS (SELECT 1 FROM pg_attribute e WHERE e.attrelid = i.oid AND to_jsonb(e) ->> 'attstattarget' <> '-1') \
                 OR EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = i.oid AND d.deptype = 'x')",
        what: "the index ' || quote_ident(i.relname) || ' has a statistics target or depends on an extension",
        way_out: "reset the target or drop the dependency, and set it again for the new index afterwards",
        object: Object::Key,
    },
    CatalogueQuery {
        joins: "JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'f'",
        name: "k.conname::text",
        unless: "k.confmatchtype NOT IN ('s', 'f') OR k.confmatchtype = 'f' AND array_length(k.conkey, 1) > 1 AND EXISTS (SELECT 1 FROM \
                 pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = ANY (k.conkey) AND NOT a.attnotnull)",
        what: "the foreign key ' || quote_ident(k.conname) || ' is MATCH FULL on columns that may be NULL, which the tenant column never is",
        way_out: "make it MATCH SIMPLE, with a CHECK that all its columns or none are NULL",
        object: Object::ForeignKey,
    },
    CatalogueQuery {
        joins: "JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'f'",
        name: "k.conname::text",
        unless: "EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgconstraint = k.oid AND t.tgenabled <> 'O')",
        what: "triggers of the foreign key ' || quote_ident(k.conname) || ' are not enabled for all sessions",
        way_out: "enable them with ALTER TABLE … ENABLE TRIGGER ALL, or drop the key",
        object: Object::ForeignKey,
    },
];

pub(super) async fn read(db: &impl ConnectionTrait, of: &str, schema: &mut Schema) -> Result<(), DbErr> {
    let mut namespaces: Vec<_> = schema.tables.iter().filter_map(|table| table.name.schema.clone()).collect();
    namespaces.sort_unstable();
    namespaces.dedup();
    let named: Vec<_> = namespaces.iter().map(|name| Engine::Postgres.literal(name)).collect();
    let schemas = format!("current_schemas(false) || ARRAY[{}]::name[]", named.join(", "));
    for CatalogueQuery { joins, name, unless, what, way_out, object } in ASKED {
        let sql = format!(
            "SELECT DISTINCT {SCHEMA} AS in_schema, c.relname::text AS in_table, {name} AS name, '{what}' AS what {} AND ({}) ORDER BY 1, 2, 3, 4",
            from(of, joins),
            unless.replace("SCHEMAS", &schemas)
        );
        Rows::of(db, &sql).await?.each(|row| {
            let (of, what) = (object(row.get("name")?), row.get("what")?);
            if let Some(table) = schema.table_of(row)? {
                table.unkept.push(Unkept { of, what, way_out: way_out.to_owned() });
            }
            Ok(())
        })?;
    }
    running(db, of, schema).await
}

/// Triggers and rules that an UPDATE of all rows would fire, with the clauses that disable each and enable it again as
/// before.
async fn running(db: &impl ConnectionTrait, of: &str, schema: &mut Schema) -> Result<(), DbErr> {
    // Bit 4 of `tgtype` is UPDATE.
    let triggers = (
        "TRIGGER",
        // Except those that a conversion creates itself.
        "JOIN pg_trigger r ON r.tgrelid = c.oid AND NOT r.tgisinternal AND r.tgtype & 16 <> 0 \
         JOIN pg_proc f ON f.oid = r.tgfoid AND position('MARK' IN f.prosrc) = 0",
        "r.tgname",
        "r.tgenabled",
    );
    let rules =
        ("RULE", "JOIN pg_rewrite r ON r.ev_class = c.oid AND r.ev_type = '2'", "r.rulename", "r.ev_enabled");
    for (word, joins, name, mode) in [triggers, rules] {
        let sql = format!(
            "SELECT {SCHEMA} AS in_schema, c.relname::text AS in_table, quote_ident({name}) AS name, CASE {mode} WHEN 'A' THEN ' ALWAYS' \
             WHEN 'R' THEN ' REPLICA' ELSE '' END AS mode {} AND {mode} <> 'D' ORDER BY 1, 2, 3",
            from(of, &joins.replace("MARK", MARK))
        );
        Rows::of(db, &sql).await?.each(|row| {
            let (name, mode) = (row.text("name")?, row.text("mode")?);
            if let Some(table) = schema.table_of(row)? {
                table.toggles.push((format!("DISABLE {word} {name}"), format!("ENABLE{mode} {word} {name}")));
            }
            Ok(())
        })?;
    }
    Ok(())
}
