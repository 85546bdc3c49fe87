//! Two tenants in an in-memory database.

use crate::{
    entity::TenantEntity,
    scope::TenantScope,
    tenancy::{Tenancy, builder::TenancyBuilder},
    tenant_id::TenantId,
    testing::{
        description::TableDescription,
        error::FixtureError,
        recorder::Recorder,
        replica::{Replica, memory},
        rows::{Rows, Which, tenant_ids},
    },
};
use sea_orm::{
    ColumnTrait, DatabaseConnection, Value,
    sea_query::{QueryBuilder, SqliteQueryBuilder},
};
use sea_orm_multitenant_sql::TenantType;
use std::collections::HashMap;

/// Two tenants in an in-memory database, with rows whose values collide.
///
/// Each tenant has two rows in each of the given tables, and one in the root table. The values are generated from the
/// types of the columns, the same for both tenants wherever keys allow. Foreign keys reference rows of the same tenant.
/// Tables of the program's other entities are not created.
///
/// Made by [`two_tenants!`](crate::two_tenants) or [`TwoTenants::builder`].
#[derive(Debug)]
pub struct TwoTenants {
    pub(super) tenancy: Tenancy,
    pub(super) connection: DatabaseConnection,
    pub(super) recorder: Recorder,
    pub(super) replica: Replica,
    pub(super) scope: TenantScope<DatabaseConnection>,
    pub(super) second: TenantId,
}

impl TwoTenants {
    /// Returns a builder, which takes entities and settings.
    ///
    /// ```
    /// use sea_orm::{EntityTrait, Order};
    /// use sea_orm_multitenant::testing::TwoTenants;
    ///
    /// mod task {
    ///     use sea_orm::entity::prelude::*;
    ///     use sea_orm_multitenant::TenantModel;
    ///
    ///     #[sea_orm::model]
    ///     #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    ///     #[sea_orm(table_name = "task")]
    ///     #[tenant(column = "account_id")]
    ///     pub struct Model {
    ///         #[sea_orm(primary_key, auto_increment = false)]
    ///         pub account_id: i64,
    ///         #[sea_orm(primary_key, auto_increment = false)]
    ///         pub id: i64,
    ///         pub state: String,
    ///     }
    ///     impl ActiveModelBehavior for ActiveModel {}
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let tenants = TwoTenants::builder().with(task::Entity).value(task::Column::State, "open").build().await?;
    /// let tasks = task::Entity::find().order_by_id(Order::Asc).all(&tenants.scope()).await?;
    /// let of_both = task::Entity::find().all(tenants.tenancy().unscoped("a look at both")).await?;
    /// assert_eq!((tasks[0].id, tasks[0].state.as_str()), (1, "open"));
    /// assert_eq!((tasks.len(), of_both.len()), (2, 4)); // both have the ids 1 and 2
    /// # Ok(())
    /// # }
    /// ```
    pub fn builder() -> TwoTenantsBuilder {
        TwoTenantsBuilder::default()
    }

    /// Returns the tenancy, over a recorded connection.
    pub fn tenancy(&self) -> &Tenancy {
        &self.tenancy
    }

    /// Returns the scope of the first tenant, over a recorded connection.
    pub fn scope(&self) -> TenantScope<DatabaseConnection> {
        self.scope.clone()
    }

    /// Returns the first tenant, in whose scope code is run.
    pub fn first(&self) -> &TenantId {
        self.scope.tenant()
    }

    /// Returns the second tenant, whose rows must not affect the code.
    pub fn second(&self) -> &TenantId {
        &self.second
    }

    /// Returns the record of what was sent since the rows were created.
    pub fn recorder(&self) -> TenantRecorder<'_> {
        TenantRecorder(self)
    }
}

