//! The definition of a tenant table.

use crate::{
    names::QualifiedName,
    tables::{
        foreign_key::TenantForeignKey,
        index::{TenantIndex, TenantUnique},
        on_table::Place,
    },
};
use sea_orm_migration::{
    sea_orm::DbBackend,
    sea_query::{ColumnDef, IntoColumnDef},
};

/// A table with a tenant column: its primary key is `(tenant, id)`, and its keys and indexes have the tenant column
/// first.
///
/// Built from columns with [`new`](Self::new), or from an entity with [`from_entity`](Self::from_entity). Nothing is
/// executed before [`create`](Self::create).
///
/// The database generates the values of an `auto_increment` column. On MySQL the column gets its own index, which the
/// engine requires. SQLite generates values only for a primary key of one column: there it is the primary key, with an
/// additional unique key `(tenant, id)` that foreign keys reference, so two tenants cannot use the same id.
///
/// ```
/// use sea_orm_migration::{SchemaManager, schema::*, sea_orm::{ConnectionTrait, Database}, sea_query::ForeignKeyAction};
/// use sea_orm_multitenant_migration::{TenantForeignKey, TenantTable};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let project = TenantTable::new("project", big_integer("account_id"))
///     .id(big_integer("id"))
///     .column(string("name"))
///     .unique(["name"]);
/// let task = TenantTable::new("task", big_integer("account_id"))
///     .id(big_integer("id"))
///     .column(big_integer_null("project_id"))
///     .index(["project_id"])
///     .foreign_key(TenantForeignKey::new(["project_id"], "project").on_delete(ForeignKeyAction::Cascade));
///
/// let db = Database::connect("sqlite::memory:").await?;
/// let manager = SchemaManager::new(&db);
/// project.create(&manager).await?; // in `up`
/// task.create(&manager).await?;
///
/// db.execute_unprepared("INSERT INTO project VALUES (1, 7, 'Apollo'), (2, 7, 'Apollo')").await?;
/// db.execute_unprepared("INSERT INTO task VALUES (1, 1, 7), (2, 1, NULL)").await?;
/// assert!(db.execute_unprepared("INSERT INTO task VALUES (3, 1, 7)").await.is_err(), "tenant 3 has no project 7");
///
/// task.drop(&manager).await?; // in `down`
/// project.drop(&manager).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct TenantTable {
    pub(crate) place: Place,
    /// The columns of the primary key after the tenant column.
    pub(super) key: Vec<String>,
    /// The columns that an entity declares, for an engine.
    pub(super) of_entity: Option<fn(DbBackend) -> Vec<ColumnDef>>,
    pub(super) columns: Vec<ColumnDef>,
    pub(super) generated: Vec<String>,
    pub(super) uniques: Vec<TenantUnique>,
    pub(super) indexes: Vec<TenantIndex>,
    pub(super) foreign_keys: Vec<TenantForeignKey>,
    pub(super) across_tenants: Vec<Vec<String>>,
    pub(super) comment: Option<String>,
    pub(super) collation: Option<String>,
    /// Whether rows whose tenant column is NULL are everybody's to read.
    pub(super) global_rows: bool,
}

impl TenantTable {
    /// A table with this tenant column, which is NOT NULL and the first column of the primary key.
    pub fn new(name: impl Into<QualifiedName>, tenant: impl IntoColumnDef) -> Self {
        let tenant = tenant.into_column_def();
        let place = Place { table: name.into(), tenant: tenant.get_column_name() };
        Self::at(place).column(tenant)
    }

    pub(super) fn at(place: Place) -> Self {
        Self {
            place,
            key: Vec::new(),
            of_entity: None,
            columns: Vec::new(),
            generated: Vec::new(),
            uniques: Vec::new(),
            indexes: Vec::new(),
            foreign_keys: Vec::new(),
            across_tenants: Vec::new(),
            comment: None,
            collation: None,
            global_rows: false,
        }
    }

