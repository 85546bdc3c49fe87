//! A catalogue that remembers.

use crate::catalog::store::{CatalogError, Found, TenantCatalog};
use moka::{Expiry, future::Cache};
use std::{
    fmt,
    hash::{BuildHasher, BuildHasherDefault, DefaultHasher},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// Tenants that are kept unless told otherwise.
const CAPACITY: u64 = 10_000;
/// How long a tenant is kept unless told otherwise.
const TIME_TO_LIVE: Duration = Duration::from_secs(60);
/// How long it is known, unless told otherwise, that there is no such tenant.
const NEGATIVE_TIME_TO_LIVE: Duration = Duration::from_secs(5);
/// Identifiers are invalidated by as many counters.
const STRIPES: usize = 1024;

/// Remembers what a catalogue answered: bounded, for a time, also that there is no such tenant.
///
/// Of many requests for one identifier that is not remembered, one asks and the others wait for its answer. An error is
/// not remembered. All clones share one memory. What was asked before an invalidation and answered after it is not kept.
///
/// Remembered tenants stay usable until their time is over: when you disable, rename or delete one, call
/// [`invalidate`](Self::invalidate) in each process, for each identifier by which the catalogue finds it, or choose the time for which
/// another one may go on.
///
/// ```
/// use sea_orm_multitenant_axum::{Cached, CatalogError, StaticCatalog, TenantCatalog};
/// use std::time::Duration;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), CatalogError> {
/// let catalog = Cached::new(StaticCatalog::of_ids([("acme", 1)]))
///     .capacity(1_000)
///     .time_to_live(Duration::from_secs(300))
///     .negative_time_to_live(Duration::from_secs(10));
/// assert!(catalog.find("acme").await?.is_some());
/// catalog.invalidate("acme");
/// assert!(catalog.find("acme").await?.is_some()); // asked anew
/// # Ok(())
/// # }
/// ```
pub struct Cached<C: TenantCatalog> {
    catalog: Arc<C>,
    answers: Cache<Key, Answer<C::Record>>,
    generations: Arc<[AtomicU64]>,
    capacity: u64,
    times: Times,
}

/// An identifier, and the generation of its stripe when it was asked for: an invalidation begins a new one, so that an
/// answer under way is kept under a key that nobody asks for any more.
type Key = (u64, String);

type Answer<T> = Option<Found<T>>;

#[derive(Debug, Clone, Copy)]
struct Times {
    found: Duration,
    not_found: Duration,
}

impl<T> Expiry<Key, Answer<T>> for Times {
    fn expire_after_create(&self, _: &Key, answer: &Answer<T>, _: Instant) -> Option<Duration> {
        Some(if answer.is_some() { self.found } else { self.not_found })
    }
}

impl<C: TenantCatalog> Cached<C> {
    /// Remembers 10,000 answers, tenants for a minute and their absence for 5 seconds, until told otherwise.
    pub fn new(catalog: C) -> Self {
        let times = Times { found: TIME_TO_LIVE, not_found: NEGATIVE_TIME_TO_LIVE };
        let generations = std::iter::repeat_with(|| AtomicU64::new(0)).take(STRIPES).collect();
        Self {
            catalog: Arc::new(catalog),
            answers: cache(CAPACITY, times),
            generations,
            capacity: CAPACITY,
            times,
        }
    }

    /// Sets how many answers are kept. Forgets those that are.
    #[must_use]
    pub fn capacity(self, capacity: u64) -> Self {
        Self { answers: cache(capacity, self.times), capacity, ..self }
    }

    /// Sets how long a tenant is kept. Forgets those that are.
    #[must_use]
    pub fn time_to_live(self, found: Duration) -> Self {
        let times = Times { found, ..self.times };
        Self { answers: cache(self.capacity, times), times, ..self }
    }

    /// Sets how long it is known that there is no such tenant; zero for not at all. Forgets what is kept.
    #[must_use]
    pub fn negative_time_to_live(self, not_found: Duration) -> Self {
        let times = Times { not_found, ..self.times };
        Self { answers: cache(self.capacity, times), times, ..self }
    }

    /// Forgets an identifier, and may forget a few others: the next request asks.
    pub fn invalidate(&self, identifier: &str) {
        self.generation(identifier).fetch_add(1, Ordering::SeqCst);
    }

    /// Forgets everything.
    ///
    /// ```
    /// use sea_orm_multitenant_axum::{Cached, StaticCatalog};
    ///
    /// let catalog = Cached::new(StaticCatalog::of_ids([("acme", 1)]));
    /// catalog.invalidate_all();
    /// ```
    pub fn invalidate_all(&self) {
        for generation in self.generations.iter() {
            generation.fetch_add(1, Ordering::SeqCst);
        }
        self.answers.invalidate_all();
    }

    fn generation(&self, identifier: &str) -> &AtomicU64 {
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(identifier);
        &self.generations[hash as usize % STRIPES]
    }
}

fn cache<T: Send + Sync + 'static>(capacity: u64, times: Times) -> Cache<Key, Answer<T>> {
    Cache::builder().max_capacity(capacity).expire_after(times).build()
}

