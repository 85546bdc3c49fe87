//! Values that need no check: they are certainly the tenant's own, or what the row has already.

use crate::{
    catalogue::{links::ParentCheck, table::Table},
    names::{self, qualifier},
    rewrite::{
        node::{call_of, table_of},
        parents::place::Place,
        rewriter::Rewriter,
        target::Target,
    },
};
use sqlparser::ast::{Expr, FunctionArg, FunctionArgExpr, Ident, TableFactor, TableWithJoins};

impl Rewriter<'_> {
    /// Whether a value is certainly the tenant's own, or what the row has already.
    pub(super) fn is_own(&self, check: &ParentCheck<'_>, value: &Expr, place: Place<'_>) -> bool {
        let ([column], [parent_column]) = (check.key.columns(), check.key.parent_columns()) else {
            return false;
        };
        match place {
            Place::Row => false,
            Place::List(from) => {
                let argument = extreme_of(value).unwrap_or(value);
                check.parent.is_some_and(|parent| self.is_selected(parent, parent_column, from, argument))
            }
            Place::Set(target, from) => {
                self.is_unchanged_key(target, column, value)
                    || self.is_joined(check, parent_column, target, from, value)
            }
            Place::Conflict(target) | Place::DuplicateKey(target) => {
                self.is_unchanged_key(target, column, value) || self.is_inserted(check, target, value)
            }
        }
    }

    /// Whether an item of a select list is this column of a table in its FROM, which yields the tenant's rows only.
    fn is_selected(&self, table: &Table, column: &str, from: &[TableWithJoins], value: &Expr) -> bool {
        let factors = || {
            from.iter().flat_map(|joined| {
                std::iter::once(&joined.relation).chain(joined.joins.iter().map(|join| &join.relation))
            })
        };
        let named = |factor: &TableFactor| {
            let (name, alias) = table_of(factor)?;
            let keeps_names = alias.is_none_or(|alias| alias.columns.is_empty());
            let is_table = keeps_names && self.table(name).is_ok_and(|found| std::ptr::eq(found, table));
            is_table.then(|| qualifier(name, alias).ok().cloned()).flatten()
        };
        match value {
            Expr::Identifier(ident) => {
                let mut all = factors();
                let only = all.next().filter(|_| all.next().is_none());
                only.and_then(named).is_some() && self.is_column(ident, column)
            }
            Expr::CompoundIdentifier(idents) => match idents.as_slice() {
                [of, ident] => {
                    let folding = self.engine.table_folding();
                    factors().filter_map(named).any(|name| names::are_same(folding, of, &name))
                        && self.is_column(ident, column)
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether a value of an UPDATE's SET list is the parent's key, in the target or a source beside it.
    ///
    /// By its own name alone it may be that of the row.
    fn is_joined(
        &self,
        check: &ParentCheck<'_>,
        parent_column: &str,
        target: &Target<'_>,
        from: &[TableWithJoins],
        value: &Expr,
    ) -> bool {
        let (Expr::CompoundIdentifier(idents), Some(parent)) = (value, check.parent) else { return false };
        let [of, ident] = idents.as_slice() else { return false };
        let is_target = names::are_same(self.engine.table_folding(), of, &target.qualifier);
        if is_target {
            return std::ptr::eq(target.table, parent) && self.is_column(ident, parent_column);
        }
        self.is_selected(parent, parent_column, from, value)
    }

    /// Whether a value is of the row to insert, `excluded.column` or `VALUES(column)`, and was checked there.
    fn is_inserted(&self, check: &ParentCheck<'_>, target: &Target<'_>, value: &Expr) -> bool {
        let Some(ident) = inserted_column(value) else { return false };
        let checks = self.catalogue.parent_checks(target.table);
        checks.iter().any(|other| {
            matches!(other.key.columns(), [column] if self.is_column(ident, column))
                && other.names_same(check)
        })
    }

    /// Whether a value is this column of the row that is there.
    pub(in crate::rewrite) fn is_unchanged_key(
        &self,
        target: &Target<'_>,
        column: &str,
        value: &Expr,
    ) -> bool {
        let folding = self.engine.table_folding();
        match value {
            Expr::Identifier(ident) => {
                let is_target = |name: &Ident| names::are_same(folding, name, &target.qualifier);
                let mut sources = self.innermost().iter();
                self.is_column(ident, column)
                    && sources.all(|source| source.is_inserted || source.name.as_ref().is_some_and(is_target))
            }
            Expr::CompoundIdentifier(idents) => match idents.as_slice() {
                [of, ident] => {
                    names::are_same(folding, of, &target.qualifier) && self.is_column(ident, column)
                }
                _ => false,
            },
            _ => false,
        }
    }
}

/// The argument of `MIN(argument)` or `MAX(argument)`.
fn extreme_of(value: &Expr) -> Option<&Expr> {
    let (name, arguments) = call_of(value)?;
    let name = name.to_string().to_ascii_lowercase();
    match arguments {
        [FunctionArg::Unnamed(FunctionArgExpr::Expr(argument))] if name == "min" || name == "max" => {
            Some(argument)
        }
        _ => None,
    }
}

/// The column in `excluded.column` or `VALUES(column)`.
pub(super) fn inserted_column(value: &Expr) -> Option<&Ident> {
    match value {
        Expr::CompoundIdentifier(idents) => match idents.as_slice() {
            [of, ident] if of.value.eq_ignore_ascii_case("excluded") => Some(ident),
            _ => None,
        },
        Expr::Function(_) => {
            let (name, arguments) = call_of(value)?;
            match arguments {
                [FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Identifier(ident)))]
                    if name.to_string().eq_ignore_ascii_case("values") =>
                {
                    Some(ident)
                }
                _ => None,
            }
        }
        _ => None,
    }
}
