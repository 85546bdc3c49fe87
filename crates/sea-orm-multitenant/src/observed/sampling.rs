//! Which reads are compared.

use std::sync::atomic::{AtomicU64, Ordering};

/// One, as a share in fixed point.
const ONE: u64 = 1 << 32;

/// Chooses a fixed share of the reads, evenly spread: with 0.25, each fourth.
#[derive(Debug)]
pub(super) struct Sampling {
    share: u64,
    sum: AtomicU64,
}

impl Sampling {
    /// Chooses this share of the reads. A rate below 0 or that is no number is 0, a rate above 1 is 1.
    pub(super) fn new(rate: f64) -> Self {
        let rate = if rate.is_nan() { 0.0 } else { rate.clamp(0.0, 1.0) };
        // Between 0 and 2^32. Rounded up: ten times a tenth must be one.
        let share = (rate * ONE as f64).ceil() as u64;
        Self { share, sum: AtomicU64::new(0) }
    }

    /// Whether the next read is chosen.
    pub(super) fn next(&self) -> bool {
        let before = self.sum.fetch_add(self.share, Ordering::Relaxed);
        before.wrapping_add(self.share) / ONE != before / ONE
    }
}

#[cfg(test)]
mod tests {
    use super::Sampling;

    #[test]
    fn the_share_of_the_reads_is_chosen() {
        for (rate, chosen) in [
            (0.0, 0),
            (-1.0, 0),
            (f64::NAN, 0),
            (1.0, 1_000),
            (7.0, 1_000),
            (0.25, 250),
            (0.5, 500),
            (0.1, 100),
            (0.002, 2),
        ] {
            let sampling = Sampling::new(rate);
            assert_eq!((0..1_000).filter(|_| sampling.next()).count(), chosen, "{rate}");
        }
    }
}
