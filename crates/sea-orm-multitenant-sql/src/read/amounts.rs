//! How much of a text there is of what costs the parser, or this crate, time or stack.

use crate::{
    engine::Engine,
    limits::{MAX_TOKENS, limit},
    read::tokenize::is_keyword,
    refusal::{Result, refuse_with},
};
use sqlparser::{
    keywords::Keyword,
    tokenizer::{Token, TokenWithSpan, Word},
};

/// Most operators that the parser copies all that stands before them for.
const MAX_COPYING_OPERATORS: usize = 50;

/// Most ON CONFLICT clauses; of an INSERT there is one.
const MAX_CONFLICT_CLAUSES: usize = 100;

/// Longest text in bytes of a statement that no scope takes: it is read to say what it is.
const MAX_OTHER_BYTES: usize = 16 << 10;

/// The words that a statement of a scope begins with.
const BEGINNINGS: [&str; 10] =
    ["ANALYZE", "DELETE", "EXPLAIN", "INSERT", "REPLACE", "SELECT", "UPDATE", "VALUES", "WITH", "DESCRIBE"];

/// Refuses what would take the parser, or this crate, more time than its length accounts for.
pub(super) fn check_amounts(engine: Engine, sql: &str, tokens: &[TokenWithSpan]) -> Result<()> {
    let mut counted = tokens.iter().map(|t| &t.token).filter(|token| !matches!(token, Token::Whitespace(_)));
    limit("tokens", counted.clone().count(), MAX_TOKENS)?;
    let words = |keywords: &'static [Keyword]| {
        let is_one = move |token: &&Token| matches!(token, Token::Word(word) if is_keyword(word, keywords));
        counted.clone().filter(is_one).count()
    };
    let copying: &[Keyword] = match engine {
        Engine::Sqlite => &[Keyword::GLOB, Keyword::MATCH, Keyword::REGEXP],
        Engine::Postgres => &[],
        Engine::MySql => &[Keyword::DIV],
    };
    limit("operators DIV, GLOB, MATCH or REGEXP", words(copying), MAX_COPYING_OPERATORS)?;
    limit("ON CONFLICT clauses", words(&[Keyword::CONFLICT]), MAX_CONFLICT_CLAUSES)?;
    let is_beginning = |word: &Word| BEGINNINGS.iter().any(|known| word.value.eq_ignore_ascii_case(known));
    match counted.find(|token| !matches!(token, Token::LParen | Token::SemiColon)) {
        Some(Token::Word(word)) if is_beginning(word) => Ok(()),
        _ => limit("bytes and no beginning of a query or write", sql.len(), MAX_OTHER_BYTES),
    }
}

/// How deep the parentheses of a text are.
pub(super) fn depth_of_parentheses(tokens: &[TokenWithSpan]) -> usize {
    let mut depth = 0_usize;
    let mut deepest = 0;
    for TokenWithSpan { token, span: _ } in tokens {
        match token {
            Token::LParen => depth += 1,
            Token::RParen => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// Refuses a text that is too long or holds a NUL character.
pub(super) fn check_bytes(sql: &str, max_bytes: usize) -> Result<()> {
    limit("bytes", sql.len(), max_bytes)?;
    if sql.contains('\0') {
        return refuse_with("a NUL character", "bind the text as a value");
    }
    Ok(())
}

/// Whether a token may make the tree one level deeper without a parenthesis, which the parser counts itself.
pub(super) fn nests(token: &Token) -> bool {
    match token {
        // Any keyword may be an operator of the parser's, but for those that stand for a value or follow one.
        Token::Word(word) => !matches!(
            word.keyword,
            Keyword::NoKeyword
                | Keyword::AS
                | Keyword::ASC
                | Keyword::DEFAULT
                | Keyword::DESC
                | Keyword::FALSE
                | Keyword::NULL
                | Keyword::TRUE
        ),
        Token::Comma
        | Token::SemiColon
        | Token::LParen
        | Token::RParen
        | Token::Period
        | Token::EOF
        | Token::Whitespace(_)
        | Token::Number(..)
        | Token::SingleQuotedString(_)
        | Token::Placeholder(_) => false,
        // Every operator, and whatever else there is.
        _ => true,
    }
}
