//! Tokens without white space, what is put in their place, and stand-ins for what the tree has no place for.

use crate::engine::Engine;
use sqlparser::{
    ast::{Ident, Value},
    keywords::Keyword,
    tokenizer::{Span, Token, TokenWithSpan, Word},
};
use std::ops::Range;

/// Begins the name of every stand-in. A caller's text with a control character in a name is refused.
pub(crate) const MARK: char = '\u{1}';

/// Most tokens that are looked through for the end of something: a text is not to be read as often as it is long.
pub(in crate::read) const LONGEST: usize = 2_000;

/// Words that are no function's name before a parenthesis.
pub(in crate::read) const APART: [Keyword; 12] = [
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
pub(in crate::read) struct Cut<'t> {
    pub(in crate::read) tokens: &'t [TokenWithSpan],
    /// Where in `tokens` the counted ones are.
    pub(in crate::read) places: Vec<usize>,
    /// Where each parenthesis closes that opens at a place; its own place for every other token.
    pub(in crate::read) closings: Vec<usize>,
    /// Where each parenthesis opens that closes at a place; its own place for every other token.
    openings: Vec<usize>,
}

impl<'t> Cut<'t> {
    pub(in crate::read) fn new(tokens: &'t [TokenWithSpan]) -> Self {
        let places = (0..tokens.len()).filter(|at| !matches!(tokens[*at].token, Token::Whitespace(_)));
        let places: Vec<usize> = places.collect();
        let mut closings: Vec<usize> = (0..places.len()).collect();
        let mut openings = closings.clone();
        let mut open = Vec::new();
        for (at, place) in places.iter().enumerate() {
            match tokens[*place].token {
                Token::LParen => open.push(at),
                Token::RParen => {
                    if let Some(begin) = open.pop() {
                        closings[begin] = at;
                        openings[at] = begin;
                    }
                }
                _ => {}
            }
        }
        Self { tokens, places, closings, openings }
    }

    pub(in crate::read) fn token(&self, at: usize) -> Option<&'t Token> {
        self.places.get(at).map(|place| &self.tokens[*place].token)
    }

    pub(in crate::read) fn span(&self, at: usize) -> Span {
        self.places.get(at).map_or_else(Span::empty, |place| self.tokens[*place].span)
    }

    /// The word at `at`, if it is not quoted.
    pub(in crate::read) fn word(&self, at: usize) -> Option<&'t str> {
        match self.token(at)? {
            Token::Word(Word { value, quote_style: None, keyword: _ }) => Some(value),
            _ => None,
        }
    }

    /// Whether these unquoted words stand at `at`, one after the other.
    pub(in crate::read) fn reads(&self, at: usize, words: &[&str]) -> bool {
        let mut found = (at..).map(|at| self.word(at));
        words.iter().all(|word| found.next().flatten().is_some_and(|found| found.eq_ignore_ascii_case(word)))
    }

    /// Whether any of these unquoted words stands at `at`.
    pub(in crate::read) fn reads_any(&self, at: usize, words: &[&str]) -> bool {
        words.iter().any(|word| self.reads(at, &[word]))
    }

    pub(in crate::read) fn is(&self, at: usize, token: &Token) -> bool {
        self.token(at) == Some(token)
    }

    pub(in crate::read) fn is_name(&self, at: usize) -> bool {
        matches!(self.token(at), Some(Token::Word(_)))
    }

    /// Where a list of names ends that begins at `at`.
    pub(in crate::read) fn end_of_names(&self, at: usize) -> Option<usize> {
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
    pub(in crate::read) fn closing(&self, open: usize) -> Option<usize> {
        self.closings.get(open).copied().filter(|closing| *closing > open)
    }

    /// Where the parenthesis opens that closes at `closing`.
    pub(in crate::read) fn opening(&self, closing: usize) -> Option<usize> {
        self.openings.get(closing).copied().filter(|open| *open < closing)
    }

    /// The tokens of `range` as text, always the same for the same tokens.
    pub(in crate::read) fn text(&self, range: Range<usize>) -> String {
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
            text.push_str(&spelled(token));
            before = Some(token);
        }
        text
    }

    /// The stand-in of this engine at `at`: what stands behind its mark.
    pub(in crate::read) fn stand_in(&self, at: usize) -> Option<&'t str> {
        match self.token(at)? {
            Token::Word(Word { value, quote_style: Some(_), keyword: _ }) => value.strip_prefix(MARK),
            _ => None,
        }
    }
}

/// A token as text that is read as the same token: one of a literal whose escapes are read holds what they stand for.
fn spelled(token: &Token) -> String {
    match token {
        Token::EscapedStringLiteral(text) => Value::EscapedStringLiteral(text.clone()).to_string(),
        Token::UnicodeStringLiteral(text) => Value::UnicodeStringLiteral(text.clone()).to_string(),
        token => token.to_string(),
    }
}

/// Other tokens for the counted ones in `range`.
pub(in crate::read) struct Edit<T> {
    pub(in crate::read) range: Range<usize>,
    pub(in crate::read) instead: T,
}

impl<T> Edit<T> {
    pub(in crate::read) fn new(range: Range<usize>, instead: T) -> Self {
        Self { range, instead }
    }
}

/// Whether a name is a stand-in.
pub(crate) fn is_stand_in(ident: &Ident) -> bool {
    ident.quote_style.is_some() && ident.value.starts_with(MARK)
}

/// A stand-in that holds `content`, as a token.
pub(in crate::read) fn stand_in(engine: Engine, content: &str) -> Token {
    Token::make_word(&format!("{MARK}{content}"), Some(engine.identifier_quote()))
}

/// Keywords as tokens.
pub(in crate::read) fn keywords(words: &[&str]) -> Vec<Token> {
    words.iter().map(|word| Token::make_keyword(word)).collect()
}
