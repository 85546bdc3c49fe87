//! Reads tables and views of MySQL and MariaDB: SHOW CREATE TABLE item by item, except the names of keys.

use crate::{
    engine::Engine,
    plan::{
        convert::snapshot::{
            facts::{Snapshot, When},
            planned::{Planned, PlannedTable},
        },
        schema::{
            live::{Action, LiveForeignKey, bare},
            mysql_text::{Item, KeyText, TableText, of as table_text, required},
            query::Rows,
        },
    },
};
use sea_orm_migration::{DbErr, sea_orm::ConnectionTrait};

/// Reads the database of the connection, and those that the plan names.
pub(super) async fn read(
    db: &impl ConnectionTrait,
    planned: &Planned,
    when: When,
) -> Result<Snapshot, DbErr> {
    let named = planned.schemas.iter().map(|schema| Engine::MySql.literal(schema));
    let of = named.fold("DATABASE()".to_owned(), |all, name| format!("{all}, {name}"));
    let mut snapshot = Snapshot::default();
    for (name, quoted) in tables(db, &of).await? {
        let of_plan = planned.tables.get(&name);
        table(&mut snapshot, &name, &table_text(db, &quoted).await?, of_plan, when);
    }
    for CatalogueQuery { sql, object } in ASKED {
        Rows::of(db, &sql.replace("SCHEMAS", &of)).await?.each(|row| {
            snapshot.insert(
                row.text("of_table")?,
                format!("{object} {}", row.text("name")?),
                "text",
                row.text("value")?,
            );
            Ok(())
        })?;
    }
    Ok(snapshot)
}

/// Each table, by its name in the plan and its quoted name.
async fn tables(db: &impl ConnectionTrait, of: &str) -> Result<Vec<(String, String)>, DbErr> {
    let sql = format!(
        "SELECT CAST(IF(table_schema = DATABASE(), '', table_schema) AS CHAR) AS in_schema, CAST(table_name AS CHAR) AS name \
         FROM information_schema.tables WHERE table_schema IN ({of}) AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED') ORDER BY 1, 2"
    );
    let mut tables = Vec::new();
    Rows::of(db, &sql).await?.each(|row| {
        let (schema, name) = (row.text("in_schema")?, row.text("name")?);
        let quoted = Engine::MySql.quote(&name);
        tables.push(if schema.is_empty() {
            (name, quoted)
        } else {
            (format!("{schema}.{name}"), format!("{}.{quoted}", Engine::MySql.quote(&schema)))
        });
        Ok(())
    })?;
    Ok(tables)
}

/// A query for objects, with the table and the text of each.
struct CatalogueQuery {
    sql: &'static str,
    object: &'static str,
}

const ASKED: [CatalogueQuery; 4] = [
    CatalogueQuery {
        object: "trigger",
        sql: "SELECT CAST(event_object_table AS CHAR) AS of_table, CAST(trigger_name AS CHAR) AS name, CAST(CONCAT_WS(' ', action_timing, \
              event_manipulation, action_order, definer, sql_mode, character_set_client, collation_connection, database_collation, \
              action_statement) AS CHAR) AS value FROM information_schema.triggers WHERE event_object_schema IN (SCHEMAS)",
    },
    CatalogueQuery {
        object: "the view",
        sql: "SELECT CAST(table_name AS CHAR) AS of_table, '' AS name, CAST(CONCAT_WS(' ', view_definition, check_option, definer, \
              security_type) AS CHAR) AS value FROM information_schema.views WHERE table_schema IN (SCHEMAS)",
    },
    CatalogueQuery {
        object: "privilege",
        sql: "SELECT CAST(table_name AS CHAR) AS of_table, CAST(CONCAT(privilege_type, ' of ', grantee) AS CHAR) AS name, \
              CAST(is_grantable AS CHAR) AS value FROM information_schema.table_privileges WHERE table_schema IN (SCHEMAS)",
    },
    CatalogueQuery {
        object: "privilege on a column",
        sql: "SELECT CAST(table_name AS CHAR) AS of_table, CAST(CONCAT(privilege_type, ' (', column_name, ') of ', grantee) AS CHAR) AS name, \
              CAST(is_grantable AS CHAR) AS value FROM information_schema.column_privileges WHERE table_schema IN (SCHEMAS)",
    },
];

