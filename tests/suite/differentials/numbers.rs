//! Numbers, and numbers glued to words.

use super::probe::{Case, Comes::*, Probe};
use crate::{
    composite::families::Rows,
    harness::{Outcome, TestDb},
};

/// Texts, and what comes of each on SQLite, PostgreSQL and MariaDB.
#[rustfmt::skip]
const CASES: &[Case] = &[
    ("SELECT id, 0x1F FROM task", [Refused, Refused, Refused]),
    ("SELECT id, 0x1f FROM task", [Refused, Refused, Refused]),
    ("SELECT id, 0X1F FROM task", [Refused, Refused, Failing]),
    ("SELECT id, x'1F' FROM task", [Right, Right, Right]),
    ("SELECT id, 0x FROM task", [Refused, Refused, Refused]),
    ("SELECT id, 0x1G FROM task", [Refused, Refused, Refused]),
    ("SELECT id, 0b11 FROM task", [Refused, Refused, Refused]),
    ("SELECT id, 0o17 FROM task", [Refused, Refused, Failing]),
    ("SELECT id, 1_000 FROM task", [Refused, Refused, Failing]),
    ("SELECT id, 1__0 FROM task", [Refused, Refused, Failing]),
    ("SELECT id, _1 FROM task", [Failing, Failing, Failing]),
    ("SELECT id, 1_ FROM task", [Refused, Refused, Failing]),
    ("SELECT id, .5 FROM task", [Right, Right, Right]),
    ("SELECT id, 5. FROM task", [Right, Right, Right]),
    ("SELECT id, 5.+1 FROM task", [Right, Right, Right]),
    ("SELECT id, 5.e1 FROM task", [Right, Right, Right]),
    ("SELECT id, 1.e1 FROM task", [Right, Right, Right]),
    ("SELECT id, 1e5 FROM task", [Right, Right, Right]),
    ("SELECT id, 1e5x FROM task", [Refused, Refused, Refused]),
    ("SELECT id, 1ex FROM task", [Refused, Refused, Refused]),
    ("SELECT id, 1e+5 FROM task", [Right, Right, Right]),
    ("SELECT id, 1E-2 FROM task", [Right, Right, Right]),
    ("SELECT id, 1e FROM task", [Refused, Refused, Refused]),
    ("SELECT id, 1.5.2 FROM task", [Refused, Refused, Refused]),
    ("SELECT id, 1..2 FROM task", [Refused, Refused, Refused]),
    ("SELECT id, .5.5 FROM task", [Refused, Refused, Refused]),
    ("SELECT id, .e1 FROM task", [Refused, Refused, Refused]),
    ("SELECT id, 1.x FROM task", [Refused, Refused, Refused]),
    ("SELECT id, 1 .5 FROM task", [Refused, Refused, Refused]),
    ("SELECT id, 00012 FROM task", [Right, Right, Right]),
    ("SELECT id, 1e400 FROM task", [Right, Right, Failing]),
    ("SELECT id, 9223372036854775808 FROM task", [Right, Right, Right]),
    ("SELECT id, -9223372036854775808 FROM task", [Right, Right, Right]),
    ("SELECT id, 18446744073709551615 FROM task", [Right, Right, Right]),
    ("SELECT id, 1a FROM task", [Refused, Refused, Failing]),
    ("SELECT id, 1a.b FROM task", [Refused, Refused, Failing]),
    ("SELECT id, 1AND 1 FROM task", [Refused, Refused, Refused]),
    ("SELECT id, 1OR 1 FROM task", [Refused, Refused, Refused]),
    ("SELECT id, 1IN(1) FROM task", [Refused, Refused, Refused]),
    ("SELECT id, points=1AND 1 FROM task", [Refused, Refused, Refused]),
    ("SELECT id, points=1OR points=2 FROM task", [Refused, Refused, Refused]),
    ("SELECT id, 1=1OR 1=1 FROM task", [Refused, Refused, Refused]),
    ("SELECT id, 2e2e2 FROM task", [Refused, Refused, Refused]),
    ("SELECT id, 1L FROM task", [Refused, Refused, Failing]),
    ("SELECT id, 1f FROM task", [Refused, Refused, Failing]),
    ("SELECT id, 1d FROM task", [Refused, Refused, Failing]),
    ("SELECT id, 1::int FROM task", [Refused, Right, Refused]),
    ("SELECT id, .1::text FROM task", [Refused, Right, Refused]),
    ("SELECT id, INFINITY FROM task", [Failing, Failing, Failing]),
    ("SELECT id, 1 1 FROM task", [Refused, Refused, Refused]),
    (r#"SELECT id, 1 "a" FROM task"#, [Right, Right, Refused]),
    ("SELECT id, 1 a FROM task", [Right, Right, Right]),
    ("SELECT id, 1 AS a FROM task", [Right, Right, Right]),
    ("SELECT id, 'a' a FROM task", [Right, Right, Right]),
    ("SELECT id, 'a' AS a FROM task", [Right, Right, Right]),
    ("SELECT id, points points FROM task", [Right, Right, Right]),
    ("SELECT id, points 'a' FROM task", [Refused, Refused, Refused]),
    (r#"SELECT id, points "a" FROM task"#, [Right, Right, Refused]),
];

async fn numbers_end_where_the_engine_ends_them_or_are_refused(db: &TestDb) -> Outcome {
    Probe::new(db).await?.check(CASES).await?.end().await
}

on_every_backend!(numbers_end_where_the_engine_ends_them_or_are_refused);
