//! Reads keys, indexes and foreign keys of PostgreSQL, identified by their columns.

use crate::plan::{
    convert::snapshot::{
        facts::{Snapshot, When},
        planned::{Planned, PlannedTable},
        postgres_from::{TABLE, from_tables},
    },
    schema::{
        live::{Action, LiveForeignKey, bare},
        query::{Row, Rows},
    },
};
use sea_orm_migration::{DbErr, sea_orm::ConnectionTrait};
use std::{collections::BTreeMap, fmt};

pub(super) async fn read(
    db: &impl ConnectionTrait,
    snapshot: &mut Snapshot,
    planned: &Planned,
    when: When,
) -> Result<(), DbErr> {
    indexes(db, snapshot, planned, when).await?;
    foreign_keys(db, snapshot, planned, when).await?;
    if when == When::Before {
        for (table, of_plan) in &planned.tables {
            for columns in &of_plan.unique {
                let object = format!("unique index btree ({})", columns.join(", "));
                NEW_INDEX.iter().for_each(|(name, value)| snapshot.insert(table, &object, *name, *value));
            }
        }
    }
    Ok(())
}

/// The attributes of an index with defaults only.
const NEW_INDEX: [(&str, &str); 10] = [
    ("parameters", ""),
    ("tablespace", "0"),
    ("comment", ""),
    ("comment of the constraint", ""),
    ("CLUSTER", "false"),
    ("REPLICA IDENTITY", "false"),
    ("valid", "true"),
    ("DEFERRABLE", ""),
    ("INITIALLY DEFERRED", ""),
    ("statistics", ""),
];

/// With the names of [`NEW_INDEX`].
const INDEX: &str = "'parameters', array_to_string(i.reloptions, ' '), 'tablespace', i.reltablespace, 'comment', obj_description(i.oid, 'pg_class'), \
    'comment of the constraint', obj_description(k.oid, 'pg_constraint'), 'CLUSTER', x.indisclustered, 'REPLICA IDENTITY', x.indisreplident, \
    'valid', x.indisvalid, 'DEFERRABLE', CASE WHEN k.condeferrable THEN 'true' END, 'INITIALLY DEFERRED', CASE WHEN k.condeferred THEN 'true' END, \
    'statistics', (SELECT string_agg(to_jsonb(e) ->> 'attstattarget', ' ') FROM pg_attribute e WHERE e.attrelid = i.oid \
    AND to_jsonb(e) ->> 'attstattarget' <> '-1')";

const KIND: &str = "CASE k.contype WHEN 'p' THEN 'primary key ' WHEN 'u' THEN 'unique constraint ' WHEN 'x' THEN 'exclusion constraint ' \
    ELSE CASE WHEN x.indisunique THEN 'unique index ' ELSE 'index ' END END || m.amname";

/// The columns and expressions with their non-default attributes, joined by a character that no name contains.
const PARTS: &str = "array_to_string(ARRAY(SELECT pg_get_indexdef(i.oid, at, true) \
    || CASE WHEN o.opcdefault THEN '' ELSE ' ' || o.opcname END || coalesce(' ' || array_to_string(e.attoptions, ' '), '') \
    || CASE WHEN x.indcollation[at - 1] IN (0, coalesce(a.attcollation, x.indcollation[at - 1])) THEN '' \
       ELSE ' COLLATE ' || x.indcollation[at - 1]::regcollation END \
    || CASE x.indoption[at - 1] WHEN 1 THEN ' DESC NULLS LAST' WHEN 2 THEN ' NULLS FIRST' WHEN 3 THEN ' DESC' ELSE '' END \
    || coalesce(' WITH ' || k.conexclop[at]::regoperator, '') \
    FROM generate_series(1, x.indnkeyatts::int) AS at JOIN pg_attribute e ON e.attrelid = i.oid AND e.attnum = at \
    JOIN pg_opclass o ON o.oid = x.indclass[at - 1] \
    LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.indkey[at - 1] AND a.attnum > 0 ORDER BY at), chr(31))";

const REST: &str = "coalesce((SELECT ' INCLUDE (' || string_agg(pg_get_indexdef(i.oid, at, true), ', ' ORDER BY at) || ')' \
    FROM generate_series(x.indnkeyatts + 1, x.indnatts::int) AS at), '') \
    || CASE to_jsonb(x) ->> 'indnullsnotdistinct' WHEN 'true' THEN ' NULLS NOT DISTINCT' ELSE '' END \
    || coalesce(' WHERE ' || pg_get_expr(x.indpred, x.indrelid), '')";

