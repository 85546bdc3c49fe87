//! What an engine reads and the parser does not.
//!
//! Before the parser sees a text, such tokens become others that it reads as the same: another spelling that means no
//! more and no less, or a stand-in, which is a quoted name that no caller can write and that holds what the tree has no
//! place for. After the tree is rendered, the engine's own spelling is put back. The text so made is read the same way,
//! and must give the tree that was checked: so what is checked is what is sent.

mod conflict;
mod locks;
mod operators;
mod recursion;
mod statement;
mod unreadable;

pub(crate) use conflict::{ConflictIndex, written_target};
pub(crate) use locks::{is_no_lock, locks_every_table, written_lock};
pub(crate) use unreadable::named;

use crate::{
    dialect::Engine,
    refusal::{Result, UNSCOPED, refuse_with},
    text::{self, Offsets},
};
use sqlparser::{
    ast::Ident,
    keywords::Keyword,
    tokenizer::{Span, Token, TokenWithSpan, Word},
};
use std::ops::Range;

/// Begins the name of every stand-in. A caller's text with a control character in a name is refused.
pub(crate) const MARK: char = '\u{1}';

/// Most tokens that are looked through for the end of something: a text is not to be read as often as it is long.
const LONGEST: usize = 2_000;

/// Words that are no function's name before a parenthesis.
const APART: [Keyword; 12] = [
    Keyword::AND,
    Keyword::BETWEEN,
    Keyword::CASE,
    Keyword::ELSE,
    Keyword::IN,
    Keyword::IS,
    Keyword::LIKE,
    Keyword::NOT,
    Keyword::OR,
    Keyword::THEN,
    Keyword::WHEN,
    Keyword::WHERE,
];

/// The tokens of a text, of which those that are not white space are counted.
struct Cut<'t> {
    tokens: &'t [TokenWithSpan],
    /// Where in `tokens` the counted ones are.
    places: Vec<usize>,
    /// Where each parenthesis closes that opens at a place; its own place for every other token.
    closings: Vec<usize>,
}

impl<'t> Cut<'t> {
    fn new(tokens: &'t [TokenWithSpan]) -> Self {
        let places = (0..tokens.len()).filter(|at| !matches!(tokens[*at].token, Token::Whitespace(_)));
        let places: Vec<usize> = places.collect();
        let mut closings: Vec<usize> = (0..places.len()).collect();
        let mut open = Vec::new();
        for (at, place) in places.iter().enumerate() {
            match tokens[*place].token {
                Token::LParen => open.push(at),
                Token::RParen => {
                    if let Some(begin) = open.pop() {
                        closings[begin] = at;
                    }
                }
                _ => {}
            }
        }
        Self { tokens, places, closings }
    }

