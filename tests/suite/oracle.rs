//! The isolation oracle: random statements, and nothing but agreement or refusal.

use sea_orm_multitenant_oracle::{
    run::{Options, ROUND, run},
    schema::Backend,
};
use std::env;

/// Statements a backend, unless the variable says otherwise: about a minute of each, the judges included. Their seed is always the same;
/// `cargo xtask oracle` runs as many others as one has time for.
const STATEMENTS: [(Backend, u64); 3] =
    [(Backend::Sqlite, 6_000), (Backend::Postgres, 3_000), (Backend::MariaDb, 4_000)];
/// The variable, for shorter and longer runs.
const VARIABLE: &str = "SEA_ORM_MULTITENANT_ORACLE_STATEMENTS";
/// What everything random follows from.
const SEED: u64 = 3;
/// Percent of the statements that must have been compared and found equal, or the oracle tests too little.
const AGREED: u64 = 50;
/// Percent of the statements that the engine itself may not take.
const INVALID: u64 = 5;
/// Per mille of the statements that may take too long.
const TIMED_OUT: u64 = 2;

/// Per mille of the statements that MariaDB may end at.
const LOST: u64 = 1;

/// Runs the oracle on a backend.
fn agrees(backend: Backend) {
    let url = backend.server_of_tests();
    let (_, usual) =
        STATEMENTS.into_iter().find(|(of, _)| *of == backend).expect("every backend has its number");
    let count = env::var(VARIABLE).map_or(usual, |count| count.parse().expect("a number of statements"));
    let options = Options { backend, url, seed: SEED, count, first_round: 0, jobs: 1, stop_after: 5 };
    let summary = run(&options, &|_| {}).expect("the databases work");
    let total = summary.total();
    for found in &summary.disagreed {
        println!("{}:{} {:?} {}", found.round, found.index, found.difference, found.sql);
    }
    println!("{summary}");
    assert!(
        summary.disagreed.is_empty(),
        "to see why: cargo xtask oracle --seed {SEED} --replay <round>:<statement>"
    );
    // The rest of a round is left out when the server ends.
    let lost = summary.rounds_cut_short;
    assert!(total.all() + lost * ROUND >= count, "{} of {count} were tried", total.all());
    assert!(lost * 1_000 <= count * LOST, "the server ended in {lost} rounds of {count} statements");
    assert!(summary.sets.values().any(|counts| counts.agreed > 0), "nothing was tried for a set of tenants");
    assert!(total.agreed * 100 >= count * AGREED, "{} of {count} agreed", total.agreed);
    assert!(
        total.invalid * 100 <= count * INVALID,
        "{} of {count} mean nothing to the engine",
        total.invalid
    );
    assert!(total.timed_out * 1_000 <= count * TIMED_OUT, "{} of {count} took too long", total.timed_out);
}

mod sqlite {
    #[test]
    fn a_scoped_statement_answers_as_if_alone() {
        super::agrees(super::Backend::Sqlite);
    }
}

mod postgres {
    #[test]
    fn a_scoped_statement_answers_as_if_alone() {
        super::agrees(super::Backend::Postgres);
    }
}

mod mariadb {
    #[test]
    fn a_scoped_statement_answers_as_if_alone() {
        super::agrees(super::Backend::MariaDb);
    }
}
