//! Generates hostile texts.

use super::{beyond, constructs, kinds};
use crate::{choices::Choices, schema::Backend};

/// Words that are operators on some engine, and names on others.
const OPERATORS: &[&str] = &[
    "XOR",
    "RLIKE",
    "REGEXP",
    "DIV",
    "MOD",
    "ILIKE",
    "GLOB",
    "MATCH",
    "SIMILAR TO",
    "OVERLAPS",
    "NOTNULL",
    "ISNULL",
    "SOUNDS LIKE",
    "MEMBER OF",
    "COLLATE",
    "BINARY",
    "AT TIME ZONE",
    "IS DISTINCT FROM",
    "OPERATOR(pg_catalog.+)",
    "ESCAPE",
    "LIKE",
    "IN",
    "BETWEEN",
    "IS",
    "AND",
    "OR",
    "NOT LIKE",
    "NOT RLIKE",
    "PRIOR",
    "ASOF",
    "INTDIV",
];

/// Signs that are operators on some engine.
const SIGNS: &[&str] = &[
    "+", "||", "=", "<>", "!=", "==", "<=>", ":=", "->", "->>", "#>", "#>>", "@>", "<@", "&&", "&", "|", "^",
    "#", "~", "!~", "~*", "~~", "!~~*", "@@", "@?", "?", "?|", "?&", "::", ">>", "<<", "<->", "-|-", "^@",
    "|/", "||/", "@", "!!", "**", "//", "%", "<", ">", "*", "-", "/", "\\", "=>",
];

/// Keywords that begin a clause on some engine.
const KEYWORDS: &[&str] = &[
    "FROM",
    "LIMIT",
    "INTO",
    "FROM",
    "WHERE",
    "UNION",
    "JOIN",
    "USING",
    "VALUES",
    "RETURNING",
    "ON",
    "SET",
    "FOR",
    "GROUP",
    "ORDER",
    "HAVING",
    "OFFSET",
    "FETCH",
    "WINDOW",
    "EXCEPT",
    "INTERSECT",
    "SELECT",
    "NULL",
    "ALL",
    "ANY",
    "CASE",
    "END",
    "DEFAULT",
    "TABLE",
    "ONLY",
    "LATERAL",
    "NATURAL",
    "LEFT",
    "INDEXED",
    "PROCEDURE",
    "LOCK",
    "CURRENT_USER",
    "USER",
    "ROW",
    "DISTINCT",
    "CROSS",
    "FULL",
    "QUALIFY",
    "MINUS",
    "WITH",
    "AS",
    "NOT",
    "EXISTS",
    "INTERVAL",
    "ARRAY",
    "TOP",
    "PARTITION",
    "STRAIGHT_JOIN",
];

/// Characters that some lexers skip, some take for letters, and others for neither.
const GLUE: &[&str] = &[
    "", "\u{feff}", "\u{a0}", "\u{200b}", "\u{b}", "\u{c}", "\u{2060}", "\u{ad}", "\u{85}", "\u{3000}",
    "\u{180e}", "\u{1c}", "\u{7f}", "\u{2028}", "\u{2019}", "\u{ff40}", "\u{1}", "@", "$", "#", "`", "\"",
    "\\", "/**/", "--\n", "#\n",
];

/// Functions that a scope refuses, called in attribute notation.
const ATTRIBUTES: &[&str] = &[
    "ts_stat",
    "current_setting",
    "query_to_xml",
    "pg_relation_size",
    "nextval",
    "version",
    "pg_sleep",
    "pg_read_file",
    "to_regclass",
    "pg_advisory_lock",
    "lo_get",
    "upper",
    "ctid",
    "rowid",
    "oid",
    "xmin",
    "_rowid_",
    "tableoid",
];

const COLUMNS: &[&str] = &[
    "title",
    "id",
    "account_id",
    "a",
    "b",
    "code",
    "name",
    "y.a",
    "task.title",
    "g",
    "rowid",
    "oid",
    "_rowid_",
];
const TABLES: &[&str] = &["task", "setting", "country", "secret", "motto"];
const LITERALS: &[&str] = &[
    "1",
    "'x'",
    "NULL",
    "0",
    "''",
    "2.5",
    "-1",
    "1e3",
    "0x1F",
    "x'41'",
    "b'1'",
    "E'\\\\'",
    "U&'x'",
    "N'x'",
    "'a''b'",
    "$$x$$",
    "TRUE",
    "'a\\\\b'",
    "DATE '2020-01-01'",
    "INTERVAL '1'",
    "_utf8'x'",
    "0b101",
    "1_000",
    "1a",
    "'x' 'y'",
    "\"x\"",
    "@v",
    "@@version",
    ":v",
];

/// A text on one theme: an operator and a keyword that recur.
pub(super) struct Generator<'c> {
    choices: &'c mut Choices,
    backend: Backend,
    operator: &'static str,
    keyword: &'static str,
    glue: &'static str,
    depth: u32,
}

