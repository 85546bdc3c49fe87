//! Hostile texts, which parsers may read in two ways: a scope refuses them, or they reach nothing of another tenant.

use sea_orm_multitenant_oracle::{
    hostile::{Options, run},
    run::block_on,
    schema::Backend,
};
use std::time::Duration;

/// The number of accepted texts per backend: some seconds each. `cargo xtask oracle --hostile` runs any number.
const ACCEPTED: [(Backend, u64); 3] =
    [(Backend::Sqlite, 1_500), (Backend::Postgres, 300), (Backend::MariaDb, 400)];

/// The time limit of a run, in seconds.
const PATIENCE: Duration = Duration::from_secs(120);

fn reaches_nothing(backend: Backend) {
    let (_, wanted) =
        ACCEPTED.into_iter().find(|(of, _)| *of == backend).expect("every backend has its number");
    let url = backend.server_of_tests();
    let options = Options {
        backend,
        url,
        seed: 1,
        first: 0,
        accepted: wanted,
        patience: PATIENCE,
        stop_after: 5,
        shrinks: true,
    };
    let report = block_on(run(&options)).expect("the databases work");
    assert!(report.found.is_empty(), "{report}");
    assert!(report.accepted() >= wanted, "{report}");
    assert!(report.tally.compared * 2 > wanted, "the judges compared too little: {report}");
}

mod sqlite {
    #[test]
    fn hostile_texts_reach_nothing() {
        super::reaches_nothing(super::Backend::Sqlite);
    }
}

mod postgres {
    #[test]
    fn hostile_texts_reach_nothing() {
        super::reaches_nothing(super::Backend::Postgres);
    }
}

mod mariadb {
    #[test]
    fn hostile_texts_reach_nothing() {
        super::reaches_nothing(super::Backend::MariaDb);
    }
}
