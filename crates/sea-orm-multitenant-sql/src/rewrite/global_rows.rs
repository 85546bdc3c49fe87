//! Tables with global rows: a scope reads its own rows and those whose tenant column is NULL, and writes its own.
//!
//! Two things follow for other rows than those that a statement writes. A lock on a global row would block all other
//! tenants, so that only own rows are locked. And the database would change a global row that refers to a deleted one,
//! so that a delete fails where global rows refer to rows of the tenant.

use crate::{
    catalogue::{global_rows::GlobalReference, table::Table},
    names,
    refusal::{Result, refuse_on},
    rewrite::{
        build::{binary, call, conjunction, equal, number, plain_alias, query_of, selecting, unless_failing},
        frame::{Frame, Required},
        rewriter::Rewriter,
        target::Target,
    },
    whom::Whom,
};
use sqlparser::ast::{
    Assignment, AssignmentTarget, BinaryOperator, Expr, Ident, LimitClause, ObjectName, Query, SelectItem,
    TableFactor, TableWithJoins,
};

/// The name of the global rows that are searched for references to a tenant's rows.
const GLOBAL: &str = "global_rows";

/// The name of the tenant's rows to which they refer.
const OWN: &str = "rows_of_tenant";

/// The name of the joined rows, where the engine reads them before it writes.
const FOUND: &str = "global_references";

