//! Conflict targets that are more than columns: `ON CONFLICT (lower(name)) WHERE deleted = 0 DO …`.

use super::{Cut, Edit, is_stand_in, stand_in, write as write_spelling};
use crate::{
    dialect::Engine,
    refusal::{Result, refuse_if},
    text,
};
use sqlparser::{
    ast::{Expr, Ident},
    keywords::Keyword,
    tokenizer::Token,
};

/// Quotes of names inside a stand-in, which is quoted itself.
const QUOTE: char = '\u{2}';

/// A text that may stand between the engine's quotes.
fn hidden(engine: Engine, text: &str) -> String {
    text.replace(engine.identifier_quote(), &QUOTE.to_string())
}

/// The text that [`hidden`] was given.
fn shown(engine: Engine, hidden: &str) -> String {
    hidden.replace(QUOTE, &engine.identifier_quote().to_string())
}

/// Words that begin a query.
const QUERIES: [Keyword; 4] = [Keyword::SELECT, Keyword::VALUES, Keyword::WITH, Keyword::TABLE];

/// The unique index that a conflict target describes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ConflictIndex {
    /// Columns and expressions.
    pub(crate) elements: Vec<Expr>,
    /// Which rows the index holds.
    pub(crate) predicate: Option<Expr>,
}

impl ConflictIndex {
    /// The index that a conflict target of these columns stands for, if it is a stand-in.
    ///
    /// # Errors
    /// When what it holds cannot be read, or is a query.
    pub(crate) fn of(engine: Engine, columns: &[Ident]) -> Result<Option<Self>> {
        let [ident] = columns else { return Ok(None) };
        if !is_stand_in(ident) {
            return Ok(None);
        }
        let tokens = text::tokenize(engine, &shown(engine, &ident.value[1..]))?;
        let is_query = |token: &Token| matches!(token, Token::Word(word) if QUERIES.contains(&word.keyword));
        refuse_if(tokens.iter().any(|token| is_query(&token.token)), "a subquery in a conflict target")?;
        text::parse_with(engine, tokens, |parser| {
            let elements = parser.parse_parenthesized(|parser| {
                parser.parse_comma_separated(sqlparser::parser::Parser::parse_expr)
            })?;
            let predicate =
                if parser.parse_keyword(Keyword::WHERE) { Some(parser.parse_expr()?) } else { None };
            Ok(Self { elements, predicate })
        })
        .map(Some)
    }

    /// The stand-in for this index.
    ///
    /// # Errors
    /// When an expression cannot be written as it was read.
    pub(crate) fn stand_in(&self, engine: Engine) -> Result<Ident> {
        let Self { elements, predicate } = self;
        let elements: Vec<_> = elements.iter().map(Expr::to_string).collect();
        let mut text = format!("({})", elements.join(", "));
        if let Some(predicate) = predicate {
            text.push_str(&format!(" WHERE {predicate}"));
        }
        // As a text that holds it is read, so that both are the same.
        let tokens = text::tokenize(engine, &write_spelling(engine, text)?)?;
        let cut = Cut::new(&tokens);
        let content = hidden(engine, &cut.text(0..cut.places.len()));
        Ok(Ident::with_quote(engine.identifier_quote(), format!("{}{content}", super::MARK)))
    }
}

/// The conflict target that is written in place of a stand-in, if these columns are one.
pub(crate) fn written_target(engine: Engine, columns: &[Ident]) -> Option<String> {
    match columns {
        [ident] if is_stand_in(ident) => Some(shown(engine, ident.value.get(1..)?)),
        _ => None,
    }
}

/// `ON CONFLICT (…) WHERE …` becomes `ON CONFLICT (stand-in)` where the parser could not read it.
pub(super) fn read(engine: Engine, cut: &Cut<'_>, at: usize) -> Option<Edit<Vec<Token>>> {
    if !engine.supports_conflict_targets()
        || !cut.reads(at, &["ON", "CONFLICT"])
        || !cut.is(at + 2, &Token::LParen)
    {
        return None;
    }
    let close = cut.closing(at + 2)?;
    let end = if cut.reads(close + 1, &["WHERE"]) { beginning_of_action(cut, close + 2)? } else { close + 1 };
    let has_columns_alone = end == close + 1 && cut.end_of_names(at + 3) == Some(close);
    if has_columns_alone || !begins_action(cut, end) {
        return None;
    }
    let content = cut.text(at + 2..end);
    if content.contains([super::MARK, QUOTE]) {
        return None;
    }
    let content = hidden(engine, &content);
    let tokens = vec![Token::LParen, stand_in(engine, &content), Token::RParen];
    Some(Edit::new(at + 2..end, tokens)).map(|edit| with_keywords(edit, cut, at))
}

/// Lets an edit begin at the keywords before it, which stay.
fn with_keywords(edit: Edit<Vec<Token>>, cut: &Cut<'_>, at: usize) -> Edit<Vec<Token>> {
    let Edit { range, instead } = edit;
    let before = (at..range.start).filter_map(|at| cut.token(at).cloned());
    Edit::new(at..range.end, before.chain(instead).collect())
}

fn begins_action(cut: &Cut<'_>, at: usize) -> bool {
    cut.reads(at, &["DO", "NOTHING"]) || cut.reads(at, &["DO", "UPDATE"])
}

/// Where DO stands behind a condition that begins at `from`.
fn beginning_of_action(cut: &Cut<'_>, from: usize) -> Option<usize> {
    let mut at = from;
    while at < from + super::LONGEST {
        match cut.token(at)? {
            Token::LParen => at = cut.closing(at)? + 1,
            Token::RParen | Token::SemiColon => return None,
            _ if begins_action(cut, at) => return Some(at),
            _ => at += 1,
        }
    }
    None
}

/// Writes what a stand-in holds in place of the list that it is in.
pub(super) fn write(engine: Engine, cut: &Cut<'_>, at: usize) -> Option<Edit<String>> {
    let is_target = at.checked_sub(2).is_some_and(|on| cut.reads(on, &["ON", "CONFLICT"]));
    if !engine.supports_conflict_targets() || !is_target || !cut.is(at + 2, &Token::RParen) {
        return None;
    }
    let content = shown(engine, cut.stand_in(at + 1)?);
    Some(Edit::new(at..at + 3, content))
}
