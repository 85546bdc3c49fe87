//! Builds a [`Tenancy`].

use crate::{
    entity::{EntityOwnership, table_owned_as},
    error::{CatalogueConflict, TenancyError},
    registry::{Collected, ENTITIES},
    relations::{ChildKey, Keys, keys, with_keys},
    scope::setting_mode::ConnectionLocks,
    statement::Shared,
    statement_cache::StatementCache,
    tenancy::Tenancy,
    tenant_setting::TenantSetting,
};
use sea_orm::{DatabaseConnection, EntityTrait, RelationDef};
use sea_orm_multitenant_sql::{Catalogue, Extension, MAX_TEXT_BYTES, Table, TenantType};
use std::sync::Arc;

/// The number of cached statements unless [`TenancyBuilder::statement_cache_capacity`] sets another.
const DEFAULT_STATEMENTS: usize = 10_000;

/// Builds a [`Tenancy`] from the program's entities and from tables by name.
///
/// ```
/// use sea_orm::Database;
/// use sea_orm_multitenant::{Ownership, Table, Tenancy, TenantType};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let tenancy = Tenancy::builder()
///     .without_entities()
///     .root_table("account", "id", TenantType::BigInt)
///     .tenant_table("project", "account_id", TenantType::BigInt)
///     .shared_table("country")
///     .table(Table::shared("exchange_rate", true).in_schema(Some("finance")))
///     .allow_function("my_slug")
///     .build(Database::connect("sqlite::memory:").await?)?;
/// assert_eq!(tenancy.catalogue().tables().len(), 4);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct TenancyBuilder {
    tables: Vec<Table>,
    functions: Vec<String>,
    families: Vec<String>,
    extensions: Vec<(Extension, Option<String>)>,
    default_schema: Option<String>,
    statements: usize,
    statement_bytes: usize,
    entities: bool,
    parents: bool,
    setting: Option<TenantSetting>,
    unchecked: Vec<(String, String)>,
    columns: Vec<(String, Vec<String>)>,
    relations: Vec<Option<ChildKey>>,
    added: Collected,
}

impl Default for TenancyBuilder {
    fn default() -> Self {
        Self {
            tables: Vec::new(),
            functions: Vec::new(),
            families: Vec::new(),
            extensions: Vec::new(),
            default_schema: None,
            statements: DEFAULT_STATEMENTS,
            statement_bytes: MAX_TEXT_BYTES,
            entities: true,
            parents: true,
            setting: None,
            unchecked: Vec::new(),
            columns: Vec::new(),
            relations: Vec::new(),
            added: Collected::default(),
        }
    }
}

impl TenancyBuilder {
    /// Adds a tenant table: its rows belong to the tenant in `column`, which has type `ty`.
    #[must_use]
    pub fn tenant_table(self, name: impl Into<String>, column: impl Into<String>, ty: TenantType) -> Self {
        self.table(Table::tenant(name, column, ty))
    }

    /// Adds the root table: its primary key `column`, of type `ty`, is the tenant id.
    #[must_use]
    pub fn root_table(self, name: impl Into<String>, column: impl Into<String>, ty: TenantType) -> Self {
        self.table(Table::root(name, column, ty))
    }

    /// Adds a shared table, which scopes read and cannot write.
    #[must_use]
    pub fn shared_table(self, name: impl Into<String>) -> Self {
        self.table(Table::shared(name, false))
    }

    /// Adds a table with its schema, columns and keys.
    #[must_use]
    pub fn table(mut self, table: Table) -> Self {
        self.tables.push(table);
        self
    }

