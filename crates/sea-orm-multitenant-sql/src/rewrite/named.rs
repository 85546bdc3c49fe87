//! What orders the rows of a statement, by name.

use sqlparser::ast::{
    Expr, Ident, OrderBy, OrderByKind, SelectItem, SelectItemQualifiedWildcardKind, visit_expressions,
};
use std::{collections::BTreeSet, ops::ControlFlow};

/// What a statement says of columns: by name, with the table's name where it says it; in lower case.
#[derive(Debug, Clone, Default)]
pub(super) struct Named {
    pub(super) columns: BTreeSet<(Option<String>, String)>,
    /// The tables of which all columns are selected; none stands for all tables.
    pub(super) wildcards: BTreeSet<Option<String>>,
}

impl Named {
    /// Those in an expression, also in the subqueries of it.
    fn add(&mut self, expr: &Expr) {
        let _: ControlFlow<()> = visit_expressions(expr, |expr| {
            let (qualifier, column) = match expr {
                Expr::Identifier(column) => (None, column),
                Expr::CompoundIdentifier(idents) => match idents.as_slice() {
                    [.., qualifier, column] => (Some(lower(qualifier)), column),
                    [column] => (None, column),
                    [] => return ControlFlow::Continue(()),
                },
                _ => return ControlFlow::Continue(()),
            };
            self.columns.insert((qualifier, lower(column)));
            ControlFlow::Continue(())
        });
    }

    /// Those of a condition.
    pub(super) fn in_condition(condition: Option<&Expr>) -> Self {
        let mut named = Self::default();
        if let Some(condition) = condition {
            named.add(condition);
        }
        named
    }

    /// Those of a SELECT.
    pub(super) fn of_rows(items: &[SelectItem], condition: Option<&Expr>) -> NamedInRows {
        let in_condition = Self::in_condition(condition);
        let mut anywhere = in_condition.clone();
        anywhere.add_items(items);
        NamedInRows { in_condition, anywhere }
    }

    /// Those of an ORDER BY.
    pub(super) fn in_order(order_by: Option<&OrderBy>) -> Self {
        let mut named = Self::default();
        if let Some(OrderBy { kind: OrderByKind::Expressions(exprs), interpolate: _ }) = order_by {
            exprs.iter().for_each(|order| named.add(&order.expr));
        }
        named
    }

    /// Those of a select list.
    fn add_items(&mut self, items: &[SelectItem]) {
        for item in items {
            match item {
                SelectItem::UnnamedExpr(expr)
                | SelectItem::ExprWithAlias { expr, alias: _ }
                | SelectItem::ExprWithAliases { expr, aliases: _ } => self.add(expr),
                SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), _) => {
                    let last = name.0.last().and_then(|part| part.as_ident());
                    self.wildcards.insert(last.map(lower));
                }
                SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::Expr(_), _)
                | SelectItem::Wildcard(_) => {
                    self.wildcards.insert(None);
                }
            }
        }
    }

    fn has(&self, qualifier: &Ident, column: &str) -> bool {
        let (qualifier, column) = (Some(lower(qualifier)), column.to_ascii_lowercase());
        self.wildcards.contains(&None)
            || self.wildcards.contains(&qualifier)
            || self.columns.contains(&(None, column.clone()))
            || self.columns.contains(&(qualifier, column))
    }

    pub(super) fn has_any(&self, qualifier: &Ident, columns: &[String]) -> bool {
        columns.iter().any(|column| self.has(qualifier, column))
    }
}

/// What a SELECT says of columns.
#[derive(Debug)]
pub(super) struct NamedInRows {
    pub(super) in_condition: Named,
    pub(super) anywhere: Named,
}

pub(super) fn lower(ident: &Ident) -> String {
    ident.value.to_ascii_lowercase()
}
