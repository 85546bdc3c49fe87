//! UNION, INTERSECT and EXCEPT.

use super::{
    Generator,
    query::{Place, Query},
    scope::{Col, Ty},
};

impl Generator<'_> {
    /// Combines queries of the same types.
    pub(super) fn set_operation(&mut self, types: &[Ty], place: Place, depth: u32) -> Query {
        let types = if types.is_empty() { self.some_types(Place::Derived) } else { types.to_vec() };
        let mut sql = self.first_operand(&types, depth);
        let mut operands = 1;
        while operands < 4 && (operands == 1 || self.choices.chance(30)) {
            let operator = self.operator();
            let operand = self.operand_of_set(&types, depth);
            sql = format!("{sql} {operator} {operand}");
            operands += 1;
        }
        let cols: Vec<Col> =
            types.iter().enumerate().map(|(index, ty)| Col::new(format!("c{}", index + 1), *ty)).collect();
        let tail = self.tail(&cols, place, None);
        Query { sql: format!("{sql}{}", tail.sql), cols, ordered: tail.ordered }
    }

    fn operator(&mut self) -> &'static str {
        let operators: &[&str] = if self.backend().has_all_of_everything() {
            &["UNION", "UNION ALL", "INTERSECT", "EXCEPT", "INTERSECT ALL", "EXCEPT ALL"]
        } else {
            &["UNION", "UNION ALL", "INTERSECT", "EXCEPT"]
        };
        self.choices.pick::<&str>(operators)
    }

    /// The operand that names the columns.
    fn first_operand(&mut self, types: &[Ty], depth: u32) -> String {
        let query = self.nested(|this| {
            let from = this.sources(depth.min(1));
            this.scopes.push(from.rels);
            let items: Vec<String> = types
                .iter()
                .enumerate()
                .map(|(index, ty)| {
                    let item = this.expr(*ty, 1);
                    let alias = format!("c{}", index + 1);
                    format!("{item} AS {}", this.name(&alias))
                })
                .collect();
            let filter = this.where_clause();
            this.scopes.pop();
            format!("SELECT {} FROM {}{filter}", items.join(", "), from.sql)
        });
        if self.backend().has_parenthesised_operands() && self.choices.chance(25) {
            return format!("({query})");
        }
        query
    }

    fn operand_of_set(&mut self, types: &[Ty], depth: u32) -> String {
        let may_nest = self.backend().has_parenthesised_operands();
        match self.choices.below(8) {
            4 => self.nested(|this| this.aggregate_select(types, Place::Operand, depth.min(1))).sql,
            5 if may_nest => {
                let query = self.nested(|this| this.flat_select(types, Place::Derived, depth.min(1)));
                format!("({})", query.sql)
            }
            6 if may_nest && depth > 0 && self.spend() => {
                format!("({})", self.nested(|this| this.set_operation(types, Place::Derived, depth - 1)).sql)
            }
            7 => {
                let items: Vec<String> = types
                    .iter()
                    .enumerate()
                    .map(|(index, ty)| {
                        let value = self.value(*ty);
                        self.named_item(&value, Place::Operand, index)
                    })
                    .collect();
                format!("SELECT {}", items.join(", "))
            }
            _ => self.nested(|this| this.flat_select(types, Place::Operand, depth.min(1))).sql,
        }
    }
}
