//! The lexical structure of MySQL and MariaDB, as far as both have it (MySQL manual, 11.1 and 11.7; `sql/sql_lex.cc`).

use crate::write::vocabulary::lexer::{Cursor, Kind, Read, Token, all_tokens, ends_alike, is_word_start};

/// Operators made of signs (MySQL manual, 14.4), the longest first.
const OPERATORS: [&str; 23] = [
    "->>", "<=>", "||", "&&", "->", "<<", ">>", "<=", ">=", "<>", "!=", "*", "/", "%", "+", "-", "&", "|",
    "^", "<", ">", "=", "~",
];

/// The one variable of the session that a scope reads. It is refused in a caller's text.
const SQL_MODE: &str = "@@sql_mode";

pub(super) fn tokens(text: &str) -> Read<'_, Vec<Token<'_>>> {
    all_tokens(text, token)
}

fn token<'t>(cursor: &mut Cursor<'t>, next: u8) -> Read<'t, Token<'t>> {
    match next {
        b'`' => cursor.take_quoted(Kind::Name),
        b'\'' => text(cursor),
        b'X' | b'x' if cursor.second() == Some(b'\'') => cursor.take_bytes(),
        b'?' => Ok(place(cursor)),
        b'0'..=b'9' => cursor.take_number(),
        b'.' if cursor.second().is_some_and(|byte| byte.is_ascii_digit()) => cursor.take_number(),
        b'(' | b')' | b',' | b'.' => Ok(cursor.take(Kind::Punctuation, 1)),
        // What a scope writes itself, where a value must be stored as it is.
        b'@' if cursor.starts_with(SQL_MODE) => Ok(cursor.take(Kind::Literal, SQL_MODE.len())),
        letter if is_word_start(letter) => cursor.take_word(),
        _ => operator(cursor),
    }
}

/// A text, of which the end must not depend on `NO_BACKSLASH_ESCAPES` nor on the session's character set, in which two
/// bytes may be one character (MySQL manual, 12.10.8: the second byte of gbk, big5 and sjis may be a backslash).
fn text<'t>(cursor: &mut Cursor<'t>) -> Read<'t, Token<'t>> {
    let literal = cursor.take_quoted(Kind::Literal)?;
    if ends_alike(literal.text) {
        Ok(literal)
    } else {
        Err(cursor.unknown(literal.start, "a literal whose end depends on the session"))
    }
}

/// `?`; the renderer numbers it, and the number goes before the text is sent.
fn place<'t>(cursor: &mut Cursor<'t>) -> Token<'t> {
    let mark = cursor.take(Kind::Place, 1);
    cursor.take_while(Kind::Place, |byte| byte.is_ascii_digit());
    Token { kind: Kind::Place, text: cursor.text_from(mark.start), start: mark.start }
}

fn operator<'t>(cursor: &mut Cursor<'t>) -> Read<'t, Token<'t>> {
    if ["--", "/*", "#"].iter().any(|comment| cursor.starts_with(comment)) {
        return Err(cursor.unknown_run(2, "which begins a comment"));
    }
    match OPERATORS.iter().find(|operator| cursor.starts_with(operator)) {
        Some(operator) => Ok(cursor.take(Kind::Operator, operator.len())),
        None => Err(cursor.unexpected()),
    }
}