impl Rewriter<'_> {
    /// What holds for the rows of a table that a scope reads: its own, and the global ones of a table that has such.
    pub(super) fn read_predicates(&self, table: &Table, qualifier: &Ident) -> Vec<Expr> {
        let own = self.predicates(table, qualifier);
        let tenant = table.tenant_column().filter(|_| self.reads_global_rows(table));
        let Some((column, _)) = tenant else { return own };
        let is_global = Expr::IsNull(Box::new(self.tenant_column_of(qualifier, column)));
        let either = conjunction(own, None).map(|own| binary(own, BinaryOperator::Or, is_global));
        either.into_iter().map(|either| Expr::Nested(Box::new(either))).collect()
    }

    /// Whether a scope reads global rows of this table. One of no tenants reads nothing.
    pub(super) fn reads_global_rows(&self, table: &Table) -> bool {
        table.has_global_rows() && self.whom != Whom::Set(0)
    }

    /// Whether the innermost FROM reads only own rows of a table: because it is written, or because the rows are locked
    /// and WHERE holds for no global one.
    pub(super) fn reads_own_rows(&self, table: &Table, qualifier: &Ident, is_locked: bool) -> bool {
        let Some(frame) = self.frames.last().filter(|_| table.has_global_rows()) else { return false };
        let is_written = frame.written.iter().any(|name| name.value.eq_ignore_ascii_case(&qualifier.value));
        is_written || is_locked && self.requires_tenant(frame, table, qualifier)
    }

    fn requires_tenant(&self, frame: &Frame<'_>, table: &Table, qualifier: &Ident) -> bool {
        let Some((tenant, _)) = table.tenant_column() else { return false };
        frame.required.iter().any(|(of, column)| {
            let is_table = match of {
                Some(of) => names::are_same(self.engine.alias_folding(), of, qualifier),
                None => frame.sources.len() == 1,
            };
            is_table && self.is_column(column, tenant)
        })
    }

    /// `qualifier.tenant = <tenant>` as a condition that is false, not NULL, for a global row.
    pub(super) fn certain(&self, table: &Table, own: Expr) -> Expr {
        if !table.has_global_rows() {
            return own;
        }
        call("COALESCE", [own, number("0")])
    }

    /// Refuses to replace rows of a table to whose rows global ones may refer.
    pub(super) fn check_global_children(&self, table: &Table, construct: &str) -> Result<()> {
        let Some(chain) = self.catalogue.global_references(table).into_iter().next() else { return Ok(()) };
        refuse_on(
            table.qualified_name(),
            format!(
                "{construct}, which may take away a row to which global rows of `{}` refer,",
                chain.child.qualified_name()
            ),
            "use UPDATE or DELETE, or put the tenant column into the foreign key, in the database too",
        )
    }

    /// Whether an assignment changes a column by which other rows refer to this table.
    pub(super) fn sets_referenced_key(&self, target: &Target<'_>, assignments: &[Assignment]) -> bool {
        let names = |name: &ObjectName, column: &str| {
            name.0.iter().filter_map(|part| part.as_ident()).any(|ident| self.is_column(ident, column))
        };
        self.catalogue.referenced_columns(target.table).any(|column| {
            assignments.iter().any(|Assignment { target: set, value }| match set {
                AssignmentTarget::ColumnName(name) => {
                    names(name, column) && !self.is_unchanged_key(target, column, value)
                }
                AssignmentTarget::Tuple(set) => set.iter().any(|name| names(name, column)),
            })
        })
    }

    /// Adds to a write that takes away rows of a table, or their keys, that no global row refers to a row of the
    /// tenant, here or in the tables to which the write may cascade.
    pub(super) fn keep_global_children(&mut self, table: &Table, selection: &mut Option<Expr>) {
        for reference in self.catalogue.global_references(table) {
            self.queries += 1;
            self.tables.insert(reference.child.qualified_name());
            self.tables.insert(reference.parent.qualified_name());
            let found = self.references_found(&reference);
            let exists = Expr::Exists { subquery: Box::new(found), negated: true };
            let text = reference.child.global_child_failure(reference.key);
            let check = unless_failing(self.engine.failure(), exists, &text);
            *selection = match selection.take() {
                Some(selection) => Some(binary(selection, BinaryOperator::And, check)),
                None => Some(check),
            };
        }
    }

    /// `SELECT 1 FROM child, parent WHERE child is global AND child.key = parent.key`, of the tenant's own parents.
    fn references_found(&self, reference: &GlobalReference<'_>) -> Query {
        let GlobalReference { child, key, parent } = *reference;
        let (global, own) = (self.quoted(GLOBAL), self.quoted(OWN));
        let mut conditions = self.read_predicates(child, &global);
        conditions.extend(self.predicates(parent, &own));
        if let Some((column, _)) = child.tenant_column() {
            conditions.push(Expr::IsNull(Box::new(self.tenant_column_of(&global, column))));
        }
        for (column, named) in key.columns().iter().zip(key.parent_columns()) {
            conditions
                .push(equal(self.tenant_column_of(&global, column), self.tenant_column_of(&own, named)));
        }
        let from = vec![self.table_as(child, &global), self.table_as(parent, &own)];
        let one = || vec![SelectItem::UnnamedExpr(number("1"))];
        let mut found = query_of(selecting(one(), from, conjunction(conditions, None)));
        if !self.engine.hides_target_from_subqueries() {
            return found;
        }
        // With a limit it is materialised, before the write.
        let limit = Some(number("1"));
        found.limit_clause = Some(LimitClause::LimitOffset { limit, offset: None, limit_by: Vec::new() });
        let alias = Some(plain_alias(self.quoted(FOUND)));
        let relation =
            TableFactor::Derived { lateral: false, subquery: Box::new(found), alias, sample: None };
        query_of(selecting(one(), vec![TableWithJoins { relation, joins: Vec::new() }], None))
    }
}

/// The columns that a condition requires not to be NULL.
pub(super) fn required(condition: Option<&Expr>) -> Vec<Required> {
    let mut columns = Vec::new();
    if let Some(condition) = condition {
        require(condition, &mut columns);
    }
    columns
}

/// Looks through what AND joins. The depth is that of the text, which is bounded.
fn require(condition: &Expr, columns: &mut Vec<Required>) {
    match condition {
        Expr::Nested(inner) => require(inner, columns),
        Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
            require(left, columns);
            require(right, columns);
        }
        Expr::BinaryOp { left, op: BinaryOperator::Eq, right } if matches!(**right, Expr::Value(_)) => {
            columns.extend(column(left));
        }
        Expr::IsNotNull(inner) => columns.extend(column(inner)),
        _ => {}
    }
}

fn column(expr: &Expr) -> Option<Required> {
    match expr {
        Expr::Identifier(column) => Some((None, column.clone())),
        Expr::CompoundIdentifier(idents) => match idents.as_slice() {
            [of, column] => Some((Some(of.clone()), column.clone())),
            _ => None,
        },
        _ => None,
    }
}