impl<'c> Generator<'c> {
    /// Writes a text.
    pub(super) fn text(choices: &'c mut Choices, backend: Backend) -> String {
        if choices.chance(30) {
            return kinds::text(choices, backend);
        }
        if backend == Backend::Postgres && choices.chance(40) {
            return constructs::text(choices);
        }
        if backend != Backend::Postgres && choices.chance(30) {
            return beyond::text(choices, backend);
        }
        // Half of them with operators that, of these engines, only MySQL has.
        let operators = if choices.chance(50) { &OPERATORS[..6] } else { OPERATORS };
        let operator = *choices.pick(operators);
        let keywords = if choices.chance(60) { &KEYWORDS[..4] } else { KEYWORDS };
        let keyword = *choices.pick(keywords);
        let glues = if choices.chance(50) { &GLUE[..3] } else { GLUE };
        let glue = if choices.chance(50) { *choices.pick(glues) } else { "" };
        let mut generator = Self { choices, backend, operator, keyword, glue, depth: 0 };
        generator.statement()
    }

    fn statement(&mut self) -> String {
        if self.choices.chance(25) {
            return self.hidden_part();
        }
        if self.backend == Backend::Postgres && self.choices.chance(10) {
            return self.attribute();
        }
        let with = if self.choices.chance(50) {
            let name = if self.choices.chance(60) { self.operator.to_owned() } else { self.name() };
            format!("WITH {name} AS (SELECT 1 AS a) ")
        } else {
            String::new()
        };
        let body = match self.choices.below(10) {
            0..=6 => self.select(),
            7 => {
                let source = if self.choices.chance(70) {
                    self.select()
                } else {
                    format!("VALUES ({}, {})", self.expr(), self.expr())
                };
                let (table, columns) =
                    *self.choices.pick(&[("setting", "a, b"), ("task", "id, title"), ("motto", "id, title")]);
                let tail = self.tail();
                format!("INSERT INTO {table} ({columns}) {source}{tail}")
            }
            8 => {
                let (table, column) =
                    *self.choices.pick(&[("task", "title"), ("setting", "b"), ("motto", "title")]);
                format!("UPDATE {table} SET {column} = {}{}", self.expr(), self.tail())
            }
            _ => format!("DELETE FROM {}{}", self.choices.pick(&["task", "setting", "motto"]), self.tail()),
        };
        with + &body
    }

    /// A clause that one parser takes for operands: `title XOR FROM XOR y, task`.
    fn hidden_part(&mut self) -> String {
        let (operator, glue) = (self.operator, self.glue);
        let keyword = if self.choices.chance(50) { "FROM" } else { self.keyword };
        let column = *self.choices.pick(&["title", "b", "name", "1", "''"]);
        let joint = *self.choices.pick(&[" {operator} y", " {operator} y", " {operator}", "@y", " y", "(y)"]);
        let joint = joint.replace("{operator}", operator);
        let table = *self.choices.pick(&["task", "setting", "secret", "country", "motto"]);
        let hidden = format!("{column} {operator} {glue}{keyword}{joint}, {table}{}", self.tail());
        let with = if self.choices.chance(85) {
            format!("WITH {operator} AS (SELECT 1 AS a) ")
        } else {
            String::new()
        };
        match self.choices.below(5) {
            0 | 1 => format!("{with}SELECT {hidden}"),
            2 => format!("{with}SELECT title FROM task WHERE title = (SELECT {hidden})"),
            3 => format!("{with}INSERT INTO setting (a, b) SELECT 5, {hidden}"),
            _ => format!("{with}UPDATE task SET title = (SELECT {hidden})"),
        }
    }

    /// An attribute that is a function call.
    fn attribute(&mut self) -> String {
        let attribute = *self.choices.pick(ATTRIBUTES);
        let values = *self.choices.pick(&[
            "'x'",
            "'select array_to_tsvector(array[title]) from task'",
            "1",
            "'search_path'",
        ]);
        let name = *self.choices.pick(&["g", "(g)"]);
        format!("SELECT {name}.{attribute} FROM unnest(ARRAY[{values}]) AS g{}", self.tail())
    }

    fn select(&mut self) -> String {
        self.depth += 1;
        let mut items = vec![if self.choices.chance(35) { self.glued() } else { self.item() }];
        while self.choices.chance(35) && items.len() < 4 {
            items.push(self.item());
        }
        let from = if self.choices.chance(60) { format!(" FROM {}", self.from()) } else { String::new() };
        let tail = self.tail();
        self.depth -= 1;
        format!("SELECT {}{from}{tail}", items.join(", "))
    }

    fn tail(&mut self) -> String {
        let mut tail = String::new();
        if self.choices.chance(30) {
            tail += &format!(" WHERE {}", self.expr());
        }
        if self.choices.chance(6) {
            tail += &format!(" GROUP BY {}", self.expr());
        }
        if self.choices.chance(8) {
            tail += &format!(" ORDER BY {}", self.expr());
        }
        if self.choices.chance(8) {
            tail += &format!(" LIMIT {}", self.expr());
        }
        if self.choices.chance(4) {
            tail += *self.choices.pick(&[" FOR UPDATE", " LOCK IN SHARE MODE", " RETURNING *", " FOR SHARE"]);
        }
        tail
    }

