//! Texts of PostgreSQL with constructs whose meaning a scope proves from their neighbours: casts of the tenant, columns
//! that carry it, literals with escapes, typed literals, named arguments, fields and elements, frames, conflict targets.

use crate::choices::Choices;

/// Values for the tenant column: the tenant's id is 1.
const TENANTS: &[&str] = &[
    "1",
    "$1",
    "$1::bigint",
    "CAST($1 AS INT8)",
    "'1'",
    "'1'::bigint",
    "1::numeric",
    "NULL::bigint",
    "DEFAULT",
    "(1)::bigint",
    "2::bigint",
    "'2'",
    "1.4::bigint",
    "'1.4'::numeric",
    "CAST('1.4' AS INT)",
    "'1'::text::int8",
    "'12'::varchar(1)::int8",
    "'1 '::bigint",
    "'01'::bigint",
    "1::smallint",
    "1::boolean::int",
    "bigint '1'",
    "numeric '2'",
    "E'1'",
    "E'\\x31'",
    "E'\\x32'::bigint",
    "U&'\\0031'",
    "U&'!0032' UESCAPE '!'",
    "$$1$$",
    "$a$2$a$",
    "B'1'::int8",
    "X'02'::int8",
    "(SELECT 1)",
    "(1 + 1)::bigint",
    "-(-1)::bigint",
];

/// Queries whose columns may carry the tenant, by the names `account_id`, `a` and `b`.
const CARRIERS: &[&str] = &[
    "SELECT account_id, a, b FROM setting",
    "SELECT * FROM setting",
    "SELECT s.* FROM setting s",
    "SELECT a AS account_id, account_id AS a, b FROM setting",
    "SELECT 2::bigint AS account_id, a, b FROM setting",
    "SELECT *, 2::bigint AS account_id FROM setting",
    "SELECT s.account_id + 1 AS account_id, s.a, s.b FROM setting s",
    "SELECT account_id, a, b FROM setting UNION ALL SELECT 2, 3, 'x'",
    "SELECT 2::bigint AS account_id, 3 AS a, 'x' AS b UNION ALL SELECT account_id, a, b FROM setting",
    "(SELECT account_id, a, b FROM setting) LIMIT 1",
    "VALUES (2, 3, 'x')",
    "SELECT s.account_id, 3 AS a, code AS b FROM country LEFT JOIN setting s ON false",
    "SELECT s.account_id, t.id AS a, t.title AS b FROM task t JOIN setting s ON true",
    "SELECT t.account_id, t.id AS a, s.b FROM task t, setting s",
    "SELECT d.account_id, d.a, d.b FROM (SELECT 2::bigint AS account_id, 3 AS a, 'x' AS b) AS d",
    "SELECT d.account_id, d.a, d.b FROM (SELECT account_id, a, b FROM setting) AS d",
    "SELECT d.account_id, d.a, d.b FROM (SELECT a, account_id, b FROM setting) AS d (account_id, a, b)",
    "SELECT task.account_id, task.a, task.b FROM (SELECT 2::bigint AS account_id, 3 AS a, 'x' AS b) AS task",
    "SELECT setting.account_id, setting.a, setting.b FROM setting AS setting (account_id, a, b)",
    "SELECT setting.account_id, setting.a, setting.b FROM setting AS setting (a, account_id, b)",
    "SELECT max(account_id) AS account_id, max(a) AS a, max(b) AS b FROM setting",
    "SELECT DISTINCT account_id, a, b FROM setting",
    "SELECT code::bigint AS account_id, 3 AS a, name AS b FROM country",
    "DELETE FROM setting RETURNING *",
    "DELETE FROM setting RETURNING a AS account_id, account_id AS a, b",
    "UPDATE setting SET a = 2 RETURNING account_id, a, b",
    "UPDATE setting SET a = 2 RETURNING a AS account_id, a, b",
    "UPDATE setting AS s SET a = 2 FROM (SELECT 2::bigint AS account_id) AS x RETURNING x.account_id, s.a, s.b",
    "DELETE FROM setting AS s USING (SELECT 2::bigint AS account_id) AS x RETURNING x.account_id, s.a, s.b",
    "INSERT INTO setting (a, b) VALUES (2, 'x') RETURNING *",
    "INSERT INTO setting (a, b) VALUES (2, 'x') RETURNING a AS account_id, a, b",
];

