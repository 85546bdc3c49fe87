//! One table: to whom its rows belong, and what is known of it.

use crate::{catalogue::foreign_key::ForeignKey, key_type::KeyType, tenant_type::TenantType};

/// To whom the rows of a table belong.
///
/// ```
/// use sea_orm_multitenant_sql::{Ownership, Table};
///
/// assert_eq!(*Table::shared("country", false).ownership(), Ownership::Shared { writable: false });
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ownership {
    /// Each row belongs to the tenant named in `column`.
    Tenant {
        /// The tenant column.
        column: String,
        /// Its type.
        ty: TenantType,
    },
    /// The tenants' own table: each row is a tenant, and `column`, its primary key, is the tenant id.
    Root {
        /// The primary key.
        column: String,
        /// Its type.
        ty: TenantType,
    },
    /// A reference table that every tenant reads.
    Shared {
        /// Whether scopes may write it too.
        writable: bool,
    },
}

/// One table of the catalogue.
///
/// What is known of its columns and keys widens what a scope can do: an INSERT without a column list needs the columns
/// in order, a conflict target gets the tenant column where a unique key contains it, GROUP BY the rest of the primary
/// key.
///
/// ```
/// use sea_orm_multitenant_sql::{Table, TenantType};
///
/// let table = Table::tenant("project", "account_id", TenantType::BigInt)
///     .in_schema(Some("app"))
///     .with_columns_in_order(["account_id", "id", "name"])
///     .with_primary_key(["account_id", "id"])
///     .with_unique_key(["account_id", "name"]);
/// assert_eq!(table.qualified_name(), "app.project");
/// assert_eq!(table.columns(), ["account_id", "id", "name"]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    schema: Option<String>,
    pub(super) name: String,
    ownership: Ownership,
    pub(super) global_rows: bool,
    columns: Vec<String>,
    columns_in_order: bool,
    pub(super) primary_key: Vec<String>,
    pub(super) unique_keys: Vec<Vec<String>>,
    pub(super) unique_expressions: Vec<Vec<String>>,
    pub(super) tenant_in_every_key: bool,
    foreign_keys: Vec<ForeignKey>,
    /// Foreign keys whose values are left to the database, by which rows are related all the same.
    unchecked_keys: Vec<ForeignKey>,
    pub(crate) key_types: Vec<(String, KeyType)>,
    pub(crate) defaults: Vec<String>,
    pub(crate) computed: Vec<String>,
    is_view: bool,
}

impl Table {
    /// A table whose rows belong to the tenant named in `column`.
    pub fn tenant(name: impl Into<String>, column: impl Into<String>, ty: TenantType) -> Self {
        Self::new(name, Ownership::Tenant { column: column.into(), ty })
    }

    /// The tenants' own table, whose primary key `column` is the tenant id.
    pub fn root(name: impl Into<String>, column: impl Into<String>, ty: TenantType) -> Self {
        Self::new(name, Ownership::Root { column: column.into(), ty })
    }

    /// A table that all tenants read, and that scopes may write when `writable`.
    pub fn shared(name: impl Into<String>, writable: bool) -> Self {
        Self::new(name, Ownership::Shared { writable })
    }

    fn new(name: impl Into<String>, ownership: Ownership) -> Self {
        Self {
            schema: None,
            name: name.into(),
            ownership,
            global_rows: false,
            columns: Vec::new(),
            columns_in_order: false,
            primary_key: Vec::new(),
            unique_keys: Vec::new(),
            unique_expressions: Vec::new(),
            tenant_in_every_key: false,
            foreign_keys: Vec::new(),
            unchecked_keys: Vec::new(),
            key_types: Vec::new(),
            defaults: Vec::new(),
            computed: Vec::new(),
            is_view: false,
        }
    }

    /// Declares that this is a view, which scopes read as a table and neither write nor lock.
    ///
    /// The view must have the tenant column, and all that a row of it tells must come from rows of the tenant that the row names, or from
    /// shared tables. A view that counts or ranks the rows of all tenants breaks that, whatever column it has: it must group and partition
    /// by the tenant column.
    ///
    /// ```
    /// use sea_orm_multitenant_sql::{Catalogue, Engine, Table, TenantType, scope_statement};
    ///
    /// let view = Table::tenant("open_task", "account_id", TenantType::BigInt).as_view();
    /// assert!(view.is_view());
    /// let catalogue = Catalogue::new([view]).expect("no conflicts");
    /// let scoped = scope_statement(&catalogue, Engine::Postgres, "SELECT * FROM open_task")?;
    /// assert_eq!(scoped.sql(), r#"SELECT * FROM "open_task" WHERE "open_task"."account_id" = $1"#);
    /// assert!(scope_statement(&catalogue, Engine::Postgres, "DELETE FROM open_task").is_err());
    /// assert!(scope_statement(&catalogue, Engine::Postgres, "SELECT * FROM open_task FOR UPDATE").is_err());
    /// # Ok::<(), sea_orm_multitenant_sql::Refusal>(())
    /// ```
    #[must_use]
    pub fn as_view(mut self) -> Self {
        self.is_view = true;
        self
    }

