//! PostgreSQL's VARIADIC before an argument, and `(f(…)).*`, for which the tree has no place: they wait as the name of the argument and
//! as that of a field.

use crate::{
    engine::Engine,
    read::spelling::cut::{Cut, Edit, is_stand_in, stand_in},
};
use sqlparser::{ast::Ident, tokenizer::Token};

const VARIADIC: &str = "VARIADIC";
const ALL: &str = "*";

/// `VARIADIC x` becomes `stand-in => x`.
pub(super) fn read_variadic(engine: Engine, cut: &Cut<'_>, at: usize) -> Option<Edit<Vec<Token>>> {
    let before = at.checked_sub(1)?;
    let is_argument = cut.is(before, &Token::LParen) || cut.is(before, &Token::Comma);
    let is_prefix = engine == Engine::Postgres && is_argument && cut.reads(at, &[VARIADIC]);
    is_prefix.then(|| Edit::new(at..at + 1, vec![stand_in(engine, VARIADIC), Token::RArrow]))
}

/// `(…).*` becomes `(…).stand-in`.
pub(super) fn read_all(engine: Engine, cut: &Cut<'_>, at: usize) -> Option<Edit<Vec<Token>>> {
    let before = at.checked_sub(1)?;
    let is_all = engine == Engine::Postgres && cut.is(before, &Token::RParen) && cut.is(at + 1, &Token::Mul);
    is_all.then(|| Edit::new(at..at + 2, vec![Token::Period, stand_in(engine, ALL)]))
}

/// Writes what a stand-in holds that names an argument.
pub(super) fn write_variadic(cut: &Cut<'_>, at: usize) -> Option<Edit<String>> {
    let is_named = cut.stand_in(at) == Some(VARIADIC) && cut.is(at + 1, &Token::RArrow);
    is_named.then(|| Edit::new(at..at + 2, VARIADIC.to_owned()))
}

/// Writes what a stand-in holds that names a field.
pub(super) fn write_all(cut: &Cut<'_>, at: usize) -> Option<Edit<String>> {
    (cut.stand_in(at + 1) == Some(ALL)).then(|| Edit::new(at..at + 2, format!(".{ALL}")))
}

/// Whether the name of an argument stands for VARIADIC.
pub(crate) fn is_variadic(name: &Ident) -> bool {
    is_stand_in(name) && name.value.get(1..) == Some(VARIADIC)
}

/// Whether the name of a field stands for all of them.
pub(crate) fn is_all(name: &Ident) -> bool {
    is_stand_in(name) && name.value.get(1..) == Some(ALL)
}
