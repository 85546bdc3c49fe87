//! Statements that SeaORM sends to write.

use super::{Generator, Text, scope::Ty, text::Style};
use crate::schema::{ColumnType, Role};

impl Generator<'_> {
    /// A statement of an active model, of a bulk write, or of a junction.
    pub(super) fn seaorm_write(&mut self) -> Text {
        self.style = Style::Quoted;
        self.binds_all = true;
        let table = self.written_table();
        match self.choices.below(10) {
            0 => self.update_model(table),
            1 | 2 => self.insert_models(table, 1),
            3 => {
                let rows = 2 + self.choices.below(3);
                self.insert_models(table, rows)
            }
            4 | 5 => self.upsert_models(table),
            6 => self.update_many(table),
            7 => self.delete_model(table),
            8 => self.delete_many(table),
            _ => self.delete_links(table),
        }
    }

    /// RETURNING of every column, if the engine supports it for this statement.
    fn all_returned(&self, table: usize, has: bool) -> String {
        if !has {
            return String::new();
        }
        let names = self.schema.cols(table);
        let names: Vec<String> = names.iter().map(|col| self.quoted(&col.name)).collect();
        format!(" RETURNING {}", names.join(", "))
    }

    /// The columns of an INSERT and rows of values: the tenant, if the model sets it, and every other column.
    fn models(&mut self, table: usize, rows: u32) -> (Vec<String>, String) {
        let described = &self.schema.tables[table];
        let tenant = match &described.role {
            Role::Tenant { column } if self.choices.chance(40) => Some(column.clone()),
            _ => None,
        };
        let mut columns: Vec<String> = tenant.iter().cloned().collect();
        columns.extend(described.columns.iter().map(|column| column.name.clone()));
        let mut out = Vec::new();
        for _ in 0..rows {
            let mut values = Vec::new();
            if tenant.is_some() {
                values.push(self.tenant());
            }
            for (index, column) in described.columns.iter().enumerate() {
                let ty = if column.ty == ColumnType::Int { Ty::Int } else { Ty::Text };
                let value = match self.key_value(table, index) {
                    Some(value) => value,
                    None if column.nullable && self.choices.chance(20) => self.null(ty),
                    None => self.value(ty),
                };
                values.push(value);
            }
            out.push(format!("({})", values.join(", ")));
        }
        (columns, out.join(", "))
    }

    fn insert_text(&mut self, table: usize, rows: u32) -> (String, Vec<String>) {
        let (columns, rows) = self.models(table, rows);
        let names: Vec<String> = columns.iter().map(|column| self.quoted(column)).collect();
        (format!("INSERT INTO {} ({}) VALUES {rows}", self.entity(table), names.join(", ")), columns)
    }

    fn insert_models(&mut self, table: usize, rows: u32) -> Text {
        let (sql, _) = self.insert_text(table, rows);
        let has = self.choices.chance(80);
        Text::unordered(format!("{sql}{}", self.all_returned(table, has)))
    }

    fn upsert_models(&mut self, table: usize) -> Text {
        let rows = 1 + self.choices.below(2);
        let (sql, columns) = self.insert_text(table, rows);
        let plain = self.plain_columns(table);
        let given: Vec<String> =
            plain.iter().map(|(_, col)| col.name.clone()).filter(|name| columns.contains(name)).collect();
        if self.backend().is_mariadb() {
            let key = self.quoted(&self.key_name(table));
            let sets: Vec<String> = match self.choices.chance(70) && !given.is_empty() {
                true => given.iter().map(|name| format!("{0} = VALUES({0})", self.quoted(name))).collect(),
                false => vec![format!("{key} = {key}")],
            };
            return Text::unordered(format!("{sql} ON DUPLICATE KEY UPDATE {}", sets.join(", ")));
        }
        let target = self.conflict_target(table);
        let action = if given.is_empty() || self.choices.chance(30) {
            "DO NOTHING".to_owned()
        } else {
            let sets: Vec<String> = given
                .iter()
                .map(|name| format!("{0} = {1}.{0}", self.quoted(name), self.quoted("excluded")))
                .collect();
            let name = &self.schema.tables[table].name;
            format!("DO UPDATE SET {}{}", sets.join(", "), self.only_own(table, name, String::new()))
        };
        Text::unordered(format!("{sql} ON CONFLICT ({target}) {action}{}", self.all_returned(table, true)))
    }

    /// The WHERE of one model: its primary key, with the tenant if the key contains it.
    fn by_key(&mut self, table: usize) -> String {
        let key = self.entity_column(table, &self.key_name(table));
        let described = &self.schema.tables[table];
        let has_tenant = described.is_key_with_tenant("id", self.schema.keys);
        let tenant = match &described.role {
            Role::Tenant { column } if has_tenant || described.global && self.choices.chance(30) => {
                format!("{} = {} AND ", self.entity_column(table, column), self.tenant())
            }
            _ => String::new(),
        };
        format!("{tenant}{key} = {}", self.some_key(table))
    }

    /// The WHERE of a write, of the entity's own rows.
    fn own_filter(&self, table: usize, condition: &str) -> String {
        self.only_own(table, &self.schema.tables[table].name, format!(" WHERE {condition}"))
    }

    /// The SET list of an update: values of plain columns.
    fn plain_sets(&mut self, table: usize) -> String {
        let plain = self.plain_columns(table);
        let mut sets = Vec::new();
        for (index, col) in &plain {
            if !sets.is_empty() && !self.choices.chance(60) {
                continue;
            }
            let nullable = self.schema.tables[table].columns[*index].nullable;
            let value =
                if nullable && self.choices.chance(15) { self.null(col.ty) } else { self.value(col.ty) };
            sets.push(format!("{} = {value}", self.quoted(&col.name)));
        }
        if sets.is_empty() {
            let key = self.quoted(&self.key_name(table));
            sets.push(format!("{key} = {key}"));
        }
        sets.join(", ")
    }

    fn update_model(&mut self, table: usize) -> Text {
        let (sets, condition) = (self.plain_sets(table), self.by_key(table));
        let returning = self.all_returned(table, self.backend().has_update_returning());
        let filter = self.own_filter(table, &condition);
        Text::unordered(format!("UPDATE {} SET {sets}{filter}{returning}", self.entity(table)))
    }

    fn update_many(&mut self, table: usize) -> Text {
        let plain = self.plain_columns(table);
        let number = plain.iter().find(|(_, col)| col.ty == Ty::Int).map(|(_, col)| self.quoted(&col.name));
        let sets = match number {
            Some(column) if self.choices.chance(40) => format!("{column} = {column} + {}", self.int_value()),
            _ => self.plain_sets(table),
        };
        let filter = self.entity_filter(table);
        let filter = self.own_filter(table, &filter);
        Text::unordered(format!("UPDATE {} SET {sets}{filter}", self.entity(table)))
    }

    fn delete_model(&mut self, table: usize) -> Text {
        let condition = self.by_key(table);
        let filter = self.own_filter(table, &condition);
        Text::unordered(format!("DELETE FROM {}{filter}", self.entity(table)))
    }

    fn delete_many(&mut self, table: usize) -> Text {
        let filter = self.entity_filter(table);
        let filter = self.own_filter(table, &filter);
        Text::unordered(format!("DELETE FROM {}{filter}", self.entity(table)))
    }

    /// The DELETE that replaces the links of a junction.
    fn delete_links(&mut self, table: usize) -> Text {
        let parents = &self.schema.tables[table].parents;
        let is_number = |column: &str| {
            let columns = &self.schema.tables[table].columns;
            columns.iter().any(|other| other.name == column && other.ty == ColumnType::Int)
        };
        let keys: Vec<String> = parents
            .iter()
            .filter(|parent| self.schema.tables[parent.parent].role != Role::Root)
            .map(|parent| parent.column.clone())
            .filter(|column| is_number(column))
            .collect();
        let [one, other, ..] = keys.as_slice() else { return self.delete_many(table) };
        let columns = format!("{}, {}", self.entity_column(table, one), self.entity_column(table, other));
        let list = if self.backend().is_sqlite() { "VALUES " } else { "" };
        let count = 1 + self.choices.below(3);
        let rows: Vec<String> =
            (0..count).map(|_| format!("({}, {})", self.any_id(), self.any_id())).collect();
        let filter = self.own_filter(table, &format!("({columns}) IN ({list}{})", rows.join(", ")));
        Text::unordered(format!("DELETE FROM {}{filter}", self.entity(table)))
    }
}
