//! Functions that a scoped statement may call: an allow-list, as data.
//!
//! A function is on the list when its result depends on nothing but its arguments, the rows it is
//! given, the clock and random numbers, and when calling it changes nothing. An engine's own word on
//! the matter is not enough: PostgreSQL calls `table_to_xml` stable, though it reads a relation named
//! by its argument. So every name here was chosen by hand, and a name that is not here is refused.
//!
//! A name is listed only for the engines that have it, built in or from a well-known extension, in the
//! versions supported or a later one: on the others it could be anything that the schema's owner
//! defined.

#[cfg(test)]
mod tests;

use crate::engine::Engine;

/// Where a function may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Position {
    /// Wherever a value may stand.
    Expression,
    /// In the list of relations that a query reads.
    From,
}

/// Whether `name` (already lower-cased, unqualified) is on the list of `engine`.
pub(crate) fn is_allowed(engine: Engine, position: Position, name: &str) -> bool {
    FAMILIES.iter().any(|family| {
        family.engines.contains(&engine)
            && family.positions.contains(&position)
            && family.names.binary_search(&name).is_ok()
    })
}

/// Why a well-known function is refused, to put in the error; `None` for functions nobody has argued about.
pub(crate) fn refusal_reason(name: &str) -> Option<&'static str> {
    // Asked on the way to an error only, so a scan is fast enough.
    let refusal = REFUSALS.iter().find(|refusal| refusal.names.iter().any(|entry| covers(entry, name)))?;
    Some(refusal.reason)
}

/// Whether what a refused function reads or changes belongs to the connection, so that another connection has it not.
pub(crate) fn is_of_connection(name: &str) -> bool {
    let speaks_of = |refusal: &RefusedFor| refusal.names.iter().any(|entry| covers(entry, name));
    REFUSALS.iter().any(|refusal| refusal.of_connection && speaks_of(refusal))
}

/// Whether `name` (already lower-cased) calls a function where it stands alone, without quotes or parentheses, and the
/// parser takes it for a column.
pub(crate) fn is_called_by_name(engine: Engine, name: &str) -> bool {
    let names: &[&str] = match engine {
        Engine::Sqlite => &[],
        Engine::Postgres => &["current_role", "current_schema", "system_user"],
        Engine::MySql => &["current_role", "current_user"],
    };
    names.contains(&name)
}

/// Whether PostgreSQL's own function of this name has an argument of this name, both lower-cased.
pub(crate) fn has_argument(name: &str, argument: &str) -> bool {
    NAMED_ARGUMENTS.iter().any(|(names, arguments)| names.contains(&name) && arguments.contains(&argument))
}

/// The arguments that PostgreSQL's documentation names (9.9.4, 9.16.1, 9.16.2), which `pg_proc.proargnames` has in 15 to 18.
const NAMED_ARGUMENTS: &[(&[&str], &[&str])] = &[
    (&["make_interval"], &["years", "months", "weeks", "days", "hours", "mins", "secs"]),
    (&["make_date"], &["year", "month", "day"]),
    (&["make_time"], &["hour", "min", "sec"]),
    (&["make_timestamp", "make_timestamptz"], &["year", "month", "mday", "hour", "min", "sec"]),
    (&["make_timestamptz"], &["timezone"]),
    (&["jsonb_set", "jsonb_set_lax"], &["jsonb_in", "path", "replacement", "create_if_missing"]),
    (&["jsonb_set_lax"], &["null_value_treatment"]),
    (&["jsonb_insert"], &["jsonb_in", "path", "replacement", "insert_after"]),
    (
        &[
            "jsonb_path_exists",
            "jsonb_path_match",
            "jsonb_path_query",
            "jsonb_path_query_array",
            "jsonb_path_query_first",
        ],
        &["target", "path", "vars", "silent"],
    ),
];

/// Whether `name` (already lower-cased) with an argument sets the key that the session reports as generated.
pub(crate) fn sets_generated_key(engine: Engine, name: &str) -> bool {
    engine == Engine::MySql && name == "last_insert_id"
}

/// Whether an entry of [`REFUSALS`], a name or a prefix followed by `*`, speaks of `name`.
fn covers(entry: &str, name: &str) -> bool {
    match entry.strip_suffix('*') {
        Some(prefix) => name.starts_with(prefix),
        None => entry == name,
    }
}

