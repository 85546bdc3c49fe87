//! The classes of leaks of other libraries, and whether each has its tests.

use super::{composite, single};

/// A class of leaks that was reported of another library.
struct Leak {
    /// Its number, in `SECURITY.md` and in names of tests.
    class: usize,
    /// What concerns a part that is not there, so that no test can show it; empty when the tests show all of it.
    not_there: &'static str,
}

/// A class whose tests show all of it.
const fn shown(class: usize) -> Leak {
    Leak { class, not_there: "" }
}

/// A class of which a part cannot be shown.
const fn partly(class: usize, not_there: &'static str) -> Leak {
    Leak { class, not_there }
}

/// All classes.
const LEAKS: [Leak; 29] = [
    shown(1),
    shown(2),
    shown(3),
    shown(4),
    shown(5),
    shown(6),
    shown(7),
    shown(8),
    shown(9),
    shown(10),
    shown(11),
    shown(12),
    shown(13),
    shown(14),
    shown(15),
    shown(16),
    shown(17),
    shown(18),
    shown(19),
    shown(20),
    shown(21),
    shown(22),
    shown(23),
    shown(24),
    partly(25, "no migration library: tables are changed unscoped, or declared by name"),
    shown(26),
    shown(27),
    shown(28),
    shown(29),
];

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
    for (index, leak) in LEAKS.iter().enumerate() {
        assert_eq!(leak.class, index + 1);
        assert!(classes.contains(&Some(leak.class)), "class {} has no test", leak.class);
    }
    assert_eq!(classes.iter().flatten().max(), Some(&LEAKS.len()));
}

#[test]
fn what_is_not_there_is_said_in_security_md() {
    let security = super::documents::SECURITY;
    for Leak { class, not_there } in LEAKS {
        let row = security.lines().find(|line| line.starts_with(&format!("| {class} |")));
        let row = row.unwrap_or_else(|| panic!("SECURITY.md says nothing of class {class}"));
        assert_eq!(row.contains("not built"), !not_there.is_empty(), "{row}");
    }
}
