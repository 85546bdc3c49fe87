//! SQLite's catalogue of a schema, with the tenant column removed from keys: read by pragmas, independently of the
//! crate.

use super::schema::{Legacy, Table, quote};
use crate::harness::texts;
use sea_orm::DatabaseConnection;
use std::collections::BTreeSet;

fn literal(name: &str) -> String {
    format!("'{}'", name.replace('\'', "''"))
}

/// One line for each attribute.
pub(super) async fn facts(db: &DatabaseConnection, legacy: &Legacy) -> BTreeSet<String> {
    let programs =
        "SELECT type || ' ' || name || ' ' || sql FROM sqlite_master WHERE type IN ('view', 'trigger')";
    let order = "SELECT 'order ' || ifnull(group_concat(name), '') FROM (SELECT name FROM sqlite_master WHERE type IN ('view', 'trigger') ORDER BY type, rowid)";
    let counters = "SELECT 'counter ' || name || ' ' || seq FROM sqlite_sequence";
    let mut facts = texts(db, &format!("{programs} UNION ALL {order}")).await;
    if !texts(db, "SELECT name FROM sqlite_master WHERE name = 'sqlite_sequence'").await.is_empty() {
        facts.extend(texts(db, counters).await);
    }
    for table in &legacy.tables {
        let mut of_table = columns(db, table).await;
        of_table.extend(keys(db, table).await);
        of_table.extend(foreign_keys(db, table).await);
        facts.extend(of_table.into_iter().map(|fact| format!("{}: {fact}", table.name)));
    }
    facts.into_iter().collect()
}

fn tenant(table: &Table) -> &'static str {
    if table.name == "account" { "id" } else { "account_id" }
}

async fn columns(db: &DatabaseConnection, table: &Table) -> Vec<String> {
    let (name, tenant) = (literal(&table.name), tenant(table));
    let sql = format!(
        "SELECT 'column ' || cid || ' ' || name || ' ' || type || ' ' || iif(name = '{tenant}', '', \"notnull\" || (pk > 0)) || ' ' || \
         ifnull(dflt_value, '') || ' ' || hidden FROM pragma_table_xinfo({name}) WHERE name <> 'account_id' OR {}",
        table.has_tenant
    );
    let mut facts = texts(db, &sql).await;
    let sql = format!(
        "SELECT 'storage ' || wr || ' ' || strict FROM pragma_table_list WHERE name = {name} AND schema = 'main'"
    );
    facts.extend(texts(db, &sql).await);
    facts
}

/// The columns of the primary key, without the tenant column.
async fn primary(db: &DatabaseConnection, table: &str, tenant: &str) -> Vec<String> {
    let sql = format!("SELECT name FROM pragma_table_info({}) WHERE pk > 0 ORDER BY pk", literal(table));
    texts(db, &sql).await.into_iter().filter(|name| name != tenant).collect()
}

async fn keys(db: &DatabaseConnection, table: &Table) -> Vec<String> {
    let (name, tenant) = (literal(&table.name), tenant(table));
    let primary = primary(db, &table.name, tenant).await;
    let list = format!(
        "SELECT l.name || char(1) || l.origin || ' ' || l.\"unique\" || ' ' || l.partial || ' ' || iif(l.origin = 'c', l.name, '') FROM pragma_index_list({name}) l"
    );
    let mut facts = Vec::new();
    for index in texts(db, &list).await {
        let (index, shown) = index.split_once('\u{1}').expect("both are there");
        let parts = format!(
            "SELECT ifnull(name, 'expression') || char(1) || \"desc\" || ' ' || coll FROM pragma_index_xinfo({}) WHERE key = 1 ORDER BY seqno",
            literal(index)
        );
        let parts: Vec<_> = texts(db, &parts)
            .await
            .iter()
            .map(|part| part.split_once('\u{1}').map(|(a, b)| (a.to_owned(), b.to_owned())).expect("both"))
            .collect();
        let others: Vec<_> = parts.into_iter().filter(|(column, _)| column != tenant).collect();
        let names: Vec<_> = others.iter().map(|(column, _)| column.clone()).collect();
        // A unique key in addition to an id that stays, or was, the primary key is planned.
        if (shown.starts_with('u') || index.starts_with("idx-")) && names == primary {
            continue;
        }
        facts.push(format!("index {shown} {others:?}"));
        if shown.starts_with('c') {
            let text = texts(
                db,
                &format!("SELECT sql FROM sqlite_master WHERE type = 'index' AND name = {}", literal(index)),
            )
            .await;
            facts.push(text[0].replace("(\"account_id\", ", "("));
        }
    }
    facts
}

