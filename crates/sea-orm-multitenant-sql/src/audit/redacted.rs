//! Texts without the values that are written in them.

use crate::{
    audit::words::{is_run, word},
    engine::Engine,
    read::tokenize::{Offsets, tokenize},
};
use sqlparser::tokenizer::{Token, TokenWithSpan};

/// Returns the text with `'…'` in place of each text literal, `0` in place of each number, and no comments; `None` if it
/// cannot be cut into tokens. Numbers after ORDER BY and GROUP BY stay: they are positions in the select list.
///
/// SQLite reads a name in double quotes that it does not know as a text. Such a name stays only if `is_name` returns
/// true for it.
///
/// ```
/// use sea_orm_multitenant_sql::{Engine, without_literals};
///
/// let sql = "SELECT name FROM person WHERE email = 'ada@acme.example' AND age > 36 /* trace: 7 */ ORDER BY 1";
/// assert_eq!(
///     without_literals(Engine::Postgres, sql, &|_| true).as_deref(),
///     Some("SELECT name FROM person WHERE email = '…' AND age > 0 ORDER BY 1"),
/// );
/// ```
pub fn without_literals(engine: Engine, sql: &str, is_name: &dyn Fn(&str) -> bool) -> Option<String> {
    let tokens = tokenize(engine, sql).ok()?;
    let mut offsets = Offsets::new(sql);
    let mut positions = Positions::default();
    let (mut text, mut end) = (String::with_capacity(sql.len()), 0);
    for TokenWithSpan { token, span } in &tokens {
        let begin = offsets.offset(span.start);
        if begin != end {
            // Code that is in no token: a comment that the engine may run.
            return None;
        }
        end = offsets.offset(span.end);
        let written = &sql[begin..end];
        let is_position = positions.take(token);
        match token {
            Token::Whitespace(_) if is_run(token) => text.push_str("/*!*/"),
            Token::Whitespace(_) if !text.ends_with(' ') => text.push(' '),
            Token::Whitespace(_) => {}
            Token::Number(..) if is_position => text.push_str(written),
            Token::Number(..) => text.push('0'),
            Token::Word(word) if is_text_to_sqlite(engine, word.quote_style) && !is_name(&word.value) => {
                text.push_str("'…'");
            }
            token if is_literal(token) => text.push_str("'…'"),
            _ => text.push_str(written),
        }
    }
    (end == sql.len()).then(|| text.trim().to_owned())
}

fn is_text_to_sqlite(engine: Engine, quote: Option<char>) -> bool {
    engine == Engine::Sqlite && quote == Some('"')
}

fn is_literal(token: &Token) -> bool {
    matches!(
        token,
        Token::SingleQuotedString(_)
            | Token::DoubleQuotedString(_)
            | Token::TripleSingleQuotedString(_)
            | Token::TripleDoubleQuotedString(_)
            | Token::DollarQuotedString(_)
            | Token::SingleQuotedByteStringLiteral(_)
            | Token::DoubleQuotedByteStringLiteral(_)
            | Token::TripleSingleQuotedByteStringLiteral(_)
            | Token::TripleDoubleQuotedByteStringLiteral(_)
            | Token::SingleQuotedRawStringLiteral(_)
            | Token::DoubleQuotedRawStringLiteral(_)
            | Token::TripleSingleQuotedRawStringLiteral(_)
            | Token::TripleDoubleQuotedRawStringLiteral(_)
            | Token::NationalStringLiteral(_)
            | Token::QuoteDelimitedStringLiteral(_)
            | Token::NationalQuoteDelimitedStringLiteral(_)
            | Token::EscapedStringLiteral(_)
            | Token::UnicodeStringLiteral(_)
            | Token::HexStringLiteral(_)
            | Token::Char(_)
    )
}

/// Finds the numbers that are positions in a select list.
#[derive(Debug, Default)]
struct Positions {
    depth: usize,
    /// The depth of parentheses of the list that is being read.
    list: Option<usize>,
    /// Whether an item of the list may begin here.
    begins: bool,
}

impl Positions {
    /// Takes the next token, and returns whether a number here is a position.
    fn take(&mut self, token: &Token) -> bool {
        match token {
            Token::Whitespace(_) => return false,
            Token::LParen => self.depth += 1,
            Token::RParen => {
                self.depth = self.depth.saturating_sub(1);
                self.list = self.list.filter(|list| *list <= self.depth);
            }
            Token::Word(_) => self.list = self.list_after(&word(token)),
            _ => {}
        }
        let is_first = std::mem::replace(&mut self.begins, false);
        let is_in_list = self.list == Some(self.depth);
        self.begins = is_in_list && (*token == Token::Comma || word(token) == "BY");
        is_first && is_in_list && matches!(token, Token::Number(..))
    }

    fn list_after(&self, word: &str) -> Option<usize> {
        match word {
            "BY" => Some(self.depth),
            "HAVING" | "LIMIT" | "OFFSET" | "FETCH" | "ORDER" | "UNION" | "FOR" | "ROWS" | "RANGE" => None,
            _ => self.list,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::without_literals;
    use crate::engine::Engine;

    #[test]
    fn no_value_stays() {
        for (engine, sql) in [
            (
                Engine::Postgres,
                "SELECT 'secret', E'secret', $$secret$$, $a$secret$a$, U&'secret', N'secret', B'5555', X'5555'",
            ),
            (
                Engine::Postgres,
                "SELECT x FROM p WHERE y = 5555 AND z = 55.55 AND d = DATE 'secret' -- secret",
            ),
            (
                Engine::MySql,
                "SELECT \"secret\", 'secret', x'5555', 0x5555, _utf8'secret' /* secret */ # secret",
            ),
            (Engine::MySql, "SELECT x FROM p ORDER BY x LIMIT 5555, 5555"),
            (Engine::Sqlite, "SELECT x FROM p WHERE y = \"secret\" AND z IN (5555, 5555) ORDER BY x + 5555"),
        ] {
            let text = without_literals(engine, sql, &|name| name == "x").unwrap_or_default();
            assert!(!text.contains("secret") && !text.contains("55"), "{engine:?}: {text}");
        }
    }

    #[test]
    fn positions_names_and_placeholders_stay() {
        let sql = "SELECT \"a\", b FROM p WHERE c = $1 GROUP BY 1, 2 ORDER BY 2 DESC, 1";
        assert_eq!(without_literals(Engine::Postgres, sql, &|_| false).as_deref(), Some(sql));
    }

    #[test]
    fn a_text_that_cannot_be_cut_is_not_kept() {
        for engine in [Engine::Sqlite, Engine::Postgres, Engine::MySql] {
            assert_eq!(without_literals(engine, "SELECT 'secret", &|_| true), None);
        }
    }
}
