//! DELETE, and writes in WITH.

use super::{
    Generator, Text,
    query::Place,
    scope::{Col, Named, Rel},
};

impl Generator<'_> {
    /// DELETE from one table.
    pub(super) fn delete(&mut self) -> Text {
        let table = self.written_table();
        let with = (!self.backend().is_mariadb() && self.choices.chance(8)).then(|| self.with_clause(1));
        let (target, rel) = self.written(table, !self.backend().is_mariadb());
        let is_limited = self.backend().is_mariadb() && self.choices.chance(15);
        if is_limited && self.choices.chance(85) {
            self.fuel = 0;
        }
        self.scopes.push(vec![rel.clone()]);
        let filter = if self.choices.chance(60) {
            let key = self.key_reference(&rel);
            let id = self.some_key(table);
            let more =
                if self.choices.chance(40) { format!(" AND {}", self.condition(2)) } else { String::new() };
            format!(" WHERE {key} = {id}{more}")
        } else {
            format!(" WHERE {}", self.search_condition())
        };
        self.scopes.pop();
        let filter = self.only_own(table, &rel.name, filter);
        let tail = if is_limited { self.tail_of_write(&rel) } else { String::new() };
        let returning = self.returning(table, &rel.name);
        let before = match with {
            Some(with) => {
                let sql = with.sql.clone();
                self.forget(with);
                sql
            }
            None => String::new(),
        };
        Text::unordered(format!("{before}DELETE FROM {target}{filter}{tail}{returning}"))
    }

    /// DELETE with other tables.
    pub(super) fn delete_using(&mut self) -> Text {
        // A scope refuses MariaDB's syntax.
        if self.backend().is_mariadb() && self.choices.chance(65) {
            return self.delete();
        }
        let table = self.written_table();
        let may_rename = !self.backend().is_mariadb();
        let (target, rel) = self.written(table, may_rename);
        let Some((sources, rels, on)) = self.matching(table, &rel) else { return self.delete() };
        let mut all = vec![rel.clone()];
        all.extend(rels);
        self.scopes.push(all);
        let filter = self.without_reading(table, Self::search_condition);
        self.scopes.pop();
        let is_using = !self.backend().is_mariadb();
        let filter =
            if is_using { format!(" WHERE {on} AND ({filter})") } else { format!(" WHERE {filter}") };
        let filter = self.only_own(table, &rel.name, filter);
        let sql = if self.backend().is_mariadb() {
            let name = self.table_name(&rel.name);
            match self.choices.below(2) {
                0 => format!("DELETE {name} FROM {target} JOIN {sources} ON {on}{filter}"),
                _ => format!("DELETE FROM {name} USING {target} JOIN {sources} ON {on}{filter}"),
            }
        } else {
            let returning = self.qualified(|this| this.returning(table, &rel.name));
            format!("DELETE FROM {target} USING {sources}{filter}{returning}")
        };
        Text::unordered(sql)
    }

    /// A query of the rows that a write in WITH returns.
    pub(super) fn write_in_with(&mut self) -> Text {
        let table = self.written_table();
        let name = self.fresh("w");
        let written = self.schema.tables[table].name.clone();
        let cols: Vec<Col> = self.schema.cols(table);
        let names: Vec<String> = cols.iter().map(|col| col.name.clone()).collect();
        let rel = self.schema.rel(table, &written);
        self.used = vec![written.clone()];
        let write = match self.choices.below(3) {
            0 => {
                self.scopes.push(vec![rel.clone()]);
                let (key, filter) = (self.key_reference(&rel), self.condition(1));
                let id = self.some_key(table);
                self.scopes.pop();
                let filter = format!(" WHERE {key} = {id} AND {filter}");
                format!("DELETE FROM {written}{}", self.only_own(table, &written, filter))
            }
            1 => {
                self.scopes.push(vec![rel.clone()]);
                let columns = self.plain_columns(table);
                let set = match columns.first() {
                    Some((_, col)) => format!("{} = {}", col.name, self.expr(col.ty, 1)),
                    None => format!("{0} = {0}", self.key_name(table)),
                };
                let filter = self.where_clause();
                self.scopes.pop();
                format!("UPDATE {written} SET {set}{}", self.only_own(table, &written, filter))
            }
            _ => {
                let (head, _, slots) = self.insert_head(table, "INSERT INTO");
                let rows = self.rows(table, &slots);
                let target = self.conflict_target(table);
                let conflict = if self.choices.chance(40) {
                    format!(" ON CONFLICT ({target}) DO NOTHING")
                } else {
                    String::new()
                };
                format!("{head} VALUES {rows}{conflict}")
            }
        };
        self.used.clear();
        let with = format!("WITH {name} AS ({write} RETURNING {})", names.join(", "));
        let other = self.unrelated_table(table);
        if let (Some(other), true) = (other, self.choices.chance(25)) {
            let target = self.schema.tables[other].name.clone();
            let own = self.schema.rel(other, &target);
            let key = own.cols[own.key.unwrap_or(0)].clone();
            let key = self.reference(&Named { source: target.clone(), col: key });
            let filter = format!(" WHERE {key} IN (SELECT id FROM {name})");
            let sql = format!("{with} DELETE FROM {target}{}", self.only_own(other, &target, filter));
            return Text::unordered(sql);
        }
        self.ctes.push(Rel { name, cols, table: None, key: rel.key });
        let query = self.query(&[], Place::Top, 1);
        self.ctes.clear();
        // If the query had its own WITH, it would be a second one.
        let sql = match query.sql.strip_prefix("WITH ") {
            Some(rest) => match rest.strip_prefix("RECURSIVE ") {
                Some(rest) => format!("{}, {rest}", with.replacen("WITH ", "WITH RECURSIVE ", 1)),
                None => format!("{with}, {rest}"),
            },
            None => format!("{with} {}", query.sql),
        };
        Text { sql, ordered: query.ordered }
    }

    /// A table without references to or from `table`, and with the same type of key.
    fn unrelated_table(&mut self, table: usize) -> Option<usize> {
        let refers = |one: usize, other: usize| {
            self.schema.tables[one].parents.iter().any(|parent| parent.parent == other)
        };
        let others: Vec<usize> = (0..self.schema.tables.len())
            .filter(|other| *other != table && self.is_owned(*other) && self.is_owned(table))
            .filter(|other| !refers(*other, table) && !refers(table, *other))
            .collect();
        if others.is_empty() { None } else { Some(*self.choices.pick(&others)) }
    }
}
