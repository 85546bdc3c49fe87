//! Which columns of a query carry the tenant: those that are the tenant column of a tenant table in it, by whatever name.
//!
//! Each row of such a table has the tenant's id there, because the table's predicate holds for it. A table that an outer join may
//! fill with NULL is none of these, nor is a column that GROUP BY may: ROLLUP, CUBE, GROUPING SETS.

use crate::{
    names::{self, qualifier},
    rewrite::{
        build::plain_table,
        node::{Written, table_of, written_alone},
        rewriter::Rewriter,
    },
};
use sqlparser::ast::{
    Expr, GroupByExpr, Ident, Join, JoinOperator, ObjectName, ObjectNamePart, Query, Select, SelectItem,
    SelectItemQualifiedWildcardKind, SetExpr, Statement, TableFactor, TableWithJoins,
};

/// A relation in FROM and the columns of it that carry the tenant.
pub(super) struct Carrier {
    name: Option<Ident>,
    columns: Vec<Ident>,
}

impl Rewriter<'_> {
    /// Whether an item of a select list carries the tenant.
    pub(super) fn is_own_tenant(&self, select: &Select, expr: &Expr) -> bool {
        if fills_with_null(&select.group_by) {
            return false;
        }
        self.is_carried(&select.from, &self.carriers(&select.from), expr)
    }

    /// Whether an expression is a column of one of these relations that carries the tenant.
    fn is_carried(&self, from: &[TableWithJoins], carriers: &[Carrier], expr: &Expr) -> bool {
        match expr {
            Expr::CompoundIdentifier(idents) => {
                let [qualifier, column] = idents.as_slice() else { return false };
                self.carrier_named(carriers, qualifier).is_some_and(|carrier| self.carries(carrier, column))
            }
            Expr::Identifier(ident) => self.is_of_only_carrier(from, carriers, ident),
            _ => false,
        }
    }

    /// The relation that a qualifier names; a FROM has no name twice.
    fn carrier_named<'c>(&self, carriers: &'c [Carrier], qualifier: &Ident) -> Option<&'c Carrier> {
        let is_it = |name: &Ident| names::are_same(self.engine.table_folding(), qualifier, name);
        carriers.iter().find(|carrier| carrier.name.as_ref().is_some_and(is_it))
    }

    /// Whether a name alone is a column of the only relation in FROM, and carries the tenant.
    fn is_of_only_carrier(&self, from: &[TableWithJoins], carriers: &[Carrier], column: &Ident) -> bool {
        let ([only], [carrier]) = (from, carriers) else { return false };
        only.joins.is_empty() && self.carries(carrier, column)
    }

    fn carries(&self, carrier: &Carrier, column: &Ident) -> bool {
        carrier.columns.iter().any(|own| names::are_same(self.engine.column_folding(), own, column))
    }

    /// The relations of a FROM that carry the tenant, outside of outer joins.
    fn carriers(&self, from: &[TableWithJoins]) -> Vec<Carrier> {
        let is_inner = |join: &Join| {
            matches!(
                join.join_operator,
                JoinOperator::Join(_) | JoinOperator::Inner(_) | JoinOperator::CrossJoin(_)
            )
        };
        let inner = from.iter().filter(|joined| joined.joins.iter().all(is_inner));
        let factors = inner.flat_map(|joined| {
            std::iter::once(&joined.relation).chain(joined.joins.iter().map(|join| &join.relation))
        });
        factors.filter_map(|factor| self.carrier(factor)).collect()
    }

    fn carrier(&self, factor: &TableFactor) -> Option<Carrier> {
        let carrier = match factor {
            TableFactor::Table { .. } => {
                let (name, alias) = table_of(factor)?;
                let is_renamed = alias.is_some_and(|alias| !alias.columns.is_empty());
                let columns = if is_renamed { Vec::new() } else { self.carried_by_name(name)? };
                Carrier { name: Some(qualifier(name, alias).ok()?.clone()), columns }
            }
            TableFactor::Derived { lateral: false, subquery, alias, sample: None } => {
                let is_renamed = alias.as_ref().is_some_and(|alias| !alias.columns.is_empty());
                let columns = if is_renamed { Vec::new() } else { self.carried(subquery) };
                Carrier { name: alias.as_ref().map(|alias| alias.name.clone()), columns }
            }
            _ => return None,
        };
        (!carrier.columns.is_empty()).then_some(carrier)
    }

    /// What a table or common table expression carries.
    fn carried_by_name(&self, name: &ObjectName) -> Option<Vec<Ident>> {
        if let [ObjectNamePart::Identifier(ident)] = name.0.as_slice() {
            let stored = names::folded(self.engine.table_folding(), ident);
            if let Some(cte) = self.ctes.iter().rfind(|cte| cte.name == stored) {
                return Some(cte.carried.clone());
            }
        }
        // In a global row it is NULL.
        let table = self.table(name).ok().filter(|table| !table.has_global_rows())?;
        let (tenant, _) = table.tenant_column()?;
        Some(vec![self.quoted(tenant)])
    }

    /// The names of a query's columns that carry the tenant.
    pub(super) fn carried(&self, query: &Query) -> Vec<Ident> {
        if query.with.is_some() {
            return Vec::new();
        }
        match query.body.as_ref() {
            SetExpr::Select(select) if fills_with_null(&select.group_by) => Vec::new(),
            SetExpr::Select(select) => self.carried_by_items(&select.from, &select.projection),
            SetExpr::Insert(statement) | SetExpr::Update(statement) | SetExpr::Delete(statement) => {
                self.carried_by_write(statement)
            }
            SetExpr::Query(_)
            | SetExpr::SetOperation { .. }
            | SetExpr::Values(_)
            | SetExpr::Merge(_)
            | SetExpr::Table(_) => Vec::new(),
        }
    }

    /// The same for what a write returns, if it names no table except the one that it writes.
    fn carried_by_write(&self, statement: &Statement) -> Vec<Ident> {
        let Some((written, Some(returning))) = written_alone(statement) else { return Vec::new() };
        let target = match written {
            Written::From(from) => from.to_vec(),
            Written::Table(name) => {
                vec![TableWithJoins { relation: plain_table(name.clone(), Vec::new()), joins: Vec::new() }]
            }
        };
        self.carried_by_items(&target, returning)
    }

    fn carried_by_items(&self, from: &[TableWithJoins], items: &[SelectItem]) -> Vec<Ident> {
        let carriers = self.carriers(from);
        let is_carried = |expr: &Expr| self.is_carried(from, &carriers, expr);
        let mut carried = Vec::new();
        for item in items {
            match item {
                SelectItem::UnnamedExpr(expr) if is_carried(expr) => match expr {
                    Expr::Identifier(ident) => carried.push(ident.clone()),
                    Expr::CompoundIdentifier(idents) => carried.extend(idents.last().cloned()),
                    _ => {}
                },
                SelectItem::ExprWithAlias { expr, alias } if is_carried(expr) => carried.push(alias.clone()),
                SelectItem::Wildcard(_) if matches!(from, [only] if only.joins.is_empty()) => {
                    carried.extend(carriers.iter().flat_map(|carrier| carrier.columns.iter().cloned()));
                }
                SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), _) => {
                    if let [ObjectNamePart::Identifier(qualifier)] = name.0.as_slice() {
                        carried.extend(
                            self.carrier_named(&carriers, qualifier)
                                .into_iter()
                                .flat_map(|carrier| carrier.columns.clone()),
                        );
                    }
                }
                _ => {}
            }
        }
        carried
    }
}

/// Whether groups are formed in which columns that others are grouped by are NULL.
fn fills_with_null(group_by: &GroupByExpr) -> bool {
    let is_set = |expr: &Expr| matches!(expr, Expr::GroupingSets(_) | Expr::Cube(_) | Expr::Rollup(_));
    match group_by {
        GroupByExpr::All(_) => true,
        GroupByExpr::Expressions(exprs, modifiers) => !modifiers.is_empty() || exprs.iter().any(is_set),
    }
}
