//! Reads the catalogue of MySQL and MariaDB.

use crate::{
    engine::Engine,
    names::QualifiedName,
    plan::schema::{
        live::{LiveColumn, LiveForeignKey, LiveKey, LiveTable, Object, Role, Schema, Unkept},
        mysql_text::{self, Item, TableText},
        query::Rows,
    },
};
use sea_orm_migration::{
    DbErr,
    sea_orm::{ConnectionTrait, DbBackend},
};

pub(super) async fn read(db: &impl ConnectionTrait, schemas: &[String]) -> Result<Schema, DbErr> {
    let named = schemas.iter().map(|schema| Engine::MySql.literal(schema));
    let of = named.fold("DATABASE()".to_owned(), |all, name| format!("{all}, {name}"));
    let mut schema = Schema::empty(Engine::MySql, DbBackend::MySql);
    tables(db, &of, &mut schema).await?;
    columns(db, &of, &mut schema).await?;
    keys(db, &of, &mut schema).await?;
    foreign_keys(db, &of, &mut schema).await?;
    constraints(db, &of, &mut schema).await?;
    triggers(db, &of, &mut schema).await?;
    for table in &mut schema.tables {
        let text = mysql_text::of(db, &table.name.quoted(Engine::MySql)).await?;
        add_text(table, text);
    }
    Ok(schema)
}

/// The columns that identify the table of a row.
fn place(schema: &str, table: &str) -> String {
    format!("CAST(NULLIF({schema}, DATABASE()) AS CHAR) AS in_schema, CAST({table} AS CHAR) AS in_table")
}

async fn tables(db: &impl ConnectionTrait, of: &str, schema: &mut Schema) -> Result<(), DbErr> {
    let sql = format!(
        "SELECT {} FROM information_schema.tables WHERE table_schema IN ({of}) AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED') \
         ORDER BY table_schema, table_name",
        place("table_schema", "table_name")
    );
    Rows::of(db, &sql).await?.each(|row| {
        schema.tables.push(LiveTable::new(QualifiedName::of_row(row)?));
        Ok(())
    })
}

/// The DEFAULT of a column. MariaDB returns NULL as text, and strings in quotes; MySQL does neither.
const WRITTEN: &str = "IF(VERSION() LIKE '%MariaDB%' AND column_default = 'NULL', NULL, column_default)";

async fn columns(db: &impl ConnectionTrait, of: &str, schema: &mut Schema) -> Result<(), DbErr> {
    let sql = format!(
        "SELECT {}, CAST(column_name AS CHAR) AS name, CAST(CONCAT(column_type, IF(character_set_name IS NULL, '', \
         CONCAT(' CHARACTER SET ', character_set_name, ' COLLATE ', collation_name))) AS CHAR) AS ty, \
         CAST(is_nullable = 'YES' AS SIGNED) AS nullable, CAST(LOCATE('auto_increment', extra) AS SIGNED) AS made, \
         CAST(LOCATE('GENERATED', UPPER(extra)) > 0 AND LOCATE('DEFAULT_GENERATED', UPPER(extra)) = 0 AS SIGNED) AS computed, \
         CAST({WRITTEN} AS CHAR) AS written \
         FROM information_schema.columns WHERE table_schema IN ({of}) ORDER BY table_schema, table_name, ordinal_position",
        place("table_schema", "table_name")
    );
    Rows::of(db, &sql).await?.each(|row| {
        if let Some(table) = schema.table_of(row)? {
            table.columns.push(LiveColumn::of_row(row)?);
        }
        Ok(())
    })
}

async fn keys(db: &impl ConnectionTrait, of: &str, schema: &mut Schema) -> Result<(), DbErr> {
    let sql = format!(
        "SELECT {}, CAST(index_name AS CHAR) AS name, CAST(column_name AS CHAR) AS attribute, \
         CAST(non_unique AS SIGNED) AS repeats, CAST(index_type = 'BTREE' AS SIGNED) AS ordered \
         FROM information_schema.statistics WHERE table_schema IN ({of}) \
         ORDER BY table_schema, table_name, index_name = 'PRIMARY' DESC, index_name, seq_in_index",
        place("table_schema", "table_name")
    );
    Rows::of(db, &sql).await?.each(|row| {
        let name = row.text("name")?;
        let role = match (name.as_str(), row.flag("repeats")?) {
            ("PRIMARY", _) => Role::Primary,
            (_, false) => Role::UniqueIndex,
            (_, true) => Role::Index,
        };
        let (column, ordered) = (row.text("attribute")?, row.flag("ordered")?);
        if let Some(table) = schema.table_of(row)? {
            let key = table.key(&name, || LiveKey::new(name.clone(), role));
            key.columns.push(column);
            key.ordered &= ordered;
        }
        Ok(())
    })
}

