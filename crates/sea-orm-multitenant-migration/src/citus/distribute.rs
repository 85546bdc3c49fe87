//! Tables whose rows are spread over nodes by tenant.

use crate::{
    citus::{
        methods::step_methods,
        step::{Direction, Step, Subject, Transaction, argument, text, undistribute},
    },
    engine::Engine,
    error::MigrationError,
    names::{self, QualifiedName},
};
use sea_orm_migration::sea_orm::{DatabaseConnection, IdenStatic, Iterable, PrimaryKeyToColumn};
use sea_orm_multitenant::{EntityOwnership, Ownership, Table, Tenancy, TenantEntity};

/// Beside which table the rows of a tenant are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Colocation {
    /// Beside no other table: the first of a group, such as the tenants' own table.
    Alone,
    /// With this table: a tenant's rows of both are on one node, so that they join and may have foreign keys.
    With(QualifiedName),
}

impl Colocation {
    /// The value of `colocate_with`.
    pub(crate) fn argument(&self) -> String {
        match self {
            Self::Alone => text("none"),
            Self::With(table) => argument(table),
        }
    }

    pub(crate) fn check(&self, engine: Engine) -> Result<(), MigrationError> {
        match self {
            Self::Alone => Ok(()),
            Self::With(table) => table.check(engine),
        }
    }
}

/// Distributes a table of tenants over the nodes of Citus by its tenant column.
///
/// First the root, [`root`](Self::root), in a colocation group of its own; then every other table with it,
/// [`with_root`](Self::with_root), parents before children. Citus's own default would group tables that have nothing but the
/// type of a key in common.
///
/// Rows that are there are copied, and stay on the coordinator out of sight until
/// [`truncate_local_data`](super::truncate_local_data).
///
/// `down` makes it a table of the coordinator again, rows and keys kept, with all tables that foreign keys link to it, which
/// Citus asks for; a table that is none of Citus's any more is left as it is.
///
/// ```
/// use sea_orm_migration::sea_orm::DbBackend;
/// use sea_orm_multitenant_migration::citus::Distribute;
///
/// let project = Distribute::with_root("project", "account_id", "account");
/// assert_eq!(
///     project.up_sql(DbBackend::Postgres)?,
///     [r#"SELECT create_distributed_table('"project"', 'account_id', colocate_with => '"account"')"#]
/// );
/// let account = Distribute::root("account", "id").shards(64).concurrently();
/// assert_eq!(
///     account.up_sql(DbBackend::Postgres)?,
///     [r#"SELECT create_distributed_table_concurrently('"account"', 'id', colocate_with => 'none', shard_count => 64)"#]
/// );
/// assert!(project.up_sql(DbBackend::MySql)?.is_empty());
/// # Ok::<(), sea_orm_multitenant_migration::MigrationError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Distribute {
    table: QualifiedName,
    tenant: String,
    colocation: Colocation,
    shards: Option<u32>,
    concurrently: bool,
    required: bool,
}

impl Distribute {
    /// The tenants' own table by its primary key, or the first table where they have none of their own.
    pub fn root(table: impl Into<QualifiedName>, key: impl Into<String>) -> Self {
        Self::new(table.into(), key.into(), Colocation::Alone)
    }

    /// A table of tenants by its tenant column, with the root.
    pub fn with_root(
        table: impl Into<QualifiedName>,
        tenant: impl Into<String>,
        root: impl Into<QualifiedName>,
    ) -> Self {
        Self::new(table.into(), tenant.into(), Colocation::With(root.into()))
    }

    fn new(table: QualifiedName, tenant: String, colocation: Colocation) -> Self {
        Self { table, tenant, colocation, shards: None, concurrently: false, required: false }
    }