impl<C: TenantCatalog> TenantCatalog for Cached<C> {
    type Record = C::Record;

    async fn find(&self, identifier: &str) -> Result<Option<Found<C::Record>>, CatalogError> {
        let generation = self.generation(identifier).load(Ordering::SeqCst);
        let key = (generation, identifier.to_owned());
        let answer = self.answers.try_get_with(key, self.catalog.find(identifier)).await;
        answer.map_err(|error| CatalogError::clone(&error))
    }
}

impl<C: TenantCatalog> Clone for Cached<C> {
    fn clone(&self) -> Self {
        let Self { catalog, answers, generations, capacity, times } = self;
        Self {
            catalog: Arc::clone(catalog),
            answers: answers.clone(),
            generations: Arc::clone(generations),
            capacity: *capacity,
            times: *times,
        }
    }
}

impl<C: TenantCatalog> fmt::Debug for Cached<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cached")
            .field("capacity", &self.capacity)
            .field("times", &self.times)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;
    use tokio::{
        sync::Semaphore,
        time::{sleep, timeout},
    };

    /// Knows `acme` as the tenant of the number in it, counts questions, and answers each when it may.
    struct Slow {
        tenant: AtomicU64,
        asked: AtomicUsize,
        may_answer: Semaphore,
        fails: std::sync::atomic::AtomicBool,
    }

    #[derive(Clone)]
    struct Handle(Arc<Slow>);

    impl Handle {
        fn new(answers: usize) -> Self {
            Self(Arc::new(Slow {
                tenant: AtomicU64::new(1),
                asked: AtomicUsize::new(0),
                may_answer: Semaphore::new(answers),
                fails: false.into(),
            }))
        }

        fn asked(&self) -> usize {
            self.0.asked.load(Ordering::SeqCst)
        }
    }

    impl TenantCatalog for Handle {
        type Record = ();

        async fn find(&self, identifier: &str) -> Result<Option<Found<()>>, CatalogError> {
            self.0.asked.fetch_add(1, Ordering::SeqCst);
            let tenant = self.0.tenant.load(Ordering::SeqCst) as i64;
            self.0.may_answer.acquire().await.expect("open").forget();
            if self.0.fails.load(Ordering::SeqCst) {
                return Err(CatalogError::new("down"));
            }
            Ok((identifier == "acme").then(|| Found::new(tenant, ())))
        }
    }

    async fn tenant<C: TenantCatalog>(catalog: &C, identifier: &str) -> Option<i64> {
        let found = timeout(Duration::from_secs(5), catalog.find(identifier)).await.expect("in time");
        found.expect("it answers").and_then(|found| found.tenant().as_i64())
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_hundred_requests_at_once_ask_once() {
        let handle = Handle::new(0);
        let cached = Cached::new(handle.clone());
        let tasks: Vec<_> = (0..100)
            .map(|_| {
                let cached = cached.clone();
                tokio::spawn(async move { tenant(&cached, "acme").await })
            })
            .collect();
        sleep(Duration::from_millis(50)).await;
        handle.0.may_answer.add_permits(100);
        for task in tasks {
            assert_eq!(task.await.expect("it ends"), Some(1));
        }
        assert_eq!(handle.asked(), 1);
    }

    #[tokio::test]
    async fn one_who_waits_takes_over_from_one_who_left() {
        let handle = Handle::new(0);
        let cached = Cached::new(handle.clone());
        assert!(timeout(Duration::from_millis(10), cached.find("acme")).await.is_err());
        handle.0.may_answer.add_permits(2);
        assert_eq!(tenant(&cached, "acme").await, Some(1));
    }

    #[tokio::test]
    async fn absence_is_kept_for_a_time_of_its_own() {
        let handle = Handle::new(100);
        let cached = Cached::new(handle.clone()).negative_time_to_live(Duration::from_millis(40));
        for _ in 0..3 {
            assert_eq!(tenant(&cached, "acme").await, Some(1));
            assert_eq!(tenant(&cached, "zeta").await, None);
        }
        assert_eq!(handle.asked(), 2);
        sleep(Duration::from_millis(60)).await;
        assert_eq!(tenant(&cached, "acme").await, Some(1));
        assert_eq!(tenant(&cached, "zeta").await, None);
        assert_eq!(handle.asked(), 3);
    }

    #[tokio::test]
    async fn a_tenant_is_asked_for_again_when_its_time_is_over() {
        let handle = Handle::new(100);
        let cached = Cached::new(handle.clone()).time_to_live(Duration::from_millis(40));
        assert_eq!(tenant(&cached, "acme").await, Some(1));
        handle.0.tenant.store(2, Ordering::SeqCst);
        assert_eq!(tenant(&cached, "acme").await, Some(1));
        sleep(Duration::from_millis(60)).await;
        assert_eq!(tenant(&cached, "acme").await, Some(2));
    }

    #[tokio::test]
    async fn an_identifier_that_moves_is_asked_for_again_after_invalidation() {
        let handle = Handle::new(100);
        let cached = Cached::new(handle.clone());
        assert_eq!(tenant(&cached, "acme").await, Some(1));
        handle.0.tenant.store(2, Ordering::SeqCst);
        cached.clone().invalidate("zeta");
        assert_eq!(tenant(&cached, "acme").await, Some(1));
        cached.clone().invalidate("acme");
        assert_eq!(tenant(&cached, "acme").await, Some(2));
        handle.0.tenant.store(3, Ordering::SeqCst);
        cached.invalidate_all();
        assert_eq!(tenant(&cached, "acme").await, Some(3));
    }

    #[tokio::test]
    async fn an_answer_that_was_under_way_at_the_invalidation_is_not_kept() {
        let handle = Handle::new(0);
        let cached = Cached::new(handle.clone());
        let under_way = {
            let cached = cached.clone();
            tokio::spawn(async move { tenant(&cached, "acme").await })
        };
        sleep(Duration::from_millis(20)).await;
        handle.0.tenant.store(2, Ordering::SeqCst);
        cached.invalidate("acme");
        handle.0.may_answer.add_permits(10);
        assert_eq!(under_way.await.expect("it ends"), Some(1));
        assert_eq!(tenant(&cached, "acme").await, Some(2));
    }

    #[tokio::test]
    async fn an_error_is_not_kept() {
        let handle = Handle::new(100);
        let cached = Cached::new(handle.clone());
        handle.0.fails.store(true, Ordering::SeqCst);
        assert!(cached.find("acme").await.is_err());
        handle.0.fails.store(false, Ordering::SeqCst);
        assert_eq!(tenant(&cached, "acme").await, Some(1));
    }

    #[tokio::test]
    async fn it_is_bounded() {
        let handle = Handle::new(1_000);
        let cached = Cached::new(handle.clone()).capacity(10);
        for number in 0..500 {
            assert_eq!(tenant(&cached, &format!("nobody{number}")).await, None);
        }
        cached.answers.run_pending_tasks().await;
        assert!(cached.answers.entry_count() <= 10);
    }
}
