//! Operators: SQLite's IS of any two values and its shifts, MySQL's MOD and `&&`.

use crate::{
    engine::Engine,
    read::{
        operators,
        spelling::cut::{Cut, Edit, keywords},
        tokenize::tokenize,
    },
};
use sqlparser::{
    keywords::Keyword,
    tokenizer::{Token, Word},
};

/// Words after IS or IS NOT that the parser reads itself.
const AFTER_IS: [&str; 10] =
    ["NULL", "TRUE", "FALSE", "UNKNOWN", "DISTINCT", "JSON", "NORMALIZED", "NFC", "NFD", "NFKC"];

/// `a IS b` becomes `a IS NOT DISTINCT FROM b`, `a MOD b` becomes `a % b`: each means the same.
pub(super) fn read_word(engine: Engine, cut: &Cut<'_>, at: usize) -> Option<Edit<Vec<Token>>> {
    if engine.compares_with_is() && cut.reads(at, &["IS"]) {
        let is_not = cut.reads(at, &["IS", "NOT"]);
        let end = if is_not { at + 2 } else { at + 1 };
        if cut.token(end).is_none() || cut.reads_any(end, &AFTER_IS) {
            return None;
        }
        let words: &[&str] =
            if is_not { &["IS", "DISTINCT", "FROM"] } else { &["IS", "NOT", "DISTINCT", "FROM"] };
        return Some(Edit::new(at..end, keywords(words)));
    }
    let is_infix = || {
        let is_call = cut.is(at + 1, &Token::LParen);
        ends_operand(cut, at, is_call)
    };
    if engine.supports_mod_operator() && cut.reads(at, &["MOD"]) && is_infix() {
        return Some(Edit::new(at..at + 1, vec![Token::Mod]));
    }
    None
}

/// Whether what stands before `at` is an operand; a keyword, which may be a column, only where no call is possible.
fn ends_operand(cut: &Cut<'_>, at: usize, may_be_call: bool) -> bool {
    match at.checked_sub(1).and_then(|before| cut.token(before)) {
        Some(Token::Word(Word { value: _, quote_style, keyword })) => {
            quote_style.is_some() || *keyword == Keyword::NoKeyword || !may_be_call
        }
        Some(Token::RParen | Token::Number(..) | Token::SingleQuotedString(_) | Token::Placeholder(_)) => {
            true
        }
        Some(_) | None => false,
    }
}

/// `a && b` is `a AND b` on MySQL; a shift of SQLite is an operator that the parser takes as it is; PostgreSQL cuts
/// `>=-` after the second sign.
pub(super) fn read_sign(engine: Engine, cut: &Cut<'_>, at: usize) -> Option<Edit<Vec<Token>>> {
    let instead = match cut.token(at)? {
        // An older spelling of a named argument (PostgreSQL manual, 4.3.2).
        Token::Assignment if engine.joins_signs() => vec![Token::RArrow],
        Token::Overlap if engine.writes_and_as_ampersands() => vec![Token::make_keyword("AND")],
        sign @ (Token::ShiftLeft | Token::ShiftRight) if engine.compares_with_is() => {
            vec![Token::CustomBinaryOperator(sign.to_string())]
        }
        Token::CustomBinaryOperator(signs) if engine.joins_signs() => {
            let operator = operators::first_operator(signs);
            if operator == signs {
                return None;
            }
            let (operator, prefixes) = signs.split_at(operator.len());
            let mut tokens: Vec<_> =
                tokenize(engine, operator).ok()?.into_iter().map(|token| token.token).collect();
            tokens.extend(prefixes.chars().map(|sign| if sign == '-' { Token::Minus } else { Token::Plus }));
            tokens
        }
        _ => return None,
    };
    Some(Edit::new(at..at + 1, instead))
}

/// Writes IS for IS NOT DISTINCT FROM, which SQLite has only since 3.39.
pub(super) fn write(engine: Engine, cut: &Cut<'_>, at: usize) -> Option<Edit<String>> {
    if !engine.compares_with_is() {
        return None;
    }
    let (end, written) = if cut.reads(at, &["IS", "NOT", "DISTINCT", "FROM"]) {
        (at + 4, "IS")
    } else if cut.reads(at, &["IS", "DISTINCT", "FROM"]) {
        (at + 3, "IS NOT")
    } else {
        return None;
    };
    // `IS NULL` is read as another node of the tree, `IS NOT x` as this one.
    let reads_otherwise = cut.reads_any(end, &AFTER_IS) || cut.reads(end, &["NOT"]);
    (!reads_otherwise).then(|| Edit::new(at..end, written.to_owned()))
}
