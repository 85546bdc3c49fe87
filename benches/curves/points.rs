//! The points of a curve, each measured once per round, so that disturbances affect all points.

use fastrand::Rng;
use sea_orm_multitenant_benches::median;
use std::time::Instant;

/// A point of a series.
#[derive(Debug)]
pub(crate) struct Point {
    pub(crate) series: &'static str,
    pub(crate) x: usize,
    pub(crate) value: f64,
    /// The ratio to the series' first point, or to the series that it is compared with.
    pub(crate) ratio: f64,
}

/// The number of samples of each point: one per round, in random order.
pub(crate) fn interleave<T: Clone, E>(
    points: usize,
    rounds: usize,
    mut sample: impl FnMut(usize) -> Result<T, E>,
) -> Result<Vec<Vec<T>>, E> {
    let mut samples = vec![Vec::new(); points];
    let mut order: Vec<usize> = (0..points).collect();
    let mut chance = Rng::with_seed(6);
    // The first round is a warm-up.
    for round in 0..=rounds {
        chance.shuffle(&mut order);
        for &point in &order {
            let value = sample(point)?;
            if round > 0 {
                samples[point].push(value);
            }
        }
    }
    Ok(samples)
}

/// A series that should be flat: medians, and ratios to the first point of the same round.
pub(crate) fn flat(series: &'static str, xs: &[usize], samples: &[Vec<f64>]) -> Vec<Point> {
    let first = &samples[0];
    let point = |(x, samples): (&usize, &Vec<f64>)| Point {
        series,
        x: *x,
        value: median(samples.iter().copied()),
        ratio: median(samples.iter().zip(first).map(|(here, first)| here / first)),
    };
    xs.iter().zip(samples).map(point).collect()
}

/// The nanoseconds of one call, averaged over a number of calls.
pub(crate) fn nanos<E>(times: usize, mut call: impl FnMut(usize) -> Result<(), E>) -> Result<f64, E> {
    let begun = Instant::now();
    for time in 0..times {
        call(time)?;
    }
    Ok(begun.elapsed().as_nanos() as f64 / times as f64)
}

#[cfg(test)]
mod tests {
    use super::{flat, interleave};

    #[test]
    fn each_point_is_sampled_once_per_round() {
        let samples = interleave(3, 5, |point| Ok::<_, ()>(point as f64 + 1.0)).unwrap();
        assert_eq!(samples, [vec![1.0; 5], vec![2.0; 5], vec![3.0; 5]]);
        let points = flat("a", &[10, 100, 1_000], &samples);
        assert_eq!(points.iter().map(|point| point.ratio).collect::<Vec<_>>(), [1.0, 2.0, 3.0]);
        assert_eq!(points[2].x, 1_000);
    }
}
