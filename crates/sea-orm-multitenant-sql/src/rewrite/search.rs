//! MySQL's full-text search: whether a row matches, never how well.
//!
//! The rank of a row counts all rows of the table that have its words, other tenants' too (MySQL manual, 14.9.1). In boolean mode a row
//! matches by its own words alone, and has then a rank above 0 as long as no operator subtracts from it: `~`, `<` and `>` add and subtract
//! constants, so that the sign of a rank depends on how many rows of others have the words (InnoDB, `fts0que.cc`: `RANK_DOWNGRADE`).

use crate::{
    names,
    refusal::{Result, refuse_with},
    rewrite::{
        build::{binary, number},
        rewriter::Rewriter,
    },
};
use sqlparser::ast::{
    BinaryOperator, Expr, ObjectNamePart, SearchModifier, UnaryOperator, Value, ValueWithSpan,
};

impl Rewriter<'_> {
    /// Compares each search in boolean mode that is a condition with 0: the rows are the same, and the text says so.
    pub(super) fn compare_searches(&self, condition: Option<&mut Expr>) {
        if let Some(condition) = condition
            && self.engine.has_boolean_search()
        {
            compare(condition);
        }
    }

    /// What is searched, and for what.
    pub(super) fn searched(&mut self, search: &mut Expr) -> Result<()> {
        let Expr::MatchAgainst { columns, match_value, opt_search_modifier: _ } = search else {
            return refuse_with("a search", "write MATCH (…) AGAINST (… IN BOOLEAN MODE)");
        };
        if !only_finds(&match_value.value) {
            return refuse_with(
                "MATCH … AGAINST with a bound value, or with operators that rank by the rows of all tenants,",
                "write the text as a literal of words with `+`, `-`, `*`, double quotes and parentheses",
            );
        }
        for column in columns {
            let mut idents: Vec<_> = names::parts(column)?.into_iter().cloned().collect();
            self.column(&mut idents)?;
            column.0 = idents.into_iter().map(ObjectNamePart::Identifier).collect();
        }
        self.value(&match_value.value)
    }
}

/// Whether this is `MATCH (…) AGAINST (… IN BOOLEAN MODE) > 0`.
pub(super) fn is_condition(left: &Expr, op: &BinaryOperator, right: &Expr) -> bool {
    let is_zero = |value: &Value| matches!(value, Value::Number(digits, false) if digits == "0");
    is_boolean(left)
        && *op == BinaryOperator::Gt
        && matches!(right, Expr::Value(ValueWithSpan { value, span: _ }) if is_zero(value))
}

/// Whether a text has only operators that tell which rows match, so that no row that does has a rank of 0 or less.
fn only_finds(text: &Value) -> bool {
    const OPERATORS: [char; 6] = ['+', '-', '*', '"', '(', ')'];
    let is_certain = |c: char| c.is_alphanumeric() || c == ' ' || c == '_' || OPERATORS.contains(&c);
    matches!(text, Value::SingleQuotedString(text) if text.chars().all(is_certain))
}

fn is_boolean(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::MatchAgainst {
            columns: _,
            match_value: _,
            opt_search_modifier: Some(SearchModifier::InBooleanMode)
        }
    )
}

/// Looks through what joins conditions. The depth is that of the text, which is bounded.
fn compare(condition: &mut Expr) {
    match condition {
        Expr::BinaryOp { left, op: BinaryOperator::And | BinaryOperator::Or, right } => {
            compare(left);
            compare(right);
        }
        Expr::UnaryOp { op: UnaryOperator::Not, expr } | Expr::Nested(expr) => compare(expr),
        search if is_boolean(search) => {
            let found = std::mem::replace(search, Expr::Tuple(Vec::new()));
            *search = Expr::Nested(Box::new(binary(found, BinaryOperator::Gt, number("0"))));
        }
        _ => {}
    }
}
