//! Reads a text that would be sent, its bare placeholders numbered.

use sea_orm_multitenant_sql::Engine;
use sqlparser::{
    ast::{SqliteOnConflict, Statement},
    dialect::{Dialect, MySqlDialect, PostgreSqlDialect, SQLiteDialect},
    parser::{Parser, ParserOptions},
    tokenizer::{Token, TokenWithSpan, Tokenizer, Whitespace},
};

/// The parser's name for an engine.
fn dialect(engine: Engine) -> &'static dyn Dialect {
    match engine {
        Engine::Sqlite => &SQLiteDialect {},
        Engine::Postgres => &PostgreSqlDialect {},
        Engine::MySql => &MySqlDialect {},
    }
}

/// The tokens of a text, but for white space.
///
/// # Errors
/// When it cannot be cut.
pub(super) fn tokens(engine: Engine, sql: &str) -> Result<Vec<TokenWithSpan>, String> {
    let mut tokens = all_tokens(engine, sql)?;
    tokens.retain(|each| !matches!(each.token, Token::Whitespace(_)));
    Ok(tokens)
}

/// The tokens of a text.
///
/// # Errors
/// When it cannot be cut.
pub(super) fn all_tokens(engine: Engine, sql: &str) -> Result<Vec<TokenWithSpan>, String> {
    let tokens = Tokenizer::new(dialect(engine), sql).with_unescape(false).tokenize_with_location();
    tokens.map_err(|error| format!("it cannot be cut into tokens again: {error}"))
}

/// The one statement of a text that would be sent with this many values; `?` becomes `?1`, `?2` and so on.
///
/// # Errors
/// When it is not one statement, holds a comment, or has a place for a value that is not there.
pub(super) fn statement(engine: Engine, sql: &str, values: usize) -> Result<Statement, String> {
    let mut tokens = all_tokens(engine, sql)?;
    let mut bare = 0;
    for TokenWithSpan { token, span: _ } in &mut tokens {
        match token {
            Token::Whitespace(Whitespace::SingleLineComment { .. } | Whitespace::MultiLineComment(_)) => {
                return Err("it holds a comment".to_owned());
            }
            Token::SemiColon => return Err("it holds a semicolon".to_owned()),
            Token::Placeholder(text) if text == "?" => {
                bare += 1;
                *text = format!("?{bare}");
            }
            _ => {}
        }
        if let Token::Placeholder(text) = token {
            let number = number(text).ok_or_else(|| format!("`{text}` is no place for a value"))?;
            if number == 0 || number > values {
                return Err(format!("`{text}` has no value"));
            }
        }
    }
    if bare > 0 && bare != values {
        return Err(format!("it has {bare} places for {values} values"));
    }
    let ignores = engine == Engine::MySql && without_ignore(&mut tokens);
    let mut parser = Parser::new(dialect(engine))
        .with_options(ParserOptions::new().with_unescape(false))
        .with_recursion_limit(200)
        .with_tokens_with_locations(readable(engine, tokens));
    let mut statement =
        parser.parse_statement().map_err(|error| format!("it does not parse again: {error}"))?;
    if ignores {
        ignore(&mut statement)?;
    }
    match parser.peek_token().token {
        Token::EOF => Ok(statement),
        token => Err(format!("`{token}` follows the statement")),
    }
}

/// Takes the IGNORE out of MySQL's ``UPDATE IGNORE `p` ``, which the parser reads as a table; whether it was there.
fn without_ignore(tokens: &mut Vec<TokenWithSpan>) -> bool {
    let seen = tokens.iter().enumerate().filter(|(_, each)| !matches!(each.token, Token::Whitespace(_)));
    let seen: Vec<_> = seen.collect();
    let is_it = |[update, ignore, table]: &[(usize, &TokenWithSpan); 3]| {
        let quoted = matches!(&table.1.token, Token::Word(word) if word.quote_style.is_some());
        is_word(&update.1.token, &["update"]) && is_word(&ignore.1.token, &["ignore"]) && quoted
    };
    let place = seen.array_windows().find(|window| is_it(window)).map(|[_, (place, _), _]| *place);
    if let Some(place) = place {
        tokens.remove(place);
    }
    place.is_some()
}

/// Says of an UPDATE that it ignores.
fn ignore(statement: &mut Statement) -> Result<(), String> {
    match statement {
        Statement::Update(update) => {
            update.or = Some(SqliteOnConflict::Ignore);
            Ok(())
        }
        Statement::Explain { statement, .. } => ignore(statement),
        other => Err(format!("UPDATE IGNORE inside of {other}")),
    }
}

/// SQLite's `x IS 1` and `x IS NOT 1` as `x IS NOT DISTINCT FROM 1` and `x IS DISTINCT FROM 1`, which the parser reads.
fn readable(engine: Engine, tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    if engine != Engine::Sqlite {
        return tokens;
    }
    let mut kept: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    let mut left = tokens.into_iter().filter(|each| !matches!(each.token, Token::Whitespace(_))).peekable();
    while let Some(each) = left.next() {
        let (is_is, span) = (is_word(&each.token, &["is"]), each.span);
        kept.push(each);
        if !is_is {
            continue;
        }
        let not = left.next_if(|next| is_word(&next.token, &["not"]));
        let known = ["null", "true", "false", "unknown", "distinct", "json", "normalized"];
        if left.peek().is_some_and(|next| is_word(&next.token, &known)) {
            kept.extend(not);
            continue;
        }
        let mut words = vec!["DISTINCT", "FROM"];
        if not.is_none() {
            words.insert(0, "NOT");
        }
        kept.extend(words.into_iter().map(|word| TokenWithSpan { token: Token::make_keyword(word), span }));
    }
    kept
}

fn is_word(token: &Token, words: &[&str]) -> bool {
    match token {
        Token::Word(word) => {
            word.quote_style.is_none() && words.iter().any(|each| word.value.eq_ignore_ascii_case(each))
        }
        _ => false,
    }
}

/// Whether the parser reads a text.
pub(super) fn can_read(engine: Engine, sql: &str) -> bool {
    let Ok(tokens) = all_tokens(engine, sql) else { return false };
    let mut parser = Parser::new(dialect(engine))
        .with_options(ParserOptions::new().with_unescape(false))
        .with_recursion_limit(200)
        .with_tokens_with_locations(readable(engine, tokens));
    parser.parse_statements().is_ok()
}

/// The number of a placeholder; `:1` is a name.
pub(super) fn number(text: &str) -> Option<usize> {
    text.strip_prefix(['?', '$'])?.parse().ok()
}
