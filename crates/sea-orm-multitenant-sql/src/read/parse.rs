//! From tokens to one syntax tree.

use crate::{
    engine::Engine,
    limits::MAX_NESTING,
    read::{budget::Budgeted, spelling},
    refusal::{Refusal, Result},
};
use sqlparser::{
    ast::Statement,
    parser::{Parser, ParserError, ParserOptions},
    tokenizer::{Token, TokenWithSpan},
};

/// Parses tokens as exactly one statement, to the last token.
pub(crate) fn parse(engine: Engine, tokens: Vec<TokenWithSpan>) -> Result<Statement> {
    let dialect = Budgeted::new(engine, tokens.len());
    let mut parser = parser(engine, &dialect, tokens);
    while parser.consume_token(&Token::SemiColon) {}
    if parser.peek_token_ref().token == Token::EOF {
        return Err(Refusal::Empty);
    }
    let statement = parser.parse_statement();
    let ended = parser.consume_token(&Token::SemiColon);
    while parser.consume_token(&Token::SemiColon) {}
    if statement.is_ok() && ended && parser.peek_token_ref().token != Token::EOF {
        return Err(Refusal::ManyStatements);
    }
    whole(engine, &dialect, parser, statement)
}

/// Parses tokens as what `read` reads, to the last token.
pub(crate) fn parse_with<T>(
    engine: Engine,
    tokens: Vec<TokenWithSpan>,
    read: impl FnOnce(&mut Parser<'_>) -> std::result::Result<T, ParserError>,
) -> Result<T> {
    let dialect = Budgeted::new(engine, tokens.len());
    let mut parser = parser(engine, &dialect, tokens);
    let parsed = read(&mut parser);
    whole(engine, &dialect, parser, parsed)
}

fn parser(engine: Engine, dialect: &Budgeted, tokens: Vec<TokenWithSpan>) -> Parser<'_> {
    Parser::new(dialect)
        .with_options(ParserOptions::new().with_unescape(false))
        .with_recursion_limit(MAX_NESTING)
        .with_tokens_with_locations(spelling::read(engine, tokens))
}

/// What was parsed, if nothing is left of the text; or why it could not be.
fn whole<T>(
    engine: Engine,
    dialect: &Budgeted,
    parser: Parser<'_>,
    parsed: std::result::Result<T, ParserError>,
) -> Result<T> {
    if let Some(steps) = dialect.exceeded() {
        return Err(Refusal::TooLarge { what: "steps of reading or more", found: steps, limit: steps });
    }
    let TokenWithSpan { token, span } = parser.peek_token_ref();
    let refusal = match (parsed, token) {
        (Ok(parsed), Token::EOF) => return Ok(parsed),
        (Ok(_), token) => Refusal::Parse {
            message: format!("Expected: end of statement, found: {token}"),
            line: span.start.line,
            column: span.start.column,
        },
        (Err(error), _) => parse_refusal(error),
    };
    match refusal {
        Refusal::Parse { message, line, column } => {
            let named = spelling::named(engine, &parser.into_tokens(), line, column);
            Err(named.unwrap_or(Refusal::Parse { message, line, column }))
        }
        refusal => Err(refusal),
    }
}

fn parse_refusal(error: ParserError) -> Refusal {
    match error {
        ParserError::RecursionLimitExceeded => {
            Refusal::TooLarge { what: "levels of nesting or more", found: MAX_NESTING, limit: MAX_NESTING }
        }
        ParserError::ParserError(message) | ParserError::TokenizerError(message) => {
            let (message, line, column) = split_position(&message);
            Refusal::Parse { message, line, column }
        }
    }
}

/// Splits the parser's `… at Line: 1, Column: 8` off its message.
fn split_position(message: &str) -> (String, u64, u64) {
    let position = message.rsplit_once(" at Line: ").and_then(|(text, position)| {
        let (line, column) = position.split_once(", Column: ")?;
        Some((text.to_owned(), line.parse().ok()?, column.parse().ok()?))
    });
    position.unwrap_or_else(|| (message.to_owned(), 0, 0))
}
