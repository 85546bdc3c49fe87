//! Reads SQLite's catalogue: the table of statements, and the pragmas as tables.

use crate::{
    engine::Engine,
    names::QualifiedName,
    plan::{
        schema::{
            live::{Action, LiveColumn, LiveForeignKey, LiveKey, LiveTable, Role, RowId, Schema},
            query::Rows,
        },
        sqlite_text::table::TableText,
    },
};
use sea_orm_migration::{
    DbErr,
    sea_orm::{ConnectionTrait, DbBackend},
};

pub(super) async fn read(db: &impl ConnectionTrait) -> Result<Schema, DbErr> {
    let mut schema = Schema::empty(Engine::Sqlite, DbBackend::Sqlite);
    let sql = "SELECT m.type AS kind, m.name AS name, m.tbl_name AS tbl_name, coalesce(m.sql, '') AS sql, \
               coalesce(l.type = 'virtual', 0) AS is_virtual, coalesce(l.wr, 0) AS without_row_id \
               FROM main.sqlite_master m LEFT JOIN pragma_table_list l ON l.schema = 'main' AND l.name = m.name AND m.type = 'table' \
               WHERE m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND m.type IN ('table', 'view', 'trigger') \
               ORDER BY m.type = 'trigger', m.rowid";
    Rows::of(db, sql).await?.each(|row| {
        let (name, text) = (row.text("name")?, row.text("sql")?);
        match row.text("kind")?.as_str() {
            "table" => {
                let mut table = LiveTable::new(QualifiedName::from(name));
                table.sql = text;
                table.is_virtual = row.flag("is_virtual")?;
                if !table.is_virtual && !row.flag("without_row_id")? {
                    table.row_id = RowId::Hidden;
                }
                schema.tables.push(table);
            }
            "view" => schema.views.push((name, text)),
            _ => {
                let on = row.text("tbl_name")?;
                // A trigger with `ON TASK` belongs to `task`.
                let is_on = |table: &&mut LiveTable| table.name.name.eq_ignore_ascii_case(&on);
                if let Some(table) = schema.tables.iter_mut().find(is_on) {
                    table.triggers.push((name.clone(), text.clone()));
                }
                schema.triggers.push((name, text));
            }
        }
        Ok(())
    })?;
    temporary(db, &mut schema).await?;
    // The module of a virtual table may not be loaded: such a table is not converted.
    for table in schema.tables.iter_mut().filter(|table| !table.is_virtual) {
        let name = Engine::Sqlite.literal(&table.name.name);
        columns(db, &name, table).await?;
        keys(db, &name, table).await?;
        foreign_keys(db, &name, table).await?;
    }
    resolve(&mut schema);
    analyzed(db, &mut schema).await?;
    Ok(schema)
}

/// The tables for which ANALYZE has stored statistics.
async fn analyzed(db: &impl ConnectionTrait, schema: &mut Schema) -> Result<(), DbErr> {
    let exists = "SELECT 1 AS found FROM main.sqlite_master WHERE name = 'sqlite_stat1'";
    if Rows::of(db, exists).await?.is_empty() {
        return Ok(());
    }
    Rows::of(db, "SELECT DISTINCT tbl AS name FROM main.sqlite_stat1").await?.each(|row| {
        let name = row.text("name")?;
        let tables = schema.tables.iter_mut().filter(|table| table.name.name.eq_ignore_ascii_case(&name));
        tables.for_each(|table| table.is_analyzed = true);
        Ok(())
    })
}

/// Objects of this connection only: triggers and views, which a change of a table would drop or rewrite, and tables
/// that hide persistent tables.
pub(crate) const TEMPORARY: &str = "SELECT t.name AS name FROM sqlite_temp_master t WHERE t.type IN ('trigger', 'view') \
    OR t.type = 'table' AND EXISTS (SELECT 1 FROM main.sqlite_master m WHERE lower(m.name) = lower(t.name))";

async fn temporary(db: &impl ConnectionTrait, schema: &mut Schema) -> Result<(), DbErr> {
    Rows::of(db, TEMPORARY).await?.each(|row| {
        schema.temporary.push(row.text("name")?);
        Ok(())
    })
}

