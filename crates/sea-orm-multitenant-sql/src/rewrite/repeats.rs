//! Conditions of the caller's that say once more what the scope's own say.
//!
//! SeaORM finds, updates and deletes a row by its whole key: `p.tenant = ? AND p.id = ?`. Where that value is the tenant, the
//! condition says what the scope's says, and an engine that reads both takes longer. Only a condition of the caller's is ever left
//! out, never one of the scope's.

use crate::{
    names,
    placeholder::{Bound, read_placeholder},
    rewrite::{build::conjunction, rewriter::Rewriter},
    whom::Whom,
};
use sqlparser::ast::{BinaryOperator, Expr, Ident, Value};

impl Rewriter<'_> {
    /// Puts the predicates in front of the caller's conditions.
    pub(super) fn guard(&mut self, selection: &mut Option<Expr>, predicates: Vec<Expr>) {
        if predicates.is_empty() {
            return;
        }
        let callers = match (self.whom, selection.take()) {
            (Whom::One, Some(callers)) => self.without_repeats(callers, &predicates),
            (Whom::One | Whom::OneWithRepeats | Whom::Set(_) | Whom::All, callers) => callers,
        };
        *selection = conjunction(predicates, callers);
    }

    /// A condition without those of its parts, joined by AND, that repeat a predicate.
    fn without_repeats(&mut self, condition: Expr, predicates: &[Expr]) -> Option<Expr> {
        match condition {
            Expr::Nested(inner) => {
                self.without_repeats(*inner, predicates).map(|inner| Expr::Nested(Box::new(inner)))
            }
            Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
                let left = self.without_repeats(*left, predicates);
                let right = self.without_repeats(*right, predicates);
                match (left, right) {
                    (Some(left), Some(right)) => Some(Expr::BinaryOp {
                        left: Box::new(left),
                        op: BinaryOperator::And,
                        right: Box::new(right),
                    }),
                    (left, right) => left.or(right),
                }
            }
            condition => match self.repeats_one_of(predicates, &condition) {
                Some(value) => {
                    self.repeated.push(value);
                    None
                }
                None => Some(condition),
            },
        }
    }

    /// The index of the caller's value that a condition compares as one of the predicates compares the tenant.
    fn repeats_one_of(&self, predicates: &[Expr], condition: &Expr) -> Option<usize> {
        let (qualifier, column, Bound::Caller(index)) = comparison(condition)? else { return None };
        let is_repeated = predicates.iter().filter_map(comparison).any(|(own, tenant, bound)| {
            matches!(bound, Bound::Tenant(_))
                && names::are_same(self.engine.table_folding(), qualifier, own)
                && self.is_column(column, &tenant.value)
        });
        is_repeated.then_some(index)
    }
}

/// The parts of `qualifier.column = <placeholder>`.
fn comparison(condition: &Expr) -> Option<(&Ident, &Ident, Bound)> {
    let Expr::BinaryOp { left, op: BinaryOperator::Eq, right } = condition else { return None };
    let (Expr::CompoundIdentifier(idents), Expr::Value(value)) = (left.as_ref(), right.as_ref()) else {
        return None;
    };
    match (idents.as_slice(), &value.value) {
        ([qualifier, column], Value::Placeholder(text)) => Some((qualifier, column, read_placeholder(text)?)),
        _ => None,
    }
}