    fn token(&self, at: usize) -> Option<&'t Token> {
        self.places.get(at).map(|place| &self.tokens[*place].token)
    }

    fn span(&self, at: usize) -> Span {
        self.places.get(at).map_or_else(Span::empty, |place| self.tokens[*place].span)
    }

    /// The word at `at`, if it is not quoted.
    fn word(&self, at: usize) -> Option<&'t str> {
        match self.token(at)? {
            Token::Word(Word { value, quote_style: None, keyword: _ }) => Some(value),
            _ => None,
        }
    }

    /// Whether these unquoted words stand at `at`, one after the other.
    fn reads(&self, at: usize, words: &[&str]) -> bool {
        let mut found = (at..).map(|at| self.word(at));
        words.iter().all(|word| found.next().flatten().is_some_and(|found| found.eq_ignore_ascii_case(word)))
    }

    /// Whether any of these unquoted words stands at `at`.
    fn reads_any(&self, at: usize, words: &[&str]) -> bool {
        words.iter().any(|word| self.reads(at, &[word]))
    }

    fn is(&self, at: usize, token: &Token) -> bool {
        self.token(at) == Some(token)
    }

    fn is_name(&self, at: usize) -> bool {
        matches!(self.token(at), Some(Token::Word(_)))
    }

    /// Where a list of names ends that begins at `at`.
    fn end_of_names(&self, at: usize) -> Option<usize> {
        let mut end = at;
        loop {
            if !self.is_name(end) {
                return None;
            }
            if !self.is(end + 1, &Token::Comma) {
                return Some(end + 1);
            }
            end += 2;
        }
    }

    /// Where the parenthesis closes that opens at `open`.
    fn closing(&self, open: usize) -> Option<usize> {
        self.closings.get(open).copied().filter(|closing| *closing > open)
    }

    /// The tokens of `range` as text, always the same for the same tokens.
    fn text(&self, range: Range<usize>) -> String {
        let mut text = String::new();
        let mut before: Option<&Token> = None;
        for token in range.filter_map(|at| self.token(at)) {
            let is_function =
                |token: &Token| matches!(token, Token::Word(word) if !APART.contains(&word.keyword));
            let opens_call = *token == Token::LParen && before.is_some_and(is_function);
            let is_tight = opens_call
                || matches!(before, None | Some(Token::LParen | Token::Period))
                || matches!(token, Token::RParen | Token::Comma | Token::Period);
            if !is_tight {
                text.push(' ');
            }
            text.push_str(&token.to_string());
            before = Some(token);
        }
        text
    }

    /// The stand-in of this engine at `at`: what stands behind its mark.
    fn stand_in(&self, at: usize) -> Option<&'t str> {
        match self.token(at)? {
            Token::Word(Word { value, quote_style: Some(_), keyword: _ }) => value.strip_prefix(MARK),
            _ => None,
        }
    }
}

/// Other tokens for the counted ones in `range`.
struct Edit<T> {
    range: Range<usize>,
    instead: T,
}

impl<T> Edit<T> {
    fn new(range: Range<usize>, instead: T) -> Self {
        Self { range, instead }
    }
}

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
    let tokens = text::tokenize(engine, &rendered)?;
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
        Token::Word(Word { value: _, quote_style: None, keyword }) => match keyword {
            Keyword::FOR | Keyword::LOCK => locks::read(engine, cut, at),
            Keyword::ON => conflict::read(engine, cut, at),
            Keyword::IS | Keyword::MOD => operators::read_word(engine, cut, at),
            Keyword::ANALYZE | Keyword::UPDATE => statement::read(engine, cut, at),
            _ => None,
        },
        Token::RParen => recursion::read(engine, cut, at),
        Token::ShiftLeft | Token::ShiftRight | Token::Overlap | Token::CustomBinaryOperator(_) => {
            operators::read_sign(engine, cut, at)
        }
        _ => None,
    }
}

fn edit_to_write(engine: Engine, cut: &Cut<'_>, at: usize) -> Option<Edit<String>> {
    match cut.token(at)? {
        Token::Word(Word { value: _, quote_style: None, keyword: _ }) => recursion::write(cut, at)
            .or_else(|| locks::write(cut, at))
            .or_else(|| operators::write(engine, cut, at))
            .or_else(|| statement::write(engine, cut, at)),
        Token::LParen => conflict::write(engine, cut, at),
        _ => None,
    }
}

/// Whether a rendered text may hold what is to be written otherwise.
fn may_need_writing(engine: Engine, rendered: &str) -> bool {
    rendered.contains(MARK)
        || engine.compares_with_is() && rendered.contains("DISTINCT FROM")
        || engine.supports_ignore() && rendered.contains("UPDATE OR IGNORE")
        || engine.supports_analyze_of_statements() && rendered.starts_with("EXPLAIN ANALYZE VERBOSE")
}

/// Whether a name is a stand-in.
fn is_stand_in(ident: &Ident) -> bool {
    ident.quote_style.is_some() && ident.value.starts_with(MARK)
}

/// A stand-in that holds `content`, as a token.
fn stand_in(engine: Engine, content: &str) -> Token {
    Token::make_word(&format!("{MARK}{content}"), Some(engine.identifier_quote()))
}

/// Keywords as tokens.
fn keywords(words: &[&str]) -> Vec<Token> {
    words.iter().map(|word| Token::make_keyword(word)).collect()
}
