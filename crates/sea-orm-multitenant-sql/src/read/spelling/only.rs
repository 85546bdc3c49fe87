//! PostgreSQL's ONLY before a table, for which the tree has no place: it waits as WITH ORDINALITY behind the table, which only a function
//! may have there (manual, SELECT, FROM clause). `read/traps.rs` refuses a caller's behind a table.

use crate::{
    engine::Engine,
    keywords,
    read::spelling::cut::{Cut, Edit, keywords as keyword_tokens},
};
use sqlparser::tokenizer::Token;

/// Words before the name of a table. A comma or a parenthesis may stand there as well.
const BEFORE_TABLES: [&str; 4] = ["FROM", "JOIN", "UPDATE", "USING"];

/// `ONLY t` and `ONLY (t)` become `t WITH ORDINALITY`.
pub(super) fn read(engine: Engine, cut: &Cut<'_>, at: usize) -> Option<Edit<Vec<Token>>> {
    let before = at.checked_sub(1)?;
    let begins_table = cut.reads_any(before, &BEFORE_TABLES)
        || cut.is(before, &Token::Comma)
        || cut.is(before, &Token::LParen);
    if engine != Engine::Postgres || !begins_table || !cut.reads(at, &["ONLY"]) {
        return None;
    }
    let is_nested = cut.is(at + 1, &Token::LParen);
    let first = if is_nested { at + 2 } else { at + 1 };
    let end = end_of_name(engine, cut, first)?;
    if is_nested && !cut.is(end, &Token::RParen) {
        return None;
    }
    let name = (first..end).filter_map(|at| cut.token(at).cloned());
    let tokens = name.chain(keyword_tokens(&["WITH", "ORDINALITY"])).collect();
    Some(Edit::new(at..if is_nested { end + 1 } else { end }, tokens))
}

/// Writes ONLY before a name that WITH ORDINALITY follows; behind a function there is a parenthesis between them.
pub(super) fn write(engine: Engine, cut: &Cut<'_>, at: usize) -> Option<Edit<String>> {
    let is_part = at.checked_sub(1).is_some_and(|before| cut.is(before, &Token::Period));
    if engine != Engine::Postgres || is_part {
        return None;
    }
    let end = end_of_name(engine, cut, at)?;
    if !cut.reads(end, &["WITH", "ORDINALITY"]) {
        return None;
    }
    let name: String = (at..end).filter_map(|at| cut.token(at)).map(ToString::to_string).collect();
    Some(Edit::new(at..end + 2, format!("ONLY {name}")))
}

/// Where a name ends that begins at `at`, with a schema before it if there is one.
fn end_of_name(engine: Engine, cut: &Cut<'_>, at: usize) -> Option<usize> {
    let is_name =
        |at: usize| cut.is_name(at) && cut.word(at).is_none_or(|word| !keywords::is_reserved(engine, word));
    let is_qualified = cut.is(at + 1, &Token::Period) && cut.is_name(at + 2);
    is_name(at).then_some(if is_qualified { at + 3 } else { at + 1 })
}
