//! Signs of bound values inside comments, literals and names, and operators that look like them.

use super::probe::{Comes::*, Probe};
use crate::{
    composite::families::Rows,
    harness::{Outcome, TestDb},
};

async fn signs_of_values_in_texts_and_comments_are_no_values(db: &TestDb) -> Outcome {
    let cases = [
        ("SELECT name FROM tag WHERE id = ?", Right),
        ("SELECT name FROM tag WHERE name = '?' OR id = ?", Right),
        ("SELECT name FROM tag /* ? */ WHERE id = ? -- ?", Right),
        ("SELECT name FROM tag WHERE name = '''?' OR id = ?", Right),
        ("SELECT name FROM tag WHERE name IN ('?', ':a', '@a', '$1') OR id = ?", Right),
        ("SELECT id AS a, (SELECT ?) AS b FROM tag", Right),
        ("SELECT id FROM task WHERE points >?", Right),
        ("SELECT id FROM task WHERE points=? OR 1 = 1", Right),
        ("UPDATE tag SET note = '?' WHERE id = ?", Right),
        ("DELETE FROM task_tag WHERE tag_id = ? /* OR 1 = ? */", Right),
    ];
    Probe::new(db).await?.with([1_i64.into()]).check_each(&cases).await?.end().await
}

async fn numbers_of_values_in_texts_and_comments_are_no_values(db: &TestDb) -> Outcome {
    let cases = [
        ("SELECT name FROM tag WHERE id = $1", Right),
        ("SELECT name FROM tag WHERE id = $1 OR id = $1", Right),
        ("SELECT name FROM tag WHERE name = '$2' OR id = $1", Right),
        ("SELECT name FROM tag /* $2 */ WHERE id = $1 -- $3", Right),
        (r#"SELECT id AS "$2" FROM tag WHERE id = $1"#, Right),
        ("SELECT name FROM tag WHERE id = $1::bigint", Right),
        ("SELECT id FROM task WHERE points=$1::bigint OR 1 = 1", Right),
        (r#"SELECT id FROM tag WHERE '{"a":1}'::jsonb ? 'a' AND id = $1"#, Right),
        (r#"SELECT id FROM tag WHERE '{"a":1}'::jsonb ?| ARRAY['a'] AND id = $1"#, Right),
        (r#"SELECT id FROM tag WHERE '{"a":1}'::jsonb ?& ARRAY['a'] AND id = $1"#, Right),
        ("SELECT name FROM tag WHERE id = $01", Refused),
        ("SELECT name FROM tag WHERE id = $0", Refused),
        ("SELECT name FROM tag WHERE id = $1$", Refused),
        ("SELECT name FROM tag WHERE id = $a$1$a$", Refused),
        ("SELECT name FROM tag WHERE id = $1 AND id = ?", Refused),
        ("SELECT name FROM tag WHERE id = :1", Refused),
        ("SELECT name FROM tag WHERE id = @1", Refused),
        ("SELECT name FROM tag WHERE id = $2", Refused),
        ("SELECT name FROM tag WHERE id = $99999999999999999999", Refused),
        ("DELETE FROM task_tag WHERE tag_id = $1 /* OR 1 = $1 */", Right),
    ];
    Probe::new(db).await?.with([1_i64.into()]).check_each(&cases).await?.end().await
}

async fn named_values_are_numbered_and_mixed_ones_refused(db: &TestDb) -> Outcome {
    // SQLite alone has names; its driver binds none by itself.
    let numbered = if db.backend == crate::harness::Backend::Sqlite {
        ReadsAs("SELECT name FROM tag WHERE id = ?1")
    } else {
        Refused
    };
    let named = [":id", "@id", "$id"].map(|name| format!("SELECT name FROM tag WHERE id = {name}"));
    let named = named.each_ref().map(|text| (text.as_str(), numbered));
    let texts = [
        "SELECT name FROM tag WHERE id = ? OR id = :id",
        "SELECT name FROM tag WHERE id = ?? OR id = 1",
        "SELECT name FROM tag WHERE id = ?a",
        "SELECT name FROM tag WHERE id = ?0",
        "SELECT name FROM tag WHERE id = ? OR id = ?1",
    ];
    let probe = Probe::new(db).await?.with([1_i64.into()]);
    probe.check_each(&named).await?.check_each(&texts.map(|text| (text, Refused))).await?.end().await
}

async fn numbered_values_keep_their_numbers(db: &TestDb) -> Outcome {
    let cases = [
        ("SELECT name FROM tag WHERE id = ?2 AND account_id <> ?1", Same),
        ("SELECT name FROM tag WHERE id = ?1 OR id = ?2 OR id = ?1", Right),
        ("SELECT name FROM tag WHERE name = '?3' OR id = ?2 OR id = ?1", Right),
        ("SELECT name FROM tag WHERE id = ?2 /* ?3 */ OR 1 = ?1", Right),
        ("SELECT name FROM tag WHERE id = ?01 OR id = ?2", Refused),
    ];
    Probe::new(db).await?.with([1_i64.into(), 2_i64.into()]).check_each(&cases).await?.end().await
}

on_every_backend! { @ sqlite Sqlite:
    signs_of_values_in_texts_and_comments_are_no_values,
    named_values_are_numbered_and_mixed_ones_refused,
    numbered_values_keep_their_numbers
}
on_every_backend! { @ postgres Postgres: numbers_of_values_in_texts_and_comments_are_no_values }
on_every_backend! { @ mariadb Mariadb:
    signs_of_values_in_texts_and_comments_are_no_values,
    named_values_are_numbered_and_mixed_ones_refused
}
