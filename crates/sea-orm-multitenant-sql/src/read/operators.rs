//! Which engine has which operator, and how PostgreSQL cuts signs into operators.

use crate::{
    engine::Engine,
    refusal::Result,
    syntax::{self, Syntax},
};
use sqlparser::{
    ast::{BinaryOperator, UnaryOperator},
    tokenizer::Token,
};

/// Operators of PostgreSQL and of well-known extensions (pg_trgm, pgvector) that look at nothing but their operands, in
/// byte order.
const POSTGRES: &[&str] = &[
    "%>", "%>>", "-|-", "<#>", "<%", "<%>", "<->>", "<->>>", "<<%", "<<->", "<<<->", "<<=", "<~>", ">>=",
    "~<=~", "~<~", "~>=~", "~>~",
];

/// SQLite's shifts.
const SQLITE: &[&str] = &["<<", ">>"];

/// Whether an operator that the parser does not know is known to look at nothing but its operands.
fn is_known(engine: Engine, operator: &str) -> bool {
    let known = match engine {
        Engine::Sqlite => SQLITE,
        Engine::Postgres => POSTGRES,
        Engine::MySql => &[],
    };
    known.binary_search(&operator).is_ok()
}

/// Refuses an operator between two operands that the engine does not have.
pub(crate) fn check_binary(engine: Engine, operator: &BinaryOperator) -> Result<()> {
    use BinaryOperator as Op;
    let syntax: &Syntax = match operator {
        Op::Custom(text) if is_known(engine, text) => return Ok(()),
        Op::Plus
        | Op::Minus
        | Op::Multiply
        | Op::Divide
        | Op::Modulo
        | Op::StringConcat
        | Op::Gt
        | Op::Lt
        | Op::GtEq
        | Op::LtEq
        | Op::Eq
        | Op::NotEq
        | Op::And
        | Op::Or
        | Op::BitwiseOr
        | Op::BitwiseAnd
        // On MySQL a path behind a column, on SQLite since 3.38.
        | Op::Arrow
        | Op::LongArrow => return Ok(()),
        Op::Custom(_) | Op::PGCustomBinaryOperator(_) => &syntax::USERS_OPERATOR,
        Op::Assignment => &syntax::ASSIGNMENT,
        Op::DuckIntegerDivide => &syntax::DOUBLE_SLASH,
        Op::Spaceship => &syntax::SPACESHIP,
        Op::Xor => &syntax::XOR,
        Op::BitwiseXor | Op::PGExp => &syntax::CARET,
        Op::PGBitwiseShiftLeft | Op::PGBitwiseShiftRight => &syntax::SHIFT,
        Op::MyIntegerDivide => &syntax::DIV,
        Op::Match => &syntax::MATCH,
        Op::Regexp => &syntax::REGEXP,
        Op::Glob => &syntax::GLOB,
        Op::Overlaps => &syntax::OVERLAPS,
        Op::PGBitwiseXor
        | Op::PGOverlap
        | Op::PGRegexMatch
        | Op::PGRegexIMatch
        | Op::PGRegexNotMatch
        | Op::PGRegexNotIMatch
        | Op::PGLikeMatch
        | Op::PGILikeMatch
        | Op::PGNotLikeMatch
        | Op::PGNotILikeMatch
        | Op::PGStartsWith
        | Op::HashArrow
        | Op::HashLongArrow
        | Op::AtAt
        | Op::AtArrow
        | Op::ArrowAt
        | Op::HashMinus
        | Op::AtQuestion
        | Op::Question
        | Op::QuestionAnd
        | Op::QuestionPipe
        | Op::DoubleHash
        | Op::LtDashGt
        | Op::AndLt
        | Op::AndGt
        | Op::LtLtPipe
        | Op::PipeGtGt
        | Op::AndLtPipe
        | Op::PipeAndGt
        | Op::LtCaret
        | Op::GtCaret
        | Op::QuestionHash
        | Op::QuestionDash
        | Op::QuestionDashPipe
        | Op::QuestionDoublePipe
        | Op::At
        | Op::TildeEq => &syntax::POSTGRES_OPERATOR,
    };
    syntax.check(engine)
}

/// Refuses an operator before an operand that the engine does not have.
pub(crate) fn check_prefix(engine: Engine, operator: &UnaryOperator) -> Result<()> {
    use UnaryOperator as Op;
    match operator {
        Op::Plus | Op::Minus | Op::Not | Op::BitwiseNot => Ok(()),
        Op::BangNot | Op::PGPostfixFactorial | Op::PGPrefixFactorial => syntax::BANG.check(engine),
        Op::AtDashAt
        | Op::DoubleAt
        | Op::Hash
        | Op::PGAbs
        | Op::PGCubeRoot
        | Op::PGSquareRoot
        | Op::QuestionDash
        | Op::QuestionPipe => syntax::POSTGRES_PREFIX.check(engine),
    }
}

/// Whether PostgreSQL reads two tokens without a space between them as one operator, or cuts them elsewhere.
pub(crate) fn are_one(first: &Token, second: &Token) -> bool {
    let (Some(first), Some(second)) = (signs(first), signs(second)) else { return false };
    first_operator(&format!("{first}{second}")) != first
}

/// The operator that signs begin with on PostgreSQL.
///
/// It takes as many signs as there are, but for a last `+` or `-` where none of `~!@#%^&|?` and the backtick is among
/// them (manual, 4.1.3).
pub(crate) fn first_operator(signs: &str) -> &str {
    let mut operator = signs;
    while operator.len() > 1
        && operator.ends_with(['+', '-'])
        && !operator[..operator.len() - 1].contains(['~', '!', '@', '#', '%', '^', '&', '|', '`', '?'])
    {
        operator = &operator[..operator.len() - 1];
    }
    operator
}

/// The text of a token that is nothing but signs of operators.
fn signs(token: &Token) -> Option<String> {
    match token {
        Token::Word(_)
        | Token::Number(..)
        | Token::SingleQuotedString(_)
        | Token::Placeholder(_)
        | Token::Whitespace(_) => None,
        other => {
            let text = other.to_string();
            let is_sign = |c: char| "+-*/<>=~!@#%^&|`?".contains(c);
            (!text.is_empty() && text.chars().all(is_sign)).then_some(text)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_operators_are_sorted() {
        for known in [POSTGRES, SQLITE] {
            assert!(known.windows(2).all(|pair| pair[0] < pair[1]), "{known:?}");
        }
    }

    #[test]
    fn signs_are_cut_as_postgres_cuts_them() {
        let cases = [
            (Token::Eq, Token::Minus, false),
            (Token::Lt, Token::Minus, false),
            (Token::Mul, Token::Minus, false),
            (Token::LongArrow, Token::Minus, false),
            (Token::Neq, Token::Minus, false),
            (Token::StringConcat, Token::Minus, true),
            (Token::AtAt, Token::AtSign, true),
            (Token::Question, Token::Tilde, true),
            (Token::Mod, Token::Minus, true),
            (Token::Minus, Token::Tilde, true),
            (Token::LParen, Token::Minus, false),
            (Token::Comma, Token::Minus, false),
        ];
        for (first, second, one) in cases {
            assert_eq!(are_one(&first, &second), one, "{first}{second}");
        }
    }
}
