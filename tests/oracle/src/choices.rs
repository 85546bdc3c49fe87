//! The source of all random choices.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A source of small decisions that can be recorded, shortened and replayed.
///
/// Every random choice is made here, and 0 is always the simplest one. A failing case can therefore be shrunk without
/// knowing what it is: by replaying fewer and smaller numbers.
#[derive(Debug)]
pub struct Choices {
    source: Source,
    recorded: Vec<u32>,
}

#[derive(Debug)]
enum Source {
    Seeded(Box<ChaCha8Rng>),
    Replay(std::vec::IntoIter<u32>),
}

impl Choices {
    /// Decisions from a seed.
    pub fn seeded(seed: u64) -> Self {
        Self { source: Source::Seeded(Box::new(ChaCha8Rng::seed_from_u64(seed))), recorded: Vec::new() }
    }

    /// Replays the decisions of an earlier run; after their end, the simplest ones.
    pub fn replay(choices: Vec<u32>) -> Self {
        Self { source: Source::Replay(choices.into_iter()), recorded: Vec::new() }
    }

    /// Returns a number below `end`, which is at least 1.
    pub fn below(&mut self, end: u32) -> u32 {
        let choice = match &mut self.source {
            Source::Seeded(rng) => rng.random_range(0..end),
            Source::Replay(choices) => choices.next().unwrap_or(0).min(end - 1),
        };
        self.recorded.push(choice);
        choice
    }

    /// Returns true in about `percent` of 100 cases; false is the simplest.
    pub fn chance(&mut self, percent: u32) -> bool {
        self.below(100) >= 100 - percent
    }

    /// Returns one of `items`; the first is the simplest.
    pub fn pick<'t, T>(&mut self, items: &'t [T]) -> &'t T {
        &items[self.below(u32::try_from(items.len()).unwrap_or(u32::MAX)) as usize]
    }

    /// Returns all decisions so far.
    pub fn recorded(&self) -> &[u32] {
        &self.recorded
    }
}
