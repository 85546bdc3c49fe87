//! The checks that come before the tests.

use crate::{cargo, imports};

/// A check, and how to repair what it finds.
struct Check {
    /// Variable the command needs in its environment.
    variable: Option<(&'static str, &'static str)>,
    /// Arguments of cargo.
    arguments: &'static [&'static str],
    /// Arguments of cargo that repair what the check finds; none when only a person can.
    fix: Option<&'static [&'static str]>,
}

/// What continuous integration checks, cheapest first.
const CHECKS: &[Check] = &[
    Check { variable: None, arguments: &["fmt", "--all", "--check"], fix: Some(&["fmt", "--all"]) },
    Check {
        variable: None,
        arguments: &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"],
        fix: Some(&["clippy", "--workspace", "--all-targets", "--fix", "--allow-dirty", "--allow-staged"]),
    },
    Check {
        variable: Some(("RUSTDOCFLAGS", "-D warnings")),
        arguments: &["doc", "--workspace", "--no-deps"],
        fix: None,
    },
    // Alone, so that no other member's features hide what the facade misses without its own.
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
    // A workspace of its own: every seed of the fuzz targets, and that their checks notice what they should.
    Check {
        variable: None,
        arguments: &["fmt", "--manifest-path", "fuzz/Cargo.toml", "--check"],
        fix: Some(&["fmt", "--manifest-path", "fuzz/Cargo.toml"]),
    },
    Check {
        variable: None,
        arguments: &["test", "--quiet", "--manifest-path", "fuzz/Cargo.toml", "--target-dir", "target"],
        fix: None,
    },
];

impl Check {
    /// Runs the check, and says what to do when it fails.
    fn run(&self) -> Option<String> {
        if cargo::run(self.variable, self.arguments) {
            return None;
        }
        let check = cargo::typed(self.variable, self.arguments);
        let problem = match self.fix {
            Some(fix) => format!("{check}\n  fix it with: {}", cargo::typed(None, fix)),
            None => format!("{check}\n  fix by hand what it says, then run it again"),
        };
        println!("failed: {problem}\n");
        Some(problem)
    }
}

/// Runs every check, after the repairs when `fix` is set, and returns what failed.
pub(crate) fn run(fix: bool) -> Vec<String> {
    if fix {
        // Formatting comes last: the other repairs write code.
        for arguments in CHECKS.iter().rev().filter_map(|check| check.fix) {
            cargo::run(None, arguments);
        }
    }
    CHECKS.iter().filter_map(Check::run).chain(circles()).collect()
}

/// The circles of imports.
fn circles() -> Vec<String> {
    let circles = imports::circles().unwrap_or_else(|error| vec![format!("{error:#}")]);
    for circle in &circles {
        println!("failed: {circle}\n  move what both need into a module of its own\n");
    }
    circles
}
