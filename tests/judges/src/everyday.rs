//! The statements of `tests/everyday`: what ordinary programs send, for each engine, over the schema of one service.
//!
//! Each line is a statement. An engine must take every one of them, as it stands or as it is scoped.

use sea_orm_multitenant_sql::{Catalogue, Engine, Table, TenantType};
use std::{fs, path::PathBuf};

/// A statement, and the file it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Everyday {
    /// The file's name without its end: what the statement is an example of.
    pub family: String,
    /// The statement without its semicolon.
    pub sql: String,
}

/// Tables that all tenants read.
const SHARED: [&str; 2] = ["country", "plan"];

/// The folder of an engine's files.
pub fn folder(engine: Engine) -> PathBuf {
    let name = match engine {
        Engine::Sqlite => "sqlite",
        Engine::Postgres => "postgres",
        Engine::MySql => "mysql",
    };
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../everyday").join(name)
}

/// The statements of an engine, in the order of the files' names.
///
/// # Panics
/// When the files cannot be read.
pub fn statements(engine: Engine) -> Vec<Everyday> {
    let entries = fs::read_dir(folder(engine)).expect("the folder of the statements");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    files.retain(|path| path.file_stem().is_some_and(|stem| stem != "schema"));
    let in_file = |path: PathBuf| {
        let family = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let of = move |sql: String| Everyday { family: family.clone(), sql };
        lines(&path).into_iter().map(of)
    };
    files.into_iter().flat_map(in_file).collect()
}

/// The statements that make an engine's schema.
///
/// # Panics
/// When the file cannot be read.
pub fn schema(engine: Engine) -> Vec<String> {
    lines(&folder(engine).join("schema.sql"))
}

fn lines(path: &std::path::Path) -> Vec<String> {
    let text = fs::read_to_string(path).expect("a file of statements");
    let statements = text.lines().map(|line| line.trim().trim_end_matches(';').to_owned());
    statements.filter(|line| !line.is_empty()).collect()
}

/// The tables of an engine's schema, as an application declares them.
///
/// # Panics
/// When two of them are in conflict.
pub fn catalogue(engine: Engine) -> Catalogue {
    let schema = schema(engine);
    let tables = schema.iter().filter_map(|statement| statement.strip_prefix("CREATE TABLE "));
    let indexes: Vec<_> = schema.iter().filter_map(|statement| expressions(statement)).collect();
    let with_indexes = |table: Table| {
        let of_table = indexes.iter().filter(|(name, _)| *name == table.name());
        of_table.fold(table.clone(), |table, (_, elements)| {
            table.with_unique_expressions(elements.iter().copied())
        })
    };
    let catalogue = Catalogue::new(tables.map(table).map(with_indexes)).expect("tables without conflicts");
    catalogue.with_default_schema(match engine {
        Engine::Sqlite => "main",
        Engine::Postgres => "public",
        Engine::MySql => "everyday",
    })
}

/// The table and elements of `CREATE UNIQUE INDEX … ON table (column, function(column))`.
fn expressions(statement: &str) -> Option<(&str, Vec<&str>)> {
    let (_, index) = statement.strip_prefix("CREATE UNIQUE INDEX ")?.split_once(" ON ")?;
    let (table, elements) = index.split_once(" (")?;
    let elements = elements.strip_suffix(')').filter(|elements| elements.contains('('))?;
    Some((table, elements.split(", ").collect()))
}

/// The table of `name (column type …, PRIMARY KEY (…), UNIQUE (…))`.
fn table(definition: &str) -> Table {
    let (name, parts) = definition.split_once(" (").expect("a list of columns");
    let parts = parts_of(parts.trim_end_matches(')'));
    let is_key =
        |part: &&String| ["PRIMARY ", "UNIQUE", "KEY", "FULLTEXT"].iter().any(|word| part.starts_with(word));
    let (keys, columns): (Vec<_>, Vec<_>) = parts.iter().partition(is_key);
    let first_word = |part: &&String| part.split(' ').next().unwrap_or_default().to_owned();
    let names: Vec<_> = columns.iter().map(first_word).collect();
    let mut table = match name {
        "account" => Table::root(name, "id", TenantType::BigInt),
        shared if SHARED.contains(&shared) => Table::shared(name, false),
        _ => Table::tenant(name, "account_id", TenantType::BigInt),
    };
    table = table.with_columns_in_order(names);
    if let Some(column) = columns.iter().find(|column| column.contains("PRIMARY KEY")) {
        table = table.with_primary_key([first_word(column)]);
    }
    for key in keys {
        let listed = key.split_once('(').map(|(_, listed)| listed.trim_end_matches(')').split(", "));
        let listed = listed.into_iter().flatten();
        if key.starts_with("PRIMARY") {
            table = table.with_primary_key(listed);
        } else if key.starts_with("UNIQUE") {
            table = table.with_unique_key(listed);
        }
    }
    // Every key of the schema begins with the tenant's column, except SQLite's `INTEGER PRIMARY KEY`.
    let has_id_alone = columns.iter().any(|column| column.contains("PRIMARY KEY"));
    if table.tenant_column().is_some() && !has_id_alone { table.with_tenant_in_every_key() } else { table }
}

/// The parts of a list between its commas, except those in parentheses.
fn parts_of(list: &str) -> Vec<String> {
    let (mut parts, mut depth) = (vec![String::new()], 0);
    for c in list.chars() {
        depth += i32::from(c == '(') - i32::from(c == ')');
        match parts.last_mut() {
            Some(part) if c != ',' || depth > 0 => part.push(c),
            Some(_) | None => parts.push(String::new()),
        }
    }
    // A key's own parenthesis may have gone with the list's.
    parts.into_iter().map(|part| part.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_engine_has_three_hundred_statements_over_the_same_tables() {
        for engine in [Engine::Sqlite, Engine::Postgres, Engine::MySql] {
            let statements = statements(engine);
            assert!(statements.len() >= 300, "{engine:?} has {}", statements.len());
            for (index, statement) in statements.iter().enumerate() {
                let same = statements[..index].iter().find(|other| other.sql == statement.sql);
                assert_eq!(same, None, "twice");
            }
            assert_eq!(catalogue(engine).tables().len(), 16, "{engine:?}");
        }
    }

    #[test]
    fn keys_are_read_from_the_schema() {
        let catalogue = catalogue(Engine::Postgres);
        let users = catalogue.tables().iter().find(|table| table.name() == "users").expect("users");
        assert_eq!(users.primary_key(), ["account_id", "id"]);
        assert_eq!(users.columns()[..3], ["account_id", "id", "email"]);
    }
}
