//! Remembers what was asked for recently, by its hash: the cache keeps an entry when it is asked for the second time.

use foldhash::fast::RandomState;
use std::{
    hash::{BuildHasher, Hash},
    sync::atomic::{AtomicU64, Ordering},
};

/// The number of remembered hashes: 16 KiB.
const SLOTS: usize = 2048;

/// Remembers the hashes of recent keys, each until another key takes its place.
pub(super) struct Doorkeeper {
    hasher: RandomState,
    slots: Box<[AtomicU64]>,
}

impl Doorkeeper {
    pub(super) fn new() -> Self {
        let slots = (0..SLOTS).map(|_| AtomicU64::new(0)).collect();
        Self { hasher: RandomState::default(), slots }
    }

    /// Whether a key was asked for recently. A wrong `true` wastes a place in the cache, a wrong `false` the making of
    /// an entry.
    pub(super) fn knows(&self, key: &impl Hash) -> bool {
        let hash = self.hasher.hash_one(key);
        let slot = &self.slots[hash as usize % SLOTS];
        slot.swap(hash, Ordering::Relaxed) == hash
    }
}

#[cfg(test)]
mod tests {
    use super::{Doorkeeper, SLOTS};

    #[test]
    fn a_key_is_known_when_asked_for_again() {
        let doorkeeper = Doorkeeper::new();
        for key in 0..10 {
            assert!(!doorkeeper.knows(&key), "{key}");
            assert!(doorkeeper.knows(&key), "{key}");
        }
    }

    #[test]
    fn keys_asked_for_once_are_forgotten() {
        let doorkeeper = Doorkeeper::new();
        doorkeeper.knows(&"first");
        for key in 0..SLOTS * 20 {
            assert!(!doorkeeper.knows(&key), "{key}");
        }
        assert!(!doorkeeper.knows(&"first"));
    }
}
