//! What the lexers of the engines have in common: a cursor over ASCII outside of quotes.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A quoted name.
    Name,
    /// A text, a string of bytes or a number.
    Literal,
    /// The place of a bound value.
    Place,
    /// An operator.
    Operator,
    /// A parenthesis, bracket, comma or dot, or a colon of PostgreSQL.
    Punctuation,
    /// A word outside of quotes.
    Word,
}

/// A token and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'t> {
    pub(super) kind: Kind,
    pub(super) text: &'t str,
    pub(super) start: usize,
}

impl Token<'_> {
    /// The offset of the byte after it.
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// What no lexer takes, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unknown<'t> {
    pub(super) text: &'t str,
    pub(super) why: &'static str,
}

/// Result of reading.
pub(super) type Read<'t, T> = Result<T, Unknown<'t>>;

/// A position in a text.
#[derive(Debug)]
pub(super) struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    /// The next byte, which stays.
    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The byte after the next one.
    pub(super) fn second(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at + 1).copied()
    }

    /// Goes over spaces. The renderer writes no other white space.
    pub(super) fn skip_spaces(&mut self) {
        while self.peek() == Some(b' ') {
            self.at += 1;
        }
    }

    /// Whether the text goes on with `prefix`.
    pub(super) fn starts_with(&self, prefix: &str) -> bool {
        self.text.as_bytes()[self.at..].starts_with(prefix.as_bytes())
    }

    /// The longest run of these bytes that comes next, which stays.
    pub(super) fn run_of(&self, bytes: &[u8]) -> &'t str {
        let rest = &self.text[self.at..];
        let length = rest.bytes().take_while(|byte| bytes.contains(byte)).count();
        &rest[..length]
    }

    /// The text from `start` to here.
    pub(super) fn text_from(&self, start: usize) -> &'t str {
        &self.text[start..self.at]
    }

    /// The token from the next byte to the end of all bytes that `is_part` takes.
    pub(super) fn take_while(&mut self, kind: Kind, is_part: impl Fn(u8) -> bool) -> Token<'t> {
        let start = self.at;
        while self.peek().is_some_and(&is_part) {
            self.at += 1;
        }
        self.token(kind, start)
    }

    /// The token of the next `length` bytes.
    pub(super) fn take(&mut self, kind: Kind, length: usize) -> Token<'t> {
        let start = self.at;
        self.at += length;
        self.token(kind, start)
    }

    /// A token between two of the next byte, which is doubled inside.
    pub(super) fn take_quoted(&mut self, kind: Kind) -> Read<'t, Token<'t>> {
        let start = self.at;
        let quote = self.peek();
        self.at += 1;
        loop {
            match (self.peek(), self.second()) {
                (None, _) => return Err(self.unknown(start, "a quote that does not end")),
                (next, after) if next == quote && after == quote => self.at += 2,
                (next, _) if next == quote => {
                    self.at += 1;
                    return Ok(self.token(kind, start));
                }
                (Some(_), _) => self.at += 1,
            }
        }
    }

    /// `X'…'`, with an even number of hexadecimal digits.
    pub(super) fn take_bytes(&mut self) -> Read<'t, Token<'t>> {
        let prefix = self.take(Kind::Literal, 1);
        let digits = self.take_quoted(Kind::Literal)?.text.trim_matches('\'');
        if digits.len() % 2 == 0 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            Ok(self.token(Kind::Literal, prefix.start))
        } else {
            Err(self.unknown(prefix.start, "which is no string of bytes"))
        }
    }

    /// `E'…'`, in which a backslash stands before itself, a quote, or the letter of a character that does not show.
    pub(super) fn take_escaped(&mut self) -> Read<'t, Token<'t>> {
        let start = self.at;
        self.at += 2;
        loop {
            match (self.peek(), self.second()) {
                (Some(b'\''), Some(b'\'')) | (None, _) => {
                    return Err(self.unknown(start, "a text whose end is not certain"));
                }
                (Some(b'\''), _) => {
                    self.at += 1;
                    return Ok(self.token(Kind::Literal, start));
                }
                (Some(b'\\'), Some(b'\\' | b'\'' | b'n' | b'r' | b't')) => self.at += 2,
                (Some(b'\\'), _) => {
                    return Err(self.unknown(start, "an escape that the renderer does not write"));
                }
                (Some(_), _) => self.at += 1,
            }
        }
    }

    /// `B'…'` or `X'…'` of these digits.
    pub(super) fn take_bits(&mut self, is_digit: impl Fn(u8) -> bool) -> Read<'t, Token<'t>> {
        let prefix = self.take(Kind::Literal, 1);
        let digits = self.take_quoted(Kind::Literal)?.text.trim_matches('\'');
        if digits.bytes().all(is_digit) {
            Ok(self.token(Kind::Literal, prefix.start))
        } else {
            Err(self.unknown(prefix.start, "which is no string of bits"))
        }
    }

    /// Digits, with a fraction and an exponent if there are any.
    pub(super) fn take_number(&mut self) -> Read<'t, Token<'t>> {
        let start = self.at;
        self.skip_digits();
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.skip_digits();
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            if !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                return Err(self.unknown(start, "a number without its exponent"));
            }
            self.skip_digits();
        }
        if self.peek().is_some_and(is_word_part) {
            return Err(self.unknown(start, "a number followed by letters"));
        }
        Ok(self.token(Kind::Literal, start))
    }

    fn skip_digits(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
    }

    /// A word, which must be apart from quotes, signs and other characters that could make one token with it.
    pub(super) fn take_word(&mut self) -> Read<'t, Token<'t>> {
        let word = self.take_while(Kind::Word, is_word_part);
        match self.peek() {
            None | Some(b' ' | b'(' | b')' | b',' | b'[' | b']') => Ok(word),
            Some(b':') if self.second() == Some(b':') => Ok(word),
            Some(b'=') if word.text.eq_ignore_ascii_case("FORMAT") => Ok(word),
            Some(_) => Err(self.unknown(word.start, "a word that is not apart from what follows it")),
        }
    }

    /// What stands from `start` to here, and at least one character, as far as a message shows it.
    pub(super) fn unknown(&self, start: usize, why: &'static str) -> Unknown<'t> {
        const SHOWN: usize = 24;
        let rest = &self.text[start..];
        let length =
            rest.chars().next().map_or(0, char::len_utf8).max(self.at.saturating_sub(start)).min(SHOWN);
        let length = (0..=length).rev().find(|length| rest.is_char_boundary(*length)).unwrap_or(0);
        Unknown { text: &rest[..length], why }
    }

    /// The next `length` bytes, which make no token.
    pub(super) fn unknown_run(&self, length: usize, why: &'static str) -> Unknown<'t> {
        Unknown { text: self.text[self.at..].get(..length).unwrap_or_default(), why }
    }

    /// The next character, which no rule takes.
    pub(super) fn unexpected(&self) -> Unknown<'t> {
        self.unknown(self.at, "which has no meaning that a scope knows")
    }

    fn token(&self, kind: Kind, start: usize) -> Token<'t> {
        Token { kind, text: &self.text[start..self.at], start }
    }
}