async fn columns(db: &impl ConnectionTrait, name: &str, table: &mut LiveTable) -> Result<(), DbErr> {
    // `hidden` 2 and 3 are computed columns, 1 those of virtual tables. A primary key with its own index is not the
    // rowid: `INTEGER PRIMARY KEY DESC`.
    let sql = format!(
        "SELECT name, type AS ty, \"notnull\" AS required, pk, hidden, dflt_value, \
         EXISTS (SELECT 1 FROM pragma_index_list({name}, 'main') WHERE origin = 'pk') AS has_index \
         FROM pragma_table_xinfo({name}, 'main') WHERE hidden <> 1 ORDER BY cid"
    );
    let text = TableText::read(&table.sql);
    let increments = text.map_or_else(
        |_| table.sql.to_ascii_uppercase().contains("AUTOINCREMENT"),
        |text| text.autoincrement(),
    );
    let mut primary: Vec<(i64, String)> = Vec::new();
    let mut has_index = false;
    Rows::of(db, &sql).await?.each(|row| {
        let (name, ty, place): (String, String, i64) = (row.get("name")?, row.get("ty")?, row.get("pk")?);
        if place > 0 {
            primary.push((place, name.clone()));
        }
        // A key column of a WITHOUT ROWID table, and the rowid, are never NULL.
        let nullable = !row.flag("required")?;
        let computed = row.get::<i64>("hidden")? != 0;
        has_index = row.flag("has_index")?;
        let default: Option<String> = row.get("dflt_value")?;
        let default = default.filter(|default| !default.eq_ignore_ascii_case("NULL"));
        table.columns.push(LiveColumn { name, ty, nullable, generated: false, computed, default });
        Ok(())
    })?;
    primary.sort_unstable();
    let columns: Vec<_> = primary.into_iter().map(|(_, name)| name).collect();
    if let [only] = columns.as_slice()
        && table.row_id == RowId::Hidden
        && !has_index
        && let Some(column) = table.columns.iter_mut().find(|column| column.name == *only)
    {
        column.nullable = false;
        column.generated = increments;
        table.row_id = RowId::Key;
    }
    if !columns.is_empty() {
        table.keys.push(LiveKey { columns, ..LiveKey::new(String::new(), Role::Primary) });
    }
    Ok(())
}

async fn keys(db: &impl ConnectionTrait, name: &str, table: &mut LiveTable) -> Result<(), DbErr> {
    let sql = format!(
        "SELECT l.name AS name, l.\"unique\" AS is_unique, l.origin AS origin, l.partial AS partial, i.name AS attribute, i.coll AS coll, \
         (SELECT sql FROM main.sqlite_master m WHERE m.type = 'index' AND m.name = l.name) AS sql \
         FROM pragma_index_list({name}, 'main') l JOIN pragma_index_xinfo(l.name, 'main') i \
         WHERE i.key = 1 ORDER BY l.seq DESC, i.seqno"
    );
    let text = table.sql.clone();
    let text = TableText::read(&text).ok();
    Rows::of(db, &sql).await?.each(|row| {
        let (name, column, origin) = (row.text("name")?, row.text("attribute")?, row.text("origin")?);
        let own = text.as_ref().map_or("BINARY", |text| text.collation(&column));
        let collated = !row.text("coll")?.eq_ignore_ascii_case(own);
        if origin == "pk" {
            let primary = table.keys.iter_mut().find(|key| key.role == Role::Primary);
            primary.into_iter().for_each(|key| key.collated |= collated);
            return Ok(());
        }
        let role = match (origin.as_str(), row.flag("is_unique")?) {
            ("u", _) => Role::Unique,
            (_, true) => Role::UniqueIndex,
            (_, false) => Role::Index,
        };
        let mut made = LiveKey::new(name.clone(), role);
        made.definition = row.text("sql")?;
        made.partial = row.flag("partial")?;
        let key = table.key(&name, || made);
        key.collated |= collated;
        key.columns.push(column);
        Ok(())
    })
}

async fn foreign_keys(db: &impl ConnectionTrait, name: &str, table: &mut LiveTable) -> Result<(), DbErr> {
    let sql = format!(
        "SELECT id, \"table\" AS parent, \"from\" AS attribute, \"to\" AS parent_column, on_delete, on_update \
         FROM pragma_foreign_key_list({name}, 'main') ORDER BY id DESC, seq"
    );
    let mut last = None;
    Rows::of(db, &sql).await?.each(|row| {
        let id: i64 = row.get("id")?;
        if last.replace(id) != Some(id) {
            table.foreign_keys.push(LiveForeignKey {
                name: String::new(),
                columns: Vec::new(),
                parent: QualifiedName::from(row.text("parent")?),
                parent_columns: Vec::new(),
                on_delete: Action::of(&row.text("on_delete")?),
                on_update: Action::of(&row.text("on_update")?),
                sets: Vec::new(),
                suffix: String::new(),
                valid: true,
            });
        }
        if let Some(key) = table.foreign_keys.last_mut() {
            key.columns.push(row.text("attribute")?);
            let to = row.text("parent_column")?;
            if !to.is_empty() {
                key.parent_columns.push(to);
            }
        }
        Ok(())
    })
}

/// Resolves parents and columns: a foreign key without columns references the primary key, and SQLite ignores case in
/// names.
fn resolve(schema: &mut Schema) {
    let parents = schema.tables.clone();
    for key in schema.tables.iter_mut().flat_map(|table| &mut table.foreign_keys) {
        let Some(parent) = parents.iter().find(|each| each.name.name.eq_ignore_ascii_case(&key.parent.name))
        else {
            continue;
        };
        key.parent = parent.name.clone();
        for column in &mut key.parent_columns {
            let same = parent.columns.iter().find(|each| each.name.eq_ignore_ascii_case(column));
            if let Some(same) = same {
                column.clone_from(&same.name);
            }
        }
        if key.parent_columns.is_empty()
            && let Some(primary) = parent.primary()
        {
            key.parent_columns.clone_from(&primary.columns);
        }
    }
}
