//! Common table expressions.

use super::{
    Class, Generator,
    query::Place,
    scope::{Col, Rel, Ty},
};

/// A WITH clause, and what was in scope before it.
pub(super) struct With {
    pub(super) sql: String,
    before: Vec<Rel>,
}

impl Generator<'_> {
    /// `WITH … `, whose names are in scope until they are removed.
    pub(super) fn with_clause(&mut self, depth: u32) -> With {
        let before = self.ctes.clone();
        // MariaDB 10.11 crashes at a recursion in a prepared write.
        let is_recursive = self.choices.chance(20) && !(self.backend().is_mariadb() && self.writes());
        let mut parts = Vec::new();
        while parts.is_empty() || parts.len() < 3 && self.choices.chance(35) {
            let name = self.cte_name(&before, &parts, is_recursive);
            // Depending on the engine, its own query may refer to itself by the name of a table.
            let unread = self.unread;
            self.unread = unread.or(self.table_named(&name));
            let (sql, cols) = if is_recursive && self.choices.chance(60) {
                self.recursion(&name)
            } else {
                self.expression(&name, depth)
            };
            self.unread = unread;
            self.ctes.push(Rel { name: name.clone(), cols, table: None, key: None });
            parts.push((name, sql));
        }
        let parts: Vec<String> = parts.into_iter().map(|(_, sql)| sql).collect();
        let recursive = if is_recursive { "RECURSIVE " } else { "" };
        With { sql: format!("WITH {recursive}{} ", parts.join(", ")), before }
    }

    /// Removes the names of a WITH clause from the scope.
    pub(super) fn forget(&mut self, with: With) {
        self.ctes = with.before;
    }

    /// A new name, or one that shadows an outer one.
    fn cte_name(&mut self, outer: &[Rel], parts: &[(String, String)], is_recursive: bool) -> String {
        let free: Vec<String> = outer
            .iter()
            .map(|cte| cte.name.clone())
            .filter(|name| parts.iter().all(|(taken, _)| taken != name))
            .collect();
        // The WITH of a query after a write is merged with the write's.
        let shadows = parts.is_empty() && self.unread.is_none() && self.choices.chance(2);
        if let (true, Some(table)) = (shadows, self.table_to_shadow()) {
            return self.schema.tables[table].name.clone();
        }
        if free.is_empty() || self.focus == Class::WriteInWith || !self.choices.chance(30) {
            return self.fresh("w");
        }
        let name = self.choices.pick(&free).clone();
        // Its own query, and on SQLite the earlier ones, would refer to it instead of the outer one.
        if is_recursive || self.backend().is_sqlite() {
            let uses_outer = !parts.is_empty();
            if uses_outer {
                return self.fresh("w");
            }
            self.ctes.retain(|cte| cte.name != name);
        }
        name
    }

    fn table_named(&self, name: &str) -> Option<usize> {
        self.schema.tables.iter().position(|table| table.name == name)
    }

    /// A table that a query may shadow, because no statement around it writes it.
    fn table_to_shadow(&mut self) -> Option<usize> {
        if self.writes() { None } else { Some(self.any_table()) }
    }

    fn expression(&mut self, name: &str, depth: u32) -> (String, Vec<Col>) {
        let scopes = self.hide_scopes();
        let (query, mut cols) = if self.choices.chance(8) {
            let cols = vec![Col::new("n", Ty::Int), Col::new("s", Ty::Text)];
            (self.values_rows(), cols)
        } else {
            let query = self.query(&[], Place::Derived, depth.min(1));
            (query.sql, query.cols)
        };
        self.scopes = scopes.unwrap_or(std::mem::take(&mut self.scopes));
        let is_values = query.starts_with("VALUES");
        let list = if is_values {
            " (n, s)".to_owned()
        } else if self.choices.chance(25) {
            self.rename(&mut cols)
        } else {
            String::new()
        };
        let hint = if self.choices.chance(
            [15, 1, 0][usize::from(!self.backend().is_postgres()) + usize::from(self.backend().is_mariadb())],
        ) {
            *self.choices.pick(&["MATERIALIZED ", "NOT MATERIALIZED "])
        } else {
            ""
        };
        (format!("{}{list} AS {hint}({query})", self.table_name(name)), cols)
    }

    /// A recursion that terminates, because its numbers grow and are bounded.
    fn recursion(&mut self, name: &str) -> (String, Vec<Col>) {
        let union = *self.choices.pick(&["UNION ALL", "UNION"]);
        let (written, this) = (self.table_name(name), name);
        let table = self.any_table();
        let has_int_key =
            self.schema.cols(table).iter().any(|col| col.name == self.key_name(table) && !col.is_tenant);
        if !has_int_key || self.choices.chance(30) {
            let bound = if self.spend() {
                let (sql, _) = self.nested(|this| this.table_factor(table));
                format!("(SELECT count(*) FROM {sql})")
            } else {
                "4".to_owned()
            };
            let sql = format!(
                "{written} (n) AS (SELECT 1 {union} SELECT {this}.n + 1 FROM {this} WHERE {this}.n < {bound})"
            );
            return (sql, vec![Col::new("n", Ty::Int)]);
        }
        let id = self.key_name(table);
        let columns = self.schema.cols(table);
        let other = self.choices.pick(&columns).clone();
        let (first, rel) = self.nested(|this| this.unaliased(table));
        let scopes = self.hide_scopes();
        self.scopes.push(vec![rel]);
        let filter = self.nested(Self::where_clause);
        self.scopes.pop();
        self.scopes = scopes.unwrap_or(std::mem::take(&mut self.scopes));
        let source = self.schema.tables[table].name.clone();
        let (join, alias) = (*self.choices.pick(&["JOIN", "INNER JOIN"]), self.fresh("a"));
        let value =
            if self.choices.chance(50) { format!("{alias}.{}", other.name) } else { format!("{this}.v") };
        let step = match self.choices.below(3) {
            0 => format!("{first} AS {alias} {join} {this} ON {alias}.{id} = {this}.n + 1"),
            1 => format!("{this} {join} {first} AS {alias} ON {alias}.{id} = {this}.n + 1"),
            _ => format!("{this}, {first} AS {alias} WHERE {alias}.{id} = {this}.n + 1"),
        };
        let sql = format!(
            "{written} (n, v) AS (SELECT {source}.{id}, {source}.{} FROM {first}{filter} {union} SELECT {alias}.{id}, \
             {value} FROM {step})",
            other.name
        );
        let v = Col { name: "v".to_owned(), ..other };
        (sql, vec![Col::new("n", Ty::Int), v])
    }

    /// A table under its own name.
    pub(super) fn unaliased(&mut self, table: usize) -> (String, Rel) {
        let name = self.schema.tables[table].name.clone();
        self.used.push(name.clone());
        (self.table_name(&name), self.schema.rel(table, &name))
    }
}
