//! The engines, asked by what they can do.

use crate::key_type::KeyType;
use sqlparser::{
    ast::{DataType, ExactNumberInfo, Ident, ObjectName},
    dialect::{Dialect, MySqlDialect, PostgreSqlDialect, SQLiteDialect},
};

/// A database engine whose SQL can be scoped. MariaDB is [`Engine::MySql`].
///
/// ```
/// use sea_orm_multitenant_sql::{Catalogue, Engine, Table, TenantType, scope_statement};
///
/// let catalogue = Catalogue::new([Table::tenant("p", "t", TenantType::Int)]).expect("no conflicts");
/// let sql = |engine| scope_statement(&catalogue, engine, "SELECT x FROM p").map(|scoped| scoped.sql().to_owned());
/// assert_eq!(sql(Engine::Postgres)?, r#"SELECT "x" FROM "p" WHERE "p"."t" = $1"#);
/// assert_eq!(sql(Engine::MySql)?, "SELECT `x` FROM `p` WHERE `p`.`t` = ?");
/// # Ok::<(), sea_orm_multitenant_sql::Refusal>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Engine {
    /// SQLite 3.35 and later.
    Sqlite,
    /// PostgreSQL 13 and later, and Citus on it.
    Postgres,
    /// MySQL 8 and MariaDB 10.5 and later.
    MySql,
}

/// How an engine writes the place of a bound value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Placeholders {
    /// `$1`: numbered, may repeat.
    Dollar,
    /// `?`, or `?1` where the caller's text numbers its values.
    Question,
    /// `?`: each place takes the next value.
    Positional,
}

/// How an engine is made to compare texts byte by byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ByteComparison {
    /// `column COLLATE BINARY = value`.
    CollateBinary,
    /// `CAST(CONVERT(column USING utf8mb4) AS BINARY) = value`: in the character set of the session, whatever the
    /// column's is.
    ConvertToBinary,
    /// `CASE WHEN CAST(column AS TEXT) COLLATE "C" = value THEN 1 END IS NOT NULL`: as a text, since citext compares
    /// without regard to case under any collation.
    CaseOfCollateC,
}

/// How an expression is made to fail, with a text in the engine's message, when a condition does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The text is cast to an integer.
    CastToInteger,
    /// The text is taken for a path into JSON.
    JsonPath,
    /// The length of the text is added to the largest integer.
    OutOfRange,
}

/// How a value takes the type of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum KeyConversion {
    /// `CAST(value AS type)`.
    Cast(DataType),
    /// `CONCAT(value)`, which keeps the collation of a text.
    Concat,
    /// The engine compares a value as it stores it.
    Nothing,
}

/// How an engine compares the names of tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameFolding {
    /// Unquoted names are lower-cased, then names compare exactly (PostgreSQL manual, 4.1.1).
    LowerUnquoted,
    /// Names compare without regard to ASCII case, quoted or not (SQLite).
    IgnoreCase,
    /// Depends on the server's file system (`lower_case_table_names`), so only an exact match is certain (MySQL).
    Exact,
}

