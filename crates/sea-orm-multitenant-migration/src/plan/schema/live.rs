//! Tables as the database has them.

use crate::{
    engine::Engine,
    names::QualifiedName,
    plan::schema::security::{Security, Unbound},
    tables::foreign_key::action::NAMES_COLUMNS_SINCE,
};
use sea_orm_migration::sea_orm::DbBackend;

/// All tables that the planner looks at.
#[derive(Debug, Clone)]
pub(crate) struct Schema {
    pub(crate) engine: Engine,
    pub(crate) backend: DbBackend,
    /// `server_version_num` of PostgreSQL; 0 elsewhere.
    pub(crate) version: i64,
    /// Whether the Citus extension is in the database.
    pub(crate) citus: bool,
    pub(crate) tables: Vec<LiveTable>,
    /// Name and text of each view, in their order: SQLite, whose tables are rebuilt.
    pub(crate) views: Vec<(String, String)>,
    /// Name and text of each trigger of a table or a view, in their order: SQLite.
    pub(crate) triggers: Vec<(String, String)>,
    /// What is on this connection alone and reads or hides tables: SQLite.
    pub(crate) temporary: Vec<String>,
    /// Names that cannot be given again: of tables, indexes, views and sequences on PostgreSQL, of foreign keys on MySQL.
    pub(crate) taken: Vec<String>,
    /// Name and text of each function without arguments: PostgreSQL.
    pub(crate) functions: Vec<(String, String)>,
    /// What policies do not bind: PostgreSQL.
    pub(crate) unbound: Unbound,
}

/// A table.
#[derive(Debug, Clone)]
pub(crate) struct LiveTable {
    /// With a schema only where statements must name it.
    pub(crate) name: QualifiedName,
    pub(crate) columns: Vec<LiveColumn>,
    pub(crate) keys: Vec<LiveKey>,
    pub(crate) foreign_keys: Vec<LiveForeignKey>,
    /// Whether row-level security is on, forced, and has a policy.
    pub(crate) row_level_security: bool,
    /// What it consists of, and what passes it by.
    pub(crate) security: Security,
    /// Whether row-level security hides rows from the role that asks.
    pub(crate) hides_rows: bool,
    /// Whether its rows are in partitions.
    pub(crate) is_partitioned: bool,
    /// CREATE TABLE, on SQLite.
    pub(crate) sql: String,
    /// What identifies its rows in addition to its keys: SQLite.
    pub(crate) row_id: RowId,
    /// Whether a module makes its rows: SQLite.
    pub(crate) is_virtual: bool,
    /// Whether ANALYZE keeps statistics of it: SQLite.
    pub(crate) is_analyzed: bool,
    /// Name of each trigger, and its text on SQLite, that of its function on PostgreSQL, none on MySQL.
    pub(crate) triggers: Vec<(String, String)>,
    /// Checks: PostgreSQL.
    pub(crate) checks: Vec<LiveCheck>,
    /// The names of its constraints, of which none has two: PostgreSQL and MySQL.
    pub(crate) constraints: Vec<String>,
    /// The text of each column behind its name: MySQL.
    pub(crate) definitions: Vec<(String, String)>,
    /// What Citus made of it.
    pub(crate) citus: Option<CitusTable>,
    /// Clauses of ALTER TABLE that turn off what would run while rows are filled, and those that turn it on again: PostgreSQL.
    pub(crate) quiet: Vec<(String, String)>,
    /// Columns that an UPDATE changes unless it names them: MySQL.
    pub(crate) touched: Vec<String>,
    /// COMMENT ON CONSTRAINT of foreign keys, by name: PostgreSQL.
    pub(crate) key_comments: Vec<(String, String)>,
    /// The place of each foreign key, by name, among those to its parent, when a row of the parent goes: PostgreSQL.
    pub(crate) key_places: Vec<(String, String)>,
    /// What cannot be kept.
    pub(crate) unkept: Vec<Unkept>,
}

/// A CHECK.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LiveCheck {
    pub(crate) name: String,
    /// Whether the rows were checked.
    pub(crate) valid: bool,
    /// Its text, as `CHECK ((a IS NOT NULL))`.
    pub(crate) text: String,
}

