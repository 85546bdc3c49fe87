//! Texts with forms of PostgreSQL that a scope writes back from stand-ins: ONLY, BETWEEN SYMMETRIC, OVERRIDING, subscripts in SET,
//! VARIADIC, rows of functions. Also literals with backslashes on both sides of what could be another end of them.

use crate::choices::Choices;

const TABLES: &[&str] = &[
    "ONLY task",
    "ONLY (task)",
    "ONLY task AS t",
    "ONLY doc",
    "ONLY secret",
    "ONLY (secret)",
    "ONLY (SELECT * FROM secret) AS s",
    "ONLY (task, secret)",
    "ONLY public.task",
    "ONLY task WITH ORDINALITY",
    "task WITH ORDINALITY",
    "ONLY only",
    "ONLY \"task\"",
    "only task only",
    "ONLY unnest(ARRAY[1]) AS u",
    "doc",
];

const JOINS: &[&str] = &[
    "",
    "",
    ", ONLY setting",
    " JOIN ONLY project AS p ON true",
    " FULL JOIN ONLY label USING (title)",
    " NATURAL JOIN ONLY project",
    " LEFT JOIN ONLY item AS i ON i.id = 1",
];

const TARGETS: &[&str] = &[
    "tags[1]",
    "tags[$1]",
    "tags['1']",
    "tags[2][1]",
    "body['k']",
    "body['k']['l']",
    "body['a\"b']",
    "body['\\d']",
    "\"tags\" [1]",
    "tags[(SELECT 1)]",
    "tags[1:2]",
    "account_id[1]",
    "\"account_id\"[1]",
    "account_id.f",
    "id[1]",
    "title",
    "secret[1]",
    "tags[1].f",
];

const VALUES: &[&str] = &[
    "'x'",
    "(SELECT title FROM task LIMIT 1)",
    "(SELECT max(title) FROM secret)",
    "title",
    "'\"x\"'",
    "tags[1]",
    "excluded.title",
    "'\\d'",
];

const OPERANDS: &[&str] = &[
    "id",
    "1",
    "$1",
    "(SELECT max(id) FROM task)",
    "(SELECT id FROM secret)",
    "id + 1",
    "- 1",
    "(id BETWEEN SYMMETRIC 1 AND 2)::int",
    "987654321",
    "id = 1",
];

const CALLS: &[&str] = &[
    "concat(VARIADIC ARRAY[title, 'x'])",
    "concat_ws(',', VARIADIC (SELECT array_agg(title) FROM task))",
    "concat(VARIADIC (SELECT array_agg(title) FROM secret))",
    "json_build_object(VARIADIC ARRAY['a', title])",
    "concat(VARIADIC => title)",
    "query_to_xml(VARIADIC ARRAY['select 1'])",
    "(json_each_text(json_build_object('a', title))).*",
    "(jsonb_each(to_jsonb(t))).*",
    "(jsonb_each(body)).key",
    "(t).*",
    "(unnest(ARRAY[t])).*",
    "(SELECT s FROM secret AS s).*",
    "(jsonb_populate_record(NULL::secret, '{}')).*",
];

const PIECES: &[&str] =
    &["\\n", "\\\\", "\\d", "''", "\\'", "é", "\\", "x", "\\x41", " OR title = ", "--", "\\u0041"];

/// A text of one of the forms.
pub(super) fn text(choices: &mut Choices) -> String {
    match choices.below(8) {
        0 | 1 => only(choices),
        2 => symmetric(choices),
        3 => overriding(choices),
        4 | 5 => elements(choices),
        6 => format!("SELECT {} FROM task AS t", choices.pick(CALLS)),
        _ => literals(choices),
    }
}

fn only(choices: &mut Choices) -> String {
    let (table, join) = (*choices.pick(TABLES), *choices.pick(JOINS));
    match choices.below(5) {
        0 => format!("UPDATE {table} SET title = 'y'"),
        1 => format!("DELETE FROM {table}"),
        2 => format!("DELETE FROM task USING {table}"),
        3 => format!("SELECT count(*) FROM {table}{join} FOR UPDATE"),
        _ => format!("SELECT * FROM {table}{join}"),
    }
}

fn symmetric(choices: &mut Choices) -> String {
    let [x, low, high] = [0; 3].map(|_| *choices.pick(OPERANDS));
    let not = if choices.chance(40) { "NOT " } else { "" };
    let tail = *choices.pick(&["", " OR title = 'one'", " = true", " IS NULL", " AND id = 1"]);
    format!("SELECT * FROM task WHERE {x} {not}BETWEEN SYMMETRIC {low} AND {high}{tail}")
}

fn overriding(choices: &mut Choices) -> String {
    let kind = *choices.pick(&["SYSTEM", "SYSTEM", "USER", "ALL"]);
    let source = *choices.pick(&[
        "VALUES (7, 'x')",
        "SELECT id + 50, title FROM task",
        "SELECT id, title FROM secret",
        "VALUES (7, (SELECT max(title) FROM task))",
        "DEFAULT VALUES",
    ]);
    let tail = *choices.pick(&["", " RETURNING *", " ON CONFLICT DO NOTHING"]);
    let columns = *choices.pick(&[" (id, title)", " (id, title)", ""]);
    format!("INSERT INTO task{columns} OVERRIDING {kind} VALUE {source}{tail}")
}

fn elements(choices: &mut Choices) -> String {
    let mut sets = Vec::new();
    while sets.is_empty() || sets.len() < 3 && choices.chance(40) {
        sets.push(format!("{} = {}", choices.pick(TARGETS), choices.pick(VALUES)));
    }
    let sets = sets.join(", ");
    match choices.below(4) {
        0 => format!(
            "INSERT INTO doc (id, title) VALUES (1, 'z') ON CONFLICT (account_id, id) DO UPDATE SET {sets}"
        ),
        1 => format!("SELECT set, {sets} FROM doc"),
        2 => format!("UPDATE doc SET {sets} FROM task AS tags WHERE tags.id = doc.id RETURNING doc.tags"),
        _ => format!("UPDATE doc SET {sets}"),
    }
}

fn literals(choices: &mut Choices) -> String {
    let mut literal = || {
        let mut text = String::new();
        for _ in 0..choices.below(4) + 1 {
            text += *choices.pick::<&str>(PIECES);
        }
        text
    };
    let (first, second) = (literal(), literal());
    match choices.below(3) {
        0 => format!("SELECT * FROM task WHERE (title = '{first}') OR (title = '{second}')"),
        1 => format!("UPDATE task SET title = '{first}' WHERE title <> '{second}'"),
        _ => format!("SELECT '{first}' AS a, title LIKE '{second}' AS b FROM task"),
    }
}