    /// Whether it is a view.
    pub fn is_view(&self) -> bool {
        self.is_view
    }

    /// Sets the schema (MySQL: the database); statements must then name it.
    #[must_use]
    pub fn in_schema(mut self, schema: Option<impl Into<String>>) -> Self {
        self.schema = schema.map(Into::into);
        self
    }

    /// Sets the names of the columns, in no particular order.
    #[must_use]
    pub fn with_columns(mut self, columns: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.columns = columns.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the names of the columns in the order in which the database has them, which an INSERT without a column
    /// list depends on.
    #[must_use]
    pub fn with_columns_in_order(mut self, columns: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.columns_in_order = true;
        self.with_columns(columns)
    }

    /// Adds columns to those that are known. A tenant table without any gets its tenant column with the first.
    ///
    /// ```
    /// use sea_orm_multitenant_sql::{Table, TenantType};
    ///
    /// let audit = Table::tenant("audit", "account_id", TenantType::BigInt).with_more_columns(["id", "note"]);
    /// assert_eq!(audit.columns(), ["account_id", "id", "note"]);
    /// ```
    #[must_use]
    pub fn with_more_columns(mut self, columns: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let tenant = self.tenant_column().map(|(column, _)| column.to_owned());
        let added = columns.into_iter().map(Into::into).collect::<Vec<_>>();
        for column in tenant.into_iter().chain(added) {
            if !self.columns.contains(&column) {
                self.columns_in_order = false;
                self.columns.push(column);
            }
        }
        self
    }

    /// Sets the columns of the primary key.
    #[must_use]
    pub fn with_primary_key(mut self, columns: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.primary_key = columns.into_iter().map(Into::into).collect();
        self
    }

    /// Adds the columns of a unique key.
    #[must_use]
    pub fn with_unique_key(mut self, columns: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.unique_keys.push(columns.into_iter().map(Into::into).collect());
        self
    }

    /// Adds a unique index of which an element is an expression, so that ON CONFLICT finds it by the rest of its
    /// elements.
    ///
    /// Each element is a column, or the expression as ON CONFLICT writes it.
    ///
    /// ```
    /// use sea_orm_multitenant_sql::{Catalogue, Engine, Table, TenantType, scope_statement};
    ///
    /// let users = Table::tenant("users", "account_id", TenantType::BigInt)
    ///     .with_columns(["account_id", "id", "email"])
    ///     .with_unique_expressions(["account_id", "lower(email)"]);
    /// let catalogue = Catalogue::new([users]).expect("no conflicts");
    /// let sql = "INSERT INTO users (email) VALUES (?) ON CONFLICT (lower(email)) DO NOTHING";
    /// let scoped = scope_statement(&catalogue, Engine::Sqlite, sql)?;
    /// assert!(scoped.sql().ends_with("ON CONFLICT(`account_id`, lower(`email`)) DO NOTHING"), "{}", scoped.sql());
    /// # Ok::<(), sea_orm_multitenant_sql::Refusal>(())
    /// ```
    #[must_use]
    pub fn with_unique_expressions(mut self, elements: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.unique_expressions.push(elements.into_iter().map(Into::into).collect());
        self
    }

    /// Adds a foreign key, whose values a scope checks where the key does not keep to the tenant by itself.
    #[must_use]
    pub fn with_foreign_key(mut self, key: ForeignKey) -> Self {
        if !self.foreign_keys.contains(&key) {
            self.foreign_keys.push(key);
        }
        self
    }

    /// Leaves all foreign keys to the database.
    #[must_use]
    pub fn without_foreign_keys(mut self) -> Self {
        self.unchecked_keys.append(&mut self.foreign_keys);
        self
    }

    /// Leaves the foreign keys that contain `column` to the database.
    #[must_use]
    pub fn without_foreign_key(mut self, column: &str) -> Self {
        let has_column = |key: &ForeignKey| key.columns().iter().any(|each| each == column);
        let (unchecked, checked) = std::mem::take(&mut self.foreign_keys).into_iter().partition(has_column);
        self.foreign_keys = checked;
        self.unchecked_keys.extend::<Vec<_>>(unchecked);
        self
    }

    /// The name without its schema.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The schema, when statements must name it.
    pub fn schema(&self) -> Option<&str> {
        self.schema.as_deref()
    }

    /// The name with its schema, for messages.
    pub fn qualified_name(&self) -> String {
        match &self.schema {
            Some(schema) => format!("{schema}.{}", self.name),
            None => self.name.clone(),
        }
    }

    /// To whom the rows belong.
    pub fn ownership(&self) -> &Ownership {
        &self.ownership
    }

    /// The names of the columns; empty when they are not known.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The columns of the primary key; empty when they are not known.
    pub fn primary_key(&self) -> &[String] {
        &self.primary_key
    }

    /// The foreign keys.
    pub fn foreign_keys(&self) -> &[ForeignKey] {
        &self.foreign_keys
    }

    /// The foreign keys by which its rows are related, whether their values are checked or not.
    pub(crate) fn relating_keys(&self) -> impl Iterator<Item = &ForeignKey> {
        self.foreign_keys.iter().chain(&self.unchecked_keys)
    }

    /// The tenant column and its type; `None` for a shared table.
    pub fn tenant_column(&self) -> Option<(&str, TenantType)> {
        match &self.ownership {
            Ownership::Tenant { column, ty } | Ownership::Root { column, ty } => Some((column, *ty)),
            Ownership::Shared { writable: _ } => None,
        }
    }

    /// The columns in the database's order, when that is known.
    pub(crate) fn ordered_columns(&self) -> Option<&[String]> {
        self.columns_in_order.then_some(self.columns.as_slice())
    }

    /// Whether the table declares a column of this name, without regard to case.
    pub(crate) fn declares(&self, column: &str) -> bool {
        self.columns.iter().any(|declared| declared.eq_ignore_ascii_case(column))
    }

    /// The columns that the tenant column and the keys name, which are columns whatever else is declared.
    pub(crate) fn names_in_keys(&self) -> impl Iterator<Item = &str> {
        let tenant = self.tenant_column().map(|(column, _)| column);
        let unique = self.unique_keys.iter().flatten();
        let foreign = self.foreign_keys.iter().flat_map(ForeignKey::columns);
        let keys = self.primary_key.iter().chain(unique).chain(foreign);
        tenant.into_iter().chain(keys.map(String::as_str))
    }

    /// Whether two declarations of one table cannot both be true.
    pub(super) fn contradicts(&self, other: &Self) -> bool {
        let both_know_key = !self.primary_key.is_empty() && !other.primary_key.is_empty();
        self.ownership != other.ownership
            || self.global_rows != other.global_rows
            || (both_know_key && self.primary_key != other.primary_key)
    }

    /// Adds what another declaration of this table knows.
    pub(super) fn merge(&mut self, other: Self) {
        let Self {
            schema: _,
            name: _,
            ownership: _,
            global_rows: _,
            columns,
            columns_in_order,
            primary_key,
            unique_keys,
            unique_expressions,
            tenant_in_every_key,
            foreign_keys,
            unchecked_keys,
            key_types,
            defaults,
            computed,
            is_view,
        } = other;
        self.is_view |= is_view;
        self.tenant_in_every_key |= tenant_in_every_key;
        let new: Vec<_> =
            unique_expressions.into_iter().filter(|key| !self.unique_expressions.contains(key)).collect();
        self.unique_expressions.extend(new);
        if columns_in_order && !self.columns_in_order {
            self.columns = columns;
            self.columns_in_order = true;
        } else {
            let missing: Vec<_> =
                columns.into_iter().filter(|column| !self.columns.contains(column)).collect();
            self.columns_in_order &= missing.is_empty();
            self.columns.extend(missing);
        }
        if self.primary_key.is_empty() {
            self.primary_key = primary_key;
        }
        let new_keys: Vec<_> =
            unique_keys.into_iter().filter(|key| !self.unique_keys.contains(key)).collect();
        self.unique_keys.extend(new_keys);
        let new_keys: Vec<_> =
            foreign_keys.into_iter().filter(|key| !self.foreign_keys.contains(key)).collect();
        self.foreign_keys.extend(new_keys);
        self.unchecked_keys.extend(unchecked_keys);
        let new_types: Vec<_> =
            key_types.into_iter().filter(|(name, _)| self.key_type(name).is_none()).collect();
        self.key_types.extend(new_types);
        let new_defaults: Vec<_> = defaults.into_iter().filter(|column| !self.has_default(column)).collect();
        self.defaults.extend(new_defaults);
        self.computed.extend(computed);
    }
}
