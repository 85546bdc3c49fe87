//! Operators that the parser takes as they are, and how PostgreSQL cuts signs into operators.

use crate::dialect::Engine;
use sqlparser::tokenizer::Token;

/// Operators of PostgreSQL and of well-known extensions (pg_trgm, pgvector) that look at nothing but their operands, in
/// byte order.
const POSTGRES: &[&str] = &[
    "%>", "%>>", "-|-", "<#>", "<%", "<%>", "<->>", "<->>>", "<<%", "<<->", "<<<->", "<<=", "<~>", ">>=",
    "~<=~", "~<~", "~>=~", "~>~",
];

/// SQLite's shifts.
const SQLITE: &[&str] = &["<<", ">>"];

/// Whether an operator that the parser does not know is known to look at nothing but its operands.
pub(crate) fn is_known(engine: Engine, operator: &str) -> bool {
    let known = match engine {
        Engine::Sqlite => SQLITE,
        Engine::Postgres => POSTGRES,
        Engine::MySql => &[],
    };
    known.binary_search(&operator).is_ok()
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
