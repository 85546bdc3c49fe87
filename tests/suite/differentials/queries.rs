//! Set operations, and names of common table expressions.

use super::probe::{Case, Comes::*, Probe};
use crate::{
    composite::families::Rows,
    harness::{Outcome, TestDb},
};

/// Texts, and what comes of each on SQLite, PostgreSQL and MariaDB.
#[rustfmt::skip]
const CASES: &[Case] = &[
    ("SELECT id FROM project UNION SELECT id FROM task", [Right, Right, Right]),
    ("SELECT id FROM project UNION ALL SELECT id FROM task ORDER BY id LIMIT 2", [Same, Same, Same]),
    ("SELECT id FROM project UNION ALL SELECT id FROM task EXCEPT SELECT id FROM tag", [Right, Right, Right]),
    ("SELECT id FROM project EXCEPT SELECT id FROM tag UNION SELECT id FROM tag", [Right, Right, Right]),
    ("SELECT id FROM project UNION SELECT id FROM tag INTERSECT SELECT id FROM manager", [Refused, Right, Right]),
    ("SELECT id FROM project INTERSECT SELECT id FROM tag UNION ALL SELECT id FROM manager", [Right, Right, Right]),
    ("SELECT id FROM project UNION SELECT id FROM task UNION ALL SELECT id FROM tag", [Right, Right, Right]),
    ("SELECT id FROM project UNION ALL SELECT id FROM task UNION SELECT id FROM tag", [Right, Right, Right]),
    ("(SELECT id FROM project) UNION (SELECT id FROM task)", [Failing, Right, Right]),
    ("(SELECT id FROM project ORDER BY id DESC LIMIT 1) UNION ALL (SELECT id FROM task ORDER BY id LIMIT 1)", [Failing, Right, Right]),
    ("(SELECT id FROM project ORDER BY id) LIMIT 4", [Failing, Right, Right]),
    ("((SELECT id FROM project))", [Failing, Right, Right]),
    ("(SELECT id FROM project) ORDER BY id DESC LIMIT 1", [Failing, Right, Right]),
    ("SELECT id FROM project EXCEPT ALL SELECT id FROM tag", [Refused, Right, Right]),
    ("SELECT id FROM project MINUS SELECT id FROM tag", [Refused, Refused, Refused]),
    ("WITH tag AS (SELECT * FROM project) SELECT id, name FROM tag", [Refused, Refused, Refused]),
    ("WITH TAG AS (SELECT * FROM project) SELECT id, name FROM tag", [Refused, Refused, Refused]),
    (r#"WITH "tag" AS (SELECT * FROM project) SELECT id, name FROM tag"#, [Refused, Refused, Refused]),
    ("WITH x AS (SELECT * FROM project) SELECT id FROM X", [Right, Right, Refused]),
    (r#"WITH "X" AS (SELECT * FROM project) SELECT id FROM x"#, [Right, Refused, Refused]),
    ("WITH x AS (SELECT * FROM y), y AS (SELECT id FROM project) SELECT id FROM x", [Refused, Refused, Refused]),
    ("WITH RECURSIVE x AS (SELECT * FROM y), y AS (SELECT id FROM project) SELECT id FROM x", [Refused, Refused, Refused]),
    ("WITH x AS (SELECT id FROM project) SELECT id FROM (WITH x AS (SELECT id FROM task) SELECT id FROM x) AS s", [Right, Right, Right]),
    ("WITH x AS (SELECT id FROM project), y AS (SELECT id FROM x) SELECT y.id FROM x, y", [Right, Right, Right]),
    ("WITH x AS MATERIALIZED (SELECT id FROM project) SELECT id FROM x", [Right, Right, Refused]),
    ("WITH x AS NOT MATERIALIZED (SELECT id FROM project) SELECT id FROM x", [Right, Right, Refused]),
    ("WITH x (a) AS (SELECT id FROM project) SELECT a FROM x", [Right, Right, Right]),
    ("WITH x (a) AS (SELECT id FROM project) SELECT a AS b FROM main.x", [Refused, Refused, Refused]),
    ("WITH x (a) AS (SELECT id FROM project) SELECT a AS b FROM public.x", [Refused, Refused, Refused]),
    ("WITH RECURSIVE x AS (SELECT id FROM project WHERE id = 1 UNION ALL SELECT p.id FROM project p JOIN x ON p.id = x.id + 1) SELECT id FROM x", [Right, Right, Right]),
    ("WITH x AS (DELETE FROM task_tag RETURNING task_id) SELECT * FROM x", [Failing, Right, Failing]),
    ("WITH x AS (UPDATE tag SET note = 'x' RETURNING id) SELECT * FROM x", [Failing, Right, Refused]),
    ("WITH x AS (SELECT 1) DELETE FROM task_tag", [Right, Right, Failing]),
    ("WITH x AS (SELECT id FROM tag) DELETE FROM task_tag WHERE tag_id IN (SELECT id FROM x)", [Right, Right, Failing]),
    ("WITH x AS (SELECT id FROM tag) UPDATE tag SET note = 'y' WHERE id IN (SELECT id FROM x)", [Right, Right, Failing]),
];

async fn queries_nest_as_the_engine_nests_them_or_are_refused(db: &TestDb) -> Outcome {
    Probe::new(db).await?.check(CASES).await?.end().await
}

on_every_backend!(queries_nest_as_the_engine_nests_them_or_are_refused);
