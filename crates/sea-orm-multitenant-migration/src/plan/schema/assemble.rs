//! Assembles tables from rows of the engine's catalogue.

use crate::{
    engine::Engine,
    names::QualifiedName,
    plan::schema::{
        live::{Action, KeyExtras, LiveColumn, LiveForeignKey, LiveKey, LiveTable, Role, RowId, Schema},
        query::Row,
        security::{Security, Unbound},
    },
};
use sea_orm_migration::{DbErr, sea_orm::DbBackend};

impl Schema {
    /// A schema without tables.
    pub(super) fn empty(engine: Engine, backend: DbBackend) -> Self {
        Self {
            engine,
            backend,
            version: 0,
            citus: false,
            tables: Vec::new(),
            views: Vec::new(),
            triggers: Vec::new(),
            temporary: Vec::new(),
            taken: Vec::new(),
            functions: Vec::new(),
            unbound: Unbound::default(),
        }
    }

    /// The table of a row, if the planner reads it.
    pub(super) fn table_of(&mut self, row: Row<'_>) -> Result<Option<&mut LiveTable>, DbErr> {
        let name = QualifiedName::of_row(row)?;
        Ok(self.tables.iter_mut().find(|table| table.name == name))
    }
}

impl QualifiedName {
    /// Reads the columns `in_schema` and `in_table`.
    pub(super) fn of_row(row: Row<'_>) -> Result<Self, DbErr> {
        Ok(Self { schema: row.get("in_schema")?, name: row.get("in_table")? })
    }
}

impl LiveTable {
    pub(crate) fn new(name: QualifiedName) -> Self {
        Self {
            name,
            columns: Vec::new(),
            keys: Vec::new(),
            foreign_keys: Vec::new(),
            row_level_security: false,
            security: Security::default(),
            hides_rows: false,
            is_partitioned: false,
            sql: String::new(),
            row_id: RowId::None,
            is_virtual: false,
            is_analyzed: false,
            triggers: Vec::new(),
            checks: Vec::new(),
            constraints: Vec::new(),
            definitions: Vec::new(),
            citus: None,
            toggles: Vec::new(),
            implicitly_updated: Vec::new(),
            key_comments: Vec::new(),
            firing_order: Vec::new(),
            unkept: Vec::new(),
        }
    }

    /// The key with this name, created if needed, to add a column to.
    pub(super) fn key(&mut self, name: &str, make: impl FnOnce() -> LiveKey) -> &mut LiveKey {
        let at = self.keys.iter().position(|key| key.name == name).unwrap_or_else(|| {
            self.keys.push(make());
            self.keys.len() - 1
        });
        &mut self.keys[at]
    }

    /// The last foreign key if it has the name of `made`, otherwise `made`, which is appended: to add columns to.
    pub(super) fn foreign_key(&mut self, made: LiveForeignKey) -> Option<&mut LiveForeignKey> {
        if self.foreign_keys.last().is_none_or(|key| key.name != made.name) {
            self.foreign_keys.push(made);
        }
        self.foreign_keys.last_mut()
    }
}

impl LiveColumn {
    pub(super) fn of_row(row: Row<'_>) -> Result<Self, DbErr> {
        Ok(Self {
            name: row.get("name")?,
            ty: row.get("ty")?,
            nullable: row.flag("nullable")?,
            generated: row.flag("made")?,
            computed: row.flag("computed")?,
            default: row.get("written")?,
        })
    }
}

impl LiveForeignKey {
    /// A foreign key that is checked immediately, without columns yet.
    pub(super) fn of_row(row: Row<'_>) -> Result<Self, DbErr> {
        Ok(Self {
            name: row.text("name")?,
            columns: Vec::new(),
            parent: QualifiedName { schema: row.get("parent_schema")?, name: row.get("parent")? },
            parent_columns: Vec::new(),
            on_delete: Action::of(&row.text("on_delete")?),
            on_update: Action::of(&row.text("on_update")?),
            sets: Vec::new(),
            suffix: String::new(),
            valid: true,
        })
    }
}

impl LiveKey {
    /// A key on all rows, without columns yet.
    pub(crate) fn new(name: String, role: Role) -> Self {
        Self {
            name,
            role,
            columns: Vec::new(),
            definition: String::new(),
            suffix: String::new(),
            partial: false,
            valid: true,
            ordered: true,
            collated: false,
            excludes: false,
            parts: Vec::new(),
            tail: String::new(),
            extras: KeyExtras::default(),
        }
    }
}
