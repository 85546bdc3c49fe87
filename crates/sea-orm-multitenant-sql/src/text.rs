//! From text to one syntax tree: bounds, what tokens may not say, numbering of the caller's values.

use crate::{
    budget::Budgeted,
    dialect::{Engine, Placeholders},
    operators,
    refusal::{Refusal, Result, refuse_with},
    spelling,
};
use sqlparser::{
    ast::Statement,
    keywords::Keyword,
    parser::{Parser, ParserError, ParserOptions},
    tokenizer::{Location, Token, TokenWithSpan, Tokenizer, TokenizerError, Whitespace, Word},
};

/// Longest text in bytes that is read unless [`Catalogue::with_max_statement_bytes`](crate::Catalogue::with_max_statement_bytes)
/// says otherwise: 65,535 bound values, the most an engine takes, fit in it.
pub const MAX_TEXT_BYTES: usize = 1 << 20;

/// Most tokens, white space aside: 65,535 rows of one bound value have four each.
pub const MAX_TOKENS: usize = 300_000;

/// Most operators that the parser copies all that stands before them for.
const MAX_COPYING_OPERATORS: usize = 50;

/// Most ON CONFLICT clauses; of an INSERT there is one.
const MAX_CONFLICT_CLAUSES: usize = 100;

/// Longest text in bytes of a statement that no scope takes: it is read to say what it is.
const MAX_OTHER_BYTES: usize = 16 << 10;

/// The words that a statement of a scope begins with.
const BEGINNINGS: [&str; 10] =
    ["ANALYZE", "DELETE", "EXPLAIN", "INSERT", "REPLACE", "SELECT", "UPDATE", "VALUES", "WITH", "DESCRIBE"];

/// Most operators, each of which may nest the tree one level deeper.
///
/// Dropping a chain of some ten thousand aborts a 2 MiB stack; parsing takes a larger stack long before.
pub const MAX_OPERATORS: usize = 4_000;

/// Deepest nesting of parentheses and subqueries.
const MAX_NESTING: usize = 100;

/// Highest number of a bound value on any engine (PostgreSQL's protocol counts them in 16 bits).
pub(crate) const MAX_VALUES: usize = 65_535;

/// A text cut into tokens, whose placeholders are numbered.
#[derive(Debug)]
pub(crate) struct Tokens {
    pub(crate) tokens: Vec<TokenWithSpan>,
    /// What the caller binds.
    pub(crate) values: Values,
    /// How many operators there are; each may nest the tree one level deeper.
    pub(crate) operators: usize,
    /// How deep the parentheses are; each may hold a query.
    pub(crate) parentheses: usize,
}

/// The values that a caller binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Values {
    /// How many there are.
    pub(crate) count: usize,
    /// Whether the text gives each its number (`$1`, `?1`), so that it may repeat one.
    pub(crate) numbered: bool,
}

/// Cuts a caller's text into tokens and refuses what the engine might read differently.
pub(crate) fn read(engine: Engine, sql: &str, max_bytes: usize) -> Result<Tokens> {
    check_bytes(sql, max_bytes)?;
    let mut tokens = tokenize(engine, sql)?;
    let operators = tokens.iter().filter(|t| nests(&t.token)).count();
    limit("operators", operators, MAX_OPERATORS)?;
    check_amounts(engine, sql, &tokens)?;
    check_tokens(engine, &tokens)?;
    check_text(engine, sql, &tokens)?;
    let values = number_placeholders(engine, &mut tokens)?;
    let parentheses = depth_of_parentheses(&tokens).min(MAX_NESTING);
    Ok(Tokens { tokens, values, operators, parentheses })
}

