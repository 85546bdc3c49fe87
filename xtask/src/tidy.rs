//! The checks that precede the tests.

use crate::{cargo, imports, patterns};

/// A check, and how to fix what it finds.
struct Check {
    /// The environment variable that the command needs.
    variable: Option<(&'static str, &'static str)>,
    /// Arguments of cargo.
    arguments: &'static [&'static str],
    /// Arguments of cargo that fix what the check finds; `None` if only a person can.
    fix: Option<&'static [&'static str]>,
}

/// The checks of continuous integration, cheapest first.
const CHECKS: &[Check] = &[
    Check { variable: None, arguments: &["fmt", "--all", "--check"], fix: Some(&["fmt", "--all"]) },
    Check {
        variable: None,
        arguments: &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"],
        fix: Some(&["clippy", "--workspace", "--all-targets", "--fix", "--allow-dirty", "--allow-staged"]),
    },
    Check {
        variable: Some(("RUSTDOCFLAGS", "-D warnings")),
        // With the examples, whose dependencies have the features that clippy's run has compiled them with.
        arguments: &["doc", "--workspace", "--no-deps", "--lib", "--bins", "--examples"],
        fix: None,
    },
    // Alone, so that no other member's features hide a missing feature of the facade.
    Check {
        variable: None,
        arguments: &["check", "--package", "sea-orm-multitenant", "--no-default-features"],
        fix: None,
    },
    Check {
        variable: None,
        arguments: &["check", "--package", "sea-orm-multitenant-migration", "--no-default-features"],
        fix: None,
    },
];

impl Check {
    /// Runs the check. Returns how to fix it if it fails.
    fn run(&self) -> Option<String> {
        if cargo::run(self.variable, self.arguments) {
            return None;
        }
        let check = cargo::typed(self.variable, self.arguments);
        let problem = match self.fix {
            Some(fix) => format!("{check}\n  fix it with: {}", cargo::typed(None, fix)),
            None => format!("{check}\n  fix by hand what it reports, then run it again"),
        };
        println!("failed: {problem}\n");
        Some(problem)
    }
}

/// Runs every check, after the fixes if `fix` is set, and returns what failed.
pub(crate) fn run(fix: bool) -> Vec<String> {
    if fix {
        // Formatting comes last: the other fixes write code.
        for arguments in CHECKS.iter().rev().filter_map(|check| check.fix) {
            cargo::run(None, arguments);
        }
    }
    CHECKS.iter().filter_map(Check::run).chain(circles()).chain(partial_patterns()).collect()
}

/// Checks the imports for circles.
fn circles() -> Vec<String> {
    let circles = imports::circles().unwrap_or_else(|error| vec![format!("{error:#}")]);
    for circle in &circles {
        println!("failed: {circle}\n  move what both need into a separate module\n");
    }
    circles
}

/// Checks the walkers of the syntax tree.
fn partial_patterns() -> Vec<String> {
    let found = patterns::violations().unwrap_or_else(|error| vec![format!("{error:#}")]);
    for violation in &found {
        println!("failed: {violation}\n");
    }
    found
}
