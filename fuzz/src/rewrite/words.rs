//! None of the caller's words is lost: what the parser does not keep in its tree would silently change the statement.

use super::{Input, reread};
use sea_orm_multitenant_sql::{Engine, Found, Literal, Plan, StatementKind};
use sqlparser::{keywords::Keyword, tokenizer::Token};
use std::collections::HashMap;

/// Words that stand for the tenant in a row to insert, which the tenant replaces.
const REPLACED: &[&str] = &["default", "null"];

/// Words that come out as others, `x NOTNULL` as `x IS NOT NULL`, or that the parser forgets in texts that the engines do
/// not take: `FROM p PARTITION ()`, `count(*) FILTER FROM p`.
const NOISE: &[&str] = &["filter", "isnull", "notnull", "partition"];

/// Checks that numbers, texts, names and keywords that go in come out.
pub(super) fn are_kept(input: Input<'_>, accepted: &Plan) -> Result<(), String> {
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
    let is_lost =
        |literal: &str, count: usize| sent.literals.get(literal).copied().unwrap_or_default() < count;
    if let Some((literal, _)) = given.literals.iter().find(|(literal, count)| is_lost(literal, **count)) {
        return Err(format!("the literal {literal} is lost"));
    }
    // A tenant column that is set to the tenant goes away with its words.
    let may_drop = accepted.kind() != StatementKind::Select;
    let is_noise = |word: &str| NOISE.contains(&word) || may_drop && REPLACED.contains(&word);
    let names_tenant = |word: &str| ["t", "account_id", "tenant_id", "id"].contains(&word);
    if may_drop && given.words.keys().any(|word| names_tenant(word)) {
        return Ok(());
    }
    let lost = given.words.keys().find(|word| !sent.words.contains_key(*word) && !is_noise(word));
    match lost {
        Some(word) => Err(format!("the word {word} is lost")),
        None => Ok(()),
    }
}

/// The words of a text, and how often each stands in it.
#[derive(Debug, Default)]
struct Words {
    literals: HashMap<String, usize>,
    words: HashMap<String, Keyword>,
}

fn count(engine: Engine, sql: &str) -> Result<Words, String> {
    let mut found = Words::default();
    for each in reread::tokens(engine, sql)? {
        match each.token {
            Token::Number(digits, _) => *found.literals.entry(digits).or_default() += 1,
            Token::SingleQuotedString(text) => *found.literals.entry(format!("'{text}'")).or_default() += 1,
            Token::HexStringLiteral(text) => *found.literals.entry(format!("X'{text}'")).or_default() += 1,
            Token::Word(word) => {
                found.words.insert(word.value.to_ascii_lowercase(), word.keyword);
            }
            _ => {}
        }
    }
    Ok(found)
}
