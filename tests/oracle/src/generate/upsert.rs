//! INSERT with a conflict action; REPLACE and similar statements.

use super::{
    Generator, Text,
    insert::Slot,
    scope::{Col, Ty},
};
use crate::schema::Role;

impl Generator<'_> {
    /// INSERT … ON CONFLICT or ON DUPLICATE KEY UPDATE.
    pub(super) fn upsert(&mut self) -> Text {
        let table = self.written_table();
        let (head, name, slots) = self.insert_head(table, "INSERT INTO");
        let rows = if self.choices.chance(20) && !self.backend().is_mariadb() {
            self.inserted_query(table, &slots)
        } else {
            format!("VALUES {}", self.rows(table, &slots))
        };
        let conflict = if self.backend().is_mariadb() {
            self.on_duplicate_key(table, &name, &slots)
        } else {
            self.on_conflict(table, &name, &slots)
        };
        let returning = self.insert_returning(table, &name);
        Text::unordered(format!("{head} {rows}{conflict}{returning}"))
    }

    fn on_conflict(&mut self, table: usize, name: &str, slots: &[Slot]) -> String {
        let target = self.conflict_target(table);
        match self.choices.below(8) {
            0 => " ON CONFLICT DO NOTHING".to_owned(),
            1 | 2 => format!(" ON CONFLICT ({target}) DO NOTHING"),
            _ => format!(" ON CONFLICT ({target}) DO UPDATE SET {}", self.do_update(table, name, slots)),
        }
    }

    /// The columns of one of the table's unique keys.
    pub(super) fn conflict_target(&mut self, table: usize) -> String {
        let described = &self.schema.tables[table];
        let unique = described.unique.clone().filter(|_| self.choices.chance(30));
        let column = unique.unwrap_or_else(|| self.key_name(table));
        let has_tenant = described.is_key_with_tenant(&column, self.schema.keys);
        let column = self.name(&column);
        match &described.role {
            Role::Tenant { column: tenant } if has_tenant => {
                let tenant = self.name(tenant);
                if self.choices.chance(20) {
                    format!("{column}, {tenant}")
                } else {
                    format!("{tenant}, {column}")
                }
            }
            _ => column,
        }
    }

    /// The DO UPDATE SET list.
    fn do_update(&mut self, table: usize, name: &str, slots: &[Slot]) -> String {
        let rel = self.schema.rel(table, name);
        let before = std::mem::replace(&mut self.scopes, vec![vec![rel]]);
        let sql = self.qualified(|this| {
            this.without_reading(table, |this| {
                let mut sets = Vec::new();
                for (index, col) in this.plain_columns(table) {
                    if !this.choices.chance(60) {
                        continue;
                    }
                    let column = this.name(&col.name);
                    let is_given = slots.contains(&Slot::Column(index));
                    let value = match this.choices.below(6) {
                        0..=2 if is_given => format!("excluded.{column}"),
                        3 if col.ty == Ty::Int => {
                            format!("{}.{column} + excluded.{column}", this.table_name(name))
                        }
                        4 => this.expr(col.ty, 2),
                        _ => this.value(col.ty),
                    };
                    sets.push(format!("{column} = {value}"));
                }
                if sets.is_empty() {
                    let key = this.key_name(table);
                    let key = this.name(&key);
                    sets.push(format!("{key} = excluded.{key}"));
                }
                let filter = if this.choices.chance(25) {
                    format!(" WHERE {}", this.search_condition())
                } else {
                    String::new()
                };
                format!("{}{}", sets.join(", "), this.only_own(table, name, filter))
            })
        });
        self.scopes = before;
        sql
    }

    fn on_duplicate_key(&mut self, table: usize, name: &str, slots: &[Slot]) -> String {
        let mut sets = Vec::new();
        for (index, col) in self.plain_columns(table) {
            if !self.choices.chance(60) {
                continue;
            }
            let column = self.name(&col.name);
            let value = match self.choices.below(6) {
                0..=2 if slots.contains(&Slot::Column(index)) => format!("VALUES({column})"),
                3 if col.ty == Ty::Int => format!("{column} + 1"),
                4 if col.ty == Ty::Int => {
                    format!("coalesce({}.{column}, 0) + VALUES({column})", self.table_name(name))
                }
                _ => self.value(col.ty),
            };
            sets.push(format!("{column} = {value}"));
        }
        if sets.is_empty() {
            let key = self.key_name(table);
            let key = self.name(&key);
            sets.push(format!("{key} = {key}"));
        }
        format!(" ON DUPLICATE KEY UPDATE {}", sets.join(", "))
    }

    /// The columns that are in no key, with their numbers.
    pub(super) fn plain_columns(&self, table: usize) -> Vec<(usize, Col)> {
        let described = &self.schema.tables[table];
        let is_key = |name: &String| {
            described.unique.as_ref() == Some(name)
                || described.parents.iter().any(|parent| parent.column == *name)
        };
        let cols = self.schema.cols(table);
        let plain = described.columns.iter().enumerate().skip(1).filter(|(_, column)| !is_key(&column.name));
        plain
            .filter_map(|(index, column)| {
                let col = cols.iter().find(|col| col.name == column.name)?;
                Some((index, col.clone()))
            })
            .collect()
    }

    /// REPLACE, INSERT OR …, INSERT IGNORE, UPDATE OR …, two ON CONFLICT.
    pub(super) fn replace(&mut self) -> Text {
        let table = self.written_table();
        let kind = self.choices.below(7);
        if self.backend().is_sqlite() && kind == 5 {
            let (verb, id) = (*self.choices.pick(&["IGNORE", "REPLACE", "ABORT"]), self.any_id());
            let name = self.schema.tables[table].name.clone();
            let key = self.key_name(table);
            let value = self.key_value(table, 0).unwrap_or_default();
            return Text::unordered(format!(
                "UPDATE OR {verb} {name} SET {key} = {value} WHERE {key} = {id}"
            ));
        }
        let verb = if self.backend().is_mariadb() {
            *self.choices.pick(&["REPLACE INTO", "INSERT IGNORE INTO", "REPLACE"])
        } else {
            *self.choices.pick(&[
                "REPLACE INTO",
                "INSERT OR REPLACE INTO",
                "INSERT OR IGNORE INTO",
                "INSERT OR ABORT INTO",
                "INSERT OR FAIL INTO",
            ])
        };
        if self.backend().is_sqlite() && kind == 6 {
            let (head, _, slots) = self.insert_head(table, "INSERT INTO");
            let rows = self.rows(table, &slots);
            let target = self.conflict_target(table);
            return Text::unordered(format!(
                "{head} VALUES {rows} ON CONFLICT ({target}) DO NOTHING ON CONFLICT DO NOTHING"
            ));
        }
        let (head, _, slots) = self.insert_head(table, verb);
        let rows = if kind == 4 {
            self.inserted_query(table, &slots)
        } else {
            format!("VALUES {}", self.rows(table, &slots))
        };
        Text::unordered(format!("{head} {rows}"))
    }
}
