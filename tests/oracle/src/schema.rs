//! The tables that statements use, their keys, and the owners of their rows.

use sea_orm::Value;
use std::{env, ops::RangeInclusive};

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

impl Backend {
    /// The name on the command line and in the modules of tests.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::MariaDb => "mariadb",
        }
    }

    /// The address of the server for the oracle's tests; empty for an engine without server.
    ///
    /// # Panics
    /// When the environment variable is not set: a test without a server must fail, not pass silently.
    pub fn server_of_tests(self) -> String {
        let (name, variable) = match self {
            Self::Sqlite => return String::new(),
            Self::Postgres => (self.name(), "SEA_ORM_MULTITENANT_POSTGRES_URL"),
            Self::MariaDb => (self.name(), "SEA_ORM_MULTITENANT_ORACLE_MARIADB_URL"),
        };
        env::var(variable).unwrap_or_else(|_| {
            panic!("{variable} is not set: run `cargo xtask test`, which starts servers, or leave it out by `--skip {name}::`")
        })
    }
}

/// Whether keys contain the tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyStyle {
    /// Primary keys, unique constraints and foreign keys begin with the tenant column: tenants may use the same ids.
    Composite,
    /// They do not contain it: an id belongs to one tenant only.
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
    /// Its name, in lower case; needs no quotes.
    pub name: String,
    /// Its type.
    pub ty: ColumnType,
    /// Whether it may be NULL.
    pub nullable: bool,
}

/// A reference to the primary key of another table.
#[derive(Debug, Clone)]
pub struct ForeignKey {
    /// The referencing column, without the tenant column, which is added in composite keys.
    pub column: String,
    /// The index of the referenced table, whose key column is `id`, in addition to the tenant column.
    pub parent: usize,
    /// Whether deleting the referenced row deletes the referencing row.
    pub cascade: bool,
}

/// To whom the rows of a table belong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// The tenants themselves: the primary key `id` is the tenant.
    Root,
    /// The tenant in the column of this name.
    Tenant {
        /// The tenant column.
        column: String,
    },
    /// Nobody: the table is shared.
    Shared {
        /// Whether a scope may write it.
        writable: bool,
    },
}

/// A table.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its name, in lower case; needs no quotes.
    pub name: String,
    /// The owner of its rows.
    pub role: Role,
    /// Every column except the tenant column; the first is the key `id`. In a root table, `id` has the tenant's type
    /// and is the tenant.
    pub columns: Vec<Column>,
    /// Unique columns in addition to the primary key; preceded by the tenant column if keys are composite.
    pub unique: Option<String>,
    /// References to tenant tables, or to shared tables, whose key is `id` alone.
    pub parents: Vec<ForeignKey>,
    /// Whether the tenant column is the last of the database's columns; otherwise it is the first.
    pub tenant_last: bool,
    /// Whether it has rows of no tenant, which every tenant reads and none writes. Then its key is `id` alone.
    pub global: bool,
}

/// A set of tables.
#[derive(Debug, Clone)]
pub struct Schema {
    /// The engine.
    pub backend: Backend,
    /// The kind of its keys.
    pub keys: KeyStyle,
    /// The type of every tenant column.
    pub tenant_type: TenantColumnType,
    /// The tables, parents before their children.
    pub tables: Vec<Table>,
    /// Whether the catalogue knows the order of columns, as for tables that are declared by name.
    pub columns_in_order: bool,
}

/// A tenant's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tenant {
    /// For an integer column.
    Number(i32),
    /// For a text column.
    Name(&'static str),
}

impl Tenant {
    /// As a value of a statement, with the type of the tenant columns.
    pub fn value(self, ty: TenantColumnType) -> Value {
        match (self, ty) {
            (Self::Number(id), TenantColumnType::Int) => id.into(),
            (Self::Number(id), _) => i64::from(id).into(),
            (Self::Name(name), _) => name.into(),
        }
    }

    /// As a literal.
    pub fn literal(self) -> String {
        match self {
            Self::Number(id) => id.to_string(),
            Self::Name(name) => format!("'{name}'"),
        }
    }
}

/// The ids of the tenant's own rows, which statements use as ids, unique values and references.
pub const OWN_IDS: RangeInclusive<i32> = 1..=9;

impl Schema {
    /// The ids of other tenants' rows: the same where keys allow it.
    pub fn other_ids(&self) -> RangeInclusive<i32> {
        match self.keys {
            KeyStyle::Composite => OWN_IDS,
            KeyStyle::Single => 11..=19,
        }
    }

    /// The tenant that statements act for.
    pub fn tenant(&self) -> Tenant {
        match self.tenant_type {
            TenantColumnType::Int | TenantColumnType::BigInt => Tenant::Number(2),
            TenantColumnType::Text => Tenant::Name("acme"),
        }
    }

    /// The other tenants. The first text id differs from the tenant's only by case.
    pub fn others(&self) -> [Tenant; 2] {
        match self.tenant_type {
            TenantColumnType::Int | TenantColumnType::BigInt => [Tenant::Number(1), Tenant::Number(3)],
            TenantColumnType::Text => [Tenant::Name("Acme"), Tenant::Name("globex")],
        }
    }

    /// The ids of the rows of one tenant in a table; of global rows, those of the tenant, for which each is at most once.
    pub fn ids_in(&self, table: &Table, owner: Option<Tenant>) -> RangeInclusive<i32> {
        let Some(tenant) = owner else { return OWN_IDS };
        let others = self.others();
        match self.ids_of(tenant) {
            ids if ids == OWN_IDS && table.global && tenant == others[0] => 11..=19,
            ids if ids == OWN_IDS && table.global && tenant == others[1] => 31..=39,
            ids => ids,
        }
    }

    /// The ids of the rows of one tenant.
    ///
    /// MariaDB's collation treats `acme` and `Acme` as equal in keys, so that these two share no ids.
    pub fn ids_of(&self, tenant: Tenant) -> RangeInclusive<i32> {
        let others = self.others();
        if tenant == self.tenant() {
            OWN_IDS
        } else if tenant == Tenant::Name("Acme") && self.backend == Backend::MariaDb {
            21..=29
        } else if tenant == others[1] && self.keys == KeyStyle::Single {
            31..=39
        } else {
            self.other_ids()
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

    /// The names of all columns in the order of the database.
    pub fn all_columns(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.columns.iter().map(|column| column.name.as_str()).collect();
        if let Role::Tenant { column } = &self.role {
            names.insert(if self.tenant_last { names.len() } else { 0 }, column);
        }
        names
    }

    /// The columns of the primary key.
    pub fn primary_key(&self, keys: KeyStyle) -> Vec<&str> {
        self.key_of("id", keys)
    }

    /// The columns of the unique constraint, in addition to the primary key.
    pub fn unique_key(&self, keys: KeyStyle) -> Option<Vec<&str>> {
        Some(self.key_of(self.unique.as_deref()?, keys))
    }

    /// Whether the unique key on this column contains the tenant column too.
    pub fn is_key_with_tenant(&self, column: &str, keys: KeyStyle) -> bool {
        let is_owned = matches!(self.role, Role::Tenant { .. });
        is_owned && keys == KeyStyle::Composite && !(self.global && column == "id")
    }

    fn key_of<'t>(&'t self, column: &'t str, keys: KeyStyle) -> Vec<&'t str> {
        match &self.role {
            Role::Tenant { column: tenant } if self.is_key_with_tenant(column, keys) => vec![tenant, column],
            Role::Root | Role::Tenant { .. } | Role::Shared { .. } => vec![column],
        }
    }
}