/// Functions of one kind that the same engines have and that stand in the same places.
struct Family {
    /// The engines that have every one of the functions.
    engines: &'static [Engine],
    /// The places where the functions may stand.
    positions: &'static [Position],
    /// The names in byte order, which the binary search needs.
    names: &'static [&'static str],
}

/// Functions refused for one reason.
struct RefusedFor {
    /// What the functions do, so that it reads after the name of one.
    reason: &'static str,
    /// Whether that belongs to the connection.
    of_connection: bool,
    /// Names, or prefixes followed by `*`, in byte order.
    names: &'static [&'static str],
}

const SQLITE: &[Engine] = &[Engine::Sqlite];
const POSTGRES: &[Engine] = &[Engine::Postgres];
const MYSQL: &[Engine] = &[Engine::MySql];
const SQLITE_AND_POSTGRES: &[Engine] = &[Engine::Sqlite, Engine::Postgres];
const SQLITE_AND_MYSQL: &[Engine] = &[Engine::Sqlite, Engine::MySql];
const POSTGRES_AND_MYSQL: &[Engine] = &[Engine::Postgres, Engine::MySql];
const EVERY_ENGINE: &[Engine] = &[Engine::Sqlite, Engine::Postgres, Engine::MySql];

const EXPRESSION: &[Position] = &[Position::Expression];
const FROM: &[Position] = &[Position::From];
const EITHER: &[Position] = &[Position::Expression, Position::From];

