//! Names of tables and constraints.

use crate::{engine::Engine, error::MigrationError};
use sea_orm_migration::sea_orm::EntityName;
use std::fmt;

/// The maximum length of a generated name, in bytes: every engine allows it.
const LONGEST_MADE: usize = 63;

/// The name of a table, with or without its schema.
///
/// Converts from `"task"` or `("app", "task")`. Both parts are quoted in every statement. On MySQL the schema is a
/// database, on SQLite an attached database.
///
/// ```
/// use sea_orm_multitenant_migration::QualifiedName;
///
/// assert_eq!(QualifiedName::from("task").to_string(), "task");
/// assert_eq!(QualifiedName::from(("app", "task")).to_string(), "app.task");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QualifiedName {
    pub(crate) schema: Option<String>,
    pub(crate) name: String,
}

impl QualifiedName {
    /// The table of an entity.
    pub(crate) fn of_entity(entity: &impl EntityName) -> Self {
        let (schema, name) = (entity.schema_name().map(ToOwned::to_owned), entity.table_name().to_owned());
        Self { schema, name }
    }

    /// Checks both parts of the name.
    pub(crate) fn check(&self, engine: Engine) -> Result<(), MigrationError> {
        self.schema.iter().chain([&self.name]).try_for_each(|name| check(name, engine))
    }

    /// The name quoted for a statement.
    pub(crate) fn quoted(&self, engine: Engine) -> String {
        self.qualify(&self.name, engine)
    }

    /// Another name in the same schema.
    pub(crate) fn qualify(&self, name: &str, engine: Engine) -> String {
        match &self.schema {
            Some(schema) => format!("{}.{}", engine.quote(schema), engine.quote(name)),
            None => engine.quote(name),
        }
    }
}

impl fmt::Display for QualifiedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.schema {
            Some(schema) => write!(f, "{schema}.{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

impl From<&str> for QualifiedName {
    fn from(name: &str) -> Self {
        Self::from(name.to_owned())
    }
}

impl From<String> for QualifiedName {
    fn from(name: String) -> Self {
        Self { schema: None, name }
    }
}

impl<S: Into<String>, N: Into<String>> From<(S, N)> for QualifiedName {
    fn from((schema, name): (S, N)) -> Self {
        Self { schema: Some(schema.into()), name: name.into() }
    }
}

/// Checks a given name: an engine would refuse or, on PostgreSQL, silently truncate one that is too long.
pub(crate) fn check(name: &str, engine: Engine) -> Result<(), MigrationError> {
    if name.is_empty() || name.contains('\0') {
        return Err(MigrationError::UnusableName { name: name.to_owned() });
    }
    let length = engine.name_length(name);
    match engine.longest_name() {
        Some(limit) if length > limit => {
            Err(MigrationError::NameTooLong { name: name.to_owned(), length, limit, engine: engine.name() })
        }
        _ => Ok(()),
    }
}

/// The name that SeaORM generates for a constraint or index: `idx-task-project_id`.
///
/// A name that is too long for some engine is truncated and ends in a hash of the whole name, so it is the same each
/// time and differs from similar names.
pub(crate) fn made(kind: &str, table: &str, parts: &[String]) -> String {
    let words = [kind, table].into_iter().chain(parts.iter().map(String::as_str));
    cut(words.collect::<Vec<_>>().join("-"))
}

/// Truncates a name to a length that every engine allows, with a hash of the whole.
pub(crate) fn cut(whole: String) -> String {
    if whole.len() <= LONGEST_MADE {
        return whole;
    }
    let hash = format!("-{:016x}", fnv1a(&whole));
    let mut end = LONGEST_MADE - hash.len();
    while !whole.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{hash}", &whole[..end])
}

/// The name, followed by the name with the numbers 2, 3, … appended.
pub(crate) fn numbered(name: &str) -> impl Iterator<Item = String> {
    let first = cut(name.to_owned());
    std::iter::once(first).chain((2_u32..).map(move |number| cut(format!("{name}-{number}"))))
}

/// Whether `name` is one of the first that [`numbered`] returns for `numbered_of`.
pub(crate) fn is_numbered(name: &str, numbered_of: &str) -> bool {
    numbered(numbered_of).take(100).any(|made| made == name)
}

/// 64-bit FNV-1a: unlike the hashes of the standard library, it is the same in every version.
pub(crate) fn fnv1a(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::{check, fnv1a, is_numbered, made, numbered};
    use crate::{engine::Engine, error::MigrationError};

    #[test]
    fn the_hash_is_fnv1a() {
        assert_eq!(fnv1a("foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn short_name_equals_sea_orms() {
        assert_eq!(made("pk", "task", &[]), "pk-task");
        assert_eq!(
            made("fk", "task", &["account_id".into(), "project_id".into()]),
            "fk-task-account_id-project_id"
        );
    }

    #[test]
    fn long_names_are_truncated_and_stay_distinct() {
        let table = "a".repeat(63);
        let names = ["x", "y"].map(|column| made("idx", &table, &[column.to_owned()]));
        assert_ne!(names[0], names[1]);
        assert!(names.iter().all(|name| name.len() == 63), "{names:?}");
        assert_eq!(names[0], made("idx", &table, &["x".to_owned()]));
    }

    #[test]
    fn numbered_name_is_truncated_and_recognised() {
        let short: Vec<_> = numbered("idx-task-title").take(3).collect();
        assert_eq!(short, ["idx-task-title", "idx-task-title-2", "idx-task-title-3"]);
        let long = made("idx", &"a".repeat(63), &[]);
        let names: Vec<_> = numbered(&long).take(3).collect();
        assert!(names.iter().all(|name| name.len() == 63 && is_numbered(name, &long)), "{names:?}");
        assert!(names[0] == long && names[1] != names[2], "{names:?}");
        assert!(!is_numbered("idx-task-title-", "idx-task-title"));
    }

    #[test]
    fn long_name_is_truncated_between_characters() {
        for padding in 0..4 {
            let table = format!("{}{}", "a".repeat(padding), "日".repeat(40));
            assert!(made("idx", &table, &[]).len() <= 63);
        }
    }

    #[test]
    fn name_that_an_engine_would_truncate_is_refused() {
        let (fits, long) = ("é".repeat(31), "é".repeat(32));
        assert_eq!(check(&fits, Engine::Postgres), Ok(()));
        assert!(matches!(
            check(&long, Engine::Postgres),
            Err(MigrationError::NameTooLong { length: 64, limit: 63, .. })
        ));
        assert_eq!(check(&long, Engine::MySql), Ok(()));
        assert!(matches!(
            check(&"a".repeat(65), Engine::MySql),
            Err(MigrationError::NameTooLong { length: 65, limit: 64, .. })
        ));
        assert_eq!(check(&"a".repeat(200), Engine::Sqlite), Ok(()));
        assert!(matches!(check("", Engine::Sqlite), Err(MigrationError::UnusableName { .. })));
    }
}
