//! MariaDB's own EXPLAIN, and a user with rights on the declared tables alone.

use crate::said::Said;

/// The tables that `EXPLAIN FORMAT=JSON` of a statement names must be those of the statement. Names of its aliases stand in the
/// answer where it has any, so `aliases` are the names after AS in the text that was sent.
///
/// # Errors
/// The first table that is neither.
pub fn check_explained(said: &Said<'_>, explained: &str, aliases: &[String]) -> Result<(), String> {
    for name in lines_of_tables(explained) {
        let is_own = said.tables.iter().any(|table| table.rsplit('.').next() == Some(name));
        let is_made = name.starts_with('<') || aliases.iter().any(|alias| alias == name);
        if !is_own && !is_made {
            return Err(format!("MariaDB reads the table `{name}`, which the statement does not name"));
        }
    }
    Ok(())
}

/// Every `table_name` in an answer of EXPLAIN, which has one on a line. Where names are quoted by `"` (ANSI_QUOTES) MariaDB writes
/// conditions that are no JSON; no line of such a condition begins like this.
fn lines_of_tables(explained: &str) -> impl Iterator<Item = &str> {
    let lines = explained.lines().map(str::trim_start);
    lines.filter_map(|line| line.strip_prefix("\"table_name\": \"")?.split('"').next())
}

/// The statements that make a user who may reach these tables of a database, and nothing else.
///
/// Tables that only its rights keep it from, `mysql.user` among them, then answer with an error instead of rows.
pub fn make_user(user: &str, password: &str, database: &str, tables: &[&str]) -> Vec<String> {
    let mut statements = vec![format!("CREATE USER `{user}`@`%` IDENTIFIED BY '{password}'")];
    statements.extend(tables.iter().map(|table| {
        format!("GRANT SELECT, INSERT, UPDATE, DELETE ON `{database}`.`{table}` TO `{user}`@`%`")
    }));
    statements
}
