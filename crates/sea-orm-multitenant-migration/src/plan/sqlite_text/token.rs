//! SQLite's tokens, with their positions in the text.
//!
//! The rules are those of the engine's tokenizer, <https://sqlite.org/src/file/src/tokenize.c>. What the text of a
//! table cannot contain, such as a placeholder, and what the engine rejects is not a token: the whole text is then
//! refused.

use std::ops::Range;

/// The kind of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A keyword, or a name without quotes.
    Word,
    /// A name in double quotes, backticks or brackets.
    Quoted,
    /// A string in single quotes, which is a name where a name is required.
    Text,
    /// A number, or a blob.
    Value,
    /// An operator, a parenthesis, a comma.
    Sign,
}

/// A token and its position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token<'t> {
    pub(crate) kind: Kind,
    pub(crate) text: &'t str,
    pub(crate) at: Range<usize>,
}

impl Token<'_> {
    /// Whether it is this keyword, given in upper case.
    pub(crate) fn is(&self, keyword: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(keyword)
    }

    /// Whether it is this symbol.
    pub(crate) fn is_sign(&self, sign: &str) -> bool {
        self.kind == Kind::Sign && self.text == sign
    }

    /// The name that it denotes, without quotes.
    pub(crate) fn name(&self) -> Option<String> {
        let inner = || self.text[1..self.text.len() - 1].to_owned();
        let doubled = |quote: &str| inner().replace(&quote.repeat(2), quote);
        match (self.kind, self.text.as_bytes()[0]) {
            (Kind::Word, _) => Some(self.text.to_owned()),
            (Kind::Quoted, b'[') => Some(inner()),
            (Kind::Quoted, b'`') => Some(doubled("`")),
            (Kind::Quoted, _) => Some(doubled("\"")),
            (Kind::Text, _) => Some(doubled("'")),
            (Kind::Value | Kind::Sign, _) => None,
        }
    }
}

/// The tokens of a text, without white space and comments; `None` if any part is invalid.
pub(crate) fn tokens(text: &str) -> Option<Vec<Token<'_>>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if let Some(length) = blank(rest) {
            at += length;
            continue;
        }
        let (kind, length) = token(rest)?;
        tokens.push(Token { kind, text: &rest[..length], at: at..at + length });
        at += length;
    }
    Some(tokens)
}

/// The length of the white space or comment at the beginning of a text.
fn blank(rest: &str) -> Option<usize> {
    if rest.starts_with("--") {
        return Some(rest.find('\n').map_or(rest.len(), |end| end + 1));
    }
    if let Some(inner) = rest.strip_prefix("/*") {
        return Some(inner.find("*/").map_or(rest.len(), |end| end + 4));
    }
    matches!(rest.as_bytes()[0], b' ' | b'\t' | b'\n' | b'\x0c' | b'\r').then_some(1)
}

/// Kind and length of the token at the beginning of a text.
fn token(rest: &str) -> Option<(Kind, usize)> {
    let bytes = rest.as_bytes();
    let first = bytes[0];
    let next = bytes.get(1).copied().unwrap_or_default();
    match first {
        b'\'' => Some((Kind::Text, quoted(bytes, first)?)),
        b'"' | b'`' => Some((Kind::Quoted, quoted(bytes, first)?)),
        b'[' => Some((Kind::Quoted, rest.find(']')? + 1)),
        b'x' | b'X' if next == b'\'' => Some((Kind::Value, blob(rest)?)),
        b'0'..=b'9' => number(bytes).map(|length| (Kind::Value, length)),
        b'.' if next.is_ascii_digit() => number(bytes).map(|length| (Kind::Value, length)),
        // The engine treats a byte order mark as white space, other parsers as a letter.
        _ if rest.starts_with('\u{feff}') => None,
        _ if begins_word(first) => {
            Some((Kind::Word, bytes.iter().position(|byte| !in_word(*byte)).unwrap_or(bytes.len())))
        }
        _ => Some((Kind::Sign, sign(rest)?)),
    }
}

/// The length up to the closing quote; a doubled quote does not close.
fn quoted(bytes: &[u8], quote: u8) -> Option<usize> {
    let mut at = 1;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == quote)? + 1;
        if bytes.get(at) != Some(&quote) {
            return Some(at);
        }
        at += 1;
    }
}

