//! Changes CREATE INDEX as SQLite stores it.

use crate::plan::sqlite_text::{
    cursor::{Cursor, Unread},
    token::tokens,
};

/// The text with `column` before the other columns; everything else stays as written.
///
/// # Errors
/// If the text cannot be parsed as that of an index on this table.
pub(crate) fn with_tenant_first(text: &str, table: &str, column: &str) -> Result<String, Unread> {
    let tokens = tokens(text).ok_or("it has a character that SQLite does not accept")?;
    let mut cursor = Cursor::new(&tokens);
    cursor.expect("CREATE")?;
    let _ = cursor.takes("UNIQUE");
    cursor.expect("INDEX")?;
    cursor.name()?;
    cursor.expect("ON")?;
    if !cursor.name()?.eq_ignore_ascii_case(table) {
        return Err(cursor.unread("the name of the table"));
    }
    let columns = cursor.brackets()?;
    if !cursor.is_end() && !cursor.sees("WHERE") {
        return Err(cursor.unread("WHERE"));
    }
    let at = tokens[columns.start].at.end;
    Ok(format!("{}{column}, {}", &text[..at], &text[at..]))
}

#[cfg(test)]
mod tests {
    use super::with_tenant_first;

    #[test]
    fn rest_of_the_text_stays_as_written() {
        let text = "CREATE UNIQUE INDEX \"on (x\"\nON\tTask -- (\n ( lower(title) COLLATE nocase DESC, \"a)\" )\nWHERE flags <= 0xFF";
        assert_eq!(
            with_tenant_first(text, "task", "\"account_id\"").expect("it is read"),
            text.replace(" ( lower", " (\"account_id\",  lower")
        );
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "CREATE INDEX i ON other (a)",
            "CREATE INDEX i ON task (a) USING x",
            "CREATE INDEX i ON task",
            "",
        ] {
            assert!(with_tenant_first(text, "task", "\"account_id\"").is_err(), "{text}");
        }
    }
}
