//! Separators, control characters, and white space beyond ASCII.

use super::probe::{Case, Comes::*, Probe};
use crate::{
    composite::families::Rows,
    harness::{Outcome, TestDb},
};

/// Texts, and what comes of each on SQLite, PostgreSQL and MariaDB.
#[rustfmt::skip]
const CASES: &[Case] = &[
    ("SELECT name FROM tag; -- x", [Right, Right, Right]),
    ("SELECT name FROM tag -- ;", [Right, Right, Right]),
    ("SELECT name FROM tag;;", [Right, Right, Right]),
    (";SELECT name FROM tag", [Right, Right, ReadsAs("SELECT name FROM tag")]),
    (";;;SELECT name FROM tag;;;", [Right, Right, ReadsAs("SELECT name FROM tag")]),
    ("SELECT name FROM tag; /* x */", [Right, Right, Right]),
    ("SELECT name FROM tag; SELECT name FROM tag", [Refused, Refused, Refused]),
    ("SELECT name FROM tag; DELETE FROM task_tag", [Refused, Refused, Refused]),
    ("SELECT name FROM tag WHERE name = ';' OR id = 1", [Right, Right, Right]),
    ("SELECT name FROM tag; ; ; #", [Refused, Refused, ReadsAs("SELECT name FROM tag")]),
    ("SELECT name FROM tag;\0", [Refused, Refused, Refused]),
    ("SELECT name FROM tag\0", [Refused, Refused, Refused]),
    ("SELECT name FROM tag WHERE name = 'a\0' OR 1 = 1", [Refused, Refused, Refused]),
    ("SELECT name FROM tag WHERE id = 1\0 OR 1 = 1", [Refused, Refused, Refused]),
    ("SELECT name FROM tag WHERE id = 1 -- \0\n OR 1 = 1", [Refused, Refused, Refused]),
    ("SELECT\u{a0}name FROM tag WHERE id = 1", [Refused, Refused, Refused]),
    ("SELECT name\u{a0}FROM tag WHERE id = 1", [Failing, Failing, Failing]),
    ("SELECT name FROM\u{a0}tag WHERE id = 1", [Failing, Failing, Failing]),
    ("SELECT name FROM tag\u{a0}WHERE id = 1", [Refused, Refused, Refused]),
    ("SELECT name FROM tag\u{a0}x WHERE id = 1", [Refused, Refused, Refused]),
    ("SELECT name FROM tag WHERE id =\u{a0}1", [Failing, Failing, Failing]),
    ("SELECT name FROM tag WHERE id\u{a0}= 1", [Failing, Failing, Failing]),
    ("SELECT name FROM tag WHERE id = 1\u{a0}OR 1 = 1", [Refused, Refused, Refused]),
    ("SELECT name FROM tag WHERE id = 1\u{a0}", [Refused, Refused, Failing]),
    ("SELECT name FROM tag WHERE id = 1 \u{2003}OR 1 = 1", [Refused, Refused, Refused]),
    ("SELECT name FROM tag WHERE id = 1\u{2028}OR 1 = 1", [Refused, Refused, Refused]),
    ("SELECT name FROM tag WHERE id = 1\u{85}OR 1 = 1", [Refused, Refused, Refused]),
    ("SELECT name FROM tag WHERE id = 1\u{3000}OR 1 = 1", [Refused, Refused, Refused]),
    ("SELECT name FROM tag WHERE id = 1\u{1680}OR 1 = 1", [Refused, Refused, Refused]),
    ("SELECT name FROM tag WHERE id = 1\u{180e}OR 1 = 1", [Refused, Refused, Refused]),
    ("SELECT name FROM tag WHERE id = 1\u{200b}OR 1 = 1", [Refused, Refused, Refused]),
    ("SELECT name FROM tag WHERE id = 1\u{feff}OR 1 = 1", [Refused, Refused, Refused]),
    ("\u{feff}SELECT name FROM tag WHERE id = 1", [Refused, Refused, Refused]),
    ("\u{feff} SELECT name FROM tag WHERE id = 1", [Refused, Refused, Refused]),
    ("\u{a0}SELECT name FROM tag WHERE id = 1", [Refused, Refused, Refused]),
    ("\u{200b}SELECT name FROM tag WHERE id = 1", [Refused, Refused, Refused]),
    ("SELECT name FROM tag WHERE id = 1\u{b}OR 1 = 1", [ReadsAs("SELECT name FROM tag WHERE id = 1 OR 1 = 1"), ReadsAs("SELECT name FROM tag WHERE id = 1 OR 1 = 1"), Right]),
    ("SELECT name FROM tag WHERE id = 1\u{c}OR 1 = 1", [Right, Right, Right]),
    ("SELECT name FROM tag WHERE id = 1\tOR 1 = 1", [Right, Right, Right]),
    ("SELECT name FROM tag WHERE id = 1\rOR 1 = 1", [Right, Right, Right]),
    ("SELECT name FROM tag WHERE id = 1\r\nOR 1 = 1", [Right, Right, Right]),
    ("SELECT name FROM tag WHERE id = 1\u{1f}OR 1 = 1", [Refused, Refused, Refused]),
    ("SELECT name FROM tag WHERE id = 1\u{7}OR 1 = 1", [Refused, Refused, Refused]),
    ("SELECT name FROM tag WHERE id = 1\u{1a}OR 1 = 1", [Refused, Refused, Refused]),
    ("SELECT name AS a\u{a0}b FROM tag WHERE id = 1", [Refused, Refused, Refused]),
    ("SELECT name AS a\u{200b}b FROM tag WHERE id = 1", [Refused, Refused, Refused]),
    ("SELECT name a\u{a0}FROM tag WHERE id = 1", [Refused, Refused, Refused]),
    ("SELECT 1 AS x\u{a0}FROM tag", [Refused, Refused, Refused]),
    ("SELECT name FROM tag AS t\u{200b} WHERE id = 1", [Refused, Refused, Refused]),
    ("SELECT name FROM tag AS t\u{a0}u WHERE id = 1", [Refused, Refused, Refused]),
];

async fn white_space_and_separators_are_read_as_the_engine_reads_them_or_refused(db: &TestDb) -> Outcome {
    Probe::new(db).await?.check(CASES).await?.end().await
}

on_every_backend!(white_space_and_separators_are_read_as_the_engine_reads_them_or_refused);
