//! INSERT for a set of tenants: every row names its tenant, one of the set.

use crate::{
    catalogue::table::Table,
    names::single_ident,
    outcome::{Found, Literal, TenantCheck, TenantCheckKind},
    refusal::{Result, refuse, refuse_on},
    rewrite::rewriter::{Rewriter, literal_or_placeholder},
    tenant_type::TenantType,
};
use sqlparser::ast::{
    Assignment, AssignmentTarget, Expr, ObjectName, Parens, Query, SetExpr, ValueWithSpan, Values,
};

impl Rewriter<'_> {
    /// INSERT … VALUES.
    pub(super) fn insert_named_rows(
        &mut self,
        table: &Table,
        columns: &mut [ObjectName],
        source: Option<&Query>,
    ) -> Result<()> {
        for column in columns.iter_mut() {
            self.written_name(table, column)?;
        }
        let Some((tenant, ty)) = table.tenant_column() else { return Ok(()) };
        let [index] = self.positions(columns, tenant)?[..] else { return refuse_unnamed(table) };
        let Some(SetExpr::Values(Values { explicit_row: _, value_keyword: _, rows })) =
            source.map(|query| query.body.as_ref())
        else {
            return refuse_on(
                table.qualified_name(),
                "INSERT … SELECT in a scope of several tenants",
                "use a scope for each tenant",
            );
        };
        for Parens { opening_token: _, content, closing_token: _ } in rows {
            match content.get(index) {
                Some(value) if content.len() == columns.len() => self.check_named(table, ty, value)?,
                Some(_) | None => return refuse("a row with another number of values than columns"),
            }
        }
        Ok(())
    }

    /// `INSERT INTO t SET a = 1`.
    pub(super) fn insert_named_assignments(
        &mut self,
        table: &Table,
        assignments: &mut [Assignment],
    ) -> Result<()> {
        let mut named = 0;
        for Assignment { target, value } in assignments {
            self.expr(value)?;
            let AssignmentTarget::ColumnName(name) = target else {
                return refuse("a row of columns in INSERT … SET");
            };
            self.written_name(table, name)?;
            let ident = single_ident(name)?;
            if let Some((_, ty)) = table.tenant_column().filter(|(tenant, _)| self.is_column(ident, tenant)) {
                named += 1;
                self.check_named(table, ty, value)?;
            }
        }
        if table.tenant_column().is_some() && named != 1 { refuse_unnamed(table) } else { Ok(()) }
    }

    /// Records that `value` must be a tenant of the set each time the statement runs.
    fn check_named(&mut self, table: &Table, ty: TenantType, value: &Expr) -> Result<()> {
        let found = match value {
            Expr::Value(ValueWithSpan { value, span: _ }) => literal_or_placeholder(self.engine, value),
            _ => None,
        };
        // Where UUIDs are bytes, a literal is another value than the UUID that it spells.
        let found = found.filter(|found| {
            ty != TenantType::Uuid
                || self.engine.has_uuids()
                || !matches!(found, Found::Literal(Literal::Text(_)))
        });
        match found {
            None | Some(Found::Literal(Literal::Null)) => refuse_unnamed(table),
            Some(found) => {
                let (table, kind) = (table.qualified_name().into(), TenantCheckKind::InsertForOne);
                self.checks.push(TenantCheck { table, found, kind });
                Ok(())
            }
        }
    }
}

fn refuse_unnamed<T>(table: &Table) -> Result<T> {
    refuse_on(
        table.qualified_name(),
        "a row to insert that names no tenant, in a scope of several tenants",
        "give the tenant column of each row a value or literal, or use a scope for each tenant",
    )
}
