//! What says how a query is to be run and not what it yields: SQLite's hints are left out. Tables in parentheses.

use crate::{
    engine::Engine,
    keywords,
    read::spelling::cut::{Cut, Edit},
};
use sqlparser::tokenizer::Token;

/// Words before the name of a table.
const BEFORE_TABLES: [&str; 3] = ["FROM", "JOIN", "UPDATE"];

/// `AS MATERIALIZED (…)` becomes `AS (…)`, `t INDEXED BY i` and `t NOT INDEXED` become `t`: the rows are the same
/// (<https://sqlite.org/lang_with.html>, 3; <https://sqlite.org/lang_indexedby.html>), and an index that was chosen without the
/// tenant's condition need not serve with it.
pub(super) fn read(engine: Engine, cut: &Cut<'_>, at: usize) -> Option<Edit<Vec<Token>>> {
    if engine != Engine::Sqlite {
        return None;
    }
    if cut.reads(at, &["AS"]) {
        let words: &[&str] =
            if cut.reads(at + 1, &["NOT"]) { &["NOT", "MATERIALIZED"] } else { &["MATERIALIZED"] };
        let end = at + 1 + words.len();
        let is_hint = cut.reads(at + 1, words) && cut.is(end, &Token::LParen);
        return is_hint.then(|| Edit::new(at..end, vec![Token::make_keyword("AS")]));
    }
    let end = if cut.reads(at, &["INDEXED", "BY"]) && cut.is_name(at + 2) {
        at + 3
    } else if cut.reads(at, &["NOT", "INDEXED"]) {
        at + 2
    } else {
        return None;
    };
    follows_table(engine, cut, at).then(|| Edit::new(at..end, Vec::new()))
}

/// Whether a table with its alias, if it has one, stands before `at`: elsewhere `indexed` may be a column.
fn follows_table(engine: Engine, cut: &Cut<'_>, at: usize) -> bool {
    let is_name =
        |at: usize| cut.is_name(at) && cut.word(at).is_none_or(|word| !keywords::is_reserved(engine, word));
    let begins = |at: Option<usize>| at.is_some_and(|at| cut.reads_any(at, &BEFORE_TABLES));
    let Some(last) = at.checked_sub(1).filter(|at| is_name(*at)) else { return false };
    let before = |at: usize, by: usize| at.checked_sub(by);
    let table = |last: usize| {
        let is_qualified = before(last, 1).is_some_and(|dot| cut.is(dot, &Token::Period));
        begins(before(last, if is_qualified { 3 } else { 1 }))
    };
    let of_alias = |by: usize| before(last, by).is_some_and(|at| is_name(at) && table(at));
    let has_as = before(last, 1).is_some_and(|at| cut.reads(at, &["AS"]));
    table(last) || of_alias(if has_as { 2 } else { 1 })
}

/// `FROM (t)` becomes `FROM t`.
pub(super) fn table(engine: Engine, cut: &Cut<'_>, at: usize) -> Option<Edit<Vec<Token>>> {
    // The JOIN of an index hint has a list of indexes behind it.
    let is_of_hint = at.checked_sub(1).is_some_and(|before| cut.reads(before, &["FOR"]));
    if !engine.takes_tables_in_parentheses() || is_of_hint || !cut.is(at + 1, &Token::LParen) {
        return None;
    }
    let closing = cut.closing(at + 1)?;
    let is_name = closing == at + 3 && cut.is_name(at + 2);
    let is_qualified =
        closing == at + 5 && cut.is_name(at + 2) && cut.is(at + 3, &Token::Period) && cut.is_name(at + 4);
    let name = (at + 2..closing).filter_map(|at| cut.token(at).cloned());
    let word = cut.token(at).cloned().into_iter();
    (is_name || is_qualified).then(|| Edit::new(at..closing + 1, word.chain(name).collect()))
}
