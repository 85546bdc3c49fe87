//! What the parser reads in one way and an engine in another.

use crate::{
    engine::Engine,
    read::{
        beyond::{is_text, is_type_with_precision},
        operators,
        spelling::{
            cut::Cut,
            operands::{is_name_of_binary, operand},
        },
        tokenize::{Offsets, is_keyword},
    },
    refusal::{Result, refuse_with},
};
use sqlparser::{
    keywords::Keyword,
    tokenizer::{Token, TokenWithSpan, Whitespace, Word},
};

/// Refuses tokens, and neighbours, that an engine may read differently.
pub(super) fn check_tokens(engine: Engine, tokens: &[TokenWithSpan]) -> Result<()> {
    let (mut before_that, mut before): (Option<&Token>, Option<&Token>) = (None, None);
    let mut recent = [None; 4];
    let mut glued = false;
    for TokenWithSpan { token, span: _ } in tokens {
        check_token(engine, token)?;
        if let Token::Whitespace(_) = token {
            glued = false;
            continue;
        }
        if let Some(before) = before {
            let is_typed = is_text(token) && ends_type(engine, &recent);
            if !is_typed {
                check_pair(engine, before_that, before, token, glued)?;
            }
            check_frame_bound(before_that, before, token)?;
        }
        (before_that, before) = (before, Some(token));
        recent.rotate_left(1);
        recent[3] = Some(token);
        glued = true;
    }
    check_binary(engine, tokens)
}

/// Whether these are a type with a precision, such as `timestamp(0)`, which a text may follow.
fn ends_type(engine: Engine, recent: &[Option<&Token>; 4]) -> bool {
    match recent {
        [Some(Token::Word(word)), Some(Token::LParen), Some(Token::Number(..)), Some(Token::RParen)] => {
            engine == Engine::Postgres && is_type_with_precision(word)
        }
        _ => false,
    }
}

/// Refuses BINARY before an operand that does not end by itself: as an operator the parser has it take all that follows.
fn check_binary(engine: Engine, tokens: &[TokenWithSpan]) -> Result<()> {
    let is_binary = |token: &TokenWithSpan| matches!(&token.token, Token::Word(word) if is_keyword(word, &[Keyword::BINARY]));
    if !engine.binds_binary_closely() || !tokens.iter().any(is_binary) {
        return Ok(());
    }
    let cut = Cut::new(tokens);
    let is_operator = |at: &usize| {
        cut.reads(*at, &["BINARY"]) && !is_name_of_binary(&cut, *at) && operand(&cut, at + 1).is_none()
    };
    match (0..cut.places.len()).find(is_operator) {
        Some(_) => refuse_with("BINARY before an operand", "write CAST(… AS BINARY)"),
        None => Ok(()),
    }
}

/// Refuses a text as the bound of a window frame: the parser takes `'1' PRECEDING` for `INTERVAL '1' PRECEDING`.
fn check_frame_bound(before: Option<&Token>, text: &Token, token: &Token) -> Result<()> {
    let ends_bound =
        matches!(token, Token::Word(word) if is_keyword(word, &[Keyword::PRECEDING, Keyword::FOLLOWING]));
    let is_typed = matches!(before, Some(Token::Word(word)) if is_keyword(word, &[Keyword::INTERVAL]));
    if matches!(text, Token::SingleQuotedString(_)) && ends_bound && !is_typed {
        return refuse_with(
            "a text as the bound of a window frame",
            "write a number, or INTERVAL before the text",
        );
    }
    Ok(())
}

