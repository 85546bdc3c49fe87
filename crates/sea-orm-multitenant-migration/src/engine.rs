//! What each engine supports. Other modules ask for capabilities, not for engine names.

use crate::error::MigrationError;
use sea_orm_migration::{
    sea_orm::DbBackend,
    sea_query::{ColumnDef, MysqlQueryBuilder, PostgresQueryBuilder, SqliteQueryBuilder, TableBuilder},
};

/// An engine on which tables can be created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    MySql,
    Postgres,
    Sqlite,
}

impl Engine {
    /// The engine of a connection.
    pub(crate) fn of(backend: DbBackend) -> Result<Self, MigrationError> {
        match backend {
            DbBackend::MySql => Ok(Self::MySql),
            DbBackend::Postgres => Ok(Self::Postgres),
            DbBackend::Sqlite => Ok(Self::Sqlite),
            other => Err(MigrationError::Backend { backend: format!("{other:?}") }),
        }
    }

    /// The name for messages.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::MySql => "MySQL",
            Self::Postgres => "PostgreSQL",
            Self::Sqlite => "SQLite",
        }
    }

    /// Quotes an identifier.
    pub(crate) fn quote(self, name: &str) -> String {
        let quote = if self == Self::MySql { '`' } else { '"' };
        format!("{quote}{}{quote}", name.replace(quote, &format!("{quote}{quote}")))
    }

    /// Quotes identifiers and joins them with commas.
    pub(crate) fn list(self, names: &[String]) -> String {
        names.iter().map(|name| self.quote(name)).collect::<Vec<_>>().join(", ")
    }

    /// Quotes a string literal.
    pub(crate) fn literal(self, text: &str) -> String {
        let text = if self == Self::MySql { text.replace('\\', "\\\\") } else { text.to_owned() };
        format!("'{}'", text.replace('\'', "''"))
    }

    /// The definition of a column, rendered by sea-query.
    pub(crate) fn column(self, column: &ColumnDef) -> String {
        let mut sql = String::new();
        match self {
            Self::MySql => MysqlQueryBuilder.prepare_column_def(column, &mut sql),
            Self::Postgres => PostgresQueryBuilder.prepare_column_def(column, &mut sql),
            Self::Sqlite => SqliteQueryBuilder.prepare_column_def(column, &mut sql),
        }
        sql
    }

    /// The maximum length of a name, in bytes (PostgreSQL) or characters (MySQL); `None` if there is no limit.
    pub(crate) fn longest_name(self) -> Option<usize> {
        match self {
            Self::MySql => Some(64),
            Self::Postgres => Some(63),
            Self::Sqlite => None,
        }
    }

    /// The length of a name in the unit of [`longest_name`](Self::longest_name).
    pub(crate) fn name_length(self, name: &str) -> usize {
        if self == Self::MySql { name.chars().count() } else { name.len() }
    }

    /// A name in the form in which the engine compares names of keys and constraints.
    pub(crate) fn folded(self, name: &str) -> String {
        match self {
            Self::Postgres => name.to_owned(),
            Self::MySql => name.to_lowercase(),
            Self::Sqlite => name.to_ascii_lowercase(),
        }
    }

    /// Whether the engine treats two names of keys or constraints as equal.
    pub(crate) fn same_name(self, a: &str, b: &str) -> bool {
        self.folded(a) == self.folded(b)
    }

    /// Whether a generated id must be the whole primary key.
    pub(crate) fn generated_id_is_the_key(self) -> bool {
        self == Self::Sqlite
    }

    /// Whether a generated id must be the first column of a key.
    pub(crate) fn generated_id_leads_a_key(self) -> bool {
        self == Self::MySql
    }

    /// Whether foreign keys of existing tables can be added and dropped.
    pub(crate) fn alters_foreign_keys(self) -> bool {
        self != Self::Sqlite
    }

    /// Whether a foreign key may qualify its parent with a schema.
    pub(crate) fn qualifies_parents(self) -> bool {
        self != Self::Sqlite
    }

    /// Whether a foreign key is declared with its name.
    pub(crate) fn names_foreign_keys(self) -> bool {
        self != Self::Sqlite
    }

    /// The keyword for a foreign key in ALTER TABLE … DROP.
    pub(crate) fn foreign_key_word(self) -> &'static str {
        if self == Self::MySql { "FOREIGN KEY" } else { "CONSTRAINT" }
    }

    /// A primary key of several columns, in the form that sea-query renders.
    pub(crate) fn primary_key(self, name: &str, columns: &[String]) -> String {
        let (name, columns) = (self.quote(name), self.list(columns));
        if self == Self::MySql {
            format!("PRIMARY KEY {name} ({columns})")
        } else {
            format!("CONSTRAINT {name} PRIMARY KEY ({columns})")
        }
    }

    /// Whether ON DELETE can name the columns to set: PostgreSQL 15 and later.
    pub(crate) fn sets_named_columns(self) -> bool {
        self == Self::Postgres
    }

    /// Whether tables can have row-level security.
    pub(crate) fn has_row_level_security(self) -> bool {
        self == Self::Postgres
    }

    /// Whether the database may have Citus.
    #[cfg(feature = "citus")]
    pub(crate) fn may_have_citus(self) -> bool {
        self == Self::Postgres
    }

    /// Whether CREATE TABLE takes a collation and a comment after the columns.
    pub(crate) fn has_table_options(self) -> bool {
        self == Self::MySql
    }

    /// Whether CREATE INDEX takes the schema on the index name instead of the table name, as SQLite does.
    pub(crate) fn schema_is_at_the_index(self) -> bool {
        self == Self::Sqlite
    }

    /// Whether DROP INDEX names the table.
    pub(crate) fn drops_index_on_table(self) -> bool {
        self == Self::MySql
    }
}
