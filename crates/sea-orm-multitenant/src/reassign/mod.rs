//! Moves rows from one tenant to another.

mod links;
mod rows;

use crate::{
    error::TenancyError,
    reassign::rows::{Moved, Rows},
    tenancy::Tenancy,
    tenant_id::TenantId,
};
use sea_orm::{Condition, DbBackend, DbErr, EntityTrait, TransactionTrait, sea_query::IntoCondition};
use std::{fmt, panic::Location};

/// Moves rows from one tenant to another: see [`Tenancy::reassign`].
#[must_use = "nothing is moved until `run` is awaited"]
pub struct Reassignment<'a> {
    tenancy: &'a Tenancy,
    from: TenantId,
    to: TenantId,
    reason: String,
    caller: &'static Location<'static>,
    rows: Vec<Box<dyn Rows + 'a>>,
}

impl fmt::Debug for Reassignment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reassignment").field("from", &self.from).field("to", &self.to).finish_non_exhaustive()
    }
}

/// The number of rows that a [`Reassignment`] has moved, for each table in the order in which they were added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reassigned {
    counts: Vec<(String, u64)>,
}

impl Reassigned {
    /// Returns each table, with its schema if it has one, and the number of rows moved.
    pub fn counts(&self) -> &[(String, u64)] {
        &self.counts
    }

    /// Returns the number of rows moved in all tables.
    pub fn total(&self) -> u64 {
        self.counts.iter().map(|(_, rows)| rows).sum()
    }
}

impl Tenancy {
    /// Moves rows of tenant `from` to tenant `to`, which no scope can: the tenant column is immutable in a scope.
    /// Logged at `warn` with the reason and the number of rows.
    ///
    /// The rows are those of [`rows`](Reassignment::rows), which sees only rows of `from`. They move in one transaction.
    /// Before it is committed, every foreign key of the catalogue is checked: a moved row may reference only rows of
    /// `to`, and no row of `from` may still reference a moved row. So move rows together with those that reference them.
    /// Where a constraint of the database pairs the tenant columns of both tables, it must be `DEFERRABLE INITIALLY
    /// DEFERRED` or `ON UPDATE CASCADE`, since the tables are changed one after the other.
    ///
    /// Shared tables cannot be moved, nor can the root table. Values that the program computes from the tenant, files
    /// and caches do not move.
    ///
    /// # Errors
    /// As [`scope`](Self::scope), for both tenants.
    ///
    /// ```
    /// use sea_orm::{ColumnTrait, ConnectionTrait, Database, EntityTrait};
    /// use sea_orm_multitenant::prelude::*;
    ///
    /// mod note {
    ///     use sea_orm::entity::prelude::*;
    ///     use sea_orm_multitenant::TenantModel;
    ///
    ///     #[sea_orm::model]
    ///     #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    ///     #[sea_orm(table_name = "note")]
    ///     #[tenant(column = "account_id")]
    ///     pub struct Model {
    ///         #[sea_orm(primary_key)]
    ///         pub id: i32,
    ///         pub account_id: i64,
    ///     }
    ///     impl ActiveModelBehavior for ActiveModel {}
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let tenancy = Tenancy::new(Database::connect("sqlite::memory:").await?)?;
    /// let setup = tenancy.unscoped("create the tables");
    /// setup.execute_unprepared("CREATE TABLE note (id INTEGER PRIMARY KEY, account_id BIGINT NOT NULL)").await?;
    /// setup.execute_unprepared("INSERT INTO note VALUES (1, 1), (2, 1), (3, 3)").await?;
    ///
    /// let moved = tenancy
    ///     .reassign(1, 2, "account 2 has bought the first note of account 1")?
    ///     .rows::<note::Entity>(note::Column::Id.eq(1))
    ///     .run()
    ///     .await?;
    /// assert_eq!(moved.counts(), [("note".to_owned(), 1)]);
    /// assert_eq!(note::Entity::find().all(&tenancy.scope(2)?).await?, [note::Model { id: 1, account_id: 2 }]);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn reassign<F, T>(&self, from: F, to: T, reason: &str) -> Result<Reassignment<'_>, TenancyError>
    where
        F: TryInto<TenantId>,
        T: TryInto<TenantId>,
        TenancyError: From<F::Error> + From<T::Error>,
    {
        let (from, to) = (from.try_into()?, to.try_into()?);
        self.scope(from.clone())?;
        self.scope(to.clone())?;
        let caller = Location::caller();
        Ok(Reassignment { tenancy: self, from, to, reason: reason.to_owned(), caller, rows: Vec::new() })
    }
}

impl<'a> Reassignment<'a> {
    /// Adds the rows of `E` that belong to the first tenant and satisfy `condition`; `Condition::all()` takes all of them.
    ///
    /// The condition is evaluated in the scope of the first tenant, before any row moves.
    pub fn rows<E>(mut self, condition: impl IntoCondition) -> Self
    where
        E: EntityTrait<Model: Send + Sync> + 'a,
    {
        let condition: Condition = condition.into_condition();
        self.rows.push(Box::new(rows::RowsOf::<E>::new(condition)));
        self
    }

    /// Moves the rows.
    ///
    /// # Errors
    /// [`TenancyError::NotReassignable`] for a table that is shared, the root table or not in the catalogue, and on
    /// PostgreSQL for a tenancy with [row-level security](crate::TenancyBuilder::row_level_security);
    /// [`TenancyError::ForeignParent`] if a row would reference a row of the other tenant; the database's errors, as for
    /// a unique key that the second tenant's row already has. Nothing is moved then.
    pub async fn run(self) -> Result<Reassigned, DbErr> {
        let Self { tenancy, from, to, reason, caller, rows } = self;
        let connection = tenancy.connection();
        let (catalogue, is_postgres) = (tenancy.catalogue(), tenancy.backend() == DbBackend::Postgres);
        if is_postgres && tenancy.has_setting() {
            return Err(TenancyError::NotReassignable {
                table: "any table".to_owned(),
                because:
                    "row-level security shows and takes one tenant's rows at a time; use a tenancy without \
                          `row_level_security` over a role with BYPASSRLS"
                        .to_owned(),
            }
            .into());
        }
        let transaction = connection.begin().await?;
        let scope = tenancy.scope_on(&transaction, from.clone())?;
        let mut chosen: Vec<Moved> = Vec::with_capacity(rows.len());
        for rows in &rows {
            chosen.push(rows.choose(&scope, catalogue).await?);
        }
        for moved in &chosen {
            moved.change_tenant(&transaction, &from, &to).await?;
        }
        for moved in &chosen {
            links::check(catalogue, &transaction, moved, &from, &to).await?;
        }
        transaction.commit().await?;
        let counts: Vec<_> = chosen.iter().map(|moved| (moved.table.qualified_name(), moved.len())).collect();
        tracing::warn!(target: "sea_orm_multitenant", reason, %caller, %from, %to, rows = ?counts, "reassigned rows to another tenant");
        Ok(Reassigned { counts })
    }
}
