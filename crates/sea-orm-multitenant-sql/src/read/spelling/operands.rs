//! MySQL's operators that take the next operand alone, which the parser gives all that follows: BINARY and `!`. Its UPDATE of tables
//! between commas.

use crate::{
    engine::Engine,
    read::spelling::cut::{Cut, Edit, keywords},
};
use sqlparser::tokenizer::Token;

/// `BINARY x` becomes `CAST(x AS BINARY)`, as which MySQL and MariaDB have it (MySQL manual, 14.10); `!x` becomes `(NOT x)`.
pub(super) fn read(engine: Engine, cut: &Cut<'_>, at: usize) -> Option<Edit<Vec<Token>>> {
    if !engine.binds_binary_closely() {
        return None;
    }
    let end = operand(cut, at + 1)?;
    let operand = (at + 1..end).filter_map(|at| cut.token(at).cloned());
    let mut tokens = Vec::new();
    if cut.is(at, &Token::ExclamationMark) {
        tokens.push(Token::LParen);
        tokens.extend(keywords(&["NOT"]));
        tokens.extend(operand);
    } else {
        tokens.extend(keywords(&["CAST"]));
        tokens.push(Token::LParen);
        tokens.extend(operand);
        tokens.extend(keywords(&["AS", "BINARY"]));
    }
    tokens.push(Token::RParen);
    Some(Edit::new(at..end, tokens))
}

/// Whether BINARY at `at` is a type, a collation or a character set: an operator follows none of these words.
pub(in crate::read) fn is_name_of_binary(cut: &Cut<'_>, at: usize) -> bool {
    at.checked_sub(1).is_some_and(|before| cut.reads_any(before, &["AS", "COLLATE", "SET", "CHARSET"]))
}

/// Where a value or name ends that begins at `at` and is an operand by itself, with nothing behind it that binds as closely.
pub(in crate::read) fn operand(cut: &Cut<'_>, at: usize) -> Option<usize> {
    let end = match cut.token(at)? {
        Token::Placeholder(_) | Token::SingleQuotedString(_) | Token::Number(..) => at + 1,
        Token::Word(word) if word.quote_style.is_some() || is_plain(&word.value) => {
            let mut end = at + 1;
            while cut.is(end, &Token::Period) && cut.is_name(end + 1) {
                end += 2;
            }
            end
        }
        _ => return None,
    };
    let binds = matches!(cut.token(end), Some(Token::LParen | Token::Arrow | Token::LongArrow | Token::Period))
            // `DATE '2024-01-01'` and `_utf8'x'` are one operand.
            || matches!(cut.token(end), Some(Token::SingleQuotedString(_)))
            || cut.reads(end, &["COLLATE"]);
    (!binds).then_some(end)
}

/// Whether a word is a name wherever an operand may stand.
fn is_plain(word: &str) -> bool {
    const OPERATORS: [&str; 6] = ["NOT", "BINARY", "INTERVAL", "CASE", "EXISTS", "SELECT"];
    !OPERATORS.iter().any(|operator| word.eq_ignore_ascii_case(operator))
        && !crate::keywords::is_reserved(Engine::MySql, word)
}

/// `UPDATE p, q SET …` becomes `UPDATE p CROSS JOIN q SET …`: a comma joins the same rows, and binds less closely than a join, of
/// which there is none here (MySQL manual, 15.2.13.2).
pub(super) fn update(engine: Engine, cut: &Cut<'_>, at: usize) -> Option<Edit<Vec<Token>>> {
    if !engine.supports_joins_in_writes() || at != 0 || !cut.reads(at, &["UPDATE"]) {
        return None;
    }
    let mut tokens = Vec::new();
    let mut end = at;
    let mut has_comma = false;
    while !cut.reads(end, &["SET"]) {
        match cut.token(end)? {
            Token::Comma => {
                has_comma = true;
                tokens.extend(keywords(&["CROSS", "JOIN"]));
            }
            token @ (Token::Word(_) | Token::Period) if !cut.reads(end, &["JOIN"]) => {
                tokens.push(token.clone())
            }
            _ => return None,
        }
        end += 1;
    }
    has_comma.then(|| Edit::new(at..end, tokens))
}
