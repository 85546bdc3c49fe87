//! RETURNING.

use super::{
    Generator,
    scope::{Named, Ty},
};

impl Generator<'_> {
    /// RETURNING of an INSERT, which every engine supports.
    pub(super) fn insert_returning(&mut self, table: usize, name: &str) -> String {
        self.returning(table, name)
    }

    /// ` RETURNING …`, in some cases.
    pub(super) fn returning(&mut self, table: usize, name: &str) -> String {
        if !self.choices.chance(40) {
            return String::new();
        }
        let rel = self.schema.rel(table, name);
        // SQLite's RETURNING does not accept the table's alias.
        let is_renamed = self.backend().is_sqlite() && self.schema.tables[table].name != name;
        match self.choices.below(if is_renamed { 2 } else { 4 }) {
            0 => " RETURNING *".to_owned(),
            1 => {
                let names: Vec<String> = rel
                    .cols
                    .iter()
                    .map(|col| match self.may_be_bare || is_renamed {
                        true => self.name(&col.name),
                        false => self.reference(&Named { source: name.to_owned(), col: col.clone() }),
                    })
                    .collect();
                format!(" RETURNING {}", names.join(", "))
            }
            _ => {
                let before = std::mem::replace(&mut self.scopes, vec![vec![rel]]);
                let depth = if self.backend().is_mariadb() { 0 } else { 1 };
                let list = self.without_reading(table, |this| {
                    let first = this.int(depth);
                    let second = this.text(depth);
                    let last = if depth > 0 && this.choices.chance(30) && this.spend() {
                        format!(", {}", this.scalar_subquery(Ty::Int, 0))
                    } else {
                        String::new()
                    };
                    format!("{first} AS c1, {second} AS c2{last}")
                });
                self.scopes = before;
                format!(" RETURNING {list}")
            }
        }
    }
}
