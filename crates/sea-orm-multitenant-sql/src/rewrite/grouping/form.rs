//! How an expression is written: which of its operands begin or end it, or stand between two of its tokens.

use crate::rewrite::grouping::levels::{Level, Levels};
use sqlparser::ast::{CastKind, Expr, MemberOf, UnaryOperator};

/// What ends an expression.
#[derive(Debug, Clone, Copy)]
pub(super) enum End<'e> {
    /// A token of its own: nothing that follows can be taken in.
    Closed,
    /// A word that is an operand to the engine, after an operator of this level.
    Word(Level),
    /// An operand, after an operator of this level.
    Open(&'e Expr, Level),
}

/// The operands of an expression that are not enclosed by tokens of its own.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form<'e> {
    /// What it begins with, and the level of the token that follows.
    pub(super) first: Option<(&'e Expr, Level)>,
    /// What stands between two of its tokens, the level of the operator before, if that could end there, and that of the
    /// token behind.
    pub(super) middle: Option<(&'e Expr, Option<Level>, Level)>,
    pub(super) last: End<'e>,
}

impl<'e> Form<'e> {
    /// An expression that begins and ends with tokens of its own.
    const CLOSED: Self = Self { first: None, middle: None, last: End::Closed };

    fn prefix(level: Level, operand: &'e Expr) -> Self {
        Self { last: End::Open(operand, level), ..Self::CLOSED }
    }

    fn postfix(operand: &'e Expr, level: Level) -> Self {
        Self { first: Some((operand, level)), ..Self::CLOSED }
    }

    fn infix(left: &'e Expr, token: Level, level: Level, right: &'e Expr) -> Self {
        Self { first: Some((left, token)), middle: None, last: End::Open(right, level) }
    }

    fn pattern(
        levels: &Levels,
        negated: bool,
        left: &'e Expr,
        pattern: &'e Expr,
        escape: Option<&'e Expr>,
    ) -> Self {
        let token = levels.negated_or(negated, levels.like);
        match escape {
            None => Self::infix(left, token, levels.like, pattern),
            Some(escape) => Self {
                first: Some((left, token)),
                middle: Some((pattern, Some(levels.like), levels.escape)),
                last: End::Open(escape, levels.like),
            },
        }
    }

    /// How `expr` is written.
    pub(super) fn of(levels: &Levels, expr: &'e Expr) -> Self {
        match expr {
            Expr::BinaryOp { left, op, right } => {
                let level = levels.binary(op);
                let is_interval = levels.adds_intervals && matches!(**left, Expr::Interval(_));
                Self::infix(left, level, if is_interval { levels.unknown } else { level }, right)
            }
            Expr::UnaryOp { op, expr } => Self::prefix(levels.prefix(op), expr),
            Expr::IsFalse(e)
            | Expr::IsNotFalse(e)
            | Expr::IsTrue(e)
            | Expr::IsNotTrue(e)
            | Expr::IsNull(e)
            | Expr::IsNotNull(e)
            | Expr::IsUnknown(e)
            | Expr::IsNotUnknown(e) => Self { last: levels.end_of_is(), ..Self::postfix(e, levels.is) },
            Expr::IsJson { expr, kind: _, unique_keys: _, negated: _ }
            | Expr::IsNormalized { expr, form: _, negated: _ } => Self::postfix(expr, levels.is),
            Expr::IsDistinctFrom(left, right) | Expr::IsNotDistinctFrom(left, right) => {
                Self::infix(left, levels.is, levels.is, right)
            }
            Expr::InList { expr, list: _, negated }
            | Expr::InSubquery { expr, subquery: _, negated }
            | Expr::InUnnest { expr, array_expr: _, negated } => {
                Self::postfix(expr, levels.negated_or(*negated, levels.in_))
            }
            Expr::Between { expr, negated, low, high } => Self {
                first: Some((expr, levels.negated_or(*negated, levels.between))),
                middle: Some((low, None, levels.and)),
                last: End::Open(high, levels.between),
            },
            Expr::Like { negated, any: _, expr, pattern, escape_char }
            | Expr::ILike { negated, any: _, expr, pattern, escape_char }
            | Expr::SimilarTo { negated, expr, pattern, escape_char } => {
                Self::pattern(levels, *negated, expr, pattern, escape_char.as_deref())
            }
            Expr::RLike { negated, expr, pattern, regexp: _ } => {
                Self::pattern(levels, *negated, expr, pattern, None)
            }
            Expr::AnyOp { left, compare_op, right: _, is_some: _ }
            | Expr::AllOp { left, compare_op, right: _ } => Self::postfix(left, levels.binary(compare_op)),
            Expr::MemberOf(MemberOf { value, array: _ }) => Self::postfix(value, levels.like),
            Expr::Collate { expr, collation: _ } => Self::postfix(expr, levels.collate),
            Expr::AtTimeZone { timestamp, time_zone } => {
                Self::infix(timestamp, levels.time_zone, levels.time_zone, time_zone)
            }
            Expr::Cast { kind: CastKind::DoubleColon, expr, data_type: _, format: _ } => {
                Self::postfix(expr, levels.cast)
            }
            // NOT is one word with EXISTS to the parser, and an operator before it to the engine.
            Expr::Exists { subquery: _, negated: true } => {
                Self { last: End::Word(levels.prefix(&UnaryOperator::Not)), ..Self::CLOSED }
            }
            other => Self::of_closed(other),
        }
    }

    /// What has its own first and last token, and what is refused wherever it stands.
    fn of_closed(expr: &'e Expr) -> Self {
        match expr {
            Expr::Identifier(_)
            | Expr::CompoundIdentifier(_)
            | Expr::CompoundFieldAccess { root: _, access_chain: _ }
            | Expr::Value(_)
            | Expr::TypedString(_)
            | Expr::Nested(_)
            | Expr::Exists { subquery: _, negated: _ }
            | Expr::Subquery(_)
            | Expr::Cast { kind: _, expr: _, data_type: _, format: _ }
            | Expr::Convert {
                is_try: _,
                expr: _,
                data_type: _,
                charset: _,
                target_before_value: _,
                styles: _,
            }
            | Expr::Extract { field: _, syntax: _, expr: _ }
            | Expr::Ceil { expr: _, field: _ }
            | Expr::Floor { expr: _, field: _ }
            | Expr::Position { expr: _, r#in: _ }
            | Expr::Substring { expr: _, substring_from: _, substring_for: _, special: _, shorthand: _ }
            | Expr::Trim { trim_where: _, trim_what: _, expr: _, trim_characters: _ }
            | Expr::Overlay { expr: _, overlay_what: _, overlay_from: _, overlay_for: _ }
            | Expr::Function(_)
            | Expr::Case { case_token: _, end_token: _, operand: _, conditions: _, else_result: _ }
            | Expr::GroupingSets(_)
            | Expr::Cube(_)
            | Expr::Rollup(_)
            | Expr::Tuple(_)
            | Expr::Array(_)
            | Expr::Interval(_)
            | Expr::MatchAgainst { columns: _, match_value: _, opt_search_modifier: _ }
            | Expr::JsonAccess { value: _, path: _ }
            | Expr::Prefixed { prefix: _, value: _ }
            | Expr::Struct { values: _, fields: _ }
            | Expr::Named { expr: _, name: _ }
            | Expr::Dictionary(_)
            | Expr::Map(_)
            | Expr::Wildcard(_)
            | Expr::QualifiedWildcard(_, _)
            | Expr::OuterJoin(_)
            | Expr::Prior(_)
            | Expr::Lambda(_) => Self::CLOSED,
            // Taken apart by `of`.
            Expr::BinaryOp { left: _, op: _, right: _ }
            | Expr::UnaryOp { op: _, expr: _ }
            | Expr::IsFalse(_)
            | Expr::IsNotFalse(_)
            | Expr::IsTrue(_)
            | Expr::IsNotTrue(_)
            | Expr::IsNull(_)
            | Expr::IsNotNull(_)
            | Expr::IsUnknown(_)
            | Expr::IsNotUnknown(_)
            | Expr::IsJson { expr: _, kind: _, unique_keys: _, negated: _ }
            | Expr::IsNormalized { expr: _, form: _, negated: _ }
            | Expr::IsDistinctFrom(_, _)
            | Expr::IsNotDistinctFrom(_, _)
            | Expr::InList { expr: _, list: _, negated: _ }
            | Expr::InSubquery { expr: _, subquery: _, negated: _ }
            | Expr::InUnnest { expr: _, array_expr: _, negated: _ }
            | Expr::Between { expr: _, negated: _, low: _, high: _ }
            | Expr::Like { negated: _, any: _, expr: _, pattern: _, escape_char: _ }
            | Expr::ILike { negated: _, any: _, expr: _, pattern: _, escape_char: _ }
            | Expr::SimilarTo { negated: _, expr: _, pattern: _, escape_char: _ }
            | Expr::RLike { negated: _, expr: _, pattern: _, regexp: _ }
            | Expr::AnyOp { left: _, compare_op: _, right: _, is_some: _ }
            | Expr::AllOp { left: _, compare_op: _, right: _ }
            | Expr::MemberOf(_)
            | Expr::Collate { expr: _, collation: _ }
            | Expr::AtTimeZone { timestamp: _, time_zone: _ } => Self::CLOSED,
        }
    }
}

impl Levels {
    /// The level of a token that NOT may stand before.
    fn negated_or(&self, is_negated: bool, level: Level) -> Level {
        if is_negated { self.negated.unwrap_or(level) } else { level }
    }

    fn end_of_is(&self) -> End<'static> {
        if self.null_is_operand { End::Word(self.is) } else { End::Closed }
    }
}
