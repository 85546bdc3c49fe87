//! Reads tables, views and triggers of SQLite from its pragmas, with the tenant column removed from keys, before and
//! after.

use crate::{
    engine::Engine,
    plan::{
        convert::snapshot::{
            facts::{Snapshot, When},
            planned::{Planned, PlannedTable},
            sqlite_keys::{foreign_keys, keys},
        },
        schema::query::Rows,
        sqlite_text::token::{Kind, tokens},
    },
};
use sea_orm_migration::{DbErr, sea_orm::ConnectionTrait};

/// Reads the main database.
pub(super) async fn read(
    db: &impl ConnectionTrait,
    planned: &Planned,
    when: When,
) -> Result<Snapshot, DbErr> {
    let mut snapshot = Snapshot::default();
    let mut tables = Vec::new();
    let mut programs = Vec::new();
    let sql = "SELECT type AS kind, name, tbl_name, coalesce(sql, '') AS sql FROM main.sqlite_master \
               WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, rowid";
    Rows::of(db, sql).await?.each(|row| {
        let (kind, name, text) = (row.text("kind")?, row.text("name")?, row.text("sql")?);
        match kind.as_str() {
            "index" => {}
            "table" => tables.push((name, text)),
            _ => {
                snapshot.insert(row.text("tbl_name")?, format!("{kind} {name}"), "text", text);
                programs.push((kind, name));
            }
        }
        Ok(())
    })?;
    for kind in ["trigger", "view"] {
        let names: Vec<_> =
            programs.iter().filter(|program| program.0 == kind).map(|program| program.1.clone()).collect();
        snapshot.insert("", format!("each {kind}"), "order", names.join(", "));
    }
    for (name, text) in tables {
        let of_plan = planned.tables.get(&name);
        if text.get(..14).is_some_and(|text| text.eq_ignore_ascii_case("CREATE VIRTUAL")) {
            snapshot.insert(name, "the table", "text", text);
            continue;
        }
        table(db, &mut snapshot, &name, &text, of_plan, when).await?;
        statements(db, &mut snapshot, &name, when).await?;
    }
    for (_, name) in programs.iter().filter(|(kind, _)| kind == "view") {
        let sql = format!("EXPLAIN SELECT * FROM {}", Engine::Sqlite.quote(name));
        statement(db, &mut snapshot, name, "SELECT", &sql, when).await;
    }
    counters(db, &mut snapshot).await?;
    Ok(snapshot)
}

async fn table(
    db: &impl ConnectionTrait,
    snapshot: &mut Snapshot,
    name: &str,
    text: &str,
    of_plan: Option<&PlannedTable>,
    when: When,
) -> Result<(), DbErr> {
    let literal = Engine::Sqlite.literal(name);
    let tenant = of_plan.map_or("", |of_plan| of_plan.tenant.as_str());
    let sql = format!(
        "SELECT name, type AS ty, \"notnull\" AS required, coalesce(dflt_value, '') AS dflt_value, pk > 0 AS keyed, hidden \
         FROM pragma_table_xinfo({literal}, 'main') ORDER BY cid"
    );
    let adds = of_plan.is_some_and(|of_plan| of_plan.adds);
    let requires = of_plan.is_some_and(|of_plan| of_plan.requires && when == When::Before);
    let (mut order, mut primary) = (Vec::new(), Vec::new());
    Rows::of(db, &sql).await?.each(|row| {
        let column = row.text("name")?;
        let is_tenant = column == tenant;
        if is_tenant && adds {
            return Ok(());
        }
        if row.flag("keyed")? && !is_tenant {
            primary.push(column.clone());
        }
        let object = format!("column {column}");
        let required = row.flag("required")? || (is_tenant && requires);
        snapshot.insert(name, &object, "type", row.text("ty")?);
        snapshot.insert(name, &object, "NOT NULL", required.to_string());
        snapshot.insert(name, &object, "DEFAULT", row.text("dflt_value")?);
        snapshot.insert(name, &object, "kind", row.get::<i64>("hidden")?.to_string());
        order.push(column);
        Ok(())
    })?;
    snapshot.insert(name, "the table", "columns", order.join(", "));
    snapshot.insert(name, "the primary key", "columns", primary.join(", "));
    storage(db, snapshot, name, &literal).await?;
    snapshot.insert(name, "the table", "literals", literals(text));
    keys(db, snapshot, name, of_plan, &primary).await?;
    foreign_keys(db, snapshot, name, of_plan, when).await
}

