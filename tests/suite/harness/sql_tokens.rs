//! Cuts SQL into words, for a check that shares no code with the library's own.

/// A piece of SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A name or keyword, without its quotes.
    Word(String),
    /// A bound value, by its index from 0.
    Placeholder(usize),
    /// A literal.
    Literal,
    /// Any other character.
    Sign(char),
}

impl Token {
    /// Whether this is the keyword, whatever its case.
    pub(super) fn is(&self, keyword: &str) -> bool {
        matches!(self, Self::Word(word) if word.eq_ignore_ascii_case(keyword))
    }

    /// The name, when this is one.
    pub(super) fn word(&self) -> Option<&str> {
        match self {
            Self::Word(word) => Some(word),
            Self::Placeholder(_) | Self::Literal | Self::Sign(_) => None,
        }
    }
}

/// Cuts a statement into tokens; comments, as the signature of the values' types is one, are none.
pub(super) fn tokens(sql: &str) -> Vec<Token> {
    let mut chars = sql.chars().peekable();
    let mut tokens = Vec::new();
    let mut positional = 0;
    while let Some(first) = chars.next() {
        let mut rest = |accept: fn(&char) -> bool| {
            let mut text = String::new();
            while let Some(next) = chars.next_if(accept) {
                text.push(next);
            }
            text
        };
        match first {
            '"' | '`' => {
                let name = if first == '"' { rest(|c| *c != '"') } else { rest(|c| *c != '`') };
                chars.next();
                tokens.push(Token::Word(name));
            }
            '\'' => {
                rest(|c| *c != '\'');
                chars.next();
                tokens.push(Token::Literal);
            }
            '?' | '$' => {
                let digits = rest(char::is_ascii_digit);
                let number = digits.parse().unwrap_or_else(|_| {
                    positional += 1;
                    positional
                });
                tokens.push(Token::Placeholder(number - 1));
            }
            '0'..='9' => {
                rest(|c| c.is_ascii_digit() || *c == '.');
                tokens.push(Token::Literal);
            }
            'a'..='z' | 'A'..='Z' | '_' => {
                let word = rest(|c| c.is_ascii_alphanumeric() || *c == '_');
                tokens.push(Token::Word(format!("{first}{word}")));
            }
            first if first.is_whitespace() => {}
            '/' if chars.next_if_eq(&'*').is_some() => {
                while let Some(inside) = chars.next() {
                    if inside == '*' && chars.next_if_eq(&'/').is_some() {
                        break;
                    }
                }
            }
            sign => tokens.push(Token::Sign(sign)),
        }
    }
    tokens
}