/// Refuses what would take the parser, or this crate, more time than its length accounts for.
fn check_amounts(engine: Engine, sql: &str, tokens: &[TokenWithSpan]) -> Result<()> {
    let mut counted = tokens.iter().map(|t| &t.token).filter(|token| !matches!(token, Token::Whitespace(_)));
    limit("tokens", counted.clone().count(), MAX_TOKENS)?;
    let words = |keywords: &'static [Keyword]| {
        let is_one = move |token: &&Token| matches!(token, Token::Word(word) if is_keyword(word, keywords));
        counted.clone().filter(is_one).count()
    };
    let copying: &[Keyword] = match engine {
        Engine::Sqlite => &[Keyword::GLOB, Keyword::MATCH, Keyword::REGEXP],
        Engine::Postgres => &[],
        Engine::MySql => &[Keyword::DIV],
    };
    limit("operators DIV, GLOB, MATCH or REGEXP", words(copying), MAX_COPYING_OPERATORS)?;
    limit("ON CONFLICT clauses", words(&[Keyword::CONFLICT]), MAX_CONFLICT_CLAUSES)?;
    let is_beginning = |word: &Word| BEGINNINGS.iter().any(|known| word.value.eq_ignore_ascii_case(known));
    match counted.find(|token| !matches!(token, Token::LParen | Token::SemiColon)) {
        Some(Token::Word(word)) if is_beginning(word) => Ok(()),
        _ => limit("bytes and no beginning of a query or write", sql.len(), MAX_OTHER_BYTES),
    }
}

