//! Executes a conversion.

use crate::{
    names::fnv1a,
    plan::{
        convert::snapshot::{
            self,
            facts::{Snapshot, When, differences},
            planned::Planned,
        },
        error::{Left, PlanError},
        exclusion,
        failure::{is_connection_lost, is_lock_conflict, way_out},
        mode::Mode,
        options::Options,
        planning,
        progress::{Counted, Progress, Report},
        schema::query::number,
        step::{Step, StepKind},
    },
};
use futures_util::TryStreamExt;
use sea_orm_migration::{
    DbErr,
    sea_orm::{
        ConnectionTrait, DatabaseConnection, DbBackend, SqliteTransactionMode, Statement, StreamTrait,
        TransactionOptions, TransactionTrait,
    },
};
use sea_orm_multitenant::Table;
use std::{collections::HashMap, ops::ControlFlow, time::Instant};

/// How many times an online step is tried if it does not get its lock.
const TRIES: u32 = 20;

/// The lock timeout of each try: while a statement waits for its lock, all later statements on the table wait behind
/// it.
const LOCK_TIMEOUT: &str = "SET LOCAL lock_timeout = '1s'";

/// The lock timeout of an offline conversion, if none is set: by default PostgreSQL waits forever, and all other
/// sessions behind it.
const LOCK_TIMEOUT_OFFLINE: &str =
    "SELECT set_config('lock_timeout', '60s', true) WHERE current_setting('lock_timeout') = '0'";

/// The same on MySQL, which waits for a day by default, and the reset.
const LOCK_TIMEOUT_MYSQL: &str = "SET @tenancy_lock_wait_timeout = @@lock_wait_timeout, lock_wait_timeout = LEAST(@@lock_wait_timeout, 60)";
const RESET_LOCK_TIMEOUT_MYSQL: &str =
    "SET lock_wait_timeout = COALESCE(@tenancy_lock_wait_timeout, @@lock_wait_timeout)";

const BEGIN: &str = "BEGIN";
const SETTINGS: &str = "setting how long to wait for locks";

/// A conversion in progress.
struct Run<'r> {
    steps: &'r [Step],
    progress: &'r mut dyn Progress,
    left: Left,
    online: bool,
    counts: HashMap<String, Counted>,
}

/// What to execute.
pub(crate) struct Job<'j> {
    pub(crate) steps: &'j [Step],
    pub(crate) planned: &'j Planned,
    pub(crate) mode: Mode,
    /// Whether all steps run in one transaction.
    pub(crate) transactional: bool,
    /// What the steps were planned from.
    pub(crate) declared: &'j [Table],
    pub(crate) options: &'j Options,
}

/// Executes a job.
///
/// # Errors
/// [`PlanError`], with the state in which the database is left.
pub(crate) async fn run(
    job: &Job<'_>,
    db: &DatabaseConnection,
    progress: &mut dyn Progress,
) -> Result<Report, PlanError> {
    let began = Instant::now();
    let left = if job.transactional { Left::Unchanged } else { Left::Resumable };
    let online = job.mode == Mode::Online;
    let mut run = Run { steps: job.steps, progress, left, online, counts: HashMap::new() };
    let (within, after): (Vec<_>, Vec<_>) =
        job.steps.iter().enumerate().partition(|(_, step)| step.kind != StepKind::Afterwards);
    if job.transactional {
        run.in_transaction(db, &within, job).await?;
    } else if online {
        is_current(db, job).await?;
        let before = run.snapshot(db, job, When::Before).await?;
        run.all_online(db, &within).await?;
        run.left = Left::Converted;
        run.compare(db, job, before).await?;
    } else {
        run.in_session(db, &within, job).await?;
    }
    run.left = Left::Resumable;
    run.all(db, &after).await?;
    let mut tables: Vec<_> = run.counts.into_values().collect();
    tables.sort_by(|a, b| a.table.cmp(&b.table));
    Ok(Report { steps: job.steps.len(), tables, time: began.elapsed() })
}

