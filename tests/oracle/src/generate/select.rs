//! SELECT without grouping.

use super::{
    Class, Generator,
    from::Joined,
    query::{Place, Query},
    scope::{Col, Named, Ty},
};

impl Generator<'_> {
    /// SELECT of columns and expressions.
    pub(super) fn flat_select(&mut self, types: &[Ty], place: Place, depth: u32) -> Query {
        let from = self.sources(depth);
        self.scopes.push(from.rels.clone());
        let distinct = self.choices.chance(12);
        let on = self.distinct_on(distinct, place);
        let (list, cols) = if types.is_empty() && self.choices.chance(30) {
            self.star(&from, place)
        } else {
            self.select_list(types, place)
        };
        let filter = self.where_clause();
        let sources = if distinct { None } else { Some(from.rels.as_slice()) };
        let tail = match &on {
            Some(on) => self.tail_after(on, &cols, place),
            None => self.tail(&cols, place, sources),
        };
        self.scopes.pop();
        let distinct = match on {
            Some(on) => format!("DISTINCT ON ({on}) "),
            None if distinct => "DISTINCT ".to_owned(),
            None => String::new(),
        };
        let sql = format!("SELECT {distinct}{list} FROM {}{filter}{}", from.sql, tail.sql);
        Query { sql, cols, ordered: tail.ordered }
    }

    /// The expressions of DISTINCT ON, if it is used.
    fn distinct_on(&mut self, distinct: bool, place: Place) -> Option<String> {
        let may = distinct && self.backend().is_postgres() && place != Place::Operand;
        if !may || !self.choices.chance(50) {
            return None;
        }
        let named = self.own_column(|col| matches!(col.ty, Ty::Int | Ty::Text))?;
        Some(self.qualified(|this| this.reference(&named)))
    }

    /// `*`, or `t.*`, where the selected names are distinct or need not be.
    fn star(&mut self, from: &Joined, place: Place) -> (String, Vec<Col>) {
        let is_distinct = |cols: &[Col]| {
            cols.iter()
                .enumerate()
                .all(|(index, col)| cols[index + 1..].iter().all(|other| other.name != col.name))
        };
        let is_free = !matches!(place, Place::Derived);
        // The columns of SQLite's `*` over a list with a NATURAL join depend on where the comma binds.
        let is_clear = !(self.backend().is_sqlite() && from.is_merged);
        if is_clear && (is_free || is_distinct(&from.visible)) && self.choices.chance(60) {
            return ("*".to_owned(), from.visible.clone());
        }
        let rel = self.choices.pick(&from.rels).clone();
        let mut list = format!("{}.*", self.table_name(&rel.name));
        let mut cols = rel.cols;
        if self.choices.chance(30) {
            let expr = self.int(1);
            list = format!("{list}, {expr} AS more");
            cols.push(Col::new("more", Ty::Int));
        }
        (list, cols)
    }

    /// Columns and expressions of `types`.
    fn select_list(&mut self, types: &[Ty], place: Place) -> (String, Vec<Col>) {
        let chosen = if types.is_empty() { self.some_types(place) } else { types.to_vec() };
        let mut cols: Vec<Col> = Vec::new();
        let mut items = Vec::new();
        for (index, ty) in chosen.into_iter().enumerate() {
            let (item, col) = self.item(ty, place, index, &cols);
            items.push(item);
            cols.push(col);
        }
        (items.join(", "), cols)
    }

    fn item(&mut self, ty: Ty, place: Place, index: usize, before: &[Col]) -> (String, Col) {
        let plain = if self.choices.chance(50) { None } else { self.own_column(|col| col.ty == ty) };
        if let Some(Named { source, col }) = plain {
            let sql = self.reference(&Named { source, col: col.clone() });
            let is_new = before.iter().all(|other| other.name != col.name);
            let is_free = !self.needs_names(place);
            if is_new && self.choices.chance(60) || is_free && self.choices.chance(60) {
                return (sql, col);
            }
            let alias = alias_of(index, before);
            return (format!("{sql} AS {}", self.name(&alias)), Col { name: alias, ..col });
        }
        let depth = if self.focus == Class::SelectFlat { 1 } else { 2 };
        let sql = self.expr(ty, depth);
        let name = alias_of(index, before);
        (self.item_named(&sql, place, &name), Col::new(name, ty))
    }

    /// Whether the columns of a query here must have distinct names.
    fn needs_names(&self, place: Place) -> bool {
        place == Place::Derived || place == Place::Operand && self.backend().is_mariadb()
    }

    /// An expression of a select list with its name, which only some places require.
    pub(super) fn named_item(&mut self, sql: &str, place: Place, index: usize) -> String {
        self.item_named(sql, place, &format!("c{}", index + 1))
    }

    fn item_named(&mut self, sql: &str, place: Place, name: &str) -> String {
        let percent = if sql.len() > 24 { 95 } else { 60 };
        if self.needs_names(place) || self.choices.chance(percent) {
            return format!("{sql} AS {}", self.name(name));
        }
        sql.to_owned()
    }
}

/// A name for a column that the earlier columns do not have.
fn alias_of(index: usize, before: &[Col]) -> String {
    let name = format!("c{}", index + 1);
    if before.iter().any(|col| col.name == name) { format!("x{}", index + 1) } else { name }
}
