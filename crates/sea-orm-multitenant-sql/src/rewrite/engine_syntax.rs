//! Which expressions an engine has: one arm for each node of the parser's tree.

use crate::{
    engine::Engine,
    read::operators,
    refusal::{Result, refuse_if, refuse_with},
    rewrite::grouping,
    syntax::{self, Syntax},
};
use sqlparser::ast::{
    AccessExpr, Array, CastKind, CeilFloorKind, DataType, DateTimeField, Expr, ExtractSyntax, Interval,
    Subscript, TypedString, Value,
};

/// Refuses an expression that the engine does not have. Looks at this node alone, not into its operands, so that the walk
/// that calls it needs no stack for it.
pub(super) fn check(engine: Engine, expr: &Expr) -> Result<()> {
    match expr {
        Expr::BinaryOp { left: _, op, right: _ } => operators::check_binary(engine, op),
        Expr::UnaryOp { op, expr: _ } => operators::check_prefix(engine, op),
        Expr::IsUnknown(_) | Expr::IsNotUnknown(_) => syntax::IS_UNKNOWN.check(engine),
        Expr::IsJson { expr: _, kind: _, unique_keys: _, negated: _ } => syntax::IS_JSON.check(engine),
        Expr::IsNormalized { expr: _, form: _, negated: _ } => syntax::IS_NORMALIZED.check(engine),
        Expr::IsDistinctFrom(_, _) | Expr::IsNotDistinctFrom(_, _) => syntax::IS_DISTINCT_FROM.check(engine),
        Expr::InList { expr: _, list, negated: _ } => syntax::EMPTY_LIST.check_if(list.is_empty(), engine),
        Expr::Like { negated: _, any: true, expr: _, pattern, escape_char } => {
            compared_patterns(engine, pattern, escape_char.is_some())
        }
        Expr::ILike { negated: _, any, expr: _, pattern, escape_char } => {
            syntax::ILIKE.check(engine)?;
            if *any { compared_patterns(engine, pattern, escape_char.is_some()) } else { Ok(()) }
        }
        Expr::SimilarTo { negated: _, expr: _, pattern: _, escape_char: _ } => {
            syntax::SIMILAR_TO.check(engine)
        }
        Expr::RLike { negated: _, expr: _, pattern: _, regexp } => {
            if *regexp {
                syntax::REGEXP.check(engine)
            } else {
                syntax::RLIKE.check(engine)
            }
        }
        Expr::AnyOp { left: _, compare_op, right, is_some: _ }
        | Expr::AllOp { left: _, compare_op, right } => {
            operators::check_binary(engine, compare_op)?;
            compared_set(engine, right)
        }
        Expr::AtTimeZone { timestamp: _, time_zone: _ } => syntax::AT_TIME_ZONE.check(engine),
        Expr::GroupingSets(_) | Expr::Cube(_) | Expr::Rollup(_) => syntax::GROUPING_SETS.check(engine),
        Expr::Array(Array { elem: _, named: true }) => syntax::ARRAY.check(engine),
        Expr::Array(Array { elem: _, named: false }) => syntax::BRACKETS.check(engine),
        Expr::CompoundFieldAccess { root: _, access_chain } => element_access(engine, access_chain),
        Expr::MemberOf(_) => syntax::MEMBER_OF.check(engine),
        Expr::Interval(interval) => check_interval(engine, interval),
        Expr::TypedString(TypedString { data_type, value: _, uses_odbc_syntax: _ }) => {
            typed_literal(data_type).check(engine)
        }
        Expr::Cast { kind, expr: _, data_type: _, format: _ } => match kind {
            CastKind::Cast => Ok(()),
            CastKind::DoubleColon => syntax::DOUBLE_COLON.check(engine),
            CastKind::TryCast | CastKind::SafeCast => syntax::TRY_CAST.check(engine),
        },
        other => check_call(engine, other),
    }
}