async fn foreign_keys(db: &impl ConnectionTrait, of: &str, schema: &mut Schema) -> Result<(), DbErr> {
    let sql = format!(
        "SELECT {}, CAST(k.constraint_name AS CHAR) AS name, CAST(k.column_name AS CHAR) AS attribute, \
         CAST(NULLIF(k.referenced_table_schema, DATABASE()) AS CHAR) AS parent_schema, \
         CAST(k.referenced_table_name AS CHAR) AS parent, CAST(k.referenced_column_name AS CHAR) AS parent_column, \
         CAST(r.delete_rule AS CHAR) AS on_delete, CAST(r.update_rule AS CHAR) AS on_update \
         FROM information_schema.key_column_usage k JOIN information_schema.referential_constraints r \
         ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name AND r.table_name = k.table_name \
         WHERE k.table_schema IN ({of}) AND k.referenced_table_name IS NOT NULL \
         ORDER BY k.table_schema, k.table_name, k.constraint_name, k.ordinal_position",
        place("k.table_schema", "k.table_name")
    );
    Rows::of(db, &sql).await?.each(|row| {
        let made = LiveForeignKey::of_row(row)?;
        if let Some(key) = schema.table_of(row)?.and_then(|table| table.foreign_key(made)) {
            key.columns.push(row.text("attribute")?);
            key.parent_columns.push(row.text("parent_column")?);
        }
        Ok(())
    })
}

/// The names of constraints: unique within a table, and for foreign keys unique in the database.
async fn constraints(db: &impl ConnectionTrait, of: &str, schema: &mut Schema) -> Result<(), DbErr> {
    let sql = format!(
        "SELECT {}, CAST(constraint_name AS CHAR) AS name, CAST(constraint_type = 'FOREIGN KEY' AS SIGNED) AS leads \
         FROM information_schema.table_constraints WHERE table_schema IN ({of})",
        place("table_schema", "table_name")
    );
    Rows::of(db, &sql).await?.each(|row| {
        let name = row.text("name")?;
        if row.flag("leads")? {
            schema.taken.push(name.clone());
        }
        if let Some(table) = schema.table_of(row)? {
            table.constraints.push(name);
        }
        Ok(())
    })
}

/// The triggers, by name; those that would fire while rows are filled cannot be disabled.
async fn triggers(db: &impl ConnectionTrait, of: &str, schema: &mut Schema) -> Result<(), DbErr> {
    let sql = format!(
        "SELECT {}, CAST(trigger_name AS CHAR) AS name, CAST(event_manipulation = 'UPDATE' AS SIGNED) AS updates \
         FROM information_schema.triggers WHERE event_object_schema IN ({of})",
        place("event_object_schema", "event_object_table")
    );
    Rows::of(db, &sql).await?.each(|row| {
        let (name, updates) = (row.text("name")?, row.flag("updates")?);
        if let Some(table) = schema.table_of(row)? {
            if updates {
                table.unkept.push(Unkept {
                    of: Object::Rows,
                    what: format!("the trigger `{name}` would run for each row whose tenant column is filled, and MySQL \
                                   cannot disable triggers"),
                    way_out: "drop it before the conversion, and recreate it afterwards: SHOW CREATE TRIGGER prints its \
                              definition".to_owned(),
                });
            }
            table.triggers.push((name, String::new()));
        }
        Ok(())
    })
}

/// Adds the attributes that are only in the text of a table.
fn add_text(table: &mut LiveTable, text: TableText) {
    let TableText { items, options } = text;
    let mut versioned = options.contains("WITH SYSTEM VERSIONING");
    for item in items {
        match item {
            Item::Column { name, definition } => {
                if definition.to_ascii_lowercase().contains(" on update ")
                    && !definition.contains("GENERATED")
                {
                    table.implicitly_updated.push(name.clone());
                }
                versioned |= definition.contains("WITH SYSTEM VERSIONING");
                table.definitions.push((name, definition));
            }
            Item::Key(text) => {
                if let Some(key) = table.keys.iter_mut().find(|key| key.name == text.name) {
                    key.columns = text.columns();
                    key.parts = text.parts;
                    key.tail = text.tail;
                }
            }
            Item::ForeignKey { name: _, text: _ } | Item::Other(_) => {}
            Item::Unknown(text) => table.unkept.push(Unkept {
                of: Object::Table,
                what: format!("its definition has a part that the planner does not know: {text}"),
                way_out: "change its keys in a migration".to_owned(),
            }),
        }
    }
    if versioned {
        table.unkept.push(Unkept {
            of: Object::Rows,
            what:
                "it keeps old versions of its rows, and filling the tenant column would add a version of each row"
                    .to_owned(),
            way_out: "drop system versioning before the conversion, or fill the column in a migration"
                .to_owned(),
        });
    }
}
