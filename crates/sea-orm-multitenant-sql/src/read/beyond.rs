//! Operators and literals that an engine has and the parser's dialect of it has not.
//!
//! Each becomes a tree that means the same in every place: a cast, or an expression in parentheses.

use crate::engine::Engine;
use sqlparser::{
    ast::{BinaryOperator, CastKind, Expr, UnaryOperator},
    dialect::Precedence,
    keywords::Keyword,
    parser::{Parser, ParserError},
    tokenizer::{Token, Word},
};

/// Types of PostgreSQL that may stand before a literal and that the parser reads as names.
///
/// `type 'text'` is CAST('text' AS type) to PostgreSQL (manual, 4.1.2.7); its grammar has one node for both.
const TYPES: [&str; 22] = [
    "bytea",
    "cidr",
    "citext",
    "daterange",
    "hstore",
    "inet",
    "int4range",
    "int8range",
    "jsonpath",
    "ltree",
    "macaddr",
    "macaddr8",
    "money",
    "numeric",
    "numrange",
    "timestamptz",
    "timetz",
    "tsquery",
    "tsrange",
    "tstzrange",
    "tsvector",
    "uuid",
];

/// Types that may have a precision between them and a literal.
const TYPES_WITH_PRECISION: [&str; 4] = ["time", "timestamp", "timestamptz", "timetz"];

/// SQLite's operators that NOT may stand before, as it may before LIKE.
const NEGATED: [(Keyword, BinaryOperator); 3] = [
    (Keyword::GLOB, BinaryOperator::Glob),
    (Keyword::MATCH, BinaryOperator::Match),
    (Keyword::REGEXP, BinaryOperator::Regexp),
];

type Parsed = Option<Result<Expr, ParserError>>;

/// PostgreSQL's `inet '…'` and `timestamp(0) '…'`.
pub(super) fn prefix(engine: Engine, parser: &mut Parser<'_>) -> Parsed {
    if engine != Engine::Postgres || !is_typed_literal(parser) {
        return None;
    }
    let cast = |parser: &mut Parser<'_>| {
        let data_type = parser.parse_data_type()?;
        let expr = Box::new(Expr::Value(parser.parse_value()?));
        Ok(Expr::Cast { kind: CastKind::Cast, expr, data_type, format: None })
    };
    Some(cast(parser))
}

fn is_typed_literal(parser: &Parser<'_>) -> bool {
    let at = |index| &parser.peek_nth_token_ref(index).token;
    matches!(at(0), Token::Word(word) if is_one_of(word, &TYPES)) && is_text(at(1))
        || matches!(at(0), Token::Word(word) if is_type_with_precision(word))
            && *at(1) == Token::LParen
            && matches!(at(2), Token::Number(..))
            && *at(3) == Token::RParen
            && is_text(at(4))
}

/// Whether a word is a type that may have a precision between it and a literal.
pub(super) fn is_type_with_precision(word: &Word) -> bool {
    is_one_of(word, &TYPES_WITH_PRECISION)
}

fn is_one_of(word: &Word, names: &[&str]) -> bool {
    word.quote_style.is_none() && names.iter().any(|name| word.value.eq_ignore_ascii_case(name))
}

/// Whether a token is a text that a type may stand before.
pub(super) fn is_text(token: &Token) -> bool {
    matches!(token, Token::SingleQuotedString(_) | Token::EscapedStringLiteral(_))
}

/// How closely an operator binds that the parser's dialect does not have.
pub(super) fn precedence(engine: Engine, parser: &Parser<'_>) -> Option<u8> {
    let dialect = engine.parser_dialect();
    let found = match engine {
        // As closely as IS, which takes no such comparison for its operand.
        Engine::Sqlite if is_negated(parser).is_some() => Precedence::Is,
        Engine::Sqlite | Engine::Postgres if is_isnull(parser) => Precedence::Is,
        Engine::Sqlite | Engine::Postgres | Engine::MySql => return None,
    };
    Some(dialect.prec_value(found))
}

