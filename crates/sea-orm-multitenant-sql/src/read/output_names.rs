//! Result columns keep the names that the caller's text gives them.
//!
//! SQLite and MySQL name an unaliased result column after the text of its expression (SQLite: `sqlite3_column_name`), so
//! an expression that renders differently gets its own text as an alias.

use crate::{
    engine::Engine,
    read::{spelling, tokenize::Offsets},
    refusal::{Result, refuse_with},
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
    lists: HashMap<List, Vec<&'a str>>,
}

/// A list of results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum List {
    /// That of the SELECT here.
    Select(Location),
    /// That of RETURNING, of which a statement has one.
    Returning,
}

impl<'a> ItemTexts<'a> {
    /// Reads the select lists of a statement, where the engine names results after them.
    pub(crate) fn read(engine: Engine, sql: &'a str, tokens: &[TokenWithSpan]) -> Self {
        if !engine.names_results_from_text() {
            return Self::default();
        }
        let mut offsets = Offsets::new(sql);
        let mut reader = Reader {
            engine,
            sql,
            open: Vec::new(),
            depth: 0,
            before: None,
            is_wildcard: false,
            lists: HashMap::new(),
        };
        for TokenWithSpan { token, span } in tokens {
            if !matches!(token, Token::Whitespace(_)) {
                reader.step(token, span.start, offsets.offset(span.start)..offsets.offset(span.end));
            }
        }
        reader.end();
        Self(Some(Lists { engine, lists: reader.lists }))
    }

    /// Gives the items of the list whose SELECT stands at `start` the names that they had.
    pub(crate) fn keep_names(&self, start: Location, items: &mut [SelectItem]) -> Result<()> {
        let Self(Some(Lists { engine, lists })) = self else { return Ok(()) };
        keep_names(*engine, lists.get(&List::Select(start)), items)
    }

    /// Gives the items of RETURNING, of which a statement has one, the names that they had.
    pub(crate) fn keep_returned_names(&self, items: &mut [SelectItem]) -> Result<()> {
        let Self(Some(Lists { engine, lists })) = self else { return Ok(()) };
        keep_names(*engine, lists.get(&List::Returning), items)
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
    let usable =
        engine.takes_any_name() || text.len() <= LONGEST && !text.contains(['\n', '\r']) && is_safe(text);
    usable.then(|| Ident::with_quote(quote, text.replace(quote, &format!("{quote}{quote}"))))
}

/// Reads all lists of a statement in one pass: a list inside of another is read while that one waits.
struct Reader<'t, 'a> {
    engine: Engine,
    sql: &'a str,
    /// The lists that have not ended, innermost last.
    open: Vec<OpenList<'a>>,
    /// How many parentheses are open.
    depth: usize,
    before: Option<&'t Token>,
    /// Whether the token before is `*` for all columns, and no operator.
    is_wildcard: bool,
    lists: HashMap<List, Vec<&'a str>>,
}

/// A list that has not ended.
struct OpenList<'a> {
    list: List,
    /// The parentheses around it.
    depth: usize,
    items: Vec<&'a str>,
    /// Where the item that is being read stands.
    current: Option<Range<usize>>,
}

impl<'a> OpenList<'a> {
    /// Ends the item that is being read.
    fn end_item(&mut self, sql: &'a str) {
        let text = self.current.take().and_then(|range| sql.get(range));
        self.items.extend(text.map(|text| text.trim_matches(|c: char| c.is_ascii_whitespace())));
    }
}

