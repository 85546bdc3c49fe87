//! What was seen lately, by its hash: lets in what comes a second time.

use foldhash::fast::RandomState;
use std::{
    hash::{BuildHasher, Hash},
    sync::atomic::{AtomicU64, Ordering},
};

/// How many hashes are remembered, 16 KiB of them.
const SLOTS: usize = 2048;

/// Remembers the hashes of what asked to come in, each until another takes its place.
pub(super) struct Doorkeeper {
    hasher: RandomState,
    slots: Box<[AtomicU64]>,
}

impl Doorkeeper {
    pub(super) fn new() -> Self {
        let slots = (0..SLOTS).map(|_| AtomicU64::new(0)).collect();
        Self { hasher: RandomState::default(), slots }
    }

    /// Whether a key was here lately. A wrong yes costs a place in the cache, a wrong no the making of an entry.
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
    fn a_key_is_known_the_second_time() {
        let doorkeeper = Doorkeeper::new();
        for key in 0..10 {
            assert!(!doorkeeper.knows(&key), "{key}");
            assert!(doorkeeper.knows(&key), "{key}");
        }
    }

    #[test]
    fn what_comes_once_is_forgotten() {
        let doorkeeper = Doorkeeper::new();
        doorkeeper.knows(&"first");
        for key in 0..SLOTS * 20 {
            assert!(!doorkeeper.knows(&key), "{key}");
        }
        assert!(!doorkeeper.knows(&"first"));
    }
}