/// What a row is inserted from, of the carrier `c`.
const ITEMS: &[[&str; 3]] = &[
    ["account_id", "a", "b"],
    ["c.account_id", "c.a", "c.b"],
    ["a", "account_id", "b"],
    ["\"account_id\"", "a", "b"],
    ["ACCOUNT_ID", "a", "b"],
    ["\"ACCOUNT_ID\"", "a", "b"],
    ["x.account_id", "c.a", "c.b"],
    ["c.account_id AS a", "c.a AS account_id", "c.b"],
];

/// Types before a literal or behind `::`.
const TYPES: &[&str] = &[
    "uuid",
    "inet",
    "citext",
    "jsonpath",
    "tsquery",
    "money",
    "bytea",
    "int4range",
    "timestamp(0)",
    "timestamptz(3)",
    "timetz(0)",
    "date",
    "interval",
    "numeric",
    "json",
    "jsonb",
    "xml",
    "regclass",
    "regproc",
    "regtype",
    "oid",
    "name",
    "char",
    "varchar(1)",
    "bit(3)",
    "interval(3)",
    "pg_catalog.uuid",
    "task",
    "secret",
    "text[]",
    "aclitem",
    "tid",
    "cardinal",
    "refcursor",
    "\"uuid\"",
    "UUID",
];

/// What a literal holds, between its quotes.
const PIECES: &[&str] = &[
    "x",
    "\\",
    "\\\\",
    "''",
    "\\'",
    "\\''",
    "\\x41",
    "\\xC3\\xA9",
    "\\xff",
    "\\u0041",
    "\\u0000",
    "\\u00e9",
    "\\U0001F600",
    "\\ud83d\\ude00",
    "\\ud83d",
    "\\0041",
    "\\0000",
    "\\0001",
    "\\D83D\\DE00",
    "\\D83D",
    "\\+000041",
    "\\+110000",
    "!0041",
    "\\101",
    "\\0",
    "\\8",
    "\\777",
    "\\b\\f\\n\\r\\t\\v",
    "\\\n",
    "\n",
    "é",
    "\\', title, \\'",
    "\\0027, title, \\0027",
    "--",
    "/*",
    "*/",
    "$$",
    "$a$",
    ") UNION ALL SELECT title FROM secret --",
    "1",
    "0",
];

/// The function, the names of its arguments, and values.
const CALLS: &[(&str, &[(&str, &str)])] = &[
    ("make_interval", &[("days", "1"), ("secs", "2.5"), ("years", "1"), ("months", "id::int")]),
    ("make_date", &[("year", "2020"), ("month", "1"), ("day", "2")]),
    (
        "jsonb_path_query_array",
        &[("target", "body"), ("path", "'$.k'"), ("vars", "'{}'"), ("silent", "true")],
    ),
    (
        "jsonb_set",
        &[("jsonb_in", "body"), ("path", "'{k}'"), ("replacement", "'1'"), ("create_if_missing", "true")],
    ),
    ("parse_ident", &[("str", "'a.b'"), ("strict", "false")]),
    (
        "query_to_xml",
        &[
            ("query", "'select title from secret'"),
            ("nulls", "true"),
            ("tableforest", "true"),
            ("targetns", "''"),
        ],
    ),
    ("table_to_xml", &[("tbl", "'secret'"), ("nulls", "true"), ("tableforest", "true"), ("targetns", "''")]),
    ("json_populate_record", &[("base", "NULL::task"), ("from_json", "'{}'"), ("use_json_as_text", "false")]),
    ("current_setting", &[("setting_name", "'search_path'")]),
    ("lower", &[("title", "title"), ("value", "title")]),
    ("format", &[("formatstr", "'%s'"), ("args", "title")]),
    ("random_normal", &[("mean", "0"), ("stddev", "1")]),
    ("pg_sleep", &[("seconds", "0")]),
    ("unnest", &[("tags", "tags")]),
];

