//! A tenant store that caches another one.

use crate::store::tenant_store::{Found, StoreError, TenantStore};
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

/// The number of cached answers by default.
const CAPACITY: u64 = 10_000;
/// How long a tenant is cached by default.
const TIME_TO_LIVE: Duration = Duration::from_secs(60);
/// How long the absence of a tenant is cached by default.
const NEGATIVE_TIME_TO_LIVE: Duration = Duration::from_secs(5);
/// The number of invalidation counters, which identifiers share.
const STRIPES: usize = 1024;

/// Caches the answers of a tenant store: a bounded number, for a limited time, including that there is no such tenant.
///
/// Of concurrent requests for one identifier that is not cached, one queries the store and the others wait for its
/// answer. An error is not cached. All clones share one cache. An answer that was on its way when its identifier was
/// invalidated is not cached.
///
/// A cached tenant stays usable until its time is over. When you disable, rename or delete a tenant, call
/// [`invalidate`](Self::invalidate) in each process, for each identifier by which the store finds it; or choose a time
/// to live for which a stale answer is acceptable.
///
/// ```
/// use sea_orm_multitenant_axum::{Cached, StoreError, StaticStore, TenantStore};
/// use std::time::Duration;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), StoreError> {
/// let store = Cached::new(StaticStore::of_ids([("acme", 1)]))
///     .capacity(1_000)
///     .time_to_live(Duration::from_secs(300))
///     .negative_time_to_live(Duration::from_secs(10));
/// assert!(store.find("acme").await?.is_some());
/// store.invalidate("acme");
/// assert!(store.find("acme").await?.is_some()); // queried again
/// # Ok(())
/// # }
/// ```
pub struct Cached<C: TenantStore> {
    store: Arc<C>,
    answers: Cache<Key, Answer<C::Record>>,
    generations: Arc<[AtomicU64]>,
    capacity: u64,
    times: Times,
}

/// An identifier, and the generation of its stripe when it was queried. An invalidation increments the generation, so
/// that an answer on its way is cached under a key that nobody looks up any more.
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

impl<C: TenantStore> Cached<C> {
    /// Creates a cache with the defaults: 10,000 answers, tenants for one minute and absence for 5 seconds.
    pub fn new(store: C) -> Self {
        let times = Times { found: TIME_TO_LIVE, not_found: NEGATIVE_TIME_TO_LIVE };
        let generations = std::iter::repeat_with(|| AtomicU64::new(0)).take(STRIPES).collect();
        Self {
            store: Arc::new(store),
            answers: cache(CAPACITY, times),
            generations,
            capacity: CAPACITY,
            times,
        }
    }

    /// Sets how many answers are cached. Clears the cache.
    #[must_use]
    pub fn capacity(self, capacity: u64) -> Self {
        Self { answers: cache(capacity, self.times), capacity, ..self }
    }

    /// Sets how long a tenant is cached. Clears the cache.
    #[must_use]
    pub fn time_to_live(self, found: Duration) -> Self {
        let times = Times { found, ..self.times };
        Self { answers: cache(self.capacity, times), times, ..self }
    }

    /// Sets how long the absence of a tenant is cached; zero disables caching of absence. Clears the cache.
    #[must_use]
    pub fn negative_time_to_live(self, not_found: Duration) -> Self {
        let times = Times { not_found, ..self.times };
        Self { answers: cache(self.capacity, times), times, ..self }
    }

    /// Invalidates an identifier, and possibly a few others: the next request queries the store.
    pub fn invalidate(&self, identifier: &str) {
        self.generation(identifier).fetch_add(1, Ordering::SeqCst);
    }

    /// Invalidates all identifiers.
    ///
    /// ```
    /// use sea_orm_multitenant_axum::{Cached, StaticStore};
    ///
    /// let store = Cached::new(StaticStore::of_ids([("acme", 1)]));
    /// store.invalidate_all();
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

impl<C: TenantStore> TenantStore for Cached<C> {
    type Record = C::Record;

    async fn find(&self, identifier: &str) -> Result<Option<Found<C::Record>>, StoreError> {
        let generation = self.generation(identifier).load(Ordering::SeqCst);
        let key = (generation, identifier.to_owned());
        let answer = self.answers.try_get_with(key, self.store.find(identifier)).await;
        answer.map_err(|error| StoreError::clone(&error))
    }
}

impl<C: TenantStore> Clone for Cached<C> {
    fn clone(&self) -> Self {
        let Self { store, answers, generations, capacity, times } = self;
        Self {
            store: Arc::clone(store),
            answers: answers.clone(),
            generations: Arc::clone(generations),
            capacity: *capacity,
            times: *times,
        }
    }
}

impl<C: TenantStore> fmt::Debug for Cached<C> {
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

    /// A store that finds `acme` as the tenant of the current number, counts queries, and answers each when permitted.
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

    impl TenantStore for Handle {
        type Record = ();

        async fn find(&self, identifier: &str) -> Result<Option<Found<()>>, StoreError> {
            self.0.asked.fetch_add(1, Ordering::SeqCst);
            let tenant = self.0.tenant.load(Ordering::SeqCst) as i64;
            self.0.may_answer.acquire().await.expect("open").forget();
            if self.0.fails.load(Ordering::SeqCst) {
                return Err(StoreError::new("down"));
            }
            Ok((identifier == "acme").then(|| Found::new(tenant, ())))
        }
    }

    async fn tenant<C: TenantStore>(store: &C, identifier: &str) -> Option<i64> {
        let found = timeout(Duration::from_secs(5), store.find(identifier)).await.expect("in time");
        found.expect("it answers").and_then(|found| found.tenant().as_i64())
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_hundred_concurrent_requests_query_the_store_once() {
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
    async fn a_waiting_request_queries_when_the_first_is_cancelled() {
        let handle = Handle::new(0);
        let cached = Cached::new(handle.clone());
        assert!(timeout(Duration::from_millis(10), cached.find("acme")).await.is_err());
        handle.0.may_answer.add_permits(2);
        assert_eq!(tenant(&cached, "acme").await, Some(1));
    }

    #[tokio::test]
    async fn absence_has_its_own_time_to_live() {
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
    async fn a_tenant_is_queried_again_after_its_time_to_live() {
        let handle = Handle::new(100);
        let cached = Cached::new(handle.clone()).time_to_live(Duration::from_millis(40));
        assert_eq!(tenant(&cached, "acme").await, Some(1));
        handle.0.tenant.store(2, Ordering::SeqCst);
        assert_eq!(tenant(&cached, "acme").await, Some(1));
        sleep(Duration::from_millis(60)).await;
        assert_eq!(tenant(&cached, "acme").await, Some(2));
    }

    #[tokio::test]
    async fn an_identifier_is_queried_again_after_invalidation() {
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
    async fn an_answer_in_flight_during_invalidation_is_not_cached() {
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
    async fn an_error_is_not_cached() {
        let handle = Handle::new(100);
        let cached = Cached::new(handle.clone());
        handle.0.fails.store(true, Ordering::SeqCst);
        assert!(cached.find("acme").await.is_err());
        handle.0.fails.store(false, Ordering::SeqCst);
        assert_eq!(tenant(&cached, "acme").await, Some(1));
    }

    #[tokio::test]
    async fn the_number_of_cached_answers_is_bounded() {
        let handle = Handle::new(1_000);
        let cached = Cached::new(handle.clone()).capacity(10);
        for number in 0..500 {
            assert_eq!(tenant(&cached, &format!("nobody{number}")).await, None);
        }
        cached.answers.run_pending_tasks().await;
        assert!(cached.answers.entry_count() <= 10);
    }
}
