//! Reads tables and views of PostgreSQL's catalogue: everything except the names of keys, which a conversion changes.

use crate::plan::{
    convert::snapshot::{
        facts::{Snapshot, When},
        planned::{Planned, PlannedTable},
        postgres_from::{TABLE, from_tables, within},
        postgres_keys,
    },
    record,
    schema::query::Rows,
};
use sea_orm_migration::{DbErr, sea_orm::ConnectionTrait};

/// Reads the schemas of the search path, and those that the plan names.
pub(super) async fn read(
    db: &impl ConnectionTrait,
    planned: &Planned,
    when: When,
) -> Result<Snapshot, DbErr> {
    let mut snapshot = Snapshot::default();
    for CatalogueQuery { object, from, attributes } in ASKED {
        facts(
            db,
            &mut snapshot,
            &format!("{attributes}) {}", from_tables(planned, &from.replace("MARK", record::MARK))),
            object,
        )
        .await?;
    }
    let sequences = format!("{SEQUENCES}) {}", from_sequences(planned));
    facts(db, &mut snapshot, &sequences, "'sequence ' || c.relname").await?;
    columns(db, &mut snapshot, planned, when).await?;
    postgres_keys::read(db, &mut snapshot, planned, when).await?;
    Ok(snapshot)
}

fn from_sequences(planned: &Planned) -> String {
    format!(
        "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_sequence s ON s.seqrelid = c.oid \
         WHERE {} AND c.relname NOT LIKE '{}%'",
        within(planned),
        record::TABLE
    )
}

/// A query: the text of an object, where it is read, and its attributes, each name followed by its value.
struct CatalogueQuery {
    object: &'static str,
    from: &'static str,
    attributes: &'static str,
}

const ASKED: [CatalogueQuery; 7] = [
    CatalogueQuery {
        object: "'the table'",
        from: "",
        attributes: "'kind', c.relkind, 'persistence', c.relpersistence, 'owner', pg_get_userbyid(c.relowner), \
            'grants', (SELECT string_agg(g::text, ' ' ORDER BY g::text) FROM unnest(c.relacl) g), \
            'comment', obj_description(c.oid, 'pg_class'), 'parameters', c.reloptions, 'tablespace', c.reltablespace, 'method', c.relam, \
            'parameters of long values', (SELECT o.reloptions FROM pg_class o WHERE o.oid = c.reltoastrelid), \
            'replica identity', c.relreplident, 'row-level security', c.relrowsecurity, 'forced row-level security', c.relforcerowsecurity, \
            'parents', (SELECT string_agg(inhparent::regclass::text, ' ' ORDER BY inhseqno) FROM pg_inherits WHERE inhrelid = c.oid), \
            'partition', pg_get_expr(c.relpartbound, c.oid), 'partitioning', pg_get_partkeydef(c.oid), 'type', c.reloftype, \
            'text', CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END, \
            'labels', (SELECT string_agg(provider || objsubid || label, ' ' ORDER BY provider, objsubid) FROM pg_seclabel \
            WHERE objoid = c.oid AND classoid = 'pg_class'::regclass)",
    },
    CatalogueQuery {
        object: "'constraint ' || k.conname",
        from: "JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype IN ('c', 't') \
               AND NOT (k.conname LIKE 'tenancy-not-null%' AND pg_get_constraintdef(k.oid) LIKE 'CHECK ((% IS NOT NULL))%')",
        attributes: "'text', pg_get_constraintdef(k.oid), 'comment', obj_description(k.oid, 'pg_constraint'), \
            'is local', k.conislocal, 'inherited', k.coninhcount",
    },
    CatalogueQuery {
        object: "'trigger ' || t.tgname",
        from: "JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal \
               JOIN pg_proc f ON f.oid = t.tgfoid AND position('MARK' IN f.prosrc) = 0",
        attributes: "'text', pg_get_triggerdef(t.oid), 'enabled', t.tgenabled, 'comment', obj_description(t.oid, 'pg_trigger'), \
            'function', (SELECT md5(prosrc) FROM pg_proc WHERE oid = t.tgfoid)",
    },
    CatalogueQuery {
        object: "'rule ' || r.rulename",
        from: "JOIN pg_rewrite r ON r.ev_class = c.oid AND r.rulename <> '_RETURN'",
        attributes: "'text', pg_get_ruledef(r.oid), 'enabled', r.ev_enabled, 'comment', obj_description(r.oid, 'pg_rewrite')",
    },
    CatalogueQuery {
        object: "'policy ' || p.polname",
        from: "JOIN pg_policy p ON p.polrelid = c.oid",
        attributes: "'command', p.polcmd, 'permissive', p.polpermissive, 'roles', p.polroles::text, \
            'USING', pg_get_expr(p.polqual, p.polrelid), 'WITH CHECK', pg_get_expr(p.polwithcheck, p.polrelid), \
            'comment', obj_description(p.oid, 'pg_policy')",
    },
    CatalogueQuery {
        object: "'publication ' || b.pubname",
        from: "JOIN pg_publication_rel x ON x.prrelid = c.oid JOIN pg_publication b ON b.oid = x.prpubid",
        attributes: "'columns', to_jsonb(x) -> 'prattrs', 'rows', to_jsonb(x) -> 'prqual'",
    },
    CatalogueQuery {
        object: "'statistics ' || s.stxname",
        from: "JOIN pg_statistic_ext s ON s.stxrelid = c.oid",
        attributes: "'text', pg_get_statisticsobjdef(s.oid), 'target', to_jsonb(s) -> 'stxstattarget', \
            'comment', obj_description(s.oid, 'pg_statistic_ext'), 'owner', pg_get_userbyid(s.stxowner)",
    },
];