/// Checks that the current schema still needs exactly these steps.
async fn is_current(db: &impl ConnectionTrait, job: &Job<'_>) -> Result<(), PlanError> {
    if job.steps.is_empty() {
        return Ok(());
    }
    let now = planning::plan(db, job.declared, job.options, job.mode).await?;
    if now.steps == job.steps { Ok(()) } else { Err(PlanError::Outdated) }
}

impl Run<'_> {
    /// Executes all steps in one transaction, which is rolled back if a step fails.
    async fn in_transaction(
        &mut self,
        db: &DatabaseConnection,
        steps: &[(usize, &Step)],
        job: &Job<'_>,
    ) -> Result<(), PlanError> {
        // SQLite must lock at BEGIN: a transaction that has already read cannot wait for the write lock.
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let transaction =
            db.begin_with_options(options).await.map_err(|error| self.session_error(BEGIN, error))?;
        if let Err(error) = self.within(&transaction, steps, job).await {
            // A failed rollback leaves the connection closed, and so the transaction rolled back.
            let _ = transaction.rollback().await;
            return Err(error);
        }
        transaction.commit().await.map_err(|error| {
            if is_connection_lost(&error) {
                self.left = Left::Unknown;
            }
            self.session_error("COMMIT", error)
        })
    }

    /// Reads the schema after the locks are taken, when no other session can change it.
    async fn within<C: ConnectionTrait + StreamTrait>(
        &mut self,
        db: &C,
        steps: &[(usize, &Step)],
        job: &Job<'_>,
    ) -> Result<(), PlanError> {
        if ConnectionTrait::get_database_backend(db) == DbBackend::Postgres {
            db.execute_unprepared(LOCK_TIMEOUT_OFFLINE)
                .await
                .map_err(|error| self.session_error(SETTINGS, error))?;
        }
        exclusion::hold(db).await?;
        is_current(db, job).await?;
        let locks = steps.iter().take_while(|(_, step)| step.sql.starts_with("LOCK TABLE")).count();
        self.all(db, &steps[..locks]).await?;
        let before = self.snapshot(db, job, When::Before).await?;
        self.all(db, &steps[locks..]).await?;
        self.compare(db, job, before).await
    }

    /// Executes each step separately in one session, on MySQL. The lock belongs to the session, which holds it as long
    /// as one of its statements runs, even after the client is gone.
    async fn in_session(
        &mut self,
        db: &DatabaseConnection,
        steps: &[(usize, &Step)],
        job: &Job<'_>,
    ) -> Result<(), PlanError> {
        // It reserves a session of the pool; the transaction itself ends immediately.
        let session = db.begin().await.map_err(|error| self.session_error(BEGIN, error))?;
        let done = self.by_session(&session, steps, job).await;
        let restored = session.execute_unprepared(RESET_LOCK_TIMEOUT_MYSQL).await;
        let released = exclusion::release(&session).await;
        match done {
            Ok(()) => {
                restored.map(drop).and(released).map_err(|error| self.session_error(SETTINGS, error))?;
                session.commit().await.map_err(|error| self.session_error("COMMIT", error))
            }
            Err(error) => {
                let _ = session.rollback().await;
                Err(error)
            }
        }
    }

    async fn by_session<C: ConnectionTrait + StreamTrait>(
        &mut self,
        session: &C,
        steps: &[(usize, &Step)],
        job: &Job<'_>,
    ) -> Result<(), PlanError> {
        for sql in ["COMMIT", LOCK_TIMEOUT_MYSQL] {
            session.execute_unprepared(sql).await.map_err(|error| self.session_error(SETTINGS, error))?;
        }
        exclusion::hold(session).await?;
        is_current(session, job).await?;
        let before = self.snapshot(session, job, When::Before).await?;
        self.all(session, steps).await?;
        self.left = Left::Converted;
        self.compare(session, job, before).await
    }

    /// Reads the schema if it will be compared: not on Citus, and not if there are no steps.
    async fn snapshot(
        &mut self,
        db: &impl ConnectionTrait,
        job: &Job<'_>,
        when: When,
    ) -> Result<Option<Snapshot>, PlanError> {
        if !job.planned.is_all || job.steps.is_empty() {
            return Ok(None);
        }
        let read = snapshot::read(db, job.planned, when).await;
        read.map(Some).map_err(|error| self.session_error("reading the schema", error))
    }

    async fn compare(
        &mut self,
        db: &impl ConnectionTrait,
        job: &Job<'_>,
        before: Option<Snapshot>,
    ) -> Result<(), PlanError> {
        let (Some(before), Some(after)) = (before, self.snapshot(db, job, When::After).await?) else {
            return Ok(());
        };
        let found = differences(&before, &after);
        if found.is_empty() {
            return Ok(());
        }
        Err(PlanError::Lost { differences: found.iter().map(ToString::to_string).collect(), left: self.left })
    }

    fn session_error(&self, what: &'static str, source: DbErr) -> PlanError {
        PlanError::Session { what, left: self.left, way_out: way_out(&source), source }
    }

    async fn all<C: ConnectionTrait + StreamTrait>(
        &mut self,
        db: &C,
        steps: &[(usize, &Step)],
    ) -> Result<(), PlanError> {
        for (at, step) in steps {
            let began = self.begin(*at, step)?;
            let rows = self.one(db, *at, step).await?;
            self.progress.ended(at + 1, step, rows, began.elapsed());
        }
        Ok(())
    }

    /// Executes each step separately; a step that would make other sessions wait gives up its lock request and is
    /// tried again.
    async fn all_online(
        &mut self,
        db: &DatabaseConnection,
        steps: &[(usize, &Step)],
    ) -> Result<(), PlanError> {
        for (at, step) in steps {
            let began = self.begin(*at, step)?;
            let rows = match step.kind {
                StepKind::Fill | StepKind::Spread if self.online => self.batches(db, *at, step).await?,
                _ if self.online && in_transaction(step) => self.with_retries(db, *at, step).await?,
                _ => self.one(db, *at, step).await?,
            };
            self.progress.ended(at + 1, step, rows, began.elapsed());
        }
        Ok(())
    }

    fn begin(&mut self, at: usize, step: &Step) -> Result<Instant, PlanError> {
        match self.progress.begins(at + 1, self.steps.len(), step) {
            ControlFlow::Continue(()) => Ok(Instant::now()),
            ControlFlow::Break(()) => Err(PlanError::Interrupted { number: at + 1, left: self.left }),
        }
    }

    async fn with_retries(
        &mut self,
        db: &DatabaseConnection,
        at: usize,
        step: &Step,
    ) -> Result<u64, PlanError> {
        let mut tries = 0;
        loop {
            tries += 1;
            match in_short_transaction(db, step).await {
                Ok(rows) => return Ok(rows),
                Err(error) if tries < TRIES && is_lock_conflict(&error) => {}
                Err(error) => return Err(self.step_error(at, step, error)),
            }
        }
    }

    async fn one<C: ConnectionTrait + StreamTrait>(
        &mut self,
        db: &C,
        at: usize,
        step: &Step,
    ) -> Result<u64, PlanError> {
        match step.kind {
            StepKind::Change | StepKind::Suspend | StepKind::Resume | StepKind::Afterwards => {
                execute(db, step).await.map_err(|error| self.step_error(at, step, error))
            }
            StepKind::Fill | StepKind::Spread => self.fill(db, at, step).await,
            StepKind::Audit => {
                let rows = number(db, &step.sql).await.map_err(|error| self.step_error(at, step, error))?;
                self.audited(at, step, rows)
            }
            StepKind::Count | StepKind::Verify => {
                let counted = count(db, step).await.map_err(|error| self.step_error(at, step, error))?;
                self.counted(at, step, counted)
            }
        }
    }

    /// Executes batches, each in a transaction that locks out other conversions.
    async fn batches(&mut self, db: &DatabaseConnection, at: usize, step: &Step) -> Result<u64, PlanError> {
        let mut rows = 0;
        loop {
            let batch = self.with_retries(db, at, step).await?;
            rows += batch;
            self.progress.filled(at + 1, step, rows);
            if batch == 0 {
                return Ok(rows);
            }
        }
    }

    async fn fill<C: ConnectionTrait>(&mut self, db: &C, at: usize, step: &Step) -> Result<u64, PlanError> {
        let mut rows = 0;
        loop {
            let batch = execute(db, step).await.map_err(|error| self.step_error(at, step, error))?;
            rows += batch;
            self.progress.filled(at + 1, step, rows);
            if batch == 0 || step.kind == StepKind::Fill {
                return Ok(rows);
            }
        }
    }

    fn audited(&self, at: usize, step: &Step, rows: i64) -> Result<u64, PlanError> {
        if rows == 0 {
            return Ok(0);
        }
        Err(PlanError::Audit {
            number: at + 1,
            table: step.table.clone(),
            rows,
            reason: step.reason.clone(),
            sql: step.sql.clone(),
            left: self.left,
        })
    }

    fn counted(&mut self, at: usize, step: &Step, counted: Counted) -> Result<u64, PlanError> {
        let rows = u64::try_from(counted.rows).unwrap_or_default();
        if step.kind == StepKind::Count {
            self.counts.insert(step.table.clone(), counted);
            return Ok(rows);
        }
        let shown = |counted: &Counted| format!("{}, {}", counted.rows, counted.checksum);
        match self.counts.get(&step.table) {
            Some(before) if *before == counted => Ok(rows),
            before => Err(PlanError::Verify {
                number: at + 1,
                table: step.table.clone(),
                before: before.map(shown).unwrap_or_default(),
                after: shown(&counted),
                left: self.left,
            }),
        }
    }

    fn step_error(&self, at: usize, step: &Step, source: DbErr) -> PlanError {
        PlanError::Step {
            number: at + 1,
            sql: step.sql.clone(),
            left: self.left,
            way_out: way_out(&source),
            source,
        }
    }
}