/// What has fields or elements, and what may look as if it had.
const ROOTS: &[&str] = &[
    "tags",
    "doc.tags",
    "d.tags",
    "(tags)",
    "body",
    "doc.body",
    "doc.title",
    "doc",
    "(doc)",
    "(jsonb_each(body))",
    "(jsonb_each_text(body))",
    "(json_each('{\"a\": 1}'))",
    "(unnest(tags))",
    "(regexp_matches(title, 'x'))",
    "(ROW(1, 2))",
    "(SELECT doc FROM doc LIMIT 1)",
    "(array_agg(title))",
    "(string_to_array(title, ','))",
    "(ARRAY['select title from secret'])",
    "('search_path'::text)",
    "(pg_catalog.jsonb_each(body))",
];

const FIELDS: &[&str] = &[
    "[1]",
    "[1:2]",
    "['k']",
    "[id]",
    "[(SELECT id FROM task LIMIT 1)]",
    "[(SELECT 1 FROM secret)]",
    ".key",
    ".value",
    ".\"KEY\"",
    ".KEY",
    ".*",
    ".tags",
    ".account_id",
    ".current_setting",
    ".ts_stat",
    ".ctid",
    ".row_to_json",
    ".to_jsonb",
    ".pg_column_size",
    ".f1",
    ".unnest",
];

const EXCLUSIONS: &[&str] = &[
    "",
    "EXCLUDE CURRENT ROW",
    "EXCLUDE GROUP",
    "EXCLUDE TIES",
    "EXCLUDE NO OTHERS",
    "exclude /* x */ ties",
    "EXCLUDE",
    "EXCLUDE TIES EXCLUDE GROUP",
];

/// A text with one of the constructs.
pub(super) fn text(choices: &mut Choices) -> String {
    match choices.below(10) {
        0 | 1 => stored(choices),
        2 | 3 => carried(choices),
        4 | 5 => of_expression(choices, literal),
        6 => of_expression(choices, typed),
        7 => of_expression(choices, reached),
        8 => of_expression(choices, compared),
        _ => conflicting(choices),
    }
}

/// A row with a tenant.
fn stored(choices: &mut Choices) -> String {
    let tenant = *choices.pick(TENANTS);
    let source = match choices.below(5) {
        0 => format!("(account_id, a, b) VALUES ({tenant}, 5, 'x')"),
        1 => format!("VALUES ({tenant}, 5, 'x')"),
        2 => format!("(a, account_id) SELECT 5, {tenant}"),
        3 => format!("(account_id, a) VALUES (1, 5), ({tenant}, 6)"),
        _ => format!("(a, account_id) SELECT 5, {tenant} FROM setting UNION ALL SELECT 6, 1"),
    };
    if choices.chance(15) {
        return format!("UPDATE setting SET account_id = {tenant} RETURNING account_id, a, b");
    }
    format!("INSERT INTO setting {source} RETURNING account_id, a, b")
}

/// Rows whose tenant another query of the text yields.
fn carried(choices: &mut Choices) -> String {
    let carrier = *choices.pick(CARRIERS);
    let [tenant, a, b] = choices.pick(ITEMS);
    let name = *choices.pick(&[
        "c",
        "c",
        "c",
        "c (account_id, a, b)",
        "c (a, account_id, b)",
        "RECURSIVE c",
        "C",
        "setting",
    ]);
    let called = name.trim_start_matches("RECURSIVE ").split(' ').next().unwrap_or_default();
    let from = match choices.below(8) {
        0..=2 => called.to_owned(),
        3 => format!("{called} AS c"),
        4 => format!("{called} AS x, (SELECT 2::bigint AS account_id, 3 AS a, 'x' AS b) AS c"),
        5 => format!("country LEFT JOIN {called} ON false"),
        6 => format!("{called} AS c (a, account_id, b)"),
        _ => format!("({carrier}) AS c"),
    };
    let items = if choices.chance(25) { "*".to_owned() } else { format!("{tenant}, {a}, {b}") };
    let columns = *choices.pick(&["(account_id, a, b)", "", "(a, account_id, b)"]);
    let tail =
        *choices.pick(&["", "", " UNION ALL SELECT 2, 3, 'x'", " GROUP BY 1, 2, 3", " ORDER BY 1 LIMIT 1"]);
    let select = format!("SELECT {items} FROM {from}{tail}");
    let returning = "RETURNING account_id, a, b";
    match choices.below(10) {
        0..=1 => format!("INSERT INTO setting {columns} WITH {name} AS ({carrier}) {select} {returning}"),
        // Another of the same name hides it.
        2..=4 => {
            let other = *choices.pick(CARRIERS);
            let [hiding, open, close] = *choices.pick(&[
                ["c", "", ""],
                ["RECURSIVE c", "", ""],
                ["c (account_id, a, b)", "", ""],
                ["c", "(", ")"],
                ["d AS (SELECT * FROM c), c", "", ""],
            ]);
            format!(
                "WITH {name} AS ({carrier}) INSERT INTO setting {columns} {open}WITH {hiding} AS ({other}) {select}{close} {returning}"
            )
        }
        _ => format!("WITH {name} AS ({carrier}) INSERT INTO setting {columns} {select} {returning}"),
    }
}

