//! SELECT … FOR UPDATE.

use super::{Generator, Text, scope::Rel};

impl Generator<'_> {
    /// SELECT that locks its rows.
    pub(super) fn locking_select(&mut self) -> Text {
        let table = self.any_table();
        let (mut sql, rel) = self.table_factor(table);
        let mut rels = vec![rel];
        let parent = self.schema.tables[table].parents.first().cloned();
        if let (Some(parent), true) = (parent, self.choices.chance(40)) {
            let (right, rel) = self.table_factor(parent.parent);
            let left = &rels[0];
            let (Some(column), Some(key)) = (
                left.cols.iter().position(|col| col.name == parent.column).map(|at| &left.cols[at]),
                rel.key.map(|key| &rel.cols[key]),
            ) else {
                return Text::unordered(format!("SELECT * FROM {sql} FOR UPDATE"));
            };
            sql = format!("{sql} JOIN {right} ON {}.{} = {}.{}", left.name, column.name, rel.name, key.name);
            rels.push(rel);
        }
        self.scopes.push(rels.clone());
        let mut filter = self.where_clause();
        for rel in &rels {
            // Without it, a scope refuses to lock the global rows.
            let condition = rel.table.and_then(|table| self.is_not_global(table, &rel.name));
            if let Some(condition) = condition.filter(|_| self.choices.chance(80)) {
                filter = match filter.strip_prefix(" WHERE ") {
                    Some(others) => format!(" WHERE ({others}) AND {condition}"),
                    None => format!(" WHERE {condition}"),
                };
            }
        }
        let mut order = String::new();
        let ordered = self.choices.chance(50);
        if ordered {
            let keys: Vec<_> = rels.iter().flat_map(Rel::key_cols).collect();
            let keys: Vec<String> =
                keys.iter().map(|named| self.qualified(|this| this.reference(named))).collect();
            order = format!(" ORDER BY {}", keys.join(", "));
            if self.choices.chance(40) {
                order = format!("{order} LIMIT {}", 1 + self.choices.below(4));
            }
        }
        self.scopes.pop();
        let list = if rels.len() == 1 && self.choices.chance(50) {
            "*".to_owned()
        } else {
            format!("{}.*", self.table_name(&rels[0].name))
        };
        let lock = self.lock(&rels[0].name);
        Text { sql: format!("SELECT {list} FROM {sql}{filter}{order} {lock}"), ordered }
    }

    fn lock(&mut self, name: &str) -> String {
        let wait = *self.choices.pick(&["", "", " NOWAIT", " SKIP LOCKED"]);
        if self.backend().is_mariadb() {
            return match self.choices.below(3) {
                2 => "LOCK IN SHARE MODE".to_owned(),
                _ => format!("FOR UPDATE{wait}"),
            };
        }
        let strength = match self.choices.below(12) {
            0..=6 => "UPDATE",
            7..=9 => "SHARE",
            10 => "NO KEY UPDATE",
            _ => "KEY SHARE",
        };
        let of =
            if self.choices.chance(40) { format!(" OF {}", self.table_name(name)) } else { String::new() };
        format!("FOR {strength}{of}{wait}")
    }
}
