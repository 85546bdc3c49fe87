//! Calls, and words that look like calls.

use super::probe::{Case, Comes::*, Probe};
use crate::{
    composite::families::Rows,
    harness::{Outcome, TestDb},
};

/// Texts, and what comes of each on SQLite, PostgreSQL and MariaDB.
#[rustfmt::skip]
const CASES: &[Case] = &[
    ("SELECT concat_ws(',', VARIADIC ARRAY[title, 'b']) AS v FROM task", [Refused, Right, Refused]),
    ("SELECT id, (json_each_text(to_json(t.n))).* FROM (SELECT id, json_build_object('a', title) AS n FROM task) AS t", [Refused, Right, Refused]),
    ("SELECT (json_each_text(json_build_object('a', title))).* FROM task", [Refused, Right, Refused]),
    ("SELECT id, @@version FROM task", [Refused, Failing, Refused]),
    ("SELECT id, COUNT (*) FROM task", [Right, Failing, Right]),
    ("SELECT id, COUNT(*) FROM task", [Right, Failing, Right]),
    ("SELECT id, COUNT( * ) FROM task", [Right, Failing, Right]),
    ("SELECT id, MAX (points) FROM task", [Right, Failing, Right]),
    ("SELECT id, IF (1, 2, 3) FROM task", [Right, Refused, Right]),
    ("SELECT id, IF(1, 2, 3) FROM task", [Right, Refused, Right]),
    ("SELECT id, LEFT('abc', 1) FROM task", [Refused, Right, Right]),
    ("SELECT id, LEFT ('abc', 1) FROM task", [Refused, Right, Right]),
    ("SELECT id, SUBSTRING('abc' FROM 2 FOR 1) FROM task", [Refused, Right, Right]),
    ("SELECT id, POSITION('b' IN 'abc') FROM task", [Refused, Right, Right]),
    ("SELECT id, TRIM(BOTH 'x' FROM 'xax') FROM task", [Refused, Right, Right]),
    ("SELECT id, TRIM('  a ') FROM task", [Right, Right, Right]),
    ("SELECT id, EXTRACT(YEAR FROM DATE '2020-01-01') = 2020 FROM task", [Refused, Right, Right]),
    ("SELECT id, OVERLAY('abc' PLACING 'x' FROM 1 FOR 1) FROM task", [Refused, Right, Refused]),
    ("SELECT id, CURRENT_DATE = CURRENT_DATE FROM task", [Right, Right, Right]),
    ("SELECT id, CURRENT_USER FROM task", [Failing, Refused, Refused]),
    ("SELECT id, USER FROM task", [Failing, Refused, Failing]),
    ("SELECT id, SESSION_USER FROM task", [Failing, Refused, Failing]),
    ("SELECT id, CURRENT_TIMESTAMP = CURRENT_TIMESTAMP FROM task", [Right, Right, Right]),
    ("SELECT id, LOCALTIME = LOCALTIME FROM task", [Refused, Right, Right]),
    ("SELECT id, CURRENT_SCHEMA FROM task", [Failing, Refused, Failing]),
    ("SELECT id, CURRENT_CATALOG FROM task", [Failing, Refused, Failing]),
    ("SELECT id, CURRENT_ROLE FROM task", [Failing, Refused, Refused]),
    ("SELECT id, ROW(1) FROM task", [Refused, Right, Failing]),
    ("SELECT id, (points, id) = (SELECT 1, 1) FROM task", [Right, Right, Right]),
    ("SELECT id, points IN (1,) FROM task", [Refused, Refused, Refused]),
    ("SELECT id, points IN () FROM task", [Right, Refused, Refused]),
    ("SELECT id, points IN (SELECT 1) FROM task", [Right, Right, Right]),
    ("SELECT id, points IN (SELECT points FROM task) FROM task", [Right, Right, Right]),
    ("SELECT id, points IN (TABLE task) FROM task", [Refused, Refused, Refused]),
    ("SELECT id, points IN (VALUES (1), (2)) FROM task", [Right, Right, Right]),
    ("SELECT id, points = (VALUES (1)) FROM task", [Refused, Refused, Refused]),
    ("SELECT id, points IN task FROM task", [Refused, Refused, Refused]),
    ("SELECT id, points = ANY (SELECT points FROM task) FROM task", [Refused, Right, Right]),
    ("SELECT id, points = SOME (SELECT points FROM task) FROM task", [Refused, Right, Right]),
    ("SELECT id, points >= ALL (SELECT points FROM task) FROM task", [Refused, Right, Right]),
];

async fn calls_are_read_as_the_engine_reads_them_or_refused(db: &TestDb) -> Outcome {
    Probe::new(db).await?.check(CASES).await?.end().await
}

on_every_backend!(calls_are_read_as_the_engine_reads_them_or_refused);