/// `x ISNULL`; SQLite's `x NOT GLOB y`; PostgreSQL's COLLATE after something that is more than a name.
pub(super) fn infix(engine: Engine, parser: &mut Parser<'_>, left: &Expr) -> Parsed {
    let nested = |expr| Expr::Nested(Box::new(expr));
    if engine == Engine::Sqlite
        && let Some(op) = is_negated(parser)
    {
        parser.next_token();
        parser.next_token();
        let compare =
            |right| nested(Expr::BinaryOp { left: Box::new(left.clone()), op, right: Box::new(right) });
        let negate = |compared| Expr::UnaryOp { op: UnaryOperator::Not, expr: Box::new(compared) };
        let closely = engine.parser_dialect().prec_value(Precedence::Like);
        return Some(parser.parse_subexpr(closely).map(|right| nested(negate(compare(right)))));
    }
    if engine != Engine::MySql && is_isnull(parser) {
        parser.next_token();
        return Some(Ok(nested(Expr::IsNull(Box::new(left.clone())))));
    }
    if engine == Engine::Postgres
        && let Some(negated) = is_symmetric(parser)
    {
        return Some(between_symmetric(engine, parser, left, negated));
    }
    if engine == Engine::Postgres && parser.parse_keyword(Keyword::COLLATE) {
        let collation = parser.parse_object_name(false);
        return Some(collation.map(|collation| Expr::Collate { expr: Box::new(left.clone()), collation }));
    }
    None
}

/// Longest text of the operands of BETWEEN SYMMETRIC, which are written twice.
const MAX_SYMMETRIC: usize = 2_000;

/// `x BETWEEN SYMMETRIC a AND b` becomes `(x BETWEEN a AND b OR x BETWEEN b AND a)`, as which PostgreSQL plans it
/// (`transformAExprBetween` in its source).
fn between_symmetric(
    engine: Engine,
    parser: &mut Parser<'_>,
    left: &Expr,
    negated: bool,
) -> Result<Expr, ParserError> {
    let words = if negated { 3 } else { 2 };
    (0..words).for_each(|_| {
        parser.next_token();
    });
    let closely = engine.parser_dialect().prec_value(Precedence::Between);
    let low = parser.parse_subexpr(closely)?;
    parser.expect_keyword(Keyword::AND)?;
    let high = parser.parse_subexpr(closely)?;
    if [left, &low, &high].iter().map(|operand| operand.to_string().len()).sum::<usize>() > MAX_SYMMETRIC {
        return Err(ParserError::ParserError("Expected: shorter operands of BETWEEN SYMMETRIC".into()));
    }
    let between = |low: &Expr, high: &Expr| Expr::Between {
        expr: Box::new(left.clone()),
        negated,
        low: Box::new(low.clone()),
        high: Box::new(high.clone()),
    };
    let (first, second) = (between(&low, &high), between(&high, &low));
    let op = if negated { BinaryOperator::And } else { BinaryOperator::Or };
    let either = Expr::BinaryOp { left: Box::new(first), op, right: Box::new(second) };
    Ok(Expr::Nested(Box::new(either)))
}

/// Whether BETWEEN SYMMETRIC comes next, and then whether NOT stands before it.
fn is_symmetric(parser: &Parser<'_>) -> Option<bool> {
    let reads = |words: &[&str]| {
        words.iter().enumerate().all(|(index, word)| {
            matches!(&parser.peek_nth_token_ref(index).token, Token::Word(found) if is_one_of(found, &[word]))
        })
    };
    match (reads(&["BETWEEN", "SYMMETRIC"]), reads(&["NOT", "BETWEEN", "SYMMETRIC"])) {
        (true, _) => Some(false),
        (_, true) => Some(true),
        (false, false) => None,
    }
}

/// The operator after a NOT that comes next.
fn is_negated(parser: &Parser<'_>) -> Option<BinaryOperator> {
    let keyword = |index| match &parser.peek_nth_token_ref(index).token {
        Token::Word(Word { value: _, quote_style: None, keyword }) => Some(*keyword),
        _ => None,
    };
    if keyword(0) != Some(Keyword::NOT) {
        return None;
    }
    NEGATED.into_iter().find(|(word, _)| keyword(1) == Some(*word)).map(|(_, op)| op)
}

fn is_isnull(parser: &Parser<'_>) -> bool {
    matches!(&parser.peek_token_ref().token, Token::Word(word) if is_one_of(word, &["isnull"]))
}
