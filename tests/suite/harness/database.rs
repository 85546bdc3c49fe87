//! The database of one test.

use super::{
    Backend, Fixture, Hearing, Log, Recorder, Side,
    backend::Disposal,
    citus::{self, Citus},
};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr, Statement};
use sea_orm_multitenant::{Catalogue, Tenancy, TenancyError, TenantScope, TenantSet};

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
    /// What scopes send on the test's threads.
    pub(crate) hearing: Hearing,
    /// On Citus alone: what else was sent through scopes, and more.
    pub(crate) citus: Option<Citus>,
    connection: DatabaseConnection,
    options: ConnectOptions,
}

impl TestDb {
    /// Makes a database with the tables and rows of `F`.
    pub(super) async fn create<F: Fixture>(backend: Backend) -> Result<(Self, Disposal), DbErr> {
        let (options, disposal) = backend.create().await?;
        let db = Self::fill::<F>(backend, options, None).await?;
        Ok((db, disposal))
    }

    /// The same on the coordinator of a cluster of Citus, with the tables distributed.
    pub(super) async fn create_on_citus<F: Fixture>() -> Result<(Self, Disposal), DbErr> {
        let (options, disposal) = Backend::create_on_citus().await?;
        let db = Self::fill::<F>(Backend::Postgres, options, Some(Citus::of::<F>())).await?;
        Ok((db, disposal))
    }

    /// Makes the tables and rows of `F`.
    async fn fill<F: Fixture>(
        backend: Backend,
        options: ConnectOptions,
        citus: Option<Citus>,
    ) -> Result<Self, DbErr> {
        let connection = Database::connect(options.clone()).await?;
        for statement in F::schema(backend) {
            connection.execute_unprepared(&statement).await?;
        }
        let mut for_scopes = connection.clone();
        if let Some(citus) = &citus {
            citus.watch.watch(&mut for_scopes, None);
        }
        let tenancy = Tenancy::new(for_scopes).expect("the entities of the suite agree");
        let hearing = Hearing::begin();
        let db = Self { backend, tenancy, log: Log::default(), hearing, citus, connection, options };
        db.distribute(db.tenancy.catalogue()).await?;
        F::seed(&db.connection).await?;
        Ok(db)
    }

    /// Closes the connections.
    pub(super) async fn close(&self) {
        let _ = self.connection.clone().close().await;
        if let Some(citus) = &self.citus {
            citus.close().await;
        }
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

    /// The scope of a set of tenants, past the recorder, which knows one tenant only; on Citus what it sends is watched.
    pub(crate) fn scope_many(
        &self,
        tenants: impl IntoIterator<Item = i64>,
    ) -> Result<TenantScope<DatabaseConnection, TenantSet>, TenancyError> {
        let tenants: Vec<_> = tenants.into_iter().collect();
        let mut connection = self.connection.clone();
        if let Some(citus) = &self.citus {
            citus.watch.watch(&mut connection, Some(tenants.clone()));
        }
        self.tenancy.scope_many_owned(connection, tenants)
    }

    /// The connection itself, recorded as if it were what a scope sends to. What goes through it must keep to the tenant.
    pub(crate) fn record_unscoped(&self, tenant: i64) -> Recorder<DatabaseConnection> {
        Recorder::new(self.connection.clone(), self.log.clone(), Side::WentOut(tenant))
    }

    /// The connection itself, unscoped and unrecorded, for what a test sets up or looks up behind the scope's back.
    pub(crate) fn unscoped(&self) -> &DatabaseConnection {
        &self.connection
    }

    /// The same for scopes of a test's own: on Citus, what they send is watched.
    pub(crate) fn for_scopes(&self) -> DatabaseConnection {
        self.watched(self.connection.clone())
    }

    /// A connection, of which Citus is asked later what scopes sent through it.
    pub(crate) fn watched(&self, mut connection: DatabaseConnection) -> DatabaseConnection {
        if let Some(citus) = &self.citus {
            citus.watch.watch(&mut connection, None);
        }
        connection
    }

    /// On Citus, distributes the tables of a catalogue that a test has made.
    pub(crate) async fn distribute(&self, catalogue: &Catalogue) -> Result<(), DbErr> {
        match &self.citus {
            Some(_) => citus::distribute(&self.connection, catalogue).await,
            None => Ok(()),
        }
    }

    /// Creates a table of the catalogue behind the scope's back; on Citus, distributes it.
    pub(crate) async fn create_table(&self, sql: &str) -> Result<(), DbErr> {
        match &self.citus {
            Some(_) => citus::create_table(&self.connection, sql).await?,
            None => self.connection.execute_unprepared(sql).await.map(|_| ())?,
        }
        self.distribute(self.tenancy.catalogue()).await
    }

    /// Another pool of connections; on SQLite to a database of its own, which is empty.
    pub(crate) async fn connect_again(&self) -> Result<DatabaseConnection, DbErr> {
        Database::connect(self.options.clone()).await
    }

    /// A pool of a single connection, where prepared statements meet; on SQLite the pool that there is, which has one.
    pub(crate) async fn one_connection(&self) -> Result<DatabaseConnection, DbErr> {
        if self.backend == Backend::Sqlite {
            return Ok(self.connection.clone());
        }
        let mut options = self.options.clone();
        options.max_connections(1);
        Ok(self.watched(Database::connect(options).await?))
    }

    /// The same on PostgreSQL, with a connection that keeps no prepared statements.
    pub(crate) async fn one_connection_without_a_cache(&self) -> Result<DatabaseConnection, DbErr> {
        let mut options = self.options.clone();
        options.max_connections(1);
        options.map_sqlx_postgres_opts(|options| options.statement_cache_capacity(0));
        Database::connect(options).await
    }

    /// The first column of every row of an unscoped query.
    pub(crate) async fn texts(&self, sql: &str) -> Result<Vec<String>, DbErr> {
        let statement = Statement::from_string(self.connection.get_database_backend(), sql);
        let rows = self.connection.query_all_raw(statement).await?;
        rows.iter().map(|row| row.try_get_by_index(0)).collect()
    }

    /// On MariaDB, the tables of the database.
    pub(super) async fn tables_of_mariadb(&self) -> Result<Vec<String>, DbErr> {
        self.texts("SELECT table_name FROM information_schema.tables WHERE table_schema = database()").await
    }

    /// On MariaDB, one connection by another user, whose password is its name.
    pub(super) fn options_of_user(&self, name: &str) -> ConnectOptions {
        let mut options = self.options.clone();
        options.max_connections(1);
        let name = name.to_owned();
        options.map_sqlx_mysql_opts(move |options| options.username(&name).password(&name));
        options
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
