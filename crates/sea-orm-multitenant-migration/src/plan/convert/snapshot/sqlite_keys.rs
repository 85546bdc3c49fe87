//! Reads keys, indexes and foreign keys of SQLite, without the tenant columns.

use crate::{
    engine::Engine,
    plan::{
        convert::snapshot::{
            facts::{Snapshot, When},
            planned::PlannedTable,
        },
        schema::{live::same_set, query::Rows},
    },
};
use sea_orm_migration::{DbErr, sea_orm::ConnectionTrait};

/// An index of the catalogue.
struct Index {
    name: String,
    origin: String,
    unique: bool,
    partial: bool,
    text: String,
    has_tenant: bool,
    /// Each column except the tenant column, with its order and collation.
    parts: Vec<String>,
    columns: Vec<String>,
}

/// Keys and indexes. `primary` are the columns of the primary key except the tenant column.
pub(super) async fn keys(
    db: &impl ConnectionTrait,
    snapshot: &mut Snapshot,
    table: &str,
    of_plan: Option<&PlannedTable>,
    primary: &[String],
) -> Result<(), DbErr> {
    let tenant = of_plan.map_or("", |of_plan| of_plan.tenant.as_str());
    for index in indexes(db, table, tenant).await? {
        let parts = index.parts.join(", ");
        let is_added = index.unique && !index.partial && is_planned(&index, of_plan, tenant, primary);
        match index.origin.as_str() {
            "pk" => snapshot.insert(table, "the primary key", "order and collation", parts),
            "u" if is_added => {}
            "u" => snapshot.insert(table, format!("UNIQUE ({parts})"), "exists", "yes"),
            _ if is_added && index.name.starts_with("idx-") => {}
            _ => {
                let object = format!("index {}", index.name);
                let prefix = format!("({}, ", Engine::Sqlite.quote(tenant));
                snapshot.insert(table, &object, "UNIQUE", index.unique.to_string());
                snapshot.insert(table, &object, "columns", parts);
                snapshot.insert(table, &object, "text", index.text.replacen(&prefix, "(", 1));
            }
        }
    }
    Ok(())
}

/// Whether the plan adds the key: with the tenant column, for foreign keys to reference, or in addition to the primary
/// key.
fn is_planned(index: &Index, of_plan: Option<&PlannedTable>, tenant: &str, primary: &[String]) -> bool {
    let Some(of_plan) = of_plan else { return false };
    let is_wanted = |columns: &Vec<String>| {
        let others: Vec<_> = columns.iter().filter(|column| *column != tenant).cloned().collect();
        same_set(&index.columns, &others)
    };
    same_set(&index.columns, primary) || (index.has_tenant && of_plan.unique.iter().any(is_wanted))
}

async fn indexes(db: &impl ConnectionTrait, table: &str, tenant: &str) -> Result<Vec<Index>, DbErr> {
    let sql = format!(
        "SELECT l.name AS name, l.\"unique\" AS is_unique, l.origin AS origin, l.partial AS partial, coalesce(i.name, 'an expression') AS attribute, \
         i.\"desc\" AS is_desc, i.coll AS coll, coalesce((SELECT sql FROM main.sqlite_master m WHERE m.type = 'index' AND m.name = l.name), '') AS sql \
         FROM pragma_index_list({}, 'main') l JOIN pragma_index_xinfo(l.name, 'main') i WHERE i.key = 1 ORDER BY l.seq DESC, i.seqno",
        Engine::Sqlite.literal(table)
    );
    let mut indexes: Vec<Index> = Vec::new();
    Rows::of(db, &sql).await?.each(|row| {
        let (name, column) = (row.text("name")?, row.text("attribute")?);
        if indexes.last().is_none_or(|last| last.name != name) {
            indexes.push(Index {
                name,
                origin: row.text("origin")?,
                unique: row.flag("is_unique")?,
                partial: row.flag("partial")?,
                text: row.text("sql")?,
                has_tenant: false,
                parts: Vec::new(),
                columns: Vec::new(),
            });
        }
        let Some(index) = indexes.last_mut() else { return Ok(()) };
        if column == tenant {
            index.has_tenant = true;
            return Ok(());
        }
        let desc = if row.flag("is_desc")? { " DESC" } else { "" };
        index.parts.push(format!("{column} {}{desc}", row.text("coll")?));
        index.columns.push(column);
        Ok(())
    })?;
    Ok(indexes)
}

/// A foreign key of the catalogue.
struct Key {
    id: i64,
    parent: String,
    on_update: String,
    on_delete: String,
    /// Its columns.
    columns: Vec<String>,
    /// The parent's columns; empty strings if the text omits them.
    to: Vec<String>,
}

/// Foreign keys, without the pair of tenant columns if there are other columns.
pub(super) async fn foreign_keys(
    db: &impl ConnectionTrait,
    snapshot: &mut Snapshot,
    table: &str,
    of_plan: Option<&PlannedTable>,
    when: When,
) -> Result<(), DbErr> {
    let tenant = of_plan.map_or("", |of_plan| of_plan.tenant.as_str());
    let mut keys = live_keys(db, table).await?;
    for key in &mut keys {
        let at = key.columns.iter().position(|column| column == tenant);
        if let Some(at) = at.filter(|_| key.columns.len() > 1) {
            key.columns.remove(at);
            key.to.remove(at);
            if when == When::Before {
                // These would set the tenant column.
                key.on_update = without_set_actions(&key.on_update);
                key.on_delete = without_set_actions(&key.on_delete);
            }
        }
    }
    let sets = |key: &Key| key.on_update.starts_with("SET") || key.on_delete.starts_with("SET");
    for key in &keys {
        let accompanies = |other: &Key| {
            sets(other)
                && other.parent == key.parent
                && other.columns == key.columns
                && without_set_actions(&other.on_update) == key.on_update
                && without_set_actions(&other.on_delete) == key.on_delete
        };
        // A key that stays for its actions gets an additional key that sets no columns.
        if !keys.iter().any(accompanies) {
            let object = format!("FOREIGN KEY ({}) to {}", key.columns.join(", "), key.parent);
            snapshot.insert(
                table,
                object,
                "actions",
                format!("UPDATE {}, DELETE {}", key.on_update, key.on_delete),
            );
        }
    }
    Ok(())
}

fn without_set_actions(action: &str) -> String {
    if action.starts_with("SET") { "NO ACTION".to_owned() } else { action.to_owned() }
}

async fn live_keys(db: &impl ConnectionTrait, table: &str) -> Result<Vec<Key>, DbErr> {
    let sql = format!(
        "SELECT id, lower(\"table\") AS parent, \"from\" AS attribute, lower(coalesce(\"to\", '')) AS parent_column, on_update, on_delete \
         FROM pragma_foreign_key_list({}, 'main') ORDER BY id DESC, seq",
        Engine::Sqlite.literal(table)
    );
    let mut keys: Vec<Key> = Vec::new();
    Rows::of(db, &sql).await?.each(|row| {
        let id = row.get("id")?;
        if keys.last().is_none_or(|last| last.id != id) {
            keys.push(Key {
                id,
                parent: row.text("parent")?,
                on_update: row.text("on_update")?,
                on_delete: row.text("on_delete")?,
                columns: Vec::new(),
                to: Vec::new(),
            });
        }
        if let Some(key) = keys.last_mut() {
            key.columns.push(row.text("attribute")?);
            key.to.push(row.text("parent_column")?);
        }
        Ok(())
    })?;
    Ok(keys)
}
