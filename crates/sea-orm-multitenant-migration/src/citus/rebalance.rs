//! Balances shards over the nodes.

use crate::{
    citus::{named::named, presence::citus_version, run::in_transaction, shard::ShardTransfer},
    engine::Engine,
    error::MigrationError,
};
use sea_orm_migration::{
    DbErr, SchemaManager,
    sea_orm::{ConnectionTrait, DbBackend, Statement},
};
use std::time::Duration;

/// Balances the shards over the nodes in the background: after nodes are added, and before one is removed.
///
/// ```
/// use sea_orm_migration::{SchemaManager, sea_orm::Database};
/// use sea_orm_multitenant_migration::citus::Rebalance;
/// use std::time::Duration;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let db = Database::connect("sqlite::memory:").await?;
/// let manager = SchemaManager::new(&db);
/// if let Some(job) = Rebalance::new().start(&manager).await? {
///     let end = job.wait(&manager, Duration::from_secs(1), |now| println!("{} of {}", now.done, now.tasks)).await?;
///     println!("{:?}", end.state);
/// } // none without Citus, and where the shards are even
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rebalance {
    transfer: ShardTransfer,
    drain_only: bool,
    required: bool,
}

impl Rebalance {
    /// A rebalance of all tables.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how rows are moved to other nodes.
    #[must_use]
    pub fn transfer(mut self, transfer: ShardTransfer) -> Self {
        self.transfer = transfer;
        self
    }

    /// Only moves shards away from nodes that should have none.
    #[must_use]
    pub fn drain_only(mut self) -> Self {
        self.drain_only = true;
        self
    }

    /// Makes it an error, [`MigrationError::CitusMissing`], if the database has no Citus.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The statement that starts it; none on an engine that cannot have Citus.
    ///
    /// # Errors
    /// [`MigrationError::Backend`], or [`MigrationError::CitusMissing`] if it is required.
    ///
    /// ```
    /// use sea_orm_migration::sea_orm::DbBackend;
    /// use sea_orm_multitenant_migration::citus::Rebalance;
    ///
    /// assert_eq!(
    ///     Rebalance::new().start_sql(DbBackend::Postgres)?,
    ///     ["SELECT citus_rebalance_start(drain_only => false, shard_transfer_mode => 'auto') AS job"]
    /// );
    /// # Ok::<(), sea_orm_multitenant_migration::MigrationError>(())
    /// ```
    pub fn start_sql(&self, backend: DbBackend) -> Result<Vec<String>, MigrationError> {
        let engine = Engine::of(backend)?;
        match (engine.may_have_citus(), self.required) {
            (true, _) => {
                let (drain, transfer) = (self.drain_only, self.transfer.argument());
                Ok(vec![format!("SELECT citus_rebalance_start(drain_only => {drain}, {transfer}) AS job")])
            }
            (false, true) => Err(missing(engine)),
            (false, false) => Ok(Vec::new()),
        }
    }

    /// Starts it and returns its job; `None` if the shards are already balanced. Without Citus, returns `None` and
    /// emits an event at `info`.
    ///
    /// In a transaction the job begins after the commit.
    ///
    /// # Errors
    /// A wrapped [`MigrationError::Citus`], such as when another rebalance runs; or an error of the engine.
    pub async fn start(&self, manager: &SchemaManager<'_>) -> Result<Option<RebalanceJob>, DbErr> {
        let statements = self.start_sql(manager.get_database_backend())?;
        if !has_citus(manager, self.required).await? {
            return Ok(None);
        }
        let mut job = None;
        for sql in statements {
            let statement = Statement::from_string(DbBackend::Postgres, sql);
            if let Some(row) = manager.get_connection().query_one_raw(statement).await.map_err(named)? {
                job = row.try_get::<Option<i64>>("", "job")?;
            }
        }
        Ok(job.map(RebalanceJob::from_id))
    }

    /// Stops a running rebalance; shards that were already moved stay. Without Citus, emits an event at `info`.
    ///
    /// # Errors
    /// An error of the engine.
    pub async fn stop(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        if has_citus(manager, self.required).await? {
            let statement = Statement::from_string(DbBackend::Postgres, "SELECT citus_rebalance_stop()");
            manager.get_connection().execute_raw(statement).await.map_err(named)?;
        }
        Ok(())
    }
}

/// Whether the database has Citus; emits an event if not.
async fn has_citus(manager: &SchemaManager<'_>, required: bool) -> Result<bool, DbErr> {
    if citus_version(manager.get_connection()).await?.is_some() {
        return Ok(true);
    }
    let engine = Engine::of(manager.get_database_backend())?;
    if required {
        return Err(missing(engine).into());
    }
    tracing::info!(
        target: "sea_orm_multitenant_migration",
        step = "citus_rebalance_start",
        engine = engine.name(),
        "skipped: the database has no Citus",
    );
    Ok(false)
}