/// The query for the attributes of all indexes.
fn indexes_sql(planned: &Planned) -> String {
    let joins = "JOIN pg_index x ON x.indrelid = c.oid JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_am m ON m.oid = i.relam \
         LEFT JOIN pg_constraint k ON k.conindid = i.oid AND k.conrelid = c.oid AND k.contype IN ('p', 'u', 'x')";
    // Unfinished indexes of an interrupted CREATE INDEX CONCURRENTLY are recreated.
    let finished = if planned.online { " AND x.indisvalid" } else { "" };
    format!(
        "SELECT q.of_table, q.name, q.kind, q.parts, q.rest, f.key AS attribute, f.value FROM (SELECT {TABLE} AS of_table, \
         i.relname::text AS name, ({KIND})::text AS kind, {PARTS} AS parts, {REST} AS rest, jsonb_build_object({INDEX}) AS facts {}{finished}) \
         AS q CROSS JOIN LATERAL jsonb_each_text(q.facts) AS f",
        from_tables(planned, joins)
    )
}

async fn indexes(
    db: &impl ConnectionTrait,
    snapshot: &mut Snapshot,
    planned: &Planned,
    when: When,
) -> Result<(), DbErr> {
    let mut made = Made::default();
    Rows::of(db, &indexes_sql(planned)).await?.each(|row| {
        let (table, name, parts) = (row.text("of_table")?, row.text("name")?, row.text("parts")?);
        let (attribute, value) = (row.text("attribute")?, row.text("value")?);
        let of_plan = planned.tables.get(&table).filter(|_| when == When::Before);
        if of_plan.is_some_and(|of_plan| of_plan.dropped.contains(&name)) {
            return Ok(());
        }
        let old = of_plan.and_then(|of_plan| {
            of_plan.tenant_first.iter().find(|(old, new)| **new == name && **old != name)
        });
        if let Some((old, _)) = old {
            if value == "true" && MOVED.contains(&attribute.as_str()) {
                made.moved.push((table, old.clone(), attribute));
            }
            return Ok(());
        }
        let parts =
            with_tenant_first(&parts, of_plan.filter(|of_plan| of_plan.tenant_first.contains_key(&name)));
        let object = format!("{} ({}){}", row.text("kind")?, parts.join(", "), row.text("rest")?);
        made.objects.insert((table.clone(), name), object.clone());
        snapshot.insert(table, object, attribute, value);
        Ok(())
    })?;
    for (table, old, attribute) in &made.moved {
        if let Some(object) = made.objects.get(&(table.clone(), old.clone())) {
            snapshot.set(table, object, attribute, "true");
        }
    }
    Ok(())
}

/// Keys that an interrupted conversion already created, and that will be compared as the replacements of old keys.
#[derive(Default)]
struct Made {
    /// The text of each key, by its table and name.
    objects: BTreeMap<(String, String), String>,
    /// Table, old key, and the attribute that its replacement has taken over.
    moved: Vec<(String, String, String)>,
}

/// Attributes that only one index of a table can have.
const MOVED: [&str; 2] = ["CLUSTER", "REPLICA IDENTITY"];

/// The parts of a key, with the tenant column first if the plan adds it.
fn with_tenant_first(parts: &str, of_plan: Option<&PlannedTable>) -> Vec<String> {
    let parts: Vec<_> = parts.split('\u{1f}').map(|part| bare(part).to_owned()).collect();
    let Some(of_plan) = of_plan else { return parts };
    let others = parts.into_iter().filter(|part| *part != of_plan.tenant);
    std::iter::once(of_plan.tenant.clone()).chain(others).collect()
}

/// The attributes of a foreign key besides its columns and actions.
const FOREIGN_KEY: &str = "'MATCH', k.confmatchtype, 'DEFERRABLE', k.condeferrable, 'INITIALLY DEFERRED', k.condeferred, 'valid', k.convalidated, \
    'comment', obj_description(k.oid, 'pg_constraint'), 'is local', k.conislocal, 'inherited', k.coninhcount, \
    'enabled', (SELECT string_agg(DISTINCT t.tgenabled::text, '') FROM pg_trigger t WHERE t.tgconstraint = k.oid)";

