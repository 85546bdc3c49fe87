//! A bounded map whose readers take no lock and write nothing that other readers read.
//!
//! Two generations: what is new or used goes to the young one; when that is full, it becomes the old one, and what the old one
//! still held is gone. What is used at least once while a generation fills up stays, whatever else comes by.

use arc_swap::ArcSwap;
use foldhash::fast::RandomState;
use papaya::{Equivalent, HashMap, HashMapRef, LocalGuard};
use std::{
    hash::Hash,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// The entries of a generation, to be read.
pub(super) type Entries<'a, K, V> = HashMapRef<'a, K, V, RandomState, LocalGuard<'a>>;

/// The entries of one generation.
struct Generation<K, V> {
    entries: HashMap<K, V, RandomState>,
    bytes: AtomicU64,
}

impl<K: Hash + Eq, V> Generation<K, V> {
    fn new() -> Arc<Self> {
        let entries = HashMap::with_hasher(RandomState::default());
        Arc::new(Self { entries, bytes: AtomicU64::new(0) })
    }
}

/// The young generation and the old one.
struct Pair<K, V> {
    young: Arc<Generation<K, V>>,
    old: Arc<Generation<K, V>>,
}

/// The map.
pub(super) struct Generations<K, V> {
    pair: ArcSwap<Pair<K, V>>,
    /// Entries of one generation.
    entries: usize,
    /// Bytes of one generation.
    bytes: u64,
}

impl<K: Hash + Eq + Clone, V: Clone> Generations<K, V> {
    /// A map of at most so many entries and bytes, but for what comes in while a generation begins.
    pub(super) fn new(entries: usize, bytes: u64) -> Self {
        let pair = Pair { young: Generation::new(), old: Generation::new() };
        Self { pair: ArcSwap::from_pointee(pair), entries: entries.div_ceil(2), bytes: bytes.div_ceil(2) }
    }

    /// Calls `read` with the young generation, whose entries it may use as long as it runs.
    pub(super) fn read<T>(&self, read: impl FnOnce(&Entries<'_, K, V>) -> T) -> T {
        let pair = self.pair.load();
        read(&pair.young.entries.pin())
    }

    /// The value of a key in the old generation, which then is in the young one too; `bytes` says how large an entry is.
    pub(super) fn renew<Q>(&self, key: &Q, bytes: impl FnOnce(&K, &V) -> u64) -> Option<V>
    where
        Q: Hash + Equivalent<K> + ?Sized,
    {
        let pair = self.pair.load();
        let old = pair.old.entries.pin();
        let (key, value) = old.get_key_value(key)?;
        self.insert(key.clone(), value.clone(), bytes(key, value));
        Some(value.clone())
    }

    /// Puts an entry of so many bytes into the young generation.
    pub(super) fn insert(&self, key: K, value: V, bytes: u64) {
        let pair = self.pair.load_full();
        if pair.young.entries.pin().insert(key, value).is_some() {
            return;
        }
        let total = pair.young.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes;
        if total > self.bytes || pair.young.entries.len() > self.entries {
            let next = Pair { young: Generation::new(), old: Arc::clone(&pair.young) };
            // When another thread was first, there is a new generation already.
            self.pair.compare_and_swap(&pair, Arc::new(next));
        }
    }

    /// How many entries there are; those that both generations hold count twice.
    pub(super) fn len(&self) -> usize {
        let pair = self.pair.load();
        pair.young.entries.len() + pair.old.entries.len()
    }

    /// How many bytes they have.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> u64 {
        let pair = self.pair.load();
        [&pair.young, &pair.old].map(|generation| generation.bytes.load(Ordering::Relaxed)).iter().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::Generations;

    fn get(map: &Generations<u32, u32>, key: u32) -> Option<u32> {
        map.read(|young| young.get(&key).copied()).or_else(|| map.renew(&key, |_, _| 1))
    }

    #[test]
    fn what_is_used_stays_and_what_is_not_goes() {
        let map = Generations::new(100, 1_000_000);
        map.insert(0, 7, 1);
        map.insert(1, 8, 1);
        for key in 2..1_000 {
            map.insert(key, key, 1);
            assert_eq!(get(&map, 0), Some(7), "after {key}");
            assert!(map.len() <= 102, "{} entries", map.len());
        }
        assert_eq!(get(&map, 1), None);
    }

    #[test]
    fn bytes_are_bounded_too() {
        let map = Generations::new(1_000_000, 1_000);
        for key in 0..1_000 {
            map.insert(key, key, 100);
            assert!(map.bytes() <= 1_100, "{} bytes", map.bytes());
        }
        assert_eq!(get(&map, 999), Some(999));
    }

    #[test]
    fn one_entry_that_is_too_large_does_not_stay_for_long() {
        let map = Generations::new(10, 10);
        map.insert(0, 0, 1_000_000);
        assert_eq!(get(&map, 0), Some(0));
        map.insert(1, 1, 11);
        map.insert(2, 2, 11);
        assert!(map.bytes() <= 1_000_011, "{} bytes", map.bytes());
        assert_eq!(get(&map, 2), Some(2));
    }

    #[test]
    fn readers_and_writers_on_many_threads_find_what_was_put_in() {
        let map = Generations::new(1_000, 1_000_000);
        std::thread::scope(|scope| {
            for thread in 0..4 {
                let map = &map;
                scope.spawn(move || {
                    for key in 0..20_000_u32 {
                        map.insert(key, key * 2, 1);
                        let found = get(map, key.saturating_sub(thread));
                        assert!(found.is_none_or(|found| found == key.saturating_sub(thread) * 2));
                    }
                });
            }
        });
        assert!(map.len() <= 1_008, "{} entries", map.len());
    }
}