    /// Makes the tenant column nullable: a row in which it is NULL is global, and every tenant reads it.
    ///
    /// The primary key is then the columns of [`id`](Self::id) alone, since NULL is in no primary key. A unique key with
    /// the tenant column keeps a tenant's rows apart, but not global rows, for which NULL differs from NULL.
    ///
    /// ```
    /// use sea_orm_migration::{schema::*, sea_orm::DbBackend};
    /// use sea_orm_multitenant_migration::TenantTable;
    ///
    /// let tag = TenantTable::new("tag", big_integer("account_id")).id(big_integer("id")).with_global_rows();
    /// assert_eq!(
    ///     tag.create_sql(DbBackend::Postgres)?,
    ///     [r#"CREATE TABLE "tag" ( "account_id" bigint NULL, "id" bigint NOT NULL PRIMARY KEY )"#]
    /// );
    /// # Ok::<(), sea_orm_multitenant_migration::MigrationError>(())
    /// ```
    #[must_use]
    pub fn with_global_rows(mut self) -> Self {
        self.global_rows = true;
        self
    }

    /// Adds a column to the primary key, after the tenant column and the columns added before.
    #[must_use]
    pub fn id(mut self, column: impl IntoColumnDef) -> Self {
        let column = column.into_column_def();
        self.key.push(column.get_column_name());
        self.column(column)
    }

    /// Adds a column.
    ///
    /// A `unique_key` on the column alone, as [`string_uniq`](sea_orm_migration::schema::string_uniq) declares, is
    /// refused unless [`allow_across_tenants`](Self::allow_across_tenants) permits it. A `primary_key` is that of the
    /// table, see [`id`](Self::id).
    #[must_use]
    pub fn column(mut self, column: impl IntoColumnDef) -> Self {
        let column = column.into_column_def();
        if column.get_column_spec().auto_increment {
            self.generated.push(column.get_column_name());
        }
        self.columns.push(column);
        self
    }

    /// Lets the database generate the values of a column, as `auto_increment` does. For entities, which cannot declare
    /// this for a column of a composite key.
    ///
    /// ```
    /// use sea_orm_migration::{schema::big_integer, sea_orm::DbBackend};
    /// use sea_orm_multitenant_migration::TenantTable;
    ///
    /// let task = TenantTable::new("task", big_integer("account_id")).id(big_integer("id")).generated("id");
    /// assert!(task.create_sql(DbBackend::MySql)?[0].contains("`id` bigint NOT NULL AUTO_INCREMENT"));
    /// # Ok::<(), sea_orm_multitenant_migration::MigrationError>(())
    /// ```
    #[must_use]
    pub fn generated(mut self, column: impl Into<String>) -> Self {
        self.generated.push(column.into());
        self
    }

    /// Adds a unique key with the tenant column first, or one across tenants.
    #[must_use]
    pub fn unique(mut self, unique: impl Into<TenantUnique>) -> Self {
        let unique = unique.into();
        if !unique.0.tenant_first {
            self.across_tenants.push(unique.0.columns.clone());
        }
        self.uniques.push(unique);
        self
    }

    /// Adds an index with the tenant column first.
    #[must_use]
    pub fn index(mut self, index: impl Into<TenantIndex>) -> Self {
        self.indexes.push(index.into());
        self
    }

    /// Adds a foreign key.
    #[must_use]
    pub fn foreign_key(mut self, key: TenantForeignKey) -> Self {
        self.foreign_keys.push(key);
        self
    }

    /// Permits a unique key on these columns, declared by a column or an entity without the tenant column: see
    /// [`TenantUnique::across_tenants`].
    #[must_use]
    pub fn allow_across_tenants<S: Into<String>>(mut self, columns: impl IntoIterator<Item = S>) -> Self {
        self.across_tenants.push(columns.into_iter().map(Into::into).collect());
        self
    }

    /// Sets the collation of the table's strings, such as `utf8mb4_bin`, on MySQL, which ignores case and accents by
    /// default. Other engines do not, and ignore this setting.
    #[must_use]
    pub fn mysql_collation(mut self, collation: impl Into<String>) -> Self {
        self.collation = Some(collation.into());
        self
    }
}
