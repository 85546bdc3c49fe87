//! Indexes and unique keys with the tenant column first.

use crate::{
    engine::Engine,
    error::MigrationError,
    names::{self, QualifiedName},
    tables::on_table::{OnTable, Part, Place},
};

/// An index with the tenant column first, so the entries that a scope reads are adjacent.
///
/// It is named `idx-<table>-<columns>` without the tenant column, as SeaORM names it.
///
/// ```
/// use sea_orm_migration::sea_orm::DbBackend;
/// use sea_orm_multitenant_migration::TenantIndex;
///
/// let index = TenantIndex::new(["project_id", "state"]).on("task", "account_id");
/// assert_eq!(
///     index.create_sql(DbBackend::Postgres)?,
///     r#"CREATE INDEX "idx-task-project_id-state" ON "task" ("account_id", "project_id", "state")"#
/// );
/// # Ok::<(), sea_orm_multitenant_migration::MigrationError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantIndex(pub(crate) Columns);

/// A unique key with the tenant column first: a value is unique within a tenant.
///
/// It is a unique index, as SeaORM's are, named `idx-<table>-<columns>` without the tenant column.
///
/// ```
/// use sea_orm_migration::sea_orm::DbBackend;
/// use sea_orm_multitenant_migration::TenantUnique;
///
/// let unique = TenantUnique::new(["name"]).named("one_name").on(("app", "project"), "account_id");
/// assert_eq!(
///     unique.create_sql(DbBackend::Postgres)?,
///     r#"CREATE UNIQUE INDEX "one_name" ON "app"."project" ("account_id", "name")"#
/// );
/// assert_eq!(unique.drop_sql(DbBackend::Postgres)?, r#"DROP INDEX "app"."one_name""#);
/// # Ok::<(), sea_orm_multitenant_migration::MigrationError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantUnique(pub(crate) Columns);

/// The columns of an index, and its name if one is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Columns {
    pub(crate) columns: Vec<String>,
    /// Whether the tenant column is prepended.
    pub(crate) tenant_first: bool,
    pub(crate) name: Option<String>,
}

impl Columns {
    fn new<S: Into<String>>(columns: impl IntoIterator<Item = S>, tenant_first: bool) -> Self {
        Self { columns: columns.into_iter().map(Into::into).collect(), tenant_first, name: None }
    }

    /// The columns, with the tenant column first if it is prepended.
    pub(crate) fn all(&self, tenant: &str) -> Vec<String> {
        if !self.tenant_first {
            return self.columns.clone();
        }
        let others = self.columns.iter().filter(|column| *column != tenant).cloned();
        std::iter::once(tenant.to_owned()).chain(others).collect()
    }

    /// The given name, or one generated from the table and the columns without the tenant column.
    pub(crate) fn name(&self, place: &Place) -> String {
        self.name.clone().unwrap_or_else(|| {
            let others: Vec<_> =
                self.columns.iter().filter(|column| **column != place.tenant).cloned().collect();
            names::made("idx", &place.table.name, &others)
        })
    }

    fn create(&self, unique: &str, place: &Place, engine: Engine) -> Result<String, MigrationError> {
        let name = self.checked(place, engine)?;
        let (index, table) = if engine.schema_is_at_the_index() {
            (place.table.qualify(&name, engine), engine.quote(&place.table.name))
        } else {
            (engine.quote(&name), place.table.quoted(engine))
        };
        Ok(format!("CREATE {unique}INDEX {index} ON {table} ({})", engine.list(&self.all(&place.tenant))))
    }

    fn drop(&self, place: &Place, engine: Engine) -> Result<String, MigrationError> {
        let name = self.checked(place, engine)?;
        Ok(if engine.drops_index_on_table() {
            format!("DROP INDEX {} ON {}", engine.quote(&name), place.table.quoted(engine))
        } else {
            format!("DROP INDEX {}", place.table.qualify(&name, engine))
        })
    }

    /// Checks all names and returns the name of the index.
    fn checked(&self, place: &Place, engine: Engine) -> Result<String, MigrationError> {
        place.check(engine)?;
        place.check_columns(&self.columns, engine)?;
        let name = self.name(place);
        names::check(&name, engine)?;
        Ok(name)
    }
}

impl TenantIndex {
    /// An index on the tenant column followed by these columns.
    pub fn new<S: Into<String>>(columns: impl IntoIterator<Item = S>) -> Self {
        Self(Columns::new(columns, true))
    }

    /// Sets the name of the index.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.0.name = Some(name.into());
        self
    }

    /// The index on an existing table whose tenant column is `tenant`.
    pub fn on(self, table: impl Into<QualifiedName>, tenant: impl Into<String>) -> OnTable<Self> {
        OnTable::new(self, table, tenant)
    }
}

impl TenantUnique {
    /// A unique key on the tenant column followed by these columns.
    pub fn new<S: Into<String>>(columns: impl IntoIterator<Item = S>) -> Self {
        Self(Columns::new(columns, true))
    }

    /// A unique key on these columns alone: a value that one tenant uses is refused for the others, which reveals that
    /// it exists.
    ///
    /// Use it for values that are unique in the whole application, such as the address with which a user logs in.
    /// Citus refuses it.
    ///
    /// ```
    /// use sea_orm_migration::sea_orm::DbBackend;
    /// use sea_orm_multitenant_migration::TenantUnique;
    ///
    /// let unique = TenantUnique::across_tenants(["email"]).on("member", "account_id");
    /// let sql = unique.create_sql(DbBackend::Sqlite)?;
    /// assert_eq!(sql, r#"CREATE UNIQUE INDEX "idx-member-email" ON "member" ("email")"#);
    /// # Ok::<(), sea_orm_multitenant_migration::MigrationError>(())
    /// ```
    pub fn across_tenants<S: Into<String>>(columns: impl IntoIterator<Item = S>) -> Self {
        Self(Columns::new(columns, false))
    }

    /// Sets the name of the key.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.0.name = Some(name.into());
        self
    }

    /// The unique key on an existing table whose tenant column is `tenant`.
    pub fn on(self, table: impl Into<QualifiedName>, tenant: impl Into<String>) -> OnTable<Self> {
        OnTable::new(self, table, tenant)
    }
}

impl<S: Into<String>, const N: usize> From<[S; N]> for TenantIndex {
    fn from(columns: [S; N]) -> Self {
        Self::new(columns)
    }
}

impl<S: Into<String>, const N: usize> From<[S; N]> for TenantUnique {
    fn from(columns: [S; N]) -> Self {
        Self::new(columns)
    }
}

impl Part for TenantIndex {
    fn create_sql(&self, place: &Place, engine: Engine) -> Result<String, MigrationError> {
        self.0.create("", place, engine)
    }

    fn drop_sql(&self, place: &Place, engine: Engine) -> Result<String, MigrationError> {
        self.0.drop(place, engine)
    }
}

impl Part for TenantUnique {
    fn create_sql(&self, place: &Place, engine: Engine) -> Result<String, MigrationError> {
        self.0.create("UNIQUE ", place, engine)
    }

    fn drop_sql(&self, place: &Place, engine: Engine) -> Result<String, MigrationError> {
        self.0.drop(place, engine)
    }
}
