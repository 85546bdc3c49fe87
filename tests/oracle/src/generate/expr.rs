//! Expressions.

use super::{Class, Generator, scope::Ty};

impl Generator<'_> {
    /// An expression of `ty`, nested at most `depth` deep.
    pub(super) fn expr(&mut self, ty: Ty, depth: u32) -> String {
        match ty {
            Ty::Int | Ty::Fraction => self.int(depth),
            Ty::Text => self.text(depth),
            Ty::Bool => {
                let condition = self.condition(depth);
                format!("({condition})")
            }
        }
    }

    fn int_column(&mut self) -> String {
        self.column(|col| col.ty == Ty::Int).unwrap_or_else(|| "1".to_owned())
    }

    fn text_column(&mut self) -> String {
        self.column(|col| col.ty == Ty::Text).unwrap_or_else(|| "'n1'".to_owned())
    }

    pub(super) fn int(&mut self, depth: u32) -> String {
        if depth == 0 {
            return match self.choices.below(6) {
                4 | 5 => self.int_value(),
                _ => self.int_column(),
            };
        }
        let depth = depth - 1;
        if self.focus == Class::SelectSubqueries && self.choices.chance(20) && self.spend() {
            return self.scalar_subquery(Ty::Int, depth);
        }
        match self.choices.below(22) {
            0..=6 => self.int_column(),
            7 | 8 => self.int_value(),
            9 => {
                let op = *self.choices.pick(&["+", "-"]);
                format!("({} {op} {})", self.int(depth), self.int(depth))
            }
            10 => format!("coalesce({}, {})", self.int(depth), self.int(depth)),
            11 => format!(
                "CASE WHEN {} THEN {} ELSE {} END",
                self.condition(depth),
                self.int(depth),
                self.int(depth)
            ),
            12 => format!("CASE {} WHEN {} THEN {} END", self.int(0), self.int_value(), self.int(depth)),
            13 => format!("abs({})", self.int(depth)),
            14 => format!("length({})", self.text(depth)),
            15 => format!("nullif({}, {})", self.int(depth), self.int(depth)),
            16 => format!("({} % 3)", self.int(depth)),
            17 => format!("CAST({} AS {})", self.int(depth), self.backend().int_type()),
            18 => match self.backend().is_sqlite() {
                true => {
                    let function = *self.choices.pick(&["max", "min"]);
                    format!("{function}({}, {})", self.int(depth), self.int_value())
                }
                false => {
                    let function = *self.choices.pick(&["greatest", "least"]);
                    format!("{function}({}, {})", self.int(depth), self.int_value())
                }
            },
            19 => format!("-{}", self.int_column()),
            _ => match self.spend() {
                true => self.scalar_subquery(Ty::Int, depth),
                false => self.int_column(),
            },
        }
    }

    pub(super) fn text(&mut self, depth: u32) -> String {
        if depth == 0 {
            return match self.choices.below(5) {
                4 => self.text_value(),
                _ => self.text_column(),
            };
        }
        let depth = depth - 1;
        match self.choices.below(16) {
            0..=4 => self.text_column(),
            5 | 6 => self.text_value(),
            7 => format!("upper({})", self.text(depth)),
            8 => format!("lower({})", self.text(depth)),
            9 => format!("coalesce({}, {})", self.text(depth), self.text_value()),
            10 => format!("substr({}, 1, 2)", self.text(depth)),
            11 => self.concatenated(depth),
            12 => format!(
                "CASE WHEN {} THEN {} ELSE {} END",
                self.condition(depth),
                self.text(depth),
                self.text(depth)
            ),
            13 => format!("CAST({} AS {})", self.text(depth), self.backend().text_type()),
            14 => format!("replace({}, 'n', {})", self.text(depth), self.text_value()),
            _ => match self.spend() {
                true => self.scalar_subquery(Ty::Text, depth),
                false => self.text_column(),
            },
        }
    }

    fn concatenated(&mut self, depth: u32) -> String {
        let (left, right) = (self.text(depth), self.text(depth));
        if self.backend().has_concat_operator() && self.choices.chance(60) {
            return format!("({left} || {right})");
        }
        format!("concat({left}, {right})")
    }
}
