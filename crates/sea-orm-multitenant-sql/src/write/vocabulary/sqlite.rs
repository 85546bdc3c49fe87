//! SQLite's lexical structure (<https://sqlite.org/lang_expr.html>; `src/tokenize.c`).

use crate::write::vocabulary::lexer::{Cursor, Kind, Read, Token, all_tokens, is_word_part, is_word_start};

/// Operators made of signs (<https://sqlite.org/lang_expr.html>, 2), the longest first.
const OPERATORS: [&str; 21] = [
    "->>", "||", "->", "<<", ">>", "<=", ">=", "==", "<>", "!=", "*", "/", "%", "+", "-", "&", "|", "<", ">",
    "=", "~",
];

pub(super) fn tokens(text: &str) -> Read<'_, Vec<Token<'_>>> {
    all_tokens(text, token)
}

fn token<'t>(cursor: &mut Cursor<'t>, next: u8) -> Read<'t, Token<'t>> {
    match next {
        b'`' => cursor.take_quoted(Kind::Name),
        b'\'' => cursor.take_quoted(Kind::Literal),
        b'X' | b'x' if cursor.second() == Some(b'\'') => cursor.take_bytes(),
        b'?' => place(cursor),
        b'0'..=b'9' => cursor.take_number(),
        b'.' if cursor.second().is_some_and(|byte| byte.is_ascii_digit()) => cursor.take_number(),
        b'(' | b')' | b',' | b'.' => Ok(cursor.take(Kind::Punctuation, 1)),
        letter if is_word_start(letter) => cursor.take_word(),
        _ => operator(cursor),
    }
}

/// `?`, and a number if there is one.
fn place<'t>(cursor: &mut Cursor<'t>) -> Read<'t, Token<'t>> {
    let mark = cursor.take(Kind::Place, 1);
    cursor.take_while(Kind::Place, |byte| byte.is_ascii_digit());
    if cursor.peek().is_some_and(is_word_part) {
        return Err(cursor.unknown(mark.start, "a placeholder followed by letters"));
    }
    Ok(Token { kind: Kind::Place, text: cursor.text_from(mark.start), start: mark.start })
}

fn operator<'t>(cursor: &mut Cursor<'t>) -> Read<'t, Token<'t>> {
    if cursor.starts_with("--") || cursor.starts_with("/*") {
        return Err(cursor.unknown_run(2, "which begins a comment"));
    }
    match OPERATORS.iter().find(|operator| cursor.starts_with(operator)) {
        Some(operator) => Ok(cursor.take(Kind::Operator, operator.len())),
        None => Err(cursor.unexpected()),
    }
}
