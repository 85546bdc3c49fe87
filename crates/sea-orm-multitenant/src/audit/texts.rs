//! Statements in files: scripts of SQL, and JSON lines.

use crate::{
    audit::{error::AuditError, usage::StatementUse},
    statement::engine,
};
use sea_orm::DbBackend;
use sea_orm_multitenant_sql::split_statements;
use std::io::{self, Write};

/// Reads the statements of a file: JSON lines if its first character is `{`, otherwise SQL.
///
/// In SQL each statement ends with a semicolon, which is found by a tokenizer for the engine: a semicolon in a literal, a
/// quoted name, a comment, or the body of a trigger ends nothing. Equal texts are counted. In JSON each line is an object
/// such as `{"sql": "SELECT 1", "calls": 3}`, as [`write_json_lines`] writes them; `calls` is 1 if it is missing.
///
/// # Errors
/// [`AuditError::JsonLine`] for a line that is no such object; [`AuditError::Tenancy`] when the engine is not supported.
///
/// ```
/// use sea_orm::DbBackend;
/// use sea_orm_multitenant::audit::{StatementUse, parse_statements};
///
/// let sql = "SELECT ';' AS x; SELECT 2; SELECT 2;";
/// let expected = [StatementUse::new("SELECT ';' AS x", 1), StatementUse::new("SELECT 2", 2)];
/// assert_eq!(parse_statements(DbBackend::Postgres, sql)?, expected);
/// let json = "{\"sql\": \"SELECT ';' AS x\"}\n{\"sql\": \"SELECT 2\", \"calls\": 2}\n";
/// assert_eq!(parse_statements(DbBackend::Postgres, json)?, expected);
/// # Ok::<(), sea_orm_multitenant::audit::AuditError>(())
/// ```
pub fn parse_statements(backend: DbBackend, text: &str) -> Result<Vec<StatementUse>, AuditError> {
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with('{') {
        return parse_json_lines(text);
    }
    let statements = split_statements(engine(backend)?, text);
    Ok(StatementUse::count_texts(statements.into_iter().map(|statement| statement.text.to_owned())))
}

fn parse_json_lines(text: &str) -> Result<Vec<StatementUse>, AuditError> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(at, line)| {
            serde_json::from_str(line).map_err(|source| AuditError::JsonLine { line: at + 1, source })
        })
        .collect()
}

/// Writes statements as JSON lines, which [`parse_statements`] and `tenancy audit --file` read.
///
/// # Errors
/// Those of the writer.
///
/// ```
/// use sea_orm_multitenant::audit::{StatementUse, write_json_lines};
///
/// let mut file = Vec::new();
/// write_json_lines(&mut file, &[StatementUse::new("SELECT 1", 3)])?;
/// assert_eq!(String::from_utf8(file)?, "{\"sql\":\"SELECT 1\",\"calls\":3}\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_json_lines<'s>(
    mut writer: impl Write,
    statements: impl IntoIterator<Item = &'s StatementUse>,
) -> io::Result<()> {
    for statement in statements {
        serde_json::to_writer(&mut writer, statement)?;
        writer.write_all(b"\n")?;
    }
    writer.flush()
}