/// A statement around an expression.
fn of_expression(choices: &mut Choices, expression: impl Fn(&mut Choices) -> String) -> String {
    let expression = expression(choices);
    match choices.below(8) {
        0..=3 => format!("SELECT {expression} FROM doc"),
        4 => format!("SELECT id FROM doc AS d WHERE title = {expression}"),
        5 => format!("SELECT ({expression})::text FROM doc ORDER BY 1"),
        6 => format!("UPDATE doc SET title = ({expression})::text RETURNING title"),
        _ => format!("INSERT INTO doc (id, title) SELECT 9, ({expression})::text RETURNING title"),
    }
}

fn literal(choices: &mut Choices) -> String {
    let (begin, end) = *choices.pick(&[
        ("'", "'"),
        ("E'", "'"),
        ("e'", "'"),
        ("U&'", "'"),
        ("u&'", "'"),
        ("$$", "$$"),
        ("$a$", "$a$"),
        ("$é$", "$é$"),
        ("$1$", "$1$"),
        ("B'", "'"),
        ("X'", "'"),
        ("N'", "'"),
        ("e\n'", "'"),
    ]);
    let mut text = begin.to_owned();
    for _ in 0..=choices.below(3) {
        text += choices.pick::<&str>(PIECES);
    }
    text += end;
    text += choices.pick::<&str>(&[
        "",
        "",
        "",
        "::text",
        " || 'y'",
        " UESCAPE '!'",
        " /* x */ UESCAPE '!'",
        "\n'0'",
        "\n'\\'",
        " '0'",
        " COLLATE \"C\"",
        " AS \"a\\b\"",
    ]);
    text
}

fn typed(choices: &mut Choices) -> String {
    let ty = *choices.pick(TYPES);
    let text = *choices.pick(&[
        "'1'",
        "'2020-01-01 10:00:00.6'",
        "'secret'",
        "'$.k'",
        "'10.0.0.1'",
        "'{1,2}'",
        "'11111111-1111-1111-1111-111111111111'",
        "E'\\x31'",
        "'[1,2)'",
        "'\\x31'",
        "$1",
        "'(1,1,x)'",
    ]);
    let typed = match choices.below(4) {
        0 | 1 => format!("{ty} {text}"),
        2 => format!("{text}::{ty}"),
        _ => format!("CAST({text} AS {ty})"),
    };
    let behind = *choices.pick(&[
        "",
        "",
        "::text",
        "::text COLLATE \"C\"",
        " COLLATE \"C\"",
        "::text COLLATE pg_catalog.\"POSIX\" || 'x'",
        "::text COLLATE \"C\"::name",
        "[1]",
        "\n'2'",
        "::text::regclass::text",
    ]);
    let before = *choices.pick(&["", "", "", "- ", "NOT ", "title || "]);
    format!("{before}{typed}{behind}")
}

/// Named arguments, elements and fields.
fn reached(choices: &mut Choices) -> String {
    if choices.chance(60) {
        let (root, field) = (*choices.pick(ROOTS), *choices.pick(FIELDS));
        let more = if choices.chance(25) { *choices.pick(FIELDS) } else { "" };
        return format!("{root}{field}{more}");
    }
    let (function, arguments) = *choices.pick(CALLS);
    let mut list = Vec::new();
    for (name, value) in arguments {
        if choices.chance(85) {
            let arrow = *choices.pick(&["=>", "=>", "=>", ":=", "="]);
            let name = if choices.chance(10) { format!("\"{name}\"") } else { (*name).to_owned() };
            list.push(if choices.chance(85) {
                format!("{name} {arrow} {value}")
            } else {
                (*value).to_owned()
            });
        }
    }
    let behind = *choices.pick(&["", "", "::text", ".key"]);
    format!("{function}({}){behind}", list.join(", "))
}

