//! Foreign keys: which columns of a table name a row of another, and which of them a scope must check.

/// Columns of a table that name a row of a parent table, which may be the same table.
///
/// Where the parent's rows belong to tenants, and the key does not pair the tenant columns of both tables, a scope
/// checks the values that a statement writes: they name a row of the tenant's own, or the statement fails. A key that
/// pairs the tenant columns is left to the database, which then keeps it within the tenant.
///
/// ```
/// use sea_orm_multitenant_sql::{Catalogue, Engine, ForeignKey, KeyType, Refusal, Table, TenantType, scope_statement};
///
/// let catalogue = Catalogue::new([
///     Table::tenant("project", "account_id", TenantType::BigInt).with_key_types([("id", KeyType::Integer)]),
///     Table::tenant("task", "account_id", TenantType::BigInt)
///         .with_foreign_key(ForeignKey::new(["project_id"], "project", ["id"])),
/// ])
/// .expect("no conflicts");
/// let scoped = scope_statement(&catalogue, Engine::Postgres, "UPDATE task SET project_id = $1 WHERE id = $2")?;
/// assert!(scoped.sql().contains(r#"WHERE "project"."account_id" = $3 AND "project"."id" = CAST($1 AS BIGINT)"#));
/// # Ok::<(), Refusal>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignKey {
    pub(super) columns: Vec<String>,
    pub(super) parent_schema: Option<String>,
    pub(super) parent: String,
    pub(super) parent_columns: Vec<String>,
}

impl ForeignKey {
    /// A key of these columns, which name a row of `parent` by its `parent_columns`.
    pub fn new(
        columns: impl IntoIterator<Item = impl Into<String>>,
        parent: impl Into<String>,
        parent_columns: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        Self {
            columns: columns.into_iter().map(Into::into).collect(),
            parent_schema: None,
            parent: parent.into(),
            parent_columns: parent_columns.into_iter().map(Into::into).collect(),
        }
    }

    /// Sets the schema of the parent table, as [`Table::in_schema`](crate::Table::in_schema) does for that table.
    #[must_use]
    pub fn to_schema(mut self, schema: Option<impl Into<String>>) -> Self {
        self.parent_schema = schema.map(Into::into);
        self
    }

    /// The columns that name a row of the parent.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The parent's name with its schema, for messages.
    pub fn parent(&self) -> String {
        match &self.parent_schema {
            Some(schema) => format!("{schema}.{}", self.parent),
            None => self.parent.clone(),
        }
    }

    /// The columns of the parent that are named, in the order of [`columns`](Self::columns).
    pub fn parent_columns(&self) -> &[String] {
        &self.parent_columns
    }

    /// Whether each column has its counterpart.
    pub(crate) fn is_paired(&self) -> bool {
        !self.columns.is_empty() && self.columns.len() == self.parent_columns.len()
    }

    /// The names in it that statements will hold.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let names = self.columns.iter().chain(&self.parent_columns).chain(&self.parent_schema);
        names.chain([&self.parent]).map(String::as_str)
    }
}
