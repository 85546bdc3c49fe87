//! Texts of the kinds that once reached other tenants' rows, with random parts.

use crate::{choices::Choices, schema::Backend};

/// Ids of parents: another tenant's and the tenant's own, which differ by one and are equal as floating point numbers.
const IDS: &[&str] = &[
    "9007199254740993",
    "9007199254740992",
    "9007199254740992e0",
    "9007199254740992.0",
    "9007199254740992::float8",
    "CAST(9007199254740992 AS DOUBLE PRECISION)",
    "CAST('9007199254740992' AS REAL)",
    "CAST(9007199254740992 AS DECIMAL(20, 2))",
    "'9007199254740992'",
    "DEFAULT",
    "NULL",
    "own_key",
    "x.own_key",
    "\u{feff}own_key",
    "\"own_key\"",
    "CASE WHEN 1 = 1 THEN 9007199254740992 ELSE 0.5 END",
    "coalesce(NULL, 9007199254740992e0)",
];

/// Text keys of parents: the tenant's is `01`, another tenant's is `1`.
const CODES: &[&str] = &[
    "'01'",
    "'1'",
    "CAST('1' AS INTEGER)",
    "CAST('01' AS INTEGER)",
    "1",
    "1.0",
    "'1 '",
    "01",
    "DEFAULT",
    "NULL",
    "own_key",
    "\u{feff}own_key",
    "CAST(1 AS SIGNED)",
];

/// Where the name that a check gives to a key is a column of the statement.
const CAPTURED: &[&str] = &[
    "(SELECT 9007199254740992 AS own_key) AS x",
    "(SELECT 9007199254740992 AS own_key) AS own_parents",
    "(SELECT 9007199254740992 AS \u{feff}own_key) AS x",
    "(SELECT '1' AS own_key) AS x",
];

const LOCKS: &[&str] = &[
    "FOR UPDATE",
    "FOR SHARE",
    "LOCK IN SHARE MODE",
    "FOR NO KEY UPDATE",
    "FOR KEY SHARE",
    "FOR UPDATE OF task",
    "FOR UPDATE OF c",
    "FOR UPDATE NOWAIT",
    "FOR SHARE SKIP LOCKED",
];

const LOCKED: &[&str] = &[
    "country",
    "(SELECT * FROM country) AS c",
    "(SELECT * FROM country WHERE code = 'CH') AS c",
    "(SELECT * FROM (SELECT * FROM country) AS d) AS c",
    "task",
    "task USE INDEX ()",
    "task IGNORE INDEX (PRIMARY)",
    "task USE INDEX (by_title)",
    "task FORCE INDEX (by_title)",
    "task, country",
    "task JOIN country AS c ON c.code = task.title",
    "task LEFT JOIN (SELECT * FROM country) AS c ON c.code = task.title",
    "shared_rows",
    "(SELECT * FROM task) AS c",
];

/// A text of one of the kinds.
pub(super) fn text(choices: &mut Choices, backend: Backend) -> String {
    match choices.below(9) {
        0 | 1 => linked(choices, backend),
        2 | 3 => locked(choices, backend),
        4 | 5 => grouped(choices, backend),
        6 => quoted(choices, backend),
        7 => pseudo(choices),
        _ if backend == Backend::MariaDb => variable(choices),
        _ => half_seen(choices, backend),
    }
}

/// A row that references a parent.
fn linked(choices: &mut Choices, backend: Backend) -> String {
    let of_ids = choices.chance(60);
    let (column, values) = if of_ids { ("project_id", IDS) } else { ("label_code", CODES) };
    let value = *choices.pick(values);
    let from = *choices.pick(CAPTURED);
    match choices.below(7) {
        0 => format!("INSERT INTO item (id, {column}) VALUES (50, {value})"),
        1 => "INSERT INTO item (id) VALUES (50)".to_owned(),
        2 => format!("INSERT INTO item (id, {column}) SELECT 50, {value} FROM {from}"),
        3 => format!("UPDATE item SET {column} = {value}"),
        4 if backend != Backend::MariaDb => format!("UPDATE item SET {column} = {value} FROM {from}"),
        4 => format!("UPDATE item, {from} SET {column} = {value}"),
        // Tenant ids in a column that may be too short for them.
        5 => format!("INSERT INTO ledger (note) VALUES ('{value}')", value = value.replace('\'', "")),
        _ => format!("INSERT INTO item (id, {column}) SELECT 50, {value}"),
    }
}

