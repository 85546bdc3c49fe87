//! MariaDB's own EXPLAIN, and a user with rights on the declared tables alone.

use crate::said::Said;
use serde_json::Value;

/// The tables that `EXPLAIN FORMAT=JSON` of a statement names must be those of the statement. Names of its aliases stand in the
/// answer where it has any, so `aliases` are the names after AS in the text that was sent.
///
/// # Errors
/// The first table that is neither.
pub fn check_explained(said: &Said<'_>, explained: &str, aliases: &[String]) -> Result<(), String> {
    let value: Value = serde_json::from_str(explained).map_err(|error| error.to_string())?;
    let mut names = Vec::new();
    table_names(&value, &mut names);
    for name in names {
        let is_own = said.tables.iter().any(|table| table.rsplit('.').next() == Some(name));
        let is_made = name.starts_with('<') || aliases.iter().any(|alias| alias == name);
        if !is_own && !is_made {
            return Err(format!("MariaDB reads the table `{name}`, which the statement does not name"));
        }
    }
    Ok(())
}

/// Every `table_name` in an answer of EXPLAIN.
fn table_names<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| table_names(item, found)),
        Value::Object(fields) => {
            found.extend(fields.get("table_name").and_then(Value::as_str));
            fields.values().for_each(|field| table_names(field, found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
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