/// The allow-list. MariaDB counts as MySQL.
#[rustfmt::skip]
const FAMILIES: &[Family] = &[
    // Aggregates.
    Family { engines: EVERY_ENGINE, positions: EXPRESSION, names: &[
        "avg", "count", "max", "min", "percentile_cont", "percentile_disc", "sum",
    ] },
    Family { engines: SQLITE_AND_POSTGRES, positions: EXPRESSION, names: &["string_agg"] },
    Family { engines: SQLITE_AND_MYSQL, positions: EXPRESSION, names: &["group_concat", "median"] },
    Family { engines: POSTGRES_AND_MYSQL, positions: EXPRESSION, names: &[
        "any_value", "bit_and", "bit_or", "bit_xor", "grouping", "json_arrayagg", "json_objectagg", "stddev",
        "stddev_pop", "stddev_samp", "var_pop", "var_samp", "variance",
    ] },
    Family { engines: SQLITE, positions: EXPRESSION, names: &[
        "json_group_array", "json_group_object", "jsonb_group_array", "jsonb_group_object", "percentile",
        "total",
    ] },
    Family { engines: POSTGRES, positions: EXPRESSION, names: &[
        "array_agg", "bool_and", "bool_or", "corr", "covar_pop", "covar_samp", "every", "json_agg",
        "json_agg_strict", "json_object_agg", "json_object_agg_strict", "json_object_agg_unique",
        "json_object_agg_unique_strict", "jsonb_agg", "jsonb_agg_strict", "jsonb_object_agg",
        "jsonb_object_agg_strict", "jsonb_object_agg_unique", "jsonb_object_agg_unique_strict", "mode",
        "range_agg", "range_intersect_agg", "regr_avgx", "regr_avgy", "regr_count", "regr_intercept",
        "regr_r2", "regr_slope", "regr_sxx", "regr_sxy", "regr_syy", "xmlagg",
    ] },
    Family { engines: MYSQL, positions: EXPRESSION, names: &["std"] },
    // Window functions.
    Family { engines: EVERY_ENGINE, positions: EXPRESSION, names: &[
        "cume_dist", "dense_rank", "first_value", "lag", "last_value", "lead", "nth_value", "ntile",
        "percent_rank", "rank", "row_number",
    ] },
    // Conditions, rows and the insert's own values.
    // `array` is `ARRAY(SELECT …)`, which the parser shows as a call; `values` and `value` read the row of
    // an upsert.
    // `enum_range` and its like give the labels of their argument's type, which belong to no tenant.
    Family { engines: EVERY_ENGINE, positions: EXPRESSION, names: &["coalesce", "nullif"] },
    Family { engines: SQLITE_AND_MYSQL, positions: EXPRESSION, names: &["if", "ifnull"] },
    Family { engines: POSTGRES_AND_MYSQL, positions: EXPRESSION, names: &["greatest", "least", "row"] },
    Family { engines: SQLITE, positions: EXPRESSION, names: &[
        "iif", "likelihood", "likely", "typeof", "unlikely",
    ] },
    Family { engines: POSTGRES, positions: EXPRESSION, names: &[
        "array", "enum_first", "enum_last", "enum_range", "num_nonnulls", "num_nulls", "pg_typeof",
    ] },
    Family { engines: MYSQL, positions: EXPRESSION, names: &[
        "default", "field", "interval", "isnull", "nvl", "nvl2", "value", "values",
    ] },
    // Text and bytes.
    // How much `repeat`, `lpad` or `zeroblob` may return is bounded by the server, not here.
    Family { engines: EVERY_ENGINE, positions: EXPRESSION, names: &[
        "concat", "concat_ws", "format", "length", "lower", "ltrim", "octet_length", "replace", "rtrim",
        "soundex", "substr", "substring", "trim", "upper",
    ] },
    Family { engines: SQLITE_AND_POSTGRES, positions: EXPRESSION, names: &["unistr"] },
    Family { engines: SQLITE_AND_MYSQL, positions: EXPRESSION, names: &[
        "char", "hex", "instr", "quote", "unhex",
    ] },
    Family { engines: POSTGRES_AND_MYSQL, positions: EXPRESSION, names: &[
        "ascii", "bit_count", "bit_length", "char_length", "character_length", "chr", "convert", "left",
        "lpad", "position", "repeat", "reverse", "right", "rpad", "to_char",
    ] },
    Family { engines: SQLITE, positions: EXPRESSION, names: &[
        "printf", "unicode", "unistr_quote", "zeroblob",
    ] },
    Family { engines: POSTGRES, positions: EXPRESSION, names: &[
        "btrim", "casefold", "convert_from", "convert_to", "daitch_mokotoff", "decode", "difference",
        "dmetaphone", "dmetaphone_alt", "encode", "get_bit", "get_byte", "initcap", "is_normalized",
        "levenshtein", "levenshtein_less_equal", "metaphone", "normalize", "overlay", "parse_ident",
        "pg_size_bytes", "pg_size_pretty", "quote_ident", "quote_literal", "quote_nullable", "set_bit",
        "set_byte", "show_trgm", "similarity", "split_part", "starts_with", "strict_word_similarity",
        "string_to_array", "strpos", "to_ascii", "to_bin", "to_hex", "to_number", "to_oct", "translate",
        "unaccent", "word_similarity",
    ] },
    Family { engines: MYSQL, positions: EXPRESSION, names: &[
        "bin", "elt", "export_set", "find_in_set", "format_bytes", "format_pico_time", "from_base64",
        "insert", "lcase", "lengthb", "locate", "make_set", "mid", "natural_sort_key", "oct", "ord",
        "sformat", "space", "strcmp", "substring_index", "to_base64", "ucase", "weight_string",
    ] },
    // Patterns.
    Family { engines: POSTGRES_AND_MYSQL, positions: EXPRESSION, names: &[
        "regexp_instr", "regexp_like", "regexp_replace", "regexp_substr",
    ] },
    Family { engines: SQLITE, positions: EXPRESSION, names: &["glob", "like", "regexp"] },
    Family { engines: POSTGRES, positions: EXPRESSION, names: &[
        "regexp_count", "regexp_match", "regexp_split_to_array",
    ] },
    // Numbers.
    Family { engines: EVERY_ENGINE, positions: EXPRESSION, names: &[
        "abs", "acos", "asin", "atan", "atan2", "ceil", "ceiling", "cos", "degrees", "exp", "floor", "ln",
        "log", "log10", "mod", "pi", "pow", "power", "radians", "round", "sign", "sin", "sqrt", "tan",
    ] },
    Family { engines: SQLITE_AND_POSTGRES, positions: EXPRESSION, names: &[
        "acosh", "asinh", "atanh", "cosh", "random", "sinh", "tanh", "trunc",
    ] },
    Family { engines: SQLITE_AND_MYSQL, positions: EXPRESSION, names: &["log2"] },
    Family { engines: POSTGRES_AND_MYSQL, positions: EXPRESSION, names: &["cot"] },
    Family { engines: SQLITE, positions: EXPRESSION, names: &["randomblob"] },
    Family { engines: POSTGRES, positions: EXPRESSION, names: &[
        "acosd", "asind", "atan2d", "atand", "cbrt", "cosd", "cotd", "div", "erf", "erfc", "factorial",
        "gamma", "gcd", "lcm", "lgamma", "min_scale", "random_normal", "scale", "sind", "tand", "trim_scale",
        "width_bucket",
    ] },
    Family { engines: MYSQL, positions: EXPRESSION, names: &["conv", "rand", "truncate"] },
    // Casts written as calls.
    Family { engines: EVERY_ENGINE, positions: EXPRESSION, names: &["date", "time"] },
    Family { engines: POSTGRES_AND_MYSQL, positions: EXPRESSION, names: &["timestamp"] },
    Family { engines: POSTGRES, positions: EXPRESSION, names: &[
        "bool", "citext", "float4", "float8", "int2", "int4", "int8", "money", "numeric", "text",
        "timestamptz", "timetz", "varchar",
    ] },
    // Date and time.
    Family { engines: EVERY_ENGINE, positions: EXPRESSION, names: &[
        "current_date", "current_time", "current_timestamp",
    ] },
    Family { engines: SQLITE_AND_MYSQL, positions: EXPRESSION, names: &["timediff"] },
    Family { engines: POSTGRES_AND_MYSQL, positions: EXPRESSION, names: &[
        "date_add", "extract", "localtime", "localtimestamp", "now",
    ] },
    Family { engines: SQLITE, positions: EXPRESSION, names: &[
        "datetime", "julianday", "strftime", "unixepoch",
    ] },
    Family { engines: POSTGRES, positions: EXPRESSION, names: &[
        "age", "clock_timestamp", "date_bin", "date_part", "date_subtract", "date_trunc", "isfinite",
        "justify_days", "justify_hours", "justify_interval", "make_date", "make_interval", "make_time",
        "make_timestamp", "make_timestamptz", "statement_timestamp", "time_bucket", "timeofday", "timezone",
        "to_date", "to_timestamp", "transaction_timestamp",
    ] },
    Family { engines: MYSQL, positions: EXPRESSION, names: &[
        "add_months", "adddate", "addtime", "convert_tz", "curdate", "curtime", "date_format", "date_sub",
        "datediff", "day", "dayname", "dayofmonth", "dayofweek", "dayofyear", "from_days", "from_unixtime",
        "get_format", "hour", "last_day", "makedate", "maketime", "microsecond", "minute", "month",
        "monthname", "period_add", "period_diff", "quarter", "sec_to_time", "second", "str_to_date",
        "subdate", "subtime", "sysdate", "time_format", "time_to_sec", "timestampadd", "timestampdiff",
        "to_days", "to_seconds", "unix_timestamp", "utc_date", "utc_time", "utc_timestamp", "week", "weekday",
        "weekofyear", "year", "yearweek",
    ] },
    // JSON.
    Family { engines: EVERY_ENGINE, positions: EXPRESSION, names: &["json_array", "json_object"] },
    Family { engines: SQLITE_AND_POSTGRES, positions: EXPRESSION, names: &[
        "json", "json_array_length", "jsonb_insert", "jsonb_object", "jsonb_set",
    ] },
    Family { engines: SQLITE_AND_MYSQL, positions: EXPRESSION, names: &[
        "json_extract", "json_insert", "json_pretty", "json_quote", "json_remove", "json_replace", "json_set",
        "json_type", "json_valid",
    ] },
    Family { engines: POSTGRES_AND_MYSQL, positions: EXPRESSION, names: &[
        "json_exists", "json_query", "json_value",
    ] },
    Family { engines: SQLITE, positions: EXPRESSION, names: &[
        "json_error_position", "json_patch", "jsonb", "jsonb_array", "jsonb_extract", "jsonb_patch",
        "jsonb_remove", "jsonb_replace",
    ] },
    Family { engines: POSTGRES, positions: EXPRESSION, names: &[
        "array_to_json", "json_build_array", "json_build_object", "json_extract_path",
        "json_extract_path_text", "json_populate_record", "json_scalar", "json_serialize", "json_strip_nulls",
        "json_typeof", "jsonb_array_length", "jsonb_build_array", "jsonb_build_object", "jsonb_extract_path",
        "jsonb_extract_path_text", "jsonb_path_exists", "jsonb_path_exists_tz", "jsonb_path_match",
        "jsonb_path_match_tz", "jsonb_path_query_array", "jsonb_path_query_array_tz",
        "jsonb_path_query_first", "jsonb_path_query_first_tz", "jsonb_populate_record", "jsonb_pretty",
        "jsonb_set_lax", "jsonb_strip_nulls", "jsonb_typeof", "row_to_json", "to_json", "to_jsonb",
    ] },
    Family { engines: MYSQL, positions: EXPRESSION, names: &[
        "json_array_append", "json_array_insert", "json_compact", "json_contains", "json_contains_path",
        "json_depth", "json_detailed", "json_equals", "json_keys", "json_length", "json_loose", "json_merge",
        "json_merge_patch", "json_merge_preserve", "json_normalize", "json_overlaps", "json_schema_valid",
        "json_schema_validation_report", "json_search", "json_storage_free", "json_storage_size",
        "json_unquote",
    ] },
    // Arrays.
    Family { engines: POSTGRES, positions: EXPRESSION, names: &[
        "array_append", "array_cat", "array_dims", "array_fill", "array_length", "array_lower", "array_ndims",
        "array_position", "array_positions", "array_prepend", "array_remove", "array_replace",
        "array_reverse", "array_sample", "array_shuffle", "array_sort", "array_to_string", "array_upper",
        "cardinality", "icount", "intset", "sort_asc", "sort_desc", "subarray", "trim_array",
    ] },
    // Ranges.
    Family { engines: POSTGRES, positions: EXPRESSION, names: &[
        "datemultirange", "daterange", "int4multirange", "int4range", "int8multirange", "int8range",
        "isempty", "lower_inc", "lower_inf", "multirange", "nummultirange", "numrange", "range_merge",
        "tsmultirange", "tsrange", "tstzmultirange", "tstzrange", "upper_inc", "upper_inf",
    ] },
    // Key-value pairs, label trees and vectors (hstore, ltree, pgvector).
    Family { engines: POSTGRES, positions: EXPRESSION, names: &[
        "akeys", "avals", "binary_quantize", "cosine_distance", "hamming_distance", "hstore",
        "hstore_to_array", "hstore_to_json", "hstore_to_json_loose", "hstore_to_jsonb",
        "hstore_to_jsonb_loose", "hstore_to_matrix", "inner_product", "jaccard_distance", "l1_distance",
        "l2_distance", "l2_norm", "l2_normalize", "lca", "ltree2text", "nlevel", "subltree", "subpath",
        "subvector", "text2ltree", "vector_dims", "vector_norm",
    ] },
    // Full-text search.
    Family { engines: POSTGRES, positions: EXPRESSION, names: &[
        "array_to_tsvector", "json_to_tsvector", "jsonb_to_tsvector", "numnode", "querytree", "setweight",
        "strip", "to_tsvector", "ts_delete", "ts_filter", "ts_headline", "ts_rank", "ts_rank_cd",
        "tsquery_phrase", "tsvector_to_array",
    ] },
    // Text-search queries, which are also written in `FROM` to be named once.
    Family { engines: POSTGRES, positions: EITHER, names: &[
        "phraseto_tsquery", "plainto_tsquery", "to_tsquery", "websearch_to_tsquery",
    ] },
    // XML.
    Family { engines: POSTGRES, positions: EXPRESSION, names: &[
        "xml", "xml_is_well_formed", "xml_is_well_formed_content", "xml_is_well_formed_document",
        "xmlcomment", "xmlconcat", "xmlelement", "xmlexists", "xmlforest", "xmlparse", "xmlpi", "xmlroot",
        "xmlserialize", "xmltext", "xpath", "xpath_exists",
    ] },
    // Network addresses.
    Family { engines: POSTGRES, positions: EXPRESSION, names: &[
        "abbrev", "broadcast", "family", "host", "hostmask", "inet_merge", "inet_same_family",
        "macaddr8_set7bit", "masklen", "netmask", "network", "set_masklen",
    ] },
    Family { engines: MYSQL, positions: EXPRESSION, names: &[
        "inet6_aton", "inet6_ntoa", "inet_aton", "inet_ntoa", "is_ipv4", "is_ipv4_compat", "is_ipv4_mapped",
        "is_ipv6",
    ] },
    // Plane geometry and distances on the globe.
    Family { engines: POSTGRES, positions: EXPRESSION, names: &[
        "area", "bound_box", "box", "center", "circle", "diagonal", "diameter", "earth", "earth_box",
        "earth_distance", "height", "isclosed", "isopen", "line", "ll_to_earth", "lseg", "npoints", "path",
        "point", "polygon", "radius", "slope", "width",
    ] },
    // UUID.
    // `uuid_generate_v7` is what the common extension and the common SQL definition call it before
    // PostgreSQL 18.
    Family { engines: POSTGRES, positions: EXPRESSION, names: &[
        "gen_random_uuid", "uuid_extract_timestamp", "uuid_extract_version", "uuid_generate_v1",
        "uuid_generate_v1mc", "uuid_generate_v3", "uuid_generate_v4", "uuid_generate_v5", "uuid_generate_v7",
        "uuid_nil", "uuid_ns_dns", "uuid_ns_oid", "uuid_ns_url", "uuid_ns_x500", "uuidv4", "uuidv7",
    ] },
    Family { engines: MYSQL, positions: EXPRESSION, names: &[
        "bin_to_uuid", "is_uuid", "sys_guid", "uuid", "uuid_to_bin",
    ] },
    // Digests, encryption and compression.
    // `des_encrypt` is not among them, since its keys may come from a file of the server.
    Family { engines: POSTGRES_AND_MYSQL, positions: EXPRESSION, names: &["crc32", "crc32c", "md5"] },
    Family { engines: POSTGRES, positions: EXPRESSION, names: &[
        "armor", "crypt", "dearmor", "decrypt", "decrypt_iv", "digest", "encrypt", "encrypt_iv",
        "gen_random_bytes", "gen_salt", "hashtext", "hashtextextended", "hmac", "pgp_key_id",
        "pgp_pub_decrypt", "pgp_pub_decrypt_bytea", "pgp_pub_encrypt", "pgp_pub_encrypt_bytea",
        "pgp_sym_decrypt", "pgp_sym_decrypt_bytea", "pgp_sym_encrypt", "pgp_sym_encrypt_bytea", "sha224",
        "sha256", "sha384", "sha512",
    ] },
    Family { engines: MYSQL, positions: EXPRESSION, names: &[
        "aes_decrypt", "aes_encrypt", "compress", "random_bytes", "sha", "sha1", "sha2", "uncompress",
        "uncompressed_length",
    ] },
    // Functions that return rows and stand in a list of expressions or in `FROM`.
    Family { engines: POSTGRES, positions: EITHER, names: &[
        "generate_series", "generate_subscripts", "json_array_elements", "json_array_elements_text",
        "json_each", "json_each_text", "json_object_keys", "json_populate_recordset", "jsonb_array_elements",
        "jsonb_array_elements_text", "jsonb_each", "jsonb_each_text", "jsonb_object_keys", "jsonb_path_query",
        "jsonb_path_query_tz", "jsonb_populate_recordset", "regexp_matches", "regexp_split_to_table", "skeys",
        "string_to_table", "svals", "unnest",
    ] },
    // Functions that return rows and stand in `FROM` only.
    Family { engines: POSTGRES_AND_MYSQL, positions: FROM, names: &["json_table"] },
    Family { engines: SQLITE, positions: FROM, names: &[
        "generate_series", "json_each", "json_tree", "jsonb_each", "jsonb_tree",
    ] },
    Family { engines: POSTGRES, positions: FROM, names: &[
        "json_populate_record", "json_to_record", "json_to_recordset", "jsonb_populate_record",
        "jsonb_to_record", "jsonb_to_recordset", "xmltable",
    ] },
];

