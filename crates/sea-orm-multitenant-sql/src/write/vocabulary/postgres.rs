//! PostgreSQL's lexical structure (manual, 4.1; `src/backend/parser/scan.l`).

use crate::write::vocabulary::lexer::{
    Cursor, Kind, Read, Token, all_tokens, ends_alike, is_word_part, is_word_start,
};

/// Operators of PostgreSQL (manual, chapter 9) and of pg_trgm, pgvector, hstore, ltree and intarray, in byte order.
const OPERATORS: [&str; 103] = [
    "!!", "!=", "!~", "!~*", "!~~", "!~~*", "#", "##", "#-", "#=", "#>", "#>>", "%", "%#", "%%", "%>", "%>>",
    "&", "&&", "&<", "&<|", "&>", "*", "+", "-", "->", "->>", "-|-", "/", "<", "<#>", "<%", "<%>", "<+>",
    "<->", "<->>", "<->>>", "<<", "<<%", "<<->", "<<<->", "<<=", "<<|", "<=", "<=>", "<>", "<@", "<^", "<~>",
    "=", ">", ">=", ">>", ">>=", ">^", "?", "?#", "?&", "?-", "?-|", "?@", "?@>", "?<@", "?|", "?||", "?~",
    "@", "@-@", "@>", "@?", "@@", "@@@", "^", "^<@", "^?", "^@", "^@>", "^~", "|", "|&>", "|/", "|>>", "||",
    "||/", "~", "~*", "~<=~", "~<~", "~=", "~>=~", "~>~", "~~", "~~*", "*<", "*<=", "*<>", "*=", "*>", "*>=",
    "!~~=", "@>>", "<<@", "~@",
];

/// Signs that make operators.
const SIGNS: &[u8] = b"+-*/<>=~!@#%^&|`?";

pub(super) fn tokens(text: &str) -> Read<'_, Vec<Token<'_>>> {
    all_tokens(text, token)
}

fn token<'t>(cursor: &mut Cursor<'t>, next: u8) -> Read<'t, Token<'t>> {
    match next {
        b'"' => cursor.take_quoted(Kind::Name),
        b'\'' => {
            let literal = cursor.take_quoted(Kind::Literal)?;
            // Where `standard_conforming_strings` is off, `\'` does not end a literal.
            if ends_alike(literal.text) {
                Ok(literal)
            } else {
                Err(cursor.unknown(literal.start, "a literal whose end depends on the session"))
            }
        }
        // A text in which a backslash escapes under every setting of the session.
        b'E' if cursor.second() == Some(b'\'') => cursor.take_escaped(),
        b'B' if cursor.second() == Some(b'\'') => cursor.take_bits(|byte| matches!(byte, b'0' | b'1')),
        b'X' if cursor.second() == Some(b'\'') => cursor.take_bits(|byte| byte.is_ascii_hexdigit()),
        b'$' if cursor.second().is_some_and(|byte| byte.is_ascii_digit()) => place(cursor),
        b'0'..=b'9' => cursor.take_number(),
        b'.' if cursor.second().is_some_and(|byte| byte.is_ascii_digit()) => cursor.take_number(),
        b'(' | b')' | b'[' | b']' | b',' | b'.' => Ok(cursor.take(Kind::Punctuation, 1)),
        b':' if cursor.second() == Some(b':') => Ok(cursor.take(Kind::Punctuation, 2)),
        b':' if cursor.second() != Some(b'=') => Ok(cursor.take(Kind::Punctuation, 1)),
        sign if SIGNS.contains(&sign) => operator(cursor),
        letter if is_word_start(letter) => cursor.take_word(),
        _ => Err(cursor.unexpected()),
    }
}

/// `$` and digits, with nothing glued to them.
fn place<'t>(cursor: &mut Cursor<'t>) -> Read<'t, Token<'t>> {
    let dollar = cursor.take(Kind::Place, 1);
    let digits = cursor.take_while(Kind::Place, |byte| byte.is_ascii_digit());
    if cursor.peek().is_some_and(is_word_part) {
        return Err(cursor.unknown(dollar.start, "a placeholder followed by letters"));
    }
    Ok(Token { kind: Kind::Place, text: cursor.text_from(dollar.start), start: digits.start - 1 })
}

/// The longest run of signs is one operator, without a last `+` or `-` where it has none of `~!@#%^&|` `` ` `` `?`
/// (manual, 4.1.3). A named argument's `=>` is no operator.
fn operator<'t>(cursor: &mut Cursor<'t>) -> Read<'t, Token<'t>> {
    if cursor.starts_with("=>") && !cursor.starts_with("=>=") {
        return Ok(cursor.take(Kind::Punctuation, 2));
    }
    let run = cursor.run_of(SIGNS);
    let mut length = run.len();
    while length > 1
        && run[..length].ends_with(['+', '-'])
        && !run[..length - 1].contains(['~', '!', '@', '#', '%', '^', '&', '|', '`', '?'])
    {
        length -= 1;
    }
    let operator = &run[..length];
    if OPERATORS.contains(&operator) && !operator.contains("--") && !operator.contains("/*") {
        Ok(cursor.take(Kind::Operator, length))
    } else {
        Err(cursor.unknown_run(run.len(), "which is no operator that a scope knows of PostgreSQL"))
    }
}
