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

/// The texts of the items of each select list, by where its SELECT stands. Empty where engines name results otherwise.
#[derive(Debug, Default)]
pub(crate) struct ItemTexts<'a>(Option<HashMap<Location, Vec<&'a str>>>);

impl<'a> ItemTexts<'a> {
    /// Reads the select lists of a statement.
    pub(crate) fn read(sql: &'a str, tokens: &[TokenWithSpan]) -> Self {
        let mut offsets = Offsets::new(sql);
        let cut: Vec<_> = tokens
            .iter()
            .map(|TokenWithSpan { token, span }| {
                (token, offsets.offset(span.start)..offsets.offset(span.end))
            })
            .filter(|(token, _)| !matches!(token, Token::Whitespace(_)))
            .collect();
        let starts = tokens.iter().filter(|t| !matches!(t.token, Token::Whitespace(_))).map(|t| t.span.start);
        let lists = starts.enumerate().filter(|(index, _)| keyword(cut[*index].0) == Keyword::SELECT);
        Self(Some(lists.map(|(index, start)| (start, list_texts(sql, &cut[index + 1..]))).collect()))
    }

    /// Gives the items of the list whose SELECT stands at `start` the names that they had.
    pub(crate) fn keep_names(&self, engine: Engine, start: Location, items: &mut [SelectItem]) -> Result<()> {
        let Self(Some(lists)) = self else { return Ok(()) };
        let quote = engine.identifier_quote();
        let texts = lists.get(&start).filter(|texts| texts.len() == items.len());
        for (index, item) in items.iter_mut().enumerate() {
            let SelectItem::UnnamedExpr(expr) = &*item else { continue };
            let text = texts.map(|texts| texts[index]);
            if is_named_by_itself(expr) {
                continue;
            }
            let written = spelling::write(engine, expr.to_string())?;
            if text.is_some_and(|text| text == written) {
                continue;
            }
            let Some(alias) = text.and_then(|text| alias(text, quote)) else {
                return refuse_with("a result column without a name", "give it an alias with AS");
            };
            let unnamed = std::mem::replace(item, SelectItem::UnnamedExpr(Expr::Tuple(Vec::new())));
            if let SelectItem::UnnamedExpr(expr) = unnamed {
                *item = SelectItem::ExprWithAlias { expr, alias };
            }
        }
        Ok(())
    }
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

/// The text as a quoted name, unless an engine would cut or reject it.
fn alias(text: &str, quote: char) -> Option<Ident> {
    const LONGEST: usize = 200;
    let usable = text.len() <= LONGEST && !text.contains(['\\', '\n', '\r']);
    usable.then(|| Ident::with_quote(quote, text.replace(quote, &format!("{quote}{quote}"))))
}

/// The texts of the items that follow a SELECT.
fn list_texts<'a>(sql: &'a str, tokens: &[(&Token, Range<usize>)]) -> Vec<&'a str> {
    let mut items = Vec::new();
    let mut current: Option<Range<usize>> = None;
    let mut depth = 0_usize;
    let mut before = Keyword::NoKeyword;
    for (token, range) in tokens {
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
    items.into_iter().filter_map(|range| sql.get(range)).collect()
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
