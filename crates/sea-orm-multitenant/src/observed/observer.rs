//! Makes observed connections, and keeps what they have seen.

use crate::{
    error::TenancyError,
    observed::{
        comparison::Comparison, outcome::Outcome, record::Record, report::ObservedReport, sampling::Sampling,
    },
    statement::engine,
    tenancy::Tenancy,
    tenant_id::{BoundTenant, TenantId},
    tenant_set::BoundTenants,
};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use sea_orm_multitenant_sql::{StatementKind, pure_read, without_literals};
use std::{
    collections::HashSet,
    fmt, mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{runtime::Handle, task::JoinHandle};

/// The most comparisons that wait or run at once; further ones are skipped.
const MOST_COMPARISONS: usize = 64;

/// Makes observed connections of one tenancy, and keeps what they have seen. Cheap to clone; all clones share one record.
///
/// See [`observed`](crate::observed).
#[derive(Clone)]
pub struct Observer(Arc<Inner>);

struct Inner {
    tenancy: Tenancy,
    sampling: Option<(Sampling, DatabaseConnection)>,
    timeout: Duration,
    /// The names of tables and columns, in small letters.
    names: HashSet<String>,
    record: Mutex<Record>,
    running: Mutex<Vec<JoinHandle<()>>>,
}

/// The settings of an [`Observer`].
#[derive(Debug)]
#[must_use]
pub struct ObserverBuilder {
    tenancy: Tenancy,
    sampling: Option<(Sampling, DatabaseConnection)>,
    timeout: Duration,
    capacity: usize,
}

impl ObserverBuilder {
    pub(super) fn new(tenancy: &Tenancy) -> Self {
        Self { tenancy: tenancy.clone(), sampling: None, timeout: Duration::from_secs(2), capacity: 1_000 }
    }

    /// Compares a share of the reads, from 0 to 1, with what a scope would have answered. Without this call none is.
    ///
    /// The share is taken by counting: with 0.25 each fourth read. A chosen read runs twice more, in the background on
    /// the connection `on`: as it is and scoped, in one transaction. Both therefore see the same state of the database,
    /// which may be newer than that of the caller's answer. On PostgreSQL, MySQL and MariaDB the transaction is READ
    /// ONLY. Only queries without locks and without parts that write are chosen. Whatever becomes of a comparison, the
    /// caller's statement has ended before it begins.
    ///
    /// Give it a small pool of its own, best with a role that can only read: a slow comparison then keeps no connection
    /// from the program.
    pub fn compare(self, rate: f64, on: DatabaseConnection) -> Self {
        Self { sampling: Some((Sampling::new(rate), on)), ..self }
    }

    /// Sets how long a comparison may take, including the wait for a connection; 2 seconds by default.
    pub fn comparison_timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// Sets how many different statements, refused constructs and differing reads are kept, of each kind; 1,000 by
    /// default. Further ones are counted but not listed. A text longer than 8 KiB is never listed.
    pub fn capacity(self, statements: usize) -> Self {
        Self { capacity: statements, ..self }
    }

    /// Makes the observer.
    pub fn build(self) -> Observer {
        let Self { tenancy, sampling, timeout, capacity } = self;
        let tables = tenancy.catalogue().tables();
        let names = tables.iter().flat_map(|table| {
            let tenant = table.tenant_column().map(|(name, _)| name);
            let columns = table.columns().iter().map(String::as_str);
            [table.name()].into_iter().chain(table.schema()).chain(columns).chain(tenant)
        });
        let names = names.map(str::to_ascii_lowercase).collect();
        let (record, running) = (Mutex::new(Record::new(capacity)), Mutex::default());
        Observer(Arc::new(Inner { tenancy, sampling, timeout, names, record, running }))
    }
}

impl Observer {
    /// The tenant as values of the catalogue's tenant columns.
    pub(super) fn bound(&self, id: &TenantId) -> Result<BoundTenants, TenancyError> {
        let bound = BoundTenant::new(id.clone(), &self.0.tenancy.shared().tenant_types)?;
        Ok(BoundTenants::One(bound))
    }

    /// Returns what was seen so far.
    pub fn report(&self) -> ObservedReport {
        self.record().report()
    }

    /// Waits for the comparisons that are running.
    pub async fn settle(&self) {
        loop {
            let running = mem::take(&mut *self.running());
            if running.is_empty() {
                return;
            }
            for comparison in running {
                // A comparison that panicked has reported nothing.
                let _ = comparison.await;
            }
        }
    }

    /// Records a statement before it runs. Returns the comparison to make after it, if it was chosen for one.
    pub(super) fn observe(&self, tenants: &BoundTenants, statement: &Statement) -> Option<Comparison> {
        let outcome = Outcome::of(self.0.tenancy.shared(), tenants, statement);
        report_event(tenants, &outcome);
        self.record().add(self.text(statement).as_deref(), &outcome);
        let Outcome::Accepted { scoped, kind: StatementKind::Select } = outcome else { return None };
        let (sampling, on) = self.0.sampling.as_ref()?;
        let read = pure_read(engine(statement.db_backend).ok()?, &statement.sql)?;
        // A mock has one answer for each statement that the test expects.
        let is_chosen = !on.is_mock_connection() && sampling.next();
        is_chosen.then(|| Comparison { callers: statement.clone(), scoped, read })
    }

    /// Compares in the background.
    pub(super) fn start(&self, comparison: Comparison) {
        let (Some((_, on)), Ok(runtime)) = (&self.0.sampling, Handle::try_current()) else {
            self.record().skip_comparison();
            return;
        };
        let mut running = self.running();
        running.retain(|task| !task.is_finished());
        if running.len() >= MOST_COMPARISONS {
            drop(running);
            self.record().skip_comparison();
            return;
        }
        let (observer, on) = (self.clone(), on.clone());
        running.push(runtime.spawn(async move {
            let text = observer.text(&comparison.callers);
            let compared = comparison.run(&on, observer.0.timeout).await;
            tracing::debug!(target: "sea_orm_multitenant::observed", ?compared, "compared");
            observer.record().add_comparison(text.as_deref(), compared);
        }));
    }

    /// The text without values.
    fn text(&self, statement: &Statement) -> Option<String> {
        let names = &self.0.names;
        let is_known = |name: &str| names.contains(&name.to_ascii_lowercase());
        // SeaORM names the columns of two entities `A_id` and `B_id`.
        let is_name = |name: &str| is_known(name) || name.get(2..).is_some_and(is_known);
        without_literals(engine(statement.db_backend).ok()?, &statement.sql, &is_name)
    }

    fn record(&self) -> MutexGuard<'_, Record> {
        self.0.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn running(&self) -> MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.0.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reports a statement as an event. Collectors of metrics count the fields that begin with `monotonic_counter`.
fn report_event(tenants: &BoundTenants, outcome: &Outcome) {
    match outcome {
        Outcome::Accepted { scoped: _, kind } => tracing::debug!(
            target: "sea_orm_multitenant::observed",
            tenant = %tenants,
            monotonic_counter.tenancy_observed_accepted = 1_u64,
            statement = kind.as_str(),
            "a scope would have sent it",
        ),
        Outcome::Refused { code, construct, way_out: _ } => tracing::warn!(
            target: "sea_orm_multitenant::observed",
            tenant = %tenants,
            monotonic_counter.tenancy_observed_refused = 1_u64,
            code,
            construct,
            "a scope would have refused it",
        ),
        Outcome::Administrative => tracing::debug!(
            target: "sea_orm_multitenant::observed",
            tenant = %tenants,
            monotonic_counter.tenancy_observed_administrative = 1_u64,
            "no scope runs it",
        ),
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observer").finish_non_exhaustive()
    }
}
