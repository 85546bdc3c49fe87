//! What a tenancy is made of.

use crate::{
    error::{CatalogueConflict, TenancyError},
    plan_cache::PlanCache,
    registry::ENTITIES,
    relations::{ChildKey, Keys, with_keys},
    scope::hold::Turns,
    statement::Shared,
    tenancy::Tenancy,
    tenant_setting::TenantSetting,
};
use sea_orm::{DatabaseConnection, RelationDef};
use sea_orm_multitenant_sql::{Catalogue, MAX_TEXT_BYTES, Table, TenantType};
use std::sync::Arc;

/// Plans that are kept unless [`TenancyBuilder::plan_cache_capacity`] says otherwise.
const DEFAULT_PLANS: usize = 10_000;

/// Makes a [`Tenancy`] of the program's entities and of tables by name.
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
    default_schema: Option<String>,
    plans: usize,
    statement_bytes: usize,
    entities: bool,
    parents: bool,
    setting: Option<TenantSetting>,
    unchecked: Vec<(String, String)>,
    columns: Vec<(String, Vec<String>)>,
    relations: Vec<Option<ChildKey>>,
}

impl Default for TenancyBuilder {
    fn default() -> Self {
        Self {
            tables: Vec::new(),
            functions: Vec::new(),
            default_schema: None,
            plans: DEFAULT_PLANS,
            statement_bytes: MAX_TEXT_BYTES,
            entities: true,
            parents: true,
            setting: None,
            unchecked: Vec::new(),
            columns: Vec::new(),
            relations: Vec::new(),
        }
    }
}

impl TenancyBuilder {
    /// Adds a table whose rows belong to the tenant named in `column`, of type `ty`.
    #[must_use]
    pub fn tenant_table(self, name: impl Into<String>, column: impl Into<String>, ty: TenantType) -> Self {
        self.table(Table::tenant(name, column, ty))
    }

    /// Adds the tenants' own table, whose primary key `column` of type `ty` is the tenant id.
    #[must_use]
    pub fn root_table(self, name: impl Into<String>, column: impl Into<String>, ty: TenantType) -> Self {
        self.table(Table::root(name, column, ty))
    }

    /// Adds a table that every tenant reads and no scope writes.
    #[must_use]
    pub fn shared_table(self, name: impl Into<String>) -> Self {
        self.table(Table::shared(name, false))
    }

    /// Adds a table with all that is known of it: its schema, columns and keys.
    #[must_use]
    pub fn table(mut self, table: Table) -> Self {
        self.tables.push(table);
        self
    }

    /// Adds columns to what is known of a table: those of a table that is declared by name, or those that an entity leaves out.
    ///
    /// A scope lets statements name the columns that it knows. Where it knows none of a table, SQLite and MySQL take any name for a
    /// column of it; on PostgreSQL `audit.note` is refused then, since it may call a function `note`.
    ///
    /// `table` is the name without its schema. A table that is not in the catalogue stays unknown.
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

    /// Sets whether foreign keys are checked: `true` unless set.
    ///
    /// Where a relation that either entity declares leads to tenants' rows by a key without the tenant column, `project_id`
    /// alone, the database takes any tenant's project. A scope then checks each value that a statement writes there, in the same
    /// statement: it is NULL, or names a row of the tenant's own, or the statement fails with
    /// [`TenancyError::ForeignParent`], whether another tenant has such a row or nobody. Relations that are `skip_fk`
    /// are not checked, nor those that pair the tenant columns of both tables, which are the database's to keep. A value
    /// for a relation to a table that is not in the catalogue is refused. What a statement leaves to the column's DEFAULT is
    /// written as NULL, or refused where the entity declares another default.
    ///
    /// The cost is a look-up of the parent by its key for each written value; on SQLite and MySQL a bound value is bound
    /// twice more, and the tenant once more. Inserting one row into SQLite in memory takes 1.1 times as long with one
    /// such value, inserting 100 rows at once 1.7 times. Values that cannot be checked, as of `x + 1`, are refused;
    /// `docs/keys.md` in the repository says which.
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

    /// Adds the foreign key of a relation that no entity's `Relation` declares: of a `Related` or `Linked` that is written
    /// by hand, which cannot be found. What `belongs_to`, `has_one` and `has_many` declare, on either side, is known.
    ///
    /// ```
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

    /// Leaves the foreign keys of `table` that contain `column` unchecked: for a relation that the database checks when
    /// the transaction ends, or one of several that share a column.
    #[must_use]
    pub fn without_parent_check(mut self, table: impl Into<String>, column: impl Into<String>) -> Self {
        self.unchecked.push((table.into(), column.into()));
        self
    }

    /// Lets scoped statements call a function that is not on the list of known functions.
    ///
    /// The caller vouches that it reads and writes no tenant's rows, and changes no setting of the session.
    #[must_use]
    pub fn allow_function(mut self, name: impl Into<String>) -> Self {
        self.functions.push(name.into());
        self
    }

