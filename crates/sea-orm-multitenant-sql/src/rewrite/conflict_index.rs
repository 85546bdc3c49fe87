//! Conflict targets with expressions or a condition.

use crate::{
    catalogue::table::Table, read::conflict_index::ConflictIndex, refusal::Result,
    rewrite::rewriter::Rewriter,
};
use sqlparser::ast::{Expr, Ident};

impl Rewriter<'_> {
    /// Checks the expressions of a conflict target, and adds the tenant column where a key of the same columns contains
    /// it. Which index is meant says nothing of rows: what is done where its key is taken is guarded by itself.
    pub(super) fn conflict_index(&mut self, table: &Table, index: ConflictIndex) -> Result<Ident> {
        let ConflictIndex { mut elements, mut predicate } = index;
        for element in &mut elements {
            match element {
                Expr::Identifier(column) => self.written_column(table, column)?,
                other => self.expr(other)?,
            }
        }
        self.optional(predicate.as_mut())?;
        let columns: Vec<_> = elements.iter().filter_map(column).cloned().collect();
        let needs_tenant = if columns.len() == elements.len() {
            table.key_needs_tenant(&columns)
        } else {
            table.expressions_need_tenant(&elements.iter().map(Expr::to_string).collect::<Vec<_>>())
        };
        if let (Some((tenant, _)), true) = (table.tenant_column(), needs_tenant) {
            elements.insert(0, Expr::Identifier(self.quoted(tenant)));
        }
        ConflictIndex { elements, predicate }.stand_in(self.engine)
    }
}

fn column(expr: &Expr) -> Option<&Ident> {
    match expr {
        Expr::Identifier(ident) => Some(ident),
        _ => None,
    }
}
