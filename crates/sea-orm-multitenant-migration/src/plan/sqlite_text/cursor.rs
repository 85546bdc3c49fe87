//! Reads tokens one after another.

use crate::plan::sqlite_text::token::{Kind, Token};
use std::ops::Range;

/// Why a text cannot be parsed.
pub(crate) type Unread = String;

/// A position between tokens.
#[derive(Debug, Clone)]
pub(crate) struct Cursor<'c, 't> {
    tokens: &'c [Token<'t>],
    at: usize,
}

impl<'c, 't> Cursor<'c, 't> {
    pub(crate) fn new(tokens: &'c [Token<'t>]) -> Self {
        Self { tokens, at: 0 }
    }

    /// The number of the next token.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    pub(crate) fn peek(&self) -> Option<&'c Token<'t>> {
        self.tokens.get(self.at)
    }

    pub(crate) fn is_end(&self) -> bool {
        self.at == self.tokens.len()
    }

    /// Whether these keywords come next.
    pub(crate) fn sees(&self, words: &str) -> bool {
        let mut tokens = self.tokens[self.at..].iter();
        words.split(' ').all(|word| tokens.next().is_some_and(|token| token.is(word)))
    }

    pub(crate) fn sees_sign(&self, sign: &str) -> bool {
        self.peek().is_some_and(|token| token.is_sign(sign))
    }

    /// Takes these keywords, if they come next.
    pub(crate) fn takes(&mut self, words: &str) -> bool {
        let sees = self.sees(words);
        if sees {
            self.at += words.split(' ').count();
        }
        sees
    }

    pub(crate) fn takes_sign(&mut self, sign: &str) -> bool {
        let sees = self.sees_sign(sign);
        self.at += usize::from(sees);
        sees
    }

    pub(crate) fn expect(&mut self, words: &str) -> Result<(), Unread> {
        if self.takes(words) { Ok(()) } else { Err(self.unread(words)) }
    }

    pub(crate) fn expect_sign(&mut self, sign: &str) -> Result<(), Unread> {
        if self.takes_sign(sign) { Ok(()) } else { Err(self.unread(sign)) }
    }

    /// Takes a name.
    pub(crate) fn name(&mut self) -> Result<String, Unread> {
        let name = self.peek().and_then(Token::name).ok_or_else(|| self.unread("a name"))?;
        self.at += 1;
        Ok(name)
    }

    /// Takes a token of this kind.
    pub(crate) fn takes_kind(&mut self, kind: Kind) -> bool {
        let sees = self.peek().is_some_and(|token| token.kind == kind);
        self.at += usize::from(sees);
        sees
    }

    /// Takes a parenthesised group, and returns the numbers of its tokens.
    pub(crate) fn brackets(&mut self) -> Result<Range<usize>, Unread> {
        let begin = self.at;
        self.expect_sign("(")?;
        let mut depth = 1;
        while depth > 0 {
            let token = self.peek().ok_or_else(|| self.unread(")"))?;
            if token.is_sign("(") {
                depth += 1;
            } else if token.is_sign(")") {
                depth -= 1;
            }
            self.at += 1;
        }
        Ok(begin..self.at)
    }

    pub(crate) fn unread(&self, wanted: &str) -> Unread {
        match self.peek() {
            Some(token) => format!("expected {wanted}, found `{}`", token.text),
            None => format!("expected {wanted}, found the end"),
        }
    }
}
