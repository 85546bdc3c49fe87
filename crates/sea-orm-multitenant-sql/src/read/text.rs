//! A caller's text as tokens: bounds, what tokens may not say, numbers of the caller's values.

use crate::{
    engine::Engine,
    limits::{MAX_NESTING, MAX_OPERATORS, limit},
    placeholder::Values,
    read::{
        amounts::{check_amounts, check_bytes, depth_of_parentheses, nests},
        tokenize::tokenize,
        traps::{check_text, check_tokens},
        values::number_placeholders,
    },
    refusal::Result,
};
use sqlparser::tokenizer::TokenWithSpan;

/// A text cut into tokens, whose placeholders are numbered.
#[derive(Debug)]
pub(crate) struct Tokens {
    pub(crate) tokens: Vec<TokenWithSpan>,
    /// What the caller binds.
    pub(crate) values: Values,
    /// How many operators there are; each may nest the tree one level deeper.
    pub(crate) operators: usize,
    /// How deep the parentheses are; each may hold a query.
    pub(crate) parentheses: usize,
}

/// Cuts a caller's text into tokens and refuses what the engine might read differently.
pub(crate) fn read(engine: Engine, sql: &str, max_bytes: usize) -> Result<Tokens> {
    check_bytes(sql, max_bytes)?;
    let mut tokens = tokenize(engine, sql)?;
    let operators = tokens.iter().filter(|t| nests(&t.token)).count();
    limit("operators", operators, MAX_OPERATORS)?;
    check_amounts(engine, sql, &tokens)?;
    check_tokens(engine, &tokens)?;
    check_text(engine, sql, &tokens)?;
    let values = number_placeholders(engine, &mut tokens)?;
    let parentheses = depth_of_parentheses(&tokens).min(MAX_NESTING);
    Ok(Tokens { tokens, values, operators, parentheses })
}
