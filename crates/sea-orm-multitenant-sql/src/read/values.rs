//! The numbers of the caller's values.

use crate::{
    engine::{Engine, Placeholders},
    limits::{MAX_VALUES, limit},
    placeholder::Values,
    refusal::{Result, refuse_with},
};
use sqlparser::tokenizer::{Token, TokenWithSpan};

/// Gives every placeholder its number, and says what the caller binds.
pub(super) fn number_placeholders(engine: Engine, tokens: &mut [TokenWithSpan]) -> Result<Values> {
    let mut bare = 0;
    let mut highest = 0;
    let mut numbered = false;
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
            _ => return refuse_with("a named placeholder", "bind values by position"),
        };
        limit("bound values", number, MAX_VALUES)?;
        highest = highest.max(number);
    }
    if bare > 0 && numbered {
        return refuse_with("a mix of `?` and numbered placeholders", "use one of them");
    }
    Ok(Values { count: highest, numbered })
}

fn placeholder_number(digits: &[u8]) -> Result<usize> {
    let number = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse::<usize>().ok());
    match number {
        Some(number) if number > 0 && digits.first() != Some(&b'0') => Ok(number),
        Some(_) | None => refuse_with("a named placeholder", "bind values by position, from 1"),
    }
}
