//! Conditions.

use super::{Class, Generator, scope::Ty};

impl Generator<'_> {
    /// The condition of a WHERE clause: operands joined without parentheses, as programs write them.
    pub(super) fn search_condition(&mut self) -> String {
        let depth = self.choices.below(3);
        let mut out = self.condition(depth);
        while self.choices.chance(35) {
            let op = *self.choices.pick(&["AND", "AND", "OR"]);
            out = format!("{out} {op} {}", self.condition(depth));
        }
        out
    }

    /// ` WHERE …`, in most cases.
    pub(super) fn where_clause(&mut self) -> String {
        if self.choices.chance(65) { format!(" WHERE {}", self.search_condition()) } else { String::new() }
    }

    /// A condition that can be an operand of AND and OR.
    pub(super) fn condition(&mut self, depth: u32) -> String {
        if self.focus == Class::SelectSubqueries && depth > 0 && self.choices.chance(40) && self.spend() {
            return self.subquery_condition(depth - 1);
        }
        match self.choices.below(if depth == 0 { 12 } else { 24 }) {
            0..=3 => self.comparison(0),
            4 => self.text_comparison(),
            5 => self.tenant_condition(),
            6 => {
                let op = *self.choices.pick(&["IS NULL", "IS NOT NULL"]);
                format!("{} {op}", self.int(0))
            }
            7 => self.list(),
            8 => {
                let op = *self.choices.pick(&["BETWEEN", "NOT BETWEEN"]);
                format!("{} {op} {} AND {}", self.int(0), self.int_value(), self.int(0))
            }
            9 => self.pattern(),
            10 => self.null_safe(),
            11 => self.truth_column(),
            12 => self.comparison(depth - 1),
            13 => {
                let op = *self.choices.pick(&["AND", "OR"]);
                format!("({} {op} {})", self.condition(depth - 1), self.condition(depth - 1))
            }
            14 => format!("NOT ({})", self.condition(depth - 1)),
            15 => self.row_list(),
            16 => {
                let condition = self.condition(depth - 1);
                format!("CASE WHEN {condition} THEN {} ELSE {} END", self.comparison(0), self.comparison(0))
            }
            17 => format!("{} = {}", self.text(depth), self.text(0)),
            _ => match self.spend() {
                true => self.subquery_condition(depth - 1),
                false => self.comparison(0),
            },
        }
    }

    pub(super) fn comparison(&mut self, depth: u32) -> String {
        let op = *self.choices.pick(&["=", "<", ">", "<=", ">=", "<>", "!="]);
        let left = self.int(depth);
        match self.choices.below(3) {
            0 => format!("{left} {op} {}", self.any_id()),
            1 => format!("{left} {op} {}", self.int(depth)),
            _ => format!("{} {op} {left}", self.int_value()),
        }
    }

    fn text_comparison(&mut self) -> String {
        let op = *self.choices.pick(&["=", "<>", "<", ">="]);
        format!("{} {op} {}", self.text(0), self.text_operand())
    }

    /// A condition on a tenant column, if there is one in scope.
    fn tenant_condition(&mut self) -> String {
        let Some(column) = self.column(|col| col.is_tenant) else { return self.comparison(0) };
        match self.choices.below(5) {
            0 => format!("{column} = {}", self.any_tenant()),
            1 => format!("{column} IN ({}, {})", self.any_tenant(), self.any_tenant()),
            2 => format!("{column} <> {}", self.any_tenant()),
            3 => match self.column(|col| col.is_tenant) {
                Some(other) => format!("{column} = {other}"),
                None => format!("{column} IS NOT NULL"),
            },
            _ => format!("{column} IS NULL"),
        }
    }

    fn list(&mut self) -> String {
        let op = *self.choices.pick(&["IN", "IN", "NOT IN"]);
        let left = self.int(0);
        let mut values = vec![self.any_id()];
        while values.len() < 5 && self.choices.chance(60) {
            values.push(self.any_id());
        }
        format!("{left} {op} ({})", values.join(", "))
    }

    fn pattern(&mut self) -> String {
        let op = *self.choices.pick(&["LIKE", "NOT LIKE"]);
        let pattern = *self.choices.pick(&["n%", "%1", "n_", "%"]);
        format!("{} {op} {}", self.text(0), self.write_text(pattern))
    }

    fn null_safe(&mut self) -> String {
        let (left, right) = (self.int(0), self.int(0));
        if self.backend().is_mariadb() {
            return format!("{left} <=> {right}");
        }
        let op = *self.choices.pick(&["IS DISTINCT FROM", "IS NOT DISTINCT FROM"]);
        format!("{left} {op} {right}")
    }

    fn truth_column(&mut self) -> String {
        match self.column(|col| col.ty == Ty::Bool) {
            Some(column) => match self.choices.below(3) {
                0 => column,
                1 => format!("NOT {column}"),
                _ => format!("{column} IS TRUE"),
            },
            // With NOT around it MariaDB 10.11 loses the ON of an outer join in a subquery.
            None if self.backend().is_mariadb() => format!("({}) IS TRUE", self.comparison(0)),
            None => format!("({}) IS NOT TRUE", self.comparison(0)),
        }
    }

    fn row_list(&mut self) -> String {
        match self.choices.below(3) {
            0 => {
                let (a, b) = (self.int(0), self.int(0));
                let list = if self.backend().is_sqlite() { "VALUES " } else { "" };
                let (c, d, e, f) = (self.any_id(), self.int_value(), self.any_id(), self.int_value());
                format!("({a}, {b}) IN ({list}({c}, {d}), ({e}, {f}))")
            }
            1 => {
                format!("({}, {}) = ({}, {})", self.int(0), self.text(0), self.any_id(), self.text_operand())
            }
            _ => format!("({}, {}) >= ({}, {})", self.int(0), self.int(0), self.any_id(), self.int_value()),
        }
    }
}