/// What is written like a call and has words of its own between its arguments.
fn check_call(engine: Engine, expr: &Expr) -> Result<()> {
    match expr {
        Expr::Convert { is_try: _, expr: _, data_type: _, charset: _, target_before_value: _, styles: _ } => {
            syntax::CONVERT.check(engine)
        }
        Expr::Extract { field: _, syntax, expr: _ } => {
            refuse_if(*syntax == ExtractSyntax::Comma, "EXTRACT with a comma")?;
            syntax::EXTRACT.check(engine)
        }
        Expr::Ceil { expr: _, field } | Expr::Floor { expr: _, field } => {
            let has_field = !matches!(field, CeilFloorKind::DateTimeField(DateTimeField::NoDateTime));
            syntax::CEIL_TO.check_if(has_field, engine)
        }
        Expr::Position { expr: _, r#in: _ } => syntax::POSITION.check(engine),
        Expr::Substring { expr: _, substring_from, substring_for, special, shorthand: _ } => {
            let has_words = !*special && (substring_from.is_some() || substring_for.is_some());
            syntax::SUBSTRING_FROM.check_if(has_words, engine)
        }
        Expr::Trim { trim_where, trim_what, expr: _, trim_characters } => {
            syntax::TRIM_FROM.check_if(trim_where.is_some() || trim_what.is_some(), engine)?;
            syntax::TRIM_COMMA.check_if(trim_characters.is_some(), engine)
        }
        Expr::Overlay { expr: _, overlay_what: _, overlay_from: _, overlay_for: _ } => {
            syntax::OVERLAY.check(engine)
        }
        other => check_common(other),
    }
}

/// What every engine has, and what is refused on each where the walk meets it.
fn check_common(expr: &Expr) -> Result<()> {
    match expr {
        Expr::Identifier(_)
        | Expr::CompoundIdentifier(_)
        | Expr::Value(_)
        | Expr::Nested(_)
        | Expr::Tuple(_)
        | Expr::Subquery(_)
        | Expr::Function(_)
        | Expr::Exists { subquery: _, negated: _ }
        | Expr::InSubquery { expr: _, subquery: _, negated: _ }
        | Expr::Between { expr: _, negated: _, low: _, high: _ }
        | Expr::Like { negated: _, any: _, expr: _, pattern: _, escape_char: _ }
        | Expr::IsFalse(_)
        | Expr::IsNotFalse(_)
        | Expr::IsTrue(_)
        | Expr::IsNotTrue(_)
        | Expr::IsNull(_)
        | Expr::IsNotNull(_)
        | Expr::Collate { expr: _, collation: _ }
        | Expr::Case { case_token: _, end_token: _, operand: _, conditions: _, else_result: _ }
        // Refused by the walk.
        | Expr::MatchAgainst { columns: _, match_value: _, opt_search_modifier: _ }
        | Expr::JsonAccess { value: _, path: _ }
        | Expr::InUnnest { expr: _, array_expr: _, negated: _ }
        | Expr::Prefixed { prefix: _, value: _ }
        | Expr::Struct { values: _, fields: _ }
        | Expr::Named { expr: _, name: _ }
        | Expr::Dictionary(_)
        | Expr::Map(_)
        | Expr::Wildcard(_)
        | Expr::QualifiedWildcard(_, _)
        | Expr::OuterJoin(_)
        | Expr::Prior(_)
        | Expr::Lambda(_)
        // Decided before.
        | Expr::BinaryOp { left: _, op: _, right: _ }
        | Expr::UnaryOp { op: _, expr: _ }
        | Expr::IsUnknown(_)
        | Expr::IsNotUnknown(_)
        | Expr::IsJson { expr: _, kind: _, unique_keys: _, negated: _ }
        | Expr::IsNormalized { expr: _, form: _, negated: _ }
        | Expr::IsDistinctFrom(_, _)
        | Expr::IsNotDistinctFrom(_, _)
        | Expr::InList { expr: _, list: _, negated: _ }
        | Expr::ILike { negated: _, any: _, expr: _, pattern: _, escape_char: _ }
        | Expr::SimilarTo { negated: _, expr: _, pattern: _, escape_char: _ }
        | Expr::RLike { negated: _, expr: _, pattern: _, regexp: _ }
        | Expr::AnyOp { left: _, compare_op: _, right: _, is_some: _ }
        | Expr::AllOp { left: _, compare_op: _, right: _ }
        | Expr::AtTimeZone { timestamp: _, time_zone: _ }
        | Expr::GroupingSets(_)
        | Expr::Cube(_)
        | Expr::Rollup(_)
        | Expr::Array(_)
        | Expr::CompoundFieldAccess { root: _, access_chain: _ }
        | Expr::MemberOf(_)
        | Expr::Interval(_)
        | Expr::TypedString(_)
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
        | Expr::Substring {
            expr: _,
            substring_from: _,
            substring_for: _,
            special: _,
            shorthand: _,
        }
        | Expr::Trim { trim_where: _, trim_what: _, expr: _, trim_characters: _ }
        | Expr::Overlay { expr: _, overlay_what: _, overlay_from: _, overlay_for: _ } => Ok(()),
    }
}

/// What stands in parentheses after ANY, SOME or ALL: a query, or an array.
///
/// The parser takes an operator behind the parentheses for one inside of them, and writes it there.
fn compared_set(engine: Engine, set: &Expr) -> Result<()> {
    if matches!(set, Expr::Subquery(_)) {
        return syntax::ANY_ALL.check(engine);
    }
    syntax::ANY_ALL_OF_ARRAY.check(engine)?;
    if grouping::begins_with_query(engine, set) {
        return refuse_with(
            "an operator beside the query after ANY, SOME or ALL",
            "put parentheses around the whole comparison",
        );
    }
    Ok(())
}

/// What stands after LIKE ANY or ILIKE ANY: a query or an array in parentheses, and nothing behind it.
fn compared_patterns(engine: Engine, patterns: &Expr, has_escape: bool) -> Result<()> {
    match patterns {
        Expr::Subquery(_) if engine.supports_like_any_of_query() => {}
        Expr::Nested(_) => syntax::ANY_ALL_OF_ARRAY.check(engine)?,
        _ => {
            return refuse_with(
                "LIKE ANY of something that is not in parentheses",
                "write LIKE ANY (ARRAY[…])",
            );
        }
    }
    refuse_if(has_escape, "ESCAPE after LIKE ANY")
}

/// `x[1]`, `x[1:2]`.
fn element_access(engine: Engine, chain: &[AccessExpr]) -> Result<()> {
    let has_step = |access: &AccessExpr| {
        matches!(
            access,
            AccessExpr::Subscript(Subscript::Slice { lower_bound: _, upper_bound: _, stride: Some(_) })
        )
    };
    syntax::SUBSCRIPT.check(engine)?;
    syntax::SLICE_STEP.check_if(chain.iter().any(has_step), engine)
}

/// An interval: a text on PostgreSQL, a number of units on MySQL.
fn check_interval(engine: Engine, interval: &Interval) -> Result<()> {
    let Interval {
        value,
        leading_field: _,
        leading_precision: _,
        last_field: _,
        fractional_seconds_precision: _,
    } = interval;
    let is_text = |value: &Value| matches!(value, Value::SingleQuotedString(_));
    let is_literal = matches!(&**value, Expr::Value(literal) if is_text(&literal.value));
    syntax::INTERVAL.check(engine)?;
    syntax::INTERVAL_OF_UNIT.check_if(!is_literal, engine)
}

/// What a literal with a type before it is.
fn typed_literal(data_type: &DataType) -> &'static Syntax {
    match data_type {
        DataType::Date | DataType::Time(_, _) | DataType::Timestamp(_, _) => &syntax::DATE_LITERAL,
        _ => &syntax::TYPED_LITERAL,
    }
}
