//! Queries and lists of values in FROM.

use super::{
    Generator,
    from::Joined,
    query::Place,
    scope::{Col, Rel, Ty},
};

impl Generator<'_> {
    /// `(SELECT …) AS name`.
    pub(super) fn derived(&mut self, depth: u32) -> Joined {
        if self.choices.chance(12) {
            return self.values_table();
        }
        let scopes = self.hide_scopes();
        let query = self.nested(|this| this.query(&[], Place::Derived, depth));
        self.scopes = scopes.unwrap_or(std::mem::take(&mut self.scopes));
        self.named_query("", &query.sql, query.cols)
    }

    /// `LATERAL (SELECT …) AS name`, which can reference the sources before it.
    pub(super) fn lateral(&mut self, before: &[Rel]) -> Joined {
        self.scopes.push(before.to_vec());
        let query = self.nested(|this| this.query(&[], Place::Derived, 1));
        self.scopes.pop();
        self.named_query("LATERAL ", &query.sql, query.cols)
    }

    /// Hides the outer queries, where the engine does.
    pub(super) fn hide_scopes(&mut self) -> Option<Vec<Vec<Rel>>> {
        if self.backend().has_correlated_derived_tables() {
            return None;
        }
        Some(std::mem::take(&mut self.scopes))
    }

    fn named_query(&mut self, before: &str, query: &str, mut cols: Vec<Col>) -> Joined {
        let name = self.fresh("d");
        self.used.push(name.clone());
        let alias = self.alias(&name);
        let mut renamed = String::new();
        if self.backend().is_postgres() && self.choices.chance(10) {
            renamed = self.rename(&mut cols);
        }
        let rel = Rel { name, cols, table: None, key: None };
        Joined::one(format!("{before}({query}){alias}{renamed}"), rel)
    }

    /// ` (r1, r2)`: new names for columns.
    pub(super) fn rename(&mut self, cols: &mut [Col]) -> String {
        let names: Vec<String> = (1..=cols.len()).map(|number| format!("r{number}")).collect();
        for (col, name) in cols.iter_mut().zip(&names) {
            col.name.clone_from(name);
        }
        format!(" ({})", names.join(", "))
    }

    /// A list of values as a table, with the engine's names of columns.
    fn values_table(&mut self) -> Joined {
        let name = self.fresh("v");
        self.used.push(name.clone());
        if self.backend().is_postgres() && self.choices.chance(20) {
            let sql = format!("generate_series(1, {}) AS {name}", 1 + self.choices.below(4));
            let rel = Rel { cols: vec![Col::new(name.clone(), Ty::Int)], name, table: None, key: None };
            return Joined::one(sql, rel);
        }
        let (sql, names) = match self.backend() {
            crate::schema::Backend::Postgres => {
                (format!("({}) AS {name} (n, s)", self.values_rows()), ["n", "s"])
            }
            crate::schema::Backend::Sqlite => {
                (format!("({}) AS {name}", self.values_rows()), ["column1", "column2"])
            }
            crate::schema::Backend::MariaDb => {
                let row =
                    |this: &mut Self| format!("SELECT {} AS n, {} AS s", this.int_value(), this.text_value());
                (format!("({} UNION ALL {}) AS {name}", row(self), row(self)), ["n", "s"])
            }
        };
        let cols = vec![Col::new(names[0], Ty::Int), Col::new(names[1], Ty::Text)];
        Joined::one(sql, Rel { name, cols, table: None, key: None })
    }

    /// `VALUES (1, 'n1'), …`.
    pub(super) fn values_rows(&mut self) -> String {
        let mut rows = Vec::new();
        loop {
            rows.push(format!("({}, {})", self.int_value(), self.text_value()));
            if rows.len() == 4 || !self.choices.chance(60) {
                break;
            }
        }
        format!("VALUES {}", rows.join(", "))
    }
}