/// A foreign key, without the tenant columns.
#[derive(Clone, PartialEq, Eq)]
struct ForeignKey {
    id: String,
    parent: String,
    actions: String,
    pairs: Vec<(String, String)>,
}

async fn foreign_keys(db: &DatabaseConnection, table: &Table) -> Vec<String> {
    let keys = live_keys(db, table).await;
    // For a key that sets columns and stays, an additional key that sets none is planned.
    let spared = |actions: &str| actions.replace("SET NULL", "NO ACTION").replace("SET DEFAULT", "NO ACTION");
    let is_planned = |key: &&ForeignKey| {
        let mut twins = keys.iter().filter(|twin| twin.actions.contains("SET"));
        twins.any(|twin| {
            twin.parent == key.parent && twin.pairs == key.pairs && spared(&twin.actions) == key.actions
        })
    };
    let shown = |key: &ForeignKey| format!("key to {} {} {:?}", key.parent, key.actions, key.pairs);
    keys.iter().filter(|key| !is_planned(key)).map(shown).collect()
}

async fn live_keys(db: &DatabaseConnection, table: &Table) -> Vec<ForeignKey> {
    let tenant = tenant(table);
    let sql = format!(
        "SELECT id || char(1) || lower(\"table\") || char(1) || on_update || ' ' || on_delete || char(1) || \"from\" || char(1) || ifnull(\"to\", '') \
         FROM pragma_foreign_key_list({}) ORDER BY id, seq",
        literal(&table.name)
    );
    let mut keys: Vec<ForeignKey> = Vec::new();
    for row in texts(db, &sql).await {
        let parts: Vec<_> = row.split('\u{1}').map(ToOwned::to_owned).collect();
        let [id, parent, actions, from, to] = parts.try_into().expect("five parts");
        let to = match to.is_empty() {
            true => primary(db, &parent, if parent == "account" { "" } else { "account_id" }).await.concat(),
            false => to,
        };
        if keys.last().is_none_or(|key| key.id != id) {
            keys.push(ForeignKey { id, parent, actions, pairs: Vec::new() });
        }
        keys.last_mut().expect("one was pushed").pairs.push((from, to.to_lowercase()));
    }
    for key in keys.iter_mut().filter(|key| key.pairs.len() > 1) {
        key.pairs.retain(|(from, _)| from != tenant);
    }
    keys
}

/// The rows of all tables, or those of one tenant, without the tenant column.
pub(super) async fn rows(db: &DatabaseConnection, legacy: &Legacy, only: Option<usize>) -> Vec<String> {
    let mut tables = vec!["SELECT 'log: ' || line AS row FROM log".to_owned()];
    for table in &legacy.tables {
        let columns = table
            .columns
            .iter()
            .filter(|column| column.name != "account_id")
            .map(|column| quote(&column.name));
        let mut values: Vec<_> = columns.map(|c| format!("quote({c}) || hex({c})")).collect();
        // A new row gets the next rowid of all tenants' rows.
        values.extend(table.row_id().filter(|_| only.is_none()).map(ToOwned::to_owned));
        let of = only.map_or_else(String::new, |who| format!(" WHERE who = {who}"));
        let name = literal(&format!("{}: ", table.name));
        tables.push(format!(
            "SELECT {name} || {} FROM {}{of}",
            values.join(" || ' ' || "),
            quote(&table.name)
        ));
    }
    texts(db, &(tables.join(" UNION ALL ") + " ORDER BY 1")).await
}
