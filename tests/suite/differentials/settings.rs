//! Settings of a session that change how the engine reads a text.

use super::probe::{
    Comes::{self, *},
    Probe,
};
use crate::{
    composite::families::Rows,
    harness::{Outcome, TestDb},
};

#[rustfmt::skip]
const BACKSLASHES_THAT_ESCAPE: &[(&str, Comes)] = &[
    (r"SELECT name FROM tag WHERE id = 1 OR name = '\n OR 1 = 1 -- '' \\'", Right),
    (r"SELECT name FROM tag WHERE id = 1 OR name = 'é\\' OR 1 = 1 -- '", Refused),
    (r"SELECT id, '\101\x41\d''\n' AS v FROM task", Right),
    (r"SELECT id, note LIKE '\d%' AS v FROM tag", Right),
    (r"UPDATE tag SET note = '\d''\d\n' WHERE id = 1", Right),
    (r"INSERT INTO tag (account_id, id, name, note) VALUES (1, 9, '\q', '\t')", Same),
    (r"SELECT name FROM tag WHERE id = 1 OR name = '\' OR id = 1", Refused),
    (r"SELECT name FROM tag WHERE id = 1 OR name = '\' OR id = 1 OR name = '\'", Refused),
    (r"SELECT name FROM tag WHERE id = 1 OR name = '\\' OR id = 1 OR name = 'a'", Right),
    (r"SELECT name FROM tag WHERE id = 1 OR name = '\\' OR 1 = 1 -- '", Right),
    (r"SELECT name FROM tag WHERE id = 1 OR name = 'a\' OR 1 = 1 -- '", Refused),
    (r"SELECT name FROM tag WHERE id = 1 OR name = 'a\'' OR 1 = 1 -- '", Refused),
    (r"SELECT name FROM tag WHERE id = 1 OR name = 'a\\'' OR 1 = 1 -- '", Right),
    (r"SELECT name FROM tag WHERE id = 1 OR name = 'a\\\' OR 1 = 1 -- '", Refused),
    (r"SELECT name FROM tag WHERE id = 1 OR name = '\'' OR '\'' <> '", Refused),
    (r"SELECT id, '\\' AS v FROM task", Right),
    (r"SELECT id, '\\\\' AS v FROM task", Right),
    (r"SELECT id, '\n' AS v FROM task", Right),
    (r"SELECT id, '\%' AS v FROM task", Right),
    ("SELECT id, 'a''b' AS v FROM task", Right),
    ("SELECT id, '''' AS v FROM task", Right),
    ("SELECT id, '''''' AS v FROM task", Right),
    ("SELECT id, '' AS v FROM task", Right),
    (r"SELECT name FROM tag WHERE note LIKE '%\_%' OR id = 1", Right),
    (r"SELECT name FROM tag WHERE note LIKE '%\\_%' ESCAPE '\\' OR id = 1", Right),
    (r"SELECT name FROM tag WHERE note LIKE '%\_%' ESCAPE '\' OR id = 1", Refused),
    ("SELECT name FROM tag WHERE note LIKE 'A%' ESCAPE '' OR id = 1", Right),
    (r"SELECT id, E'a\'b' AS v FROM task", Right),
    (r"SELECT id, E'a\\' AS v FROM task", Right),
    (r"SELECT name FROM tag WHERE id = 1 OR name = E'\\' OR id = 1", Right),
    (r"SELECT name FROM tag WHERE id = 1 OR name = E'\' OR id = 1", Refused),
    (r"SELECT name FROM tag WHERE id = 1 OR name = E '\' OR id = 1", Refused),
    ("SELECT name FROM tag WHERE id = 1 OR name = E'' OR id = 1", Right),
    (r"SELECT id, u&'d\0061t' AS v FROM task", ReadsAs("SELECT id, 'dat' AS v FROM task")),
    ("SELECT name FROM tag WHERE id = 1 OR name = $a$' OR 1 = 1 -- $a$ OR name = ''", Right),
    (r#"SELECT id, "a" AS v FROM task"#, Failing),
    (r#"SELECT id, "name" AS v FROM tag"#, Right),
    (r#"SELECT id, 'a"b' AS v FROM task"#, Right),
    (r#"SELECT name FROM tag WHERE id = 1 OR name = "x" OR id = 1"#, Failing),
    (r#"SELECT name FROM tag WHERE id = 1 OR name = "x' OR 1 = 1 -- " OR name = 'y'"#, Failing),
    (r#"SELECT name FROM tag WHERE id = 1 OR name = "' OR id = 1 OR name = '""#, Failing),
    (r#"SELECT name FROM tag WHERE id = 1 OR name = '" OR 1 = 1 -- "'"#, Right),
    ("SELECT name FROM tag WHERE id = 1 OR name = `x' OR 1 = 1 -- `", Refused),
    ("SELECT name FROM tag WHERE id = 1 OR name = 'a`b' OR id = 1", Right),
    (r"UPDATE tag SET note = '\' WHERE id = 1 -- '", Refused),
    (r"UPDATE tag SET note = '\\' WHERE id = 1", Right),
    (r"UPDATE tag SET note = 'a\', name = 'b' WHERE id = 1 -- '", Refused),
    (r"INSERT INTO tag (account_id, id, name, note) VALUES (1, 9, 'x\\', 'y'), (1, 10, 'x''', 'z')", Same),
    (r"INSERT INTO tag (account_id, id, name, note) VALUES (1, 9, 'x\', 'y'), (2, 10, ', 2, ', 'z')", Refused),
];

async fn literals_end_the_same_where_backslashes_escape_or_are_refused(db: &TestDb) -> Outcome {
    Probe::new(db)
        .await?
        .after("SET standard_conforming_strings = off")
        .await?
        .check_each(BACKSLASHES_THAT_ESCAPE)
        .await?
        .end()
        .await
}

#[rustfmt::skip]
const BACKSLASHES_THAT_DO_NOT_ESCAPE: &[(&str, Comes)] = &[
    (r"SELECT name FROM tag WHERE id = 1 OR name = '\n OR 1 = 1 -- '' \\'", Right),
    (r"SELECT name FROM tag WHERE id = 1 OR name = 'é\\' OR 1 = 1 -- '", Refused),
    (r"SELECT id, '\101\x41\d''\n' AS v FROM task", Right),
    (r"SELECT id, note LIKE '\d%' AS v FROM tag", Right),
    (r"UPDATE tag SET note = '\d''\d\n' WHERE id = 1", Right),
    (r"INSERT INTO tag (account_id, id, name, note) VALUES (1, 9, '\q', '\t')", Same),
    (r"SELECT name FROM tag WHERE id = 1 OR name = '\' OR id = 1", Refused),
    (r"SELECT name FROM tag WHERE id = 1 OR name = '\' OR id = 1 OR name = '\'", Refused),
    (r"SELECT name FROM tag WHERE id = 1 OR name = '\\' OR id = 1 OR name = 'a'", Right),
    (r"SELECT name FROM tag WHERE id = 1 OR name = '\\' OR 1 = 1 -- '", Right),
    (r"SELECT name FROM tag WHERE id = 1 OR name = 'a\' OR 1 = 1 -- '", Refused),
    (r"SELECT name FROM tag WHERE id = 1 OR name = 'a\'' OR 1 = 1 -- '", Refused),
    (r"SELECT name FROM tag WHERE id = 1 OR name = 'a\\'' OR 1 = 1 -- '", Right),
    (r"SELECT name FROM tag WHERE id = 1 OR name = 'a\\\' OR 1 = 1 -- '", Refused),
    (r"SELECT name FROM tag WHERE id = 1 OR name = '\'' OR '\'' <> '", Refused),
    (r"SELECT id, '\\' AS v FROM task", Right),
    (r"SELECT id, '\\\\' AS v FROM task", Right),
    (r"SELECT id, '\n' AS v FROM task", Right),
    (r"SELECT id, '\%' AS v FROM task", Right),
    ("SELECT id, 'a''b' AS v FROM task", Right),
    ("SELECT id, '''' AS v FROM task", Right),
    ("SELECT id, '''''' AS v FROM task", Right),
    ("SELECT id, '' AS v FROM task", Right),
    (r"SELECT name FROM tag WHERE note LIKE '%\_%' OR id = 1", Right),
    (r"SELECT name FROM tag WHERE note LIKE '%\\_%' ESCAPE '\\' OR id = 1", Failing),
    (r"SELECT name FROM tag WHERE note LIKE '%\_%' ESCAPE '\' OR id = 1", Refused),
    ("SELECT name FROM tag WHERE note LIKE 'A%' ESCAPE '' OR id = 1", Failing),
    (r"SELECT id, E'a\'b' AS v FROM task", Refused),
    (r"SELECT id, E'a\\' AS v FROM task", Refused),
    (r"SELECT name FROM tag WHERE id = 1 OR name = E'\\' OR id = 1", Refused),
    (r"SELECT name FROM tag WHERE id = 1 OR name = E'\' OR id = 1", Refused),
    (r"SELECT name FROM tag WHERE id = 1 OR name = E '\' OR id = 1", Refused),
    ("SELECT name FROM tag WHERE id = 1 OR name = E'' OR id = 1", Refused),
    (r"SELECT id, u&'d\0061t' AS v FROM task", Refused),
    ("SELECT name FROM tag WHERE id = 1 OR name = $a$' OR 1 = 1 -- $a$ OR name = ''", Refused),
    (r#"SELECT id, "a" AS v FROM task"#, Refused),
    (r#"SELECT id, "name" AS v FROM tag"#, Refused),
    (r#"SELECT id, 'a"b' AS v FROM task"#, Right),
    (r#"SELECT name FROM tag WHERE id = 1 OR name = "x" OR id = 1"#, Refused),
    (r#"SELECT name FROM tag WHERE id = 1 OR name = "x' OR 1 = 1 -- " OR name = 'y'"#, Refused),
    (r#"SELECT name FROM tag WHERE id = 1 OR name = "' OR id = 1 OR name = '""#, Refused),
    (r#"SELECT name FROM tag WHERE id = 1 OR name = '" OR 1 = 1 -- "'"#, Right),
    ("SELECT name FROM tag WHERE id = 1 OR name = `x' OR 1 = 1 -- `", Failing),
    ("SELECT name FROM tag WHERE id = 1 OR name = 'a`b' OR id = 1", Right),
    (r"UPDATE tag SET note = '\' WHERE id = 1 -- '", Refused),
    (r"UPDATE tag SET note = '\\' WHERE id = 1", Right),
    (r"UPDATE tag SET note = 'a\', name = 'b' WHERE id = 1 -- '", Refused),
    (r"INSERT INTO tag (account_id, id, name, note) VALUES (1, 9, 'x\\', 'y'), (1, 10, 'x''', 'z')", Same),
    (r"INSERT INTO tag (account_id, id, name, note) VALUES (1, 9, 'x\', 'y'), (2, 10, ', 2, ', 'z')", Refused),
];

async fn literals_end_the_same_where_no_backslash_escapes_or_are_refused(db: &TestDb) -> Outcome {
    Probe::new(db)
        .await?
        .after("SET sql_mode = 'NO_BACKSLASH_ESCAPES'")
        .await?
        .check_each(BACKSLASHES_THAT_DO_NOT_ESCAPE)
        .await?
        .end()
        .await
}

#[rustfmt::skip]
const DOUBLE_QUOTES_AROUND_NAMES: &[(&str, Comes)] = &[
    (r"SELECT name FROM tag WHERE id = 1 OR name = '\' OR id = 1", Refused),
    (r"SELECT name FROM tag WHERE id = 1 OR name = '\' OR id = 1 OR name = '\'", Refused),
    (r"SELECT name FROM tag WHERE id = 1 OR name = '\\' OR id = 1 OR name = 'a'", Right),
    (r"SELECT name FROM tag WHERE id = 1 OR name = '\\' OR 1 = 1 -- '", Right),
    (r"SELECT name FROM tag WHERE id = 1 OR name = 'a\' OR 1 = 1 -- '", Refused),
    (r"SELECT name FROM tag WHERE id = 1 OR name = 'a\'' OR 1 = 1 -- '", Refused),
    (r"SELECT name FROM tag WHERE id = 1 OR name = 'a\\'' OR 1 = 1 -- '", Right),
    (r"SELECT name FROM tag WHERE id = 1 OR name = 'a\\\' OR 1 = 1 -- '", Refused),
    (r"SELECT name FROM tag WHERE id = 1 OR name = '\'' OR '\'' <> '", Refused),
    (r"SELECT id, '\\' AS v FROM task", Right),
    (r"SELECT id, '\\\\' AS v FROM task", Right),
    (r"SELECT id, '\n' AS v FROM task", Right),
    (r"SELECT id, '\%' AS v FROM task", Right),
    ("SELECT id, 'a''b' AS v FROM task", Right),
    ("SELECT id, '''' AS v FROM task", Right),
    ("SELECT id, '''''' AS v FROM task", Right),
    ("SELECT id, '' AS v FROM task", Right),
    (r"SELECT name FROM tag WHERE note LIKE '%\_%' OR id = 1", Right),
    (r"SELECT name FROM tag WHERE note LIKE '%\\_%' ESCAPE '\\' OR id = 1", Right),
    (r"SELECT name FROM tag WHERE note LIKE '%\_%' ESCAPE '\' OR id = 1", Refused),
    ("SELECT name FROM tag WHERE note LIKE 'A%' ESCAPE '' OR id = 1", Right),
    (r"SELECT id, E'a\'b' AS v FROM task", Refused),
    (r"SELECT id, E'a\\' AS v FROM task", Refused),
    (r"SELECT name FROM tag WHERE id = 1 OR name = E'\\' OR id = 1", Refused),
    (r"SELECT name FROM tag WHERE id = 1 OR name = E'\' OR id = 1", Refused),
    (r"SELECT name FROM tag WHERE id = 1 OR name = E '\' OR id = 1", Refused),
    ("SELECT name FROM tag WHERE id = 1 OR name = E'' OR id = 1", Refused),
    (r"SELECT id, u&'d\0061t' AS v FROM task", Refused),
    ("SELECT name FROM tag WHERE id = 1 OR name = $a$' OR 1 = 1 -- $a$ OR name = ''", Refused),
    (r#"SELECT id, "a" AS v FROM task"#, Refused),
    (r#"SELECT id, "name" AS v FROM tag"#, Refused),
    (r#"SELECT id, 'a"b' AS v FROM task"#, Right),
    (r#"SELECT name FROM tag WHERE id = 1 OR name = "x" OR id = 1"#, Refused),
    (r#"SELECT name FROM tag WHERE id = 1 OR name = "x' OR 1 = 1 -- " OR name = 'y'"#, Refused),
    (r#"SELECT name FROM tag WHERE id = 1 OR name = "' OR id = 1 OR name = '""#, Refused),
    (r#"SELECT name FROM tag WHERE id = 1 OR name = '" OR 1 = 1 -- "'"#, Right),
    ("SELECT name FROM tag WHERE id = 1 OR name = `x' OR 1 = 1 -- `", Failing),
    ("SELECT name FROM tag WHERE id = 1 OR name = 'a`b' OR id = 1", Right),
    (r"UPDATE tag SET note = '\' WHERE id = 1 -- '", Refused),
    (r"UPDATE tag SET note = '\\' WHERE id = 1", Right),
    (r"UPDATE tag SET note = 'a\', name = 'b' WHERE id = 1 -- '", Refused),
    (r"INSERT INTO tag (account_id, id, name, note) VALUES (1, 9, 'x\\', 'y'), (1, 10, 'x''', 'z')", Same),
    (r"INSERT INTO tag (account_id, id, name, note) VALUES (1, 9, 'x\', 'y'), (2, 10, ', 2, ', 'z')", Refused),
];

async fn text_in_double_quotes_is_refused_where_it_is_a_name(db: &TestDb) -> Outcome {
    Probe::new(db)
        .await?
        .after("SET sql_mode = 'ANSI_QUOTES'")
        .await?
        .check_each(DOUBLE_QUOTES_AROUND_NAMES)
        .await?
        .end()
        .await
}

#[rustfmt::skip]
const NOT_BEFORE_COMPARISONS: &[(&str, Comes)] = &[
    ("SELECT id, points = 1 || points = 2 FROM task", Refused),
    ("SELECT id, 1 + 2 || 3 FROM task", Refused),
    ("SELECT id, '1' || 2 + 3 FROM task", Refused),
    ("SELECT id, 1 || 2 * 3 FROM task", Refused),
    ("SELECT id, -1 || 2 FROM task", Right),
    ("SELECT id, NOT points = 1 FROM task", Right),
    ("SELECT id, NOT points FROM task", Right),
    ("SELECT id, NOT NOT points = 1 FROM task", Right),
    ("SELECT id, NOT 1 = 0 FROM task", Right),
    ("SELECT id, NOT 1 + 1 FROM task", Right),
    ("SELECT id, NOT 0 = 0 FROM task", Right),
    ("SELECT id, NOT 1 IN (0) FROM task", Right),
    ("SELECT id, NOT 1 BETWEEN 0 AND 1 FROM task", Right),
    ("SELECT id, NOT 1 BETWEEN -5 AND 5 FROM task", Right),
    ("SELECT id, NOT 2 BETWEEN 1 AND 3 FROM task", Right),
    ("SELECT id, NOT 'a' LIKE 'b' FROM task", Right),
    ("SELECT id, NOT points IS NULL FROM task", Right),
    ("SELECT id, NOT NULL IS NULL FROM task", Right),
    ("SELECT id, NOT 1 > 2 FROM task", Right),
    ("SELECT id, NOT 1 AND 0 FROM task", Right),
    ("SELECT id, NOT 1 OR 1 FROM task", Right),
    ("SELECT id, NOT EXISTS (SELECT 1) FROM task", Right),
    ("SELECT id, 1 = NOT 0 FROM task", Right),
    ("SELECT id, NOT (1) = 0 FROM task", Right),
    ("SELECT id, 1 - NOT 0 FROM task", Right),
    ("SELECT id, 2 NOT BETWEEN 1 AND 3 AND 1 = 1 FROM task", Right),
    ("SELECT id, 1 NOT IN (1) = 0 FROM task", Right),
    ("SELECT id, 'ab' LIKE 'a' || 'b' FROM task", Refused),
    ("SELECT id, 'a' || 'b' LIKE 'ab' FROM task", Refused),
    ("SELECT id, 'a' NOT LIKE 'A' = 1 FROM task", Refused),
    ("SELECT id, 'a' LIKE 'a' COLLATE nocase FROM task", Failing),
    ("SELECT id, 'a' = 'A' COLLATE NOCASE FROM task", Failing),
    ("SELECT id, 'a' || 'b' = 'AB' COLLATE NOCASE FROM task", Refused),
    ("SELECT id, 'a' COLLATE NOCASE = 'A' FROM task", Failing),
    (r#"SELECT id, 'a' COLLATE "C" < 'B' FROM task"#, Refused),
    (r#"SELECT id, 'a' || 'b' COLLATE "C" < 'B' FROM task"#, Refused),
    ("SELECT id, 'a' COLLATE utf8mb4_bin = 'A' FROM task", Right),
    ("SELECT id, 'a' = 'A' COLLATE utf8mb4_bin FROM task", Right),
    ("SELECT id FROM task WHERE NOT id = 1 OR points = 1", Right),
    ("SELECT id FROM task WHERE NOT id = 1 AND points = 2", Same),
    ("SELECT id FROM task WHERE NOT id BETWEEN 2 AND 3", Same),
    ("SELECT id FROM task WHERE id = 1 OR 1 = 1 AND NOT 1 = 0", Right),
    ("DELETE FROM task_tag WHERE NOT tag_id = 2 OR 1 = 1", Right),
    ("UPDATE tag SET note = 'x' WHERE NOT id = 2 AND 1 = 1 OR id = 2", Right),
];

async fn operators_bind_the_same_where_not_binds_first_or_are_refused(db: &TestDb) -> Outcome {
    Probe::new(db)
        .await?
        .after("SET sql_mode = 'HIGH_NOT_PRECEDENCE'")
        .await?
        .check_each(NOT_BEFORE_COMPARISONS)
        .await?
        .end()
        .await
}

#[rustfmt::skip]
const BARS_THAT_MEAN_OR: &[(&str, Comes)] = &[
    ("SELECT id, points = 1 || points = 2 FROM task", Refused),
    ("SELECT id, 1 + 2 || 3 FROM task", Refused),
    ("SELECT id, '1' || 2 + 3 FROM task", Refused),
    ("SELECT id, 1 || 2 * 3 FROM task", Refused),
    ("SELECT id, -1 || 2 FROM task", Right),
    ("SELECT id, 'ab' LIKE 'a' || 'b' FROM task", Refused),
    ("SELECT id, 'a' || 'b' LIKE 'ab' FROM task", Refused),
    ("SELECT id, 'a' || 'b' = 'AB' COLLATE NOCASE FROM task", Refused),
    (r#"SELECT id, 'a' || 'b' COLLATE "C" < 'B' FROM task"#, Refused),
    ("SELECT id, points||1 FROM task", Right),
    ("SELECT id, points|| 1 FROM task", Right),
    ("SELECT id, 'a'||'b' FROM task", Right),
    ("SELECT id, 'a'||points||'b' FROM task", Right),
    ("SELECT id, 1||0 FROM task", Right),
    ("SELECT id, 0||0 FROM task", Right),
    ("SELECT id, 1 AND 0 || 1 FROM task", Refused),
    ("SELECT id, 0 || 1 AND 0 FROM task", Refused),
    ("SELECT id, 'a' || 'b' GLOB 'ab' FROM task", Refused),
    ("SELECT id, CAST(1 AS CHAR) || 'a' FROM task", Right),
];

async fn bars_mean_the_same_where_they_are_or_or_are_refused(db: &TestDb) -> Outcome {
    Probe::new(db)
        .await?
        .after("SET sql_mode = 'TRADITIONAL'")
        .await?
        .check_each(BARS_THAT_MEAN_OR)
        .await?
        .end()
        .await
}

#[rustfmt::skip]
const SPACES_BEFORE_PARENTHESES: &[(&str, Comes)] = &[
    ("SELECT id, COUNT (*) FROM task", Same),
    ("SELECT id, COUNT(*) FROM task", Same),
    ("SELECT id, COUNT( * ) FROM task", Same),
    ("SELECT id, MAX (points) FROM task", Same),
    ("SELECT id, IF (1, 2, 3) FROM task", Right),
    ("SELECT id, LEFT ('abc', 1) FROM task", Right),
    ("SELECT id, (points, id) = (SELECT 1, 1) FROM task", Right),
    ("SELECT id, points IN (1,) FROM task", Refused),
    ("SELECT id, points IN () FROM task", Refused),
    ("SELECT id, points IN (SELECT 1) FROM task", Right),
    ("SELECT id, points IN (SELECT points FROM task) FROM task", Right),
    ("SELECT id, points IN (TABLE task) FROM task", Refused),
    ("SELECT id, points IN (VALUES (1), (2)) FROM task", Right),
    ("SELECT id, points = (VALUES (1)) FROM task", Refused),
    ("SELECT id, points = ANY (SELECT points FROM task) FROM task", Right),
    ("SELECT id, points = SOME (SELECT points FROM task) FROM task", Right),
    ("SELECT id, points >= ALL (SELECT points FROM task) FROM task", Right),
];

async fn calls_are_the_same_where_a_space_may_stand_before_the_parenthesis_or_refused(
    db: &TestDb,
) -> Outcome {
    Probe::new(db)
        .await?
        .after("SET sql_mode = 'IGNORE_SPACE'")
        .await?
        .check_each(SPACES_BEFORE_PARENTHESES)
        .await?
        .end()
        .await
}

on_every_backend! { @ postgres Postgres: literals_end_the_same_where_backslashes_escape_or_are_refused }
on_every_backend! {
    @ mariadb Mariadb:
    literals_end_the_same_where_no_backslash_escapes_or_are_refused,
    text_in_double_quotes_is_refused_where_it_is_a_name,
    operators_bind_the_same_where_not_binds_first_or_are_refused,
    bars_mean_the_same_where_they_are_or_or_are_refused,
    calls_are_the_same_where_a_space_may_stand_before_the_parenthesis_or_refused
}