fn table(snapshot: &mut Snapshot, name: &str, text: &TableText, of_plan: Option<&PlannedTable>, when: When) {
    let mut keys: Vec<_> =
        text.items.iter().filter_map(of_foreign_key).map(|columns| columns.replace(", ", ",")).collect();
    for target in of_plan.into_iter().flat_map(|of_plan| of_plan.foreign_keys.values()) {
        let of_plan = of_plan.map(|of_plan| of_plan.tenant.as_str());
        let before: Vec<_> =
            target.columns.iter().filter(|column| Some(column.as_str()) != of_plan).cloned().collect();
        keys.extend([&target.columns, &before].map(|columns| Engine::MySql.list(columns).replace(", ", ",")));
    }
    // A statement that was rolled back may have used a number, which the engine shows with delay.
    let options = text.options.split(' ').filter(|word| !word.starts_with("AUTO_INCREMENT="));
    snapshot.insert(name, "the table", "options", options.collect::<Vec<_>>().join(" "));
    let before = of_plan.filter(|_| when == When::Before);
    for item in &text.items {
        match item {
            Item::Column { name: column, definition } => {
                let is_tenant = of_plan.filter(|of_plan| of_plan.tenant == *column);
                if is_tenant.is_some_and(|of_plan| of_plan.adds) {
                    continue;
                }
                let requires = before.is_some_and(|of_plan| of_plan.requires && of_plan.tenant == *column);
                let definition = if requires { required(definition) } else { definition.clone() };
                snapshot.insert(name, format!("column {column}"), "text", definition);
            }
            Item::Key(key) => self::key(snapshot, name, key, &keys, before),
            Item::ForeignKey { name: key, text } => {
                let target = before.and_then(|of_plan| of_plan.foreign_keys.get(key));
                let text = target.map_or_else(|| text.clone(), foreign_key);
                snapshot.insert(name, plain(&text), "exists", "yes");
            }
            Item::Other(text) | Item::Unknown(text) => snapshot.insert(name, text, "exists", "yes"),
        }
    }
    let added = before.map(|of_plan| (&of_plan.unique, &of_plan.indexes));
    for (kind, columns) in added.into_iter().flat_map(|(unique, indexes)| {
        unique.iter().map(|columns| ("UNIQUE ", columns)).chain(indexes.iter().map(|columns| ("", columns)))
    }) {
        snapshot.insert(name, format!("{kind}KEY ({})", columns.join(", ")), "exists", "yes");
    }
}

/// The columns of a foreign key.
fn of_foreign_key(item: &Item) -> Option<&str> {
    match item {
        Item::ForeignKey { name: _, text } => {
            text.strip_prefix("FOREIGN KEY (")?.split_once(')').map(|(columns, _)| columns)
        }
        Item::Column { .. } | Item::Key(_) | Item::Other(_) | Item::Unknown(_) => None,
    }
}

fn key(
    snapshot: &mut Snapshot,
    table: &str,
    key: &KeyText,
    foreign_keys: &[String],
    before: Option<&PlannedTable>,
) {
    let KeyText { kind, name, parts, tail } = key;
    // The engine creates such indexes for foreign keys, and drops them when another index can serve those.
    if kind.is_empty() && tail.is_empty() && foreign_keys.contains(&parts.join(",")) {
        return;
    }
    if before.is_some_and(|of_plan| of_plan.dropped.contains(name)) {
        return;
    }
    let mut parts: Vec<_> = parts.iter().map(|part| bare(part).to_owned()).collect();
    if let Some(of_plan) = before.filter(|of_plan| of_plan.tenant_first.contains_key(name)) {
        parts.retain(|part| *part != of_plan.tenant);
        parts.insert(0, of_plan.tenant.clone());
    }
    snapshot.insert(table, format!("{kind}KEY ({}){tail}", parts.join(", ")), "exists", "yes");
}

/// A foreign key as the engine writes it.
fn foreign_key(key: &LiveForeignKey) -> String {
    let engine = Engine::MySql;
    let action = |word: &str, action: Action| format!(" ON {word} {}", action.words());
    format!(
        "FOREIGN KEY ({}) REFERENCES {} ({}){}{}",
        engine.list(&key.columns),
        key.parent.quoted(engine),
        engine.list(&key.parent_columns),
        action("DELETE", key.on_delete),
        action("UPDATE", key.on_update)
    )
}

/// The text without actions that are equal to the default.
fn plain(text: &str) -> String {
    let defaults = ["NO ACTION", "RESTRICT"]
        .into_iter()
        .flat_map(|action| ["DELETE", "UPDATE"].map(|word| format!(" ON {word} {action}")));
    defaults.fold(text.to_owned(), |text, default| text.replace(&default, ""))
}
