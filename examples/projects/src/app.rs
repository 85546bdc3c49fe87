//! The application: what its handlers share, and how it is put together.

use crate::{
    entity::account,
    error::AppError,
    guesses::Guesses,
    import::{self, Queue},
    migration::Migrator,
    password, routes,
    seed::{self, DemoAccount},
    session::Sessions,
    store::imports,
    tenants,
};
use axum::Router;
use sea_orm::{ConnectOptions, Database, DatabaseConnection};
use sea_orm_migration::MigratorTrait;
use sea_orm_multitenant::Tenancy;
use sea_orm_multitenant_axum::TenantLayer;
use std::{sync::Arc, time::Duration};
use tokio::net::TcpListener;

/// What every handler may use. Cheap to clone.
#[derive(Debug, Clone)]
pub struct App {
    /// The database. Handlers take a [`CurrentAccount`](crate::auth::CurrentAccount) and its scope.
    pub tenancy: Tenancy,
    /// From a request to its account.
    pub tenants: TenantLayer<account::Model>,
    /// Who is logged in.
    pub sessions: Arc<Sessions>,
    /// How often somebody has tried to log in.
    pub guesses: Guesses,
    /// Where imports wait for the worker.
    pub imports: Queue,
    /// The accounts of the demo, for the pages that show several beside each other.
    pub demo: Arc<[DemoAccount]>,
    /// The hash of a password that nobody has.
    pub nobodys_hash: Arc<str>,
}

impl App {
    /// Connects, migrates, fills an empty database with the demo's accounts, and starts the worker that imports tasks,
    /// which waits for `pace` after each so that somebody can watch.
    ///
    /// # Errors
    /// When the database cannot be reached or refuses.
    pub async fn open(database: ConnectOptions, pace: Duration) -> anyhow::Result<Self> {
        Self::on(Database::connect(database).await?, pace).await
    }

    /// The same on a connection that is there.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn on(database: DatabaseConnection, pace: Duration) -> anyhow::Result<Self> {
        let tenancy = Tenancy::new(database)?;
        Migrator::up(tenancy.unscoped("run the migrations"), None).await?;
        let demo = seed::accounts(&tenancy).await?.into();
        imports::stop_all(tenancy.unscoped("mark the imports that ended with the last process")).await?;
        Ok(Self {
            tenants: tenants::layer(&tenancy)?,
            sessions: Arc::default(),
            guesses: Guesses::default(),
            imports: import::start(tenancy.clone(), pace),
            tenancy,
            demo,
            nobodys_hash: password::hash("nobody's")?.into(),
        })
    }

    /// The routes, in their layers.
    pub fn router(self) -> Router {
        routes::router(self)
    }

    /// Serves until this future is dropped or `stop` is done.
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn serve(
        self,
        listener: TcpListener,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<()> {
        axum::serve(listener, self.router()).with_graceful_shutdown(stop).await
    }
}

/// The answer to an address that does not exist.
pub(crate) async fn not_found() -> AppError {
    AppError::NotFound
}

/// The answer to a method that an address does not have.
pub(crate) async fn method_not_allowed() -> AppError {
    AppError::MethodNotAllowed
}
