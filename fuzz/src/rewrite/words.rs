//! None of the caller's words is lost: what the parser does not keep in its tree would silently change the statement.

use super::{Input, reread};
use sea_orm_multitenant_sql::{Engine, Found, Literal, ScopedStatement, StatementKind};
use sqlparser::{keywords::Keyword, tokenizer::Token};
use std::collections::{HashMap, HashSet};

/// Checks that numbers, texts and names that go in come out. Keywords may come out as others: `MOD` as `%`.
pub(super) fn are_kept(input: Input<'_>, accepted: &ScopedStatement) -> Result<(), String> {
    let (mut given, sent) = (count(input.engine, input.sql)?, count(input.engine, accepted.sql())?);
    for check in accepted.checks() {
        let literal = match &check.found {
            Found::Literal(Literal::Number(digits)) => digits.clone(),
            Found::Literal(Literal::Text(text)) => format!("'{text}'"),
            _ => continue,
        };
        if let Some(count) = given.literals.get_mut(&literal) {
            *count -= 1;
        }
    }
    // The parser keeps the modifiers of a type without quotes: `CAST(x AS mood('s'))`.
    let is_word = |literal: &str| sent.all.contains(&literal.trim_matches('\'').to_ascii_lowercase());
    let is_lost = |literal: &str, count: usize| {
        sent.literals.get(literal).copied().unwrap_or_default() < count && !is_word(literal)
    };
    if let Some((literal, _)) = given.literals.iter().find(|(literal, count)| is_lost(literal, **count)) {
        return Err(format!("the literal {literal} is lost"));
    }
    // A tenant column that is set to the tenant goes away with its words.
    let may_drop = accepted.kind() != StatementKind::Select;
    let names_tenant = |word: &str| ["t", "account_id", "tenant_id", "id"].contains(&word);
    if may_drop && given.all.iter().any(|word| names_tenant(word)) {
        return Ok(());
    }
    let is_left_out = |word: &str| may_be_left_out(input.engine, &given, word);
    let lost = given.names.iter().find(|word| !sent.all.contains(*word) && !is_left_out(word));
    match lost {
        Some(word) => Err(format!("the word {word} is lost")),
        None => Ok(()),
    }
}

/// Whether a word goes out in another spelling, or is the name of a hint or of the row to insert, which are left out.
fn may_be_left_out(engine: Engine, given: &Words, word: &str) -> bool {
    let has = |keyword: &str| given.all.contains(keyword);
    match engine {
        Engine::Sqlite => matches!(word, "isnull" | "notnull") || has("indexed") || has("materialized"),
        Engine::Postgres => matches!(word, "isnull" | "notnull"),
        Engine::MySql => has("duplicate"),
    }
}

/// The words of a text.
#[derive(Debug, Default)]
struct Words {
    /// How often each literal stands in it.
    literals: HashMap<String, usize>,
    /// The words that are no keywords.
    names: HashSet<String>,
    /// All words.
    all: HashSet<String>,
}

impl Words {
    fn text(&mut self, text: &str) {
        *self.literals.entry(format!("'{text}'")).or_default() += 1;
    }
}

/// The text that a literal stands for: a doubled quote is one, and on MySQL a backslash escapes (manual, 9.1.1).
fn plain(engine: Engine, text: &str) -> String {
    let text = text.replace("''", "'");
    if engine != Engine::MySql {
        return text;
    }
    let mut plain = String::new();
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match (c, if c == '\\' { rest.next() } else { None }) {
            ('\\', Some('0')) => plain.push('\0'),
            ('\\', Some('b')) => plain.push('\u{8}'),
            ('\\', Some('n')) => plain.push('\n'),
            ('\\', Some('r')) => plain.push('\r'),
            ('\\', Some('t')) => plain.push('\t'),
            ('\\', Some('Z')) => plain.push('\u{1a}'),
            ('\\', Some(sign @ ('%' | '_'))) => plain.extend(['\\', sign]),
            ('\\', Some(other)) => plain.push(other),
            _ => plain.push(c),
        }
    }
    plain
}

fn count(engine: Engine, sql: &str) -> Result<Words, String> {
    let mut found = Words::default();
    for each in reread::tokens(engine, sql)? {
        match each.token {
            Token::Number(digits, _) => *found.literals.entry(digits).or_default() += 1,
            Token::SingleQuotedString(text) => found.text(&plain(engine, &text)),
            // The tokenizer has replaced the escapes of these.
            Token::EscapedStringLiteral(text) | Token::UnicodeStringLiteral(text) => found.text(&text),
            Token::DollarQuotedString(quoted) => found.text(&quoted.value),
            Token::HexStringLiteral(text) => *found.literals.entry(format!("X'{text}'")).or_default() += 1,
            Token::Word(word) => {
                let name = word.value.to_ascii_lowercase();
                // Each engine doubles its own quote in a name.
                let name = match word.quote_style {
                    Some(quote) => name.replace(&String::from_iter([quote; 2]), &quote.to_string()),
                    None => name,
                };
                if word.keyword == Keyword::NoKeyword {
                    found.names.insert(name.clone());
                }
                found.all.insert(name);
            }
            _ => {}
        }
    }
    Ok(found)
}
