//! Commas, joins and the order in which they bind.

use super::probe::{Case, Comes::*, Probe};
use crate::{
    composite::families::Rows,
    harness::{Outcome, TestDb},
};

/// Texts, and what comes of each on SQLite, PostgreSQL and MariaDB.
#[rustfmt::skip]
const CASES: &[Case] = &[
    ("SELECT p.id, t.id AS tid FROM project p, task t WHERE t.project_id = p.id", [Right, Right, Right]),
    ("SELECT p.id, t.id AS tid, c.code FROM project p, task t LEFT JOIN country c ON c.code = p.country_code", [Right, Failing, Failing]),
    ("SELECT p.id, t.id AS tid, c.code FROM project p, task t LEFT JOIN country c ON c.code = 'FR'", [Right, Right, Right]),
    ("SELECT p.id, t.id AS tid, g.id AS gid FROM project p, task t LEFT JOIN tag g ON g.id = p.id", [Right, Failing, Failing]),
    ("SELECT p.id, t.id AS tid, g.id AS gid FROM project p CROSS JOIN task t LEFT JOIN tag g ON g.id = p.id", [Right, Right, Right]),
    ("SELECT p.id, t.id AS tid, g.id AS gid FROM project p, task t JOIN tag g ON g.id = t.id", [Right, Right, Right]),
    ("SELECT p.id, t.id AS tid, g.id AS gid FROM project p, task t LEFT JOIN tag g ON g.id = t.id, manager m", [Right, Right, Right]),
    ("SELECT p.id, t.id AS tid, g.id AS gid FROM project p LEFT JOIN task t ON t.project_id = p.id, tag g", [Right, Right, Right]),
    ("SELECT p.id, t.id AS tid, g.id AS gid FROM project p LEFT JOIN task t ON t.project_id = p.id, tag g LEFT JOIN manager m ON m.id = g.id", [Right, Right, Right]),
    ("SELECT p.id, t.id AS tid, g.id AS gid FROM project p LEFT JOIN task t ON t.project_id = p.id LEFT JOIN tag g ON g.id = t.id", [Right, Right, Right]),
    ("SELECT p.id, t.id AS tid, g.id AS gid FROM project p LEFT JOIN (task t LEFT JOIN tag g ON g.id = t.id) ON t.project_id = p.id", [Right, Right, Right]),
    ("SELECT p.id, t.id AS tid, g.id AS gid FROM project p LEFT JOIN (task t CROSS JOIN tag g) ON t.project_id = p.id AND g.id = t.id", [Right, Right, Right]),
    ("SELECT p.id, t.id AS tid, g.id AS gid FROM project p LEFT JOIN (task t, tag g) ON t.project_id = p.id AND g.id = t.id", [Refused, Refused, Refused]),
    ("SELECT p.id, t.id AS tid, g.id AS gid FROM project p LEFT JOIN task t JOIN tag g ON g.id = t.id ON t.project_id = p.id", [Refused, Right, Right]),
    ("SELECT p.id, t.id AS tid, g.id AS gid FROM project p LEFT JOIN task t INNER JOIN tag g ON t.project_id = p.id", [Right, Failing, Failing]),
    ("SELECT p.id, t.id AS tid FROM project p JOIN task t", [Right, Failing, Right]),
    ("SELECT p.id, t.id AS tid FROM project p JOIN task t WHERE t.project_id = p.id", [Right, Failing, Right]),
    ("SELECT p.id, t.id AS tid, g.id AS gid FROM project p JOIN task t JOIN tag g ON g.id = t.id", [Right, Failing, Refused]),
    ("SELECT p.id, t.id AS tid, g.id AS gid FROM project p JOIN task t, tag g", [Right, Failing, Right]),
    ("SELECT p.id, t.id AS tid FROM project p INNER JOIN task t", [Right, Failing, Right]),
    ("SELECT p.id, t.id AS tid FROM project p CROSS JOIN task t ON t.project_id = p.id", [Refused, Refused, Right]),
    ("SELECT p.id, t.id AS tid FROM project p LEFT JOIN task t", [Right, Failing, Failing]),
    ("SELECT p.id, t.id AS tid FROM project p LEFT OUTER JOIN task t ON t.project_id = p.id", [Right, Right, Right]),
    ("SELECT p.id, t.id AS tid FROM project p RIGHT JOIN task t ON t.project_id = p.id", [Refused, Right, Right]),
    ("SELECT p.id, t.id AS tid FROM project p RIGHT JOIN task t ON t.project_id = p.id AND p.name = 'none'", [Refused, Right, Right]),
    ("SELECT p.id, t.id AS tid, g.id AS gid FROM project p, task t RIGHT JOIN tag g ON g.id = t.id", [Refused, Right, Right]),
    ("SELECT p.id, t.id AS tid, g.id AS gid FROM tag g LEFT JOIN project p ON p.id = g.id RIGHT JOIN task t ON t.project_id = p.id", [Refused, Right, Right]),
    ("SELECT p.id, t.id AS tid FROM project p FULL JOIN task t ON t.project_id = p.id", [Refused, Right, Refused]),
    ("SELECT p.id, t.id AS tid FROM project p FULL OUTER JOIN task t ON t.project_id = p.id", [Refused, Right, Refused]),
    ("SELECT p.id, full.id AS tid FROM project p, task full", [Refused, Refused, Refused]),
    ("SELECT full.id FROM project full JOIN task t ON t.project_id = full.id", [Refused, Failing, Refused]),
    ("SELECT id FROM project full WHERE id = 1", [Refused, Refused, Refused]),
    ("SELECT p.id, t.id AS tid FROM project p STRAIGHT_JOIN task t ON t.project_id = p.id", [Refused, Refused, Right]),
    ("SELECT p.id, t.id AS tid FROM project p STRAIGHT_JOIN task t", [Refused, Refused, Right]),
    ("SELECT straight_join.id FROM project straight_join", [Right, Right, Refused]),
    ("SELECT STRAIGHT_JOIN p.id FROM project p, task t", [Refused, Refused, Right]),
    ("SELECT * FROM project NATURAL JOIN manager", [Same, Same, Same]),
    ("SELECT * FROM manager NATURAL JOIN tag", [Same, Same, Same]),
    ("SELECT * FROM manager NATURAL LEFT JOIN tag", [Right, Right, Right]),
    ("SELECT * FROM manager, tag NATURAL JOIN country", [Same, Same, Same]),
    ("SELECT * FROM manager NATURAL JOIN tag, country", [Same, Same, Same]),
    ("SELECT * FROM tag g, manager m NATURAL JOIN project p", [Same, Same, Same]),
    ("SELECT g.id, m.id AS mid FROM tag g, manager m NATURAL JOIN account a", [Same, Same, Same]),
    ("SELECT m.id FROM manager m NATURAL INNER JOIN tag t", [Same, Same, Same]),
    ("SELECT * FROM manager JOIN tag USING (id)", [Right, Right, Right]),
    ("SELECT * FROM manager JOIN tag USING (account_id, id)", [Right, Right, Right]),
    ("SELECT * FROM manager LEFT JOIN project USING (id)", [Right, Right, Right]),
    ("SELECT id, account_id FROM manager JOIN tag USING (account_id, id)", [Right, Right, Right]),
    ("SELECT * FROM manager m LEFT JOIN tag t USING (id), country c", [Right, Right, Right]),
    ("SELECT * FROM country c, manager m LEFT JOIN tag t USING (id)", [Right, Right, Right]),
    ("SELECT * FROM manager CROSS JOIN tag USING (id)", [Refused, Refused, Right]),
    ("SELECT natural.id FROM project natural", [Refused, Refused, Refused]),
    ("SELECT p.id FROM project p, LATERAL (SELECT t.id AS x FROM task t WHERE t.project_id = p.id) AS s", [Refused, Right, Failing]),
    ("SELECT p.id, s.x FROM project p LEFT JOIN LATERAL (SELECT t.id AS x FROM task t WHERE t.project_id = p.id) AS s ON true", [Refused, Right, Failing]),
    ("SELECT lateral.id FROM project lateral", [Refused, Refused, Refused]),
];

async fn joins_bind_as_the_engine_binds_them_or_are_refused(db: &TestDb) -> Outcome {
    Probe::new(db).await?.check(CASES).await?.end().await
}

on_every_backend!(joins_bind_as_the_engine_binds_them_or_are_refused);
