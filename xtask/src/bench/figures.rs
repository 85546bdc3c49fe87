//! The output of the bench programs, kept in `benches/figures`.

use std::{collections::BTreeMap, fs, path::PathBuf};

use anyhow::{Context, Result};

use crate::cargo;

/// The text of each file, by name.
pub(super) type Figures = BTreeMap<String, String>;

/// The time of an operation by one arm.
pub(super) struct Timing<'a> {
    pub(super) operation: &'a str,
    pub(super) arm: &'a str,
    pub(super) micros: f64,
    /// The ratio to the filter by hand, with the interval of its median.
    pub(super) ratio: f64,
    pub(super) low: f64,
    pub(super) high: f64,
}

/// A point of a curve.
pub(super) struct Point<'a> {
    pub(super) curve: &'a str,
    pub(super) series: &'a str,
    pub(super) x: f64,
    pub(super) value: f64,
    pub(super) ratio: f64,
}

fn directory() -> PathBuf {
    cargo::root().join("benches/figures")
}

/// Reads all files.
pub(super) fn load() -> Result<Figures> {
    let mut figures = Figures::new();
    for entry in fs::read_dir(directory()).context("there are no figures; make them with --write")? {
        let path = entry?.path();
        if let (Some(name), Some(extension)) = (path.file_stem(), path.extension())
            && extension == "tsv"
        {
            figures.insert(name.to_string_lossy().into_owned(), fs::read_to_string(&path)?);
        }
    }
    Ok(figures)
}

/// Writes the files.
pub(super) fn save(figures: &Figures) -> Result<()> {
    fs::create_dir_all(directory())?;
    for (name, text) in figures {
        fs::write(directory().join(format!("{name}.tsv")), text)?;
    }
    Ok(())
}

/// The lines of a file, split at tabs.
pub(super) fn rows<const N: usize>(text: &str) -> Result<Vec<[&str; N]>> {
    let row = |line| {
        let fields: Vec<_> = str::split(line, '\t').collect();
        fields.try_into().ok().with_context(|| format!("`{line}` has not {N} fields"))
    };
    text.lines().map(row).collect()
}

/// The times of a backend.
pub(super) fn timings(text: &str) -> Result<Vec<Timing<'_>>> {
    let timing = |[operation, arm, micros, ratio, low, high]: [_; 6]| {
        let [micros, ratio, low, high] = [micros, ratio, low, high].map(number);
        Ok(Timing { operation, arm, micros: micros?, ratio: ratio?, low: low?, high: high? })
    };
    rows(text)?.into_iter().map(timing).collect()
}

/// Combines the times of several runs: for each operation and arm the middle time, with an interval that covers those
/// of all runs.
pub(super) fn middle(runs: &[String]) -> Result<String> {
    let runs = runs.iter().map(|run| timings(run)).collect::<Result<Vec<_>>>()?;
    let first = runs.first().context("there are no runs")?;
    let mut lines = String::new();
    for (index, Timing { operation, arm, .. }) in first.iter().enumerate() {
        let mut of = Vec::new();
        for run in &runs {
            let timing = run.get(index).filter(|timing| (timing.operation, timing.arm) == (*operation, *arm));
            of.push(timing.with_context(|| format!("a run has no {operation}, {arm}"))?);
        }
        let middle = |key: fn(&Timing<'_>) -> f64| {
            let mut values: Vec<_> = of.iter().map(|timing| key(timing)).collect();
            values.sort_unstable_by(f64::total_cmp);
            values[values.len() / 2]
        };
        let (micros, ratio) = (middle(|timing| timing.micros), middle(|timing| timing.ratio));
        let low = of.iter().map(|timing| timing.low).fold(f64::INFINITY, f64::min);
        let high = of.iter().map(|timing| timing.high).fold(0.0, f64::max);
        lines += &format!("{operation}\t{arm}\t{micros:.1}\t{ratio:.3}\t{low:.3}\t{high:.3}\n");
    }
    Ok(lines)
}

/// The points of all curves.
pub(super) fn points(text: &str) -> Result<Vec<Point<'_>>> {
    let point = |[curve, series, x, value, ratio]: [_; 5]| {
        Ok(Point { curve, series, x: number(x)?, value: number(value)?, ratio: number(ratio)? })
    };
    rows(text)?.into_iter().map(point).collect()
}

/// A field that is a number.
pub(super) fn number(field: &str) -> Result<f64> {
    field.parse().with_context(|| format!("`{field}` is not a number"))
}

/// The distinct keys of the items, in order of first occurrence.
pub(super) fn distinct<'a, T>(items: &[T], key: impl Fn(&T) -> &'a str) -> Vec<&'a str> {
    let mut found = Vec::new();
    for item in items {
        let key = key(item);
        if !found.contains(&key) {
            found.push(key);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_they_are_printed() {
        let timings = timings("insert\tscope\t31.5\t1.003\t0.99\t1.01\n").unwrap();
        let [timing] = timings.as_slice() else { panic!("one time") };
        assert_eq!((timing.operation, timing.arm), ("insert", "scope"));
        assert_eq!((timing.micros, timing.ratio, timing.low, timing.high), (31.5, 1.003, 0.99, 1.01));
    }

    #[test]
    fn several_runs_give_the_middle_time_and_the_covering_interval() {
        let run = |micros, ratio: f64| {
            format!("insert\tscope\t{micros}\t{ratio:.3}\t{:.3}\t{:.3}\n", ratio - 0.01, ratio + 0.01)
        };
        let runs = [run(30.0, 1.03), run(32.0, 1.0), run(31.0, 1.01)];
        assert_eq!(middle(&runs).unwrap(), "insert\tscope\t31.0\t1.010\t0.990\t1.040\n");
        assert!(middle(&[run(30.0, 1.0), "find\tscope\t30\t1\t1\t1\n".to_owned()]).is_err());
        assert!(middle(&[]).is_err());
    }

    #[test]
    fn a_line_with_wrong_fields_is_an_error() {
        assert!(timings("insert\tscope\n").is_err());
        assert!(points("texts\tmemory\t1\ta\t1\n").is_err());
    }

    #[test]
    fn names_are_distinct_and_keep_their_order() {
        assert_eq!(distinct(&["b", "a", "b"], |item| item), ["b", "a"]);
    }
}