    /// Says in which schema (MySQL: database) tables are that statements name without one: `public.task` and `task` are then one table.
    ///
    /// `name` is the schema as the engine stores it, `public` on PostgreSQL and `main` on SQLite unless the session says otherwise. The
    /// caller vouches that no schema before it in the search path has a table of the same name. Unless set, statements name
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

    /// Sets how many plans of ordinary size are kept; 10,000 unless set. Together they never hold more than 64 MiB.
    #[must_use]
    pub fn plan_cache_capacity(mut self, plans: usize) -> Self {
        self.plans = plans;
        self
    }

    /// Sets the longest statement in bytes that scopes read; 1,048,576 unless set, which fits 65,535 bound values.
    ///
    /// Time and memory to plan a statement for the first time grow with its length. A program that takes text of statements
    /// from its users sets what its own statements need.
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

    /// Tells PostgreSQL the tenant of each scoped statement, by a setting that policies of row-level security read: a second
    /// layer beneath the scope.
    ///
    /// A transaction that begins on a scope over the tenancy's own pool sets it once, which costs a round trip each time a
    /// transaction or savepoint begins, on [Citus](TenantSetting::on_citus) two. In a transaction that others use as well
    /// ([`scope_on`](Tenancy::scope_on), [`scope_owned`](Tenancy::scope_owned)) it is set before each statement and put back to
    /// what it was behind it, two round trips, on Citus three; streams are refused there
    /// ([`SettingOfStream`](TenancyError::SettingOfStream)). What cannot be told is not sent: a statement outside a transaction
    /// ([`SettingOutsideTransaction`](TenancyError::SettingOutsideTransaction)) or for a set of tenants
    /// ([`SettingOfManyTenants`](TenancyError::SettingOfManyTenants)). A statement whose future is dropped before its end leaves
    /// the setting until its transaction ends. The other engines have no row-level security: there it changes nothing.
    ///
    /// The policies bind neither superusers nor roles with BYPASSRLS, and the table's owner only with FORCE: the program's role
    /// should be none of these (PostgreSQL's manual, section 5.9).
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
    /// // In a transaction of several tenants each statement says its own.
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

    /// Leaves out the program's entities: only tables added by name are in the catalogue.
    #[must_use]
    pub fn without_entities(mut self) -> Self {
        self.entities = false;
        self
    }

    /// Checks everything and makes the tenancy.
    ///
    /// # Errors
    /// [`TenancyError::Catalogue`] with all conflicts together; [`TenancyError::UnusableSetting`].
    pub fn build(self, connection: DatabaseConnection) -> Result<Tenancy, TenancyError> {
        let Self {
            tables,
            functions,
            default_schema,
            plans,
            statement_bytes,
            entities,
            parents,
            setting,
            unchecked,
            columns,
            relations,
        } = self;
        setting.as_ref().map_or(Ok(()), TenantSetting::check)?;
        let (mut all, keys, mut conflicts) = if entities {
            (ENTITIES.tables.clone(), ENTITIES.keys.clone(), ENTITIES.conflicts.clone())
        } else {
            (Vec::new(), Keys::default(), Vec::new())
        };
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
        if !conflicts.is_empty() {
            return Err(TenancyError::Catalogue { conflicts });
        }
        let catalogue = functions.into_iter().fold(catalogue, Catalogue::with_function);
        let catalogue = match default_schema {
            Some(schema) => catalogue.with_default_schema(schema),
            None => catalogue,
        };
        let catalogue = catalogue.with_max_statement_bytes(statement_bytes);
        let mut tenant_types: Vec<_> =
            catalogue.tables().iter().filter_map(|t| t.tenant_column()).map(|(_, ty)| ty).collect();
        tenant_types.sort_unstable();
        tenant_types.dedup();
        let plans = PlanCache::new(plans);
        let shared = Shared { catalogue, tenant_types, setting, turns: Turns::default(), plans };
        Ok(Tenancy { connection, shared: Arc::new(shared) })
    }
}

/// The conflict about a relation whose foreign key is of no known table.
fn unknown_relation(tables: &[Table], key: Option<&ChildKey>) -> Option<CatalogueConflict> {
    let is_known = key.is_some_and(|key| tables.iter().any(|table| key.is_of(table)));
    let table = key.map(|key| key.table.clone()).unwrap_or_default();
    (!is_known).then_some(CatalogueConflict::UnknownRelation { table })
}

impl Tenancy {
    /// The tenancy of all entities in the program that derive [`TenantModel`](crate::TenantModel).
    ///
    /// # Errors
    /// [`TenancyError::Catalogue`] with all conflicts between the entities together.
    pub fn new(connection: DatabaseConnection) -> Result<Self, TenancyError> {
        Self::builder().build(connection)
    }

    /// A tenancy to which tables may be added by name.
    pub fn builder() -> TenancyBuilder {
        TenancyBuilder::default()
    }
}