fn depth_of_parentheses(tokens: &[TokenWithSpan]) -> usize {
    let mut depth = 0_usize;
    let mut deepest = 0;
    for TokenWithSpan { token, span: _ } in tokens {
        match token {
            Token::LParen => depth += 1,
            Token::RParen => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// Cuts text into tokens, literals kept as they are written.
pub(crate) fn tokenize(engine: Engine, sql: &str) -> Result<Vec<TokenWithSpan>> {
    Tokenizer::new(engine.parser_dialect(), sql).with_unescape(false).tokenize_with_location().map_err(
        |TokenizerError { message, location: Location { line, column } }| Refusal::Parse {
            message,
            line,
            column,
        },
    )
}

/// Parses tokens as exactly one statement, to the last token.
pub(crate) fn parse(engine: Engine, tokens: Vec<TokenWithSpan>) -> Result<Statement> {
    let dialect = Budgeted::new(engine, tokens.len());
    let mut parser = parser(engine, &dialect, tokens);
    while parser.consume_token(&Token::SemiColon) {}
    if parser.peek_token_ref().token == Token::EOF {
        return Err(Refusal::Empty);
    }
    let statement = parser.parse_statement();
    let ended = parser.consume_token(&Token::SemiColon);
    while parser.consume_token(&Token::SemiColon) {}
    if statement.is_ok() && ended && parser.peek_token_ref().token != Token::EOF {
        return Err(Refusal::ManyStatements);
    }
    whole(engine, &dialect, parser, statement)
}

/// Parses tokens as what `read` reads, to the last token.
pub(crate) fn parse_with<T>(
    engine: Engine,
    tokens: Vec<TokenWithSpan>,
    read: impl FnOnce(&mut Parser<'_>) -> std::result::Result<T, ParserError>,
) -> Result<T> {
    let dialect = Budgeted::new(engine, tokens.len());
    let mut parser = parser(engine, &dialect, tokens);
    let parsed = read(&mut parser);
    whole(engine, &dialect, parser, parsed)
}

fn parser(engine: Engine, dialect: &Budgeted, tokens: Vec<TokenWithSpan>) -> Parser<'_> {
    Parser::new(dialect)
        .with_options(ParserOptions::new().with_unescape(false))
        .with_recursion_limit(MAX_NESTING)
        .with_tokens_with_locations(spelling::read(engine, tokens))
}

/// What was parsed, if nothing is left of the text; or why it could not be.
fn whole<T>(
    engine: Engine,
    dialect: &Budgeted,
    parser: Parser<'_>,
    parsed: std::result::Result<T, ParserError>,
) -> Result<T> {
    if let Some(steps) = dialect.exceeded() {
        return Err(Refusal::TooLarge { what: "steps of reading or more", found: steps, limit: steps });
    }
    let TokenWithSpan { token, span } = parser.peek_token_ref();
    let refusal = match (parsed, token) {
        (Ok(parsed), Token::EOF) => return Ok(parsed),
        (Ok(_), token) => Refusal::Parse {
            message: format!("Expected: end of statement, found: {token}"),
            line: span.start.line,
            column: span.start.column,
        },
        (Err(error), _) => parse_refusal(error),
    };
    match refusal {
        Refusal::Parse { message, line, column } => {
            let named = spelling::named(engine, &parser.into_tokens(), line, column);
            Err(named.unwrap_or(Refusal::Parse { message, line, column }))
        }
        refusal => Err(refusal),
    }
}

fn parse_refusal(error: ParserError) -> Refusal {
    match error {
        ParserError::RecursionLimitExceeded => {
            Refusal::TooLarge { what: "levels of nesting or more", found: MAX_NESTING, limit: MAX_NESTING }
        }
        ParserError::ParserError(message) | ParserError::TokenizerError(message) => {
            let (message, line, column) = split_position(&message);
            Refusal::Parse { message, line, column }
        }
    }
}

/// Splits the parser's `… at Line: 1, Column: 8` off its message.
fn split_position(message: &str) -> (String, u64, u64) {
    let position = message.rsplit_once(" at Line: ").and_then(|(text, position)| {
        let (line, column) = position.split_once(", Column: ")?;
        Some((text.to_owned(), line.parse().ok()?, column.parse().ok()?))
    });
    position.unwrap_or_else(|| (message.to_owned(), 0, 0))
}

pub(crate) fn limit(what: &'static str, found: usize, limit: usize) -> Result<()> {
    if found > limit { Err(Refusal::TooLarge { what, found, limit }) } else { Ok(()) }
}

fn check_bytes(sql: &str, max_bytes: usize) -> Result<()> {
    limit("bytes", sql.len(), max_bytes)?;
    if sql.contains('\0') {
        return refuse_with("a NUL character", "bind the text as a value");
    }
    Ok(())
}

/// Whether a token may make the tree one level deeper without a parenthesis, which the parser counts itself.
fn nests(token: &Token) -> bool {
    match token {
        // Any keyword may be an operator of the parser's, but for those that stand for a value or follow one.
        Token::Word(word) => !matches!(
            word.keyword,
            Keyword::NoKeyword
                | Keyword::AS
                | Keyword::ASC
                | Keyword::DEFAULT
                | Keyword::DESC
                | Keyword::FALSE
                | Keyword::NULL
                | Keyword::TRUE
        ),
        Token::Comma
        | Token::SemiColon
        | Token::LParen
        | Token::RParen
        | Token::Period
        | Token::EOF
        | Token::Whitespace(_)
        | Token::Number(..)
        | Token::SingleQuotedString(_)
        | Token::Placeholder(_) => false,
        // Every operator, and whatever else there is.
        _ => true,
    }
}

fn check_tokens(engine: Engine, tokens: &[TokenWithSpan]) -> Result<()> {
    let (mut before_that, mut before): (Option<&Token>, Option<&Token>) = (None, None);
    let mut glued = false;
    for TokenWithSpan { token, span: _ } in tokens {
        check_token(engine, token)?;
        if let Token::Whitespace(_) = token {
            glued = false;
            continue;
        }
        if let Some(before) = before {
            check_pair(engine, before, token, glued)?;
            check_frame_bound(before_that, before, token)?;
        }
        (before_that, before) = (before, Some(token));
        glued = true;
    }
    Ok(())
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

fn is_keyword(word: &Word, keywords: &[Keyword]) -> bool {
    word.quote_style.is_none() && keywords.contains(&word.keyword)
}

/// Refuses what only the text shows: comments that the parser reads as the code they may be, and numbers that it reads
/// as strings of bytes.
fn check_text(engine: Engine, sql: &str, tokens: &[TokenWithSpan]) -> Result<()> {
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
            if engine.backslash_depends_on_session() && has_odd_backslashes(text) =>
        {
            refuse_with("a backslash in a literal, whose meaning depends on the session,", BIND)
        }
        // In gbk and its like the last byte of a character and a backslash or backtick after it may be one character.
        Token::SingleQuotedString(text)
            if engine.charset_may_join_bytes() && !text.is_ascii() && text.contains('\\') =>
        {
            refuse_with(
                "a backslash beside characters that are not ASCII, whose meaning depends on the session,",
                BIND,
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
        // What SeaORM writes after LIKE … ESCAPE.
        Token::EscapedStringLiteral(text) if text == "\\" => Ok(()),
        // The parser reads it as the beginning of a join and forgets it.
        Token::Word(word) if word.quote_style.is_none() && word.keyword == Keyword::GLOBAL => {
            refuse_with("the word GLOBAL", "quote it if it is a name")
        }
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

/// Whether a run of backslashes is odd: where the literal ends then depends on the session.
fn has_odd_backslashes(text: &str) -> bool {
    text.split(|c| c != '\\').any(|run| run.len() % 2 == 1)
}

/// What may stand between UPDATE or DELETE and a table, and would be read as a table. IGNORE after UPDATE is read.
const MODIFIERS: [&str; 2] = ["LOW_PRIORITY", "QUICK"];

/// Whether BINARY after a token is a type or a collation: as an operator the parser has it take all that follows.
fn may_precede_binary(before: &Token) -> bool {
    match before {
        Token::Word(word) => {
            word.quote_style.is_none()
                && matches!(word.keyword, Keyword::AS | Keyword::COLLATE | Keyword::SET | Keyword::CHARSET)
        }
        _ => false,
    }
}

/// Refuses neighbours that the parser reads in one way and an engine in another: an expression and its alias, which are
/// one expression; two signs, which are one operator; the parser's spelling of what the engine writes otherwise.
fn check_pair(engine: Engine, before: &Token, token: &Token, glued: bool) -> Result<()> {
    match (before, token) {
        (before, Token::Word(word))
            if engine.binds_binary_closely()
                && word.quote_style.is_none()
                && word.keyword == Keyword::BINARY
                && !may_precede_binary(before) =>
        {
            refuse_with("BINARY before an operand", "write CAST(… AS BINARY)")
        }
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
        (Token::Ampersand, Token::Word(word)) if glued && word.quote_style.is_some() => {
            refuse_with("`&` before a quoted name", "put a space between them")
        }
        (
            Token::Number(..)
            | Token::SingleQuotedString(_)
            | Token::RParen
            | Token::RBracket
            | Token::Placeholder(_),
            Token::SingleQuotedString(_),
        ) => refuse_with(
            "a literal that follows an expression",
            "write `AS` before an alias, `||` between texts",
        ),
        _ => Ok(()),
    }
}

/// Gives every placeholder its number, and says what the caller binds.
fn number_placeholders(engine: Engine, tokens: &mut [TokenWithSpan]) -> Result<Values> {
    let mut bare = 0;
    let mut highest = 0;
    let mut numbered = false;
    for TokenWithSpan { token, span: _ } in tokens {
        let Token::Placeholder(text) = token else { continue };
        let number = match (engine.placeholders(), text.as_bytes()) {
            (Placeholders::Question | Placeholders::Positional, b"?") => {
                bare += 1;
                *text = format!("?{bare}");
                bare
            }
            (Placeholders::Dollar, [b'$', digits @ ..]) | (Placeholders::Question, [b'?', digits @ ..]) => {
                numbered = true;
                placeholder_number(digits)?
            }
            _ => return refuse_with("a named placeholder", "bind values by position"),
        };
        limit("bound values", number, MAX_VALUES)?;
        highest = highest.max(number);
    }
    if bare > 0 && numbered {
        return refuse_with("a mix of `?` and numbered placeholders", "use one of them");
    }
    Ok(Values { count: highest, numbered })
}

fn placeholder_number(digits: &[u8]) -> Result<usize> {
    let number = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse::<usize>().ok());
    match number {
        Some(number) if number > 0 && digits.first() != Some(&b'0') => Ok(number),
        Some(_) | None => refuse_with("a named placeholder", "bind values by position, from 1"),
    }
}

/// Turns the parser's line and column into byte offsets of one text, in ascending order of position.
#[derive(Debug)]
pub(crate) struct Offsets<'a> {
    text: &'a str,
    chars: std::str::CharIndices<'a>,
    at: Location,
    /// Whether a column is a byte: the text is one line of ASCII, as SeaORM's mostly are.
    columns_are_bytes: bool,
}

impl<'a> Offsets<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let columns_are_bytes = text.is_ascii() && !text.contains('\n');
        Self { text, chars: text.char_indices(), at: Location { line: 1, column: 1 }, columns_are_bytes }
    }

    /// The byte offset of `location`, which must not lie before the last one asked for.
    pub(crate) fn offset(&mut self, location: Location) -> usize {
        if self.columns_are_bytes {
            return usize::try_from(location.column)
                .map_or(0, |column| column.saturating_sub(1))
                .min(self.text.len());
        }
        while (self.at.line, self.at.column) < (location.line, location.column) {
            match self.chars.next() {
                Some((_, '\n')) => self.at = Location { line: self.at.line + 1, column: 1 },
                Some(_) => self.at.column += 1,
                None => return self.text.len(),
            }
        }
        self.text.len() - self.chars.as_str().len()
    }
}
