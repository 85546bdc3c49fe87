//! Tables whose rows are distributed over nodes by tenant.

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

/// The colocation of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Colocation {
    /// With no other table: the first table of a group, such as the root table.
    Alone,
    /// With this table: the rows of a tenant in both tables are on one node, so they can be joined and have foreign
    /// keys.
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

/// Distributes a tenant table over the nodes of Citus by its tenant column.
///
/// Start with the root, [`root`](Self::root), which gets a new colocation group; then colocate every other table with
/// it, [`with_root`](Self::with_root), parents before children. Citus's default would colocate all tables with the
/// same type of key, even if unrelated.
///
/// Existing rows are copied to the shards. The originals remain on the coordinator, invisible to queries, until
/// [`truncate_local_data`](super::truncate_local_data).
///
/// `down` makes it a table of the coordinator again, with its rows and keys, together with all tables that foreign
/// keys link to it, as Citus requires. A table that Citus no longer manages is left unchanged.
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
    /// The root table by its primary key, or the first table if there is no root table.
    pub fn root(table: impl Into<QualifiedName>, key: impl Into<String>) -> Self {
        Self::new(table.into(), key.into(), Colocation::Alone)
    }

    /// A tenant table by its tenant column, colocated with the root.
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

    /// The table of an entity that derives `TenantModel`: the root in its own group, any other table with the root
    /// that the entities declare.
    ///
    /// Write a migration that is in use with names instead: this one would change, or fail to compile, with the
    /// entity.
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

    /// Sets the colocation, if it is not with the root.
    #[must_use]
    pub fn colocation(mut self, colocation: Colocation) -> Self {
        self.colocation = colocation;
        self
    }

    /// Sets the number of shards, for a table alone in its group: colocated tables have the same number. The default
    /// is Citus's setting `citus.shard_count`, which is 32 unless changed.
    #[must_use]
    pub fn shards(mut self, count: u32) -> Self {
        self.shards = Some(count);
        self
    }

    /// Distributes the table while other sessions write: they wait only briefly.
    ///
    /// Citus refuses it in a transaction, and so does `up`: override `use_transaction` of the migration to return
    /// `Some(false)`. Foreign keys, except to reference tables and to the table itself, must be dropped before and
    /// added after. A failure leaves the table unchanged.
    #[must_use]
    pub fn concurrently(mut self) -> Self {
        self.concurrently = true;
        self
    }
}

/// The only root table that the entities declare.
fn one_root(table: &QualifiedName) -> Result<QualifiedName, MigrationError> {
    // Only the catalogue is needed, so no connection is.
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
