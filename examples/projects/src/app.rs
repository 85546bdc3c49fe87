//! The application: its shared state and its layers.

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

/// The state that every handler can use. Cheap to clone.
#[derive(Debug, Clone)]
pub struct App {
    /// The tenancy. Handlers use the scope of a [`CurrentAccount`](crate::auth::CurrentAccount).
    pub tenancy: Tenancy,
    /// Finds the account of a request.
    pub tenants: TenantLayer<account::Model>,
    /// The sessions of users who are logged in.
    pub sessions: Arc<Sessions>,
    /// Counts login attempts.
    pub guesses: Guesses,
    /// The queue of imports for the worker.
    pub imports: Queue,
    /// The demo's accounts, for the pages that show several of them.
    pub demo: Arc<[DemoAccount]>,
    /// The hash of a password that no user has.
    pub nobodys_hash: Arc<str>,
}

impl App {
    /// Connects, runs the migrations, fills an empty database with the demo's accounts, and starts the worker that
    /// imports tasks. The worker waits for `pace` after each task, so that the progress can be watched.
    ///
    /// # Errors
    /// When the database cannot be reached, or returns an error.
    pub async fn open(database: ConnectOptions, pace: Duration) -> anyhow::Result<Self> {
        Self::on(Database::connect(database).await?, pace).await
    }

    /// The same on an existing connection.
    ///
    /// # Errors
    /// When the database returns an error.
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

    /// Returns the routes with their layers.
    pub fn router(self) -> Router {
        routes::router(self)
    }

    /// Serves requests until this future is dropped or `stop` completes.
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

/// The response to an unknown address.
pub(crate) async fn not_found() -> AppError {
    AppError::NotFound
}

/// The response to a method that an address does not support.
pub(crate) async fn method_not_allowed() -> AppError {
    AppError::MethodNotAllowed
}
