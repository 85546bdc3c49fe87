//! Texts in forms whose meaning no setting of the session changes.
//!
//! `'…'` itself is read and sent as it stands, its backslashes too, so that the engine reads what the caller wrote under every setting:
//! `read/traps.rs` refuses one whose end depends on a setting.

use crate::{
    engine::Engine,
    read::spelling::cut::{Cut, Edit},
};
use sqlparser::tokenizer::Token;

/// PostgreSQL: what `U&'…'` and `$$…$$` stand for becomes `'…'`, or `E'…'` where it holds a backslash, which escapes there under every
/// setting (manual, 4.1.2.2).
pub(super) fn read(engine: Engine, cut: &Cut<'_>, at: usize) -> Option<Edit<Vec<Token>>> {
    let instead = match cut.token(at)? {
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
