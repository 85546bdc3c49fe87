//! A bounded map whose readers take no lock.
//!
//! Each entry has a mark; a reader that uses an entry sets it. When the map is full, a writer sweeps it: entries
//! without a mark are removed, and the others lose theirs. An entry that is used at least once between two sweeps
//! therefore stays.

use foldhash::fast::RandomState;
use papaya::{Equivalent, HashMap, HashMapRef, LocalGuard};
use std::{
    hash::Hash,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

/// The value of an entry, its size, and whether it was used since the last sweep.
struct Entry<V> {
    value: V,
    bytes: u64,
    is_used: AtomicBool,
}

/// The entries, for reading.
pub(super) struct Entries<'a, K, V>(HashMapRef<'a, K, Entry<V>, RandomState, LocalGuard<'a>>);

impl<K: Hash + Eq, V> Entries<'_, K, V> {
    /// Returns the value of a key, and marks it as used.
    pub(super) fn get<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<&V> {
        let Self(entries) = self;
        let Entry { value, bytes: _, is_used } = entries.get(key)?;
        // Written at most once a sweep: a write for each statement by every processor would cost as much as a lock.
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
    /// Creates a map of at most this many entries and bytes; what is inserted during a sweep may exceed them for a
    /// moment.
    pub(super) fn new(most_entries: usize, most_bytes: u64) -> Self {
        let entries = HashMap::with_hasher(RandomState::default());
        Self { entries, bytes: AtomicU64::new(0), most_entries, most_bytes, sweeping: Mutex::new(()) }
    }

    /// Pins the entries for reading, for as long as the returned guard lives.
    pub(super) fn read(&self) -> Entries<'_, K, V> {
        Entries(self.entries.pin())
    }

    /// Inserts an entry of `size` bytes.
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

    /// Makes room for an entry of `size` bytes. A thread that finds another one sweeping does not wait for it.
    fn sweep(&self, bytes: u64) {
        let Ok(_sweeping) = self.sweeping.try_lock() else { return };
        let is_above = |eighths: usize| {
            self.entries.len() > self.most_entries * eighths / 8
                || self.bytes() + bytes > self.most_bytes / 8 * eighths as u64
        };
        self.remove_unused(|| true);
        // Where nearly all entries were in use, some of them are removed too: a sweep that makes room for a few entries
        // would soon be repeated.
        if is_above(7) {
            self.remove_unused(|| is_above(6));
        }
    }

    /// Removes entries without a mark while there are too many, and takes the mark from the others.
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

    /// The number of entries.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The number of bytes of all entries.
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
    fn used_entries_stay_and_unused_entries_are_removed() {
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
    fn a_new_entry_is_kept_even_when_all_others_are_in_use() {
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
    fn the_number_of_bytes_is_bounded() {
        let map = Bounded::new(1_000_000, 1_000);
        for key in 0..1_000 {
            map.insert(key, key, 100);
            assert!(map.bytes() <= 1_000, "{} bytes", map.bytes());
            assert_eq!(get(&map, key), Some(key));
        }
    }

    #[test]
    fn an_entry_larger_than_the_map_is_removed_by_the_next_sweep() {
        let map = Bounded::new(10, 10);
        map.insert(0, 0, 1_000_000);
        assert_eq!(get(&map, 0), Some(0));
        map.insert(1, 1, 5);
        assert_eq!((map.len(), map.bytes()), (1, 5));
    }

    #[test]
    fn a_key_inserted_twice_counts_once() {
        let map = Bounded::new(10, 1_000);
        for value in 0..100 {
            map.insert(7, value, 30);
            assert_eq!((get(&map, 7), map.len(), map.bytes()), (Some(value), 1, 30));
        }
    }

    #[test]
    fn concurrent_readers_and_writers_find_inserted_entries() {
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