/// The statements that were sent to a fixture's database.
///
/// ```
/// # use sea_orm::EntityTrait;
/// # use sea_orm_multitenant::two_tenants;
/// # mod project {
/// #     use sea_orm::entity::prelude::*;
/// #     #[sea_orm::model]
/// #     #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, sea_orm_multitenant::TenantModel)]
/// #     #[sea_orm(table_name = "project")]
/// #     #[tenant(column = "account_id")]
/// #     pub struct Model {
/// #         #[sea_orm(primary_key)]
/// #         pub id: i64,
/// #         pub account_id: i64,
/// #     }
/// #     impl ActiveModelBehavior for ActiveModel {}
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let tenants = two_tenants![project::Entity].await?;
/// project::Entity::find().all(&tenants.scope()).await?;
/// assert_eq!(tenants.recorder().statements().len(), 1);
/// tenants.recorder().assert_all_scoped();
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct TenantRecorder<'a>(&'a TwoTenants);

impl TenantRecorder<'_> {
    /// Returns the statements, in order.
    pub fn statements(&self) -> Vec<sea_orm::Statement> {
        self.0.recorder.statements()
    }

    /// Clears the record.
    pub fn clear(&self) {
        self.0.recorder.clear();
    }

    /// Asserts that every statement on a tenant table had the first tenant among its values.
    ///
    /// # Panics
    /// With the texts of the statements that did not.
    #[track_caller]
    pub fn assert_all_scoped(&self) {
        let unscoped = self.0.recorder.unscoped(&self.0.scope);
        let texts: Vec<_> = unscoped.iter().map(|statement| statement.sql.as_str()).collect();
        assert!(
            texts.is_empty(),
            "statements without the tenant {} among their values:\n  {}",
            self.0.first(),
            texts.join("\n  ")
        );
    }
}

/// Builds [`TwoTenants`].
#[derive(Debug, Default)]
pub struct TwoTenantsBuilder {
    tables: Vec<TableDescription>,
    overrides: HashMap<(String, String), String>,
    tenancy: TenancyBuilder,
}

impl TwoTenantsBuilder {
    /// Creates the table of this entity, with rows. Add the entities that its rows reference first.
    #[must_use]
    pub fn with<E: TenantEntity>(mut self, entity: E) -> Self {
        self.tables.push(TableDescription::of(entity));
        self
    }

    /// Sets the value of a column in every row: needed where the column's type does not determine the valid values, as
    /// for an `ActiveEnum` of integers or texts.
    #[must_use]
    pub fn value<C: ColumnTrait>(mut self, column: C, value: impl Into<Value>) -> Self {
        let literal = SqliteQueryBuilder.value_to_string(&value.into());
        self.overrides.insert((column.entity_name().to_string(), column.as_str().to_owned()), literal);
        self
    }

    /// Sets the builder of the tenancy: for allowed functions and tables by name.
    #[must_use]
    pub fn tenancy(self, tenancy: TenancyBuilder) -> Self {
        Self { tenancy, ..self }
    }

    /// Creates the database, its tables and rows.
    ///
    /// # Errors
    /// [`FixtureError`], whose message names what to change.
    pub async fn build(self) -> Result<TwoTenants, FixtureError> {
        let Self { tables, overrides, tenancy } = self;
        let mut connection = memory().await?;
        let recorder = Recorder::of(&mut connection);
        let tenancy = tenancy.build(connection.clone())?;
        let ty = tenancy.catalogue().tables().iter().find_map(|table| table.tenant_column());
        let (first, second) = tenant_ids(ty.map_or(TenantType::BigInt, |(_, ty)| ty));
        let replica = {
            let mut rows = Rows::new((&first, &second), &overrides);
            let mut inserts = Vec::new();
            for table in &tables {
                inserts.extend(rows.of(table)?);
            }
            Replica { tables, inserts }
        };
        replica.fill(&connection, &[Which::Second, Which::First]).await?;
        recorder.clear();
        let scope = tenancy.scope(first)?;
        Ok(TwoTenants { tenancy, connection, recorder, replica, scope, second })
    }
}
