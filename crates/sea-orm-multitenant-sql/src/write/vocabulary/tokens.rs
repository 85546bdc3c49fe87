//! A text cut into tokens by the lexer of its engine.

use crate::{
    engine::Engine,
    refusal::{Refusal, Result},
    write::vocabulary::{
        lexer::{self, Token},
        mysql, postgres, sqlite,
    },
};

/// The lexer of an engine.
fn lexer(engine: Engine) -> fn(&str) -> lexer::Read<'_, Vec<Token<'_>>> {
    match engine {
        Engine::Sqlite => sqlite::tokens,
        Engine::Postgres => postgres::tokens,
        Engine::MySql => mysql::tokens,
    }
}

/// Cuts a text into tokens.
pub(super) fn read(engine: Engine, text: &str) -> Result<Vec<Token<'_>>> {
    lexer(engine)(text).map_err(|lexer::Unknown { text, why }| Refusal::Unsupported {
        construct: format!("`{text}`, {why},").into(),
        table: None,
        instead: "write the engine's own SQL, or bind a value".into(),
    })
}