/// Refuses what only the text shows: comments that the parser reads as the code they may be, and numbers that it reads
/// as strings of bytes.
pub(super) fn check_text(engine: Engine, sql: &str, tokens: &[TokenWithSpan]) -> Result<()> {
    let runs = |text: &str| text.matches("/*!").count() + text.matches("/*M!").count();
    let in_literals = tokens.iter().map(|TokenWithSpan { token, span: _ }| match token {
        Token::SingleQuotedString(text) => runs(text),
        Token::Word(word) if word.quote_style.is_some() => runs(&word.value),
        _ => 0,
    });
    if engine.runs_comments() && sql.contains('!') && runs(sql) > in_literals.sum() {
        return refuse_with("a comment that the engine may run", "remove the comment");
    }
    let mut offsets = Offsets::new(sql);
    for (index, TokenWithSpan { token, span }) in tokens.iter().enumerate() {
        match token {
            Token::EscapedStringLiteral(_) => {
                let start = offsets.offset(span.start);
                if escapes_unknown_letters(&sql[start..offsets.offset(span.end)]) {
                    return refuse_with(
                        "an escape that not every version reads alike",
                        "double the backslash, or bind the text as a value",
                    );
                }
            }
            Token::HexStringLiteral(_) if sql[offsets.offset(span.start)..].starts_with('0') => {
                return refuse_with("a number in hexadecimal", "write it in decimal, or bind it as a value");
            }
            Token::Neq if engine.joins_signs() && sql[offsets.offset(span.start)..].starts_with('!') => {
                let next = tokens.get(index + 1).map(|next| &next.token);
                if next.is_some_and(|next| operators::are_one(&Token::ExclamationMark, next)) {
                    return refuse_with("a sign after `!=`", "put a space between them");
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether a backslash in `E'…'` stands before a letter that the manual gives no meaning (4.1.2.2). Such a letter means itself,
/// until a version gives it a meaning: `\v` is `v` to PostgreSQL 15 and a vertical tab to later ones.
fn escapes_unknown_letters(literal: &str) -> bool {
    const LETTERS: &str = "bfnrtuUx";
    let mut chars = literal.chars();
    while let Some(c) = chars.next() {
        if c == '\\' && chars.next().is_some_and(|c| c.is_ascii_alphabetic() && !LETTERS.contains(c)) {
            return true;
        }
    }
    false
}

fn check_token(engine: Engine, token: &Token) -> Result<()> {
    const BIND: &str = "bind the text as a value";
    match token {
        // The parser makes it `=`, which an operator of that name need not be.
        Token::DoubleEq if engine != Engine::Sqlite => refuse_with("the operator `==`", "write `=`"),
        Token::Word(word) if word.value.contains(char::is_control) => {
            refuse_with("a control character in a name", "rename it")
        }
        Token::Word(word) if !word.value.is_ascii() && word.value.chars().any(|c| !is_of_name(word, c)) => {
            refuse_with(
                "a character in a name that is no letter, digit or sign that shows",
                "rename it, and quote a name that holds more than letters, digits and `_`",
            )
        }
        // The parser takes the sign into a name, also behind a word: `HAVING@y`.
        Token::Word(word) if word.quote_style.is_none() && word.value.contains('@') => {
            refuse_with("a session variable", "bind the value, or quote a name that holds `@`")
        }
        Token::Word(word) if word.value.len() > engine.max_identifier_bytes() => {
            refuse_with("a name longer than the engine keeps", "shorten the name")
        }
        Token::SingleQuotedString(text)
            if engine.backslash_depends_on_session() && may_end_elsewhere(text) =>
        {
            refuse_with(
                "a backslash before a quote in a literal, whose end depends on the session,",
                engine.instead_of_backslashed_quotes(),
            )
        }
        Token::Word(word)
            if engine.charset_may_join_bytes() && word.quote_style.is_some() && !word.value.is_ascii() =>
        {
            refuse_with("a quoted name that is not ASCII, whose end depends on the session,", "rename it")
        }
        Token::DoubleQuotedString(_) => refuse_with("a literal in double quotes", BIND),
        Token::Word(word) if word.quote_style == Some('"') && engine.double_quote_depends_on_session() => {
            refuse_with(
                "text in double quotes, whose meaning depends on the session,",
                "quote names with backticks and bind texts as values",
            )
        }
        // The end of the text to the driver and the engine.
        Token::UnicodeStringLiteral(text) if text.contains('\0') => {
            refuse_with("a NUL character in a literal", "leave it out: the engine stores none")
        }
        // Read with its escapes, and written with them again.
        Token::EscapedStringLiteral(_) | Token::UnicodeStringLiteral(_) | Token::DollarQuotedString(_)
            if engine.has_escaped_texts() =>
        {
            Ok(())
        }
        // The parser reads it as the beginning of a join and forgets it.
        Token::Word(word) if word.quote_style.is_none() && word.keyword == Keyword::GLOBAL => {
            refuse_with("the word GLOBAL", "quote it if it is a name")
        }
        Token::SingleQuotedByteStringLiteral(_) if engine.has_bit_strings() => Ok(()),
        Token::EscapedStringLiteral(_)
        | Token::UnicodeStringLiteral(_)
        | Token::DollarQuotedString(_)
        | Token::NationalStringLiteral(_)
        | Token::TripleSingleQuotedString(_)
        | Token::TripleDoubleQuotedString(_)
        | Token::SingleQuotedByteStringLiteral(_)
        | Token::DoubleQuotedByteStringLiteral(_)
        | Token::SingleQuotedRawStringLiteral(_)
        | Token::DoubleQuotedRawStringLiteral(_) => refuse_with("a literal with a prefix", BIND),
        Token::Whitespace(Whitespace::MultiLineComment(text)) if text.starts_with('+') => {
            refuse_with("an optimizer hint", "remove the comment")
        }
        Token::Number(digits, _) if digits.contains('_') => {
            refuse_with("a number with underscores", "write its digits alone")
        }
        _ => Ok(()),
    }
}

/// Whether a character beyond ASCII may stand in a name: a letter or a digit, in quotes also any other that shows.
///
/// Engines skip some of the others, as SQLite does U+FEFF, which makes another name of it than the parser reads.
fn is_of_name(word: &Word, c: char) -> bool {
    if c.is_ascii() || c.is_alphanumeric() {
        return true;
    }
    // Behind a letter an accent of its own shows too.
    let shown = String::from_iter(['a', c]);
    word.quote_style.is_some() && !c.is_whitespace() && shown.escape_debug().count() == 2
}

/// Whether a literal ends at another place where backslashes escape than where they do not.
///
/// What else a backslash means is left to the session: the literal is sent as it is written. So only the backslashes before a quote count,
/// of which the last one is that of the literal's end. They must be in pairs, and not directly behind a character beyond ASCII: in gbk
/// and its like the last byte of that and the first backslash may be one character.
fn may_end_elsewhere(text: &str) -> bool {
    text.split('\'').any(|before| {
        let rest = before.trim_end_matches('\\');
        let backslashes = before.len() - rest.len();
        backslashes % 2 == 1 || backslashes > 0 && rest.ends_with(|c: char| !c.is_ascii())
    })
}

/// What may stand between UPDATE or DELETE and a table, and would be read as a table. IGNORE after UPDATE is read.
const MODIFIERS: [&str; 2] = ["LOW_PRIORITY", "QUICK"];

/// Refuses neighbours that the parser reads in one way and an engine in another: an expression and its alias, which are
/// one expression; two signs, which are one operator; the parser's spelling of what the engine writes otherwise.
fn check_pair(
    engine: Engine,
    before_that: Option<&Token>,
    before: &Token,
    token: &Token,
    glued: bool,
) -> Result<()> {
    match (before, token) {
        (Token::Word(before), Token::Word(word))
            if engine.supports_ignore()
                && (before.keyword == Keyword::UPDATE && word.keyword == Keyword::OR
                    || before.keyword == Keyword::ANALYZE && word.keyword == Keyword::VERBOSE) =>
        {
            refuse_with(format!("{before} {word}"), "write the engine's own SQL")
        }
        (Token::Word(before), Token::Word(word))
            if engine.supports_ignore()
                && matches!(before.keyword, Keyword::UPDATE | Keyword::DELETE)
                && MODIFIERS.contains(&word.value.to_ascii_uppercase().as_str())
                && word.quote_style.is_none() =>
        {
            refuse_with(format!("{before} {word}"), "leave the word out")
        }
        // Behind a table it stands for ONLY, `read/spelling/only.rs`.
        (Token::Word(before), Token::Word(word))
            if engine == Engine::Postgres
                && is_keyword(before, &[Keyword::WITH])
                && is_keyword(word, &[Keyword::ORDINALITY])
                && before_that.is_none_or(|token| *token != Token::RParen) =>
        {
            refuse_with("WITH ORDINALITY behind something that is not a call", "leave it out")
        }
        // The parser reads over it: `x REGEXP NULL AS v` becomes `x REGEXP AS AS v`.
        (Token::Word(before), Token::Word(word))
            if is_keyword(before, &[Keyword::REGEXP, Keyword::RLIKE])
                && is_keyword(word, &[Keyword::NULL]) =>
        {
            refuse_with("NULL as a pattern", "write NULL in place of the comparison")
        }
        (before, token) if glued && engine.joins_signs() && operators::are_one(before, token) => refuse_with(
            format!("`{before}{token}`, which the engine takes for one operator,"),
            "put a space between them",
        ),
        (Token::Number(..), Token::Word(_)) if glued => {
            refuse_with("a number followed by letters", "put a space or an operator between them")
        }
        // A name may hold the sign: to SQLite `LIMIT$1` is one.
        (Token::Word(word), Token::Placeholder(name))
            if glued && word.quote_style.is_none() && name.starts_with('$') =>
        {
            refuse_with("a placeholder directly behind a word", "put a space between them")
        }
        // A name may hold the sign: to PostgreSQL `a$$b$$` is one.
        (Token::Word(_) | Token::Number(..), Token::DollarQuotedString(_)) if glued => {
            refuse_with("a text between dollars directly behind a word", "put a space between them")
        }
        (Token::Ampersand, Token::Word(word)) if glued && word.quote_style.is_some() => {
            refuse_with("`&` before a quoted name", "put a space between them")
        }
        (
            Token::Number(..)
            | Token::SingleQuotedString(_)
            | Token::RParen
            | Token::RBracket
            | Token::Placeholder(_)
            | Token::EscapedStringLiteral(_)
            | Token::UnicodeStringLiteral(_)
            | Token::DollarQuotedString(_),
            Token::SingleQuotedString(_)
            | Token::EscapedStringLiteral(_)
            | Token::UnicodeStringLiteral(_)
            | Token::DollarQuotedString(_),
        ) => refuse_with(
            "a literal that follows an expression",
            "write `AS` before an alias, `||` between texts",
        ),
        _ => Ok(()),
    }
}
