//! Foreign keys that keep a row within its tenant.

pub(crate) mod action;

use crate::{
    engine::Engine,
    error::MigrationError,
    names::{self, QualifiedName},
    tables::{
        foreign_key::action::Event,
        on_table::{OnTable, Part, Place},
    },
};
use sea_orm_migration::sea_query::ForeignKeyAction;

/// A foreign key `(tenant, parent_id)` to `parent (tenant, id)`: the database refuses another tenant's parent.
///
/// A parent without a schema is resolved by the engine: through the search path on PostgreSQL, in the schema of the
/// table on the others. The key is named `fk-<table>-<columns>`, as SeaORM names it.
///
/// ```
/// use sea_orm_migration::{sea_orm::DbBackend, sea_query::ForeignKeyAction};
/// use sea_orm_multitenant_migration::TenantForeignKey;
///
/// let key = TenantForeignKey::new(["project_id"], "project").on_delete(ForeignKeyAction::SetNull).on("task", "account_id");
/// assert_eq!(
///     key.create_sql(DbBackend::Postgres)?,
///     r#"ALTER TABLE "task" ADD CONSTRAINT "fk-task-account_id-project_id" FOREIGN KEY ("account_id", "project_id") "#
///         .to_owned()
///         + r#"REFERENCES "project" ("account_id", "id") ON DELETE SET NULL ("project_id")"#
/// );
/// # Ok::<(), sea_orm_multitenant_migration::MigrationError>(())
/// ```
#[derive(Debug, Clone)]
pub struct TenantForeignKey {
    link: Link,
    columns: Vec<String>,
    parent: QualifiedName,
    parent_tenant: Option<String>,
    parent_columns: Vec<String>,
    pub(crate) name: Option<String>,
    pub(crate) on_delete: Option<ForeignKeyAction>,
    pub(crate) on_update: Option<ForeignKeyAction>,
}

/// To whom the referenced rows belong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Link {
    /// To the row's tenant: the tenant column comes first on both sides.
    Tenant,
    /// The row is the tenant itself: the key is the tenant column alone.
    Root,
    /// To no tenant: the columns are used as given.
    AsGiven,
}

impl TenantForeignKey {
    /// From the tenant column and these columns to the parent's tenant column and `id`.
    pub fn new<S: Into<String>>(
        columns: impl IntoIterator<Item = S>,
        parent: impl Into<QualifiedName>,
    ) -> Self {
        Self::of(Link::Tenant, columns, parent)
    }

    /// From the tenant column to the `id` of the root table.
    ///
    /// ```
    /// use sea_orm_migration::sea_orm::DbBackend;
    /// use sea_orm_multitenant_migration::TenantForeignKey;
    ///
    /// let sql = TenantForeignKey::to_root("account").on("task", "account_id").create_sql(DbBackend::MySql)?;
    /// assert!(sql.ends_with("FOREIGN KEY (`account_id`) REFERENCES `account` (`id`)"));
    /// # Ok::<(), sea_orm_multitenant_migration::MigrationError>(())
    /// ```
    pub fn to_root(parent: impl Into<QualifiedName>) -> Self {
        Self::of(Link::Root, [""; 0], parent)
    }

    /// From these columns to the `id` of a shared table.
    ///
    /// ```
    /// use sea_orm_migration::sea_orm::DbBackend;
    /// use sea_orm_multitenant_migration::TenantForeignKey;
    ///
    /// let key = TenantForeignKey::to_shared(["country"], ("app", "country")).to_columns(["code"]);
    /// let sql = key.on("member", "account_id").create_sql(DbBackend::Postgres)?;
    /// assert!(sql.ends_with(r#"FOREIGN KEY ("country") REFERENCES "app"."country" ("code")"#));
    /// # Ok::<(), sea_orm_multitenant_migration::MigrationError>(())
    /// ```
    pub fn to_shared<S: Into<String>>(
        columns: impl IntoIterator<Item = S>,
        parent: impl Into<QualifiedName>,
    ) -> Self {
        Self::of(Link::AsGiven, columns, parent)
    }

    fn of<S: Into<String>>(
        link: Link,
        columns: impl IntoIterator<Item = S>,
        parent: impl Into<QualifiedName>,
    ) -> Self {
        Self {
            link,
            columns: columns.into_iter().map(Into::into).collect(),
            parent: parent.into(),
            parent_tenant: None,
            parent_columns: vec!["id".to_owned()],
            name: None,
            on_delete: None,
            on_update: None,
        }
    }

