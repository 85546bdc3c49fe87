//! EXCLUDE at the end of a window's frame, for which the tree has no place: it waits as the name of another window.

use crate::{
    engine::Engine,
    read::spelling::cut::{Cut, Edit, stand_in},
};
use sqlparser::tokenizer::Token;

/// What may be excluded (SQL:2011; PostgreSQL manual, 4.2.8; <https://sqlite.org/windowfunctions.html>, 2.2.3).
const EXCLUSIONS: [&[&str]; 4] = [
    &["EXCLUDE", "CURRENT", "ROW"],
    &["EXCLUDE", "GROUP"],
    &["EXCLUDE", "TIES"],
    &["EXCLUDE", "NO", "OTHERS"],
];

/// What a window without the name of another begins with.
const BEGINNINGS: [&str; 5] = ["PARTITION", "ORDER", "ROWS", "RANGE", "GROUPS"];

/// `OVER (… EXCLUDE TIES)` becomes `OVER (stand-in …)`.
pub(super) fn read(engine: Engine, cut: &Cut<'_>, at: usize) -> Option<Edit<Vec<Token>>> {
    if !engine.excludes_from_frames() {
        return None;
    }
    if cut.is(at, &Token::LParen) {
        let exclusion = exclusion(cut, at)?;
        let hidden = stand_in(engine, &exclusion.join(" "));
        return Some(Edit::new(at..at + 1, vec![Token::LParen, hidden]));
    }
    let words = EXCLUSIONS.into_iter().find(|words| cut.reads(at, words))?;
    let closing = at + words.len();
    (exclusion(cut, cut.opening(closing)?)? == words).then(|| Edit::new(at..closing, Vec::new()))
}

/// What the window in the parenthesis at `open` excludes.
fn exclusion(cut: &Cut<'_>, open: usize) -> Option<&'static [&'static str]> {
    let is_window = open.checked_sub(1).is_some_and(|before| cut.reads_any(before, &["OVER", "AS"]));
    if !is_window || !cut.reads_any(open + 1, &BEGINNINGS) {
        return None;
    }
    let closing = cut.closing(open)?;
    let ends = |words: &&&[&str]| closing.checked_sub(words.len()).is_some_and(|at| cut.reads(at, words));
    EXCLUSIONS.iter().find(ends).copied()
}

/// Writes what a stand-in at the beginning of a window holds at its end.
pub(super) fn write(cut: &Cut<'_>, at: usize) -> Option<Edit<String>> {
    if cut.is(at, &Token::LParen) {
        return hidden(cut, at).map(|_| Edit::new(at..at + 2, "(".to_owned()));
    }
    let words = hidden(cut, cut.opening(at)?)?;
    Some(Edit::new(at..at + 1, format!(" {words})")))
}

/// What the window in the parenthesis at `open` excludes, by its stand-in.
fn hidden<'t>(cut: &Cut<'t>, open: usize) -> Option<&'t str> {
    let content = cut.stand_in(open + 1)?;
    EXCLUSIONS.iter().any(|words| words.join(" ") == content).then_some(content)
}
