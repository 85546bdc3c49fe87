//! Texts with backslashes, in forms whose meaning no setting of the session changes.
//!
//! A caller's text is read as under the engine's default, where a backslash is a character like others to PostgreSQL
//! (`standard_conforming_strings`) and escapes on MySQL. What is sent reads the same under the other setting too.

use crate::{
    engine::Engine,
    read::spelling::cut::{Cut, Edit},
};
use sqlparser::tokenizer::Token;

/// PostgreSQL: a text that holds a backslash becomes `E'…'`, in which it escapes under every setting (manual, 4.1.2.2). MySQL: what
/// a backslash stands for takes its place.
pub(super) fn read(engine: Engine, cut: &Cut<'_>, at: usize) -> Option<Edit<Vec<Token>>> {
    let instead = match cut.token(at)? {
        Token::SingleQuotedString(text) if engine.has_escaped_texts() && text.contains('\\') => {
            Token::EscapedStringLiteral(text.replace("''", "'"))
        }
        Token::SingleQuotedString(text) if engine.escapes_in_texts() => {
            Token::SingleQuotedString(unescaped(text)?)
        }
        // Behind it may stand the character that escapes in it.
        Token::UnicodeStringLiteral(text)
            if engine.has_escaped_texts() && !cut.reads(at + 1, &["UESCAPE"]) =>
        {
            certain(text)
        }
        Token::DollarQuotedString(quoted) if engine.has_escaped_texts() => certain(&quoted.value),
        _ => return None,
    };
    Some(Edit::new(at..at + 1, vec![instead]))
}

/// A text of these characters.
fn certain(text: &str) -> Token {
    if text.contains('\\') {
        Token::EscapedStringLiteral(text.to_owned())
    } else {
        Token::SingleQuotedString(text.replace('\'', "''"))
    }
}

/// A text of MySQL, quotes doubled, without the backslashes that escape in it. None where none does, or where one would be left:
/// the others of MySQL's escapes (manual, 11.1.1). `\%` and `\_` mean themselves with their backslash.
pub(in crate::read) fn unescaped(text: &str) -> Option<String> {
    if !text.contains('\\') {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, if c == '\\' { chars.next() } else { None }) {
            ('\\', Some('\'')) => out.push_str("''"),
            ('\\', Some('"')) => out.push('"'),
            ('\\', Some('n')) => out.push('\n'),
            ('\\', Some('r')) => out.push('\r'),
            ('\\', Some('t')) => out.push('\t'),
            ('\\', Some(c @ ('%' | '_'))) => out.extend(['\\', c]),
            ('\\', _) => return None,
            (c, _) => out.push(c),
        }
    }
    Some(out)
}
