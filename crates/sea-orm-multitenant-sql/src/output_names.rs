//! Result columns keep the names that the caller's text gives them.
//!
//! SQLite and MySQL name an unaliased result column after the text of its expression (SQLite: `sqlite3_column_name`), so
//! an expression that renders differently gets its own text as an alias.

use crate::{
    dialect::Engine,
    refusal::{Result, refuse_with},
    spelling,
    text::Offsets,
};
use sqlparser::{
    ast::{Expr, Ident, SelectItem, Value, ValueWithSpan},
    keywords::Keyword,
    tokenizer::{Location, Token, TokenWithSpan},
};
use std::{collections::HashMap, ops::Range};

/// Words between SELECT and its list.
const MODIFIERS: [&str; 9] = [
    "ALL",
    "DISTINCT",
    "DISTINCTROW",
    "HIGH_PRIORITY",
    "SQL_BIG_RESULT",
    "SQL_BUFFER_RESULT",
    "SQL_NO_CACHE",
    "SQL_SMALL_RESULT",
    "STRAIGHT_JOIN",
];

/// The texts of the items of each select list, by where its SELECT stands, and of RETURNING. Empty where engines name
/// results otherwise.
#[derive(Debug, Default)]
pub(crate) struct ItemTexts<'a>(Option<Lists<'a>>);

#[derive(Debug)]
struct Lists<'a> {
    engine: Engine,
    selects: HashMap<Location, Vec<&'a str>>,
    returning: Vec<&'a str>,
}

impl<'a> ItemTexts<'a> {
    /// Reads the select lists of a statement, where the engine names results after them.
    pub(crate) fn read(engine: Engine, sql: &'a str, tokens: &[TokenWithSpan]) -> Self {
        if !engine.names_results_from_text() {
            return Self::default();
        }
        let mut offsets = Offsets::new(sql);
        let cut: Vec<_> = tokens
            .iter()
            .map(|TokenWithSpan { token, span }| {
                (token, offsets.offset(span.start)..offsets.offset(span.end))
            })
            .filter(|(token, _)| !matches!(token, Token::Whitespace(_)))
            .collect();
        let starts = tokens.iter().filter(|t| !matches!(t.token, Token::Whitespace(_))).map(|t| t.span.start);
        let texts = |index: usize| list_texts(engine, sql, &cut[index + 1..]);
        let (mut selects, mut returning) = (HashMap::new(), Vec::new());
        for (index, start) in starts.enumerate() {
            match keyword(cut[index].0) {
                Keyword::SELECT => drop(selects.insert(start, texts(index))),
                Keyword::RETURNING => returning = texts(index),
                _ => {}
            }
        }
        Self(Some(Lists { engine, selects, returning }))
    }

    /// Gives the items of the list whose SELECT stands at `start` the names that they had.
    pub(crate) fn keep_names(&self, start: Location, items: &mut [SelectItem]) -> Result<()> {
        let Self(Some(Lists { engine, selects, returning: _ })) = self else { return Ok(()) };
        keep_names(*engine, selects.get(&start), items)
    }

    /// Gives the items of RETURNING, of which a statement has one, the names that they had.
    pub(crate) fn keep_returned_names(&self, items: &mut [SelectItem]) -> Result<()> {
        let Self(Some(Lists { engine, selects: _, returning })) = self else { return Ok(()) };
        keep_names(*engine, Some(returning), items)
    }
}

fn keep_names(engine: Engine, texts: Option<&Vec<&str>>, items: &mut [SelectItem]) -> Result<()> {
    let texts = texts.filter(|texts| texts.len() == items.len());
    for (index, item) in items.iter_mut().enumerate() {
        let SelectItem::UnnamedExpr(expr) = &*item else { continue };
        let text = texts.map(|texts| texts[index]);
        if is_named_by_itself(expr) {
            continue;
        }
        let written = spelling::write(engine, expr.to_string())?;
        if text.is_some_and(|text| text == written && !has_numbered_place(text)) {
            continue;
        }
        let Some(alias) = text.and_then(|text| alias(engine, text)) else {
            return refuse_with("a result column without a name", "give it an alias with AS");
        };
        let unnamed = std::mem::replace(item, SelectItem::UnnamedExpr(Expr::Tuple(Vec::new())));
        if let SelectItem::UnnamedExpr(expr) = unnamed {
            *item = SelectItem::ExprWithAlias { expr, alias };
        }
    }
    Ok(())
}

