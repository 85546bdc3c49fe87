//! What a check asks for: a written value, once in the type of the parent's key, as which it is compared and stored.

use crate::{
    catalogue::links::ParentCheck,
    engine::{Engine, KeyConversion},
    key_type::KeyType,
    placeholder::{Bound, read_placeholder},
    refusal::{Result, refuse_on},
    rewrite::build::{call, cast},
};
use sqlparser::ast::{Expr, UnaryOperator, Value, ValueWithSpan};

/// A written value whose evaluation may be repeated: it gives the same each time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leaf {
    /// A literal or a bound value.
    Constant,
    /// A column in sight.
    Column,
}

/// What a value is, if its evaluation may be repeated: a literal, a bound value, a column, or a cast of one.
pub(super) fn leaf(value: &Expr) -> Option<Leaf> {
    match value {
        Expr::Value(_) | Expr::TypedString(_) => Some(Leaf::Constant),
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) => Some(Leaf::Column),
        Expr::Nested(inner)
        | Expr::Cast { expr: inner, kind: _, data_type: _, format: None }
        | Expr::UnaryOp { op: UnaryOperator::Plus | UnaryOperator::Minus, expr: inner } => leaf(inner),
        _ => None,
    }
}

/// A value that is looked up among the tenant's own keys.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// What is stored.
    pub(super) stored: Expr,
    /// Whether it is one of a column.
    pub(super) is_column: bool,
    /// Whether the engine compares it with the key as it stores it.
    pub(super) is_exact: bool,
    /// Whether it was made a text.
    is_text: bool,
}

impl Asked {
    /// A leaf in the type of the key, where that is known.
    pub(super) fn new(engine: Engine, value: Expr, ty: Option<KeyType>) -> Self {
        let is_column = leaf(&value) == Some(Leaf::Column);
        let is_left = is_tenant(&value) || is_exact_literal(engine, &value);
        let conversion = if is_left { None } else { ty.map(|ty| engine.key_conversion(ty)) };
        let is_exact = is_left || ty.is_some() || !engine.compares_in_a_third_type();
        let is_text = conversion == Some(KeyConversion::Concat);
        let stored = match conversion {
            Some(KeyConversion::Cast(data_type)) => cast(value, data_type),
            Some(KeyConversion::Concat) => call("CONCAT", [value]),
            Some(KeyConversion::Nothing) | None => value,
        };
        Self { stored, is_column, is_exact, is_text }
    }

    /// The value beside the key in a comparison.
    ///
    /// On SQLite the type of a column or a cast would convert the key; behind a sign it has none, and takes the key's.
    pub(super) fn compared(&self, engine: Engine) -> Expr {
        let value = self.stored.clone();
        if engine.converts_by_affinity() && has_type(&value) {
            return Expr::UnaryOp { op: UnaryOperator::Plus, expr: Box::new(value) };
        }
        value
    }

    /// The value as a text of MySQL.
    pub(super) fn concatenated(&self) -> Expr {
        if self.is_text { self.stored.clone() } else { call("CONCAT", [self.stored.clone()]) }
    }
}

/// Refuses a value whose type is not known where others would settle it: BIGINT beside a number that floats is one too,
/// and then another than the one that was looked up.
pub(super) fn refuse_unsettled(check: &ParentCheck<'_>, asked: &[Asked]) -> Result<()> {
    if !check.is_among_others || asked.iter().all(|asked| asked.is_exact) {
        return Ok(());
    }
    refuse_on(
        check.table.qualified_name(),
        format!(
            "one of several values of `{}`, of a type that is not known,",
            check.key.columns().join(", ")
        ),
        "declare the type of the parent's key by `Table::with_key_types`, or write the value by itself",
    )
}

/// Whether a literal is compared as it is stored, whatever the type of the key.
fn is_exact_literal(engine: Engine, value: &Expr) -> bool {
    match value {
        Expr::Nested(inner) => is_exact_literal(engine, inner),
        Expr::UnaryOp { op: UnaryOperator::Plus | UnaryOperator::Minus, expr } => {
            is_exact_number(engine, expr)
        }
        Expr::Value(ValueWithSpan { value: Value::SingleQuotedString(_), span: _ }) => {
            !engine.compares_numbers_with_texts()
        }
        _ => is_exact_number(engine, value),
    }
}

fn is_exact_number(engine: Engine, value: &Expr) -> bool {
    let Expr::Value(ValueWithSpan { value: Value::Number(digits, _), span: _ }) = value else { return false };
    !(engine.reads_exponents_as_floats() && digits.contains(['e', 'E']))
}

/// Whether a value has a type of its own on SQLite: columns and casts.
fn has_type(value: &Expr) -> bool {
    match value {
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) | Expr::Cast { .. } => true,
        Expr::Nested(inner) => has_type(inner),
        _ => false,
    }
}

pub(super) fn is_tenant(value: &Expr) -> bool {
    matches!(value, Expr::Value(ValueWithSpan { value, span: _ }) if is_tenant_value(value))
}

pub(super) fn is_tenant_value(value: &Value) -> bool {
    let Value::Placeholder(text) = value else { return false };
    !matches!(read_placeholder(text), Some(Bound::Caller(_)) | None)
}
