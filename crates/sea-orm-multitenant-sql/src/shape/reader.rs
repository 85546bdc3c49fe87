//! A text read as a shape.

use crate::{
    engine::{Engine, Placeholders},
    limits::{MAX_TEXT_BYTES, MAX_VALUES},
};

/// Most lists in a shape: its scoped statement is put together list by list.
pub(super) const MAX_LISTS: usize = 32;

/// Stands for a placeholder.
pub(super) const PLACE: u8 = 1;

/// Begins the item of a list that is repeated.
pub(super) const OPEN: u8 = 2;

/// Ends it.
pub(super) const CLOSE: u8 = 3;

/// Between the items of a list, as SeaORM writes it.
pub(super) const SEPARATOR: &[u8] = b", ";

/// The shape of a statement that has lists of placeholders, and how long they are.
///
/// ```
/// use sea_orm_multitenant_sql::{Engine, Shape};
///
/// let shape = |sql| Shape::of(Engine::Postgres, sql);
/// let two = shape("SELECT a FROM t WHERE id IN ($1, $2) AND b = $3").expect("a list");
/// let three = shape("SELECT a FROM t WHERE id IN ($1, $2, $3) AND b = $4").expect("a list");
/// assert_eq!(two.text(), three.text());
/// assert_eq!((two.lengths(), three.lengths()), ([2].as_slice(), [3].as_slice()));
/// assert_eq!(shape("SELECT a FROM t WHERE id = $1"), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    text: String,
    lengths: Vec<usize>,
}

impl Shape {
    /// The shape of a text with at least one list of two or more equal items, if it can be told at a glance.
    pub fn of(engine: Engine, sql: &str) -> Option<Self> {
        let bytes = sql.as_bytes();
        // A backslash may move the end of a literal.
        if bytes.len() > MAX_TEXT_BYTES || bytes.contains(&b'\\') {
            return None;
        }
        let mut reader = Reader { engine, bytes, at: 0, places: 0, text: Vec::new(), lengths: Vec::new() };
        while reader.at < bytes.len() {
            reader.step()?;
        }
        let Reader { places, text, lengths, .. } = reader;
        if lengths.is_empty() || lengths.len() > MAX_LISTS || places > MAX_VALUES {
            return None;
        }
        Some(Self { text: String::from_utf8(text).ok()?, lengths })
    }

    /// The text, with a mark for each placeholder and one item for each list.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How many items each list has, in the order of the text.
    pub fn lengths(&self) -> &[usize] {
        &self.lengths
    }
}

/// Reads a text from its first byte to its last.
struct Reader<'a> {
    engine: Engine,
    bytes: &'a [u8],
    at: usize,
    /// Placeholders so far.
    places: usize,
    text: Vec<u8>,
    lengths: Vec<usize>,
}

