//! The tables of the database.

use crate::{
    engine::Engine,
    names::QualifiedName,
    plan::schema::security::{Security, Unbound},
    tables::foreign_key::action::NAMES_COLUMNS_SINCE,
};
use sea_orm_migration::sea_orm::DbBackend;

/// All tables that the planner reads.
#[derive(Debug, Clone)]
pub(crate) struct Schema {
    pub(crate) engine: Engine,
    pub(crate) backend: DbBackend,
    /// `server_version_num` of PostgreSQL; 0 elsewhere.
    pub(crate) version: i64,
    /// Whether the database has the Citus extension.
    pub(crate) citus: bool,
    pub(crate) tables: Vec<LiveTable>,
    /// Name and text of each view, in order of creation: SQLite, whose tables are recreated.
    pub(crate) views: Vec<(String, String)>,
    /// Name and text of each trigger of a table or a view, in order of creation: SQLite.
    pub(crate) triggers: Vec<(String, String)>,
    /// Objects of this connection only that read or hide tables: SQLite.
    pub(crate) temporary: Vec<String>,
    /// Names that are taken: of tables, indexes, views and sequences on PostgreSQL, of foreign keys on MySQL.
    pub(crate) taken: Vec<String>,
    /// Name and text of each function without arguments: PostgreSQL.
    pub(crate) functions: Vec<(String, String)>,
    /// What bypasses policies: PostgreSQL.
    pub(crate) unbound: Unbound,
}

/// A table.
#[derive(Debug, Clone)]
pub(crate) struct LiveTable {
    /// Has a schema only if statements must name it.
    pub(crate) name: QualifiedName,
    pub(crate) columns: Vec<LiveColumn>,
    pub(crate) keys: Vec<LiveKey>,
    pub(crate) foreign_keys: Vec<LiveForeignKey>,
    /// Whether row-level security is enabled, forced, and has a policy.
    pub(crate) row_level_security: bool,
    /// Its row-level security, and what bypasses it.
    pub(crate) security: Security,
    /// Whether row-level security hides rows from the connected role.
    pub(crate) hides_rows: bool,
    /// Whether it is partitioned.
    pub(crate) is_partitioned: bool,
    /// Its CREATE TABLE, on SQLite.
    pub(crate) sql: String,
    /// How rows are identified apart from keys: SQLite.
    pub(crate) row_id: RowId,
    /// Whether it is a virtual table: SQLite.
    pub(crate) is_virtual: bool,
    /// Whether it has statistics from ANALYZE: SQLite.
    pub(crate) is_analyzed: bool,
    /// The name of each trigger with a text: its own on SQLite, that of its function on PostgreSQL, empty on MySQL.
    pub(crate) triggers: Vec<(String, String)>,
    /// CHECK constraints: PostgreSQL.
    pub(crate) checks: Vec<LiveCheck>,
    /// The names of its constraints, which are unique within the table: PostgreSQL and MySQL.
    pub(crate) constraints: Vec<String>,
    /// The definition of each column, after its name: MySQL.
    pub(crate) definitions: Vec<(String, String)>,
    /// How Citus stores it.
    pub(crate) citus: Option<CitusTable>,
    /// The clauses of ALTER TABLE that disable what would fire while rows are filled, and those that enable it again:
    /// PostgreSQL.
    pub(crate) toggles: Vec<(String, String)>,
    /// Columns that an UPDATE changes even if it does not name them: MySQL.
    pub(crate) implicitly_updated: Vec<String>,
    /// COMMENT ON CONSTRAINT of foreign keys, by name: PostgreSQL.
    pub(crate) key_comments: Vec<(String, String)>,
    /// For each foreign key, by name, its position in the order in which the keys to one parent fire: PostgreSQL.
    pub(crate) firing_order: Vec<(String, String)>,
    /// Attributes that a conversion cannot keep.
    pub(crate) unkept: Vec<Unkept>,
}

/// A CHECK.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LiveCheck {
    pub(crate) name: String,
    /// Whether existing rows were checked.
    pub(crate) valid: bool,
    /// Its text, as `CHECK ((a IS NOT NULL))`.
    pub(crate) text: String,
}

/// The rowid of a table on SQLite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RowId {
    /// The table has no rowid: other engines, and WITHOUT ROWID.
    None,
    /// No column stores the rowid.
    Hidden,
    /// The primary key is the rowid: the engine generates its values.
    Key,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LiveColumn {
    pub(crate) name: String,
    /// The type as the engine writes it, with its length and collation.
    pub(crate) ty: String,
    pub(crate) nullable: bool,
    /// Whether the database generates its values: identity, sequence, AUTO_INCREMENT.
    pub(crate) generated: bool,
    /// Whether the database computes it from other columns.
    pub(crate) computed: bool,
    /// The DEFAULT, as the engine writes it; `None` for NULL.
    pub(crate) default: Option<String>,
}

/// The kind of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Primary,
    /// A unique constraint.
    Unique,
    /// A unique index without a constraint.
    UniqueIndex,
    Index,
}

/// A primary key, unique key or index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LiveKey {
    pub(crate) name: String,
    pub(crate) role: Role,
    /// Its columns; an expression is an empty string.
    pub(crate) columns: Vec<String>,
    /// Its CREATE INDEX on PostgreSQL and SQLite; empty if it has none.
    pub(crate) definition: String,
    /// The clauses after a constraint, such as `DEFERRABLE`.
    pub(crate) suffix: String,
    /// Whether it has a predicate, so it does not cover all rows.
    pub(crate) partial: bool,
    /// Whether the engine finished building it.
    pub(crate) valid: bool,
    /// Whether any column can come first in this kind of index.
    pub(crate) ordered: bool,
    /// Whether its collation differs from its columns' collation, so no foreign key can reference it: SQLite.
    pub(crate) collated: bool,
    /// Whether it belongs to an exclusion constraint; a column that is not compared with `=` is then an empty string.
    pub(crate) excludes: bool,
    /// The text of each column or expression, with collation, operator class, length and order; empty on SQLite.
    pub(crate) parts: Vec<String>,
    /// The clauses after the columns, such as `INCLUDE (…) WITH (…) WHERE …`; empty on SQLite.
    pub(crate) tail: String,
    /// Attributes that separate statements declare.
    pub(crate) extras: KeyExtras,
}