/// Locked rows.
fn locked(choices: &mut Choices, backend: Backend) -> String {
    let (source, lock) = (*choices.pick(LOCKED), *choices.pick(LOCKS));
    let with = if source == "shared_rows" { "WITH shared_rows AS (SELECT * FROM country) " } else { "" };
    match choices.below(6) {
        0 if backend == Backend::MariaDb => format!("UPDATE {source} SET title = 'y' WHERE title = 'two'"),
        1 if backend == Backend::MariaDb => format!("DELETE task FROM {source} WHERE title = 'two'"),
        2 => format!("SELECT * FROM ({with}SELECT 1 AS a FROM {source} {lock}) AS e"),
        3 => format!("{with}SELECT * FROM {source} WHERE 1 = 1 {lock}"),
        4 => format!("SELECT title FROM task WHERE EXISTS (SELECT 1 FROM {source}) {lock}"),
        _ => format!("{with}SELECT * FROM {source} {lock}"),
    }
}

/// Operators of one engine: before a number, between numbers, between conditions, and after either.
fn operators(backend: Backend) -> [&'static [&'static str]; 4] {
    match backend {
        Backend::Sqlite => [
            &["-", "~", "+"],
            &["+", "-", "*", "/", "%", "|", "&", "<<", ">>", "||", "COLLATE NOCASE +"],
            &[
                "=",
                "<",
                "<>",
                "==",
                "IS",
                "IS NOT",
                "LIKE",
                "GLOB",
                "AND",
                "OR",
                "IS DISTINCT FROM",
                "BETWEEN 1 AND",
            ],
            &["NOTNULL", "ISNULL", "IS NULL", "IS NOT TRUE", "IN (1, 5)"],
        ],
        Backend::Postgres => [
            &["- ", "@ ", "~ ", "+ "],
            &["+", "-", "*", "/", "%", "|", "&", "#", "<<", ">>", "^"],
            &["=", "<", "<>", "IS DISTINCT FROM", "AND", "OR", "BETWEEN 1 AND"],
            &["NOTNULL", "ISNULL", "IS NULL", "IN (1, 5)", "::int"],
        ],
        Backend::MariaDb => [
            &["-", "~", "+"],
            &["+", "-", "*", "/", "%", "|", "&", "^", "<<", ">>", "DIV", "MOD"],
            &[
                "=",
                "<",
                "<>",
                "<=>",
                "LIKE",
                "REGEXP",
                "AND",
                "OR",
                "XOR",
                "BETWEEN 1 AND",
                "= ANY (SELECT 1) XOR",
            ],
            &["IS NULL", "IS NOT TRUE", "IN (1, 5)"],
        ],
    }
}

/// Adjacent operators without parentheses.
fn grouped(choices: &mut Choices, backend: Backend) -> String {
    let [prefixes, of_numbers, of_conditions, suffixes] = operators(backend);
    if choices.chance(40) {
        // The parser gives a prefix operator the next operand; the engine may give it more.
        let [outer, inner] = [(); 2].map(|()| *choices.pick(prefixes));
        let [before, behind] = [(); 2].map(|()| *choices.pick(of_numbers));
        return format!("SELECT 2 {before} {outer}{inner}5 {behind} 3 FROM task");
    }
    let mut text = String::new();
    for index in 0..choices.below(4) + 2 {
        if index > 0 {
            let operators = if choices.chance(35) { of_conditions } else { of_numbers };
            text += &format!(" {} ", choices.pick::<&str>(operators));
        }
        if choices.chance(8) {
            text += "NOT ";
        }
        while choices.chance(30) {
            text += choices.pick::<&str>(prefixes);
        }
        text += choices.pick::<&str>(&["5", "2", "1", "0", "3", "id"]);
        if choices.chance(8) {
            text += &format!(" {}", choices.pick::<&str>(suffixes));
        }
    }
    if choices.chance(80) {
        format!("SELECT {text} FROM task")
    } else {
        format!("SELECT id FROM task WHERE {text}")
    }
}