/// What is left out on purpose, so that the error can say why; absence from here allows nothing.
#[rustfmt::skip]
const REFUSALS: &[RefusedFor] = &[
    RefusedFor {
        reason: "runs SQL text given to it", of_connection: false,
        names: &[
            "bytecode", "crosstab*", "eval", "query_to_xml*", "run_command_on_*", "sha1_query", "sha3_query",
            "tables_used", "ts_rewrite", "ts_stat", "xpath_table",
        ],
    },
    RefusedFor { reason: "runs a program", of_connection: false, names: &["edit", "sys_eval", "sys_exec"] },
    RefusedFor { reason: "loads code into the server", of_connection: false, names: &["fts3_tokenizer", "load_extension"] },
    RefusedFor {
        reason: "reads other relations", of_connection: false,
        names: &[
            "approximate_row_count", "chunks_detailed_size", "connectby", "currtid2", "cursor_to_xml*",
            "database_to_xml*", "dbstat", "find_srid", "get_raw_page", "heap_page_items", "hypertable_*",
            "pgrowlocks", "pgstat*", "rtreecheck", "rtreenode", "schema_to_xml*", "show_chunks",
            "sqlite_dbpage", "st_approxcount", "st_approxhistogram", "st_approxquantile",
            "st_approxsummarystats", "st_count", "st_estimatedextent", "st_findextent", "st_histogram",
            "st_quantile", "st_retile", "st_summarystats", "st_valuecount", "st_valuepercent",
            "table_to_xml*",
        ],
    },
    RefusedFor {
        reason: "changes tables", of_connection: false,
        names: &[
            "add_columnstore_policy", "add_compression_policy", "add_continuous_aggregate_policy",
            "add_dimension", "add_job", "add_reorder_policy", "add_retention_policy", "addgeometrycolumn",
            "alter_job", "compress_chunk", "create_hypertable", "decompress_chunk", "delete_job",
            "drop_chunks", "dropgeometry*", "merge_chunks", "move_chunk", "populate_geometry_columns",
            "recompress_chunk", "refresh_continuous_aggregate", "remove_columnstore_policy",
            "remove_compression_policy", "remove_continuous_aggregate_policy", "remove_reorder_policy",
            "remove_retention_policy", "reorder_chunk", "run_job",
            "set_chunk_time_interval", "set_integer_now_func", "set_number_partitions", "split_chunk",
            "st_addedge*", "st_addisoedge", "st_addisonode", "st_changeedgegeom", "st_createoverview",
            "st_createtopogeo", "st_fromflatgeobuftotable", "st_getface*", "st_inittopogeo",
            "st_modedge*", "st_moveisonode", "st_newedge*", "st_remedge*", "st_remiso*", "st_removeiso*",
            "updategeometrysrid",
        ],
    },
    RefusedFor { reason: "calls a function given to it", of_connection: false, names: &["st_mapalgebra*"] },
    RefusedFor {
        reason: "reads the index of a full-text table, which holds every tenant's rows", of_connection: false,
        names: &[
            "bm25", "fts4aux", "fts5", "fts5vocab", "highlight", "matchinfo", "offsets", "optimize",
            "snippet",
        ],
    },
    RefusedFor {
        reason: "reads the catalogue", of_connection: false,
        names: &[
            "aclexplode", "can_access_*", "col_description", "completion", "format_type", "get_dd_*",
            "has_any_column_privilege", "has_column_privilege", "has_database_privilege",
            "has_foreign_data_wrapper_privilege", "has_function_privilege", "has_language_privilege",
            "has_largeobject_privilege", "has_parameter_privilege", "has_schema_privilege",
            "has_sequence_privilege", "has_server_privilege", "has_table_privilege",
            "has_tablespace_privilege", "has_type_privilege", "internal_*", "obj_description",
            "pg_available_extension*", "pg_column_compression", "pg_column_is_updatable", "pg_database_*",
            "pg_describe_object", "pg_filenode_relation", "pg_function_is_visible", "pg_get_*", "pg_has_role",
            "pg_identify_object*", "pg_index_*", "pg_indexam_*", "pg_indexes_size", "pg_input_*",
            "pg_options_to_table", "pg_partition_*", "pg_relation_*", "pg_sequence_parameters", "pg_table_*",
            "pg_tablespace_*", "pg_timezone_*", "pg_total_relation_size", "pg_type_is_visible", "pragma_*",
            "regclass", "regcollation", "regconfig", "regdictionary", "regnamespace", "regoper",
            "regoperator", "regproc", "regprocedure", "regrole", "regtype", "roles_graphml",
            "row_security_active", "shobj_description", "to_reg*", "ts_debug", "ts_lexize", "ts_parse",
            "ts_token_type",
        ],
    },
    RefusedFor {
        reason: "reads or writes files", of_connection: false,
        names: &[
            "binlog_gtid_pos", "des_decrypt", "des_encrypt", "fsdir", "lo_export", "lo_import", "load_file",
            "lsdir", "pg_current_logfile", "pg_file_*", "pg_hba_file_rules", "pg_ident_file_mappings",
            "pg_logdir_ls", "pg_ls_*", "pg_read_binary_file", "pg_read_file*", "pg_show_all_file_settings",
            "pg_stat_file", "readfile", "st_addband", "st_bandfile*", "st_fromgdalraster", "st_setbandpath",
            "writefile", "zipfile",
        ],
    },
    RefusedFor {
        reason: "reads or writes large objects, which have no tenant", of_connection: false,
        names: &[
            "lo_close", "lo_creat", "lo_create", "lo_from_bytea", "lo_get", "lo_lseek*", "lo_manage",
            "lo_oid", "lo_open", "lo_put", "lo_tell*", "lo_truncate*", "lo_unlink", "loread", "lowrite",
        ],
    },
    RefusedFor { reason: "opens connections", of_connection: false, names: &["dblink*", "http", "http_*", "postgres_fdw_*"] },
    RefusedFor {
        reason: "reads or changes the session's state", of_connection: true,
        names: &[
            "changes", "charset", "coercibility", "collation", "connection_id", "current_catalog",
            "current_database", "current_query", "current_role", "current_schema", "current_schemas",
            "current_setting", "current_user", "database", "found_rows", "get_current_ts_config",
            "getdatabaseencoding", "getpgusername", "inet_client_*", "inet_server_*", "pg_backend_pid",
            "pg_client_encoding", "pg_current_snapshot", "pg_current_xact_id*", "pg_cursor",
            "pg_export_snapshot", "pg_is_other_temp_schema", "pg_listening_channels", "pg_my_temp_schema",
            "pg_prepared_statement", "pg_settings_get_flags", "pg_show_all_settings", "pg_snapshot_*",
            "pg_trigger_depth", "pg_visible_in_snapshot", "pg_xact_*", "ps_current_thread_id", "ps_thread_id",
            "row_count", "schema", "session_user", "set_config", "set_limit", "setseed", "show_limit",
            "system_user", "total_changes", "txid_*", "user",
        ],
    },
    RefusedFor {
        reason: "reads the session's variables, which a path may name", of_connection: true,
        names: &["extractvalue", "updatexml"],
    },
    RefusedFor {
        reason: "reads or changes the server's state", of_connection: false,
        names: &[
            "amvalidate", "binary_upgrade_*", "brin_desummarize_range", "brin_summarize_*", "citus_*",
            "create_distributed_table", "create_reference_table", "fts5_source_id", "gin_clean_pending_list",
            "icu_version", "keyring_*", "mxid_age", "pg_backup_*", "pg_blocking_pids", "pg_buffercache_*",
            "pg_cancel_backend", "pg_collation_actual_version", "pg_conf_load_time", "pg_config",
            "pg_control_*", "pg_copy_*", "pg_create_*", "pg_current_wal_*", "pg_drop_replication_slot",
            "pg_extension_config_dump", "pg_import_system_collations", "pg_is_in_recovery",
            "pg_is_wal_replay_paused", "pg_jit_available", "pg_last_*", "pg_lock_status",
            "pg_log_backend_memory_contexts", "pg_logical_*", "pg_postmaster_start_time", "pg_prepared_xact",
            "pg_prewarm", "pg_promote", "pg_reload_conf", "pg_replication_*", "pg_rotate_logfile*",
            "pg_safe_snapshot_blocking_pids", "pg_show_replication_origin_status", "pg_stat_clear_*",
            "pg_stat_get_*", "pg_stat_reset*", "pg_stat_statements*", "pg_switch_wal", "pg_terminate_backend",
            "pg_wal*", "sqlite_compileoption_*", "sqlite_log", "sqlite_offset", "sqlite_source_id",
            "sqlite_version", "undistribute_table", "uuid_short", "validate_password_strength", "version",
        ],
    },
    RefusedFor { reason: "notifies other sessions", of_connection: true, names: &["pg_notification_queue_usage", "pg_notify"] },
    RefusedFor {
        reason: "uses a sequence or a generated key: bind the value or read it from the insert's result", of_connection: true,
        names: &[
            "currval", "last_insert_id", "last_insert_rowid", "lastval", "nextval", "pg_nextoid",
            "pg_sequence_last_value", "setval",
        ],
    },
    RefusedFor {
        reason: "takes or tells of a lock that other sessions see", of_connection: true,
        names: &[
            "get_lock", "is_free_lock", "is_used_lock", "pg_advisory_*", "pg_try_advisory_*",
            "release_all_locks", "release_lock", "service_get_read_locks", "service_get_write_locks",
            "service_release_locks",
        ],
    },
    RefusedFor {
        reason: "makes the server wait", of_connection: false,
        names: &[
            "benchmark", "master_gtid_wait", "master_pos_wait", "pg_sleep*", "sleep", "source_pos_wait",
            "wait_for_executed_gtid_set", "wait_until_sql_thread_after_gtids",
        ],
    },
    RefusedFor { reason: "is meant for the server's own use", of_connection: false, names: &["name_const"] },
    RefusedFor { reason: "reads memory by address", of_connection: false, names: &["carray"] },
    RefusedFor { reason: "runs a style sheet, which may name documents", of_connection: false, names: &["xslt_process"] },
];