async fn execute(db: &impl ConnectionTrait, step: &Step) -> Result<u64, DbErr> {
    // Unprepared: each text is executed once, and MySQL cannot prepare all of them.
    Ok(db.execute_unprepared(&step.sql).await?.rows_affected())
}

/// Whether a step may run in a transaction.
fn in_transaction(step: &Step) -> bool {
    let changes = match step.kind {
        StepKind::Change | StepKind::Suspend | StepKind::Resume | StepKind::Fill | StepKind::Spread => true,
        StepKind::Audit | StepKind::Count | StepKind::Verify | StepKind::Afterwards => false,
    };
    // Functions of Citus commit by themselves, and SET applies to the session.
    let begins = |word: &str| step.sql.starts_with(word);
    changes && !step.sql.contains("CONCURRENTLY") && !begins("SELECT ") && !begins("SET ")
}

/// Executes a step in a separate transaction with a short lock timeout that locks out other conversions.
async fn in_short_transaction(db: &DatabaseConnection, step: &Step) -> Result<u64, DbErr> {
    let transaction = db.begin().await?;
    transaction.execute_unprepared(LOCK_TIMEOUT).await?;
    exclusion::wait_and_hold(&transaction).await?;
    let rows = execute(&transaction, step).await?;
    transaction.commit().await?;
    Ok(rows)
}

async fn count<C: ConnectionTrait + StreamTrait>(db: &C, step: &Step) -> Result<Counted, DbErr> {
    let statement = Statement::from_string(ConnectionTrait::get_database_backend(db), &step.sql);
    let table = step.table.clone();
    if ConnectionTrait::get_database_backend(db) != DbBackend::Sqlite {
        let row = db.query_one_raw(statement).await?;
        let row = row.ok_or_else(|| DbErr::RecordNotFound(format!("no row for {}", step.sql)))?;
        return Ok(Counted { table, rows: row.try_get("", "n")?, checksum: row.try_get("", "checksum")? });
    }
    let (mut rows, mut sum) = (0, 0_u128);
    let mut lines = std::pin::pin!(db.stream_raw(statement).await?);
    while let Some(row) = lines.try_next().await? {
        let line: String = row.try_get("", "line")?;
        rows += 1;
        sum = sum.wrapping_add(u128::from(fnv1a(&line)));
    }
    Ok(Counted { table, rows, checksum: sum.to_string() })
}
