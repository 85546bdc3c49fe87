//! Result columns keep the names that the caller's text gives them.
//!
//! SQLite and MySQL name an unaliased result column after the text of its expression (SQLite: "Column names", C
//! interface, `sqlite3_column_name`), so an expression that renders differently gets its own text as an alias.

use crate::{
    refusal::{Result, refuse_with},
    text::{Offsets, Tokens},
};
use sqlparser::{
    ast::{Expr, Ident, SelectItem, SetExpr, Statement},
    keywords::Keyword,
    tokenizer::{Span, Token, TokenWithSpan},
};

/// The texts of the items of the outermost select list; `None` where they cannot be told apart.
pub(crate) fn item_texts<'a>(sql: &'a str, tokens: &Tokens) -> Option<Vec<&'a str>> {
    let spans = item_spans(&tokens.tokens)?;
    let mut offsets = Offsets::new(sql);
    spans
        .into_iter()
        .map(|span| {
            let start = offsets.offset(span.start);
            sql.get(start..offsets.offset(span.end))
        })
        .collect()
}

/// Gives the items of the outermost select list the names that they had.
pub(crate) fn keep(statement: &mut Statement, texts: Option<&[&str]>, quote: char) -> Result<()> {
    let Some(items) = outermost_items(statement) else { return Ok(()) };
    for index in 0..items.len() {
        let SelectItem::UnnamedExpr(expr) = &items[index] else { continue };
        if matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_)) {
            continue;
        }
        let text = texts.filter(|texts| texts.len() == items.len()).map(|texts| texts[index]);
        if text.is_some_and(|text| text == expr.to_string()) {
            continue;
        }
        let Some(alias) = text.and_then(|text| alias(text, quote)) else {
            return refuse_with("a result column without a name", "give it an alias with AS");
        };
        let SelectItem::UnnamedExpr(expr) = std::mem::replace(&mut items[index], placeholder_item()) else {
            continue;
        };
        items[index] = SelectItem::ExprWithAlias { expr, alias };
    }
    Ok(())
}

fn placeholder_item() -> SelectItem {
    SelectItem::UnnamedExpr(Expr::Tuple(Vec::new()))
}

/// The text as a quoted name, unless an engine would cut or reject it.
fn alias(text: &str, quote: char) -> Option<Ident> {
    const LONGEST: usize = 200;
    let usable = text.len() <= LONGEST && !text.contains(['\\', '\n', '\r']);
    usable.then(|| Ident::with_quote(quote, text.replace(quote, &format!("{quote}{quote}"))))
}

fn outermost_items(statement: &mut Statement) -> Option<&mut Vec<SelectItem>> {
    let Statement::Query(query) = statement else { return None };
    let mut body = query.body.as_mut();
    loop {
        body = match body {
            SetExpr::Select(select) => return Some(&mut select.projection),
            SetExpr::Query(query) => query.body.as_mut(),
            SetExpr::SetOperation { left, op: _, set_quantifier: _, right: _ } => left.as_mut(),
            SetExpr::Values(_)
            | SetExpr::Insert(_)
            | SetExpr::Update(_)
            | SetExpr::Delete(_)
            | SetExpr::Merge(_)
            | SetExpr::Table(_) => return None,
        };
    }
}

fn item_spans(tokens: &[TokenWithSpan]) -> Option<Vec<Span>> {
    let mut tokens = tokens.iter().filter(|t| !matches!(t.token, Token::Whitespace(_))).peekable();
    let in_parentheses = tokens.peek().is_some_and(|t| t.token == Token::LParen);
    let mut depth = 0_usize;
    for TokenWithSpan { token, span: _ } in tokens.by_ref() {
        match token {
            Token::LParen => depth += 1,
            Token::RParen => depth = depth.checked_sub(1)?,
            token if keyword(token) == Keyword::SELECT && (depth == 0 || in_parentheses) => {
                return Some(split_items(tokens));
            }
            _ => {}
        }
    }
    None
}

fn split_items<'t>(tokens: impl Iterator<Item = &'t TokenWithSpan>) -> Vec<Span> {
    let mut items = Vec::new();
    let mut current: Option<Span> = None;
    let mut depth = 0_usize;
    let mut before = Keyword::NoKeyword;
    for TokenWithSpan { token, span } in tokens {
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
            token if current.is_none() && matches!(keyword(token), Keyword::DISTINCT | Keyword::ALL) => {
                continue;
            }
            _ => {}
        }
        before = keyword(token);
        current = Some(current.map_or(*span, |start| start.union(span)));
    }
    items.extend(current);
    items
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
        | Keyword::FETCH => true,
        _ => false,
    }
}

fn keyword(token: &Token) -> Keyword {
    match token {
        Token::Word(word) => word.keyword,
        _ => Keyword::NoKeyword,
    }
}
