//! Expressions: every query inside one is a query of its own.

use crate::{
    names,
    placeholder::{Bound, read_placeholder},
    read::spelling::{self, is_stand_in},
    refusal::{Result, refuse, refuse_if, refuse_with},
    rewrite::{columns::Meaning, engine_syntax, grouping, rewriter::Rewriter, search},
};
use sqlparser::ast::{
    AccessExpr, Array, CaseWhen, CeilFloorKind, Expr, Ident, Interval, MemberOf, Subscript, TypedString,
    UnaryOperator, Value, ValueWithSpan,
};

impl Rewriter<'_> {
    /// Scopes the queries in an expression, and refuses what reaches beyond its operands.
    pub(super) fn expr(&mut self, expr: &mut Expr) -> Result<()> {
        grouping::check(self.engine, expr)?;
        engine_syntax::check(self.engine, expr)?;
        match expr {
            Expr::Identifier(ident) => self.column(std::slice::from_mut(ident)),
            Expr::CompoundIdentifier(idents) => self.column(idents),
            Expr::CompoundFieldAccess { root, access_chain } => self.element_access(root, access_chain),
            Expr::Value(ValueWithSpan { value, span: _ }) => self.value(value),
            Expr::TypedString(TypedString { data_type, value, uses_odbc_syntax }) => {
                refuse_if(*uses_odbc_syntax, "an ODBC literal")?;
                let ValueWithSpan { value, span: _ } = value;
                if matches!(value, Value::Placeholder(_)) {
                    return refuse_with("a placeholder after the name of a type", "write CAST(… AS …)");
                }
                self.data_type(data_type)?;
                self.value(value)
            }
            Expr::IsFalse(e)
            | Expr::IsNotFalse(e)
            | Expr::IsTrue(e)
            | Expr::IsNotTrue(e)
            | Expr::IsNull(e)
            | Expr::IsNotNull(e)
            | Expr::IsUnknown(e)
            | Expr::IsNotUnknown(e)
            | Expr::Nested(e) => self.expr(e),
            Expr::IsJson { expr, kind: _, unique_keys: _, negated: _ } => self.expr(expr),
            Expr::IsNormalized { expr, form: _, negated: _ } => self.expr(expr),
            Expr::IsDistinctFrom(left, right) | Expr::IsNotDistinctFrom(left, right) => {
                self.pair(left, right)
            }
            Expr::InList { expr, list, negated: _ } => {
                self.expr(expr)?;
                self.exprs(list)
            }
            Expr::InSubquery { expr, subquery, negated: _ } => {
                self.expr(expr)?;
                let met = self.computed_whole;
                self.subquery(subquery)?;
                self.check_computed_whole(met)
            }
            Expr::Subquery(subquery) => self.subquery(subquery),
            Expr::Exists { subquery, negated } => {
                let may_be_joined =
                    self.catalogue.has_global_rows && !*negated && self.engine.misreads_exists_as_a_join();
                self.subquery(subquery)?;
                if may_be_joined {
                    evaluate_by_itself(expr);
                }
                Ok(())
            }
            Expr::Between { expr, negated: _, low, high } => {
                self.expr(expr)?;
                self.pair(low, high)
            }
            Expr::BinaryOp { left, op, right } if search::is_condition(left, op, right) => {
                self.searched(left)
            }
            Expr::BinaryOp { left, op: _, right } => self.pair(left, right),
            Expr::UnaryOp { op, expr } => {
                self.expr(expr)?;
                // A word before an operand is apart from it already.
                if *op == UnaryOperator::Not { Ok(()) } else { separate_prefix(expr) }
            }
            Expr::Like { negated: _, any, expr, pattern, escape_char }
            | Expr::ILike { negated: _, any, expr, pattern, escape_char } => {
                let met = self.computed_whole;
                self.pair(expr, pattern)?;
                if *any {
                    self.check_computed_whole(met)?;
                }
                self.optional(escape_char.as_deref_mut())
            }
            Expr::SimilarTo { negated: _, expr, pattern, escape_char } => {
                self.pair(expr, pattern)?;
                self.optional(escape_char.as_deref_mut())
            }
            Expr::RLike { negated: _, expr, pattern, regexp: _ } => self.pair(expr, pattern),
            Expr::AnyOp { left, compare_op: _, right, is_some: _ }
            | Expr::AllOp { left, compare_op: _, right } => {
                self.expr(left)?;
                let met = self.computed_whole;
                self.expr(right)?;
                self.check_computed_whole(met)
            }
            Expr::Cast { kind: _, expr, data_type, format } => {
                refuse_if(format.is_some(), "CAST … FORMAT")?;
                self.data_type(data_type)?;
                self.expr(expr)
            }
            Expr::Convert { is_try, expr, data_type, charset, target_before_value, styles } => {
                refuse_if(
                    *is_try || *target_before_value || !styles.is_empty(),
                    "CONVERT of another engine",
                )?;
                if let Some(charset) = charset {
                    names::settle_collation(self.engine, charset)?;
                }
                if let Some(data_type) = data_type {
                    self.data_type(data_type)?;
                }
                self.expr(expr)
            }
            Expr::AtTimeZone { timestamp, time_zone } => self.pair(timestamp, time_zone),
            Expr::Extract { field: _, syntax: _, expr } => self.expr(expr),
            Expr::Ceil { expr, field } | Expr::Floor { expr, field } => match field {
                CeilFloorKind::DateTimeField(_) => self.expr(expr),
                CeilFloorKind::Scale(_) => refuse("CEIL or FLOOR with a scale"),
            },
            Expr::Position { expr, r#in } => self.pair(expr, r#in),
            Expr::Substring { expr, substring_from, substring_for, special: _, shorthand: _ } => {
                self.expr(expr)?;
                self.optional(substring_from.as_deref_mut())?;
                self.optional(substring_for.as_deref_mut())
            }
            Expr::Trim { trim_where: _, trim_what, expr, trim_characters } => {
                self.expr(expr)?;
                self.optional(trim_what.as_deref_mut())?;
                self.exprs(trim_characters.as_deref_mut().unwrap_or_default())
            }
            Expr::Overlay { expr, overlay_what, overlay_from, overlay_for } => {
                self.pair(expr, overlay_what)?;
                self.expr(overlay_from)?;
                self.optional(overlay_for.as_deref_mut())
            }
            Expr::Collate { expr, collation } => {
                names::settle_collation(self.engine, collation)?;
                self.expr(expr)
            }
            Expr::Function(function) => self.function(function),
            Expr::Case { case_token: _, end_token: _, operand, conditions, else_result } => {
                self.optional(operand.as_deref_mut())?;
                for CaseWhen { condition, result } in conditions {
                    self.pair(condition, result)?;
                }
                self.optional(else_result.as_deref_mut())
            }
            Expr::GroupingSets(sets) | Expr::Cube(sets) | Expr::Rollup(sets) => {
                sets.iter_mut().try_for_each(|set| self.exprs(set))
            }
            Expr::Tuple(exprs) => self.exprs(exprs),
            Expr::Array(Array { elem, named: _ }) => self.exprs(elem),
            Expr::Interval(Interval {
                value,
                leading_field: _,
                leading_precision: _,
                last_field: _,
                fractional_seconds_precision: _,
            }) => self.expr(value),
            Expr::MatchAgainst { columns: _, match_value: _, opt_search_modifier: _ } => refuse_with(
                "MATCH … AGAINST, whose ranking counts the rows of all tenants,",
                "compare it: `MATCH (…) AGAINST (… IN BOOLEAN MODE) > 0` tells only whether a row matches",
            ),
            Expr::MemberOf(MemberOf { value, array }) => self.pair(value, array),
            Expr::JsonAccess { value: _, path: _ } => refuse("a `:` path into JSON"),
            Expr::InUnnest { expr: _, array_expr: _, negated: _ } => refuse("IN UNNEST"),
            Expr::Prefixed { prefix: _, value: _ } => {
                refuse_with("a literal with a character set", "bind the text as a value")
            }
            Expr::Struct { values: _, fields: _ } => refuse("STRUCT"),
            Expr::Named { expr: _, name: _ } => refuse("a named field"),
            Expr::Dictionary(_) | Expr::Map(_) => refuse("a map literal"),
            Expr::Wildcard(_) | Expr::QualifiedWildcard(_, _) => refuse("a wildcard in an expression"),
            Expr::OuterJoin(_) => refuse("(+)"),
            Expr::Prior(_) => refuse("PRIOR"),
            Expr::Lambda(_) => refuse("a lambda"),
        }
    }

    /// A reference to a column, which goes out quoted: unquoted it may be a keyword to the engine and a name to the parser.
    pub(super) fn column(&self, idents: &mut [Ident]) -> Result<()> {
        refuse_if(idents.iter().any(is_stand_in), "an element of something that is not a column")?;
        match self.resolve(idents)? {
            Meaning::Word => Ok(()),
            Meaning::Column | Meaning::Result | Meaning::Row => names::settle_column(self.engine, idents),
        }
    }

    fn pair(&mut self, left: &mut Expr, right: &mut Expr) -> Result<()> {
        self.expr(left)?;
        self.expr(right)
    }

    pub(super) fn optional(&mut self, expr: Option<&mut Expr>) -> Result<()> {
        expr.map_or(Ok(()), |expr| self.expr(expr))
    }

    /// `array[1]`, `array[1:2]`.
    fn element_access(&mut self, root: &mut Expr, chain: &mut [AccessExpr]) -> Result<()> {
        let chain = match &mut *root {
            Expr::Identifier(first) => self.accessed_column(first, chain)?,
            Expr::Nested(inner) => {
                self.expr(inner)?;
                self.accessed_result(inner, chain)?
            }
            root => {
                self.expr(root)?;
                chain
            }
        };
        chain.iter_mut().try_for_each(|access| match access {
            AccessExpr::Subscript(Subscript::Index { index }) => self.expr(index),
            AccessExpr::Subscript(Subscript::Slice { lower_bound, upper_bound, stride }) => {
                self.optional(lower_bound.as_mut())?;
                self.optional(upper_bound.as_mut())?;
                self.optional(stride.as_mut())
            }
            // `(row).name` may call a function of that name (PostgreSQL manual, 43.3.1).
            AccessExpr::Dot(_) => refuse_with("a field of a row value", "name the column of the table"),
        })
    }

    /// `table.column` before what is accessed of it: the parser has the name behind the dot for a field.
    fn accessed_column<'c>(
        &mut self,
        first: &mut Ident,
        chain: &'c mut [AccessExpr],
    ) -> Result<&'c mut [AccessExpr]> {
        let is_name = |access: &AccessExpr| matches!(access, AccessExpr::Dot(Expr::Identifier(_)));
        let names = chain.iter().take_while(|access| is_name(access)).count();
        let (dotted, rest) = chain.split_at_mut(names);
        // A field of the column's own value is left to be refused, as it is where no subscript follows.
        if rest.is_empty() {
            return refuse_with("a field of a row value", "name the column of the table");
        }
        let rest_of = |access: &AccessExpr| match access {
            AccessExpr::Dot(Expr::Identifier(ident)) => Some(ident.clone()),
            AccessExpr::Dot(_) | AccessExpr::Subscript(_) => None,
        };
        let mut idents = vec![first.clone()];
        idents.extend(dotted.iter().filter_map(rest_of));
        self.column(&mut idents)?;
        let mut settled = idents.into_iter();
        if let Some(ident) = settled.next() {
            *first = ident;
        }
        for (access, ident) in dotted.iter_mut().zip(settled) {
            *access = AccessExpr::Dot(Expr::Identifier(ident));
        }
        Ok(rest)
    }

    /// `(f(x)).name`, where the function's results have such a name: only then does it call nothing (PostgreSQL manual, 8.16.5).
    fn accessed_result<'c>(&self, inner: &Expr, chain: &'c mut [AccessExpr]) -> Result<&'c mut [AccessExpr]> {
        let is_result = match (inner, &*chain) {
            (Expr::Function(function), [AccessExpr::Dot(Expr::Identifier(name))])
                if spelling::is_all(name) =>
            {
                // In a set, the places of the columns of a result are known by its items.
                !self.is_for_set() && self.yields_row(function)
            }
            (Expr::Function(function), [AccessExpr::Dot(Expr::Identifier(name)), ..]) => {
                self.yields(function, name)
            }
            _ => false,
        };
        if !is_result {
            return Ok(chain);
        }
        let (first, rest) = chain.split_at_mut(1);
        if let [AccessExpr::Dot(Expr::Identifier(name))] = first {
            names::settle(self.engine, name)?;
        }
        Ok(rest)
    }

    /// A literal or a bound value. Literals that engines read in more than one way were refused as tokens.
    pub(super) fn value(&self, value: &Value) -> Result<()> {
        match value {
            Value::Number(_, long) => refuse_if(*long, "a number with a suffix"),
            Value::SingleQuotedString(_) | Value::Boolean(_) | Value::Null => Ok(()),
            Value::Placeholder(text) => match read_placeholder(text) {
                Some(Bound::Caller(_)) => Ok(()),
                Some(Bound::Tenant(_) | Bound::TenantAt(_, _)) | None => {
                    refuse_with("a named placeholder", "bind values by position")
                }
            },
            Value::HexStringLiteral(_) if self.engine.supports_hex_bytes() => Ok(()),
            // A bit string of PostgreSQL, X'…' too.
            Value::HexStringLiteral(_) | Value::SingleQuotedByteStringLiteral(_)
                if self.engine.has_bit_strings() =>
            {
                Ok(())
            }
            Value::EscapedStringLiteral(_) if self.engine.has_escaped_texts() => Ok(()),
            Value::HexStringLiteral(_)
            | Value::DollarQuotedString(_)
            | Value::TripleSingleQuotedString(_)
            | Value::TripleDoubleQuotedString(_)
            | Value::EscapedStringLiteral(_)
            | Value::UnicodeStringLiteral(_)
            | Value::SingleQuotedByteStringLiteral(_)
            | Value::DoubleQuotedByteStringLiteral(_)
            | Value::TripleSingleQuotedByteStringLiteral(_)
            | Value::TripleDoubleQuotedByteStringLiteral(_)
            | Value::SingleQuotedRawStringLiteral(_)
            | Value::DoubleQuotedRawStringLiteral(_)
            | Value::TripleSingleQuotedRawStringLiteral(_)
            | Value::TripleDoubleQuotedRawStringLiteral(_)
            | Value::NationalStringLiteral(_)
            | Value::QuoteDelimitedStringLiteral(_)
            | Value::NationalQuoteDelimitedStringLiteral(_)
            | Value::DoubleQuotedString(_) => {
                refuse_with("a literal with a prefix", "bind the text as a value")
            }
        }
    }
}

