//! Statistics of samples: the median, and its 95 % interval.

/// A median and its interval.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

impl Spread {
    /// The median of `samples` and its interval, from the ranks around it, whatever their distribution.
    pub(crate) fn of(samples: impl IntoIterator<Item = f64>) -> Self {
        let mut sorted: Vec<f64> = samples.into_iter().collect();
        assert!(!sorted.is_empty(), "there are samples");
        sorted.sort_unstable_by(f64::total_cmp);
        let (middle, last) = (sorted.len() / 2, sorted.len() - 1);
        // The number of samples below the true median is binomial: 1.96 standard deviations, of half a root of the
        // number of samples.
        let reach = (0.98 * (sorted.len() as f64).sqrt()).ceil() as usize;
        Self {
            median: sorted[middle],
            low: sorted[middle.saturating_sub(reach)],
            high: sorted[(middle + reach).min(last)],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Spread;

    #[test]
    fn the_interval_is_around_the_median_and_narrows_with_more_samples() {
        let few = Spread::of((0..=100).map(f64::from));
        assert_eq!((few.median, few.low, few.high), (50.0, 40.0, 60.0));
        let many = Spread::of((0..=10_000).map(|n| f64::from(n) / 100.0));
        assert_eq!((many.median, many.low, many.high), (50.0, 49.01, 50.99));
    }

    #[test]
    fn the_interval_of_one_sample_is_the_sample() {
        let one = Spread::of([7.0]);
        assert_eq!((one.median, one.low, one.high), (7.0, 7.0, 7.0));
    }
}
