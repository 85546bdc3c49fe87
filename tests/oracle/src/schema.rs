//! What the statements are about: tables, their keys, and who owns their rows.

use std::ops::RangeInclusive;

/// A database engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Backend {
    /// SQLite, in memory.
    Sqlite,
    /// PostgreSQL.
    Postgres,
    /// MariaDB.
    MariaDb,
}

/// Whether keys hold the tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyStyle {
    /// Primary keys, unique constraints and foreign keys are led by the tenant column: tenants may use the same ids.
    Composite,
    /// They are not: an id belongs to one tenant only.
    Single,
}

/// The type of the tenant column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TenantColumnType {
    /// A 32-bit integer.
    Int,
    /// A 64-bit integer.
    BigInt,
    /// A character string.
    Text,
}

/// The type of any other column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnType {
    /// A 32-bit integer.
    Int,
    /// A short character string.
    Text,
}

/// A column that is not the tenant column.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its name, in lower case, safe to write without quotes.
    pub name: String,
    /// Its type.
    pub ty: ColumnType,
    /// Whether it may be NULL.
    pub nullable: bool,
}

/// A reference to the primary key of another table.
#[derive(Debug, Clone)]
pub struct ForeignKey {
    /// The column that refers, without the tenant column. With composite keys the tenant column goes with it.
    pub column: String,
    /// The index of the table it refers to, whose key column beside the tenant is `id`.
    pub parent: usize,
}

/// To whom the rows of a table belong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// The tenants themselves: the primary key `id` is the tenant.
    Root,
    /// The tenant named in the column of this name.
    Tenant {
        /// The tenant column.
        column: String,
    },
    /// Everybody.
    Shared {
        /// Whether a scope may write it.
        writable: bool,
    },
}

/// A table.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its name, in lower case, safe to write without quotes.
    pub name: String,
    /// Whose rows it holds.
    pub role: Role,
    /// Every column but the tenant column; the first is the key `id`. Of a root, `id` has the tenant's type and is the
    /// tenant.
    pub columns: Vec<Column>,
    /// Columns that are unique, beside the primary key; led by the tenant column where keys are composite.
    pub unique: Option<String>,
    /// References to other tables.
    pub parents: Vec<ForeignKey>,
}

/// A set of tables.
#[derive(Debug, Clone)]
pub struct Schema {
    /// The engine they are for.
    pub backend: Backend,
    /// How their keys are made.
    pub keys: KeyStyle,
    /// The type of every tenant column.
    pub tenant_type: TenantColumnType,
    /// The tables, parents before their children.
    pub tables: Vec<Table>,
}

/// Ids that the tenant's own rows have, and that statements write as ids, unique values and references.
pub const OWN_IDS: RangeInclusive<i32> = 1..=9;

impl Schema {
    /// Ids that other tenants' rows have: the same where keys allow it.
    pub fn other_ids(&self) -> RangeInclusive<i32> {
        match self.keys {
            KeyStyle::Composite => OWN_IDS,
            KeyStyle::Single => 11..=19,
        }
    }
}

impl Table {
    /// The tenant column, or the key of a root.
    pub fn tenant_column(&self) -> Option<&str> {
        match &self.role {
            Role::Root => Some("id"),
            Role::Tenant { column } => Some(column),
            Role::Shared { .. } => None,
        }
    }
}
