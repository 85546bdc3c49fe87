//! PostgreSQL's `SET column[1] = …` and `SET column['key'] = …`, for which the tree has no place: the subscripts wait as a field of the
//! column. What stands in them is a number, a text or a value alone.

use crate::{
    engine::Engine,
    read::spelling::{
        conflict::{hidden, shown},
        cut::{Cut, Edit, LONGEST, MARK, stand_in},
    },
};
use sqlparser::tokenizer::Token;

/// Words that stand in no SET list outside of parentheses.
const OUTSIDE: [&str; 9] =
    ["SELECT", "FROM", "WHERE", "VALUES", "BY", "RETURNING", "HAVING", "WITH", "UPDATE"];

/// `column[…] =` in a SET list becomes `column.stand-in =`.
pub(super) fn read(engine: Engine, cut: &Cut<'_>, at: usize) -> Option<Edit<Vec<Token>>> {
    if engine != Engine::Postgres || !cut.is(at + 1, &Token::LBracket) {
        return None;
    }
    let mut end = at + 1;
    while cut.is(end, &Token::LBracket) {
        let is_value = matches!(
            cut.token(end + 1),
            Some(Token::Number(..) | Token::SingleQuotedString(_) | Token::Placeholder(_))
        );
        if !is_value || !cut.is(end + 2, &Token::RBracket) {
            return None;
        }
        end += 3;
    }
    if !cut.is(end, &Token::Eq) || !is_assigned(cut, at) {
        return None;
    }
    let subscripts: String = (at + 1..end).filter_map(|at| cut.token(at)).map(ToString::to_string).collect();
    if subscripts.contains(MARK) {
        return None;
    }
    let column = cut.token(at)?.clone();
    Some(Edit::new(at..end, vec![column, Token::Period, stand_in(engine, &hidden(engine, &subscripts))]))
}

/// Whether an assignment of a SET list begins at `at`.
fn is_assigned(cut: &Cut<'_>, at: usize) -> bool {
    let Some(mut before) = at.checked_sub(1) else { return false };
    if !cut.is(before, &Token::Comma) && !cut.reads(before, &["SET"]) {
        return false;
    }
    let first = at.saturating_sub(LONGEST);
    loop {
        if cut.reads(before, &["SET"]) {
            return true;
        }
        if cut.is(before, &Token::LParen) || cut.reads_any(before, &OUTSIDE) {
            return false;
        }
        before = cut.opening(before).unwrap_or(before);
        match before.checked_sub(1).filter(|next| *next >= first) {
            Some(next) => before = next,
            None => return false,
        }
    }
}

/// Writes the subscripts that a field holds.
pub(super) fn write(engine: Engine, cut: &Cut<'_>, at: usize) -> Option<Edit<String>> {
    let subscripts = shown(engine, cut.stand_in(at + 1)?);
    subscripts.starts_with('[').then(|| Edit::new(at..at + 2, subscripts))
}
