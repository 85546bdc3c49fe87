//! UPDATE.

use super::{
    Generator, Text,
    scope::{Col, Named, Rel, Ty},
};

impl Generator<'_> {
    /// UPDATE of one table.
    pub(super) fn update(&mut self) -> Text {
        let table = self.written_table();
        let with = (!self.backend().is_mariadb() && self.choices.chance(8)).then(|| self.with_clause(1));
        let (target, rel) = self.written(table, true);
        let is_limited = self.backend().is_mariadb() && self.choices.chance(15);
        if is_limited && self.choices.chance(85) {
            self.fuel = 0;
        }
        self.scopes.push(vec![rel.clone()]);
        let (sets, moved) = self.set_list(table, &rel, &[], "");
        let filter = match moved {
            // Which row first conflicts with another's key would depend on the order.
            Some(id) => {
                let key = self.key_reference(&rel);
                format!(" WHERE {key} = {id}")
            }
            None => self.where_clause(),
        };
        self.scopes.pop();
        let filter = self.only_own(table, &rel.name, filter);
        let tail = if is_limited { self.tail_of_write(&rel) } else { String::new() };
        let returning = if self.backend().has_update_returning() {
            self.returning(table, &rel.name)
        } else {
            String::new()
        };
        let before = match with {
            Some(with) => {
                let sql = with.sql.clone();
                self.forget(with);
                sql
            }
            None => String::new(),
        };
        Text::unordered(format!("{before}UPDATE {target} SET {sets}{filter}{tail}{returning}"))
    }

    /// The written table, with or without an alias.
    pub(super) fn written(&mut self, table: usize, may_rename: bool) -> (String, Rel) {
        let name = self.schema.tables[table].name.clone();
        let written = self.table_name(&name);
        if may_rename && self.choices.chance(25) {
            let alias = self.fresh("a");
            self.used.push(alias.clone());
            let name = if self.backend().is_sqlite() {
                format!(" AS {}", self.table_name(&alias))
            } else {
                self.alias(&alias)
            };
            return (format!("{written}{name}"), self.schema.rel(table, &alias));
        }
        self.used.push(name.clone());
        (written, self.schema.rel(table, &name))
    }

    pub(super) fn key_reference(&mut self, rel: &Rel) -> String {
        let col = rel.cols[rel.key.unwrap_or(0)].clone();
        self.qualified(|this| this.reference(&Named { source: rel.name.clone(), col }))
    }

    /// ` ORDER BY key LIMIT n` of an UPDATE or DELETE.
    pub(super) fn tail_of_write(&mut self, rel: &Rel) -> String {
        let key = self.key_reference(rel);
        let limit = if self.choices.chance(75) {
            format!(" LIMIT {}", 1 + self.choices.below(4))
        } else {
            String::new()
        };
        format!(" ORDER BY {key}{limit}")
    }

    /// The SET list; also the id of the one row that may change, if its key changes.
    fn set_list(
        &mut self,
        table: usize,
        rel: &Rel,
        sources: &[Rel],
        prefix: &str,
    ) -> (String, Option<String>) {
        let mut sets: Vec<String> = Vec::new();
        let mut moved = None;
        self.without_reading(table, |this| {
            let columns = this.plain_columns(table);
            if this.backend().has_row_assignment() && columns.len() > 1 && this.choices.chance(12) {
                sets.push(this.row_assignment(&columns[0].1, &columns[1].1));
            } else {
                for (_, col) in &columns {
                    if sets.is_empty() || this.choices.chance(35) {
                        // Whether a value on MariaDB sees earlier assignments depends on the plan.
                        let value = match sets.len() {
                            1.. if this.backend().is_mariadb() => this.value(col.ty),
                            _ => this.set_value(col.ty, sources),
                        };
                        sets.push(format!("{prefix}{} = {value}", this.name(&col.name)));
                    }
                }
            }
            let count = this.schema.tables[table].columns.len();
            for index in 0..count {
                if !this.choices.chance(8) {
                    continue;
                }
                let column = this.schema.tables[table].columns[index].name.clone();
                if let Some(value) = this.key_value(table, index) {
                    sets.push(format!("{prefix}{} = {value}", this.name(&column)));
                    moved = Some(this.some_key(table));
                }
            }
        });
        if let Some(col) =
            rel.cols.iter().find(|col| col.is_tenant && Some(col.name.as_str()) != Some("id")).cloned()
            && self.choices.chance(6)
        {
            let tenant = self.tenant();
            sets.push(format!("{prefix}{} = {tenant}", self.name(&col.name)));
        }
        if sets.is_empty() {
            let key = self.key_name(table);
            let key = self.name(&key);
            sets.push(format!("{prefix}{key} = {}.{key}", self.table_name(&rel.name)));
        }
        (sets.join(", "), moved)
    }

    fn set_value(&mut self, ty: Ty, sources: &[Rel]) -> String {
        let offered: Vec<Named> = sources
            .iter()
            .flat_map(|rel| {
                rel.cols.iter().map(move |col| Named { source: rel.name.clone(), col: col.clone() })
            })
            .filter(|named| named.col.ty == ty)
            .collect();
        if !offered.is_empty() && self.choices.chance(60) {
            let named = self.choices.pick(&offered).clone();
            return self.qualified(|this| this.reference(&named));
        }
        match self.choices.below(5) {
            0 => self.value(ty),
            1 => self.expr(ty, 2),
            2 if self.spend() && ty != Ty::Bool => self.scalar_subquery(ty, 1),
            _ => self.expr(ty, 1),
        }
    }

    fn row_assignment(&mut self, one: &Col, other: &Col) -> String {
        let columns = format!("({}, {})", self.name(&one.name), self.name(&other.name));
        if self.spend() && self.choices.chance(60) {
            return format!("{columns} = ({})", self.single_row(&[one.ty, other.ty], 0));
        }
        format!("{columns} = ({}, {})", self.expr(one.ty, 1), self.expr(other.ty, 1))
    }

    /// UPDATE with additional sources, of which at most one row matches each row of the table.
    pub(super) fn update_from(&mut self) -> Text {
        // A scope refuses MariaDB's syntax.
        if self.backend().is_mariadb() && self.choices.chance(50) {
            return self.update();
        }
        let table = self.written_table();
        let (target, rel) = self.written(table, true);
        let Some((sources, rels, on)) = self.matching(table, &rel) else { return self.update() };
        let mut all = vec![rel.clone()];
        all.extend(rels.iter().cloned());
        self.scopes.push(all);
        let prefix = if self.backend().is_mariadb() {
            format!("{}.", self.table_name(&rel.name))
        } else {
            String::new()
        };
        let (sets, moved) = self.set_list(table, &rel, &rels, &prefix);
        let more = if self.choices.chance(50) {
            format!(" AND ({})", self.search_condition())
        } else {
            String::new()
        };
        let more = match moved {
            Some(id) => format!(" AND {} = {id}{more}", self.key_reference(&rel)),
            None => more,
        };
        self.scopes.pop();
        if self.backend().is_mariadb() {
            let filter = self.only_own(table, &rel.name, format!(" WHERE 1 = 1{more}"));
            return Text::unordered(format!("UPDATE {target} JOIN {sources} ON {on} SET {sets}{filter}"));
        }
        let filter = self.only_own(table, &rel.name, format!(" WHERE {on}{more}"));
        let returning = self.qualified(|this| this.returning(table, &rel.name));
        Text::unordered(format!("UPDATE {target} SET {sets} FROM {sources}{filter}{returning}"))
    }

    /// Sources, and a condition under which at most one of their rows matches a row of `rel`.
    pub(super) fn matching(&mut self, table: usize, rel: &Rel) -> Option<(String, Vec<Rel>, String)> {
        let parents = self.schema.tables[table].parents.clone();
        let key = rel.cols[rel.key?].clone();
        let own = |col| Named { source: rel.name.clone(), col };
        let children: Vec<(usize, String)> = (0..self.schema.tables.len())
            .flat_map(|child| self.schema.tables[child].parents.iter().map(move |parent| (child, parent)))
            .filter(|(_, parent)| parent.parent == table)
            .map(|(child, parent)| (child, parent.column.clone()))
            .collect();
        if !children.is_empty() && self.choices.chance(40) {
            let (child, column) = self.choices.pick(&children).clone();
            let name = self.fresh("d");
            let scopes = std::mem::take(&mut self.scopes);
            let inner = self.nested(|this| {
                let (sql, inner) = this.unaliased(child);
                this.scopes.push(vec![inner]);
                let (sum, filter) = (this.aggregate(Ty::Int), this.where_clause());
                this.scopes.pop();
                format!("SELECT {column} AS k, {sum} AS n FROM {sql}{filter} GROUP BY {column}")
            });
            self.scopes = scopes;
            let cols = vec![Col::new("k", key.ty), Col::new("n", Ty::Int)];
            let derived = Rel { name: name.clone(), cols, table: None, key: Some(0) };
            let key = self.qualified(|this| this.reference(&own(key)));
            self.used.push(name.clone());
            return Some((format!("({inner}) AS {name}"), vec![derived], format!("{name}.k = {key}")));
        }
        let (source, column) = if !parents.is_empty() && self.choices.chance(80) {
            let parent = self.choices.pick(&parents).clone();
            (parent.parent, rel.has(&parent.column)?.clone())
        } else {
            (self.any_table(), key)
        };
        let (mut sql, right) = self.table_factor(source);
        let right_key = right.cols[right.key?].clone();
        if right_key.ty != column.ty {
            return None;
        }
        let on = self.qualified(|this| {
            let one = this.reference(&Named { source: right.name.clone(), col: right_key.clone() });
            format!("{one} = {}", this.reference(&own(column)))
        });
        let mut rels = vec![right.clone()];
        let grand = self.schema.tables[source].parents.first().cloned();
        if let (Some(grand), true) = (grand, self.choices.chance(30) && !self.backend().is_mariadb()) {
            let (joined, next) = self.table_factor(grand.parent);
            if let (Some(column), Some(next_key)) = (right.has(&grand.column), next.key) {
                let join = *self.choices.pick(&["LEFT JOIN", "JOIN"]);
                let col = next.cols[next_key].clone();
                let on = self.qualified(|this| {
                    let one = this.reference(&Named { source: next.name.clone(), col });
                    format!(
                        "{one} = {}",
                        this.reference(&Named { source: right.name.clone(), col: column.clone() })
                    )
                });
                sql = format!("{sql} {join} {joined} ON {on}");
                rels.push(next);
            }
        }
        Some((sql, rels, on))
    }
}
