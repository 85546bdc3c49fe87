//! Conflict targets that are more than columns: `ON CONFLICT (lower(name)) WHERE deleted = 0 DO …`.

use crate::{
    engine::Engine,
    read::spelling::cut::{Cut, Edit, MARK, is_stand_in, stand_in},
};
use sqlparser::{ast::Ident, tokenizer::Token};

/// Quotes of names inside a stand-in, which is quoted itself.
const QUOTE: char = '\u{2}';

/// A text that may stand between the engine's quotes.
pub(in crate::read) fn hidden(engine: Engine, text: &str) -> String {
    text.replace(engine.identifier_quote(), &QUOTE.to_string())
}

/// The text that [`hidden`] was given.
pub(in crate::read) fn shown(engine: Engine, hidden: &str) -> String {
    hidden.replace(QUOTE, &engine.identifier_quote().to_string())
}

/// The conflict target that is written in place of a stand-in, if these columns are one.
pub(crate) fn written_target(engine: Engine, columns: &[Ident]) -> Option<String> {
    match columns {
        [ident] if is_stand_in(ident) => Some(shown(engine, ident.value.get(1..)?)),
        _ => None,
    }
}

/// `ON CONFLICT (…) WHERE …` becomes `ON CONFLICT (stand-in)` where the parser could not read it.
pub(super) fn read(engine: Engine, cut: &Cut<'_>, at: usize) -> Option<Edit<Vec<Token>>> {
    if !engine.supports_conflict_targets()
        || !cut.reads(at, &["ON", "CONFLICT"])
        || !cut.is(at + 2, &Token::LParen)
    {
        return None;
    }
    let close = cut.closing(at + 2)?;
    let end = if cut.reads(close + 1, &["WHERE"]) { beginning_of_action(cut, close + 2)? } else { close + 1 };
    let has_columns_alone = end == close + 1 && cut.end_of_names(at + 3) == Some(close);
    if has_columns_alone || !begins_action(cut, end) {
        return None;
    }
    let content = cut.text(at + 2..end);
    if content.contains([MARK, QUOTE]) {
        return None;
    }
    let content = hidden(engine, &content);
    let tokens = vec![Token::LParen, stand_in(engine, &content), Token::RParen];
    Some(Edit::new(at + 2..end, tokens)).map(|edit| with_keywords(edit, cut, at))
}

/// Lets an edit begin at the keywords before it, which stay.
fn with_keywords(edit: Edit<Vec<Token>>, cut: &Cut<'_>, at: usize) -> Edit<Vec<Token>> {
    let Edit { range, instead } = edit;
    let before = (at..range.start).filter_map(|at| cut.token(at).cloned());
    Edit::new(at..range.end, before.chain(instead).collect())
}

fn begins_action(cut: &Cut<'_>, at: usize) -> bool {
    cut.reads(at, &["DO", "NOTHING"]) || cut.reads(at, &["DO", "UPDATE"])
}

/// Where DO stands behind a condition that begins at `from`.
fn beginning_of_action(cut: &Cut<'_>, from: usize) -> Option<usize> {
    let mut at = from;
    while at < from + crate::read::spelling::cut::LONGEST {
        match cut.token(at)? {
            Token::LParen => at = cut.closing(at)? + 1,
            Token::RParen | Token::SemiColon => return None,
            _ if begins_action(cut, at) => return Some(at),
            _ => at += 1,
        }
    }
    None
}

/// Writes what a stand-in holds in place of the list that it is in.
pub(super) fn write(engine: Engine, cut: &Cut<'_>, at: usize) -> Option<Edit<String>> {
    let is_target = at.checked_sub(2).is_some_and(|on| cut.reads(on, &["ON", "CONFLICT"]));
    if !engine.supports_conflict_targets() || !is_target || !cut.is(at + 2, &Token::RParen) {
        return None;
    }
    let content = shown(engine, cut.stand_in(at + 1)?);
    Some(Edit::new(at..at + 3, content))
}
