//! The places of a row in which a foreign key's values stand.

use crate::{
    catalogue::links::ParentCheck,
    refusal::{Result, refuse_on},
    rewrite::{build::is_default, target::Target},
};
use sqlparser::ast::{Expr, Ident, SelectItem, TableWithJoins, Value, ValueWithSpan};

/// Where a value stands.
#[derive(Clone, Copy)]
pub(super) enum Place<'p> {
    /// In a row to insert.
    Row,
    /// In the select list over this FROM.
    List(&'p [TableWithJoins]),
    /// In the SET list of an UPDATE, beside this FROM.
    Set(&'p Target<'p>, &'p [TableWithJoins]),
    /// In the SET list of ON CONFLICT, beside the row to insert.
    Conflict(&'p Target<'p>),
    /// In ON DUPLICATE KEY UPDATE, where what a subquery sees of the rows to insert depends on the plan.
    DuplicateKey(&'p Target<'p>),
}

impl Place<'_> {
    /// Whether a column there has a meaning that a subquery shares.
    pub(super) fn has_columns(self) -> bool {
        match self {
            Self::List(_) | Self::Set(..) | Self::Conflict(_) => true,
            Self::Row | Self::DuplicateKey(_) => false,
        }
    }
}

/// The values of one row, by place.
pub(super) trait Row {
    fn value(&mut self, index: usize) -> Option<&mut Expr>;
}

impl Row for Vec<Expr> {
    fn value(&mut self, index: usize) -> Option<&mut Expr> {
        self.get_mut(index)
    }
}

impl Row for Vec<SelectItem> {
    /// None behind a wildcard, which stands for any number of values.
    fn value(&mut self, index: usize) -> Option<&mut Expr> {
        let is_plain =
            |item: &SelectItem| matches!(item, SelectItem::UnnamedExpr(_) | SelectItem::ExprWithAlias { .. });
        if !self.iter().take(index).all(is_plain) {
            return None;
        }
        match self.get_mut(index)? {
            SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, alias: _ } => Some(expr),
            SelectItem::ExprWithAliases { .. }
            | SelectItem::QualifiedWildcard(..)
            | SelectItem::Wildcard(_) => None,
        }
    }
}

pub(super) fn is_null(value: &Expr) -> bool {
    matches!(value, Expr::Value(ValueWithSpan { value: Value::Null, span: _ }))
}

/// Whether a value is a cast of NULL, which settles the types of others beside it.
pub(super) fn is_cast_null(value: &Expr) -> bool {
    matches!(value, Expr::Cast { expr, kind: _, data_type: _, format: None } if is_null(expr))
}

pub(super) fn is_default_value(value: &Expr) -> bool {
    matches!(value, Expr::Identifier(ident) if is_default(ident))
}

/// Takes a value out of its place, which is filled again.
pub(super) fn take(value: &mut Expr) -> Expr {
    std::mem::replace(value, Expr::Tuple(Vec::new()))
}

/// The name of a select list's item that is an unaliased column.
pub(super) fn column_name(items: &[SelectItem], index: usize) -> Option<Ident> {
    match items.get(index) {
        Some(SelectItem::UnnamedExpr(Expr::Identifier(ident))) => Some(ident.clone()),
        Some(SelectItem::UnnamedExpr(Expr::CompoundIdentifier(idents))) => idents.last().cloned(),
        _ => None,
    }
}

/// Gives a column that became an expression its name again.
pub(super) fn keep_name(items: &mut [SelectItem], index: usize, name: Option<Ident>) {
    let Some(item) = items.get_mut(index) else { return };
    if let (SelectItem::UnnamedExpr(expr @ Expr::Case { .. }), Some(alias)) = (&mut *item, name) {
        *item = SelectItem::ExprWithAlias { expr: take(expr), alias };
    }
}

pub(super) const WAYS_OUT: &str = "write a bound value or a column, or select the parent's key; a composite key with the tenant needs no check, and `TenancyBuilder::without_parent_check` leaves the value to the database";

pub(super) fn refuse_uncertain<T>(check: &ParentCheck<'_>) -> Result<T> {
    let (columns, parent) = (check.key.columns().join(", "), check.key.parent());
    let construct = format!("a value of `{columns}` that cannot be checked to name a row of `{parent}`");
    refuse_on(check.table.qualified_name(), construct, WAYS_OUT)
}

pub(super) fn refuse_part<T>(check: &ParentCheck<'_>) -> Result<T> {
    let construct = format!("a part of the foreign key ({})", check.key.columns().join(", "));
    refuse_on(check.table.qualified_name(), construct, "write all its columns")
}

pub(super) fn refuse_twice<T>(check: &ParentCheck<'_>) -> Result<T> {
    let construct = format!("a column of the foreign key ({}) twice", check.key.columns().join(", "));
    refuse_on(check.table.qualified_name(), construct, "write it once")
}
