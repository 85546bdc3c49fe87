//! A scope in which SeaORM's role-based permissions hold too.

use crate::{
    scope::{TenantScope, transaction::run},
    tenant_id::TenantId,
};
use sea_orm::{
    AccessMode, ConnectionTrait, DbBackend, DbErr, ExecResult, IsolationLevel, QueryResult,
    RestrictedConnection, Statement, StatementBuilder, TransactionError, TransactionOptions,
    TransactionSession, TransactionTrait, rbac::RbacUserId,
};
use std::{
    fmt::{Debug, Display},
    pin::Pin,
};

/// A scope that runs a statement only if SeaORM's role-based access control grants it to a user.
///
/// SeaORM reads the statement as the program built it and decides whether the user may run it; the scope then confines it to the
/// tenant. Raw SQL is refused, as in a [`RestrictedConnection`]: SeaORM cannot tell which tables it names.
///
/// The order matters. A `TenantScope<RestrictedConnection>` sends text, which SeaORM's permissions refuse whatever it is: make the scope
/// over the plain connection, and restrict it with [`TenantScope::restricted_by`].
///
/// ```standalone_crate
/// use sea_orm::{Database, DbErr, EntityTrait, Schema, ConnectionTrait, ActiveValue::Set, rbac::{RbacContext, RbacUserId, schema}};
/// use sea_orm_multitenant::prelude::*;
///
/// mod project {
///     use sea_orm::entity::prelude::*;
///     use sea_orm_multitenant::TenantModel;
///
///     #[sea_orm::model]
///     #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
///     #[sea_orm(table_name = "project")]
///     #[tenant(column = "account_id")]
///     pub struct Model {
///         #[sea_orm(primary_key)]
///         pub id: i32,
///         pub account_id: i64,
///         pub name: String,
///     }
///     impl ActiveModelBehavior for ActiveModel {}
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let db = Database::connect("sqlite::memory:").await?;
/// db.execute(&Schema::new(db.get_database_backend()).create_table_from_entity(project::Entity)).await?;
/// schema::create_tables(&db, Default::default()).await?;
/// let mut roles = RbacContext::load(&db).await?;
/// roles.add_tables(&db, &["project"]).await?;
/// roles.add_crud_permissions(&db).await?;
/// roles.add_roles(&db, &["reader"]).await?;
/// roles.add_role_permissions(&db, "reader", &["select"], &["project"]).await?;
/// roles.assign_user_role(&db, &[(7, "reader")]).await?;
/// db.load_rbac().await?;
///
/// let tenancy = Tenancy::new(db.clone())?;
/// let row = project::ActiveModel { name: Set("Apollo".into()), ..Default::default() };
/// project::Entity::insert(row.clone()).exec(&tenancy.scope(1)?).await?;
///
/// // User 7 may read projects, of the tenant of the scope only, and may not insert any.
/// let user = db.restricted_for(RbacUserId(7))?;
/// let (first, second) = (tenancy.scope(1)?.restricted_by(user.clone()), tenancy.scope(2)?.restricted_by(user));
/// assert_eq!(project::Entity::find().all(&first).await?.len(), 1);
/// assert_eq!(project::Entity::find().all(&second).await?.len(), 0);
/// assert!(matches!(project::Entity::insert(row).exec(&first).await, Err(DbErr::AccessDenied { .. })));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct RestrictedScope<C, T = TenantId> {
    scope: TenantScope<C, T>,
    permissions: RestrictedConnection,
}

impl<C, T> TenantScope<C, T> {
    /// The same scope, for what SeaORM's role-based access control grants to the user of `permissions`.
    ///
    /// `permissions` is read for its user and roles only; nothing is sent through it. [`RestrictedScope`] has an example.
    pub fn restricted_by(self, permissions: RestrictedConnection) -> RestrictedScope<C, T> {
        RestrictedScope { scope: self, permissions }
    }
}

impl<C, T> RestrictedScope<C, T> {
    /// The user whose permissions hold.
    pub fn user_id(&self) -> RbacUserId {
        self.permissions.user_id()
    }

    /// Checks that the user may run `statement`. Nothing is sent.
    ///
    /// # Errors
    /// `DbErr::AccessDenied` when the user may not, `DbErr::RbacError` when SeaORM cannot tell.
    pub fn user_can_run<S: StatementBuilder>(&self, statement: &S) -> Result<(), DbErr> {
        self.permissions.user_can_run(statement)
    }

    /// The same user in another scope.
    fn over<D>(&self, scope: TenantScope<D, T>) -> RestrictedScope<D, T> {
        RestrictedScope { scope, permissions: self.permissions.clone() }
    }
}

