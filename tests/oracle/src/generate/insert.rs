//! INSERT.

use super::{
    Generator, Text,
    scope::{Rel, Ty},
};
use crate::schema::{ColumnType, Role};

/// A column that an INSERT fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    Tenant,
    /// The column of the table at this index.
    Column(usize),
}

impl Generator<'_> {
    /// INSERT with a list of rows.
    pub(super) fn insert_values(&mut self) -> Text {
        let table = self.written_table();
        if !self.backend().is_sqlite() && self.choices.chance(2) {
            let name = self.table_name(&self.schema.tables[table].name.clone());
            let defaults = if self.backend().is_mariadb() { "() VALUES ()" } else { "DEFAULT VALUES" };
            return Text::unordered(format!("INSERT INTO {name} {defaults}"));
        }
        let (head, name, slots) = self.insert_head(table, "INSERT INTO");
        let rows = self.rows(table, &slots);
        let returning = self.insert_returning(table, &name);
        Text::unordered(format!("{head} VALUES {rows}{returning}"))
    }

    /// `INSERT INTO t (…)`, the statement's name for the table, and the columns.
    pub(super) fn insert_head(&mut self, table: usize, verb: &str) -> (String, String, Vec<Slot>) {
        let slots = self.slots(table);
        let mut name = self.schema.tables[table].name.clone();
        let mut written = self.table_name(&name);
        // The parser supports the alias on PostgreSQL only.
        let alias =
            [12, 1, 0][usize::from(!self.backend().is_postgres()) + usize::from(self.backend().is_mariadb())];
        if self.choices.chance(alias) {
            name = self.fresh("a");
            written = format!("{written} AS {}", self.table_name(&name));
        }
        let columns: Vec<String> = slots
            .iter()
            .map(|slot| {
                let column = self.slot_name(table, *slot);
                self.name(&column)
            })
            .collect();
        if slots == self.all_slots(table) && self.choices.chance(15) {
            return (format!("{verb} {written}"), name, slots);
        }
        (format!("{verb} {written} ({})", columns.join(", ")), name, slots)
    }

    /// Every column in the database's order.
    fn all_slots(&self, table: usize) -> Vec<Slot> {
        let is_owned = matches!(self.schema.tables[table].role, Role::Tenant { .. });
        let mut slots: Vec<Slot> = (0..self.schema.tables[table].columns.len()).map(Slot::Column).collect();
        if is_owned {
            let at = if self.schema.tables[table].tenant_last { slots.len() } else { 0 };
            slots.insert(at, Slot::Tenant);
        }
        slots
    }

    fn slots(&mut self, table: usize) -> Vec<Slot> {
        let mut slots = self.all_slots(table);
        slots.retain(|slot| match slot {
            Slot::Tenant => self.choices.chance(25),
            Slot::Column(index) => {
                let column = &self.schema.tables[table].columns[*index];
                *index == 0 || !column.nullable || self.choices.chance(70)
            }
        });
        if self.choices.chance(20) {
            slots.reverse();
        }
        slots
    }

    fn slot_name(&self, table: usize, slot: Slot) -> String {
        let table = &self.schema.tables[table];
        match slot {
            Slot::Tenant => table.tenant_column().unwrap_or("id").to_owned(),
            Slot::Column(index) => table.columns[index].name.clone(),
        }
    }

    /// One or more rows of values.
    pub(super) fn rows(&mut self, table: usize, slots: &[Slot]) -> String {
        let mut rows = Vec::new();
        self.without_reading(table, |this| {
            while rows.is_empty() || rows.len() < 3 && this.choices.chance(35) {
                let values: Vec<String> =
                    slots.iter().map(|slot| this.slot_value(table, *slot, true)).collect();
                rows.push(format!("({})", values.join(", ")));
            }
        });
        rows.join(", ")
    }

    /// A value for a column, possibly computed.
    fn slot_value(&mut self, table: usize, slot: Slot, may_default: bool) -> String {
        let may_default = may_default && self.backend().has_default_value();
        let index = match slot {
            Slot::Tenant if may_default && self.choices.chance(25) => return "DEFAULT".to_owned(),
            Slot::Tenant => return self.tenant(),
            Slot::Column(index) => index,
        };
        if let Some(value) = self.key_value(table, index) {
            return value;
        }
        let column = &self.schema.tables[table].columns[index];
        let ty = if column.ty == ColumnType::Int { Ty::Int } else { Ty::Text };
        match self.choices.below(12) {
            8 if column.nullable => self.null(ty),
            9 if column.nullable && may_default => "DEFAULT".to_owned(),
            10 | 11 => self.expr(ty, 1),
            _ => self.value(ty),
        }
    }

    /// Runs `inner` without reading `table`, where a write is visible while it runs.
    pub(super) fn without_reading<T>(&mut self, table: usize, inner: impl FnOnce(&mut Self) -> T) -> T {
        let unread = self.backend().writes_are_seen().then_some(table);
        let before = std::mem::replace(&mut self.unread, unread);
        let out = inner(self);
        self.unread = before;
        out
    }

    /// INSERT of a query's rows.
    pub(super) fn insert_select(&mut self) -> Text {
        let table = self.written_table();
        let with = (!self.backend().is_mariadb() && self.choices.chance(12)).then(|| self.with_clause(1));
        let (head, name, slots) = self.insert_head(table, "INSERT INTO");
        let rows = self.inserted_query(table, &slots);
        let before = match with {
            Some(with) => {
                let sql = with.sql.clone();
                self.forget(with);
                sql
            }
            None => String::new(),
        };
        let returning = self.insert_returning(table, &name);
        Text::unordered(format!("{before}{head} {rows}{returning}"))
    }

    /// A query of rows for `slots`, in a total order.
    pub(super) fn inserted_query(&mut self, table: usize, slots: &[Slot]) -> String {
        let is_root = self.schema.tables[table].role == Role::Root;
        let sources: Vec<usize> = (0..self.schema.tables.len())
            .filter(|source| self.schema.tables[*source].role != Role::Root)
            .collect();
        if is_root || sources.is_empty() || self.choices.chance(12) {
            let row = |this: &mut Self| {
                let values: Vec<String> = slots.iter().map(|slot| this.typed_value(table, *slot)).collect();
                // SQLite would parse a following ON as a join's, and so would the parser.
                format!("SELECT {} WHERE TRUE", values.join(", "))
            };
            let first = row(self);
            return if self.choices.chance(40) { format!("{first} UNION ALL {}", row(self)) } else { first };
        }
        let source = *self.choices.pick(&sources);
        self.nested(|this| {
            let (sql, rel) = this.table_factor(source);
            let key = rel.key.map_or(String::new(), |key| rel.cols[key].name.clone());
            let id = format!("{}.{}", this.table_name(&rel.name), this.name(&key));
            this.scopes.push(vec![rel.clone()]);
            let turned = this.choices.chance(40);
            let values: Vec<String> =
                slots.iter().map(|slot| this.selected_value(table, *slot, &id, turned, &rel)).collect();
            // Shared rows may have any id; written rows have the tenant's.
            let filter = format!(" WHERE {id} BETWEEN 1 AND 9 AND ({})", this.search_condition());
            this.scopes.pop();
            let limit = if this.choices.chance(25) {
                format!(" LIMIT {}", 1 + this.choices.below(3))
            } else {
                String::new()
            };
            format!("SELECT {} FROM {sql}{filter} ORDER BY {id}{limit}", values.join(", "))
        })
    }

    /// A value with an explicit type, which a query's columns need.
    fn typed_value(&mut self, table: usize, slot: Slot) -> String {
        let value = self.slot_value(table, slot, false);
        match slot {
            Slot::Column(index) if self.backend().is_postgres() => {
                let table = &self.schema.tables[table];
                let is_int =
                    table.columns[index].ty == ColumnType::Int && !(index == 0 && table.role == Role::Root);
                if is_int { format!("CAST({value} AS integer)") } else { value }
            }
            _ => value,
        }
    }

    fn selected_value(&mut self, table: usize, slot: Slot, id: &str, turned: bool, rel: &Rel) -> String {
        let own = if turned { format!("10 - {id}") } else { id.to_owned() };
        let Slot::Column(index) = slot else {
            let tenant = rel.cols.iter().find(|col| col.is_tenant).map(|col| col.name.clone());
            return match tenant {
                Some(column) if self.choices.chance(60) => {
                    format!("{}.{}", self.table_name(&rel.name), self.name(&column))
                }
                _ => self.tenant(),
            };
        };
        let target = &self.schema.tables[table];
        let column = &target.columns[index];
        let is_unique = target.unique.as_ref() == Some(&column.name);
        if index == 0 || is_unique && column.ty == ColumnType::Int {
            return own;
        }
        if is_unique {
            return match self.backend().has_concat_operator() {
                true => format!("'n' || CAST({own} AS text)"),
                false => format!("concat('n', {own})"),
            };
        }
        let is_reference = target.parents.iter().any(|parent| parent.column == column.name);
        if is_reference {
            return self.typed_value(table, slot);
        }
        self.expr(if column.ty == ColumnType::Int { Ty::Int } else { Ty::Text }, 1)
    }
}