fn blob(rest: &str) -> Option<usize> {
    let end = 2 + rest[2..].find('\'')?;
    let digits = &rest.as_bytes()[2..end];
    (digits.len().is_multiple_of(2) && digits.iter().all(u8::is_ascii_hexdigit)).then_some(end + 1)
}

/// The length of a number, with everything that the engine reads as part of it: `0xFF`, `1_000`, `1.5e-3`. A number
/// followed by a letter is invalid.
fn number(bytes: &[u8]) -> Option<usize> {
    let is_hex = bytes[0] == b'0' && matches!(bytes.get(1), Some(b'x' | b'X'));
    let mut at = if is_hex { 2 } else { 0 };
    let digits = |at: &mut usize, hex: bool| {
        while bytes
            .get(*at)
            .is_some_and(|b| *b == b'_' || if hex { b.is_ascii_hexdigit() } else { b.is_ascii_digit() })
        {
            *at += 1;
        }
    };
    digits(&mut at, is_hex);
    if !is_hex {
        if bytes.get(at) == Some(&b'.') {
            at += 1;
            digits(&mut at, false);
        }
        if matches!(bytes.get(at), Some(b'e' | b'E')) {
            at += 1;
            at += usize::from(matches!(bytes.get(at), Some(b'+' | b'-')));
            digits(&mut at, false);
        }
    }
    (!bytes.get(at).is_some_and(|byte| in_word(*byte))).then_some(at)
}

fn begins_word(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

fn in_word(byte: u8) -> bool {
    begins_word(byte) || byte.is_ascii_digit() || byte == b'$'
}

fn sign(rest: &str) -> Option<usize> {
    let longer = ["->>", "->", "||", "<=", ">=", "<>", "<<", ">>", "==", "!="];
    if let Some(sign) = longer.iter().find(|sign| rest.starts_with(**sign)) {
        return Some(sign.len());
    }
    matches!(
        rest.as_bytes()[0],
        b'(' | b')'
            | b','
            | b';'
            | b'.'
            | b'+'
            | b'-'
            | b'*'
            | b'/'
            | b'%'
            | b'='
            | b'<'
            | b'>'
            | b'&'
            | b'|'
            | b'~'
    )
    .then_some(1)
}

#[cfg(test)]
mod tests {
    use super::{Kind, tokens};

    fn texts(sql: &str) -> Vec<&str> {
        tokens(sql).expect("each token is read").into_iter().map(|token| token.text).collect()
    }

    #[test]
    fn comments_and_spaces_separate_tokens() {
        assert_eq!(
            texts("a/* ' */b -- ( \n,c\t\x0c--"),
            ["a", "b", ",", "c"],
            "a comment ends with the line, or with the text"
        );
    }

    #[test]
    fn quoted_tokens_are_one_token() {
        assert_eq!(
            texts("'it''s (' \"a\"\"b\" `c``d` [e\"] x'0F'"),
            ["'it''s ('", "\"a\"\"b\"", "`c``d`", "[e\"]", "x'0F'"]
        );
        let names: Vec<_> =
            tokens("'it''s' \"a\"\"b\" `c``d` [e\"] f").expect("read").iter().map(|t| t.name()).collect();
        assert_eq!(names.into_iter().flatten().collect::<Vec<_>>(), ["it's", "a\"b", "c`d", "e\"", "f"]);
    }

    #[test]
    fn numbers_are_one_token() {
        assert_eq!(
            texts("0x10 <= 0xFF,1.5e-3+.5 1_000"),
            ["0x10", "<=", "0xFF", ",", "1.5e-3", "+", ".5", "1_000"]
        );
        assert!(tokens("0x10").expect("read").iter().all(|token| token.kind == Kind::Value));
    }

    #[test]
    fn invalid_characters_are_not_tokens() {
        for sql in [
            "'open",
            "\"open",
            "[open",
            "x'0'",
            "1abc",
            "0xFG",
            "\u{feff}a",
            "a ? b",
            ":a",
            "@a",
            "$a",
            "!",
            "a\0",
            "{",
        ] {
            assert_eq!(tokens(sql), None, "{sql:?}");
        }
    }
}
