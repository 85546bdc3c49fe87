//! The report at the end of a test run: what went wrong, which backends were tested, and the counts.

use std::fmt;

use clap::ValueEnum;

use crate::backend::Backend;

/// Numbers of tests.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Tally {
    /// Tests that passed.
    passed: u64,
    /// Tests that failed.
    failed: u64,
    /// Tests that did not run: ignored and filtered ones.
    skipped: u64,
}

impl Tally {
    /// Parses the result line of a test program; `None` for any other line.
    fn parse(line: &str) -> Option<Self> {
        let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
        let mut tally = Self::default();
        for count in counts.split(';') {
            let (number, what) = count.trim().split_once(' ')?;
            let counter = match what {
                "passed" => &mut tally.passed,
                "failed" => &mut tally.failed,
                "ignored" | "filtered out" => &mut tally.skipped,
                _ => continue,
            };
            *counter += number.parse::<u64>().ok()?;
        }
        Some(tally)
    }

    /// Adds the counts of another test program.
    fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

/// Counts from the output of the test programs.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    /// All tests.
    tally: Tally,
    /// The number of tests that ran on each backend, in the order of the backends.
    by_backend: [u64; Backend::COUNT],
}

impl Counts {
    /// Counts what a line of output reports.
    pub(crate) fn read(&mut self, line: &str) {
        if let Some(tally) = Tally::parse(line) {
            self.tally.add(tally);
        } else if let Some(name) = ran(line) {
            for backend in Backend::value_variants() {
                self.by_backend[*backend as usize] += u64::from(name.contains(backend.filter()));
            }
        }
    }
}

/// The name of the test whose result a line reports.
fn ran(line: &str) -> Option<&str> {
    let (name, outcome) = line.strip_prefix("test ")?.split_once(" ... ")?;
    (!outcome.starts_with("ignored")).then_some(name)
}

/// Whether a backend was available to the tests.
#[derive(Debug)]
pub(crate) enum Availability {
    /// It was available.
    Ready,
    /// It was excluded by `--without`.
    LeftOut,
    /// This machine does not have it, and it cannot be installed without confirmation.
    NotInstalled(String),
    /// It did not start, for this reason.
    CouldNotStart(String),
}

/// The outcome of a test run.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// Everything except a failed test that makes the run a failure.
    pub(crate) problems: Vec<String>,
    /// What happened with each backend, one line each.
    backends: Vec<String>,
    /// Numbers of tests.
    tally: Tally,
}

impl Report {
    /// Evaluates a run: the counts, how cargo ended, and whether all tests were run.
    pub(crate) fn new(
        counts: &Counts,
        cargo: Result<(), String>,
        backends: &[(Backend, Availability)],
        whole: bool,
    ) -> Self {
        let mut report = Self { tally: counts.tally, ..Self::default() };
        if let (Err(end), 0) = (cargo, report.tally.failed) {
            report.tally.failed = 1;
            report.problems.push(format!("{end}, although no test reported a failure: see the output above"));
        }
        for (backend, availability) in backends {
            report.add_backend(*backend, availability, counts.by_backend[*backend as usize], whole);
        }
        if report.tally.passed + report.tally.failed == 0 {
            report.problems.push("no test ran".to_owned());
        }
        report
    }

    /// Reports a backend on which this many tests ran.
    fn add_backend(&mut self, backend: Backend, availability: &Availability, tests: u64, whole: bool) {
        let (fate, acceptable) = match (availability, tests) {
            (Availability::LeftOut, _) => ("not run (excluded by --without)".to_owned(), true),
            (Availability::NotInstalled(why), _) => (format!("not run ({why})"), true),
            (Availability::CouldNotStart(why), _) => (format!("not run (could not start: {why})"), false),
            (Availability::Ready, 0) => ("not run (none of its tests ran)".to_owned(), !whole),
            (Availability::Ready, tests) => (format!("ran (tests: {tests})"), true),
        };
        if !acceptable {
            self.problems.push(format!("{backend} was not tested, and was not excluded by --without"));
        }
        self.backends.push(format!("{backend}: {fate}"));
    }

    /// Prints the report, with its counts on the last line. Returns whether the run succeeded.
    pub(crate) fn finish(&self) -> bool {
        println!();
        for problem in &self.problems {
            println!("failed: {problem}");
        }
        for backend in &self.backends {
            println!("{backend}");
        }
        println!("{}", self.tally);
        self.succeeded()
    }

