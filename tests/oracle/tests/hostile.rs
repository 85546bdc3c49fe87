//! Texts made to be read in two ways: a scope refuses them, or they reach nothing of another tenant's.

use sea_orm_multitenant_oracle::{
    hostile::{Options, run},
    run::block_on,
    schema::Backend,
};
use std::{env, time::Duration};

/// Accepted texts a backend.
const ACCEPTED: u64 = 3_000;

fn reaches_nothing(backend: Backend, variable: Option<&str>) {
    let url = variable.map_or_else(String::new, |variable| {
        env::var(variable)
            .unwrap_or_else(|_| panic!("{variable} is not set: run `cargo xtask test`, which starts servers"))
    });
    let options = Options {
        backend,
        url,
        seed: 1,
        first: 0,
        accepted: ACCEPTED,
        patience: Duration::from_secs(600),
        stop_after: 5,
        shrinks: true,
    };
    let report = block_on(run(&options)).expect("the databases work");
    assert!(report.found.is_empty(), "{report}");
    assert!(report.accepted() >= ACCEPTED, "{report}");
}

mod sqlite {
    #[test]
    fn hostile_texts_reach_nothing() {
        super::reaches_nothing(super::Backend::Sqlite, None);
    }
}

mod postgres {
    #[test]
    fn hostile_texts_reach_nothing() {
        super::reaches_nothing(super::Backend::Postgres, Some("SEA_ORM_MULTITENANT_POSTGRES_URL"));
    }
}

mod mariadb {
    #[test]
    fn hostile_texts_reach_nothing() {
        super::reaches_nothing(super::Backend::MariaDb, Some("SEA_ORM_MULTITENANT_ORACLE_MARIADB_URL"));
    }
}
