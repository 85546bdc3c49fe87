//! Reads keys and indexes of PostgreSQL part by part, so that the tenant column can be put first and everything else
//! stays.

use crate::plan::schema::{
    live::{KeyExtras, LiveKey, Role, Schema},
    postgres_from::{SCHEMA, from},
    query::{Row, Rows},
};
use sea_orm_migration::{DbErr, sea_orm::ConnectionTrait};

/// A column or expression as in CREATE INDEX. A default collation, operator class or order is omitted, because
/// constraints accept no others; those of an expression are always written, because only the engine knows its
/// defaults.
const PART: &str = "pg_get_indexdef(x.indexrelid, p.at + 1, true) \
    || coalesce((SELECT ' COLLATE ' || quote_ident(ln.nspname) || '.' || quote_ident(l.collname) FROM pg_collation l \
       JOIN pg_namespace ln ON ln.oid = l.collnamespace \
       WHERE l.oid = x.indcollation[p.at] AND l.oid IS DISTINCT FROM a.attcollation), '') \
    || coalesce((SELECT ' ' || quote_ident(qn.nspname) || '.' || quote_ident(q.opcname) || coalesce('(' || (SELECT \
       string_agg(quote_ident(option_name) || '=' || quote_literal(option_value), ', ') FROM pg_options_to_table(e.attoptions)) || ')', '') \
       FROM pg_opclass q JOIN pg_namespace qn ON qn.oid = q.opcnamespace \
       WHERE q.oid = x.indclass[p.at] AND (NOT q.opcdefault OR e.attoptions IS NOT NULL)), '') \
    || CASE WHEN m.amname <> 'btree' THEN '' WHEN x.indoption[p.at] & 3 = 1 THEN ' DESC NULLS LAST' \
       WHEN x.indoption[p.at] & 3 = 2 THEN ' NULLS FIRST' WHEN x.indoption[p.at] & 3 = 3 THEN ' DESC' ELSE '' END";

/// The clauses of CREATE INDEX after its columns, in their order. Columns of `pg_index` that older versions lack are
/// read through JSON.
const TAIL: &str = "coalesce((SELECT ' INCLUDE (' || string_agg(pg_get_indexdef(x.indexrelid, g + 1, true), ', ' ORDER BY g) || ')' \
       FROM generate_series(x.indnkeyatts::int, x.indnatts::int - 1) AS g), '') \
    || CASE WHEN to_jsonb(x) ->> 'indnullsnotdistinct' = 'true' THEN ' NULLS NOT DISTINCT' ELSE '' END \
    || coalesce((SELECT ' WITH (' || string_agg(quote_ident(option_name) || '=' || quote_literal(option_value), ', ') || ')' \
       FROM pg_options_to_table(i.reloptions)), '') \
    || coalesce((SELECT ' TABLESPACE ' || quote_ident(spcname) FROM pg_tablespace WHERE oid = i.reltablespace), '') \
    || coalesce(' WHERE ' || pg_get_expr(x.indpred, x.indrelid), '')";

pub(super) async fn read(db: &impl ConnectionTrait, of: &str, schema: &mut Schema) -> Result<(), DbErr> {
    let sql = format!(
        "SELECT {SCHEMA} AS in_schema, c.relname::text AS in_table, i.relname::text AS name, \
         CASE WHEN k.contype = 'x' AND (SELECT oprname FROM pg_operator WHERE oid = k.conexclop[p.at + 1]) <> '=' THEN NULL \
         ELSE a.attname::text END AS attribute, (k.contype = 'x' AND k.contype IS NOT NULL)::int::bigint AS excludes, \
         x.indisunique::int::bigint AS is_unique, x.indisvalid::int::bigint AS valid, (x.indpred IS NOT NULL)::int::bigint AS partial, \
         (m.amname = 'btree' AND k.contype IS DISTINCT FROM 'x')::int::bigint AS ordered, k.contype::text AS contype, \
         pg_get_indexdef(x.indexrelid) AS definition, \
         coalesce(CASE WHEN k.condeferrable THEN ' DEFERRABLE' || CASE WHEN k.condeferred THEN ' INITIALLY DEFERRED' ELSE '' END END, '') \
         AS suffix, {PART} AS part, {TAIL} AS tail, obj_description(i.oid, 'pg_class') AS comment, \
         obj_description(k.oid, 'pg_constraint') AS constraint_comment, x.indisclustered::int::bigint AS clusters, \
         x.indisreplident::int::bigint AS identifies_replicas {} ORDER BY c.oid, i.relname, p.at",
        from(
            of,
            "JOIN pg_index x ON x.indrelid = c.oid JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_am m ON m.oid = i.relam \
             CROSS JOIN LATERAL generate_series(0, x.indnkeyatts - 1) AS p (at) \
             JOIN pg_attribute e ON e.attrelid = i.oid AND e.attnum = p.at + 1 \
             LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.indkey[p.at] AND x.indkey[p.at] <> 0 \
             LEFT JOIN pg_constraint k ON k.conindid = x.indexrelid AND k.contype IN ('p', 'u', 'x') AND k.conrelid = c.oid"
        )
    );
    Rows::of(db, &sql).await?.each(|row| {
        let key = of_row(row)?;
        let name = key.name.clone();
        if let Some(table) = schema.table_of(row)? {
            let key = table.key(&name, || key);
            key.columns.push(row.text("attribute")?);
            key.parts.push(row.get("part")?);
        }
        Ok(())
    })
}

/// The key of a row, without its columns.
fn of_row(row: Row<'_>) -> Result<LiveKey, DbErr> {
    let role = match (row.text("contype")?.as_str(), row.flag("is_unique")?) {
        ("p", _) => Role::Primary,
        ("u", _) => Role::Unique,
        (_, true) => Role::UniqueIndex,
        (_, false) => Role::Index,
    };
    Ok(LiveKey {
        definition: row.get("definition")?,
        suffix: row.get("suffix")?,
        partial: row.flag("partial")?,
        valid: row.flag("valid")?,
        ordered: row.flag("ordered")?,
        excludes: row.flag("excludes")?,
        tail: row.get("tail")?,
        extras: KeyExtras {
            comment: row.get("comment")?,
            constraint_comment: row.get("constraint_comment")?,
            clusters: row.flag("clusters")?,
            identifies_replicas: row.flag("identifies_replicas")?,
        },
        ..LiveKey::new(row.get("name")?, role)
    })
}
