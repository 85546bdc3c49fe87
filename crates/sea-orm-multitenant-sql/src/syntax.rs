//! Which engine has which syntax.
//!
//! The parser reads more than each engine does. What an engine lacks is refused by name: there the same words may be an alias,
//! a column or a table. MySQL and MariaDB are one engine here: what only one of them has is taken where the other
//! rejects the statement, not where it reads it otherwise.
//!
//! Sources: PostgreSQL 15 manual, 4.1.3, 4.2, 7, 9 and the pages of the commands; SQLite, "SQL Language Expressions", "SELECT",
//! "UPDATE", "DELETE", "UPSERT"; MySQL 8.0 manual, 12.4 and 13.2; MariaDB Knowledge Base, "Operators", "SELECT", "Window
//! Frames".

use crate::{
    engine::Engine,
    refusal::{Result, UNSCOPED, refuse_with},
};
use Engine::{MySql, Postgres, Sqlite};

/// A piece of syntax, the engines that have it, and what to write elsewhere.
#[derive(Debug)]
pub(crate) struct Syntax {
    name: &'static str,
    engines: &'static [Engine],
    instead: &'static str,
}

impl Syntax {
    const fn new(name: &'static str, engines: &'static [Engine], instead: &'static str) -> Self {
        Self { name, engines, instead }
    }

    /// Refuses this where the engine does not have it.
    pub(crate) fn check(&self, engine: Engine) -> Result<()> {
        let Self { name, engines, instead } = self;
        if engines.contains(&engine) {
            return Ok(());
        }
        refuse_with(format!("{name}, which is not in the SQL of {},", name_of(engine)), *instead)
    }

    /// Refuses this if it is `present` and the engine does not have it.
    pub(crate) fn check_if(&self, present: bool, engine: Engine) -> Result<()> {
        if present { self.check(engine) } else { Ok(()) }
    }
}

fn name_of(engine: Engine) -> &'static str {
    match engine {
        Sqlite => "SQLite",
        Postgres => "PostgreSQL",
        MySql => "MySQL and MariaDB",
    }
}

const NOWHERE: &[Engine] = &[];
const SQLITE: &[Engine] = &[Sqlite];
const POSTGRES: &[Engine] = &[Postgres];
const MYSQL: &[Engine] = &[MySql];
const BUT_SQLITE: &[Engine] = &[Postgres, MySql];
const BUT_POSTGRES: &[Engine] = &[Sqlite, MySql];
const BUT_MYSQL: &[Engine] = &[Sqlite, Postgres];

/// The table: one row for each piece of syntax that not every engine has.
macro_rules! syntax {
    ($($constant:ident: $name:literal, $engines:expr, $instead:expr;)+) => {
        $(pub(crate) const $constant: Syntax = Syntax::new($name, $engines, $instead);)+

        #[cfg(test)]
        const ALL: &[Syntax] = &[$($constant),+];
    };
}