impl Engine {
    /// The reader of this engine's SQL.
    pub(crate) fn parser_dialect(self) -> &'static dyn Dialect {
        match self {
            Self::Sqlite => &SQLiteDialect {},
            Self::Postgres => &PostgreSqlDialect {},
            Self::MySql => &MySqlDialect {},
        }
    }

    /// How values are bound.
    pub(crate) fn placeholders(self) -> Placeholders {
        match self {
            Self::Sqlite => Placeholders::Question,
            Self::Postgres => Placeholders::Dollar,
            Self::MySql => Placeholders::Positional,
        }
    }

    /// How the names of tables compare.
    pub(crate) fn table_folding(self) -> NameFolding {
        match self {
            Self::Sqlite => NameFolding::IgnoreCase,
            Self::Postgres => NameFolding::LowerUnquoted,
            Self::MySql => NameFolding::Exact,
        }
    }

    /// How the names of columns compare.
    pub(crate) fn column_folding(self) -> NameFolding {
        match self {
            Self::Sqlite | Self::MySql => NameFolding::IgnoreCase,
            Self::Postgres => NameFolding::LowerUnquoted,
        }
    }

    /// How the names of relations in FROM compare: MySQL's follow the server's file system, where the worse that a name
    /// of another case can do is to be unknown.
    pub(crate) fn alias_folding(self) -> NameFolding {
        match self {
            Self::Sqlite | Self::MySql => NameFolding::IgnoreCase,
            Self::Postgres => NameFolding::LowerUnquoted,
        }
    }

    /// Whether the names of results are in sight in WHERE (SQLite, `NC_UEList` in its source).
    pub(crate) fn names_results_in_where(self) -> bool {
        match self {
            Self::Sqlite => true,
            Self::Postgres | Self::MySql => false,
        }
    }

    /// Whether the names of results are in sight in HAVING.
    pub(crate) fn names_results_in_having(self) -> bool {
        match self {
            Self::Sqlite | Self::MySql => true,
            Self::Postgres => false,
        }
    }

    /// Whether a row of VALUES may name columns of the table that it is inserted into (MySQL manual, 15.2.7).
    pub(crate) fn reads_target_in_values(self) -> bool {
        match self {
            Self::MySql => true,
            Self::Sqlite | Self::Postgres => false,
        }
    }

    /// Whether `SET column.field = value` writes a field of a composite value.
    pub(crate) fn assigns_fields(self) -> bool {
        match self {
            Self::Postgres => true,
            Self::Sqlite | Self::MySql => false,
        }
    }

    /// Whether an upsert has the row to insert as `excluded`; MySQL has it as `VALUES(column)`.
    pub(crate) fn has_excluded_row(self) -> bool {
        match self {
            Self::Sqlite | Self::Postgres => true,
            Self::MySql => false,
        }
    }

    /// Whether a name in double quotes that means nothing is a text (SQLite manual, "Quirks", 8).
    pub(crate) fn reads_unknown_names_as_texts(self) -> bool {
        match self {
            Self::Sqlite => true,
            Self::Postgres | Self::MySql => false,
        }
    }

    /// The character around a quoted name. On SQLite not `"`: there an unknown name in double quotes is a text
    /// (<https://sqlite.org/quirks.html>, 8).
    pub(crate) fn identifier_quote(self) -> char {
        match self {
            Self::Postgres => '"',
            Self::Sqlite | Self::MySql => '`',
        }
    }

    /// Longest name in bytes that the engine does not cut or reject: a cut name could mean another table.
    pub(crate) fn max_identifier_bytes(self) -> usize {
        match self {
            Self::Sqlite => 1024,
            Self::Postgres => 63,
            Self::MySql => 64,
        }
    }

    /// Whether a session setting decides what a backslash in a literal means.
    pub(crate) fn backslash_depends_on_session(self) -> bool {
        match self {
            Self::Sqlite => false,
            Self::Postgres | Self::MySql => true,
        }
    }

    /// Whether `B'…'` and `X'…'` are strings of bits (PostgreSQL manual, 4.1.2.5).
    pub(crate) fn has_bit_strings(self) -> bool {
        match self {
            Self::Postgres => true,
            Self::Sqlite | Self::MySql => false,
        }
    }

    /// Whether `MATCH … AGAINST (… IN BOOLEAN MODE)` searches texts.
    pub(crate) fn has_boolean_search(self) -> bool {
        match self {
            Self::MySql => true,
            Self::Sqlite | Self::Postgres => false,
        }
    }

    /// Whether there is a form of texts in which a backslash escapes under every setting, `E'…'` (PostgreSQL manual,
    /// 4.1.2.2).
    pub(crate) fn has_escaped_texts(self) -> bool {
        match self {
            Self::Postgres => true,
            Self::Sqlite | Self::MySql => false,
        }
    }

    /// What to write in place of a backslash before a quote.
    pub(crate) fn instead_of_backslashed_quotes(self) -> &'static str {
        match self {
            Self::Postgres => "write E'…' with the backslash doubled, or bind the text as a value",
            Self::Sqlite | Self::MySql => "write `''` for a quote, or bind the text as a value",
        }
    }

    /// Whether `INSERT INTO t AS u` gives the target another name.
    pub(crate) fn supports_insert_alias(self) -> bool {
        match self {
            Self::Sqlite | Self::Postgres => true,
            Self::MySql => false,
        }
    }

    /// Whether a query in parentheses may be a table by its name alone: `FROM (t)`.
    pub(crate) fn takes_tables_in_parentheses(self) -> bool {
        match self {
            Self::Sqlite | Self::MySql => true,
            Self::Postgres => false,
        }
    }

    /// Whether EXCLUDE may end the frame of a window.
    pub(crate) fn excludes_from_frames(self) -> bool {
        match self {
            Self::Sqlite | Self::Postgres => true,
            Self::MySql => false,
        }
    }

    /// Whether values may be bound by names, which take numbers in the order of the text
    /// (<https://sqlite.org/lang_expr.html>, 3).
    pub(crate) fn numbers_named_values(self) -> bool {
        match self {
            Self::Sqlite => true,
            Self::Postgres | Self::MySql => false,
        }
    }

    /// Whether a session setting decides if `"x"` is a name or a literal (MySQL's `ANSI_QUOTES`).
    pub(crate) fn double_quote_depends_on_session(self) -> bool {
        match self {
            Self::Sqlite | Self::Postgres => false,
            Self::MySql => true,
        }
    }

    /// How an expression is made to fail. The way must depend on a subquery, or the engine may take it while it plans,
    /// and must be an error under every setting of the session.
    pub(crate) fn failure(self) -> Failure {
        match self {
            Self::Sqlite => Failure::JsonPath,
            Self::Postgres => Failure::CastToInteger,
            Self::MySql => Failure::OutOfRange,
        }
    }

    /// Whether a text literal in CASE is of type text, whatever column it is for (PostgreSQL manual, 10.5).
    pub(crate) fn settles_literals_in_case(self) -> bool {
        match self {
            Self::Postgres => true,
            Self::Sqlite | Self::MySql => false,
        }
    }

    /// Whether a number equals every text that begins with it, or with no digit if it is 0 (MySQL manual, 12.3).
    pub(crate) fn compares_numbers_with_texts(self) -> bool {
        match self {
            Self::MySql => true,
            Self::Sqlite | Self::Postgres => false,
        }
    }

    /// How a value takes the type of a key before it is compared and stored. All integers take the widest type: a value
    /// beyond the column's own is an error when it is stored.
    pub(crate) fn key_conversion(self, ty: KeyType) -> KeyConversion {
        match (self, ty) {
            // A value without a type of its own takes the column's type in both places.
            (Self::Sqlite, _) => KeyConversion::Nothing,
            (Self::Postgres, KeyType::Integer | KeyType::Unsigned) => {
                KeyConversion::Cast(DataType::BigInt(None))
            }
            (Self::Postgres, KeyType::Decimal) => {
                KeyConversion::Cast(DataType::Numeric(ExactNumberInfo::None))
            }
            (Self::Postgres, KeyType::Text) => KeyConversion::Cast(DataType::Text),
            // Without a length, which CHAR would take for 1: the spaces of a value that was read are no part of it.
            (Self::Postgres, KeyType::Char) => {
                let name = ObjectName::from(vec![Ident::with_quote('"', "bpchar")]);
                KeyConversion::Cast(DataType::Custom(name, Vec::new()))
            }
            (Self::Postgres, KeyType::Uuid) => KeyConversion::Cast(DataType::Uuid),
            (Self::MySql, KeyType::Integer) => KeyConversion::Cast(DataType::Signed),
            (Self::MySql, KeyType::Unsigned) => KeyConversion::Cast(DataType::Unsigned),
            (Self::MySql, KeyType::Decimal) => {
                KeyConversion::Cast(DataType::Decimal(ExactNumberInfo::PrecisionAndScale(65, 30)))
            }
            (Self::MySql, KeyType::Text | KeyType::Char) => KeyConversion::Concat,
            // BINARY(16), CHAR(36) or MariaDB's UUID: compared as texts.
            (Self::MySql, KeyType::Uuid) => KeyConversion::Nothing,
        }
    }

    /// Whether values of two types are compared as a third, which may be less exact than both (PostgreSQL manual, 10.2;
    /// MySQL manual, 12.3: BIGINT and DOUBLE as DOUBLE).
    pub(crate) fn compares_in_a_third_type(self) -> bool {
        match self {
            Self::Postgres | Self::MySql => true,
            Self::Sqlite => false,
        }
    }

    /// Whether the type of a value, of a column or of a cast, converts what it is compared with (SQLite's type
    /// affinity, datatype3.html, 4.2).
    pub(crate) fn converts_by_affinity(self) -> bool {
        match self {
            Self::Sqlite => true,
            Self::Postgres | Self::MySql => false,
        }
    }

    /// Whether names of columns that differ in accents alone are the same.
    pub(crate) fn ignores_accents_in_names(self) -> bool {
        match self {
            Self::MySql => true,
            Self::Sqlite | Self::Postgres => false,
        }
    }

    /// Whether a number with an exponent is of an inexact type (MySQL manual, 9.1.2).
    pub(crate) fn reads_exponents_as_floats(self) -> bool {
        match self {
            Self::Sqlite | Self::MySql => true,
            Self::Postgres => false,
        }
    }

    /// Whether REPLACE writes the DEFAULT of a column that may not be NULL in place of NULL (SQLite,
    /// lang_conflict.html).
    pub(crate) fn replaces_nulls_by_defaults(self) -> bool {
        match self {
            Self::Sqlite => true,
            Self::Postgres | Self::MySql => false,
        }
    }

    /// Whether NULL in a select list is of type text unless a type is given (PostgreSQL manual, 10.5).
    pub(crate) fn settles_null_in_select_list(self) -> bool {
        match self {
            Self::Postgres => true,
            Self::Sqlite | Self::MySql => false,
        }
    }

    /// Whether an assignment of a SET list sees what those before it have set (MySQL manual, 13.2.17).
    pub(crate) fn assigns_from_left_to_right(self) -> bool {
        match self {
            Self::MySql => true,
            Self::Sqlite | Self::Postgres => false,
        }
    }

    /// Whether a result is named after a column as the statement spells it, but for columns of derived tables.
    pub(crate) fn names_columns_as_written(self) -> bool {
        match self {
            Self::MySql => true,
            Self::Sqlite | Self::Postgres => false,
        }
    }

    /// Whether a write may read its target in a subquery only through a derived table that is materialised (MySQL
    /// manual, 13.2.15.12).
    pub(crate) fn hides_target_from_subqueries(self) -> bool {
        match self {
            Self::MySql => true,
            Self::Sqlite | Self::Postgres => false,
        }
    }

    /// Whether the session's character set may take two bytes for one character of which the second is a backslash or a
    /// backtick (MySQL manual, 10.10.7: gbk, big5, sjis).
    pub(crate) fn charset_may_join_bytes(self) -> bool {
        match self {
            Self::MySql => true,
            Self::Sqlite | Self::Postgres => false,
        }
    }

    /// Whether a word that is reserved elsewhere is a name behind a dot (PostgreSQL `attr_name`; MySQL manual, 11.3).
    pub(crate) fn takes_any_word_behind_a_dot(self) -> bool {
        match self {
            Self::Postgres | Self::MySql => true,
            Self::Sqlite => false,
        }
    }

    /// Whether a word that is reserved elsewhere is a name behind AS in a select list (PostgreSQL manual, 4.1.1).
    pub(crate) fn takes_any_word_behind_as(self) -> bool {
        match self {
            Self::Postgres => true,
            Self::Sqlite | Self::MySql => false,
        }
    }

    /// Whether BINARY is an operator that takes the next operand alone.
    pub(crate) fn binds_binary_closely(self) -> bool {
        match self {
            Self::MySql => true,
            Self::Sqlite | Self::Postgres => false,
        }
    }

    /// Whether a comment behind an unaliased result column is part of its name.
    pub(crate) fn names_results_with_comments(self) -> bool {
        match self {
            Self::Sqlite => true,
            Self::Postgres | Self::MySql => false,
        }
    }

    /// Whether a quoted name may have any length and any characters.
    pub(crate) fn takes_any_name(self) -> bool {
        match self {
            Self::Sqlite => true,
            Self::Postgres | Self::MySql => false,
        }
    }

    /// Whether an unaliased result column is named after the text of its expression.
    pub(crate) fn names_results_from_text(self) -> bool {
        match self {
            Self::Sqlite | Self::MySql => true,
            Self::Postgres => false,
        }
    }

    /// Whether the columns of VALUES are named after the expressions of its first row (MariaDB, "Table Value
    /// Constructors").
    pub(crate) fn names_values_from_text(self) -> bool {
        match self {
            Self::MySql => true,
            Self::Sqlite | Self::Postgres => false,
        }
    }

    /// Whether GROUP BY must name all of a primary key before other columns may be selected (PostgreSQL manual, 7.2.3).
    pub(crate) fn needs_whole_key_in_group_by(self) -> bool {
        match self {
            Self::Postgres => true,
            Self::Sqlite | Self::MySql => false,
        }
    }

    /// Whether a bound value in a select list needs a cast to be given its type.
    pub(crate) fn needs_cast_in_select_list(self) -> bool {
        match self {
            Self::Postgres => true,
            Self::Sqlite | Self::MySql => false,
        }
    }

    /// Whether there are FULL joins; elsewhere `p FULL JOIN q` reads as `p AS full JOIN q`.
    pub(crate) fn supports_full_join(self) -> bool {
        match self {
            Self::Postgres => true,
            Self::Sqlite | Self::MySql => false,
        }
    }

    /// Whether RIGHT joins keep to the standard: SQLite joins them to the whole list before, and leaks through
    /// UNION ALL of a RIGHT JOIN.
    pub(crate) fn supports_right_join(self) -> bool {
        match self {
            Self::Postgres | Self::MySql => true,
            Self::Sqlite => false,
        }
    }

    /// How to compare texts byte by byte: a collation may take different texts for equal.
    pub(crate) fn byte_comparison(self) -> ByteComparison {
        match self {
            Self::Sqlite => ByteComparison::CollateBinary,
            Self::MySql => ByteComparison::ConvertToBinary,
            Self::Postgres => ByteComparison::CaseOfCollateC,
        }
    }

    /// Whether a text that does not fit its column is cut, but for the session's strict mode (MySQL manual, 7.1.11).
    pub(crate) fn cuts_texts_unless_strict(self) -> bool {
        match self {
            Self::MySql => true,
            Self::Sqlite | Self::Postgres => false,
        }
    }

    /// Whether UUIDs are a type, which reads them from texts; elsewhere sqlx writes their bytes.
    pub(crate) fn has_uuids(self) -> bool {
        match self {
            Self::Postgres => true,
            Self::Sqlite | Self::MySql => false,
        }
    }

    /// Whether `table.name` may call a function of the table's row (PostgreSQL manual, 38.5.3).
    pub(crate) fn calls_functions_as_columns(self) -> bool {
        match self {
            Self::Postgres => true,
            Self::Sqlite | Self::MySql => false,
        }
    }

    /// Whether a join may lack its ON, and then takes the one of a later join.
    pub(crate) fn nests_joins_without_on(self) -> bool {
        match self {
            Self::MySql => true,
            Self::Sqlite | Self::Postgres => false,
        }
    }

    /// Whether a virtual table takes commands through a column named like the table (SQLite's FTS5).
    pub(crate) fn takes_commands_in_columns(self) -> bool {
        match self {
            Self::Sqlite => true,
            Self::Postgres | Self::MySql => false,
        }
    }

    /// Whether an UPDATE or DELETE with ORDER BY or LIMIT may read through a subquery: MariaDB 10.11 has then written a
    /// value of another row.
    pub(crate) fn supports_subquery_in_limited_write(self) -> bool {
        match self {
            Self::Sqlite | Self::Postgres => true,
            Self::MySql => false,
        }
    }

    /// Whether an INSERT without a column list may give fewer values than there are columns.
    pub(crate) fn supports_short_rows(self) -> bool {
        match self {
            Self::Postgres => true,
            Self::Sqlite | Self::MySql => false,
        }
    }

    /// Whether the types of casts are keywords, never names (MySQL manual, 12.10).
    pub(crate) fn casts_to_keywords(self) -> bool {
        match self {
            Self::MySql => true,
            Self::Sqlite | Self::Postgres => false,
        }
    }

    /// Whether the engine runs what stands in `/*! … */`.
    pub(crate) fn runs_comments(self) -> bool {
        match self {
            Self::MySql => true,
            Self::Sqlite | Self::Postgres => false,
        }
    }

    /// Whether `DELETE FROM t USING u` names sources beside the target; on MySQL it names the targets' joins.
    pub(crate) fn supports_using_in_delete(self) -> bool {
        match self {
            Self::Postgres => true,
            Self::Sqlite | Self::MySql => false,
        }
    }

    /// Whether `X'…'` is a string of bytes; on PostgreSQL it is a bit string.
    pub(crate) fn supports_hex_bytes(self) -> bool {
        match self {
            Self::Sqlite | Self::MySql => true,
            Self::Postgres => false,
        }
    }

    /// Whether a trailing LOCK IN SHARE MODE locks rows: on MariaDB there is no FOR SHARE.
    pub(crate) fn supports_lock_in_share_mode(self) -> bool {
        match self {
            Self::MySql => true,
            Self::Sqlite | Self::Postgres => false,
        }
    }

    /// Whether INTERSECT is applied in the order of the text, as UNION is (SQLite, "Compound Select Statements").
    pub(crate) fn groups_set_operations_from_left(self) -> bool {
        match self {
            Self::Sqlite => true,
            Self::Postgres | Self::MySql => false,
        }
    }

    /// Whether a lock on a query may reach the tables of a common table expression in its FROM. PostgreSQL's does not
    /// (manual, SELECT, The Locking Clause); MySQL's manual does not say.
    pub(crate) fn may_lock_through_common_tables(self) -> bool {
        match self {
            Self::MySql => true,
            Self::Sqlite | Self::Postgres => false,
        }
    }

    /// Whether rows can be locked at all.
    pub(crate) fn supports_row_locks(self) -> bool {
        match self {
            Self::Postgres | Self::MySql => true,
            Self::Sqlite => false,
        }
    }

    /// Whether SEARCH and CYCLE may follow a common table expression.
    pub(crate) fn supports_search_and_cycle(self) -> bool {
        match self {
            Self::Postgres => true,
            Self::Sqlite | Self::MySql => false,
        }
    }

    /// Whether `a IS b` compares any two values, and `a << b` is no operator to the parser.
    pub(crate) fn compares_with_is(self) -> bool {
        match self {
            Self::Sqlite => true,
            Self::Postgres | Self::MySql => false,
        }
    }

    /// Whether `a MOD b` is `a % b`, and MOD no name.
    pub(crate) fn supports_mod_operator(self) -> bool {
        match self {
            Self::MySql => true,
            Self::Sqlite | Self::Postgres => false,
        }
    }

    /// Whether `a && b` is `a AND b`.
    pub(crate) fn writes_and_as_ampersands(self) -> bool {
        match self {
            Self::MySql => true,
            Self::Sqlite | Self::Postgres => false,
        }
    }

    /// Whether ON CONFLICT names the key that may be taken.
    pub(crate) fn supports_conflict_targets(self) -> bool {
        match self {
            Self::Sqlite | Self::Postgres => true,
            Self::MySql => false,
        }
    }

    /// Whether IGNORE after INSERT or UPDATE makes warnings of errors.
    pub(crate) fn supports_ignore(self) -> bool {
        match self {
            Self::MySql => true,
            Self::Sqlite | Self::Postgres => false,
        }
    }

    /// Whether `ANALYZE SELECT …` runs the statement and shows its plan (MariaDB).
    pub(crate) fn supports_analyze_of_statements(self) -> bool {
        match self {
            Self::MySql => true,
            Self::Sqlite | Self::Postgres => false,
        }
    }

    /// Whether signs that stand together may be one operator, of the user's own too (PostgreSQL manual, 4.1.3).
    pub(crate) fn joins_signs(self) -> bool {
        match self {
            Self::Postgres => true,
            Self::Sqlite | Self::MySql => false,
        }
    }

    /// Whether UPDATE and DELETE may write tables of a join.
    pub(crate) fn supports_joins_in_writes(self) -> bool {
        match self {
            Self::MySql => true,
            Self::Sqlite | Self::Postgres => false,
        }
    }

    /// Whether FROM DUAL stands for no table.
    pub(crate) fn supports_dual(self) -> bool {
        match self {
            Self::MySql => true,
            Self::Sqlite | Self::Postgres => false,
        }
    }

    /// Whether every integer type has 64 bits.
    pub(crate) fn has_one_integer_size(self) -> bool {
        match self {
            Self::Sqlite => true,
            Self::Postgres | Self::MySql => false,
        }
    }

    /// Whether `ONLY t` reads a table without its children. The parser reads it as WITH ORDINALITY, `read/spelling/only.rs`.
    pub(crate) fn supports_only(self) -> bool {
        match self {
            Self::Postgres => true,
            Self::Sqlite | Self::MySql => false,
        }
    }

    /// Whether LIKE ANY takes a query.
    pub(crate) fn supports_like_any_of_query(self) -> bool {
        match self {
            Self::Postgres => true,
            Self::Sqlite | Self::MySql => false,
        }
    }

    /// Whether functions belong to schemas (MySQL: to databases).
    pub(crate) fn supports_schemas_of_functions(self) -> bool {
        match self {
            Self::Postgres | Self::MySql => true,
            Self::Sqlite => false,
        }
    }

    /// Whether the case of a schema of functions may count.
    pub(crate) fn keeps_case_of_function_schemas(self) -> bool {
        match self {
            Self::MySql => true,
            Self::Sqlite | Self::Postgres => false,
        }
    }

    /// Whether some subqueries after IN, ANY and ALL are answered wrongly once they name a column from around them (MariaDB 10.11).
    pub(crate) fn misreads_correlated_subqueries(self) -> bool {
        match self {
            Self::MySql => true,
            Self::Sqlite | Self::Postgres => false,
        }
    }

    /// Whether a common table expression that nothing reads is left unresolved, with the values in it (MySQL 9.7).
    pub(crate) fn skips_unread_common_tables(self) -> bool {
        match self {
            Self::MySql => true,
            Self::Sqlite | Self::Postgres => false,
        }
    }

    /// Whether EXISTS that the planner makes a join may be answered wrongly (SQLite 3.51.3): over an OR, such as the predicate of a
    /// table with global rows.
    pub(crate) fn misreads_exists_as_a_join(self) -> bool {
        match self {
            Self::Sqlite => true,
            Self::Postgres | Self::MySql => false,
        }
    }

    /// Whether an unaliased result is named after the column or function inside casts, subscripts and calls.
    pub(crate) fn names_results_by_inner_name(self) -> bool {
        match self {
            Self::Postgres => true,
            Self::Sqlite | Self::MySql => false,
        }
    }

    /// Whether a table is one of the engine's own: by its schema, or by the beginning of its name.
    pub(crate) fn is_system_table(self, schema: Option<&str>, table: &str) -> bool {
        let (schemas, prefix): (&[&str], _) = match self {
            Self::Sqlite => (&[], Some("sqlite_")),
            Self::Postgres => (&["information_schema", "pg_catalog"], Some("pg_")),
            Self::MySql => (&["information_schema", "mysql", "performance_schema", "sys"], None),
        };
        let is_system = |schema: &str| schemas.iter().any(|name| schema.eq_ignore_ascii_case(name));
        let begins =
            |prefix: &str| table.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
        schema.is_some_and(is_system) || (schema.is_none() && prefix.is_some_and(begins))
    }

    /// Column names that every table has without declaring them, and that tell of rows beside the tenant's.
    pub(crate) fn system_columns(self) -> &'static [&'static str] {
        match self {
            Self::Sqlite => &["rowid", "_rowid_", "oid"],
            Self::Postgres => &["ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"],
            Self::MySql => &["_rowid"],
        }
    }
}
