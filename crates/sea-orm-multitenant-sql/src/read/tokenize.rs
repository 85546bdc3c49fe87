//! A text as the parser's tokens, and where in the text each stands.

use crate::{
    engine::Engine,
    refusal::{Refusal, Result},
};
use sqlparser::{
    keywords::Keyword,
    tokenizer::{Location, TokenWithSpan, Tokenizer, TokenizerError, Word},
};

/// Cuts text into tokens, literals kept as they are written.
pub(crate) fn tokenize(engine: Engine, sql: &str) -> Result<Vec<TokenWithSpan>> {
    Tokenizer::new(engine.parser_dialect(), sql).with_unescape(false).tokenize_with_location().map_err(
        |TokenizerError { message, location: Location { line, column } }| Refusal::Parse {
            message,
            line,
            column,
        },
    )
}

/// Cuts a text into tokens up to the first place that is no token. Returns also whether that is the end of the text.
pub(crate) fn tokenize_start(engine: Engine, sql: &str) -> (Vec<TokenWithSpan>, bool) {
    let mut tokens = Vec::new();
    let mut tokenizer = Tokenizer::new(engine.parser_dialect(), sql).with_unescape(false);
    let is_whole = tokenizer.tokenize_with_location_into_buf(&mut tokens).is_ok();
    (tokens, is_whole)
}

/// Whether a word is one of these keywords, and not quoted.
pub(super) fn is_keyword(word: &Word, keywords: &[Keyword]) -> bool {
    word.quote_style.is_none() && keywords.contains(&word.keyword)
}

/// Turns the parser's line and column into byte offsets of one text, in ascending order of position.
#[derive(Debug)]
pub(crate) struct Offsets<'a> {
    text: &'a str,
    chars: std::str::CharIndices<'a>,
    at: Location,
    /// Whether a column is a byte: the text is one line of ASCII, as SeaORM's mostly are.
    columns_are_bytes: bool,
}

impl<'a> Offsets<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let columns_are_bytes = text.is_ascii() && !text.contains('\n');
        Self { text, chars: text.char_indices(), at: Location { line: 1, column: 1 }, columns_are_bytes }
    }

    /// The byte offset of `location`, which must not lie before the last one asked for.
    pub(crate) fn offset(&mut self, location: Location) -> usize {
        if self.columns_are_bytes {
            return usize::try_from(location.column)
                .map_or(0, |column| column.saturating_sub(1))
                .min(self.text.len());
        }
        while (self.at.line, self.at.column) < (location.line, location.column) {
            match self.chars.next() {
                Some((_, '\n')) => self.at = Location { line: self.at.line + 1, column: 1 },
                Some(_) => self.at.column += 1,
                None => return self.text.len(),
            }
        }
        self.text.len() - self.chars.as_str().len()
    }
}
