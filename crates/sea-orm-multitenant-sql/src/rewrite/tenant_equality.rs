//! A scope of several tenants: rows meet only rows of their own tenant.
//!
//! Every part of a FROM has an owner: the column that names the tenant of each of its rows. Where two parts meet, their
//! owners are made equal; where a subquery stands in an expression, its owner is made equal to that of the row around
//! it. What has rows of tenants but no column that names them can meet no other.

use crate::{
    catalogue::table::Table,
    refusal::{Result, refuse_with},
    rewrite::{
        build::{binary, conjunction},
        bytes::equal_ids,
        owner::{ComputedWhole, Level, Owner, Side, TenantColumn},
        rewriter::Rewriter,
    },
};
use sqlparser::ast::{BinaryOperator, Expr, Ident};

/// The way out of most refusals in a scope of several tenants.
const ONE_BY_ONE: &str = "use a scope for each tenant";

impl Rewriter<'_> {
    pub(super) fn is_for_set(&self) -> bool {
        self.whom.is_set()
    }

    /// The owner of the rows of a table that is written, by the name that the statement has for it.
    pub(super) fn owner(&self, table: &Table, qualifier: &Ident) -> Owner {
        self.owner_of_read(table, qualifier, false)
    }

    /// The owner of the rows of a table that is read, with its global rows or without.
    pub(super) fn owner_of_read(&self, table: &Table, qualifier: &Ident, may_be_null: bool) -> Owner {
        match table.tenant_column() {
            Some((column, ty)) if self.is_for_set() => {
                let frame = self.frames.len().saturating_sub(1);
                Owner::Column(TenantColumn {
                    qualifier: qualifier.clone(),
                    column: column.to_owned(),
                    ty,
                    may_be_null,
                    frame,
                })
            }
            Some(_) | None => Owner::Nobody,
        }
    }

    /// The owner of a query in FROM, or of anything else whose tenant columns are not in sight, that has met tenant
    /// tables since there were `tenant_tables`.
    pub(super) fn owner_since(&self, tenant_tables: usize) -> Owner {
        if self.is_for_set() && self.tenant_tables > tenant_tables { Owner::Unnamed } else { Owner::Nobody }
    }

    /// Brings two parts of a FROM together: what must hold where they are joined, and whose rows come out.
    pub(super) fn meet(&self, side: Side, left: &Owner, right: &Owner) -> Result<(Vec<Expr>, Owner)> {
        let tie = match (left, right) {
            (Owner::Nobody, _) | (_, Owner::Nobody) => Vec::new(),
            (Owner::Column(left), Owner::Column(right)) => self.equal_columns(right, left),
            (Owner::Unnamed, Owner::Column(_) | Owner::Unnamed) | (Owner::Column(_), Owner::Unnamed) => {
                return refuse_with(
                    "a join in a scope of several tenants whose sides cannot be compared by tenant",
                    "join the tenants' tables themselves, each with ON, the side that keeps its rows first; or use a scope for each tenant",
                );
            }
        };
        let owner = match (side, left, right) {
            (_, Owner::Nobody, Owner::Nobody) => Owner::Nobody,
            // Which of two tells the tenant differs by row, unless one is never NULL.
            (side, Owner::Column(left), Owner::Column(right)) if left.may_be_null || right.may_be_null => {
                owner_with_global(side, left, right)
            }
            (Side::Neither, Owner::Nobody, owner) | (Side::Right, _, owner @ Owner::Column(_)) => {
                owner.clone()
            }
            (Side::Neither, owner, _) | (Side::Left, owner @ Owner::Column(_), _) => owner.clone(),
            (Side::Left | Side::Right | Side::Both, _, _) => Owner::Unnamed,
        };
        Ok((tie, owner))
    }

    /// `a.tenant = b.tenant`, by bytes as well where they are texts; or one of them is a global row's.
    fn equal_columns(&self, a: &TenantColumn, b: &TenantColumn) -> Vec<Expr> {
        let column = |of: &TenantColumn| self.tenant_column_of(&of.qualifier, &of.column);
        let equal = equal_ids(self.engine, a.ty, column(a), &column(b));
        if !a.may_be_null && !b.may_be_null {
            return equal;
        }
        let nulls = [a, b].into_iter().filter(|of| of.may_be_null);
        let nulls = nulls.map(|of| Expr::IsNull(Box::new(column(of))));
        let either = conjunction(equal, None).into_iter().chain(nulls);
        let either = either.reduce(|left, right| binary(left, BinaryOperator::Or, right));
        either.into_iter().map(|either| Expr::Nested(Box::new(either))).collect()
    }

    /// What a query in an expression must hold to meet only rows of its own tenant.
    pub(super) fn relate(&self, outer: Option<&Level>, owner: &Owner) -> Result<Vec<Expr>> {
        match (outer, owner) {
            (Some(Level::Column(outer) | Level::Global { column: outer, met: _ }), Owner::Column(own)) => {
                self.check_in_sight(outer)?;
                Ok(self.equal_columns(own, outer))
            }
            (Some(Level::Column(_) | Level::Global { .. }), Owner::Unnamed) => refuse_with(
                "a subquery in a scope of several tenants whose rows cannot be compared by tenant",
                ONE_BY_ONE,
            ),
            (_, Owner::Nobody) | (None | Some(Level::Apart | Level::Nobody { .. } | Level::Mixed), _) => {
                Ok(Vec::new())
            }
        }
    }

    /// Refuses a column that a table of the same name in a nearer FROM hides.
    fn check_in_sight(&self, column: &TenantColumn) -> Result<()> {
        let nearer = self.frames.iter().skip(column.frame + 1).flat_map(|frame| &frame.sources);
        let is_hidden = nearer
            .filter_map(|source| source.name.as_ref())
            .any(|name| name.value.eq_ignore_ascii_case(&column.qualifier.value));
        if is_hidden {
            return refuse_with(
                format!(
                    "the name `{}` for two tables, one around the other, in a scope of several tenants",
                    column.qualifier.value
                ),
                "give each table an alias of its own",
            );
        }
        Ok(())
    }

    /// What subqueries in WHERE and its like meet.
    pub(super) fn level(&self, outer: Option<&Level>, owner: &Owner) -> Level {
        match (owner, outer) {
            (Owner::Column(column), Some(Level::Column(outer))) if column.may_be_null => {
                Level::Column(outer.clone())
            }
            (Owner::Column(column), Some(Level::Global { .. })) if column.may_be_null => Level::Mixed,
            (Owner::Column(column), _) => level_of(column),
            (Owner::Unnamed, _) => Level::Mixed,
            (Owner::Nobody, Some(Level::Column(column) | Level::Global { column, met: _ })) => {
                level_of(column)
            }
            (Owner::Nobody, None | Some(Level::Apart | Level::Nobody { .. } | Level::Mixed)) => {
                Level::Nobody { met: false }
            }
        }
    }

    /// What subqueries in an ON meet.
    pub(super) fn level_of_join(&self, left: &Owner, right: &Owner) -> Level {
        match (left, right) {
            (Owner::Unnamed, _) | (_, Owner::Unnamed) | (Owner::Nobody, Owner::Nobody) => Level::Mixed,
            (Owner::Column(left), Owner::Column(right)) if left.may_be_null && right.may_be_null => {
                Level::Mixed
            }
            (Owner::Column(left), Owner::Column(right)) if left.may_be_null => level_of(right),
            (Owner::Column(column), _) | (Owner::Nobody, Owner::Column(column)) => level_of(column),
        }
    }

    /// Walks what stands at a level.
    pub(super) fn at<T>(&mut self, level: Level, walk: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.levels.push(level);
        let walked = walk(self);
        self.levels.pop();
        walked
    }

    /// Refuses a query in an expression that has met tenant tables since there were `tenant_tables`, where the rows
    /// around it are not of one tenant.
    pub(super) fn check_met(&mut self, tenant_tables: usize) -> Result<()> {
        if !self.is_for_set() || self.tenant_tables == tenant_tables {
            return Ok(());
        }
        match self.levels.last_mut() {
            Some(Level::Column(_)) => Ok(()),
            Some(Level::Nobody { met } | Level::Global { column: _, met }) if !*met => {
                *met = true;
                Ok(())
            }
            Some(Level::Global { .. }) => refuse_with(
                "two subqueries over tenants' tables around a table with global rows, in a scope of several tenants",
                ONE_BY_ONE,
            ),
            Some(Level::Nobody { .. }) => refuse_with(
                "two subqueries over tenants' tables around a shared table, in a scope of several tenants",
                ONE_BY_ONE,
            ),
            Some(Level::Apart | Level::Mixed) | None => refuse_with(
                "a subquery over tenants' tables outside of WHERE, ON, SET and RETURNING, in a scope of several tenants",
                "move it to WHERE, or use a scope for each tenant",
            ),
        }
    }

    /// Whether a subquery names the tenant column of the row around it, on an engine of MySQL's.
    fn is_related_on_mysql(&self) -> bool {
        self.is_for_set()
            && self.engine.misreads_correlated_subqueries()
            && matches!(self.levels.last(), Some(Level::Column(_) | Level::Global { .. }))
    }

    /// Refuses what a subquery after IN, ANY or ALL computes of all its rows, more than was met before: MariaDB 10.11 looks for
    /// the value among them first, once the subquery names a column from around it.
    pub(super) fn check_computed_whole(&self, before: ComputedWhole) -> Result<()> {
        let ComputedWhole { windows, comparisons } = self.computed_whole;
        if !self.is_related_on_mysql() {
            return Ok(());
        }
        if windows > before.windows {
            return refuse_with(
                "a window function in a subquery after IN, ANY or ALL, in a scope of several tenants,",
                ONE_BY_ONE,
            );
        }
        if comparisons > before.comparisons {
            return refuse_with(
                "INTERSECT or EXCEPT in a subquery after IN, ANY or ALL, in a scope of several tenants,",
                ONE_BY_ONE,
            );
        }
        Ok(())
    }

    /// Refuses a set operation inside another: MariaDB makes it a derived table, which sees no columns from around it.
    pub(super) fn check_nested_set_operation(&self, tenant_tables: usize) -> Result<()> {
        if self.is_related_on_mysql() && self.tenant_tables > tenant_tables {
            return refuse_with(
                "a set operation inside another in a subquery, in a scope of several tenants,",
                ONE_BY_ONE,
            );
        }
        Ok(())
    }

    /// Refuses a set operation that compares rows of several tenants.
    pub(super) fn check_compared(&self, tenant_tables: usize) -> Result<()> {
        let is_of_one = matches!(self.levels.last(), Some(Level::Column(_)));
        if self.is_for_set() && self.tenant_tables > tenant_tables && !is_of_one {
            return refuse_with(
                "INTERSECT or EXCEPT of tenants' rows in a scope of several tenants",
                "write EXISTS or NOT EXISTS in WHERE, or use a scope for each tenant",
            );
        }
        Ok(())
    }
}

/// Whose rows come out of a join with a table that has global rows.
fn owner_with_global(side: Side, left: &TenantColumn, right: &TenantColumn) -> Owner {
    let keeps_left = matches!(side, Side::Neither | Side::Left) && !left.may_be_null;
    let keeps_right = matches!(side, Side::Neither | Side::Right) && !right.may_be_null;
    match (keeps_left, keeps_right) {
        (true, _) => Owner::Column(left.clone()),
        (false, true) => Owner::Column(right.clone()),
        (false, false) => Owner::Unnamed,
    }
}

fn level_of(column: &TenantColumn) -> Level {
    if column.may_be_null {
        Level::Global { column: column.clone(), met: false }
    } else {
        Level::Column(column.clone())
    }
}
