//! The description of a mutant.

use super::{
    kinds::{KINDS, SWITCHES},
    list::MUTANTS,
};
use sea_orm_multitenant_oracle::schema::Backend;
use std::collections::BTreeSet;

/// Which program must catch a mutant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Catcher {
    /// The oracle, by its random statements.
    Oracle,
    /// The hostile texts, by their judges.
    Hostile,
    /// A test of the rewriter's own suite.
    Test(&'static str),
}

/// A defect: the file in the rewriter's `src`, the text that occurs there once, and its replacement. `IS` stands for
/// the check whether the defect is on.
pub(crate) type Replacement = (&'static str, &'static str, &'static str);

/// A defect that is put into the rewriter, and its name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Switch {
    pub(crate) name: &'static str,
    pub(crate) replacements: &'static [Replacement],
}

/// Defects that are on together, and the program that must catch them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mutant {
    pub(crate) name: &'static str,
    /// An engine that shows it.
    pub(crate) backend: Backend,
    pub(crate) catcher: Catcher,
    /// The names of the active defects.
    pub(crate) switches: &'static [&'static str],
}

/// A mutant of one defect that the oracle must catch.
#[derive(Debug)]
pub(crate) struct Plain {
    pub(crate) backend: Backend,
    pub(crate) switch: Switch,
}

/// All defects.
pub(crate) fn switches() -> impl Iterator<Item = Switch> {
    MUTANTS.iter().map(|plain| plain.switch).chain(SWITCHES.iter().copied())
}

/// What runs on an engine: names, catchers, and active defects.
pub(crate) fn mutants(backend: Backend) -> Vec<(&'static str, Catcher, String)> {
    let plain = MUTANTS.iter().filter(|plain| plain.backend == backend);
    let plain = plain.map(|plain| (plain.switch.name, Catcher::Oracle, plain.switch.name.to_owned()));
    let kinds = KINDS.iter().filter(|mutant| mutant.backend == backend);
    plain.chain(kinds.map(|mutant| (mutant.name, mutant.catcher, mutant.switches.join(",")))).collect()
}

/// Checks that the lists agree.
pub(crate) fn check_names() {
    let known: BTreeSet<&str> = switches().map(|switch| switch.name).collect();
    assert_eq!(known.len(), switches().count(), "two defects have one name");
    let used: BTreeSet<&str> = KINDS.iter().flat_map(|mutant| mutant.switches).copied().collect();
    let of_kinds: BTreeSet<&str> = SWITCHES.iter().map(|switch| switch.name).collect();
    assert_eq!(used, of_kinds, "the defects that mutants have, and those that there are");
}
