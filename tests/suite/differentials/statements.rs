//! Statements that are no query and no write of rows.

use super::probe::{Case, Comes::*, Probe};
use crate::{
    composite::families::Rows,
    harness::{Outcome, TestDb},
};

/// Texts, and what comes of each on SQLite, PostgreSQL and MariaDB.
#[rustfmt::skip]
const CASES: &[Case] = &[
    ("MERGE INTO tag USING project p ON p.id = tag.id WHEN MATCHED THEN UPDATE SET note = 'x'", [Refused, Refused, Refused]),
    ("DESCRIBE project", [Refused, Refused, Refused]),
    ("SHOW TABLES", [Refused, Refused, Refused]),
    ("HANDLER project OPEN", [Refused, Refused, Refused]),
    ("CALL p()", [Refused, Refused, Refused]),
    ("DO 1", [Refused, Refused, Refused]),
    ("BEGIN NOT ATOMIC SELECT id FROM project; END", [Refused, Refused, Refused]),
    ("EXECUTE IMMEDIATE 'SELECT 1'", [Refused, Refused, Refused]),
    ("PRAGMA table_info(project)", [Refused, Refused, Refused]),
    ("ATTACH 'x' AS y", [Refused, Refused, Refused]),
    ("VACUUM", [Refused, Refused, Refused]),
    ("COPY project TO STDOUT", [Refused, Refused, Refused]),
];

async fn other_statements_are_refused(db: &TestDb) -> Outcome {
    Probe::new(db).await?.check(CASES).await?.end().await
}

on_every_backend!(other_statements_are_refused);