/// Literals whose end depends on the session.
fn quoted(choices: &mut Choices, backend: Backend) -> String {
    let end = *choices.pick(&["\\", "\\\\", "a\\", "\\\\\\", "ж\\"]);
    let table = *choices.pick(&["secret", "task"]);
    let comment = if backend == Backend::MariaDb { *choices.pick(&["-- ", "#"]) } else { "-- " };
    let hidden = format!(") UNION ALL SELECT title FROM {table} {comment}");
    if choices.chance(50) {
        format!("SELECT title FROM task WHERE title = '{end}'{hidden}'")
    } else {
        format!("SELECT title FROM task WHERE title = '{end}' OR title = '{hidden}'")
    }
}

/// Names of rows that exist only in some statements of some engines.
fn pseudo(choices: &mut Choices) -> String {
    let name = *choices.pick(&["excluded", "new", "old", "inserted", "deleted", "EXCLUDED"]);
    let column = *choices.pick(&["account_id", "title"]);
    let from = *choices.pick(&["(SELECT 2 AS account_id, 'z' AS title)", "task", "country"]);
    match choices.below(4) {
        0 => format!("UPDATE task SET {column} = {name}.{column} FROM {from} AS {name}"),
        1 => format!("UPDATE task SET {column} = {name}.{column}"),
        2 => format!("UPDATE task SET title = 'z', {column} = {name}.{column} FROM {from} AS {name}"),
        _ => format!(
            "INSERT INTO task (id, title) VALUES (1, 'z') ON CONFLICT (account_id, id) DO UPDATE SET {column} = {name}.{column}"
        ),
    }
}

/// A word directly after a session variable (MariaDB).
fn variable(choices: &mut Choices) -> String {
    let operator = *choices.pick(&["ILIKE", "GLOB", "MATCH", "SIMILAR TO", "OVERLAPS", "y"]);
    let word = *choices.pick(&["INTO", "SELECT", "FROM", "WHERE"]);
    let table = *choices.pick(&["task", "setting", "secret"]);
    match choices.below(3) {
        0 => format!("SELECT '' {operator} {word}@y"),
        1 => format!("SELECT title {operator} {word}@y FROM task"),
        _ => format!(
            "WITH {operator} AS (SELECT 1 AS a) SELECT title FROM task WHERE title = \
             (SELECT@y || group_concat({table}.title) {operator} FROM {operator} z, {table})"
        ),
    }
}

/// A relation that its own FROM does not see yet, with the name of an outer one.
fn half_seen(choices: &mut Choices, backend: Backend) -> String {
    let (columns, around): (&[&str], &[&str]) = match backend {
        Backend::Postgres => (
            &["ts_stat", "current_setting", "version", "ctid"],
            &[
                "unnest(ARRAY['select array_to_tsvector(array[title]) from task']) AS g",
                "unnest(ARRAY['search_path']) AS g",
                "task AS g",
            ],
        ),
        Backend::Sqlite | Backend::MariaDb => (&["oid", "rowid", "title"], &["task AS g", "setting AS g"]),
    };
    let (column, around) = (*choices.pick(columns), *choices.pick(around));
    let name = if choices.chance(60) { format!("g.{column}") } else { column.to_owned() };
    let sources = [format!("(SELECT 1 AS {column}) AS g"), format!("(SELECT {name} AS z) AS d")];
    let [first, second] = &sources;
    let from = if choices.chance(50) { format!("{first}, {second}") } else { format!("{second}, {first}") };
    format!("SELECT (SELECT z FROM {from}) AS a FROM {around}")
}