impl Reader<'_> {
    /// Reads the next literal, word, placeholder or sign; none when it may be something else to the engine.
    fn step(&mut self) -> Option<()> {
        let byte = self.bytes[self.at];
        match byte {
            b'\'' | b'"' => self.quoted(byte),
            b'`' if self.engine != Engine::Postgres => self.quoted(byte),
            // Comments, arrays and names in brackets, and control characters, of which some are marks here.
            b'`' | b'[' | b'#' => None,
            b'-' | b'/' if matches!(self.bytes.get(self.at + 1), Some(b'-' | b'*')) => None,
            b'\t' | b'\n' | b'\r' => self.copy(1),
            0..=31 | 127 => None,
            b'$' => self.place(),
            b'?' if self.engine.placeholders() != Placeholders::Dollar => self.place(),
            byte if is_word(byte) => self.word(),
            _ => self.copy(1),
        }
    }

    fn copy(&mut self, bytes: usize) -> Option<()> {
        self.text.extend_from_slice(&self.bytes[self.at..self.at + bytes]);
        self.at += bytes;
        Some(())
    }

    /// A literal or quoted name; a doubled quote in it is the end of one and the begin of the next.
    fn quoted(&mut self, quote: u8) -> Option<()> {
        let inside = self.bytes[self.at + 1..].iter().position(|byte| *byte == quote)?;
        // Where a backslash may escape the quote, the literal may end elsewhere.
        if self.engine != Engine::Sqlite && self.bytes[self.at + 1..][..inside].contains(&b'\\') {
            return None;
        }
        self.copy(inside + 2)
    }

    fn place(&mut self) -> Option<()> {
        self.at = self.place_at(self.at)?;
        self.text.push(PLACE);
        Some(())
    }

    /// Counts the placeholder at `at` and says where it ends; none unless it is the next in the order of values.
    fn place_at(&mut self, at: usize) -> Option<usize> {
        let after = match (self.engine.placeholders(), self.bytes.get(at)?) {
            (Placeholders::Dollar, b'$') => {
                let (number, digits) = number(&self.bytes[at + 1..]);
                if number != self.places + 1 {
                    return None;
                }
                at + 1 + digits
            }
            (Placeholders::Question | Placeholders::Positional, b'?') => at + 1,
            _ => return None,
        };
        if self.bytes.get(after).is_some_and(|byte| is_word(*byte)) {
            return None;
        }
        self.places += 1;
        Some(after)
    }

    /// A word or number, and the list that may follow it.
    fn word(&mut self) -> Option<()> {
        let word = self.bytes[self.at..].iter().position(|byte| !is_word(*byte));
        let word = word.unwrap_or(self.bytes.len() - self.at);
        let (begin, end) = (self.at, self.at + word);
        self.copy(word)?;
        let (is_in, is_values) = match word {
            2 => (self.bytes[begin..end].eq_ignore_ascii_case(b"in"), false),
            6 => (false, self.bytes[begin..end].eq_ignore_ascii_case(b"values")),
            _ => (false, false),
        };
        // `$` is a letter within a name.
        if self.bytes.get(end) == Some(&b'$') {
            return None;
        }
        if !is_in && !is_values {
            return Some(());
        }
        if self.bytes.get(end) == Some(&b' ') {
            self.copy(1)?;
        }
        if is_in && self.bytes.get(self.at) == Some(&b'(') {
            self.copy(1)?;
        }
        self.list(is_in);
        Some(())
    }

    /// Folds the list that begins here, if two or more equal items do.
    fn list(&mut self, of_places: bool) {
        let places = self.places;
        let Some((end, width)) = self.item(self.at, of_places) else {
            self.places = places;
            return;
        };
        let (length, last) = match self.engine.placeholders() {
            Placeholders::Dollar => self.more_items(end, width, of_places),
            Placeholders::Question | Placeholders::Positional => self.more_of_the_same(end, width),
        };
        if length == 1 {
            self.places = places;
            return;
        }
        self.text.push(OPEN);
        match width {
            0 => self.text.push(PLACE),
            width => {
                self.text.push(b'(');
                for column in 0..width {
                    self.text.extend_from_slice(if column == 0 { b"" } else { SEPARATOR });
                    self.text.push(PLACE);
                }
                self.text.push(b')');
            }
        }
        self.text.push(CLOSE);
        self.at = last;
        self.lengths.push(length);
    }

    /// How many items there are up to the last that is like the one which ends at `last`, and where that ends.
    fn more_items(&mut self, mut last: usize, width: usize, of_places: bool) -> (usize, usize) {
        for length in 1.. {
            let counted = self.places;
            let next = last + SEPARATOR.len();
            let follows = self.bytes.get(last..next) == Some(SEPARATOR);
            match if follows { self.item(next, of_places) } else { None } {
                Some((end, found)) if found == width => last = end,
                _ => {
                    self.places = counted;
                    return (length, last);
                }
            }
        }
        (1, last)
    }

    /// The same where all placeholders are written alike, and so all items.
    fn more_of_the_same(&mut self, end: usize, width: usize) -> (usize, usize) {
        let begin = end - if width == 0 { 1 } else { width * (1 + SEPARATOR.len()) - SEPARATOR.len() + 2 };
        let item = [SEPARATOR, &self.bytes[begin..end]].concat();
        let after = |last: usize| self.bytes.get(last).is_some_and(|byte| is_word(*byte));
        let mut more =
            self.bytes[end..].chunks_exact(item.len()).take_while(|chunk| **chunk == *item).count();
        while more > 0 && after(end + more * item.len()) {
            more -= 1;
        }
        self.places += more * width.max(1);
        (more + 1, end + more * item.len())
    }

    /// Where the item ends that begins at `at`, and how many placeholders stand in its parentheses: none without them.
    fn item(&mut self, at: usize, of_places: bool) -> Option<(usize, usize)> {
        if of_places && self.bytes.get(at) != Some(&b'(') {
            return Some((self.place_at(at)?, 0));
        }
        if self.bytes.get(at) != Some(&b'(') {
            return None;
        }
        let (mut at, mut width) = (at + 1, 0);
        loop {
            at = self.place_at(at)?;
            width += 1;
            if self.bytes.get(at) == Some(&b')') {
                return Some((at + 1, width));
            }
            if self.bytes.get(at..at + SEPARATOR.len()) != Some(SEPARATOR) {
                return None;
            }
            at += SEPARATOR.len();
        }
    }
}

/// Whether a byte can be part of a name or number.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// The number that digits say, and how many they are; 0 when it has none, or begins with 0, or is too large.
fn number(bytes: &[u8]) -> (usize, usize) {
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits > 6 || bytes.first() == Some(&b'0') {
        return (0, digits);
    }
    let number = bytes[..digits].iter().fold(0, |number, digit| number * 10 + usize::from(digit - b'0'));
    (number, digits)
}
