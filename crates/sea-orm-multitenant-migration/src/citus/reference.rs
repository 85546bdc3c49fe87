//! Tables of which every node has a copy.

use crate::{
    citus::{
        methods::step_methods,
        run::{LOCAL_KEYS_DEFAULT, LOCAL_KEYS_OFF},
        step::{Direction, Step, Subject, Transaction, argument, undistribute},
    },
    error::MigrationError,
    names::QualifiedName,
};
use sea_orm_multitenant::{EntityOwnership, TenantEntity};

/// Makes a shared table a reference table of Citus: every node has all its rows, so it can be joined with the rows of
/// any tenant.
///
/// Create reference tables before the tables whose foreign keys reference them. By default Citus adds every table that
/// foreign keys link to a reference table to its metadata, and then refuses to distribute it. A setting prevents that
/// while the table is created, in a new transaction if none is active.
///
/// `down` makes it a table of the coordinator again, together with all tables that foreign keys link to it, as Citus
/// requires.
///
/// ```
/// use sea_orm_migration::sea_orm::DbBackend;
/// use sea_orm_multitenant_migration::citus::ReferenceTable;
///
/// let country = ReferenceTable::new("country");
/// assert_eq!(
///     country.up_sql(DbBackend::Postgres)?,
///     [
///         "SET LOCAL citus.enable_local_reference_table_foreign_keys TO off",
///         r#"SELECT create_reference_table('"country"')"#,
///         "SET LOCAL citus.enable_local_reference_table_foreign_keys TO DEFAULT",
///     ]
/// );
/// assert!(country.up_sql(DbBackend::Sqlite)?.is_empty());
/// # Ok::<(), sea_orm_multitenant_migration::MigrationError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferenceTable {
    table: QualifiedName,
    with_local_tables: bool,
    required: bool,
}

impl ReferenceTable {
    /// A table by its name: for migrations, which must not change with an entity.
    pub fn new(table: impl Into<QualifiedName>) -> Self {
        Self { table: table.into(), with_local_tables: false, required: false }
    }

    /// The table of an entity with `#[tenant(shared)]`.
    ///
    /// # Errors
    /// [`MigrationError::NotShared`] if its rows belong to tenants.
    ///
    /// ```
    /// use sea_orm_multitenant_migration::citus::ReferenceTable;
    ///
    /// mod country {
    ///     use sea_orm::entity::prelude::*;
    ///
    ///     #[sea_orm::model]
    ///     #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, sea_orm_multitenant::TenantModel)]
    ///     #[sea_orm(table_name = "country")]
    ///     #[tenant(shared)]
    ///     pub struct Model {
    ///         #[sea_orm(primary_key)]
    ///         pub id: i32,
    ///     }
    ///     impl ActiveModelBehavior for ActiveModel {}
    /// }
    ///
    /// assert_eq!(ReferenceTable::entity::<country::Entity>()?, ReferenceTable::new("country"));
    /// # Ok::<(), sea_orm_multitenant_migration::MigrationError>(())
    /// ```
    pub fn entity<E: TenantEntity>() -> Result<Self, MigrationError> {
        let table = QualifiedName::of_entity(&E::default());
        match E::ownership() {
            EntityOwnership::Shared { writable: _ } => Ok(Self::new(table)),
            EntityOwnership::Root | EntityOwnership::Tenant(_) | EntityOwnership::TenantOrGlobal(_) => {
                Err(MigrationError::NotShared { table: table.to_string() })
            }
        }
    }

    /// Lets Citus add the tables that foreign keys link to this one to its metadata: for tables that stay on the
    /// coordinator and are written through other nodes.
    #[must_use]
    pub fn with_local_tables(mut self) -> Self {
        self.with_local_tables = true;
        self
    }
}

impl Step for ReferenceTable {
    fn function(&self, direction: Direction) -> &'static str {
        match direction {
            Direction::Up => "create_reference_table",
            Direction::Down => "undistribute_table",
        }
    }

    fn subject(&self) -> Subject<'_> {
        Subject::Table(&self.table)
    }

    fn statements(&self, direction: Direction) -> Result<Vec<String>, MigrationError> {
        let create = format!("SELECT create_reference_table({})", argument(&self.table));
        Ok(match direction {
            Direction::Up if self.with_local_tables => vec![create],
            Direction::Up => vec![LOCAL_KEYS_OFF.to_owned(), create, LOCAL_KEYS_DEFAULT.to_owned()],
            Direction::Down => vec![undistribute(&self.table)],
        })
    }

    fn transaction(&self, direction: Direction) -> Transaction {
        match direction {
            Direction::Up if !self.with_local_tables => Transaction::Needed,
            Direction::Up | Direction::Down => Transaction::Either,
        }
    }

    fn reaches(&self) -> Option<&QualifiedName> {
        Some(&self.table)
    }
}

step_methods!(ReferenceTable);
