//! The columns of the functions that may stand in FROM, as data.

use crate::{
    engine::Engine,
    names,
    rewrite::columns::relation::{Column, Columns, Name},
};
use sqlparser::ast::{Ident, JsonTableColumn, JsonTableNamedColumn, JsonTableNestedColumn, TableAlias};

/// What the columns of a function are called.
#[derive(Debug, Clone, Copy)]
enum Names {
    /// These.
    Fixed(&'static [&'static str]),
    /// One, called like the alias, or like the function where there is none.
    Alias,
    /// What its arguments make of it.
    Unknown,
}

/// Functions whose columns have the same names.
struct Family {
    engine: Engine,
    functions: &'static [&'static str],
    columns: Names,
}

/// `json_each` and `json_tree` of SQLite (json1, 4.23); their hidden columns repeat the arguments.
const SQLITE_JSON: &[&str] =
    &["key", "value", "type", "atom", "id", "parent", "fullkey", "path", "json", "root"];

/// PostgreSQL names the column of a function with one output parameter after that, not after the alias
/// (`chooseScalarFunctionAlias` in its source).
const FAMILIES: &[Family] = &[
    Family {
        engine: Engine::Sqlite,
        functions: &["json_each", "json_tree", "jsonb_each", "jsonb_tree"],
        columns: Names::Fixed(SQLITE_JSON),
    },
    Family {
        engine: Engine::Sqlite,
        functions: &["generate_series"],
        columns: Names::Fixed(&["value", "start", "stop", "step"]),
    },
    Family {
        engine: Engine::Postgres,
        functions: &["json_each", "json_each_text", "jsonb_each", "jsonb_each_text"],
        columns: Names::Fixed(&["key", "value"]),
    },
    Family {
        engine: Engine::Postgres,
        functions: &[
            "json_array_elements",
            "json_array_elements_text",
            "jsonb_array_elements",
            "jsonb_array_elements_text",
        ],
        columns: Names::Fixed(&["value"]),
    },
    Family {
        engine: Engine::Postgres,
        functions: &[
            "generate_series",
            "generate_subscripts",
            "json_object_keys",
            "jsonb_object_keys",
            "jsonb_path_query",
            "jsonb_path_query_tz",
            "phraseto_tsquery",
            "plainto_tsquery",
            "regexp_matches",
            "regexp_split_to_table",
            "skeys",
            "string_to_table",
            "svals",
            "to_tsquery",
            "websearch_to_tsquery",
        ],
        columns: Names::Alias,
    },
];

/// The columns of a function in FROM, before an alias renames them.
///
/// `unnest` has those of its elements, and the functions that make records those of a type: they are not known.
pub(super) fn columns_of_call<'a>(
    engine: Engine,
    function: &Ident,
    alias: Option<&TableAlias>,
    with_ordinality: bool,
) -> Columns<'a> {
    let is_it = |family: &&Family| {
        family.engine == engine
            && family.functions.iter().any(|name| function.value.eq_ignore_ascii_case(name))
    };
    let found = FAMILIES.iter().find(is_it).map_or(Names::Unknown, |family| family.columns);
    let mut columns: Vec<Column<'a>> = match found {
        Names::Fixed(names) => names.iter().map(|name| Column::Named(Name::Declared(name))).collect(),
        Names::Alias => {
            let name = alias.map_or(function, |alias| &alias.name);
            vec![Column::written(names::folded(engine.column_folding(), name))]
        }
        Names::Unknown => vec![Column::Unknown],
    };
    if with_ordinality {
        columns.push(Column::Named(Name::Declared("ordinality")));
    }
    Columns::list(columns).renamed(engine.column_folding(), alias)
}

/// Whether a function whose results are rows has a column of this name.
pub(super) fn has_column(engine: Engine, function: &Ident, column: &Ident) -> bool {
    let columns = columns_of_row(engine, function);
    columns.iter().any(|name| names::is_same(engine.column_folding(), column, name))
}

/// The columns of a function whose results are rows of the same columns whatever it is given; none of any other function.
pub(super) fn columns_of_row(engine: Engine, function: &Ident) -> &'static [&'static str] {
    let is_it = |family: &&Family| {
        family.engine == engine
            && family.functions.iter().any(|name| function.value.eq_ignore_ascii_case(name))
    };
    match FAMILIES.iter().find(is_it).map(|family| family.columns) {
        Some(Names::Fixed(columns)) if function.quote_style.is_none() && columns.len() > 1 => columns,
        Some(Names::Fixed(_) | Names::Alias | Names::Unknown) | None => &[],
    }
}

/// The columns of JSON_TABLE.
pub(super) fn columns_of_json_table<'a>(
    engine: Engine,
    columns: &[JsonTableColumn],
    alias: Option<&TableAlias>,
) -> Columns<'a> {
    let mut list = Vec::new();
    append_json_columns(engine, columns, &mut list);
    Columns::list(list).renamed(engine.column_folding(), alias)
}

fn append_json_columns(engine: Engine, columns: &[JsonTableColumn], list: &mut Vec<Column<'_>>) {
    for column in columns {
        match column {
            JsonTableColumn::Named(JsonTableNamedColumn {
                name,
                r#type: _,
                path: _,
                exists: _,
                on_empty: _,
                on_error: _,
            })
            | JsonTableColumn::ForOrdinality(name) => {
                list.push(Column::written(names::folded(engine.column_folding(), name)));
            }
            JsonTableColumn::Nested(JsonTableNestedColumn { path: _, columns }) => {
                append_json_columns(engine, columns, list);
            }
        }
    }
}