/// Puts parentheses around an operand that starts with an operator itself: `- - x` would read as a comment.
///
/// Only where nothing binds closer to what stands behind the two operators than they do, so that no engine could have
/// read it otherwise: names, literals, what has its own end, and PostgreSQL's `::` and `[…]` (manual, 4.1.6).
fn separate_prefix(operand: &mut Expr) -> Result<()> {
    let Expr::UnaryOp { op: _, expr } = &*operand else { return Ok(()) };
    match expr.as_ref() {
        Expr::Identifier(_)
        | Expr::CompoundIdentifier(_)
        | Expr::Value(_)
        | Expr::Nested(_)
        | Expr::Function(_)
        | Expr::Subquery(_)
        | Expr::Exists { .. }
        | Expr::Case { .. }
        | Expr::Cast { .. }
        | Expr::CompoundFieldAccess { .. }
        | Expr::Extract { .. }
        | Expr::Position { .. }
        | Expr::TypedString(_) => {
            let inner = std::mem::replace(operand, Expr::Tuple(Vec::new()));
            *operand = Expr::Nested(Box::new(inner));
            Ok(())
        }
        _ => refuse_with("an operator before an operator", "put parentheses around the operand"),
    }
}

/// Writes `+EXISTS (…)`, which has the same value: the operand of an operator is not made a join.
fn evaluate_by_itself(exists: &mut Expr) {
    let operand = Box::new(std::mem::replace(exists, Expr::Tuple(Vec::new())));
    *exists = Expr::UnaryOp { op: UnaryOperator::Plus, expr: operand };
}
