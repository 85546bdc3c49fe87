//! What the programs of the benches print, kept in `benches/figures`.

use std::{collections::BTreeMap, fs, path::PathBuf};

use anyhow::{Context, Result};

use crate::cargo;

/// Text of each file, by its name.
pub(super) type Figures = BTreeMap<String, String>;

/// The time of an operation by one arm.
pub(super) struct Timing<'a> {
    pub(super) operation: &'a str,
    pub(super) arm: &'a str,
    pub(super) micros: f64,
    /// Beside the filter by hand, with the interval of its median.
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

/// All files that are there.
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

/// The lines of a file, cut at their tabs.
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

/// The points of all curves.
pub(super) fn points(text: &str) -> Result<Vec<Point<'_>>> {
    let point = |[curve, series, x, value, ratio]: [_; 5]| {
        Ok(Point { curve, series, x: number(x)?, value: number(value)?, ratio: number(ratio)? })
    };
    rows(text)?.into_iter().map(point).collect()
}

/// A field that is a number.
pub(super) fn number(field: &str) -> Result<f64> {
    field.parse().with_context(|| format!("`{field}` is no number"))
}

/// What `key` gives for each item, each once, in the order in which they come.
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
    fn a_line_of_other_fields_is_an_error() {
        assert!(timings("insert\tscope\n").is_err());
        assert!(points("texts\tmemory\t1\ta\t1\n").is_err());
    }

    #[test]
    fn names_come_once_and_in_their_order() {
        assert_eq!(distinct(&["b", "a", "b"], |item| item), ["b", "a"]);
    }
}
