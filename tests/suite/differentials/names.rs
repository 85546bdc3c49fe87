//! Quoting, case and Unicode of names.

use super::probe::{Case, Comes::*, Probe};
use crate::{
    composite::families::Rows,
    harness::{Outcome, TestDb},
};

/// Texts, and what comes of each on SQLite, PostgreSQL and MariaDB.
#[rustfmt::skip]
const CASES: &[Case] = &[
    ("SELECT name FROM tag\u{200b} WHERE id = 1", [Refused, Refused, Refused]),
    ("SELECT name FROM t\u{301}ag WHERE id = 1", [Refused, Refused, Refused]),
    ("SELECT name FROM \u{ff50}roject WHERE id = 1", [Refused, Refused, Refused]),
    ("SELECT name FROM proj\u{301}ect WHERE id = 1", [Refused, Refused, Refused]),
    ("SELECT name FROM tas\u{212a} WHERE id = 1", [Refused, Refused, Refused]),
    ("SELECT title FROM TAS\u{212a} WHERE id = 1", [Refused, Refused, Refused]),
    ("SELECT title FROM \"tas\u{212a}\" WHERE id = 1", [Refused, Refused, Refused]),
    ("SELECT title FROM task AS \"tas\u{212a}\" WHERE \"tas\u{212a}\".id = 1", [Right, Right, Refused]),
    ("SELECT title FROM task AS tas\u{212a} WHERE task.id = 1", [Failing, Failing, Failing]),
    ("SELECT name FROM PROJECT WHERE id = 1", [Right, Right, Refused]),
    ("SELECT name FROM Project WHERE id = 1", [Right, Right, Refused]),
    (r#"SELECT name FROM "Project" WHERE id = 1"#, [Right, Refused, Refused]),
    ("SELECT name FROM `Project` WHERE id = 1", [Right, Refused, Refused]),
    ("SELECT name FROM `project` WHERE id = 1", [Right, Refused, Right]),
    (r#"SELECT name FROM "project" WHERE id = 1"#, [Right, Right, Refused]),
    ("SELECT name FROM [project] WHERE id = 1", [Right, Refused, Refused]),
    ("SELECT name FROM [proj]]ect] WHERE id = 1", [Refused, Refused, Refused]),
    (r#"SELECT name AS [a"b] FROM [project] WHERE id = 1"#, [Right, Refused, Refused]),
    ("SELECT name AS `a``b` FROM project WHERE id = 1", [Right, Refused, Right]),
    (r#"SELECT name AS "a""b" FROM project WHERE id = 1"#, [Right, Right, Refused]),
    (r#"SELECT name AS "a`b" FROM project WHERE id = 1"#, [Right, Right, Refused]),
    (r#"SELECT name AS `a"b` FROM project WHERE id = 1"#, [Right, Refused, Right]),
    (r#"SELECT "a"".name FROM project AS "a"" WHERE id = 1"#, [Refused, Refused, Refused]),
    (r#"SELECT "a""".name FROM project AS "a""" WHERE id = 1"#, [Right, Right, Refused]),
    (r#"SELECT "nosuch" AS a FROM project WHERE id = 1"#, [Refused, Failing, Refused]),
    (r#"SELECT name FROM project WHERE "nosuch" = 'nosuch' AND id = 1"#, [Refused, Failing, Refused]),
    (r#"SELECT name FROM project WHERE "nosuch" = "nosuch" AND id = 1"#, [Refused, Failing, Refused]),
    (r#"SELECT name FROM project WHERE name = "Apollo""#, [Refused, Failing, Refused]),
    ("SELECT name FROM project WHERE name = `Apollo`", [Failing, Refused, Failing]),
    ("SELECT name FROM project WHERE name = [Apollo]", [Failing, Refused, Refused]),
    (r#"SELECT name FROM project WHERE "name" = 'Apollo'"#, [Right, Right, Refused]),
    (r#"SELECT name FROM project WHERE id = 1 ORDER BY "nosuch""#, [Refused, Failing, Refused]),
    ("SELECT name FROM 'project' WHERE id = 1", [Refused, Refused, Refused]),
    ("SELECT 'name' FROM project WHERE id = 1", [Right, Right, Right]),
    ("SELECT name AS 'n' FROM project WHERE id = 1", [Refused, Refused, Refused]),
    (r#"SELECT name AS "account_id" FROM project WHERE id = 1"#, [Right, Right, Refused]),
    ("SELECT project.account_\u{131}d FROM project WHERE id = 1", [Failing, Refused, Since(1108)]),
    ("UPDATE tag SET ACCOUNT_\u{131}D = 2", [Refused, Refused, Refused]),
    ("UPDATE tag SET \"account_\u{131}d\" = 2", [Refused, Refused, Refused]),
    ("UPDATE tag SET `account_\u{131}d` = 2", [Refused, Refused, Refused]),
    ("UPDATE tag SET ACCOUNT_ID = 2", [Refused, Refused, Refused]),
    (r#"UPDATE tag SET "ACCOUNT_ID" = 2"#, [Refused, Failing, Refused]),
    ("UPDATE tag SET `ACCOUNT_ID` = 2", [Refused, Refused, Refused]),
    ("UPDATE tag SET [account_id] = 2", [Refused, Refused, Refused]),
    ("UPDATE tag SET `account_id` = 1, note = 'x'", [Right, Refused, Right]),
    (r#"UPDATE tag SET "account_id" = 1, note = 'x'"#, [Right, Right, Refused]),
    ("UPDATE tag SET account_id = 1, note = 'x'", [Right, Right, Right]),
    ("UPDATE tag SET note = 'x', tag.account_id = 2", [Refused, Refused, Refused]),
    ("UPDATE tag SET note = 'x', account_id = 0+2", [Refused, Refused, Refused]),
    (r#"INSERT INTO tag (id, "account_İd", name, note) VALUES (9, 2, 'n', 'n')"#, [Refused, Refused, Refused]),
    ("INSERT INTO tag (id, `äccount_id`, name, note) VALUES (9, 2, 'n', 'n')", [Refused, Refused, Refused]),
    (r#"INSERT INTO tag (id, "ACCOUNT_ID", name, note) VALUES (9, 2, 'n', 'n')"#, [Refused, Refused, Refused]),
    ("INSERT INTO tag (id, ACCOUNT_ID, name, note) VALUES (9, 2, 'n', 'n')", [Refused, Refused, Refused]),
];

async fn names_are_resolved_as_the_engine_resolves_them_or_refused(db: &TestDb) -> Outcome {
    Probe::new(db).await?.check(CASES).await?.end().await
}

on_every_backend!(names_are_resolved_as_the_engine_resolves_them_or_refused);
