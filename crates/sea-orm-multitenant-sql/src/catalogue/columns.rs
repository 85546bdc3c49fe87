//! What is known of a table's columns beside their names: the types of keys, defaults, computed values.

use crate::{catalogue::table::Table, key_type::KeyType};

impl Table {
    /// Sets the types of columns that are keys, or name rows of a parent.
    ///
    /// A value that is written to a foreign key is converted to the type of the parent's key once, and compared and
    /// stored as such. Where the type is not known, the value must also read as the parent's key does, as a text:
    /// `1.50` is then not `1.5`.
    #[must_use]
    pub fn with_key_types(mut self, types: impl IntoIterator<Item = (impl Into<String>, KeyType)>) -> Self {
        self.key_types.extend(types.into_iter().map(|(column, ty)| (column.into(), ty)));
        self
    }

    /// The type of a column; `None` when it is not known.
    pub fn key_type(&self, column: &str) -> Option<KeyType> {
        let declared = self.key_types.iter().find(|(name, _)| name == column).map(|(_, ty)| *ty);
        let tenant = || self.tenant_column().filter(|(name, _)| *name == column).map(|(_, ty)| ty.into());
        declared.or_else(tenant)
    }

    /// Says which columns have a DEFAULT in the database that is not NULL.
    ///
    /// For a column of a foreign key that a scope checks, such a value cannot be checked: a statement that leaves the
    /// column out is refused. Where no DEFAULT is declared, the scope writes NULL to such a column.
    ///
    /// ```
    /// use sea_orm_multitenant_sql::{Catalogue, Engine, ForeignKey, Table, TenantType, scope_statement};
    ///
    /// let key = || ForeignKey::new(["project_id"], "project", ["id"]);
    /// let sql = |task: Table| {
    ///     let project = Table::tenant("project", "account_id", TenantType::BigInt);
    ///     let catalogue = Catalogue::new([project, task.with_foreign_key(key())]).expect("no conflicts");
    ///     let scoped = scope_statement(&catalogue, Engine::Sqlite, "INSERT INTO task (title) VALUES ('a')");
    ///     scoped.map(|scoped| scoped.sql().to_owned())
    /// };
    /// let task = Table::tenant("task", "account_id", TenantType::BigInt);
    /// assert!(sql(task.clone()).is_ok_and(|sql| sql.contains("NULL")));
    /// assert!(sql(task.with_defaults(["project_id"])).is_err());
    /// ```
    #[must_use]
    pub fn with_defaults(mut self, columns: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.defaults.extend(columns.into_iter().map(Into::into));
        self
    }

    /// Whether the database is said to have a DEFAULT for a column.
    ///
    /// ```
    /// use sea_orm_multitenant_sql::{Table, TenantType};
    ///
    /// let task = Table::tenant("task", "account_id", TenantType::BigInt).with_defaults(["project_id"]);
    /// assert!(task.has_default("project_id") && !task.has_default("title"));
    /// ```
    pub fn has_default(&self, column: &str) -> bool {
        self.defaults.iter().any(|declared| declared == column)
    }

    /// Says which columns the database computes from others (`GENERATED ALWAYS AS (…)`).
    ///
    /// What it computes is in no statement, so it cannot be checked: a foreign key without the tenant column that has
    /// such a column is a conflict.
    ///
    /// ```
    /// use sea_orm_multitenant_sql::{Catalogue, Conflict, ForeignKey, Table, TenantType};
    ///
    /// let project = || Table::tenant("project", "account_id", TenantType::BigInt);
    /// let task = |columns: [&str; 1], of_parent: [&str; 1]| {
    ///     let task = Table::tenant("task", "account_id", TenantType::BigInt).with_computed(["project_id"]);
    ///     task.with_foreign_key(ForeignKey::new(columns, "project", of_parent))
    /// };
    /// let conflicts = Catalogue::new([project(), task(["project_id"], ["id"])]).unwrap_err();
    /// let [Conflict::ForeignKeyComputed { column, .. }] = conflicts.as_slice() else { panic!("{conflicts:?}") };
    /// assert_eq!(column, "project_id");
    /// assert!(Catalogue::new([project(), task(["parent_id"], ["id"])]).is_ok());
    /// ```
    #[must_use]
    pub fn with_computed(mut self, columns: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.computed.extend(columns.into_iter().map(Into::into));
        self
    }

    /// Whether a column is the primary key by itself: NULL may make the database generate a value for it.
    pub(crate) fn is_whole_key(&self, column: &str) -> bool {
        matches!(self.primary_key(), [only] if only == column)
    }
}