    /// Sets the parent's columns, if they are not `id`. The tenant column is not listed on either side.
    #[must_use]
    pub fn to_columns<S: Into<String>>(mut self, columns: impl IntoIterator<Item = S>) -> Self {
        self.parent_columns = columns.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the parent's tenant column, if its name differs from this table's.
    #[must_use]
    pub fn to_tenant_column(mut self, column: impl Into<String>) -> Self {
        self.parent_tenant = Some(column.into());
        self
    }

    /// Sets the action when the parent is deleted.
    ///
    /// SET NULL and SET DEFAULT do not set the tenant column: on PostgreSQL 15 and later the clause names the other
    /// columns. MySQL, SQLite and Citus do not support this, and the key is refused there.
    #[must_use]
    pub fn on_delete(mut self, action: ForeignKeyAction) -> Self {
        self.on_delete = Some(action);
        self
    }

    /// Sets the action when the parent's key changes. SET NULL and SET DEFAULT are refused if the key has the tenant
    /// column: no engine can exclude it.
    #[must_use]
    pub fn on_update(mut self, action: ForeignKeyAction) -> Self {
        self.on_update = Some(action);
        self
    }

    /// Sets the name of the key.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The foreign key of an existing table whose tenant column is `tenant`.
    ///
    /// SQLite has no statement for it: [`MigrationError::ForeignKeyOfExistingTable`]. On MySQL, the index that the
    /// engine creates for a foreign key remains when the key is dropped.
    pub fn on(self, table: impl Into<QualifiedName>, tenant: impl Into<String>) -> OnTable<Self> {
        OnTable::new(self, table, tenant)
    }

    /// The columns of the table, with the tenant column first if it is part of the key.
    pub(crate) fn all_columns(&self, tenant: &str) -> Vec<String> {
        match self.link {
            Link::Tenant => std::iter::once(tenant.to_owned()).chain(self.columns.iter().cloned()).collect(),
            Link::Root => vec![tenant.to_owned()],
            Link::AsGiven => self.columns.clone(),
        }
    }

    /// The parent's columns, in the order of [`all_columns`](Self::all_columns).
    fn all_parent_columns(&self, tenant: &str) -> Vec<String> {
        let others = self.parent_columns.iter().cloned();
        match self.link {
            Link::Tenant => {
                let tenant = self.parent_tenant.clone().unwrap_or_else(|| tenant.to_owned());
                std::iter::once(tenant).chain(others).collect()
            }
            Link::Root | Link::AsGiven => others.collect(),
        }
    }

    pub(crate) fn name(&self, place: &Place) -> String {
        let made = || names::made("fk", &place.table.name, &self.all_columns(&place.tenant));
        self.name.clone().unwrap_or_else(made)
    }

    /// The key as a clause of CREATE TABLE or ALTER TABLE.
    pub(crate) fn clause(&self, place: &Place, engine: Engine) -> Result<String, MigrationError> {
        let columns = self.all_columns(&place.tenant);
        let parent_columns = self.all_parent_columns(&place.tenant);
        let name = self.name(place);
        self.check(place, engine, &name, &columns, &parent_columns)?;
        let constraint = if engine.names_foreign_keys() {
            format!("CONSTRAINT {} ", engine.quote(&name))
        } else {
            String::new()
        };
        let parent = if engine.qualifies_parents() {
            self.parent.quoted(engine)
        } else {
            engine.quote(&self.parent.name)
        };
        let (columns_list, parents_list) = (engine.list(&columns), engine.list(&parent_columns));
        let mut sql =
            format!("{constraint}FOREIGN KEY ({columns_list}) REFERENCES {parent} ({parents_list})");
        for (event, action) in [(Event::Delete, self.on_delete), (Event::Update, self.on_update)] {
            let Some(action) = action else { continue };
            let refused = |what| MigrationError::ActionOnTenantColumn {
                table: place.table.to_string(),
                key: name.clone(),
                action: what,
                engine: engine.name(),
            };
            sql.push_str(&event.clause(action, &columns, &place.tenant, engine).map_err(refused)?);
        }
        Ok(sql)
    }

    fn check(
        &self,
        place: &Place,
        engine: Engine,
        name: &str,
        columns: &[String],
        parent_columns: &[String],
    ) -> Result<(), MigrationError> {
        if self.link != Link::Root {
            place.check_columns(&self.columns, engine)?;
        }
        place.check_columns(&self.parent_columns, engine)?;
        columns.iter().chain(parent_columns).try_for_each(|column| names::check(column, engine))?;
        self.parent.check(engine)?;
        if engine.names_foreign_keys() {
            names::check(name, engine)?;
        }
        let elsewhere = self.parent.schema.is_some() && self.parent.schema != place.table.schema;
        if elsewhere && !engine.qualifies_parents() {
            return Err(MigrationError::ForeignSchema {
                table: place.table.to_string(),
                parent: self.parent.to_string(),
                engine: engine.name(),
            });
        }
        Ok(())
    }

    /// Refuses a key that the engine cannot add to an existing table.
    fn check_existing(&self, place: &Place, engine: Engine) -> Result<(), MigrationError> {
        place.check(engine)?;
        if engine.alters_foreign_keys() {
            return Ok(());
        }
        Err(MigrationError::ForeignKeyOfExistingTable {
            table: place.table.to_string(),
            key: self.name(place),
            engine: engine.name(),
        })
    }
}

impl Part for TenantForeignKey {
    fn create_sql(&self, place: &Place, engine: Engine) -> Result<String, MigrationError> {
        self.check_existing(place, engine)?;
        Ok(format!("ALTER TABLE {} ADD {}", place.table.quoted(engine), self.clause(place, engine)?))
    }

    fn drop_sql(&self, place: &Place, engine: Engine) -> Result<String, MigrationError> {
        self.check_existing(place, engine)?;
        let name = self.name(place);
        names::check(&name, engine)?;
        let what = engine.foreign_key_word();
        Ok(format!("ALTER TABLE {} DROP {what} {}", place.table.quoted(engine), engine.quote(&name)))
    }
}