impl<'t, 'a> Reader<'t, 'a> {
    /// Reads one token, which is no white space.
    fn step(&mut self, token: &'t Token, start: Location, range: Range<usize>) {
        match token {
            Token::SemiColon | Token::EOF => self.end(),
            Token::LParen | Token::LBracket => {
                self.extend(token, &range);
                self.depth += 1;
            }
            Token::RParen | Token::RBracket => {
                while self.open.last().is_some_and(|list| list.depth == self.depth) {
                    self.end_list(&range);
                }
                self.depth = self.depth.saturating_sub(1);
                self.extend(token, &range);
            }
            token if ends_list(token, self.before, self.is_wildcard) => {
                if self.open.last().is_some_and(|list| list.depth == self.depth) {
                    self.end_list(&range);
                }
            }
            token => self.extend(token, &range),
        }
        let begins = match keyword(token) {
            Keyword::SELECT => Some(List::Select(start)),
            Keyword::RETURNING => Some(List::Returning),
            _ => None,
        };
        let begun = |list| OpenList { list, depth: self.depth, items: Vec::new(), current: None };
        self.open.extend(begins.map(begun));
        let begins_item = self.before.is_none_or(|before| {
            matches!(before, Token::Comma | Token::Period)
                || keyword(before) == Keyword::SELECT
                || is_modifier(before)
        });
        self.is_wildcard = begins_item && *token == Token::Mul;
        self.before = Some(token);
    }

    /// Takes a token into the innermost list, if it stands in no parentheses there.
    fn extend(&mut self, token: &Token, range: &Range<usize>) {
        let Some(list) = self.open.last_mut().filter(|list| list.depth == self.depth) else { return };
        if let Some(current) = &mut list.current
            && self.engine.names_results_with_comments()
        {
            current.end = range.start;
        }
        match token {
            Token::Comma => list.end_item(self.sql),
            token if list.items.is_empty() && list.current.is_none() && is_modifier(token) => {}
            _ => {
                let start = list.current.as_ref().map_or(range.start, |current| current.start);
                list.current = Some(start..range.end);
            }
        }
    }

    /// Ends the innermost list before the token at `range`. To SQLite a comment behind an item belongs to it.
    fn end_list(&mut self, range: &Range<usize>) {
        let Some(mut list) = self.open.pop() else { return };
        if let Some(current) = &mut list.current
            && self.engine.names_results_with_comments()
        {
            current.end = range.start;
        }
        list.end_item(self.sql);
        self.lists.insert(list.list, list.items);
    }

    /// Ends all lists.
    fn end(&mut self) {
        let end = self.sql.len()..self.sql.len();
        while !self.open.is_empty() {
            self.end_list(&end);
        }
    }
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

/// Whether a token ends a list of results. Some of these words are names to SQLite, and stand for an operand where one is due.
fn ends_list(token: &Token, before: Option<&Token>, is_wildcard: bool) -> bool {
    match keyword(token) {
        Keyword::FROM => before.is_none_or(|before| keyword(before) != Keyword::DISTINCT),
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
        | Keyword::RETURNING
        | Keyword::ON => is_wildcard || !before.is_some_and(wants_operand),
        _ => false,
    }
}

/// Whether what stands behind this token is an operand.
fn wants_operand(before: &Token) -> bool {
    match before {
        Token::Word(word) => {
            word.quote_style.is_none() && OPERAND_FOLLOWS.contains(&word.value.to_ascii_uppercase().as_str())
        }
        Token::Number(..)
        | Token::SingleQuotedString(_)
        | Token::HexStringLiteral(_)
        | Token::Placeholder(_)
        | Token::RParen
        | Token::RBracket => false,
        _ => true,
    }
}

/// Words of which each wants an operand or a name behind it.
const OPERAND_FOLLOWS: [&str; 26] = [
    "ALL", "AND", "AS", "BETWEEN", "BINARY", "CASE", "COLLATE", "DISTINCT", "DIV", "ELSE", "ESCAPE", "GLOB",
    "IN", "INTERVAL", "IS", "LIKE", "MATCH", "MOD", "NOT", "OR", "OVER", "REGEXP", "RLIKE", "SELECT", "THEN",
    "WHEN",
];

fn keyword(token: &Token) -> Keyword {
    match token {
        Token::Word(word) => word.keyword,
        _ => Keyword::NoKeyword,
    }
}
