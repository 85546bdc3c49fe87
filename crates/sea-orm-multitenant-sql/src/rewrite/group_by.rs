//! GROUP BY.

use crate::{
    limits::limit,
    refusal::{Result, refuse},
    rewrite::{from::Source, rewriter::Rewriter},
    syntax,
};
use sqlparser::ast::{Expr, GroupByExpr, GroupByWithModifier, Ident};

/// Most expressions in GROUP BY: PostgreSQL takes fewer (1,664 columns of a row).
const MAX_GROUPED: usize = 1_700;

impl Rewriter<'_> {
    pub(super) fn group_by(&mut self, group_by: &mut GroupByExpr, sources: &[Source<'_>]) -> Result<()> {
        let (exprs, modifiers) = match group_by {
            GroupByExpr::All(_) => return refuse("GROUP BY ALL"),
            GroupByExpr::Expressions(exprs, modifiers) => (exprs, modifiers),
        };
        limit("expressions in GROUP BY", exprs.len(), MAX_GROUPED)?;
        self.exprs(exprs)?;
        self.modifier_exprs(modifiers)?;
        if self.engine.needs_whole_key_in_group_by() && modifiers.is_empty() && !self.is_for_set() {
            let missing: Vec<_> =
                sources.iter().filter_map(|source| self.missing_key_part(exprs, source, sources)).collect();
            exprs.extend(missing);
        }
        Ok(())
    }

    fn modifier_exprs(&mut self, modifiers: &mut [GroupByWithModifier]) -> Result<()> {
        modifiers.iter_mut().try_for_each(|modifier| match modifier {
            GroupByWithModifier::Rollup => syntax::WITH_ROLLUP.check(self.engine),
            GroupByWithModifier::Cube => refuse("WITH CUBE"),
            GroupByWithModifier::Totals => refuse("WITH TOTALS"),
            GroupByWithModifier::GroupingSets(_) => refuse("GROUPING SETS after GROUP BY expressions"),
        })
    }

    /// The tenant column of a source of whose primary key all other columns are grouped by.
    ///
    /// It is constant in a scope of one tenant, and NULL exactly where an outer join makes the rest of the key NULL, so that the
    /// groups stay the same and a query grouped by `id` stays valid when the key is `(tenant, id)`.
    fn missing_key_part(
        &self,
        grouped: &[Expr],
        source: &Source<'_>,
        sources: &[Source<'_>],
    ) -> Option<Expr> {
        if grouped.iter().any(|expr| matches!(expr, Expr::GroupingSets(_) | Expr::Cube(_) | Expr::Rollup(_)))
        {
            return None;
        }
        let (tenant, _) = source.table.tenant_column()?;
        let names = |column: &str| {
            grouped.iter().any(|expr| self.names_column(expr, source, column, sources.len() == 1))
        };
        let (tenant_part, rest): (Vec<_>, Vec<_>) =
            source.table.primary_key().iter().partition(|column| *column == tenant);
        let misses_only_tenant = !tenant_part.is_empty()
            && !rest.is_empty()
            && rest.iter().all(|column| names(column))
            && !names(tenant);
        misses_only_tenant.then(|| self.tenant_column_of(&source.qualifier, tenant))
    }

    fn names_column(&self, expr: &Expr, source: &Source<'_>, column: &str, unambiguous: bool) -> bool {
        match expr {
            Expr::Identifier(ident) => unambiguous && self.is_column(ident, column),
            Expr::CompoundIdentifier(idents) => match idents.as_slice() {
                [table, ident] => {
                    self.is_same_name(table, &source.qualifier) && self.is_column(ident, column)
                }
                _ => false,
            },
            _ => false,
        }
    }

    fn is_same_name(&self, a: &Ident, b: &Ident) -> bool {
        crate::names::are_same(self.engine.table_folding(), a, b)
    }
}
