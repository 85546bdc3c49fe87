//! How much of a statement is read.

use crate::refusal::{Refusal, Result};

/// Longest text in bytes that is read unless [`Catalogue::with_max_statement_bytes`](crate::Catalogue::with_max_statement_bytes)
/// says otherwise: 65,535 bound values, the most an engine takes, fit in it.
pub const MAX_TEXT_BYTES: usize = 1 << 20;

/// Most tokens, white space aside: 65,535 rows of one bound value have four each.
pub const MAX_TOKENS: usize = 300_000;

/// Most operators, each of which may nest the tree one level deeper.
///
/// Dropping a chain of some ten thousand aborts a 2 MiB stack; parsing takes a larger stack long before.
pub const MAX_OPERATORS: usize = 4_000;

/// Deepest nesting of parentheses and subqueries.
pub(crate) const MAX_NESTING: usize = 100;

/// Highest number of a bound value on any engine (PostgreSQL's protocol counts them in 16 bits).
pub(crate) const MAX_VALUES: usize = 65_535;

/// Refuses more than `limit`.
pub(crate) fn limit(what: &'static str, found: usize, limit: usize) -> Result<()> {
    if found > limit { Err(Refusal::TooLarge { what, found, limit }) } else { Ok(()) }
}
