//! Queries: the statement itself, and subqueries.

use super::{
    Class, Generator, Text,
    scope::{Col, Ty},
};

/// The place of a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The statement itself.
    Top,
    /// A source of rows, whose columns need names.
    Derived,
    /// After IN, ANY or ALL.
    List,
    /// At most one row.
    Scalar,
    /// Only whether it returns rows matters.
    Exists,
    /// An operand of a set operation.
    Operand,
}

/// A query.
pub(super) struct Query {
    pub(super) sql: String,
    pub(super) cols: Vec<Col>,
    /// Whether its rows have one correct order.
    pub(super) ordered: bool,
}

impl Generator<'_> {
    /// The statement itself, a query of class `class`.
    pub(super) fn top_query(&mut self, class: Class) -> Text {
        let depth = 1 + self.choices.below(4);
        if class == Class::SelectSubqueries && !self.backend().is_sqlite() && self.choices.chance(1) {
            return self.perhaps_too_many_rows();
        }
        let percent = if class == Class::SelectDerived { 55 } else { 5 };
        let with = if class != Class::SelectFlat && self.choices.chance(percent) {
            Some(self.with_clause(depth))
        } else {
            None
        };
        let query = match class {
            Class::SetOperation => self.set_operation(&[], Place::Top, depth),
            Class::Aggregate => self.aggregate_select(&[], Place::Top, depth),
            Class::Window => self.window_select(&[], Place::Top, depth),
            Class::SelectSubqueries | Class::SelectDerived => self.kind_of_query(&[], Place::Top, depth),
            _ => self.flat_select(&[], Place::Top, depth),
        };
        let mut sql = query.sql;
        if let Some(with) = with {
            sql = format!("{}{sql}", with.sql);
            self.forget(with);
        }
        Text { sql, ordered: query.ordered }
    }

    /// A scalar subquery that may have several rows: these are an error, which no plan can postpone.
    fn perhaps_too_many_rows(&mut self) -> Text {
        let sql = self.nested(|this| {
            let from = this.sources(1);
            this.scopes.push(from.rels);
            let (value, filter) = (this.int(1), this.where_clause());
            this.scopes.pop();
            format!("SELECT (SELECT {value} FROM {}{filter}) AS c1", from.sql)
        });
        Text::unordered(sql)
    }

    /// A query with columns of `types`, or of any types if there are none given.
    pub(super) fn query(&mut self, types: &[Ty], place: Place, depth: u32) -> Query {
        self.nested(|this| {
            if depth == 0 || !this.choices.chance(8) || !this.spend() {
                return this.kind_of_query(types, place, depth);
            }
            let with = this.with_clause(depth - 1);
            let mut query = this.kind_of_query(types, place, depth);
            query.sql = format!("{}{}", with.sql, query.sql);
            this.forget(with);
            query
        })
    }

    fn kind_of_query(&mut self, types: &[Ty], place: Place, depth: u32) -> Query {
        match self.choices.below(24) {
            16 | 17 => self.aggregate_select(types, place, depth),
            // MariaDB 10.11 answers wrongly if such a window is evaluated for a value row by row.
            18 | 19 if self.may_window && (place != Place::List || !self.backend().is_mariadb()) => {
                self.window_select(types, place, depth)
            }
            20..=22 if depth > 0 => self.set_operation(types, place, depth),
            23 if types.len() == 1 && place == Place::List && !self.backend().is_mariadb() => {
                let rows: Vec<String> = (0..2).map(|_| format!("({})", self.value(types[0]))).collect();
                let sql = format!("VALUES {}", rows.join(", "));
                Query { sql, cols: Vec::new(), ordered: false }
            }
            _ => self.flat_select(types, place, depth),
        }
    }

    /// Types for a query without given types.
    pub(super) fn some_types(&mut self, place: Place) -> Vec<Ty> {
        let mut types = vec![self.some_type(place)];
        while types.len() < 4 && self.choices.chance(55) {
            types.push(self.some_type(place));
        }
        types
    }

    fn some_type(&mut self, place: Place) -> Ty {
        match self.choices.below(12) {
            0..=6 => Ty::Int,
            10 => Ty::Bool,
            11 if place == Place::Top => Ty::Fraction,
            _ => Ty::Text,
        }
    }
}
