//! What an engine reads and the parser does not.
//!
//! Before the parser sees a text, such tokens become others that it reads as the same: another spelling that means no
//! more and no less, or a stand-in, which is a quoted name that no caller can write and that holds what the tree has no
//! place for. After the tree is rendered, the engine's own spelling is put back. The text so made is read the same way,
//! and must give the tree that was checked: so what is checked is what is sent.

mod calls;
pub(super) mod conflict;
pub(super) mod cut;
mod elements;
mod frames;
mod hints;
mod literals;
mod locks;
mod only;
pub(super) mod operands;
mod operators;
mod overriding;
mod recursion;
mod statement;
mod unreadable;

use crate::{
    engine::Engine,
    read::{
        spelling::cut::{Cut, Edit, MARK},
        tokenize::{Offsets, tokenize},
    },
    refusal::{Result, UNSCOPED, refuse_with},
};

pub(crate) use calls::{is_all, is_variadic};
pub(crate) use conflict::written_target;
pub(crate) use cut::is_stand_in;
pub(crate) use locks::{is_no_lock, locks_every_table, written_lock};
pub(crate) use overriding::overridden;
pub(crate) use unreadable::named;

use sqlparser::{
    keywords::Keyword,
    tokenizer::{Token, TokenWithSpan, Word},
};

/// Turns tokens into ones that the parser reads.
pub(crate) fn read(engine: Engine, tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let cut = Cut::new(&tokens);
    let edits = edits(&cut, |at| edit_to_read(engine, &cut, at));
    if edits.is_empty() {
        return tokens;
    }
    let mut read = Vec::with_capacity(tokens.len() + edits.len());
    let mut copied = 0;
    for Edit { range, instead } in edits {
        let span = cut.span(range.start);
        let start = cut.places[range.start];
        read.extend_from_slice(&tokens[copied..start]);
        read.extend(instead.into_iter().map(|token| TokenWithSpan { token, span }));
        copied = cut.places.get(range.end).copied().unwrap_or(tokens.len());
    }
    read.extend_from_slice(&tokens[copied..]);
    read
}

/// Puts the engine's own spelling into a rendered text.
///
/// # Errors
/// When a stand-in is left over.
pub(crate) fn write(engine: Engine, rendered: String) -> Result<String> {
    if !may_need_writing(engine, &rendered) {
        return Ok(rendered);
    }
    let tokens = tokenize(engine, &rendered)?;
    let cut = Cut::new(&tokens);
    let edits = edits(&cut, |at| edit_to_write(engine, &cut, at));
    // Edits are in the order of the text.
    let is_covered = |at: usize| {
        let index = edits.partition_point(|edit| edit.range.end <= at);
        edits.get(index).is_some_and(|edit| edit.range.contains(&at))
    };
    if (0..cut.places.len()).any(|at| cut.stand_in(at).is_some() && !is_covered(at)) {
        return refuse_with("a statement that cannot be written as it was read", UNSCOPED);
    }
    let mut offsets = Offsets::new(&rendered);
    let mut written = String::with_capacity(rendered.len());
    let mut copied = 0;
    for Edit { range, instead } in &edits {
        let start = offsets.offset(cut.span(range.start).start);
        written.push_str(&rendered[copied..start]);
        written.push_str(instead);
        copied = offsets.offset(cut.span(range.end - 1).end);
    }
    written.push_str(&rendered[copied..]);
    Ok(written)
}

/// Gathers edits from the first token to the last.
fn edits<T>(cut: &Cut<'_>, edit_at: impl Fn(usize) -> Option<Edit<T>>) -> Vec<Edit<T>> {
    let mut edits = Vec::new();
    let mut at = 0;
    while at < cut.places.len() {
        match edit_at(at) {
            Some(edit) => {
                at = edit.range.end;
                edits.push(edit);
            }
            None => at += 1,
        }
    }
    edits
}

fn edit_to_read(engine: Engine, cut: &Cut<'_>, at: usize) -> Option<Edit<Vec<Token>>> {
    match cut.token(at)? {
        Token::Word(Word { value, quote_style: None, keyword }) => match keyword {
            Keyword::FOR | Keyword::LOCK => locks::read(engine, cut, at),
            Keyword::ON => conflict::read(engine, cut, at),
            Keyword::IS | Keyword::MOD => operators::read_word(engine, cut, at),
            Keyword::ANALYZE => statement::read(engine, cut, at),
            Keyword::UPDATE => statement::read(engine, cut, at).or_else(|| operands::update(engine, cut, at)),
            Keyword::AS | Keyword::NOT => hints::read(engine, cut, at),
            Keyword::FROM | Keyword::JOIN => hints::table(engine, cut, at),
            Keyword::BINARY if operands::is_name_of_binary(cut, at) => None,
            Keyword::BINARY => operands::read(engine, cut, at),
            Keyword::EXCLUDE => frames::read(engine, cut, at),
            Keyword::ONLY => only::read(engine, cut, at),
            Keyword::VARIADIC => calls::read_variadic(engine, cut, at),
            _ if value.eq_ignore_ascii_case("indexed") => hints::read(engine, cut, at),
            _ if value.eq_ignore_ascii_case("overriding") => overriding::read(engine, cut, at),
            _ => elements::read(engine, cut, at),
        },
        Token::Word(_) => elements::read(engine, cut, at),
        Token::Period => calls::read_all(engine, cut, at),
        Token::LParen => frames::read(engine, cut, at),
        Token::RParen => recursion::read(engine, cut, at),
        Token::ExclamationMark => operands::read(engine, cut, at),
        Token::UnicodeStringLiteral(_) | Token::DollarQuotedString(_) => literals::read(engine, cut, at),
        Token::Assignment
        | Token::ShiftLeft
        | Token::ShiftRight
        | Token::Overlap
        | Token::CustomBinaryOperator(_) => operators::read_sign(engine, cut, at),
        _ => None,
    }
}

fn edit_to_write(engine: Engine, cut: &Cut<'_>, at: usize) -> Option<Edit<String>> {
    match cut.token(at)? {
        Token::Word(Word { value: _, quote_style: None, keyword: _ }) => recursion::write(cut, at)
            .or_else(|| locks::write(cut, at))
            .or_else(|| operators::write(engine, cut, at))
            .or_else(|| statement::write(engine, cut, at))
            .or_else(|| overriding::write(cut, at)),
        Token::Word(_) => calls::write_variadic(cut, at).or_else(|| only::write(engine, cut, at)),
        Token::Period => calls::write_all(cut, at).or_else(|| elements::write(engine, cut, at)),
        Token::LParen => conflict::write(engine, cut, at).or_else(|| frames::write(cut, at)),
        Token::RParen => frames::write(cut, at),
        _ => None,
    }
}

/// Whether a rendered text may hold what is to be written otherwise.
fn may_need_writing(engine: Engine, rendered: &str) -> bool {
    rendered.contains(MARK)
        || engine.compares_with_is() && rendered.contains("DISTINCT FROM")
        || engine == Engine::Postgres && rendered.contains("WITH ORDINALITY")
        || engine.supports_ignore() && rendered.contains("UPDATE OR IGNORE")
        || engine.supports_analyze_of_statements() && rendered.starts_with("EXPLAIN ANALYZE VERBOSE")
}