impl<C: TransactionSession + Send, T: Send + Sync> RestrictedScope<C, T> {
    /// Commits the transaction.
    ///
    /// # Errors
    /// SeaORM's, when the database does not commit it.
    pub async fn commit(self) -> Result<(), DbErr> {
        TransactionSession::commit(self.scope).await
    }

    /// Rolls the transaction back, as dropping it does.
    ///
    /// # Errors
    /// SeaORM's, when the database does not roll it back.
    pub async fn rollback(self) -> Result<(), DbErr> {
        TransactionSession::rollback(self.scope).await
    }
}

/// The refusal of raw SQL.
fn unread(sql: &str) -> DbErr {
    DbErr::RbacError(format!(
        "raw SQL is not supported in a restricted scope, because permissions cannot be checked for it: {sql}; \
         build the statement with SeaORM or sea-query"
    ))
}

#[async_trait::async_trait]
impl<C: ConnectionTrait + Send, T: Send + Sync> ConnectionTrait for RestrictedScope<C, T> {
    fn get_database_backend(&self) -> DbBackend {
        ConnectionTrait::get_database_backend(&self.scope)
    }

    async fn execute_raw(&self, stmt: Statement) -> Result<ExecResult, DbErr> {
        Err(unread(&stmt.sql))
    }

    async fn execute<S: StatementBuilder>(&self, stmt: &S) -> Result<ExecResult, DbErr> {
        self.user_can_run(stmt)?;
        self.scope.execute(stmt).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        Err(unread(sql))
    }

    async fn query_one_raw(&self, stmt: Statement) -> Result<Option<QueryResult>, DbErr> {
        Err(unread(&stmt.sql))
    }

    async fn query_one<S: StatementBuilder>(&self, stmt: &S) -> Result<Option<QueryResult>, DbErr> {
        self.user_can_run(stmt)?;
        self.scope.query_one(stmt).await
    }

    async fn query_all_raw(&self, stmt: Statement) -> Result<Vec<QueryResult>, DbErr> {
        Err(unread(&stmt.sql))
    }

    async fn query_all<S: StatementBuilder>(&self, stmt: &S) -> Result<Vec<QueryResult>, DbErr> {
        self.user_can_run(stmt)?;
        self.scope.query_all(stmt).await
    }

    fn support_returning(&self) -> bool {
        self.scope.support_returning()
    }

    fn is_mock_connection(&self) -> bool {
        self.scope.is_mock_connection()
    }
}

#[async_trait::async_trait]
impl<C, N> TransactionTrait for RestrictedScope<C, N>
where
    C: ConnectionTrait + TransactionTrait + Send,
    N: Send + Sync,
{
    type Transaction = RestrictedScope<C::Transaction, N>;

    async fn begin(&self) -> Result<Self::Transaction, DbErr> {
        Ok(self.over(self.scope.begin().await?))
    }

    async fn begin_with_config(
        &self,
        isolation_level: Option<IsolationLevel>,
        access_mode: Option<AccessMode>,
    ) -> Result<Self::Transaction, DbErr> {
        Ok(self.over(self.scope.begin_with_config(isolation_level, access_mode).await?))
    }

    async fn begin_with_options(&self, options: TransactionOptions) -> Result<Self::Transaction, DbErr> {
        Ok(self.over(self.scope.begin_with_options(options).await?))
    }

    async fn transaction<F, T, E>(&self, callback: F) -> Result<T, TransactionError<E>>
    where
        F: for<'c> FnOnce(&'c Self::Transaction) -> Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'c>>
            + Send,
        T: Send,
        E: Display + Debug + Send,
    {
        run(self.begin().await, callback).await
    }

    async fn transaction_with_config<F, T, E>(
        &self,
        callback: F,
        isolation_level: Option<IsolationLevel>,
        access_mode: Option<AccessMode>,
    ) -> Result<T, TransactionError<E>>
    where
        F: for<'c> FnOnce(&'c Self::Transaction) -> Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'c>>
            + Send,
        T: Send,
        E: Display + Debug + Send,
    {
        run(self.begin_with_config(isolation_level, access_mode).await, callback).await
    }
}

#[async_trait::async_trait]
impl<C: TransactionSession + Send, N: Send + Sync> TransactionSession for RestrictedScope<C, N> {
    async fn commit(self) -> Result<(), DbErr> {
        self.commit().await
    }

    async fn rollback(self) -> Result<(), DbErr> {
        self.rollback().await
    }
}
