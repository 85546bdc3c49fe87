//! SEARCH and CYCLE after a common table expression (PostgreSQL): columns and constants, of its own rows alone.

use crate::{
    engine::Engine,
    keywords,
    read::spelling::{
        cut::{Cut, Edit, keywords as keyword_tokens, stand_in},
        locks::NO_LOCK,
    },
};
use sqlparser::tokenizer::{Span, Token, TokenWithSpan, Word};

/// Quotes of names inside a stand-in, which is quoted itself.
const QUOTE: char = '\u{2}';

/// `(…) CYCLE …` becomes `(… FOR UPDATE OF stand-in)`.
pub(super) fn read(engine: Engine, cut: &Cut<'_>, at: usize) -> Option<Edit<Vec<Token>>> {
    if !engine.supports_search_and_cycle() {
        return None;
    }
    let begin = at + 1;
    let after_search = end_of_search(cut, begin).unwrap_or(begin);
    let end = end_of_cycle(cut, after_search).unwrap_or(after_search);
    if end == begin || (begin..end).any(|at| is_reserved(engine, cut, at)) {
        return None;
    }
    let content = format!("{NO_LOCK}{}", quoted(cut, begin, end).replace('"', &QUOTE.to_string()));
    let mut tokens = keyword_tokens(&["FOR", "UPDATE", "OF"]);
    tokens.extend([stand_in(engine, &content), Token::RParen]);
    Some(Edit::new(at..end, tokens))
}

/// Words of SEARCH and CYCLE that are no names.
const KEYWORDS: [&str; 13] = [
    "SEARCH", "DEPTH", "BREADTH", "FIRST", "BY", "SET", "CYCLE", "TO", "DEFAULT", "USING", "TRUE", "FALSE",
    "NULL",
];

/// Whether a word is reserved by the engine and none of the clauses', so that it is no name.
fn is_reserved(engine: Engine, cut: &Cut<'_>, at: usize) -> bool {
    !cut.reads_any(at, &KEYWORDS) && cut.word(at).is_some_and(|word| keywords::is_reserved(engine, word))
}

/// The text of the clauses with every name in quotes.
fn quoted(cut: &Cut<'_>, begin: usize, end: usize) -> String {
    let tokens = (begin..end).filter_map(|at| cut.token(at)).map(|token| match token {
        Token::Word(Word { value, quote_style: None, keyword: _ })
            if !KEYWORDS.iter().any(|keyword| value.eq_ignore_ascii_case(keyword)) =>
        {
            Token::make_word(&value.to_ascii_lowercase(), Some('"'))
        }
        token => token.clone(),
    });
    let tokens: Vec<_> = tokens.map(|token| TokenWithSpan { token, span: Span::empty() }).collect();
    Cut::new(&tokens).text(0..tokens.len())
}

/// Where `SEARCH DEPTH FIRST BY a, b SET c` ends.
fn end_of_search(cut: &Cut<'_>, at: usize) -> Option<usize> {
    let begins = cut.reads(at, &["SEARCH"])
        && cut.reads_any(at + 1, &["DEPTH", "BREADTH"])
        && cut.reads(at + 2, &["FIRST", "BY"]);
    let set = if begins { cut.end_of_names(at + 4)? } else { return None };
    (cut.reads(set, &["SET"]) && cut.is_name(set + 1)).then_some(set + 2)
}

/// Where `CYCLE a, b SET c TO 'x' DEFAULT 'y' USING d` ends.
fn end_of_cycle(cut: &Cut<'_>, at: usize) -> Option<usize> {
    let set = if cut.reads(at, &["CYCLE"]) { cut.end_of_names(at + 1)? } else { return None };
    if !cut.reads(set, &["SET"]) || !cut.is_name(set + 1) {
        return None;
    }
    let to = set + 2;
    let has_values = cut.reads(to, &["TO"])
        && is_constant(cut, to + 1)
        && cut.reads(to + 2, &["DEFAULT"])
        && is_constant(cut, to + 3);
    let using = if has_values { to + 4 } else { to };
    (cut.reads(using, &["USING"]) && cut.is_name(using + 1)).then_some(using + 2)
}

fn is_constant(cut: &Cut<'_>, at: usize) -> bool {
    match cut.token(at) {
        Some(Token::Number(..)) => true,
        Some(Token::SingleQuotedString(text)) => !text.contains(['"', QUOTE]),
        Some(_) => cut.reads_any(at, &["TRUE", "FALSE", "NULL"]),
        None => false,
    }
}

/// Writes what a stand-in at the end of a query holds behind the parenthesis.
pub(super) fn write(cut: &Cut<'_>, at: usize) -> Option<Edit<String>> {
    if !cut.reads(at, &["FOR", "UPDATE", "OF"]) || !cut.is(at + 4, &Token::RParen) {
        return None;
    }
    let content = cut.stand_in(at + 3)?.strip_prefix(NO_LOCK)?;
    Some(Edit::new(at..at + 5, format!(") {}", content.replace(QUOTE, "\""))))
}