/// Whether a text may hold a numbered placeholder, whose number can be another one in the rendered text.
fn has_numbered_place(text: &str) -> bool {
    text.as_bytes().windows(2).any(|pair| pair[0] == b'?' && pair[1].is_ascii_digit())
}

/// Whether the engine names the result after something else than the text: the column, or NULL.
fn is_named_by_itself(expr: &Expr) -> bool {
    match expr {
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) => true,
        Expr::Value(ValueWithSpan { value, span: _ }) => *value == Value::Null,
        Expr::Nested(inner) => is_named_by_itself(inner),
        _ => false,
    }
}

/// The text as a quoted name, unless MySQL would cut or reject it.
fn alias(engine: Engine, text: &str) -> Option<Ident> {
    const LONGEST: usize = 200;
    let quote = engine.identifier_quote();
    let is_safe = |text: &str| text.is_ascii() || !engine.charset_may_join_bytes();
    let usable = engine.takes_any_name()
        || text.len() <= LONGEST && !text.contains(['\\', '\n', '\r']) && is_safe(text);
    usable.then(|| Ident::with_quote(quote, text.replace(quote, &format!("{quote}{quote}"))))
}

/// The texts of the items that follow a SELECT. To SQLite a comment behind an item belongs to it.
fn list_texts<'a>(engine: Engine, sql: &'a str, tokens: &[(&Token, Range<usize>)]) -> Vec<&'a str> {
    let mut items = Vec::new();
    let mut current: Option<Range<usize>> = None;
    let mut depth = 0_usize;
    let mut before = Keyword::NoKeyword;
    let end = (&Token::EOF, sql.len()..sql.len());
    for (token, range) in tokens.iter().chain(std::iter::once(&end)) {
        if let Some(item) = &mut current
            && engine.names_results_with_comments()
        {
            item.end = range.start;
        }
        match token {
            Token::LParen | Token::LBracket => depth += 1,
            Token::RParen | Token::RBracket if depth == 0 => break,
            Token::RParen | Token::RBracket => depth -= 1,
            Token::SemiColon | Token::EOF => break,
            Token::Comma if depth == 0 => {
                items.extend(current.take());
                continue;
            }
            token if depth == 0 && ends_list(keyword(token), before) => break,
            token if items.is_empty() && current.is_none() && is_modifier(token) => continue,
            _ => {}
        }
        before = keyword(token);
        let start = current.map_or(range.start, |current| current.start);
        current = Some(start..range.end);
    }
    items.extend(current);
    let is_space = |c: char| c.is_ascii_whitespace();
    items.into_iter().filter_map(|range| sql.get(range)).map(|text| text.trim_matches(is_space)).collect()
}

fn is_modifier(token: &Token) -> bool {
    match token {
        Token::Word(word) => {
            word.quote_style.is_none()
                && MODIFIERS.iter().any(|modifier| word.value.eq_ignore_ascii_case(modifier))
        }
        _ => false,
    }
}

fn ends_list(keyword: Keyword, before: Keyword) -> bool {
    match keyword {
        Keyword::FROM => before != Keyword::DISTINCT,
        Keyword::WHERE
        | Keyword::GROUP
        | Keyword::HAVING
        | Keyword::WINDOW
        | Keyword::UNION
        | Keyword::EXCEPT
        | Keyword::INTERSECT
        | Keyword::ORDER
        | Keyword::LIMIT
        | Keyword::OFFSET
        | Keyword::FOR
        | Keyword::FETCH
        | Keyword::ON => true,
        _ => false,
    }
}

fn keyword(token: &Token) -> Keyword {
    match token {
        Token::Word(word) => word.keyword,
        _ => Keyword::NoKeyword,
    }
}