async fn storage(
    db: &impl ConnectionTrait,
    snapshot: &mut Snapshot,
    name: &str,
    literal: &str,
) -> Result<(), DbErr> {
    let sql = format!("SELECT wr, strict FROM pragma_table_list WHERE schema = 'main' AND name = {literal}");
    Rows::of(db, &sql).await?.each(|row| {
        snapshot.insert(name, "the table", "WITHOUT ROWID", row.flag("wr")?.to_string());
        snapshot.insert(name, "the table", "STRICT", row.flag("strict")?.to_string());
        Ok(())
    })
}

/// The distinct numbers, strings and blobs in a table's text: those of checks, defaults and computed columns.
fn literals(text: &str) -> String {
    let tokens = tokens(text).unwrap_or_default();
    let values = tokens.iter().filter(|token| matches!(token.kind, Kind::Value | Kind::Text));
    let values: std::collections::BTreeSet<_> = values.map(|token| token.text).collect();
    values.into_iter().collect::<Vec<_>>().join(" ")
}

/// Whether statements on a table can still be prepared, with its triggers and foreign keys.
async fn statements(
    db: &impl ConnectionTrait,
    snapshot: &mut Snapshot,
    name: &str,
    when: When,
) -> Result<(), DbErr> {
    let quoted = Engine::Sqlite.quote(name);
    let sql = format!(
        "SELECT name FROM pragma_table_xinfo({}, 'main') WHERE hidden = 0 ORDER BY cid",
        Engine::Sqlite.literal(name)
    );
    let mut columns = Vec::new();
    Rows::of(db, &sql).await?.each(|row| {
        columns.push(Engine::Sqlite.quote(&row.text("name")?));
        Ok(())
    })?;
    let sets: Vec<_> = columns.iter().map(|column| format!("{column} = {column}")).collect();
    for (word, sql) in [
        ("INSERT", format!("EXPLAIN INSERT INTO {quoted} DEFAULT VALUES")),
        ("UPDATE", format!("EXPLAIN UPDATE {quoted} SET {}", sets.join(", "))),
        ("DELETE", format!("EXPLAIN DELETE FROM {quoted}")),
    ] {
        statement(db, snapshot, name, word, &sql, when).await;
    }
    Ok(())
}

/// The error of SQLite for a statement. A foreign key that was broken before may be valid now.
async fn statement(
    db: &impl ConnectionTrait,
    snapshot: &mut Snapshot,
    name: &str,
    word: &str,
    sql: &str,
    when: When,
) {
    let error = Rows::of(db, sql).await.err().map(|error| error.to_string());
    let counts = |error: &String| when == When::After || !error.contains("foreign key mismatch");
    let answer = error.filter(counts).unwrap_or_else(|| "accepted".to_owned());
    snapshot.insert(name, format!("{word} with its triggers"), "answer", answer);
}

/// The counters of AUTOINCREMENT.
async fn counters(db: &impl ConnectionTrait, snapshot: &mut Snapshot) -> Result<(), DbErr> {
    let exists = "SELECT 1 AS found FROM main.sqlite_master WHERE name = 'sqlite_sequence'";
    if Rows::of(db, exists).await?.is_empty() {
        return Ok(());
    }
    let sql = "SELECT name, CAST(seq AS TEXT) AS seq FROM main.sqlite_sequence";
    Rows::of(db, sql).await?.each(|row| {
        snapshot.insert(row.text("name")?, "the counter of ids", "value", row.text("seq")?);
        Ok(())
    })
}
