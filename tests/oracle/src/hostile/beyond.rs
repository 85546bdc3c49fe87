//! What MySQL and SQLite read and the parser alone does not, with random parts: upserts after a query, searches, hints, names of
//! values, escapes in texts, and tenants that a query carries.

use crate::{choices::Choices, schema::Backend};

/// A text of one of the kinds.
pub(super) fn text(choices: &mut Choices, backend: Backend) -> String {
    let is_mysql = backend == Backend::MariaDb;
    match choices.below(8) {
        0 | 1 if is_mysql => duplicate(choices),
        0 | 1 => conflict(choices),
        2 => carried(choices, backend),
        3 if is_mysql => comma(choices),
        3 => hint(choices),
        4 if is_mysql => search(choices),
        4 => named(choices),
        5 if is_mysql => generated_key(choices),
        6 if is_mysql => escapes(choices),
        _ => operands(choices, backend),
    }
}

fn pick(choices: &mut Choices, of: &[&'static str]) -> &'static str {
    choices.pick::<&str>(of)
}

/// One of the tables with its key, of which another tenant has a row, and a source of rows for it.
fn target(choices: &mut Choices) -> (&'static str, &'static str, &'static str) {
    *choices.pick(&[
        ("project", "id", "9007199254740992"),
        ("label", "code", "'1'"),
        ("task", "id", "1"),
        ("project", "id", "9007199254740993"),
    ])
}

const SOURCES: &[&str] = &[
    "country",
    "country AS c",
    "task AS u",
    "task",
    "project AS p",
    "project",
    "label",
    "setting AS s JOIN task AS u ON u.id = s.a",
    "(SELECT 1 AS one) AS d",
    "(task)",
    "country, task",
    "task AS excluded",
    "task AS new",
];

const TAILS: &[&str] = &["", " WHERE 1 = 1", " LIMIT 1", " GROUP BY 1, 2", " ORDER BY 1"];

/// MySQL's ON DUPLICATE KEY UPDATE, also after a query and with a name for the row.
fn duplicate(choices: &mut Choices) -> String {
    let (table, key, value) = target(choices);
    let (source, tail, other) =
        (pick(choices, SOURCES), pick(choices, TAILS), pick(choices, &["", "DISTINCT "]));
    let rows = match choices.below(6) {
        0 => format!("VALUES ({value}, 'z')"),
        1 => format!("VALUES ({value}, 'z') AS new"),
        2 => format!("SELECT {value}, 'z'"),
        3 => format!("SELECT {value}, 'z' UNION SELECT {value}, 'z' FROM {source}"),
        _ => format!("SELECT {other}{value}, 'z' FROM {source}{tail}"),
    };
    let ignore = if choices.chance(8) { "IGNORE " } else { "" };
    let mut sets = Vec::new();
    while sets.is_empty() || sets.len() < 3 && choices.chance(35) {
        let set = pick(
            choices,
            &[
                "title = VALUES(title)",
                "title = new.title",
                "title = 'y'",
                "title = {table}.title",
                "title = title",
                "title = CONCAT({table}.title, VALUES(title))",
                "title = account_id",
                "title = u.title",
                "account_id = account_id",
                "account_id = VALUES(account_id)",
                "account_id = new.account_id",
                "account_id = 1",
                "account_id = 2",
                "{table}.title = 'y'",
                "new.title = 'y'",
                "{key} = LAST_INSERT_ID({key})",
                "{key} = LAST_INSERT_ID({table}.{key})",
                "title = (SELECT 1)",
            ],
        );
        sets.push(set.replace("{table}", table).replace("{key}", key));
    }
    format!("INSERT {ignore}INTO {table} ({key}, title) {rows} ON DUPLICATE KEY UPDATE {}", sets.join(", "))
}

/// SQLite's ON CONFLICT, also after a query, and with another name of the target.
fn conflict(choices: &mut Choices) -> String {
    let (table, key, value) = target(choices);
    let (source, tail) = (pick(choices, SOURCES), pick(choices, TAILS));
    let alias = pick(choices, &["", " AS u", " AS excluded", " AS task", " AS secret", " AS new"]);
    let name = alias.strip_prefix(" AS ").unwrap_or(table);
    let rows = match choices.below(5) {
        0 => format!("VALUES ({value}, 'z')"),
        1 => format!("SELECT {value}, 'z'"),
        _ => format!("SELECT {value}, 'z' FROM {source}{tail}"),
    };
    let or = pick(choices, &["", "", "", "OR REPLACE ", "OR IGNORE "]);
    let action = pick(
        choices,
        &[
            "({key}) DO UPDATE SET title = excluded.title",
            "({key}) DO UPDATE SET title = {name}.title || 'y'",
            "({key}) DO UPDATE SET title = excluded.title WHERE {name}.title <> 'q'",
            "({key}) DO UPDATE SET account_id = excluded.account_id, title = 'y'",
            "({key}) DO UPDATE SET account_id = {name}.account_id, title = 'y'",
            "({key}) DO UPDATE SET title = (SELECT max(title) FROM task)",
            "(account_id, {key}) DO UPDATE SET title = 'y'",
            "DO UPDATE SET title = 'y'",
            "DO NOTHING",
            "({key}) DO NOTHING",
        ],
    );
    let action = action.replace("{key}", key).replace("{name}", name);
    let returning = if choices.chance(30) { " RETURNING *" } else { "" };
    format!("INSERT {or}INTO {table}{alias} ({key}, title) {rows} ON CONFLICT {action}{returning}")
}

/// Rows to insert whose tenant comes with them.
fn carried(choices: &mut Choices, backend: Backend) -> String {
    let inner = pick(
        choices,
        &[
            "SELECT account_id, id AS a, title AS b FROM task",
            "SELECT * FROM setting",
            "SELECT task.account_id, a, b FROM task, setting",
            "SELECT 2 AS account_id, 1 AS a, 'x' AS b",
            "SELECT id AS account_id, id AS a, title AS b FROM task",
            "SELECT s.account_id, c.code AS a, c.name AS b FROM country AS c LEFT JOIN setting AS s ON s.b = c.code",
            "SELECT account_id, a, b FROM setting UNION ALL SELECT 2, 1, 'x'",
            "SELECT max(account_id) AS account_id, max(a) AS a, max(b) AS b FROM setting",
            "SELECT a, account_id, b FROM setting",
            "VALUES (2, 1, 'x')",
        ],
    );
    let columns =
        pick(choices, &["", " (account_id, a, b)", " (a, b)", " (b, a, account_id)", " (account_id, b)"]);
    let items = pick(
        choices,
        &["*", "account_id, a, b", "d.account_id, d.a, d.b", "d.*", "a, b", "b, a, account_id"],
    );
    let renamed = pick(choices, &["", "", "", " (a, account_id, b)"]);
    let verb = match backend {
        Backend::MariaDb => pick(choices, &["INSERT INTO", "REPLACE INTO", "INSERT IGNORE INTO"]),
        Backend::Sqlite | Backend::Postgres => pick(choices, &["INSERT INTO", "INSERT OR REPLACE INTO"]),
    };
    match choices.below(4) {
        0 if backend != Backend::MariaDb => {
            format!("WITH d{renamed} AS ({inner}) {verb} setting{columns} SELECT {items} FROM d")
        }
        1 => format!("{verb} setting{columns} SELECT {items} FROM ({inner}) AS d{renamed}"),
        2 => format!("{verb} setting{columns} {inner}"),
        _ => format!("{verb} setting{columns} WITH d{renamed} AS ({inner}) SELECT {items} FROM d"),
    }
}

/// MySQL's UPDATE of tables between commas.
fn comma(choices: &mut Choices) -> String {
    let tables = pick(
        choices,
        &[
            "task, project",
            "task, country",
            "project, label",
            "task, setting, project",
            "task, project AS p",
            "task, secret",
            "task, item STRAIGHT_JOIN project",
        ],
    );
    let set = pick(
        choices,
        &[
            "task.title = 'y'",
            "project.title = task.title",
            "task.title = country.name",
            "label.title = project.title",
            "country.name = 'y'",
            "task.account_id = 2",
            "title = 'y'",
            "project.title = LAST_INSERT_ID(project.id)",
        ],
    );
    let condition = pick(
        choices,
        &["", " WHERE task.id = 1", " WHERE task.id = project.id OR 1 = 1", " WHERE task.account_id = 2"],
    );
    format!("UPDATE {tables} SET {set}{condition}")
}

/// MySQL's full-text search.
fn search(choices: &mut Choices) -> String {
    let words = pick(
        choices,
        &[
            "one",
            "two",
            "CANARY",
            "+one -CANARY",
            "one ~two",
            "one ~CANARY",
            "<one >two",
            "o*",
            "\"one two\"",
            "(one two)",
            "+one +two",
            "\"one two\" @4",
            "own",
            "-one",
        ],
    );
    let mode =
        pick(choices, &["IN BOOLEAN MODE", "IN BOOLEAN MODE", "IN BOOLEAN MODE", "WITH QUERY EXPANSION", ""]);
    let columns = pick(choices, &["title", "task.title", "project.title", "secret.title"]);
    let search = format!("MATCH ({columns}) AGAINST ('{words}' {mode})");
    let compared = pick(choices, &["", " > 0", " > 0.5", " = 0", " > 0 IS NULL"]);
    let table = pick(choices, &["task", "task", "project"]);
    match choices.below(5) {
        0 => format!("SELECT id, {search}{compared} AS v FROM {table}"),
        1 => format!("SELECT id FROM {table} WHERE NOT {search}{compared}"),
        2 => format!("SELECT id FROM {table} ORDER BY {search}{compared}, id"),
        3 => format!("UPDATE {table} SET title = 'y' WHERE {search}{compared}"),
        _ => format!("SELECT id, title FROM {table} WHERE {search}{compared}"),
    }
}

/// MySQL's LAST_INSERT_ID(value), wherever it may stand.
fn generated_key(choices: &mut Choices) -> String {
    let (table, key, _) = target(choices);
    let call = format!("LAST_INSERT_ID({table}.{key})");
    let condition =
        pick(choices, &["title = 'CANARY'", "title >= 'A'", "{key} > 0", "1 = 1"]).replace("{key}", key);
    match choices.below(8) {
        // A text key becomes a number by it, which may be another tenant's key: an error that any key without the tenant gives.
        0 if table != "label" => format!("UPDATE {table} SET {key} = {call} WHERE {condition}"),
        0 | 1 => format!("UPDATE {table} SET title = {call} WHERE {condition} LIMIT 1"),
        2 => format!("INSERT INTO setting (a) SELECT 1 FROM {table} WHERE {condition} AND {call} > 0"),
        3 => format!("UPDATE {table} SET title = 'y' WHERE {condition} AND {call} > 0"),
        4 => format!("SELECT {call} AS v FROM {table} WHERE {condition}"),
        5 => format!("DELETE FROM {table} WHERE {condition} ORDER BY {call}"),
        6 => format!("UPDATE {table} SET title = 1 + {call} WHERE {condition}"),
        _ => format!("SELECT title FROM {table} WHERE {condition} ORDER BY {call}"),
    }
}

/// Texts of MySQL with escapes, of which a wrong end makes the next text a part of the statement.
fn escapes(choices: &mut Choices) -> String {
    let mut literal = || {
        let mut text = String::new();
        for _ in 0..choices.below(4) + 1 {
            text += pick(
                choices,
                &[
                    "a",
                    "\\'",
                    "''",
                    "\\\\",
                    "\\%",
                    "\\_",
                    "\\n",
                    "\\\"",
                    "\\Z",
                    "\\0",
                    "\\q",
                    "ж",
                    "/*!",
                    "\\\\\\'",
                    "\\\\''",
                    ") UNION ALL SELECT title FROM secret -- ",
                    ") UNION ALL SELECT title FROM task # ",
                ],
            );
        }
        text
    };
    let (first, second) = (literal(), literal());
    let word = pick(choices, &["", "BINARY ", "LIKE BINARY "]);
    match choices.below(4) {
        0 => format!("SELECT id FROM task WHERE (title = {word}'{first}') OR (title = '{second}')"),
        1 => format!("SELECT id FROM task WHERE (title = '{first}' OR title LIKE '{second}')"),
        2 => format!("UPDATE task SET title = '{first}' WHERE (title <> '{second}')"),
        _ => format!("INSERT INTO task (id, title) VALUES (7, '{first}'), (8, '{second}')"),
    }
}

/// SQLite's hints, and tables in parentheses.
fn hint(choices: &mut Choices) -> String {
    let hint = pick(choices, &[" NOT INDEXED", " INDEXED BY i", " INDEXED BY sqlite_autoindex_task_1", ""]);
    let table = pick(
        choices,
        &[
            "task",
            "(task)",
            "(task) AS t",
            "task AS t",
            "task t",
            "main.task",
            "(main.task)",
            "task AS indexed",
        ],
    );
    let materialized = pick(choices, &["AS MATERIALIZED", "AS NOT MATERIALIZED", "AS"]);
    let tail = pick(
        choices,
        &[
            "",
            " WHERE id = 1",
            " WHERE NOT indexed",
            " JOIN (country)",
            " JOIN setting NOT INDEXED ON 1 = 1",
            ", secret NOT INDEXED",
        ],
    );
    match choices.below(5) {
        0 => format!("WITH m {materialized} (SELECT * FROM {table}{hint}) SELECT * FROM m"),
        1 => format!("UPDATE task{hint} SET title = 'y'"),
        2 => format!("DELETE FROM task{hint} WHERE id = 1"),
        3 => format!("SELECT title FROM {table}{hint} WHERE id IN (SELECT a FROM (setting))"),
        _ => format!("SELECT * FROM {table}{hint}{tail}"),
    }
}

/// SQLite's names of values.
fn named(choices: &mut Choices) -> String {
    let mut name = || {
        pick(
            choices,
            &[":a", ":b", "@a", "$a", ":A", ":from", "@_1", "$a1", ":title", "?", "?2", ":1", "$a::b"],
        )
    };
    let [a, b, c] = [name(), name(), name()];
    match choices.below(6) {
        0 => format!("SELECT {a} AS x, {b} AS y, {c} AS z, title FROM task"),
        1 => format!("SELECT title FROM task WHERE id = {a} OR id = {b} + {c}"),
        2 => format!("UPDATE task SET title = {a}, id = {b} WHERE id = {c}"),
        3 => format!(
            "INSERT INTO task (id, title) VALUES ({a}, {b}) ON CONFLICT (id) DO UPDATE SET title = {c}"
        ),
        4 => format!("INSERT INTO task (account_id, id, title) VALUES ({a}, {b}, {c})"),
        _ => format!("SELECT {a} AS x FROM task WHERE id > {b} LIMIT {c}"),
    }
}

/// Operators that only one engine has, together with others.
fn operands(choices: &mut Choices, backend: Backend) -> String {
    let (prefixes, between, suffixes): (&[&str], &[&str], &[&str]) = match backend {
        Backend::MariaDb => (
            &["BINARY ", "!", "! ", "-!", "NOT BINARY ", "!BINARY ", "- BINARY ", "~!"],
            &["=", "+", "LIKE", "AND", "OR", "<=>", "^", "|", "*", "XOR", "COLLATE utf8mb4_bin =", "REGEXP"],
            &["", "", " IS NULL", " IN (1)"],
        ),
        Backend::Sqlite | Backend::Postgres => (
            &["", "NOT ", "- ", "~"],
            &[
                "NOT GLOB",
                "NOT GLOB",
                "GLOB",
                "IS",
                "IS NOT",
                "=",
                "<",
                "+",
                "AND",
                "OR",
                "LIKE",
                "||",
                "IS DISTINCT FROM",
                "&",
                "->>",
            ],
            &["", "", "", " ISNULL", " NOTNULL", " IN (1)", " IS NULL"],
        ),
    };
    let mut text = String::new();
    for index in 0..choices.below(3) + 2 {
        if index > 0 {
            text += &format!(" {} ", pick(choices, between));
        }
        if choices.chance(40) {
            text += pick(choices, prefixes);
        }
        text += pick(
            choices,
            &[
                "1",
                "id",
                "2",
                "title",
                "0",
                "'x'",
                "task.id",
                "NULL",
                "(id)",
                "DATE '2020-01-01'",
                "_utf8'x'",
            ],
        );
        if choices.chance(30) {
            text += pick(choices, suffixes);
        }
    }
    if choices.chance(75) {
        format!("SELECT {text} AS v FROM task")
    } else {
        format!("SELECT id FROM task WHERE {text}")
    }
}
