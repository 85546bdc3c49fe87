//! The ways in which rows of another tenant were reached through django-multitenant 4.1.1, each as a test of a scope.
//!
//! A test is named after its case: R reads, W writes, C is about the context that holds the tenant. It calls the nearest
//! thing that SeaORM has, and asserts what tenant A gets, or the error; the harness asserts that B's rows are as before.
//! Scopes are not recorded here: the answers are what counts; on Citus, also that each statement touches one shard. That is asked
//! with composite keys: tables with keys of one column, which leave the tenant out, cannot be distributed.

// What SeaORM derives is `pub`.
#![allow(unreachable_pub)]

/// Makes the tests of a file, and lists their names.
macro_rules! cases {
    ($($case:ident),+ $(,)?) => {
        /// The names of the tests here.
        pub(crate) const CASES: &[&str] = &[$(stringify!($case)),+];

        on_every_backend!($($case),+);
    };
}

mod composite;
mod shared;
mod single;

/// The ids of all cases, as the table of what was measured has them.
const IDS: [&str; 95] = [
    "R1", "R2", "R3", "R3b", "R4", "R5", "R6", "R7", "R7b", "R8", "R9", "R10", "R11", "R11b", "R12", "R13",
    "R14", "R15", "R15b", "R15c", "R16", "R17", "R18", "R19", "R20", "R21", "R22", "R23", "R24", "R25",
    "R25b", "R26", "R26b", "R27", "R27b", "R28", "R29", "R30", "R31", "R32", "R32b", "R33", "R34", "R35",
    "R36", "R37", "R38", "R38b", "R39", "R40", "W1", "W1b", "W2", "W3", "W4", "W5", "W6", "W7", "W8", "W8b",
    "W9", "W10", "W10b", "W10c", "W11", "W12", "W13", "W13b", "W14", "W15", "W15b", "W16", "W17", "W18",
    "W19", "W19b", "W19c", "W20", "W20b", "W21", "W22", "W22b", "W23", "W24", "W25", "W26", "W27", "W28",
    "W28b", "W28c", "C1", "C2", "C3", "C4", "C5",
];

#[test]
fn every_case_has_its_test() {
    let composite = {
        use composite::cases::{context, read, write};
        [read::CASES, write::CASES, context::CASES].concat()
    };
    let single = {
        use single::cases::{context, read, write};
        [read::CASES, write::CASES, context::CASES].concat()
    };
    assert_eq!(composite, single);
    let mut tested: Vec<_> =
        composite.iter().map(|name| name.split('_').next().unwrap_or(name).to_uppercase()).collect();
    let mut ids = IDS.map(str::to_uppercase);
    tested.sort();
    ids.sort();
    assert_eq!(tested, ids);
}