syntax! {
    // Operators.
    ASSIGNMENT: "`:=`", NOWHERE, UNSCOPED;
    DOUBLE_SLASH: "`//`", NOWHERE, "write `/`";
    USERS_OPERATOR: "an operator of the user's own", NOWHERE, "use a built-in operator";
    XOR: "XOR", MYSQL, "write `<>` between two conditions";
    DIV: "DIV", MYSQL, "write `/` between two integers";
    SPACESHIP: "`<=>`", BUT_SQLITE, "write IS";
    CARET: "`^`", BUT_SQLITE, "write `(a | b) - (a & b)`";
    SHIFT: "a shift", BUT_SQLITE, UNSCOPED;
    MATCH: "MATCH", SQLITE, "compare with LIKE";
    GLOB: "GLOB", SQLITE, "compare with LIKE";
    REGEXP: "REGEXP", BUT_POSTGRES, "write `~`";
    RLIKE: "RLIKE", MYSQL, "compare with LIKE";
    ILIKE: "ILIKE", POSTGRES, "write LIKE between two `lower(…)`";
    SIMILAR_TO: "SIMILAR TO", POSTGRES, "compare with LIKE";
    OVERLAPS: "OVERLAPS", POSTGRES, "compare the ends of the two intervals";
    IS_DISTINCT_FROM: "IS DISTINCT FROM", BUT_MYSQL, "write `NOT (a <=> b)`";
    IS_UNKNOWN: "IS UNKNOWN", BUT_SQLITE, "write IS NULL";
    IS_NORMALIZED: "IS NORMALIZED", POSTGRES, UNSCOPED;
    IS_JSON: "IS JSON", POSTGRES, "call `json_valid`";
    MEMBER_OF: "MEMBER OF", MYSQL, "call a JSON function";
    ANY_ALL: "ANY, SOME or ALL of a query", BUT_SQLITE, "write IN, or compare with `max` or `min` of the query";
    ANY_ALL_OF_ARRAY: "ANY, SOME or ALL of an array", POSTGRES, "write IN";
    AT_TIME_ZONE: "AT TIME ZONE", POSTGRES, "call the engine's own function of time zones";
    POSTGRES_OPERATOR: "an operator of PostgreSQL", POSTGRES, "call one of the engine's own functions";
    POSTGRES_PREFIX: "a prefix operator of PostgreSQL", POSTGRES, "call one of the engine's own functions";
    BANG: "`!`", NOWHERE, "write NOT";
    // Operands.
    DOUBLE_COLON: "`::`", POSTGRES, "write CAST(… AS …)";
    TRY_CAST: "TRY_CAST or SAFE_CAST", NOWHERE, "write CAST";
    CONVERT: "CONVERT", MYSQL, "write CAST";
    EXTRACT: "EXTRACT", BUT_SQLITE, "call `strftime`";
    CEIL_TO: "CEIL or FLOOR with TO", NOWHERE, "call `date_trunc` or the engine's own function";
    POSITION: "POSITION", BUT_SQLITE, "call `instr`";
    SUBSTRING_FROM: "SUBSTRING with FROM or FOR", BUT_SQLITE, "separate the arguments with commas";
    TRIM_FROM: "TRIM with FROM or a side", BUT_SQLITE, "call `trim(text, characters)`, `ltrim` or `rtrim`";
    TRIM_COMMA: "TRIM with a comma", BUT_MYSQL, "write TRIM(BOTH characters FROM text)";
    OVERLAY: "OVERLAY", POSTGRES, "put the text together from its parts";
    INTERVAL: "INTERVAL", BUT_SQLITE, "call `datetime` with a modifier";
    INTERVAL_OF_UNIT: "INTERVAL before something that is not a literal", MYSQL, "multiply: `$1 * INTERVAL '1 day'`";
    TYPED_LITERAL: "a type before a literal", POSTGRES, "write CAST(… AS …)";
    DATE_LITERAL: "DATE, TIME or TIMESTAMP before a literal", BUT_SQLITE, "write the literal alone";
    ARRAY: "ARRAY[…]", POSTGRES, "bind the values one by one";
    BRACKETS: "an array in brackets", NOWHERE, "write ARRAY[…]";
    SUBSCRIPT: "`[…]` after an expression", POSTGRES, "call a JSON function";
    SLICE_STEP: "a slice with a step", NOWHERE, UNSCOPED;
    EMPTY_LIST: "IN ()", SQLITE, "write a condition that is false";
    GROUPING_SETS: "GROUPING SETS, CUBE or ROLLUP", POSTGRES, "write a UNION ALL of each grouping";
    WITH_ROLLUP: "WITH ROLLUP", MYSQL, "write GROUP BY ROLLUP (…), or a UNION ALL of each grouping";
    // Calls.
    FILTER: "FILTER", BUT_MYSQL, "aggregate `CASE WHEN condition THEN value END`";
    WITHIN_GROUP: "WITHIN GROUP", BUT_SQLITE, UNSCOPED;
    NULL_TREATMENT: "IGNORE NULLS or RESPECT NULLS", NOWHERE, UNSCOPED;
    NAMED_ARGUMENT: "a named argument", POSTGRES, "give the arguments in their order";
    ROW_ARGUMENT: "a whole row as an argument", POSTGRES, "name the columns";
    SEPARATOR: "SEPARATOR", MYSQL, "give the separator as an argument";
    LIMIT_IN_CALL: "LIMIT among arguments", MYSQL, "limit a subquery";
    CLAUSE_IN_CALL: "WHERE, HAVING or ON OVERFLOW among arguments", NOWHERE, UNSCOPED;
    JSON_NULLS: "NULL ON NULL or ABSENT ON NULL", POSTGRES, UNSCOPED;
    JSON_RETURNING: "RETURNING among arguments", BUT_SQLITE, "cast the result";
    GROUPS_FRAME: "GROUPS in a window frame", BUT_MYSQL, "write RANGE or ROWS";
    // Queries.
    DISTINCT_ON: "DISTINCT ON", POSTGRES, "number the rows with `row_number()` and keep the first";
    SELECT_MODIFIER: "a modifier of SELECT", MYSQL, "leave it out";
    LIMIT_COMMA: "LIMIT with a comma", BUT_POSTGRES, "write LIMIT … OFFSET …";
    OFFSET_ROWS: "ROW or ROWS after OFFSET", BUT_SQLITE, "leave the word out";
    FETCH: "FETCH", BUT_SQLITE, "write LIMIT";
    FETCH_PERCENT: "FETCH … PERCENT", NOWHERE, "write a number of rows";
    NULLS_FIRST: "NULLS FIRST or NULLS LAST", BUT_MYSQL, "order by `column IS NULL` first";
    ROW_LOCK: "a row lock", BUT_SQLITE, "leave it out: SQLite locks the database";
    MATERIALIZED: "MATERIALIZED", BUT_MYSQL, "leave the hint out";
    ALL_OF_SET_OPERATION: "ALL after EXCEPT or INTERSECT", BUT_SQLITE, "leave ALL out";
    DISTINCT_SET_OPERATION: "DISTINCT after UNION, EXCEPT or INTERSECT", BUT_SQLITE, "leave it out";
    BY_NAME: "BY NAME after a set operation", NOWHERE, "list the columns in one order";
    MINUS: "MINUS", NOWHERE, "write EXCEPT";
    VALUES_ROW: "ROW after VALUES", MYSQL, "leave the word out";
    VALUE: "VALUE in place of VALUES", MYSQL, "write VALUES";
    // FROM.
    LATERAL: "LATERAL", BUT_SQLITE, "write a subquery in the select list";
    STRAIGHT_JOIN: "STRAIGHT_JOIN", MYSQL, "write JOIN";
    CROSS_JOIN_ON: "CROSS JOIN with a condition", BUT_POSTGRES, "write JOIN";
    INDEX_HINT: "an index hint", MYSQL, "leave it out";
    UNNEST: "UNNEST", POSTGRES, "call a JSON function in FROM";
    JSON_TABLE: "JSON_TABLE", MYSQL, "call one of the engine's own functions in FROM";
    ORDINALITY: "WITH ORDINALITY", POSTGRES, "number the rows with `row_number()`";
    COLUMN_ALIASES: "an alias with a column list", BUT_SQLITE, "name the columns in the select list";
    TYPED_COLUMN_ALIASES: "an alias with types of columns", POSTGRES, "name the columns alone";
    // Writes.
    UPDATE_FROM: "UPDATE … FROM", BUT_MYSQL, "write UPDATE t JOIN u ON … SET …";
    UPDATE_RETURNING: "RETURNING after UPDATE", BUT_MYSQL, "select the rows first";
    // Types.
    ARRAY_TYPE: "a type of arrays", POSTGRES, "cast the elements";
    // SQLite takes any name for a type.
    POSTGRES_TYPE: "a type of PostgreSQL", BUT_MYSQL, "cast to a type of the engine";
    TYPE_OF_POSTGRES_ALONE: "a type of PostgreSQL", POSTGRES, "cast to a type of the engine";
    MYSQL_TYPE: "a type of MySQL", BUT_POSTGRES, "cast to a type of the engine";
    SQLITE_TYPE: "a type of SQLite", SQLITE, "cast to a type of the engine";
    FOREIGN_TYPE: "a cast to a type of another engine", NOWHERE, "cast to a type of the engine";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_piece_of_syntax_is_missing_from_an_engine_and_says_what_to_do() {
        for Syntax { name, engines, instead } in ALL {
            assert!(engines.len() < 3, "{name} is in every engine");
            assert!(!instead.is_empty(), "{name}");
        }
    }

    #[test]
    fn a_refusal_names_the_syntax_the_engine_and_the_way_out() {
        let refusal = ILIKE.check(Sqlite).expect_err("SQLite has no ILIKE").to_string();
        for part in ["ILIKE", "SQLite", "lower("] {
            assert!(refusal.contains(part), "{refusal}");
        }
        assert_eq!(ILIKE.check(Postgres), Ok(()));
    }
}