/// Comparisons with each of several values, and windows.
fn compared(choices: &mut Choices) -> String {
    if choices.chance(60) {
        let operator = *choices.pick(&[
            "LIKE",
            "NOT LIKE",
            "ILIKE",
            "NOT ILIKE",
            "=",
            "~",
            "~~",
            "SIMILAR TO",
            "<>",
            "!~~*",
        ]);
        let each = *choices.pick(&["ANY", "ALL", "SOME"]);
        let values = *choices.pick(&[
            "(ARRAY['%', 'x'])",
            "('{x,%}')",
            "('{x,%}'::text[])",
            "(SELECT title FROM task)",
            "(SELECT task.title FROM task UNION SELECT 'x')",
            "((SELECT array_agg(title) FROM task))",
            "(SELECT array_agg(title) FROM task)",
            "(SELECT title FROM secret)",
            "(VALUES ('x'), ('%'))",
            "(TABLE task)",
            "(tags)",
            "(ARRAY(SELECT title FROM task))",
            "(SELECT name FROM country)",
            "(SELECT doc FROM doc)",
            "('%')",
            "(NULL)",
        ]);
        let escape = if choices.chance(15) { " ESCAPE '\\'" } else { "" };
        return format!("title {operator} {each} {values}{escape}");
    }
    let order =
        *choices.pick(&["ORDER BY id", "PARTITION BY title ORDER BY id", "w", "ORDER BY exclude", ""]);
    let frame = *choices.pick(&[
        "ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING",
        "ROWS UNBOUNDED PRECEDING",
        "RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW",
        "GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW",
        "ROWS BETWEEN (SELECT 1) PRECEDING AND CURRENT ROW",
        "",
    ]);
    let exclusion = *choices.pick(EXCLUSIONS);
    let function =
        *choices.pick(&["count(*)", "sum(id)", "array_agg(id)", "max(title) FILTER (WHERE id > 0)"]);
    format!("{function} OVER ({order} {frame} {exclusion})")
}

/// Conflicts with a row by a key of columns or expressions.
fn conflicting(choices: &mut Choices) -> String {
    let source = *choices.pick(&[
        "VALUES (50, 'two')",
        "VALUES (1, 'TWO'), (51, 'Two')",
        "SELECT 50, 'two'",
        "SELECT 50, 'canary'",
        "SELECT 50, title FROM task",
        "SELECT id, title FROM doc WHERE true",
        "SELECT 50, 'x' WHERE EXISTS (SELECT 1 FROM task)",
    ]);
    let target = if choices.chance(25) {
        format!("(replace(title, {}, 'x'))", literal(choices))
    } else {
        (*choices.pick(&[
            "(lower(title))",
            "(account_id, lower(title))",
            "(lower(title), account_id)",
            "(LOWER(title))",
            "(lower(\"title\"))",
            "(lower(doc.title))",
            "(account_id, id)",
            "(id)",
            "(upper(title))",
            "((lower(title)))",
            "(lower(title) COLLATE \"C\")",
            "(lower(title) text_pattern_ops)",
            "(lower(title)) WHERE id > 0",
            "(lower(title || '\\\\'))",
            "(lower(E'\\\\'))",
            "(lower((SELECT title FROM secret)))",
            "(current_setting('search_path'))",
            "",
        ]))
        .to_owned()
    };
    let action = *choices.pick(&[
        "DO NOTHING",
        "DO UPDATE SET title = 'x'",
        "DO UPDATE SET title = excluded.title || 'y'",
        "DO UPDATE SET title = doc.title || excluded.title WHERE doc.id <> 7",
        "DO UPDATE SET account_id = excluded.account_id, title = 'z'",
        "DO UPDATE SET account_id = $1, title = 'z'",
        "DO UPDATE SET account_id = 2::bigint",
        "DO UPDATE SET title = (SELECT max(title) FROM task)",
        "DO UPDATE SET (id, title) = (SELECT 3, 'z')",
        "DO UPDATE SET tags[1] = 'z'",
    ]);
    format!("INSERT INTO doc (id, title) {source} ON CONFLICT {target} {action} RETURNING id, title")
}
