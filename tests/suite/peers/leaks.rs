//! The classes of leaks of other libraries, and whether each has its tests.

use super::{composite, single};
use std::collections::BTreeSet;

/// How many classes of leaks were reported; `SECURITY.md` numbers them from 1.
const CLASSES: usize = 29;

/// The class that a test is named after.
fn class(test: &str) -> Option<usize> {
    test.strip_prefix("class_")?.split('_').next()?.parse().ok()
}

#[test]
fn every_class_of_leaks_has_its_tests() {
    let tests = composite::cases::leak_classes::names();
    assert_eq!(tests, single::cases::leak_classes::names());
    let classes: Vec<_> = tests.iter().map(|test| class(test)).collect();
    assert!(classes.iter().all(Option::is_some), "{tests:?}");
    let named: BTreeSet<_> = classes.into_iter().flatten().collect();
    assert_eq!(named, (1..=CLASSES).collect());
}

#[test]
fn security_md_has_a_row_for_every_class() {
    for class in 1..=CLASSES {
        let start = format!("| {class} |");
        let rows = super::documents::SECURITY.lines().filter(|line| line.starts_with(&start)).count();
        assert_eq!(rows, 1, "class {class}");
    }
}
