//! The database of one test.

use super::{Backend, Fixture, Log, Recorder, Side, backend::Disposal};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr};
use sea_orm_multitenant::{Tenancy, TenantScope};

/// A scope, recorded on both sides: what SeaORM sends into it and what goes out of it.
pub(crate) type Scope = Recorder<TenantScope<Recorder<DatabaseConnection>>>;

/// A database with the rows of two tenants, for one test alone.
#[derive(Debug)]
pub(crate) struct TestDb {
    /// The engine.
    pub(crate) backend: Backend,
    /// The tenancy of all entities.
    pub(crate) tenancy: Tenancy,
    /// What was sent through scopes.
    pub(crate) log: Log,
    connection: DatabaseConnection,
    options: ConnectOptions,
}

impl TestDb {
    /// Makes a database with the tables and rows of `F`.
    pub(super) async fn create<F: Fixture>(backend: Backend) -> Result<(Self, Disposal), DbErr> {
        let (options, disposal) = backend.create().await?;
        let db = Self::fill::<F>(backend, options).await?;
        Ok((db, disposal))
    }

    /// The same on the coordinator of a cluster of Citus; its tables are distributed by the fixture.
    pub(super) async fn create_on_citus<F: Fixture>() -> Result<(Self, Disposal), DbErr> {
        let (options, disposal) = Backend::create_on_citus().await?;
        let db = Self::fill::<F>(Backend::Postgres, options).await?;
        Ok((db, disposal))
    }

    /// Makes the tables and rows of `F`.
    async fn fill<F: Fixture>(backend: Backend, options: ConnectOptions) -> Result<Self, DbErr> {
        let connection = Database::connect(options.clone()).await?;
        for statement in F::schema(backend) {
            connection.execute_unprepared(&statement).await?;
        }
        F::seed(&connection).await?;
        let tenancy = Tenancy::new(connection.clone()).expect("the entities of the suite agree");
        Ok(Self { backend, tenancy, log: Log::default(), connection, options })
    }

    /// A tenant's scope, as users get it, recorded on both sides.
    pub(crate) fn scope(&self, tenant: i64) -> Scope {
        Recorder::new(self.scope_inside(tenant), self.log.clone(), Side::Sent)
    }

    /// A tenant's scope, recorded where it goes out only: the type has the methods of a scope.
    pub(crate) fn scope_inside(&self, tenant: i64) -> TenantScope<Recorder<DatabaseConnection>> {
        let recorder = self.record_unscoped(tenant);
        self.tenancy.scope_owned(recorder, tenant).expect("integers are tenants here")
    }

    /// The connection itself, recorded as if it were what a scope sends to. What goes through it must keep to the tenant.
    pub(crate) fn record_unscoped(&self, tenant: i64) -> Recorder<DatabaseConnection> {
        Recorder::new(self.connection.clone(), self.log.clone(), Side::WentOut(tenant))
    }

    /// The connection itself, unscoped and unrecorded, for what a test sets up or looks up behind the scope's back.
    pub(crate) fn unscoped(&self) -> &DatabaseConnection {
        &self.connection
    }

    /// Another pool of connections; on SQLite to a database of its own, which is empty.
    pub(crate) async fn connect_again(&self) -> Result<DatabaseConnection, DbErr> {
        Database::connect(self.options.clone()).await
    }

    /// Whether this is MariaDB.
    pub(crate) fn is_mariadb(&self) -> bool {
        self.backend == Backend::Mariadb
    }

    /// Whether SeaORM writes RETURNING: by default for PostgreSQL alone.
    pub(crate) fn has_returning(&self) -> bool {
        self.connection.support_returning()
    }
}