    /// Adds an entity that does not derive [`TenantModel`](crate::TenantModel), with its columns, keys and relations:
    /// one of another crate, or one that is generated.
    ///
    /// ```standalone_crate
    /// use sea_orm::{ConnectionTrait, Database, EntityTrait};
    /// use sea_orm_multitenant::{EntityOwnership, Tenancy};
    ///
    /// mod note {
    ///     use sea_orm::entity::prelude::*;
    ///
    ///     #[sea_orm::model]
    ///     #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    ///     #[sea_orm(table_name = "note")]
    ///     pub struct Model {
    ///         #[sea_orm(primary_key)]
    ///         pub id: i64,
    ///         pub account_id: i64,
    ///     }
    ///     impl ActiveModelBehavior for ActiveModel {}
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let tenancy = Tenancy::builder()
    ///     .entity(EntityOwnership::<note::Entity>::Tenant(note::Column::AccountId))
    ///     .build(Database::connect("sqlite::memory:").await?)?;
    /// let setup = tenancy.unscoped("create the tables");
    /// setup.execute_unprepared("CREATE TABLE note (id INTEGER PRIMARY KEY, account_id BIGINT NOT NULL)").await?;
    /// setup.execute_unprepared("INSERT INTO note VALUES (1, 1), (2, 2)").await?;
    /// assert_eq!(note::Entity::find().all(&tenancy.scope(1)?).await?, [note::Model { id: 1, account_id: 1 }]);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn entity<E: EntityTrait>(mut self, ownership: EntityOwnership<E>) -> Self {
        self.added.add(table_owned_as(std::any::type_name::<E>(), ownership), keys::<E>());
        self
    }

    /// Adds columns to a table that is declared by name, or columns that an entity leaves out.
    ///
    /// A scope lets statements name the columns that it knows. For a table of which it knows no columns, SQLite and
    /// MySQL accept any name as a column of it; on PostgreSQL `audit.note` is refused then, since it may call a
    /// function `note`.
    ///
    /// `table` is the name without its schema. A table that is not in the catalogue is not added to it.
    ///
    /// ```
    /// use sea_orm::Database;
    /// use sea_orm_multitenant::{Tenancy, TenantType};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let tenancy = Tenancy::builder()
    ///     .without_entities()
    ///     .tenant_table("audit", "account_id", TenantType::BigInt)
    ///     .columns("audit", ["id", "account_id"])
    ///     .columns("audit", ["note"])
    ///     .build(Database::connect("sqlite::memory:").await?)?;
    /// assert_eq!(tenancy.catalogue().tables()[0].columns(), ["account_id", "id", "note"]);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn columns(
        mut self,
        table: impl Into<String>,
        columns: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.columns.push((table.into(), columns.into_iter().map(Into::into).collect()));
        self
    }

    /// Sets whether foreign keys without the tenant column are checked; `true` by default.
    ///
    /// Where a relation between tenant tables has a key without the tenant column, such as `project_id` alone, the
    /// database accepts any tenant's project. A scope then checks each value that a statement writes there, in the same
    /// statement: unless the value is NULL or references a row of the tenant, the statement fails with
    /// [`TenancyError::ForeignParent`], whether another tenant has such a row or nobody does. It does not matter which
    /// of the two entities declares the relation. Relations that are `skip_fk` are not checked, nor those that pair the
    /// tenant columns of both tables, which the database checks. A value for a relation to a table that is not in the
    /// catalogue is refused. Where a statement leaves the column to its DEFAULT, NULL is written, or the statement is
    /// refused if the entity declares another default.
    ///
    /// The cost is a lookup of the parent by its key for each written value; on SQLite and MySQL a bound value is bound
    /// two more times, and the tenant once more. Inserting one row with one such value into SQLite in memory takes 1.1
    /// times as long, inserting 100 rows at once 1.7 times. Values that cannot be checked, such as `x + 1`, are
    /// refused; `docs/guide/keys.md` in the repository lists them.
    ///
    /// ```
    /// use sea_orm::{ConnectionTrait, Database};
    /// use sea_orm_multitenant::{ForeignKey, Table, Tenancy, TenancyError, TenantType};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let db = Database::connect("sqlite::memory:").await?;
    /// db.execute_unprepared("CREATE TABLE customer (id INTEGER PRIMARY KEY, account_id BIGINT NOT NULL)").await?;
    /// db.execute_unprepared("CREATE TABLE invoice (account_id BIGINT NOT NULL, customer_id INTEGER)").await?;
    /// db.execute_unprepared("INSERT INTO customer VALUES (1, 1), (2, 2)").await?;
    /// let invoice = Table::tenant("invoice", "account_id", TenantType::BigInt)
    ///     .with_foreign_key(ForeignKey::new(["customer_id"], "customer", ["id"]));
    /// let tenancy = Tenancy::builder()
    ///     .tenant_table("customer", "account_id", TenantType::BigInt)
    ///     .table(invoice)
    ///     .check_parents(true)
    ///     .build(db)?;
    ///
    /// let scope = tenancy.scope(1)?;
    /// scope.execute_unprepared("INSERT INTO invoice (customer_id) VALUES (1)").await?;
    /// let error = scope.execute_unprepared("INSERT INTO invoice (customer_id) VALUES (2)").await.unwrap_err();
    /// assert!(matches!(TenancyError::from_db_err(&error), Some(TenancyError::ForeignParent { .. })));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn check_parents(mut self, check: bool) -> Self {
        self.parents = check;
        self
    }

    /// Adds the foreign key of a relation that no entity's `Relation` enum declares: a handwritten `Related` or
    /// `Linked`, which cannot be found. Relations that `belongs_to`, `has_one` and `has_many` declare, on either side,
    /// are known.
    ///
    /// ```standalone_crate
    /// use sea_orm::{Database, EntityTrait, Related, RelationDef};
    /// use sea_orm_multitenant::{ForeignKey, Tenancy, TenantType};
    ///
    /// mod project {
    ///     use sea_orm::entity::prelude::*;
    ///
    ///     #[sea_orm::model]
    ///     #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    ///     #[sea_orm(table_name = "project")]
    ///     pub struct Model {
    ///         #[sea_orm(primary_key)]
    ///         pub id: i64,
    ///     }
    ///     impl ActiveModelBehavior for ActiveModel {}
    /// }
    ///
    /// mod milestone {
    ///     use sea_orm::entity::prelude::*;
    ///
    ///     #[sea_orm::model]
    ///     #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    ///     #[sea_orm(table_name = "milestone")]
    ///     pub struct Model {
    ///         #[sea_orm(primary_key)]
    ///         pub id: i64,
    ///         pub project_id: Option<i64>,
    ///     }
    ///     impl Related<super::project::Entity> for Entity {
    ///         fn to() -> RelationDef {
    ///             let key = Entity::belongs_to(super::project::Entity).from(Column::ProjectId);
    ///             key.to(super::project::Column::Id).into()
    ///         }
    ///     }
    ///     impl ActiveModelBehavior for ActiveModel {}
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let tenancy = Tenancy::builder()
    ///     .tenant_table("project", "account_id", TenantType::BigInt)
    ///     .tenant_table("milestone", "account_id", TenantType::BigInt)
    ///     .relation(<milestone::Entity as Related<project::Entity>>::to())
    ///     .build(Database::connect("sqlite::memory:").await?)?;
    /// let keys = tenancy.catalogue().tables().iter().flat_map(|table| table.foreign_keys());
    /// assert!(keys.eq([&ForeignKey::new(["project_id"], "project", ["id"])]));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "`Entity::belongs_to(…).into()` makes one for this call"
    )]
    pub fn relation(mut self, relation: RelationDef) -> Self {
        self.relations.push(ChildKey::of(&relation));
        self
    }

    /// Leaves the foreign keys of `table` that contain `column` unchecked: for a relation that the database checks at
    /// the end of the transaction, or for one of several keys that share a column.
    #[must_use]
    pub fn without_parent_check(mut self, table: impl Into<String>, column: impl Into<String>) -> Self {
        self.unchecked.push((table.into(), column.into()));
        self
    }

    /// Allows scoped statements to call a function that is not on the list of known functions.
    ///
    /// A function of a schema is named with it, `extensions.slug`, and statements must then call it by both names. You vouch that the
    /// function neither reads nor writes rows of tenants, and changes no setting of the session.
    #[must_use]
    pub fn allow_function(mut self, name: impl Into<String>) -> Self {
        self.functions.push(name.into());
        self
    }

    /// Allows scoped statements to call all functions whose names begin alike: `st_*`, or `gis.st_*` of a schema.
    ///
    /// Functions that are refused by name, such as those that open files, stay refused. A pattern is at least three letters, digits or
    /// underscores of the name and then `*`; any other allows nothing. You vouch for each of the functions as in
    /// [`allow_function`](Self::allow_function).
    ///
    /// ```
    /// # use sea_orm::{ConnectionTrait, Database};
    /// # use sea_orm_multitenant::{Tenancy, TenantType};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let db = Database::connect("sqlite::memory:").await?;
    /// let tenancy = Tenancy::builder()
    ///     .without_entities()
    ///     .tenant_table("project", "account_id", TenantType::BigInt)
    ///     .allow_functions_like("slug_*")
    ///     .build(db)?;
    /// let scope = tenancy.scope(1)?;
    /// let sql = "SELECT slug_of(name) AS slug FROM project";
    /// let statement = sea_orm::Statement::from_string(scope.get_database_backend(), sql);
    /// assert!(scope.rewrite(statement).is_ok());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn allow_functions_like(mut self, pattern: impl Into<String>) -> Self {
        self.families.push(pattern.into());
        self
    }

    /// Allows scoped statements to call the functions of an extension of PostgreSQL that look at nothing but their arguments.
    ///
    /// `schema` is the one that the extension is installed in, if statements name it: `extensions.digest(…)`.
    ///
    /// ```
    /// # use sea_orm::Database;
    /// # use sea_orm_multitenant::{Extension, Tenancy, TenantType};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let db = Database::connect("sqlite::memory:").await?;
    /// let tenancy = Tenancy::builder()
    ///     .without_entities()
    ///     .tenant_table("place", "account_id", TenantType::BigInt)
    ///     .allow_extension(Extension::PostGis, None)
    ///     .allow_extension(Extension::PgCrypto, Some("extensions"))
    ///     .build(db)?;
    /// assert_eq!(tenancy.catalogue().tables().len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn allow_extension(mut self, extension: Extension, schema: Option<&str>) -> Self {
        self.extensions.push((extension, schema.map(str::to_owned)));
        self
    }

    /// Declares the schema (MySQL: the database) of tables named without one: `public.task` and `task` are then the same table.
    ///
    /// `name` is the schema as the engine stores it, `public` on PostgreSQL and `main` on SQLite unless the session says otherwise. You
    /// promise that no schema before it in the search path has a table of the same name. Unless set, statements name
    /// tables as they are declared.
    ///
    /// ```
    /// # use sea_orm::{ConnectionTrait, Database};
    /// # use sea_orm_multitenant::{Tenancy, TenantType};
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// let tenancy = Tenancy::builder()
    ///     .without_entities()
    ///     .tenant_table("task", "account_id", TenantType::BigInt)
    ///     .default_schema("main")
    ///     .build(Database::connect("sqlite::memory:").await?)?;
    /// tenancy.unscoped("create the tables").execute_unprepared("CREATE TABLE task (account_id BIGINT, id BIGINT)").await?;
    /// let deleted = tenancy.scope(1_i64)?.execute_unprepared("DELETE FROM main.task").await?;
    /// assert_eq!(deleted.rows_affected(), 0);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    #[must_use]
    pub fn default_schema(mut self, name: impl Into<String>) -> Self {
        self.default_schema = Some(name.into());
        self
    }

    /// Sets how many scoped statements of ordinary size are cached; 10,000 by default. Together they never take more
    /// than 64 MiB.
    #[must_use]
    pub fn statement_cache_capacity(mut self, statements: usize) -> Self {
        self.statements = statements;
        self
    }

    /// Sets the longest statement that scopes accept, in bytes; 1,048,576 by default, which suffices for 65,535 bound
    /// values.
    ///
    /// The time and memory to scope a statement for the first time grow with its length. A program that accepts SQL
    /// text from its users should set the limit to what its own statements need.
    ///
    /// ```
    /// use sea_orm::{ConnectionTrait, Database};
    /// use sea_orm_multitenant::{Refusal, Tenancy, TenancyError, TenantType};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let tenancy = Tenancy::builder()
    ///     .without_entities()
    ///     .tenant_table("project", "account_id", TenantType::BigInt)
    ///     .max_statement_bytes(1_000)
    ///     .build(Database::connect("sqlite::memory:").await?)?;
    /// let long = format!("SELECT name FROM project WHERE id IN (1{})", ", 1".repeat(1_000));
    /// let error = tenancy.scope(42)?.execute_unprepared(&long).await.expect_err("too long");
    /// let Some(TenancyError::Refused(Refusal::TooLarge { limit: 1_000, .. })) = TenancyError::from_db_err(&error) else {
    ///     panic!("{error}");
    /// };
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn max_statement_bytes(mut self, bytes: usize) -> Self {
        self.statement_bytes = bytes;
        self
    }

    /// Sets the tenant of each scoped statement on PostgreSQL, in a setting that policies of row-level security read: a
    /// second layer beneath the scope.
    ///
    /// A transaction that begins on a scope over the tenancy's own pool sets it once. This costs one round trip each
    /// time a transaction or savepoint begins, on [Citus](TenantSetting::on_citus) two. A statement or stream outside a
    /// transaction, on a scope over the pool, runs in a transaction of its own: three more round trips, and a stream
    /// that is dropped before its last row is rolled back. In a transaction that others
    /// use as well ([`scope_on`](Tenancy::scope_on), [`scope_owned`](Tenancy::scope_owned)) it is set before each
    /// statement and restored after it: two round trips, on Citus three; streams are refused there
    /// ([`SettingOfStream`](TenancyError::SettingOfStream)). A statement for which the tenant cannot be set is not
    /// sent: a statement on a borrowed connection outside a transaction
    /// ([`SettingOutsideTransaction`](TenancyError::SettingOutsideTransaction)) or one for a set of tenants ([`SettingOfManyTenants`](TenancyError::SettingOfManyTenants)). A statement whose
    /// future is dropped before it completes leaves the setting until its transaction ends. The other engines have no
    /// row-level security; this has no effect there.
    ///
    /// The policies apply neither to superusers nor to roles with BYPASSRLS, and to the table's owner only with FORCE:
    /// the program's role should be none of these (PostgreSQL's manual, section 5.9).
    ///
    /// ```
    /// use sea_orm::{Database, TransactionSession, TransactionTrait};
    /// use sea_orm_multitenant::{Tenancy, TenantSetting, TenantType};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let db = Database::connect("sqlite::memory:").await?; // `postgres://…` in production
    /// let tenancy = Tenancy::builder()
    ///     .tenant_table("project", "account_id", TenantType::BigInt)
    ///     .row_level_security(TenantSetting::default())
    ///     .build(db)?;
    /// // On PostgreSQL: BEGIN; SELECT set_config('app.tenant_id', '42', true)
    /// let transaction = tenancy.scope(42)?.begin().await?;
    /// assert_eq!(transaction.tenant().to_string(), "42");
    /// transaction.commit().await?;
    ///
    /// // In a transaction of several tenants each statement sets its own.
    /// let shared = tenancy.unscoped("move rows from tenant 1 to tenant 2").begin().await?;
    /// assert_eq!(tenancy.scope_on(&shared, 1)?.tenant().to_string(), "1");
    /// assert_eq!(tenancy.scope_on(&shared, 2)?.tenant().to_string(), "2");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn row_level_security(mut self, setting: TenantSetting) -> Self {
        self.setting = Some(setting);
        self
    }

    /// Leaves out the program's entities: the catalogue has only the tables that are added by name.
    #[must_use]
    pub fn without_entities(mut self) -> Self {
        self.entities = false;
        self
    }

    /// Checks all tables and builds the tenancy.
    ///
    /// # Errors
    /// [`TenancyError::Catalogue`] with all conflicts; [`TenancyError::UnusableSetting`].
    pub fn build(self, connection: DatabaseConnection) -> Result<Tenancy, TenancyError> {
        let Self {
            tables,
            functions,
            families,
            extensions,
            default_schema,
            statements,
            statement_bytes,
            entities,
            parents,
            setting,
            unchecked,
            columns,
            relations,
            added,
        } = self;
        setting.as_ref().map_or(Ok(()), TenantSetting::check)?;
        let mut declared = if entities { ENTITIES.clone() } else { Collected::default() };
        declared.extend(added);
        let Collected { tables: mut all, keys, mut conflicts } = declared;
        all.extend(tables);
        conflicts.extend(relations.iter().filter_map(|key| unknown_relation(&all, key.as_ref())));
        for table in &mut all {
            let added = columns.iter().filter(|(name, _)| name == table.name()).map(|(_, added)| added);
            *table = added.fold(table.clone(), |table, added| table.with_more_columns(added));
        }
        let all = with_keys(
            with_keys(all, &keys),
            &Keys { kept: relations.into_iter().flatten().collect(), skipped: Vec::new() },
        );
        let checked = all.into_iter().map(|table| {
            let columns = unchecked.iter().filter(|(name, _)| name == table.name()).map(|(_, column)| column);
            let checked = columns.fold(table.clone(), |table, column| table.without_foreign_key(column));
            if parents { checked } else { checked.without_foreign_keys() }
        });
        let catalogue = Catalogue::new(checked).unwrap_or_else(|found| {
            conflicts.extend(found.into_iter().map(CatalogueConflict::Table));
            Catalogue::default()
        });
        conflicts.extend(tenant_types_differ(catalogue.tables()));
        if !conflicts.is_empty() {
            return Err(TenancyError::Catalogue { conflicts });
        }
        if catalogue.tables().is_empty() {
            tracing::warn!(
                target: "sea_orm_multitenant",
                "the catalogue has no table, so that every statement on a table will be refused; if the entities are in another \
                 crate, link it: a `use` of any of its items does, or `use the_crate as _;`"
            );
        }
        let catalogue = functions.into_iter().fold(catalogue, Catalogue::with_function);
        let catalogue = families.into_iter().fold(catalogue, Catalogue::with_functions_like);
        let catalogue = extensions.into_iter().fold(catalogue, |catalogue, (extension, schema)| {
            catalogue.with_extension(extension, schema.as_deref())
        });
        let catalogue = match default_schema {
            Some(schema) => catalogue.with_default_schema(schema),
            None => catalogue,
        };
        let catalogue = catalogue.with_max_statement_bytes(statement_bytes);
        let mut tenant_types: Vec<_> =
            catalogue.tables().iter().filter_map(|t| t.tenant_column()).map(|(_, ty)| ty).collect();
        tenant_types.sort_unstable();
        tenant_types.dedup();
        let statements = StatementCache::new(statements);
        let shared =
            Shared { catalogue, tenant_types, setting, locks: ConnectionLocks::default(), statements };
        Ok(Tenancy { connection, shared: Arc::new(shared) })
    }
}

