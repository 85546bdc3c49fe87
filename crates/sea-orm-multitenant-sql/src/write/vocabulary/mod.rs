//! The closed vocabulary of the text to be sent.
//!
//! The parser reads more dialects than the engine has, so a text that it wrote may be another statement to the engine.
//! Here the rendered text is read once more, by a lexer for each engine that is written from that engine's documentation
//! and shares nothing with the parser. It takes quoted names, literals, placeholders, punctuation, the operators of the
//! engine, and the keywords that the renderer writes for this engine; the words that make a statement's structure must
//! occur as often as the tree has them. Anything else is refused.

mod count;
mod lexer;
mod mysql;
mod postgres;
mod sqlite;
#[cfg(test)]
mod tests;
mod tokens;
mod words;

use crate::{
    catalogue::tables::Catalogue,
    engine::Engine,
    functions::{self, Position},
    placeholder::read_placeholder,
    refusal::{Result, UNSCOPED, refuse_with},
    write::places::Place,
};
use count::Counts;
use lexer::{Kind, Token};
use sqlparser::ast::Statement;
use tokens::read;

/// Refuses a rendered text that holds anything but the closed vocabulary, or its structural words in other numbers than
/// the statement that it was rendered from. Returns the places of its values.
///
/// # Errors
/// An `Unsupported` refusal that names the first character or word that is not known.
pub(crate) fn check(
    engine: Engine,
    catalogue: &Catalogue,
    text: &str,
    statement: &Statement,
) -> Result<Vec<Place>> {
    let tokens = read(engine, text)?;
    let mut found = Counts::default();
    for (index, token) in tokens.iter().enumerate() {
        if let Kind::Word = token.kind {
            let next = tokens.get(index + 1);
            let has_argument = tokens.get(index + 2).is_some_and(|token| token.text != ")");
            let lower = token.text.to_ascii_lowercase();
            if !(has_argument && functions::sets_generated_key(engine, &lower)) {
                check_word(engine, catalogue, token, next)?;
            }
            found.add_word(token.text, index.checked_sub(1).map(|before| tokens[before].text));
        }
    }
    if found != Counts::of_tree(engine, statement)? {
        return refuse_with("a statement that the engine may read otherwise than it is written", UNSCOPED);
    }
    tokens.iter().filter(|token| token.kind == Kind::Place).map(place).collect()
}

/// The place of a value, which the renderer numbers.
fn place(token: &Token<'_>) -> Result<Place> {
    match read_placeholder(token.text) {
        Some(bound) => Ok(Place { start: token.start, end: token.end(), bound }),
        None => refuse_with(format!("the placeholder `{}`", token.text), "bind values by position"),
    }
}

/// Refuses a bare word that is neither a keyword of this engine nor a known function before its parenthesis.
fn check_word(
    engine: Engine,
    catalogue: &Catalogue,
    word: &Token<'_>,
    next: Option<&Token<'_>>,
) -> Result<()> {
    if words::is_keyword(engine, word.text) {
        return Ok(());
    }
    let lower = word.text.to_ascii_lowercase();
    let is_call = next.is_some_and(|next| next.text == "(" && next.start == word.end());
    let is_known = |position| functions::is_allowed(engine, position, &lower);
    if is_call
        && (is_known(Position::Expression) || is_known(Position::From) || catalogue.allows_function(&lower))
        || functions::is_called_by_name(engine, &lower) && catalogue.allows_function(&lower)
    {
        return Ok(());
    }
    refuse_with(
        format!("the word `{}`, which is no keyword that a scope knows of this engine,", word.text),
        "write the engine's own SQL, or quote the word if it is a name",
    )
}
