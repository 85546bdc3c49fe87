//! Whether the engine gives each operator the operands that the parser gives it.
//!
//! The parser has one table of precedence for most engines, and no engine has that table. A grammar decides at each
//! operator whether what stands before it is complete: it is if the operator before binds tighter. So a tree is the engine's
//! own exactly where that holds between each operator and those that are open at the ends of its operands. What
//! is in parentheses has no open end. Where it does not hold, the statement is refused: the caller can write parentheses.

mod form;
mod levels;

use crate::{
    engine::Engine,
    refusal::{Result, refuse_with},
};
use form::{End, Form};
use levels::{Level, Levels};
use sqlparser::ast::{BinaryOperator, Expr};

/// Refuses an operator whose operands the engine may group otherwise. Looks at this operator alone, not into its operands.
///
/// Each end of an operand is looked at once for a whole statement.
///
/// # Errors
/// When the engine could read the same text as another tree.
pub(crate) fn check(engine: Engine, expr: &Expr) -> Result<()> {
    let levels = Levels::of(engine);
    let Form { first, middle, last } = Form::of(levels, expr);
    let is_first = first.is_none_or(|(operand, token)| ends_before(levels, operand, token));
    let is_middle = middle.is_none_or(|(operand, before, token)| {
        before.is_none_or(|before| begins_after(levels, before, operand))
            && ends_before(levels, operand, token)
    });
    let is_last = match last {
        End::Closed | End::Word(_) => true,
        End::Open(operand, before) => begins_after(levels, before, operand),
    };
    if !is_first || !is_middle || !is_last {
        return refuse_with(
            format!("`{}` beside an operator that the engine may apply first", word_of(expr)),
            "put parentheses around the operands that belong together",
        );
    }
    if levels.adds_intervals && has_odd_interval(expr, first, last) {
        return refuse_with(
            "an interval beside another operator than + and -",
            "add it to a date: `date + INTERVAL 1 DAY`",
        );
    }
    Ok(())
}

/// Whether an expression that is more than a query begins with one.
pub(crate) fn begins_with_query(engine: Engine, expr: &Expr) -> bool {
    let levels = Levels::of(engine);
    let mut first = expr;
    while let Some((operand, _)) = Form::of(levels, first).first {
        first = operand;
    }
    matches!(first, Expr::Subquery(_))
}

/// Whether all that is open at the end of an operand takes what is before it, when a token of this level follows.
fn ends_before(levels: &Levels, operand: &Expr, token: Level) -> bool {
    let mut expr = operand;
    loop {
        match Form::of(levels, expr).last {
            End::Closed => return true,
            End::Word(level) => return level.takes_before(token),
            End::Open(next, level) if level.takes_before(token) => expr = next,
            End::Open(_, _) => return false,
        }
    }
}

/// Whether all that is open at the beginning of an operand takes it from an operator of this level before it.
fn begins_after(levels: &Levels, before: Level, operand: &Expr) -> bool {
    let mut expr = operand;
    loop {
        match Form::of(levels, expr).first {
            None => return true,
            Some((next, token)) if before.leaves_to(token) => expr = next,
            Some(_) => return false,
        }
    }
}

/// Whether an operand is an interval where MySQL has none: it is no expression there, but a part of an addition.
fn has_odd_interval(expr: &Expr, first: Option<(&Expr, Level)>, last: End<'_>) -> bool {
    let is_interval = |operand: &Expr| matches!(operand, Expr::Interval(_));
    let begins = first.is_some_and(|(operand, _)| is_interval(operand));
    let ends = matches!(last, End::Open(operand, _) if is_interval(operand));
    match expr {
        Expr::BinaryOp { left: _, op: BinaryOperator::Plus, right: _ } => begins && ends,
        Expr::BinaryOp { left: _, op: BinaryOperator::Minus, right: _ } => begins,
        _ => begins || ends,
    }
}

/// The operator of an expression, as a caller knows it.
fn word_of(expr: &Expr) -> String {
    match expr {
        Expr::BinaryOp { left: _, op, right: _ }
        | Expr::AnyOp { left: _, compare_op: op, right: _, is_some: _ }
        | Expr::AllOp { left: _, compare_op: op, right: _ } => op.to_string(),
        Expr::UnaryOp { op, expr: _ } => op.to_string(),
        Expr::InList { .. } | Expr::InSubquery { .. } | Expr::InUnnest { .. } => "IN".to_owned(),
        Expr::Between { .. } => "BETWEEN".to_owned(),
        Expr::Like { .. } => "LIKE".to_owned(),
        Expr::ILike { .. } => "ILIKE".to_owned(),
        Expr::SimilarTo { .. } => "SIMILAR TO".to_owned(),
        Expr::RLike { .. } => "REGEXP".to_owned(),
        Expr::MemberOf(_) => "MEMBER OF".to_owned(),
        Expr::Collate { .. } => "COLLATE".to_owned(),
        Expr::AtTimeZone { .. } => "AT TIME ZONE".to_owned(),
        Expr::Cast { .. } => "::".to_owned(),
        _ => "IS".to_owned(),
    }
}
