//! SQLite's catalogue: its own table of statements, and the pragmas as tables.

use super::{Action, LiveColumn, LiveForeignKey, LiveKey, LiveTable, Role, Rows, Schema};
use crate::{QualifiedName, engine::Engine};
use sea_orm_migration::{
    DbErr,
    sea_orm::{ConnectionTrait, DbBackend},
};

pub(super) async fn read(db: &impl ConnectionTrait) -> Result<Schema, DbErr> {
    let mut schema = Schema::empty(Engine::Sqlite, DbBackend::Sqlite);
    let sql = "SELECT type AS kind, name, tbl_name, coalesce(sql, '') AS sql FROM sqlite_master \
               WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND type IN ('table', 'view', 'trigger') \
               ORDER BY type = 'trigger', rowid";
    Rows::of(db, sql).await?.each(|row| {
        let (name, text) = (row.text("name")?, row.text("sql")?);
        match row.text("kind")?.as_str() {
            "table" => {
                let mut table = LiveTable::new(QualifiedName::from(name));
                table.sql = text;
                schema.tables.push(table);
            }
            "view" => schema.views.push((name, text)),
            _ => {
                let on = QualifiedName::from(row.text("tbl_name")?);
                if let Some(table) = schema.tables.iter_mut().find(|table| table.name == on) {
                    table.triggers.push((name, text));
                }
            }
        }
        Ok(())
    })?;
    for table in &mut schema.tables {
        let name = Engine::Sqlite.literal(&table.name.name);
        columns(db, &name, table).await?;
        keys(db, &name, table).await?;
        foreign_keys(db, &name, table).await?;
    }
    resolve(&mut schema);
    Ok(schema)
}

async fn columns(db: &impl ConnectionTrait, name: &str, table: &mut LiveTable) -> Result<(), DbErr> {
    // `hidden` 2 and 3 are computed columns, 1 those of virtual tables.
    let sql = format!(
        "SELECT name, type AS ty, \"notnull\" AS required, pk, hidden, dflt_value FROM pragma_table_xinfo({name}) WHERE hidden <> 1 ORDER BY cid"
    );
    let increments = table.sql.to_ascii_uppercase().contains("AUTOINCREMENT");
    let mut primary: Vec<(i64, String)> = Vec::new();
    Rows::of(db, &sql).await?.each(|row| {
        let (name, ty, place): (String, String, i64) = (row.get("name")?, row.get("ty")?, row.get("pk")?);
        if place > 0 {
            primary.push((place, name.clone()));
        }
        // A key column of a table without rowid, and the rowid, are never NULL.
        let nullable = !row.flag("required")?;
        let computed = row.get::<i64>("hidden")? != 0;
        let default: Option<String> = row.get("dflt_value")?;
        let default = default.filter(|default| !default.eq_ignore_ascii_case("NULL"));
        table.columns.push(LiveColumn { name, ty, nullable, generated: false, computed, default });
        Ok(())
    })?;
    primary.sort_unstable();
    let columns: Vec<_> = primary.into_iter().map(|(_, name)| name).collect();
    if let [only] = columns.as_slice()
        && let Some(column) = table.columns.iter_mut().find(|column| column.name == *only)
        && column.ty.eq_ignore_ascii_case("INTEGER")
    {
        column.nullable = false;
        column.generated = increments;
    }
    if !columns.is_empty() {
        table.keys.push(LiveKey { columns, ..LiveKey::new(String::new(), Role::Primary) });
    }
    Ok(())
}

async fn keys(db: &impl ConnectionTrait, name: &str, table: &mut LiveTable) -> Result<(), DbErr> {
    let sql = format!(
        "SELECT l.name AS name, l.\"unique\" AS is_unique, l.origin AS origin, l.partial AS partial, i.name AS attribute, \
         (SELECT sql FROM sqlite_master m WHERE m.type = 'index' AND m.name = l.name) AS sql \
         FROM pragma_index_list({name}) l JOIN pragma_index_info(l.name) i WHERE l.origin <> 'pk' ORDER BY l.seq DESC, i.seqno"
    );
    Rows::of(db, &sql).await?.each(|row| {
        let (name, column, origin) = (row.text("name")?, row.text("attribute")?, row.text("origin")?);
        let role = match (origin.as_str(), row.flag("is_unique")?) {
            ("u", _) => Role::Unique,
            (_, true) => Role::UniqueIndex,
            (_, false) => Role::Index,
        };
        let mut made = LiveKey::new(name.clone(), role);
        made.definition = row.text("sql")?;
        made.partial = row.flag("partial")?;
        table.key(&name, || made).columns.push(column);
        Ok(())
    })
}

async fn foreign_keys(db: &impl ConnectionTrait, name: &str, table: &mut LiveTable) -> Result<(), DbErr> {
    let sql = format!(
        "SELECT id, \"table\" AS parent, \"from\" AS attribute, \"to\" AS parent_column, on_delete, on_update \
         FROM pragma_foreign_key_list({name}) ORDER BY id DESC, seq"
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

/// A foreign key that names no columns leads to the primary key, and SQLite finds its parent without regard to case.
fn resolve(schema: &mut Schema) {
    let parents = schema.tables.clone();
    for key in schema.tables.iter_mut().flat_map(|table| &mut table.foreign_keys) {
        let Some(parent) = parents.iter().find(|each| each.name.name.eq_ignore_ascii_case(&key.parent.name))
        else {
            continue;
        };
        key.parent = parent.name.clone();
        if key.parent_columns.is_empty()
            && let Some(primary) = parent.primary()
        {
            key.parent_columns.clone_from(&primary.columns);
        }
    }
}
