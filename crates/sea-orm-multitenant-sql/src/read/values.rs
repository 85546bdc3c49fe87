//! The numbers of the caller's values.

use crate::{
    engine::{Engine, Placeholders},
    limits::{MAX_VALUES, limit},
    placeholder::Values,
    refusal::{Result, refuse_with},
};
use sqlparser::tokenizer::{Token, TokenWithSpan};
use std::collections::HashMap;

/// Gives every placeholder its number, and says what the caller binds.
pub(super) fn number_placeholders(engine: Engine, tokens: &mut Vec<TokenWithSpan>) -> Result<Values> {
    if engine.numbers_named_values() {
        join_names(tokens);
    }
    let mut bare = 0;
    let mut highest = 0;
    let mut numbered = false;
    let mut named: HashMap<String, usize> = HashMap::new();
    for TokenWithSpan { token, span: _ } in tokens {
        let Token::Placeholder(text) = token else { continue };
        let number = match (engine.placeholders(), text.as_bytes()) {
            (Placeholders::Question | Placeholders::Positional, b"?") => {
                bare += 1;
                *text = format!("?{bare}");
                bare
            }
            (Placeholders::Dollar, [b'$', digits @ ..]) | (Placeholders::Question, [b'?', digits @ ..]) => {
                numbered = true;
                placeholder_number(digits)?
            }
            // A name takes the next number where it stands for the first time (<https://sqlite.org/lang_expr.html>, 3).
            // A name of digits is left to be refused: it looks like a number, and takes another.
            (Placeholders::Question, [b':' | b'@' | b'$', b'a'..=b'z' | b'A'..=b'Z' | b'_', ..])
                if engine.numbers_named_values() =>
            {
                let next = named.len() + 1;
                let number = *named.entry(text.clone()).or_insert(next);
                *text = format!("?{number}");
                number
            }
            _ => return refuse_with("a named placeholder", "bind values by position"),
        };
        limit("bound values", number, MAX_VALUES)?;
        highest = highest.max(number);
    }
    if usize::from(bare > 0) + usize::from(numbered) + usize::from(!named.is_empty()) > 1 {
        return refuse_with("a mix of `?`, numbered and named placeholders", "use one of them");
    }
    Ok(Values { count: highest, numbered: numbered || !named.is_empty() })
}

/// Makes one token of a sign and the name behind it, `:name` or `@name`.
fn join_names(tokens: &mut Vec<TokenWithSpan>) {
    let joined = |pair: &[TokenWithSpan]| match pair {
        [TokenWithSpan { token, span: _ }, TokenWithSpan { token: Token::Word(word), span: _ }]
            if matches!(token, Token::Colon | Token::AtSign) && word.quote_style.is_none() =>
        {
            Some(Token::Placeholder(format!("{token}{}", word.value)))
        }
        _ => None,
    };
    if !tokens.windows(2).any(|pair| joined(pair).is_some()) {
        return;
    }
    let mut at = 0;
    let mut kept = Vec::with_capacity(tokens.len());
    while at < tokens.len() {
        match joined(&tokens[at..(at + 2).min(tokens.len())]) {
            Some(token) => {
                kept.push(TokenWithSpan { token, span: tokens[at].span });
                at += 2;
            }
            None => {
                kept.push(tokens[at].clone());
                at += 1;
            }
        }
    }
    *tokens = kept;
}

fn placeholder_number(digits: &[u8]) -> Result<usize> {
    let number = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse::<usize>().ok());
    match number {
        Some(number) if number > 0 && digits.first() != Some(&b'0') => Ok(number),
        Some(_) | None => refuse_with("a named placeholder", "bind values by position, from 1"),
    }
}