/// The rowid of SQLite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RowId {
    /// There is none: other engines, and WITHOUT ROWID.
    None,
    /// No column has it.
    Hidden,
    /// The primary key is it: the engine generates its values.
    Key,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LiveColumn {
    pub(crate) name: String,
    /// The type as the engine writes it, with its length and collation.
    pub(crate) ty: String,
    pub(crate) nullable: bool,
    /// The database makes its values: identity, sequence, AUTO_INCREMENT.
    pub(crate) generated: bool,
    /// The database computes it from other columns.
    pub(crate) computed: bool,
    /// What the database writes where a row is inserted without it, as the engine writes the DEFAULT; none for NULL.
    pub(crate) default: Option<String>,
}

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Primary,
    /// A unique constraint.
    Unique,
    /// A unique index that no constraint owns.
    UniqueIndex,
    Index,
}

/// A primary key, unique key or index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LiveKey {
    pub(crate) name: String,
    pub(crate) role: Role,
    /// Its columns; an expression is an empty text.
    pub(crate) columns: Vec<String>,
    /// Its CREATE INDEX on PostgreSQL and SQLite; empty where it has none.
    pub(crate) definition: String,
    /// What stands behind a constraint, as `DEFERRABLE`.
    pub(crate) suffix: String,
    /// Whether it has a predicate, and so does not hold for all rows.
    pub(crate) partial: bool,
    /// Whether the engine finished it.
    pub(crate) valid: bool,
    /// Whether it is of the kind in which any column can come first.
    pub(crate) ordered: bool,
    /// Whether it compares by another collation than its columns do, so that no foreign key leads to it: SQLite.
    pub(crate) collated: bool,
    /// Whether it is of an exclusion constraint; a column that it does not compare by `=` is then an empty text.
    pub(crate) excludes: bool,
    /// The text of each column or expression, with collation, operator class, length and order; empty on SQLite.
    pub(crate) parts: Vec<String>,
    /// What stands behind the columns, as `INCLUDE (…) WITH (…) WHERE …`; empty on SQLite.
    pub(crate) tail: String,
    /// What separate statements declare of it.
    pub(crate) extras: KeyExtras,
}

/// What separate statements declare of a key; empty except on PostgreSQL.
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
    /// What it is, as part of a sentence on the table.
    pub(crate) what: String,
    pub(crate) way_out: String,
}

/// What an attribute belongs to: it is lost only where that is exchanged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Object {
    /// The table: any change of it.
    Table,
    /// The rows: the tenant column is filled.
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

    /// Whether a foreign key can lead to these columns by it.
    pub(crate) fn identifies(&self, columns: &[String]) -> bool {
        let checks_at_once = !self.partial && self.valid && !self.excludes && self.suffix.is_empty();
        self.is_unique()
            && checks_at_once
            && !self.collated
            && self.is_exact()
            && same_set(&self.columns, columns)
    }

    /// Whether it is on whole columns, with their own collation, order and operators.
    pub(crate) fn is_exact(&self) -> bool {
        self.parts.iter().zip(&self.columns).all(|(part, column)| bare(part) == column)
    }
}

/// What becomes of a row with its parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Nothing,
    Restrict,
    Cascade,
    SetNull,
    SetDefault,
}

impl Action {
    /// Of the words of `information_schema` and the pragmas, or of PostgreSQL's letters.
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
    /// Empty on SQLite, where it may have none.
    pub(crate) name: String,
    pub(crate) columns: Vec<String>,
    pub(crate) parent: QualifiedName,
    pub(crate) parent_columns: Vec<String>,
    pub(crate) on_delete: Action,
    pub(crate) on_update: Action,
    /// The columns that ON DELETE sets, when not all.
    pub(crate) sets: Vec<String>,
    /// What stands behind it, as `DEFERRABLE INITIALLY DEFERRED`.
    pub(crate) suffix: String,
    /// Whether the rows were checked.
    pub(crate) valid: bool,
}

/// What Citus made of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CitusTable {
    /// `distributed`, `reference` or `local`.
    pub(crate) kind: String,
    pub(crate) column: String,
    pub(crate) colocation: i64,
}

impl Schema {
    /// The table of this name.
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

    /// Whether Citus has it whole on each node.
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

/// A name without its quotes, where it has no quote within: engines write those only where they must.
pub(crate) fn bare(name: &str) -> &str {
    let inner = name.strip_prefix(['"', '`']).and_then(|rest| rest.strip_suffix(['"', '`']));
    inner.filter(|inner| !inner.contains(['"', '`'])).unwrap_or(name)
}

/// Whether two lists have the same members.
pub(crate) fn same_set(a: &[String], b: &[String]) -> bool {
    // A key may name a column twice.
    a.len() == b.len() && a.iter().all(|each| b.contains(each)) && b.iter().all(|each| a.contains(each))
}
