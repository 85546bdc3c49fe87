//! A bounded map whose readers take no lock.
//!
//! Each entry has a mark, which a reader sets where it is not set. When the map is full, a writer sweeps it: what has no mark goes, and
//! what has one loses it. So what is used at least once while the map fills up stays, whatever else comes by.

use foldhash::fast::RandomState;
use papaya::{Equivalent, HashMap, HashMapRef, LocalGuard};
use std::{
    hash::Hash,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

/// An entry's value, its size, and whether it was used since the last sweep.
struct Entry<V> {
    value: V,
    bytes: u64,
    is_used: AtomicBool,
}

/// The entries, to be read.
pub(super) struct Entries<'a, K, V>(HashMapRef<'a, K, Entry<V>, RandomState, LocalGuard<'a>>);

impl<K: Hash + Eq, V> Entries<'_, K, V> {
    /// The value of a key, which has been used by this.
    pub(super) fn get<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<&V> {
        let Self(entries) = self;
        let Entry { value, bytes: _, is_used } = entries.get(key)?;
        // Written once a sweep: what all processors wrote for each statement would be what a lock is.
        if !is_used.load(Ordering::Relaxed) {
            is_used.store(true, Ordering::Relaxed);
        }
        Some(value)
    }
}

/// The map.
pub(super) struct Bounded<K, V> {
    entries: HashMap<K, Entry<V>, RandomState>,
    bytes: AtomicU64,
    most_entries: usize,
    most_bytes: u64,
    sweeping: Mutex<()>,
}

impl<K: Hash + Eq, V> Bounded<K, V> {
    /// A map of at most so many entries and bytes, but for what comes in while it is swept.
    pub(super) fn new(most_entries: usize, most_bytes: u64) -> Self {
        let entries = HashMap::with_hasher(RandomState::default());
        Self { entries, bytes: AtomicU64::new(0), most_entries, most_bytes, sweeping: Mutex::new(()) }
    }

    /// The entries, which may be used as long as the answer lives.
    pub(super) fn read(&self) -> Entries<'_, K, V> {
        Entries(self.entries.pin())
    }

    /// Puts in an entry of so many bytes.
    pub(super) fn insert(&self, key: K, value: V, bytes: u64) {
        if self.entries.len() >= self.most_entries || self.bytes() + bytes > self.most_bytes {
            self.sweep(bytes);
        }
        let entry = Entry { value, bytes, is_used: AtomicBool::new(false) };
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        if let Some(replaced) = self.entries.pin().insert(key, entry) {
            self.bytes.fetch_sub(replaced.bytes, Ordering::Relaxed);
        }
    }

    /// Makes room for an entry of so many bytes; a thread that finds another at it does not wait.
    fn sweep(&self, bytes: u64) {
        let Ok(_sweeping) = self.sweeping.try_lock() else { return };
        let is_above = |eighths: usize| {
            self.entries.len() > self.most_entries * eighths / 8
                || self.bytes() + bytes > self.most_bytes / 8 * eighths as u64
        };
        self.remove_unused(|| true);
        // Where nearly all were in use some of them go: a sweep that makes room for a few would soon be repeated.
        if is_above(7) {
            self.remove_unused(|| is_above(6));
        }
    }

    /// Removes entries without a mark while they are too many, and takes the mark from the others.
    fn remove_unused(&self, are_too_many: impl Fn() -> bool) {
        let entries = self.entries.pin();
        for (key, entry) in &entries {
            if !are_too_many() {
                return;
            }
            if !entry.is_used.swap(false, Ordering::Relaxed)
                && let Some(removed) = entries.remove(key)
            {
                self.bytes.fetch_sub(removed.bytes, Ordering::Relaxed);
            }
        }
    }

    /// How many entries there are.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// How many bytes they have.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::Bounded;

    fn get(map: &Bounded<u32, u32>, key: u32) -> Option<u32> {
        map.read().get(&key).copied()
    }

    #[test]
    fn what_is_used_stays_and_what_is_not_goes() {
        let map = Bounded::new(100, 1_000_000);
        map.insert(0, 7, 1);
        map.insert(1, 8, 1);
        for key in 2..1_000 {
            map.insert(key, key, 1);
            assert_eq!(get(&map, 0), Some(7), "after {key}");
            assert!(map.len() <= 100, "{} entries", map.len());
        }
        assert_eq!(get(&map, 1), None);
        assert_eq!(map.bytes(), map.len() as u64);
    }

    #[test]
    fn what_came_last_is_there_though_all_are_used() {
        let map = Bounded::new(100, 1_000_000);
        for key in 0..1_000 {
            map.insert(key, key, 1);
            for used in 0..=key {
                get(&map, used);
            }
            assert_eq!(get(&map, key), Some(key));
            assert!(map.len() <= 100, "{} entries", map.len());
        }
        assert!(map.len() >= 75, "{} entries", map.len());
        assert_eq!(map.bytes(), map.len() as u64);
    }

    #[test]
    fn bytes_are_bounded_too() {
        let map = Bounded::new(1_000_000, 1_000);
        for key in 0..1_000 {
            map.insert(key, key, 100);
            assert!(map.bytes() <= 1_000, "{} bytes", map.bytes());
            assert_eq!(get(&map, key), Some(key));
        }
    }

    #[test]
    fn one_entry_that_is_too_large_does_not_stay_for_long() {
        let map = Bounded::new(10, 10);
        map.insert(0, 0, 1_000_000);
        assert_eq!(get(&map, 0), Some(0));
        map.insert(1, 1, 5);
        assert_eq!((map.len(), map.bytes()), (1, 5));
    }

    #[test]
    fn a_key_that_comes_again_counts_once() {
        let map = Bounded::new(10, 1_000);
        for value in 0..100 {
            map.insert(7, value, 30);
            assert_eq!((get(&map, 7), map.len(), map.bytes()), (Some(value), 1, 30));
        }
    }

    #[test]
    fn readers_and_writers_on_many_threads_find_what_was_put_in() {
        let map = Bounded::new(1_000, 1_000_000);
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
        assert_eq!(map.bytes(), map.len() as u64);
    }
}
