//! The unique index that a conflict target describes, read out of its stand-in.

use crate::{
    engine::Engine,
    read::{
        parse::parse_with,
        spelling::{
            conflict::{hidden, shown},
            cut::{Cut, MARK, is_stand_in},
            write as write_spelling,
        },
        tokenize::tokenize,
    },
    refusal::{Result, refuse_if},
};
use sqlparser::{
    ast::{Expr, Ident},
    keywords::Keyword,
    tokenizer::Token,
};

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
        let tokens = tokenize(engine, &shown(engine, &ident.value[1..]))?;
        let is_query = |token: &Token| matches!(token, Token::Word(word) if QUERIES.contains(&word.keyword));
        refuse_if(tokens.iter().any(|token| is_query(&token.token)), "a subquery in a conflict target")?;
        parse_with(engine, tokens, |parser| {
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
        let tokens = tokenize(engine, &write_spelling(engine, text)?)?;
        let cut = Cut::new(&tokens);
        let content = hidden(engine, &cut.text(0..cut.places.len()));
        Ok(Ident::with_quote(engine.identifier_quote(), format!("{}{content}", MARK)))
    }
}
