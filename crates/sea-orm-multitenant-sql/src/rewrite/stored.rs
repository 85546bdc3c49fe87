//! Tenants' ids that are written: as they are, or not at all.
//!
//! Outside of strict mode MySQL cuts a text to the length of its column and puts `?` for characters that the column's
//! character set lacks, so that a row would become another tenant's (manual, 7.1.11). An id is written in strict mode only.

use crate::{
    catalogue::table::Table,
    refusal::{Result, refuse},
    rewrite::{
        build::{call, in_utf8mb4, unless_out_of_range},
        rewriter::Rewriter,
    },
    tenant_type::TenantType,
};
use sqlparser::{
    ast::{
        Assignment, AssignmentTarget, BinaryOperator, Expr, Ident, ObjectName, Query, SelectItem, SetExpr,
        Value, ValueWithSpan, Values,
    },
    tokenizer::Span,
};

impl Rewriter<'_> {
    /// Has the ids of the rows to insert fail where the session would cut them.
    pub(super) fn store_tenants(
        &self,
        table: &Table,
        columns: &[ObjectName],
        source: Option<&mut Query>,
        assignments: &mut [Assignment],
    ) -> Result<()> {
        let Some((tenant, TenantType::Text)) = table.tenant_column() else { return Ok(()) };
        if !self.engine.cuts_texts_unless_strict() {
            return Ok(());
        }
        for Assignment { target, value } in assignments {
            if matches!(target, AssignmentTarget::ColumnName(name) if !self.positions(std::slice::from_ref(name), tenant)?.is_empty())
            {
                store(value);
            }
        }
        match (source, &self.positions(columns, tenant)?[..]) {
            (Some(source), [index]) => store_in_rows(&mut source.body, *index, columns.len()),
            (Some(_), _) => refuse("rows to insert without the tenant column"),
            (None, _) => Ok(()),
        }
    }
}

/// The id of every row that a source of so many columns yields.
fn store_in_rows(body: &mut SetExpr, index: usize, columns: usize) -> Result<()> {
    match body {
        SetExpr::Values(Values { explicit_row: _, value_keyword: _, rows }) => {
            rows.iter_mut().filter_map(|row| row.content.get_mut(index)).for_each(store);
            Ok(())
        }
        SetExpr::Select(select) => {
            // What stands before the last item may be a wildcard.
            let items = &mut select.projection;
            let item = if index + 1 == columns { items.last_mut() } else { items.get_mut(index) };
            match item {
                Some(SelectItem::UnnamedExpr(value)) => store(value),
                _ => return refuse("a row to insert without the tenant"),
            }
            Ok(())
        }
        SetExpr::Query(query) => store_in_rows(&mut query.body, index, columns),
        SetExpr::SetOperation { left, op: _, set_quantifier: _, right } => {
            store_in_rows(left, index, columns)?;
            store_in_rows(right, index, columns)
        }
        SetExpr::Insert(_)
        | SetExpr::Update(_)
        | SetExpr::Delete(_)
        | SetExpr::Merge(_)
        | SetExpr::Table(_) => refuse("INSERT from another write"),
    }
}

/// `IF(… > 0, CONVERT(tenant USING utf8mb4), NULL)`, an error outside of strict mode.
///
/// MySQL 9.7 stores the bytes of a value that is bound in IF as they are, whatever the character set of the column: in
/// latin1, `ж` would become `Ð¶`. The result of CONVERT has a character set.
fn store(tenant: &mut Expr) {
    let id = std::mem::replace(tenant, Expr::Tuple(Vec::new()));
    *tenant = unless_out_of_range(is_strict(), in_utf8mb4(id));
}

/// Whether an engine's message says that an id of a tenant was not written because the session is not in strict mode.
///
/// ```
/// assert!(!sea_orm_multitenant_sql::failed_strictness("BIGINT value is out of range in '9223372036854775807 + 1'"));
/// ```
pub fn failed_strictness(message: &str) -> bool {
    message.contains("find_in_set('STRICT_TRANS_TABLES',@@sql_mode)") && message.contains("out of range")
}

/// `FIND_IN_SET('STRICT_TRANS_TABLES', @@sql_mode) + FIND_IN_SET('STRICT_ALL_TABLES', @@sql_mode)`: not 0 in strict mode.
fn is_strict() -> Expr {
    let [transactional, all] = ["STRICT_TRANS_TABLES", "STRICT_ALL_TABLES"].map(has_mode);
    Expr::BinaryOp { left: Box::new(transactional), op: BinaryOperator::Plus, right: Box::new(all) }
}

/// `FIND_IN_SET('mode', @@sql_mode)`.
fn has_mode(mode: &str) -> Expr {
    let mode = Value::SingleQuotedString(mode.to_owned());
    let args = [
        Expr::Value(ValueWithSpan { value: mode, span: Span::empty() }),
        Expr::Identifier(Ident::new("@@sql_mode")),
    ];
    call("FIND_IN_SET", args)
}
