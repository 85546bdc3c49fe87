//! SQLite's own authorizer, called while the text that is sent is prepared.
//!
//! It reports every table, column and function that the statement uses, as SQLite parsed it. All must be in the
//! catalogue or on the list of allowed functions; writes must be to one table of the statement.

use crate::description::{Description, Judged, Kind, Known};
use rusqlite::{
    Connection,
    fallible_iterator::FallibleIterator,
    hooks::{AuthAction, AuthContext, Authorization},
};
use std::sync::{Arc, Mutex, PoisonError};

/// Operators that SQLite reports as functions.
const OPERATORS: [&str; 7] = ["->", "->>", "glob", "like", "match", "regexp", "replace"];

/// SQLite's own tables, which no scoped statement may name.
const CANARIES: [&str; 1] = ["canary"];

/// Functions in FROM, which the authorizer reports as tables.
const TABLE_VALUED: [&str; 2] = ["json_each", "json_tree"];

/// What a statement does with an object of the database.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Act {
    Read { table: String, column: String },
    Write { table: String, what: Kind },
    Call { function: String },
    Other { what: String },
}

/// An empty database with the tables of a catalogue.
#[derive(Debug)]
pub struct Authorizer {
    connection: Connection,
    acts: Arc<Mutex<Vec<Act>>>,
}

impl Authorizer {
    /// Creates a database with these tables; `statements` is their schema.
    ///
    /// # Errors
    /// When SQLite refuses the schema.
    pub fn new(statements: &[String]) -> Result<Self, String> {
        let connection = Connection::open_in_memory().map_err(|error| error.to_string())?;
        let canaries =
            CANARIES.iter().map(|name| format!("CREATE TABLE IF NOT EXISTS \"{name}\" (secret TEXT)"));
        for statement in statements.iter().cloned().chain(canaries) {
            connection.execute_batch(&statement).map_err(|error| format!("{statement}: {error}"))?;
        }
        // What a foreign key reads is due to the schema, not the statement.
        connection.execute_batch("PRAGMA foreign_keys = OFF").map_err(|error| error.to_string())?;
        // SQLite reads its own tables when it uses one of these for the first time.
        for function in TABLE_VALUED {
            let met = connection.prepare(&format!("SELECT * FROM {function}('[]')")).map(|_| ());
            met.map_err(|error| error.to_string())?;
        }
        let acts = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&acts);
        let hook = move |context: AuthContext<'_>| {
            seen.lock().unwrap_or_else(PoisonError::into_inner).extend(act(&context));
            Authorization::Allow
        };
        connection.authorizer(Some(hook)).map_err(|error| error.to_string())?;
        Ok(Self { connection, acts })
    }

    /// Judges a scoped statement.
    ///
    /// # Errors
    /// The complaint of the judge.
    pub fn judge(&self, said: &Description<'_>, known: &Known<'_>) -> Result<Judged, String> {
        let prepared = self.acts_of(said.sent);
        let acts = match prepared {
            Ok(acts) => acts,
            Err(Unprepared::Many) => return Err("more than one statement".to_owned()),
            Err(Unprepared::Refused) => {
                return Ok(Judged::Alone("SQLite does not prepare it on the bare tables"));
            }
        };
        let acts = acts.into_iter().filter(|act| !self.is_made(act)).collect::<Vec<_>>();
        acts.iter().try_for_each(|act| check(said, known, act))?;
        let mut written = acts.iter().filter_map(|act| match act {
            Act::Write { table, what: _ } => Some(table),
            Act::Read { .. } | Act::Call { .. } | Act::Other { .. } => None,
        });
        if let Some(first) = written.next()
            && let Some(second) = written.find(|table| *table != first)
        {
            return Err(format!("writes to two tables, `{first}` and `{second}`"));
        }
        Ok(Judged::Compared)
    }

    /// Whether SQLite reports a common table expression, which it does if none of its columns is read.
    fn is_made(&self, act: &Act) -> bool {
        let Act::Read { table, column } = act else { return false };
        let is_the_engines = ["sqlite_", "pragma_", "dbstat"].iter().any(|prefix| table.starts_with(prefix));
        let exists = "SELECT count(*) FROM pragma_table_list WHERE name = ?1 COLLATE NOCASE";
        let exists = || self.connection.query_row(exists, [table], |row| row.get::<_, i64>(0)) == Ok(0);
        column.is_empty() && !is_the_engines && exists()
    }

    /// The objects that a statement uses, as reported by SQLite.
    fn acts_of(&self, sql: &str) -> Result<Vec<Act>, Unprepared> {
        self.acts.lock().unwrap_or_else(PoisonError::into_inner).clear();
        let mut batch = rusqlite::Batch::new(&self.connection, sql);
        match batch.next() {
            Ok(Some(_)) => {}
            Ok(None) | Err(_) => return Err(Unprepared::Refused),
        }
        let acts = std::mem::take(&mut *self.acts.lock().unwrap_or_else(PoisonError::into_inner));
        match batch.next() {
            Ok(None) => Ok(acts),
            Ok(Some(_)) | Err(_) => Err(Unprepared::Many),
        }
    }
}