/// The conflicts about tenant columns whose type is not that of the first tenant column.
fn tenant_types_differ(tables: &[Table]) -> Vec<CatalogueConflict> {
    let mut columns =
        tables.iter().filter_map(|table| table.tenant_column().map(|(column, ty)| (table, column, ty)));
    let Some((first, first_column, first_type)) = columns.next() else { return Vec::new() };
    let others = columns.filter(|(_, _, ty)| *ty != first_type);
    let conflict = |(table, column, ty): (&Table, &str, TenantType)| CatalogueConflict::TenantTypes {
        table: first.qualified_name(),
        column: first_column.to_owned(),
        ty: first_type,
        other_table: table.qualified_name(),
        other_column: column.to_owned(),
        other_ty: ty,
    };
    others.map(conflict).collect()
}

/// The conflict about a relation whose foreign key belongs to no table of the catalogue.
fn unknown_relation(tables: &[Table], key: Option<&ChildKey>) -> Option<CatalogueConflict> {
    let is_known = key.is_some_and(|key| tables.iter().any(|table| key.is_of(table)));
    let table = key.map(|key| key.table.clone()).unwrap_or_default();
    (!is_known).then_some(CatalogueConflict::UnknownRelation { table })
}

impl Tenancy {
    /// Builds the tenancy of all entities in the program that derive [`TenantModel`](crate::TenantModel).
    ///
    /// # Errors
    /// [`TenancyError::Catalogue`] with all conflicts between the entities.
    pub fn new(connection: DatabaseConnection) -> Result<Self, TenancyError> {
        Self::builder().build(connection)
    }

    /// Returns a builder, to which tables can be added by name.
    pub fn builder() -> TenancyBuilder {
        TenancyBuilder::default()
    }
}
