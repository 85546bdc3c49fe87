//! Every statement that a scope sends touches one shard on Citus.
//!
//! The families and the engines' own constructs are compiled once more, with the tables distributed: each test runs as
//! elsewhere, and then Citus is asked about each statement that went out. What is known to be refused is in [`known`], with the reason.

// What the other engines alone use.
#![allow(dead_code, unused_imports)]

mod fixture;
mod known;
mod run;
mod shapes;

pub(crate) use crate::composite::entities;

/// Makes tests, on Citus, of what is a test on every backend or on PostgreSQL.
macro_rules! on_every_backend {
    ($($test:ident),+ $(,)?) => {
        on_every_backend! { @ postgres Postgres: $($test),+ }
    };
    (@ postgres Postgres: $($test:ident),+ $(,)?) => {
        mod citus {
            $(
                #[tokio::test]
                async fn $test() {
                    let test = concat!(module_path!(), "::", stringify!($test));
                    crate::single_shard::run::run(test, async |db| super::$test(db).await).await;
                }
            )+
        }
    };
    (@ $module:ident $backend:ident: $($test:ident),+ $(,)?) => {};
}

#[path = "../families/mod.rs"]
mod families;

#[path = "../constructs/mod.rs"]
mod constructs;