    fn item(&mut self) -> String {
        match self.choices.below(10) {
            0..=4 => self.expr(),
            5 => format!("{} {}", self.expr(), self.name()),
            6 => format!("{} AS {}", self.expr(), self.name()),
            // A name that becomes a table if the words before it begin a FROM clause.
            _ => (*self.choices.pick(TABLES)).to_owned(),
        }
    }

    fn from(&mut self) -> String {
        let mut from = self.source();
        while self.choices.chance(25) {
            let join = *self.choices.pick(&[
                ", ",
                " JOIN ",
                " LEFT JOIN ",
                " NATURAL JOIN ",
                " CROSS JOIN ",
                " STRAIGHT_JOIN ",
            ]);
            from += join;
            from += &self.source();
            if join == " LEFT JOIN " || (join == " JOIN " && self.choices.chance(70)) {
                from += &format!(" ON {}", self.expr());
            }
        }
        from
    }

    fn source(&mut self) -> String {
        let source = match self.choices.below(10) {
            0..=5 => (*self.choices.pick(&TABLES[..3])).to_owned(),
            6 => self.name(),
            7 if self.depth < 3 => format!("({}) AS g", self.select()),
            8 if self.backend == Backend::Postgres => {
                return format!(
                    "unnest(ARRAY[{}]) AS g",
                    self.choices.pick(&["'x'", "'select title from task'", "1"])
                );
            }
            _ => (*self.choices.pick(TABLES)).to_owned(),
        };
        match self.choices.below(4) {
            0 | 1 => source,
            2 => format!("{source} {}", self.name()),
            _ => format!("{source} AS {}", self.name()),
        }
    }

    fn expr(&mut self) -> String {
        self.depth += 1;
        let expr = if self.depth > 5 { self.leaf() } else { self.compound() };
        self.depth -= 1;
        expr
    }

    fn compound(&mut self) -> String {
        match self.choices.below(16) {
            0..=5 => self.leaf(),
            6..=8 => self.glued(),
            9 => {
                let operator = self.operator;
                format!("{} {operator} {}", self.expr(), self.expr())
            }
            10 => format!("{} {} {}", self.expr(), self.choices.pick(SIGNS), self.expr()),
            11 => format!(
                "{} {}",
                self.choices.pick(&["-", "@", "~", "NOT", "+", "|/", "!!", "BINARY", "PRIOR", "!"]),
                self.expr()
            ),
            12 => {
                let call = *self.choices.pick(&[
                    "count(*)",
                    "max(id)",
                    "lower(title)",
                    "coalesce(title, 'x')",
                    "group_concat(title)",
                    "abs(id)",
                ]);
                call.to_owned()
            }
            13 => {
                format!("{}.{}", self.choices.pick(&["g", "task", "(g)", "y"]), self.choices.pick(ATTRIBUTES))
            }
            14 if self.depth < 4 => format!("({})", self.select()),
            _ => format!("({} {} {})", self.expr(), self.choices.pick(&["+", "=", "AND", "||"]), self.expr()),
        }
    }

    /// The operator, a keyword, the operator again: to another parser an alias and the beginning of a clause.
    fn glued(&mut self) -> String {
        let (operator, glue, between) = (self.operator, self.glue, self.word());
        format!("{} {operator} {glue}{between} {operator} {}", self.leaf(), self.name())
    }

    fn leaf(&mut self) -> String {
        match self.choices.below(8) {
            0..=2 => (*self.choices.pick(COLUMNS)).to_owned(),
            3 => (*self.choices.pick(LITERALS)).to_owned(),
            4 => (*self.choices.pick(&LITERALS[..4])).to_owned(),
            5 => format!("{}{}", self.glue, self.choices.pick(COLUMNS)),
            6 => (*self.choices.pick(TABLES)).to_owned(),
            _ => self.name(),
        }
    }

    /// A word that may be a name.
    fn name(&mut self) -> String {
        match self.choices.below(8) {
            0 | 1 => (*self.choices.pick(&["y", "z", "g"])).to_owned(),
            2 | 3 => self.operator.to_owned(),
            4 => {
                let glue = self.glue;
                format!("{glue}{}", self.word())
            }
            5 => format!("{}{}y", self.keyword, self.choices.pick(&["@", "$", "\u{a0}", "#"])),
            6 => format!("\"{}\"", self.operator.to_lowercase()),
            _ => (*self.choices.pick(COLUMNS)).to_owned(),
        }
    }

    fn word(&mut self) -> &'static str {
        if self.choices.chance(80) { self.keyword } else { self.choices.pick::<&str>(KEYWORDS) }
    }
}
