//! Window functions: only those with one answer, whatever the engine's sort order.

use super::{
    Generator,
    query::{Place, Query},
    scope::{Col, Rel, Ty},
};

impl Generator<'_> {
    /// SELECT with window functions.
    pub(super) fn window_select(&mut self, types: &[Ty], place: Place, depth: u32) -> Query {
        let types = if types.is_empty() { self.some_types(place) } else { types.to_vec() };
        let from = self.sources(depth);
        self.qualified(|this| {
            this.scopes.push(from.rels.clone());
            let named = this.choices.chance(25);
            let mut items = Vec::new();
            for (index, ty) in types.iter().enumerate() {
                let item = match (index, this.choices.chance(40)) {
                    (0, _) | (_, true) => this.window(*ty, &from.rels, named),
                    _ => this.expr(*ty, 1),
                };
                items.push(this.named_item(&item, place, index));
            }
            let filter = this.where_clause();
            let window = if named {
                format!(" WINDOW win AS ({}{})", this.partition(), this.total_order(&from.rels))
            } else {
                String::new()
            };
            this.scopes.pop();
            let cols: Vec<Col> = types
                .iter()
                .enumerate()
                .map(|(index, ty)| Col::new(format!("c{}", index + 1), *ty))
                .collect();
            let tail = this.tail(&cols, place, None);
            let sql = format!("SELECT {} FROM {}{filter}{window}{}", items.join(", "), from.sql, tail.sql);
            Query { sql, cols, ordered: tail.ordered }
        })
    }

    fn window(&mut self, ty: Ty, rels: &[Rel], named: bool) -> String {
        let column = self.own_column(|col| col.ty == ty).map(|named| self.reference(&named));
        let Some(column) = column else {
            let number = format!("row_number() OVER ({})", self.total_order(rels).trim_start());
            return match ty {
                Ty::Int | Ty::Fraction => number,
                Ty::Text => format!("CAST({number} AS {})", self.backend().text_type()),
                Ty::Bool => format!("({number} > 1)"),
            };
        };
        if ty == Ty::Bool {
            return format!("({} > 1)", self.window(Ty::Int, rels, named));
        }
        let is_int = ty != Ty::Text;
        match self.choices.below(12) {
            0 | 1 if is_int => self.over("row_number()", rels, named),
            2 if is_int => self.over_ties("rank()"),
            3 if is_int => self.over_ties("dense_rank()"),
            4 if is_int => self.over("ntile(2)", rels, named),
            5 => self.over(&format!("lag({column}, 1)"), rels, named),
            6 => self.over(&format!("lead({column})"), rels, named),
            7 => self.over(&format!("first_value({column})"), rels, named),
            8 => self.framed(&format!("nth_value({column}, 2)"), rels),
            9 if is_int => {
                let call = format!("sum({column})");
                self.over_ties(&call)
            }
            10 if is_int => self.framed(&format!("sum({column})"), rels),
            11 => self.framed(&format!("last_value({column})"), rels),
            _ => {
                let function = *self.choices.pick(&["max", "min"]);
                let filter = if self.backend().has_filter() && self.choices.chance(15) {
                    format!(" FILTER (WHERE {})", self.condition(1))
                } else {
                    String::new()
                };
                self.over_ties(&format!("{function}({column}){filter}"))
            }
        }
    }

    /// A call over a window with a total order.
    fn over(&mut self, call: &str, rels: &[Rel], named: bool) -> String {
        if named && self.choices.chance(70) {
            return format!("{call} OVER win");
        }
        format!("{call} OVER ({}{})", self.partition(), self.total_order(rels))
    }

    /// A call with the same result for rows that sort alike.
    fn over_ties(&mut self, call: &str) -> String {
        let partition = self.partition();
        let Some(named) = self.own_column(|col| col.ty == Ty::Int) else {
            return format!("{call} OVER ({})", partition.trim_end());
        };
        let key = self.reference(&named);
        let direction = *self.choices.pick(&["", " DESC"]);
        let ranks = call.contains("rank()");
        let frame = match self.choices.below(5) {
            _ if ranks => "",
            1 => " RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW",
            2 => " RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING",
            3 if self.backend().has_groups_frames() => " GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW",
            4 if self.backend().has_groups_frames() && self.choices.chance(10) => {
                " RANGE BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE CURRENT ROW"
            }
            _ => "",
        };
        format!("{call} OVER ({partition}ORDER BY {key}{direction}{frame})")
    }

    /// A call over some preceding and following rows, in a total order.
    fn framed(&mut self, call: &str, rels: &[Rel]) -> String {
        let frame = *self.choices.pick(&[
            "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING",
            "ROWS BETWEEN 1 PRECEDING AND CURRENT ROW",
            "ROWS 2 PRECEDING",
            "ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING",
        ]);
        format!("{call} OVER ({}{} {frame})", self.partition(), self.total_order(rels))
    }

    /// `PARTITION BY … `, in some cases.
    fn partition(&mut self) -> String {
        if self.choices.chance(50) {
            return String::new();
        }
        let Some(named) = self.own_column(|col| col.ty != Ty::Fraction) else { return String::new() };
        let column = self.reference(&named);
        let key = match self.choices.below(8) {
            6 if named.col.ty == Ty::Int => format!("({column} % 2)"),
            7 if self.spend() => self.partition_key(),
            _ => column,
        };
        format!("PARTITION BY {key} ")
    }

    /// A subquery that PARTITION BY evaluates. On MariaDB 10.11 without windows, whose frames it would take for those of the
    /// window around.
    fn partition_key(&mut self) -> String {
        let may_window = self.may_window && !self.backend().is_mariadb();
        let before = std::mem::replace(&mut self.may_window, may_window);
        let key = self.scalar_subquery(Ty::Int, 0);
        self.may_window = before;
        key
    }

    /// ORDER BY that distinguishes all rows of `rels`, or shows that they are equal.
    fn total_order(&mut self, rels: &[Rel]) -> String {
        let mut keys = Vec::new();
        if let (true, Some(named)) = (self.choices.chance(50), self.own_column(|col| col.ty == Ty::Int)) {
            keys.push(format!("{} DESC", self.reference(&named)));
        }
        for named in rels.iter().flat_map(Rel::key_cols) {
            keys.push(self.reference(&named));
        }
        if keys.is_empty() {
            "ORDER BY (SELECT 1)".to_owned()
        } else {
            format!("ORDER BY {}", keys.join(", "))
        }
    }
}
