//! FROM clauses.

use super::{
    Class, Generator,
    scope::{Col, Rel},
};

/// Joined sources of rows.
pub(super) struct Joined {
    pub(super) sql: String,
    pub(super) rels: Vec<Rel>,
    /// The columns of `*`, in order.
    pub(super) visible: Vec<Col>,
    /// Whether anything was joined.
    pub(super) is_join: bool,
    /// Whether it contains a join with USING or NATURAL.
    pub(super) is_merged: bool,
}

impl Joined {
    pub(super) fn one(sql: String, rel: Rel) -> Self {
        let visible = rel.cols.clone();
        Self { sql, rels: vec![rel], visible, is_join: false, is_merged: false }
    }
}

impl Generator<'_> {
    /// A FROM clause, with joins and lists of them nested at most `depth` deep.
    pub(super) fn sources(&mut self, depth: u32) -> Joined {
        let used = std::mem::take(&mut self.used);
        let crosses = std::mem::take(&mut self.crosses);
        let may_merge = std::mem::replace(&mut self.may_merge, true);
        let mut all = self.join_tree(depth);
        // SQLite's comma binds like a join: a later NATURAL would include what comes before it.
        self.may_merge = !self.backend().is_sqlite();
        while self.may_cross() && self.choices.chance(12) && self.spend() {
            let mut next = if self.backend().is_postgres() && self.choices.chance(25) {
                self.lateral(&all.rels)
            } else {
                self.join_tree(depth)
            };
            self.crosses += 1;
            all.sql = format!("{}, {}", all.sql, next.sql);
            all.rels.append(&mut next.rels);
            all.visible.append(&mut next.visible);
            all.is_join = true;
            all.is_merged |= next.is_merged;
        }
        self.may_merge = may_merge;
        self.used = used;
        self.crosses = crosses;
        all
    }

    /// Whether one more join without a condition keeps the number of rows small.
    pub(super) fn may_cross(&self) -> bool {
        self.crosses < 2
    }

    /// A source that is not a join: a table, a common table expression, a query.
    pub(super) fn factor(&mut self, depth: u32) -> Joined {
        let (cte, query) = match self.focus {
            Class::SelectFlat => (5, 0),
            Class::SelectDerived => (45, 35),
            _ => (30, 10),
        };
        if !self.ctes.is_empty() && self.choices.chance(cte) {
            return self.cte_factor();
        }
        if depth > 0 && self.choices.chance(query) && self.spend() {
            return self.derived(depth - 1);
        }
        let table = self.any_table();
        let (sql, rel) = self.table_factor(table);
        Joined::one(sql, rel)
    }

    /// A table, with or without an alias.
    pub(super) fn table_factor(&mut self, table: usize) -> (String, Rel) {
        let name = self.schema.tables[table].name.clone();
        let is_free = !self.used.contains(&name);
        let alias = match self.choices.below(20) {
            0..=9 if is_free => None,
            18 => self.name_of_another_table(table),
            _ => Some(self.fresh("a")),
        };
        let written = self.table_name(&name);
        let Some(alias) = alias else {
            self.used.push(name.clone());
            return (written, self.schema.rel(table, &name));
        };
        self.used.push(alias.clone());
        let mut rel = self.schema.rel(table, &alias);
        if self.backend().is_postgres() && self.choices.chance(5) && self.choices.chance(4) {
            let renamed: Vec<String> = (1..=rel.cols.len()).map(|number| format!("k{number}")).collect();
            for (col, name) in rel.cols.iter_mut().zip(&renamed) {
                col.name.clone_from(name);
            }
            return (format!("{written}{} ({})", self.alias(&alias), renamed.join(", ")), rel);
        }
        (format!("{written}{}", self.alias(&alias)), rel)
    }

    /// The name of another table as an alias of this one; a new name if they are all taken.
    fn name_of_another_table(&mut self, table: usize) -> Option<String> {
        let others: Vec<String> = (0..self.schema.tables.len())
            .filter(|other| *other != table)
            .map(|other| self.schema.tables[other].name.clone())
            .filter(|name| !self.used.contains(name))
            .collect();
        if others.is_empty() { Some(self.fresh("a")) } else { Some(self.choices.pick(&others).clone()) }
    }

    /// A common table expression in scope, with or without an alias.
    fn cte_factor(&mut self) -> Joined {
        let visible: Vec<Rel> = self
            .ctes
            .iter()
            .enumerate()
            .filter(|(index, cte)| self.ctes[index + 1..].iter().all(|later| later.name != cte.name))
            .map(|(_, cte)| cte.clone())
            .collect();
        let mut cte = self.choices.pick(&visible).clone();
        let written = self.table_name(&cte.name);
        if !self.used.contains(&cte.name) && self.choices.chance(50) {
            self.used.push(cte.name.clone());
            return Joined::one(written, cte);
        }
        cte.name = self.fresh("a");
        self.used.push(cte.name.clone());
        let alias = self.alias(&cte.name);
        Joined::one(format!("{written}{alias}"), cte)
    }
}