fn missing(engine: Engine) -> MigrationError {
    MigrationError::CitusMissing { step: "citus_rebalance_start".to_owned(), engine: engine.name() }
}

/// A rebalance in the background.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RebalanceJob(i64);

/// The progress of a rebalance.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RebalanceProgress {
    /// The state of the job.
    pub state: RebalanceState,
    /// The number of completed moves of shard groups.
    pub done: i64,
    /// The total number of moves.
    pub tasks: i64,
    /// Messages of Citus about moves that failed; Citus tries them again.
    pub messages: Vec<String>,
}

/// The state of a rebalance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RebalanceState {
    /// Not started.
    Scheduled,
    /// Running.
    Running,
    /// All shards are balanced.
    Finished,
    /// Stopped.
    Cancelled,
    /// Failed.
    Failed,
}

impl RebalanceState {
    /// Whether the state will not change any more.
    pub fn is_final(self) -> bool {
        match self {
            Self::Scheduled | Self::Running => false,
            Self::Finished | Self::Cancelled | Self::Failed => true,
        }
    }

    fn parse(word: &str) -> Result<Self, DbErr> {
        match word {
            "scheduled" => Ok(Self::Scheduled),
            "running" | "cancelling" | "failing" => Ok(Self::Running),
            "finished" => Ok(Self::Finished),
            "cancelled" => Ok(Self::Cancelled),
            "failed" => Ok(Self::Failed),
            other => Err(DbErr::Type(format!("unknown state of a Citus job: `{other}`"))),
        }
    }
}

impl RebalanceJob {
    /// A job that was started earlier, by its id.
    pub fn from_id(id: i64) -> Self {
        Self(id)
    }

    /// Its id, as in `citus_rebalance_status`.
    pub fn id(self) -> i64 {
        self.0
    }

    /// The progress of the job.
    ///
    /// # Errors
    /// [`DbErr::RecordNotFound`] if Citus has no such job; or an error of the engine.
    pub async fn progress(self, manager: &SchemaManager<'_>) -> Result<RebalanceProgress, DbErr> {
        let connection = manager.get_connection();
        let query = |sql: &str| Statement::from_sql_and_values(DbBackend::Postgres, sql, [self.0.into()]);
        let sql = "SELECT state::text AS state FROM pg_catalog.pg_dist_background_job WHERE job_id = $1";
        let row = connection.query_one_raw(query(sql)).await?;
        let row = row.ok_or_else(|| DbErr::RecordNotFound(format!("Citus has no job {}", self.0)))?;
        let state = RebalanceState::parse(&row.try_get::<String>("", "state")?)?;
        let sql = "SELECT status::text AS status, message FROM pg_catalog.pg_dist_background_task WHERE job_id = $1 ORDER BY task_id";
        let mut progress = RebalanceProgress { state, done: 0, tasks: 0, messages: Vec::new() };
        for row in connection.query_all_raw(query(sql)).await? {
            progress.tasks += 1;
            let message = row.try_get::<String>("", "message")?;
            if row.try_get::<String>("", "status")? == "done" {
                progress.done += 1;
            } else if !message.is_empty() {
                progress.messages.push(message);
            }
        }
        Ok(progress)
    }

    /// Waits until the job ends, and reports its progress at once and then at each interval.
    ///
    /// The database does the waiting, so no async runtime has to provide a timer.
    ///
    /// # Errors
    /// [`MigrationError::InTransaction`], because the job begins only after the transaction that started it; or as
    /// [`progress`](Self::progress).
    pub async fn wait(
        self,
        manager: &SchemaManager<'_>,
        every: Duration,
        mut on_progress: impl FnMut(&RebalanceProgress) + Send,
    ) -> Result<RebalanceProgress, DbErr> {
        if in_transaction(manager) {
            let table = format!("job {}", self.0);
            return Err(MigrationError::InTransaction { function: "wait", table }.into());
        }
        loop {
            let progress = self.progress(manager).await?;
            on_progress(&progress);
            if progress.state.is_final() {
                return Ok(progress);
            }
            let (sql, seconds) = ("SELECT pg_sleep($1)", every.as_secs_f64());
            let sleep = Statement::from_sql_and_values(DbBackend::Postgres, sql, [seconds.into()]);
            manager.get_connection().execute_raw(sleep).await?;
        }
    }
}