    /// Whether all tests ran and passed.
    fn succeeded(&self) -> bool {
        self.problems.is_empty() && self.tally.failed == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The counts of these lines of output.
    fn counts(output: &str) -> Counts {
        let mut counts = Counts::default();
        output.lines().for_each(|line| counts.read(line));
        counts
    }

    /// The report of a whole run with this output, on SQLite only.
    fn report(output: &str, cargo: Result<(), String>) -> Report {
        Report::new(&counts(output), cargo, &[(Backend::Sqlite, Availability::Ready)], true)
    }

    /// Output of one passing test on SQLite.
    const PASSING: &str = "test sqlite::reads ... ok\n\
        test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s";

    #[test]
    fn a_passing_result_is_counted() {
        let line =
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; finished in 0.01s";
        assert_eq!(Tally::parse(line), Some(Tally { passed: 3, failed: 0, skipped: 3 }));
    }

    #[test]
    fn a_failing_result_is_counted() {
        let line = "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s";
        assert_eq!(Tally::parse(line), Some(Tally { passed: 3, failed: 2, skipped: 0 }));
    }

    #[test]
    fn results_of_programs_and_doctests_are_added() {
        let output = "running 1 test\n\
            test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
            \n   Doc-tests xtask\n\
            test src/lib.rs - scope (line 3) ... ok\n\
            test result: ok. 4 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 2.13s\n\
            all doctests ran in 2.50s; merged doctests compilation took 0.30s";
        assert_eq!(counts(output).tally.to_string(), "5 passed, 0 failed, 1 skipped");
    }

    #[test]
    fn other_lines_are_not_results() {
        for line in [
            "",
            "test result",
            "test result: ok",
            "test sqlite::a ... ok",
            "error: test result: ok. 1 passed;",
        ] {
            assert_eq!(Tally::parse(line), None, "{line}");
        }
    }

    #[test]
    fn a_test_counts_for_its_backend_unless_it_was_ignored() {
        let counts = counts(
            "test a::postgres::b ... ok\ntest postgres::c ... FAILED\ntest mariadb::d ... ignored, why",
        );
        assert_eq!(counts.by_backend, [0, 2, 0, 0]);
    }

    #[test]
    fn a_whole_run_that_passes_is_a_success() {
        assert!(report(PASSING, Ok(())).succeeded());
    }

    #[test]
    fn a_run_without_results_is_a_failure() {
        let report = report("", Ok(()));
        assert!(!report.succeeded());
        assert!(report.problems.contains(&"no test ran".to_owned()));
    }

    #[test]
    fn a_run_that_cargo_aborts_is_a_failure() {
        let report = report(PASSING, Err("cargo test ended with exit status: 101".to_owned()));
        assert!(!report.succeeded());
        assert_eq!(report.tally.to_string(), "1 passed, 1 failed, 0 skipped");
    }

    #[test]
    fn a_backend_that_could_not_start_is_a_failure() {
        let missing = [(Backend::Mariadb, Availability::CouldNotStart("no disk".to_owned()))];
        let report = Report::new(&counts(PASSING), Ok(()), &missing, true);
        assert!(!report.succeeded());
        assert_eq!(report.backends, ["mariadb: not run (could not start: no disk)"]);
    }

    #[test]
    fn an_excluded_backend_is_not_a_failure() {
        let report =
            Report::new(&counts(PASSING), Ok(()), &[(Backend::Postgres, Availability::LeftOut)], true);
        assert!(report.succeeded());
        assert_eq!(report.backends, ["postgres: not run (excluded by --without)"]);
    }

    #[test]
    fn a_backend_that_is_not_installed_is_reported_without_failure() {
        let missing = [(Backend::Citus, Availability::NotInstalled("PostgreSQL has no Citus".to_owned()))];
        let report = Report::new(&counts(PASSING), Ok(()), &missing, true);
        assert!(report.succeeded());
        assert_eq!(report.backends, ["citus: not run (PostgreSQL has no Citus)"]);
    }

    #[test]
    fn a_module_named_citus_does_not_make_a_test_one_on_citus() {
        let counts = counts("test citus::explain::tests::a ... ok\ntest citus::steps::citus::b ... ok");
        assert_eq!(counts.by_backend, [0, 0, 0, 1]);
    }

    #[test]
    fn a_backend_without_tests_is_a_failure_only_in_a_whole_run() {
        let ready = [(Backend::Postgres, Availability::Ready)];
        assert!(!Report::new(&counts(PASSING), Ok(()), &ready, true).succeeded());
        assert!(Report::new(&counts(PASSING), Ok(()), &ready, false).succeeded());
    }
}
