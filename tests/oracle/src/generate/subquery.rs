//! Subqueries in expressions.

use super::{
    Generator,
    query::Place,
    scope::{Named, Ty},
};
use crate::schema::Role;

impl Generator<'_> {
    /// A condition with a subquery.
    pub(super) fn subquery_condition(&mut self, depth: u32) -> String {
        match self.choices.below(10) {
            0..=2 => {
                let not = *self.choices.pick(&["", "NOT "]);
                format!("{not}EXISTS ({})", self.exists_query())
            }
            3 | 4 => {
                let op = *self.choices.pick(&["IN", "NOT IN"]);
                format!("{} {op} ({})", self.int(0), self.query(&[Ty::Int], Place::List, depth).sql)
            }
            5 => {
                let op = *self.choices.pick(&["IN", "NOT IN"]);
                format!("{} {op} ({})", self.text(0), self.query(&[Ty::Text], Place::List, depth).sql)
            }
            6 => {
                let op = *self.choices.pick(&["IN", "NOT IN"]);
                let (a, b) = (self.int(0), self.int(0));
                format!("({a}, {b}) {op} ({})", self.query(&[Ty::Int, Ty::Int], Place::List, depth).sql)
            }
            7 if self.backend().has_quantifiers() => {
                let op = *self.choices.pick(&["=", "<", ">", "<>"]);
                let quantifier = *self.choices.pick(&["ANY", "ALL", "SOME"]);
                format!(
                    "{} {op} {quantifier} ({})",
                    self.int(0),
                    self.query(&[Ty::Int], Place::List, depth).sql
                )
            }
            // MariaDB 10.11 evaluates HAVING for no row where such a comparison cannot be true.
            8 if self.backend().is_postgres() => {
                let (a, b) = (self.int(0), self.int(0));
                format!("({a}, {b}) = ({})", self.single_row(&[Ty::Int, Ty::Int], depth))
            }
            _ => {
                let op = *self.choices.pick(&["=", "<", ">", "<>"]);
                format!("{} {op} {}", self.int(0), self.scalar_subquery(Ty::Int, depth))
            }
        }
    }

    /// The query after EXISTS, of which only emptiness matters.
    fn exists_query(&mut self) -> String {
        if self.choices.chance(20) {
            return self.query(&[Ty::Int], Place::Exists, 1).sql;
        }
        self.nested(|this| {
            let from = this.sources(1);
            this.scopes.push(from.rels);
            let list = *this.choices.pick(&["1", "*", "NULL"]);
            let filter = this.where_clause();
            this.scopes.pop();
            let limit = if this.choices.chance(10) { " LIMIT 1" } else { "" };
            format!("SELECT {list} FROM {}{filter}{limit}", from.sql)
        })
    }

    /// `(SELECT …)` with at most one value.
    pub(super) fn scalar_subquery(&mut self, ty: Ty, depth: u32) -> String {
        format!("({})", self.single_row(&[ty], depth))
    }

    /// A query of at most one row.
    pub(super) fn single_row(&mut self, types: &[Ty], depth: u32) -> String {
        match self.choices.below(8) {
            0..=2 => self.row_by_key(types),
            3 | 4 => self.row_of_aggregates(types),
            5 => self.query(types, Place::Scalar, depth).sql,
            6 => self.nested(|this| {
                let with = this.with_clause(1);
                let row = this.row_of_aggregates(types);
                let sql = format!("{}{row}", with.sql);
                this.forget(with);
                sql
            }),
            _ => {
                let items: Vec<String> = types.iter().map(|ty| this_value(self, *ty)).collect();
                format!("SELECT {}", items.join(", "))
            }
        }
    }

    /// The row with a given key.
    fn row_by_key(&mut self, types: &[Ty]) -> String {
        let parent = if self.choices.chance(70) { self.key_of_parent() } else { None };
        let (table, key, hidden) = match parent {
            Some((table, key, source)) => (table, key, Some(source)),
            None => {
                let table = self.any_table();
                let key = self.some_key(table);
                (table, key, None)
            }
        };
        self.nested(|this| {
            // The key comes from an outer query: this table must not have the same name as its source.
            this.used.extend(hidden);
            let (sql, rel) = this.table_factor(table);
            let (source, id) = (this.table_name(&rel.name), rel.key.map(|key| rel.cols[key].name.clone()));
            let id = this.name(&id.unwrap_or_else(|| this.key_name(table)));
            this.scopes.push(vec![rel]);
            let items: Vec<String> = types.iter().map(|ty| this.expr(*ty, 0)).collect();
            let more =
                if this.choices.chance(20) { format!(" AND {}", this.condition(0)) } else { String::new() };
            this.scopes.pop();
            format!("SELECT {} FROM {sql} WHERE {source}.{id} = {key}{more}", items.join(", "))
        })
    }

    /// A value that may be a key of the table.
    pub(super) fn some_key(&mut self, table: usize) -> String {
        if self.schema.tables[table].role == Role::Root { self.any_tenant() } else { self.any_id() }
    }

    /// A column in scope that references another table: that table, the column, and its source.
    fn key_of_parent(&mut self) -> Option<(usize, String, String)> {
        let mut found: Vec<(usize, Named)> = Vec::new();
        for rel in self.scopes.last()? {
            let Some(table) = rel.table else { continue };
            for parent in &self.schema.tables[table].parents {
                let col = rel.has(&parent.column);
                if let (Some(col), true) = (col, self.may_read(parent.parent)) {
                    found.push((parent.parent, Named { source: rel.name.clone(), col: col.clone() }));
                }
            }
        }
        if found.is_empty() {
            return None;
        }
        let (parent, named) = self.choices.pick(&found).clone();
        let column = self.qualified(|this| this.reference(&named));
        Some((parent, column, named.source))
    }

    fn row_of_aggregates(&mut self, types: &[Ty]) -> String {
        self.nested(|this| {
            let from = this.sources(1);
            this.scopes.push(from.rels);
            let items: Vec<String> = types.iter().map(|ty| this.aggregate(*ty)).collect();
            let filter = this.where_clause();
            this.scopes.pop();
            format!("SELECT {} FROM {}{filter}", items.join(", "), from.sql)
        })
    }

    /// Runs `inner` as a separate query, whose FROM may use any name.
    pub(super) fn nested<T>(&mut self, inner: impl FnOnce(&mut Self) -> T) -> T {
        let used = std::mem::take(&mut self.used);
        let bare = std::mem::replace(&mut self.may_be_bare, true);
        let out = inner(self);
        self.used = used;
        self.may_be_bare = bare;
        out
    }

    /// The name of a table's key column.
    pub(super) fn key_name(&self, table: usize) -> String {
        self.schema.tables[table].columns[0].name.clone()
    }
}

fn this_value(generator: &mut Generator<'_>, ty: Ty) -> String {
    if generator.scopes.is_empty() { generator.value(ty) } else { generator.expr(ty, 0) }
}