/// The value of a sequence that a table owns is compared too: sessions that insert are blocked.
const SEQUENCES: &str = "'parameters', s::text, 'owner', pg_get_userbyid(c.relowner), 'persistence', c.relpersistence, \
    'grants', (SELECT string_agg(g::text, ' ' ORDER BY g::text) FROM unnest(c.relacl) g), 'comment', obj_description(c.oid, 'pg_class'), \
    'owned by', (SELECT string_agg(refobjid::regclass::text || '.' || refobjsubid || deptype::text, ' ') FROM pg_depend \
    WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype IN ('a', 'i'))";

/// All attributes of a column; the position of the tenant column does not matter.
const COLUMN: &str = "'type', format_type(a.atttypid, a.atttypmod), 'NOT NULL', a.attnotnull, \
    'DEFAULT', (SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = c.oid AND adnum = a.attnum), \
    'collation', a.attcollation::regcollation::text, 'identity', a.attidentity, 'generated', a.attgenerated, 'storage', a.attstorage, \
    'compression', to_jsonb(a) -> 'attcompression', 'statistics', to_jsonb(a) -> 'attstattarget', 'options', a.attoptions, \
    'options of a foreign table', a.attfdwoptions, 'grants', (SELECT string_agg(g::text, ' ' ORDER BY g::text) FROM unnest(a.attacl) g), \
    'comment', col_description(c.oid, a.attnum), 'is local', a.attislocal, 'inherited', a.attinhcount, 'number', a.attnum";

/// Adds the attributes of a query whose remainder is `'name', value, …) FROM …`.
async fn facts(
    db: &impl ConnectionTrait,
    snapshot: &mut Snapshot,
    rest: &str,
    object: &str,
) -> Result<(), DbErr> {
    each(db, rest, object, |table, object, attribute, value| {
        snapshot.insert(table, object, attribute, value);
    })
    .await
}

async fn each(
    db: &impl ConnectionTrait,
    rest: &str,
    object: &str,
    mut take: impl FnMut(String, String, String, String),
) -> Result<(), DbErr> {
    let sql = format!(
        "SELECT q.of_table, q.object, f.key AS attribute, f.value FROM (SELECT {TABLE} AS of_table, ({object})::text AS object, \
         jsonb_build_object({rest}) AS q (of_table, object, facts) CROSS JOIN LATERAL jsonb_each_text(q.facts) AS f"
    );
    Rows::of(db, &sql).await?.each(|row| {
        take(row.get("of_table")?, row.get("object")?, row.get("attribute")?, row.text("value")?);
        Ok(())
    })
}

async fn columns(
    db: &impl ConnectionTrait,
    snapshot: &mut Snapshot,
    planned: &Planned,
    when: When,
) -> Result<(), DbErr> {
    let joins = "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped";
    let rest = format!("{COLUMN}) {}", from_tables(planned, joins));
    each(db, &rest, "a.attname", |table, column, attribute, value| {
        let of_plan = planned.tables.get(&table).filter(|of_plan: &&PlannedTable| of_plan.tenant == column);
        if of_plan.is_some_and(|of_plan| of_plan.adds) {
            return;
        }
        let requires = of_plan.is_some_and(|of_plan| of_plan.requires) && attribute == "NOT NULL";
        let value = if requires && when == When::Before { "true".to_owned() } else { value };
        snapshot.insert(table, format!("column {column}"), attribute, value);
    })
    .await
}