/// Attributes of a key that separate statements declare; empty except on PostgreSQL.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct KeyExtras {
    /// COMMENT ON INDEX.
    pub(crate) comment: Option<String>,
    /// COMMENT ON CONSTRAINT.
    pub(crate) constraint_comment: Option<String>,
    /// CLUSTER ON.
    pub(crate) clusters: bool,
    /// REPLICA IDENTITY USING INDEX.
    pub(crate) identifies_replicas: bool,
}

/// An attribute that a conversion cannot keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unkept {
    pub(crate) of: Object,
    /// The attribute, as part of a sentence about the table.
    pub(crate) what: String,
    pub(crate) way_out: String,
}

/// The object of an attribute, which is lost only if that object is replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Object {
    /// The table: lost by any change of it.
    Table,
    /// The rows: lost if the tenant column is filled.
    Rows,
    /// The key of this name.
    Key(String),
    /// The foreign key of this name.
    ForeignKey(String),
}

impl LiveKey {
    pub(crate) fn is_unique(&self) -> bool {
        self.role != Role::Index
    }

    /// Whether a foreign key can reference these columns through this key.
    pub(crate) fn identifies(&self, columns: &[String]) -> bool {
        let checks_at_once = !self.partial && self.valid && !self.excludes && self.suffix.is_empty();
        self.is_unique()
            && checks_at_once
            && !self.collated
            && self.is_exact()
            && same_set(&self.columns, columns)
    }

    /// Whether it is on whole columns, with their own collation, default order and operators.
    pub(crate) fn is_exact(&self) -> bool {
        self.parts.iter().zip(&self.columns).all(|(part, column)| bare(part) == column)
    }
}

/// The action of a foreign key on its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Nothing,
    Restrict,
    Cascade,
    SetNull,
    SetDefault,
}

impl Action {
    /// Parses the words of `information_schema` and the pragmas, or the letters of PostgreSQL.
    pub(crate) fn of(text: &str) -> Self {
        match text.to_ascii_uppercase().as_str() {
            "R" | "RESTRICT" => Self::Restrict,
            "C" | "CASCADE" => Self::Cascade,
            "N" | "SET NULL" => Self::SetNull,
            "D" | "SET DEFAULT" => Self::SetDefault,
            _ => Self::Nothing,
        }
    }

    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Nothing => "NO ACTION",
            Self::Restrict => "RESTRICT",
            Self::Cascade => "CASCADE",
            Self::SetNull => "SET NULL",
            Self::SetDefault => "SET DEFAULT",
        }
    }

    pub(crate) fn sets(self) -> bool {
        matches!(self, Self::SetNull | Self::SetDefault)
    }
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LiveForeignKey {
    /// Empty on SQLite if it has no name.
    pub(crate) name: String,
    pub(crate) columns: Vec<String>,
    pub(crate) parent: QualifiedName,
    pub(crate) parent_columns: Vec<String>,
    pub(crate) on_delete: Action,
    pub(crate) on_update: Action,
    /// The columns that ON DELETE sets, if not all.
    pub(crate) sets: Vec<String>,
    /// The clauses after it, such as `DEFERRABLE INITIALLY DEFERRED`.
    pub(crate) suffix: String,
    /// Whether existing rows were checked.
    pub(crate) valid: bool,
}

/// How Citus stores a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CitusTable {
    /// `distributed`, `reference` or `local`.
    pub(crate) kind: String,
    pub(crate) column: String,
    pub(crate) colocation: i64,
}

impl Schema {
    /// The table with this name.
    pub(crate) fn table(&self, name: &QualifiedName) -> Option<&LiveTable> {
        self.tables.iter().find(|table| table.name == *name)
    }

    /// Whether ON DELETE can name the columns to set.
    pub(crate) fn names_columns(&self) -> bool {
        self.engine.sets_named_columns() && self.version >= i64::from(NAMES_COLUMNS_SINCE)
    }
}

impl LiveTable {
    pub(crate) fn column(&self, name: &str) -> Option<&LiveColumn> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Whether Citus stores it whole on each node.
    pub(crate) fn is_reference(&self) -> bool {
        self.citus.as_ref().is_some_and(|citus| citus.kind == "reference")
    }

    pub(crate) fn primary(&self) -> Option<&LiveKey> {
        self.keys.iter().find(|key| key.role == Role::Primary)
    }

    /// A unique key on exactly these columns, in any order.
    pub(crate) fn identified_by(&self, columns: &[String]) -> Option<&LiveKey> {
        self.keys.iter().find(|key| key.identifies(columns))
    }
}

/// A name without its quotes, unless it contains a quote: engines then require the quotes.
pub(crate) fn bare(name: &str) -> &str {
    let inner = name.strip_prefix(['"', '`']).and_then(|rest| rest.strip_suffix(['"', '`']));
    inner.filter(|inner| !inner.contains(['"', '`'])).unwrap_or(name)
}

/// Whether two lists have the same members.
pub(crate) fn same_set(a: &[String], b: &[String]) -> bool {
    // A key may name a column twice.
    a.len() == b.len() && a.iter().all(|each| b.contains(each)) && b.iter().all(|each| a.contains(each))
}