pub(super) fn is_word_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

pub(super) fn is_word_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$'
}

/// Cuts a text into tokens, each of which `token` takes by its first byte.
pub(super) fn all_tokens<'t>(
    text: &'t str,
    token: fn(&mut Cursor<'t>, u8) -> Read<'t, Token<'t>>,
) -> Read<'t, Vec<Token<'t>>> {
    let mut cursor = Cursor::new(text);
    let mut tokens = Vec::with_capacity(text.len() / 4);
    loop {
        cursor.skip_spaces();
        let Some(next) = cursor.peek() else { break };
        tokens.push(token(&mut cursor, next)?);
    }
    check_apart(&tokens).map(|()| tokens)
}

/// Refuses a literal right after another, which the engines join, each by rules of its own; and a sign glued to another.
fn check_apart<'t>(tokens: &[Token<'t>]) -> Read<'t, ()> {
    let is_text = |token: &Token<'_>| token.kind == Kind::Literal && token.text.ends_with('\'');
    for pair in tokens.windows(2) {
        let [before, token] = pair else { continue };
        if is_text(before) && is_text(token) {
            return Err(Unknown { text: token.text, why: "a literal after a literal" });
        }
        let are_signs = before.kind == Kind::Operator && token.kind == Kind::Operator;
        if are_signs && before.end() == token.start {
            return Err(Unknown { text: token.text, why: "a sign that is not apart from another" });
        }
    }
    Ok(())
}

/// Whether a literal ends at the same place whether backslashes escape in it or not, and whether or not the session's character set
/// takes a byte beyond ASCII and a backslash after it for one character: each quote is one in every case.
pub(super) fn ends_alike(literal: &str) -> bool {
    let mut before = (0, b'\'');
    literal.bytes().all(|byte| {
        let (backslashes, other) = before;
        before = if byte == b'\\' { (backslashes + 1, other) } else { (0, byte) };
        byte != b'\'' || backslashes % 2 == 0 && (backslashes == 0 || other.is_ascii())
    })
}
