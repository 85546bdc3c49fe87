//! The application: what its handlers share, and how it is put together.

use crate::{
    error::AppError,
    migration::Migrator,
    password, routes,
    seed::{self, DemoAccount},
    session::Sessions,
};
use axum::Router;
use sea_orm::{ConnectOptions, Database};
use sea_orm_migration::MigratorTrait;
use sea_orm_multitenant::Tenancy;
use std::sync::Arc;
use tokio::net::TcpListener;

/// What every handler may use. Cheap to clone.
#[derive(Debug, Clone)]
pub struct App {
    /// The database. Handlers take a [`CurrentAccount`](crate::auth::CurrentAccount) and its scope.
    pub tenancy: Tenancy,
    /// Who is logged in.
    pub sessions: Arc<Sessions>,
    /// The accounts of the demo, for the pages that show two of them beside each other.
    pub demo: Arc<[DemoAccount]>,
    /// The hash of a password that nobody has.
    pub nobodys_hash: Arc<str>,
}

impl App {
    /// Connects, migrates, and fills an empty database with the demo's accounts.
    ///
    /// # Errors
    /// When the database cannot be reached or refuses.
    pub async fn open(database: ConnectOptions) -> anyhow::Result<Self> {
        let tenancy = Tenancy::new(Database::connect(database).await?)?;
        Migrator::up(tenancy.unscoped("run the migrations"), None).await?;
        let demo = seed::accounts(&tenancy).await?.into();
        let nobodys_hash = password::hash("nobody's")?.into();
        Ok(Self { tenancy, sessions: Arc::default(), demo, nobodys_hash })
    }

    /// The routes.
    pub fn router(self) -> Router {
        routes::router().with_state(self)
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