/// Why a text cannot be judged.
enum Unprepared {
    Many,
    Refused,
}

/// The catalogue's tables as a schema of untyped columns, for statements of which nothing else is known. Each key in
/// `keys`, a table and its columns, becomes a unique index.
pub fn bare_schema(known: &[crate::Table], keys: &[(&str, &[&str])]) -> Vec<String> {
    let quoted = |name: &str| format!("\"{name}\"");
    let tables = known.iter().map(|table| {
        let columns = table
            .columns
            .iter()
            .chain(table.tenant_column.iter().filter(|column| !table.columns.contains(column)));
        let columns: Vec<_> = columns.map(|column| quoted(column)).collect();
        let columns = if columns.is_empty() { "\"id\"".to_owned() } else { columns.join(", ") };
        format!("CREATE TABLE {} ({columns})", quoted(&table.name))
    });
    let indexes = keys.iter().enumerate().map(|(number, (table, columns))| {
        let columns: Vec<_> = columns.iter().map(|column| quoted(column)).collect();
        format!("CREATE UNIQUE INDEX key_{number} ON {} ({})", quoted(table), columns.join(", "))
    });
    tables.chain(indexes).collect()
}

/// The actions that SQLite reports, without those of a cascade, which the schema causes.
fn act(context: &AuthContext<'_>) -> Option<Act> {
    let write = |table: &str, what: Kind| Act::Write { table: table.to_owned(), what };
    let is_main = matches!(context.database_name, None | Some("main"));
    if context.accessor.is_some_and(|name| CANARIES.contains(&name)) || !is_main {
        return Some(Act::Other { what: format!("{:?} in {:?}", context.action, context.database_name) });
    }
    Some(match context.action {
        AuthAction::Select | AuthAction::Recursive => return None,
        AuthAction::Read { table_name, column_name } => {
            Act::Read { table: table_name.to_owned(), column: column_name.to_owned() }
        }
        AuthAction::Function { function_name } => Act::Call { function: function_name.to_owned() },
        AuthAction::Insert { table_name } => write(table_name, Kind::Insert),
        AuthAction::Update { table_name, column_name: _ } => write(table_name, Kind::Update),
        AuthAction::Delete { table_name } => write(table_name, Kind::Delete),
        other => Act::Other { what: format!("{other:?}") },
    })
}

fn check(said: &Description<'_>, known: &Known<'_>, act: &Act) -> Result<(), String> {
    match act {
        Act::Read { table, column: _ } if TABLE_VALUED.contains(&table.as_str()) => {
            let may = (known.may_call)(table);
            if may { Ok(()) } else { Err(format!("it calls the function `{table}`")) }
        }
        Act::Read { table, column } => {
            let declared = declared(said, known, table)?;
            let has = |name: &String| name.eq_ignore_ascii_case(column);
            let is_known = column.is_empty()
                || is_the_joins(said, column)
                || declared.columns.is_empty()
                || declared.columns.iter().any(has);
            if is_known {
                Ok(())
            } else {
                Err(format!("it reads `{table}.{column}`, which is no declared column"))
            }
        }
        Act::Write { table, what } => {
            let declared = declared(said, known, table)?;
            let may = match what {
                Kind::Insert => said.kind == Kind::Insert,
                Kind::Update => matches!(said.kind, Kind::Insert | Kind::Update),
                Kind::Delete => matches!(said.kind, Kind::Insert | Kind::Delete),
                Kind::Select => false,
            };
            if may && declared.writable {
                Ok(())
            } else {
                Err(format!("{what:?} of `{table}` in a {:?}", said.kind))
            }
        }
        Act::Call { function } => {
            let lower = function.to_ascii_lowercase();
            let may = OPERATORS.contains(&lower.as_str()) || (known.may_call)(&lower);
            if may { Ok(()) } else { Err(format!("it calls the function `{function}`")) }
        }
        Act::Other { what } => Err(format!("it does {what}")),
    }
}

/// Whether SQLite reads a row's id implicitly, as it does for a join in parentheses: no word of the text names it.
fn is_the_joins(said: &Description<'_>, column: &str) -> bool {
    let mut words = said.sent.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let names_it =
        |word: &str| ["rowid", "oid", "_rowid_"].iter().any(|name| word.eq_ignore_ascii_case(name));
    column == "ROWID" && !words.any(names_it)
}

fn declared<'a>(said: &Description<'_>, known: &Known<'a>, table: &str) -> Result<&'a crate::Table, String> {
    let found = known.tables.iter().find(|each| each.name.eq_ignore_ascii_case(table));
    let is_said = said.tables.iter().any(|name| name.eq_ignore_ascii_case(table));
    found
        .filter(|_| is_said)
        .ok_or_else(|| format!("it reaches the table `{table}`, which the statement does not name"))
}
