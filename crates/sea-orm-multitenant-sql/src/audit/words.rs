//! Tokens without white space, seen as words and signs.

use sqlparser::tokenizer::{Token, TokenWithSpan, Whitespace};

/// The tokens that are not white space or comments.
pub(super) fn significant(tokens: &[TokenWithSpan]) -> impl Iterator<Item = &Token> {
    tokens.iter().map(|TokenWithSpan { token, span: _ }| token).filter(|token| !is_space(token))
}

/// Whether a token is white space or a comment.
pub(super) fn is_space(token: &Token) -> bool {
    matches!(token, Token::Whitespace(_))
}

/// The word in capitals, if the token is one and not quoted; otherwise an empty text.
pub(super) fn word(token: &Token) -> String {
    match token {
        Token::Word(word) if word.quote_style.is_none() => word.value.to_ascii_uppercase(),
        _ => String::new(),
    }
}

/// Whether a token is a comment that MySQL or MariaDB may run.
pub(super) fn is_run(token: &Token) -> bool {
    matches!(token, Token::Whitespace(Whitespace::MultiLineComment(text)) if text.starts_with(['!', 'M']))
}