/// The query for the attributes of all foreign keys.
fn foreign_keys_sql(planned: &Planned) -> String {
    let columns = |relation: &str, list: &str| {
        format!(
            "array_to_string(ARRAY(SELECT a.attname FROM unnest({list}) WITH ORDINALITY AS u (number, at) \
             JOIN pg_attribute a ON a.attrelid = {relation} AND a.attnum = u.number ORDER BY u.at), chr(31))"
        )
    };
    let sets = "ARRAY(SELECT jsonb_array_elements_text(nullif(to_jsonb(k) -> 'confdelsetcols', 'null')))::smallint[]";
    let joins = "JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'f' \
         JOIN pg_class q ON q.oid = k.confrelid JOIN pg_namespace qn ON qn.oid = q.relnamespace";
    format!(
        "SELECT q.of_table, q.name, q.parent, q.columns, q.parent_columns, q.sets, q.on_delete, q.on_update, \
         f.key AS attribute, f.value FROM (SELECT {TABLE} AS of_table, k.conname::text AS name, \
         (CASE WHEN pg_table_is_visible(q.oid) THEN '' ELSE qn.nspname || '.' END || q.relname)::text AS parent, \
         {} AS columns, {} AS parent_columns, {} AS sets, k.confdeltype::text AS on_delete, k.confupdtype::text AS on_update, \
         jsonb_build_object({FOREIGN_KEY}) AS facts {}) AS q CROSS JOIN LATERAL jsonb_each_text(q.facts) AS f",
        columns("c.oid", "k.conkey"),
        columns("q.oid", "k.confkey"),
        columns("c.oid", sets),
        from_tables(planned, joins)
    )
}

async fn foreign_keys(
    db: &impl ConnectionTrait,
    snapshot: &mut Snapshot,
    planned: &Planned,
    when: When,
) -> Result<(), DbErr> {
    Rows::of(db, &foreign_keys_sql(planned)).await?.each(|row| {
        let (table, attribute, value) = (row.text("of_table")?, row.text("attribute")?, row.text("value")?);
        let live = KeyIdentity::of_row(row)?;
        let of_plan = planned.tables.get(&table).filter(|_| when == When::Before);
        let target =
            of_plan.and_then(|of_plan| of_plan.foreign_keys.get(&row.text("name").unwrap_or_default()));
        let is_target = of_plan
            .is_some_and(|of_plan| of_plan.foreign_keys.values().any(|key| KeyIdentity::of(key) == live));
        if is_target && target.is_none() && attribute != "DEFERRABLE" {
            // It already exists, and takes over the attributes of the key that it replaces.
            return Ok(());
        }
        // For a key of one column, or of columns that are never NULL, both have the same meaning.
        let value = if target.is_some() && attribute == "MATCH" { "s".to_owned() } else { value };
        let object = target.map_or(live, KeyIdentity::of).to_string();
        snapshot.insert(table, object, attribute, value);
        Ok(())
    })
}

/// The identity of a foreign key.
#[derive(PartialEq, Eq)]
struct KeyIdentity {
    columns: Vec<String>,
    parent: String,
    parent_columns: Vec<String>,
    on_delete: Action,
    on_update: Action,
    sets: Vec<String>,
}

impl KeyIdentity {
    fn of_row(row: Row<'_>) -> Result<Self, DbErr> {
        let list = |text: String| {
            if text.is_empty() { Vec::new() } else { text.split('\u{1f}').map(ToOwned::to_owned).collect() }
        };
        Ok(Self {
            columns: list(row.text("columns")?),
            parent: row.text("parent")?,
            parent_columns: list(row.text("parent_columns")?),
            on_delete: Action::of(&row.text("on_delete")?),
            on_update: Action::of(&row.text("on_update")?),
            sets: list(row.text("sets")?),
        })
    }

    fn of(key: &LiveForeignKey) -> Self {
        Self {
            columns: key.columns.clone(),
            parent: key.parent.to_string(),
            parent_columns: key.parent_columns.clone(),
            on_delete: key.on_delete,
            on_update: key.on_update,
            sets: key.sets.clone(),
        }
    }
}

impl fmt::Display for KeyIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { columns, parent, parent_columns, on_delete, on_update, sets } = self;
        let sets = if sets.is_empty() { String::new() } else { format!(" ({})", sets.join(", ")) };
        write!(
            f,
            "foreign key ({}) to {parent} ({}) ON DELETE {}{sets} ON UPDATE {}",
            columns.join(", "),
            parent_columns.join(", "),
            on_delete.words(),
            on_update.words()
        )
    }
}