    /// The table of an entity that derives `TenantModel`: the root alone, any other with the root that the program's entities
    /// declare.
    ///
    /// A migration that is in use wants names instead: it would change, or go, with the entity.
    ///
    /// # Errors
    /// [`MigrationError::SharedTable`] for a shared table, [`MigrationError::NoOneRoot`] when the entities declare no root or
    /// several, and [`MigrationError::Entities`] when they contradict each other.
    ///
    /// ```
    /// use sea_orm_multitenant_migration::citus::Distribute;
    ///
    /// mod account {
    ///     use sea_orm::entity::prelude::*;
    ///
    ///     #[sea_orm::model]
    ///     #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, sea_orm_multitenant::TenantModel)]
    ///     #[sea_orm(table_name = "account")]
    ///     #[tenant(root)]
    ///     pub struct Model {
    ///         #[sea_orm(primary_key)]
    ///         pub id: i64,
    ///     }
    ///     impl ActiveModelBehavior for ActiveModel {}
    /// }
    ///
    /// mod project {
    ///     use sea_orm::entity::prelude::*;
    ///
    ///     #[sea_orm::model]
    ///     #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, sea_orm_multitenant::TenantModel)]
    ///     #[sea_orm(table_name = "project")]
    ///     #[tenant(column = "account_id")]
    ///     pub struct Model {
    ///         #[sea_orm(primary_key, auto_increment = false)]
    ///         pub account_id: i64,
    ///         #[sea_orm(primary_key, auto_increment = false)]
    ///         pub id: i64,
    ///     }
    ///     impl ActiveModelBehavior for ActiveModel {}
    /// }
    ///
    /// assert_eq!(Distribute::entity::<account::Entity>()?, Distribute::root("account", "id"));
    /// assert_eq!(
    ///     Distribute::entity::<project::Entity>()?,
    ///     Distribute::with_root("project", "account_id", "account")
    /// );
    /// # Ok::<(), sea_orm_multitenant_migration::MigrationError>(())
    /// ```
    pub fn entity<E: TenantEntity>() -> Result<Self, MigrationError> {
        let table = QualifiedName::of_entity(&E::default());
        match E::ownership() {
            EntityOwnership::Tenant(column) => {
                let root = one_root(&table)?;
                Ok(Self::with_root(table, column.as_str(), root))
            }
            EntityOwnership::TenantOrGlobal(_) => {
                Err(MigrationError::GlobalRows { table: table.to_string() })
            }
            EntityOwnership::Root => {
                let key = E::PrimaryKey::iter().map(|key| key.into_column().as_str().to_owned()).next();
                Ok(Self::root(table, key.unwrap_or_default()))
            }
            EntityOwnership::Shared { writable: _ } => {
                Err(MigrationError::SharedTable { table: table.to_string() })
            }
        }
    }

    /// Keeps it with another table than the root, or alone.
    #[must_use]
    pub fn colocation(mut self, colocation: Colocation) -> Self {
        self.colocation = colocation;
        self
    }

    /// The number of shards, for a table that is alone: the others have those of the table they are with. Citus's setting
    /// `citus.shard_count`, 32 by default, if it is not said.
    #[must_use]
    pub fn shards(mut self, count: u32) -> Self {
        self.shards = Some(count);
        self
    }

    /// Distributes while others write: they wait for moments only.
    ///
    /// Citus refuses it in a transaction, and so does `up`: override `use_transaction` of the migration to return
    /// `Some(false)`. Foreign keys to other tables than reference tables and itself are to be dropped before and added after. A
    /// failure leaves the table as it was.
    #[must_use]
    pub fn concurrently(mut self) -> Self {
        self.concurrently = true;
        self
    }
}

/// The one root that the entities of the program declare.
fn one_root(table: &QualifiedName) -> Result<QualifiedName, MigrationError> {
    // Only the catalogue is wanted, so that no connection is needed.
    let tenancy = Tenancy::new(DatabaseConnection::default())?;
    let is_root = |table: &&Table| match table.ownership() {
        Ownership::Root { column: _, ty: _ } => true,
        Ownership::Tenant { column: _, ty: _ } | Ownership::Shared { writable: _ } => false,
    };
    let name = |root: &Table| QualifiedName {
        schema: root.schema().map(ToOwned::to_owned),
        name: root.name().to_owned(),
    };
    let mut roots: Vec<_> = tenancy.catalogue().tables().iter().filter(is_root).map(name).collect();
    match (roots.pop(), roots.is_empty()) {
        (Some(root), true) => Ok(root),
        (root, _) => {
            roots.extend(root);
            let roots = roots.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            Err(MigrationError::NoOneRoot { table: table.to_string(), roots })
        }
    }
}

impl Step for Distribute {
    fn function(&self, direction: Direction) -> &'static str {
        match direction {
            Direction::Up if self.concurrently => "create_distributed_table_concurrently",
            Direction::Up => "create_distributed_table",
            Direction::Down => "undistribute_table",
        }
    }

    fn subject(&self) -> Subject<'_> {
        Subject::Table(&self.table)
    }

    fn check(&self, engine: Engine) -> Result<(), MigrationError> {
        self.table.check(engine)?;
        names::check(&self.tenant, engine)?;
        self.colocation.check(engine)?;
        match (&self.colocation, self.shards) {
            (Colocation::With(other), Some(_)) => {
                Err(MigrationError::ShardCount { table: self.table.to_string(), other: other.to_string() })
            }
            (Colocation::With(_), None) | (Colocation::Alone, _) => Ok(()),
        }
    }

    fn statements(&self, direction: Direction) -> Result<Vec<String>, MigrationError> {
        if direction == Direction::Down {
            return Ok(vec![undistribute(&self.table)]);
        }
        let shards = self.shards.map(|count| format!(", shard_count => {count}")).unwrap_or_default();
        Ok(vec![format!(
            "SELECT {}({}, {}, colocate_with => {}{shards})",
            self.function(direction),
            argument(&self.table),
            text(&self.tenant),
            self.colocation.argument(),
        )])
    }

    fn transaction(&self, direction: Direction) -> Transaction {
        match direction {
            Direction::Up if self.concurrently => Transaction::Refused,
            Direction::Up | Direction::Down => Transaction::Either,
        }
    }

    fn reaches(&self) -> Option<&QualifiedName> {
        Some(&self.table)
    }
}

step_methods!(Distribute);
