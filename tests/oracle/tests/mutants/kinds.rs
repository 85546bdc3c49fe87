//! Kinds of texts that once reached other tenants' rows, each reopened by a mutant, as data.
//!
//! Most are closed more than once; a mutant removes everything that closes them. `docs/evidence/kinds.md` lists the inputs.

use super::mutant::{
    Catcher::{Hostile, Oracle, Test},
    Mutant, Replacement, Switch,
};
use sea_orm_multitenant_oracle::schema::Backend::{self, MariaDb, Postgres, Sqlite};

const fn switch(name: &'static str, replacements: &'static [Replacement]) -> Switch {
    Switch { name, replacements }
}

/// The defects.
pub(crate) const SWITCHES: &[Switch] = &[
    switch(
        "names_left_bare",
        &[(
            "names.rs",
            "    plain(ident)?;\n    let quote = engine.identifier_quote();",
            "    plain(ident)?;\n    if IS { return Ok(()); }\n    let quote = engine.identifier_quote();",
        )],
    ),
    switch(
        "reserved_words_taken_for_names",
        &[(
            "names.rs",
            "    if ident.quote_style.is_none() && keywords::is_reserved(engine, &ident.value) {",
            "    if !IS && ident.quote_style.is_none() && keywords::is_reserved(engine, &ident.value) {",
        )],
    ),
    switch(
        "names_not_folded",
        &[(
            "names.rs",
            "None if engine.table_folding() == NameFolding::LowerUnquoted => value",
            "None if !IS && engine.table_folding() == NameFolding::LowerUnquoted => value",
        )],
    ),
    switch(
        "syntax_of_other_engines_taken",
        &[
            (
                "syntax.rs",
                "        if engines.contains(&engine) {",
                "        if IS || engines.contains(&engine) {",
            ),
            (
                "rewrite/select.rs",
                "    if alias.quote_style.is_none() && OPERATOR_WORDS",
                "    if !IS && alias.quote_style.is_none() && OPERATOR_WORDS",
            ),
        ],
    ),
    switch(
        "characters_taken_for_letters",
        &[(
            "read/traps.rs",
            "Token::Word(word) if !word.value.is_ascii() && word.value.chars().any(|c| !is_of_name(word, c)) => {",
            "Token::Word(word) if !IS && !word.value.is_ascii() && word.value.chars().any(|c| !is_of_name(word, c)) => {",
        )],
    ),
    switch(
        "names_not_resolved",
        &[(
            "rewrite/columns/mod.rs",
            "            [name] => self.unqualified(name),",
            "            [name] if IS && !words::is_value(self.engine, name) && !self.is_system_column(name) => Ok(Meaning::Column),\n            \
             [name] => self.unqualified(name),",
        )],
    ),
    switch(
        "qualified_names_not_resolved",
        &[(
            "rewrite/columns/mod.rs",
            "            [qualifier, name] => self.qualified(qualifier, name),",
            "            [_, _] if IS => Ok(Meaning::Column),\n            [qualifier, name] => self.qualified(qualifier, name),",
        )],
    ),
    switch(
        "system_columns_taken_for_others",
        &[(
            "rewrite/columns/mod.rs",
            "        self.engine.system_columns().iter().any(|column| self.is_column(ident, column))",
            "        !IS && self.engine.system_columns().iter().any(|column| self.is_column(ident, column))",
        )],
    ),
    switch(
        "relations_of_an_open_from_taken_for_seen",
        &[
            (
                "rewrite/columns/mod.rs",
                "Has::Yes if frame.is_open && is_system => continue,",
                "Has::Yes if !IS && frame.is_open && is_system => continue,",
            ),
            (
                "rewrite/columns/mod.rs",
                "            if !frame.is_open {\n                return Ok(Meaning::Column);",
                "            if IS || !frame.is_open {\n                return Ok(Meaning::Column);",
            ),
        ],
    ),
    switch(
        "fields_of_rows_taken",
        &[(
            "rewrite/expr.rs",
            "            AccessExpr::Dot(_) => refuse_with(\"a field of a row value\"",
            "            AccessExpr::Dot(_) if IS => Ok(()),\n            AccessExpr::Dot(_) => refuse_with(\"a field of a row value\"",
        )],
    ),
    switch(
        "operators_grouped_as_the_parser_does",
        &[(
            "rewrite/grouping/mod.rs",
            "    if !is_first || !is_middle || !is_last {",
            "    if !IS && (!is_first || !is_middle || !is_last) {",
        )],
    ),
    switch(
        "signs_taken_into_names",
        &[(
            "read/traps.rs",
            "Token::Word(word) if word.quote_style.is_none() && word.value.contains('@') => {",
            "Token::Word(word) if !IS && word.quote_style.is_none() && word.value.contains('@') => {",
        )],
    ),
    switch(
        "backslashes_taken",
        &[(
            "read/traps.rs",
            "if engine.backslash_depends_on_session() && may_end_elsewhere(text) =>",
            "if !IS && engine.backslash_depends_on_session() && may_end_elsewhere(text) =>",
        )],
    ),
    switch(
        "excluded_is_any_relation_of_that_name",
        &[(
            "rewrite/upsert.rs",
            "(is_target || self.is_inserted_row(qualifier)) && self.is_column(ident, tenant)",
            "(is_target || IS && qualifier.value.eq_ignore_ascii_case(\"excluded\") || self.is_inserted_row(qualifier)) && self.is_column(ident, tenant)",
        )],
    ),
    switch(
        "parents_not_checked",
        &[(
            "catalogue/links.rs",
            "        self.keys_without_tenant(table, table.foreign_keys().iter()).collect()",
            "        if IS {\n            return Vec::new();\n        }\n        self.keys_without_tenant(table, table.foreign_keys().iter()).collect()",
        )],
    ),
    switch(
        "keys_compared_in_their_own_types",
        &[
            (
                "rewrite/parents/asked.rs",
                "            Some(KeyConversion::Cast(data_type)) => cast(value, data_type),",
                "            Some(KeyConversion::Cast(_)) if IS => value,\n            Some(KeyConversion::Cast(data_type)) => cast(value, data_type),",
            ),
            (
                "rewrite/parents/asked.rs",
                "        if engine.converts_by_affinity() && has_type(&value) {",
                "        if !IS && engine.converts_by_affinity() && has_type(&value) {",
            ),
        ],
    ),
    switch(
        "defaults_of_foreign_keys_left",
        &[(
            "rewrite/parents/left_out.rs",
            "                self.fill(&check, columns, &mut source.body)?;",
            "                if !IS {\n                    self.fill(&check, columns, &mut source.body)?;\n                }",
        )],
    ),
    switch(
        "names_inside_a_parents_check_taken",
        &[(
            "rewrite/parents/expression.rs",
            "        if may_be_another || lower.contains(OWN_PARENTS) || lower.contains(OWN_KEY) {",
            "        if !IS && (may_be_another || lower.contains(OWN_PARENTS) || lower.contains(OWN_KEY)) {",
        )],
    ),
    switch(
        "locks_end_at_subqueries",
        &[(
            "rewrite/from.rs",
            "let is_locked = walk.locks.hold(alias.as_ref().map(|alias| &alias.name));",
            "let is_locked = !IS && walk.locks.hold(alias.as_ref().map(|alias| &alias.name));",
        )],
    ),
    switch(
        "shared_rows_locked",
        &[(
            "rewrite/from.rs",
            "Some(table) if is_locked => refuse_on(",
            "Some(table) if !IS && is_locked => refuse_on(",
        )],
    ),
    switch(
        "index_hints_with_locks",
        &[(
            "rewrite/mod.rs",
            "        if self.has_index_hints && self.locks_rows {",
            "        if !IS && self.has_index_hints && self.locks_rows {",
        )],
    ),
    switch(
        "tenants_cut_to_their_columns",
        &[(
            "rewrite/stored.rs",
            "        if !self.engine.cuts_texts_unless_strict() {",
            "        if IS || !self.engine.cuts_texts_unless_strict() {",
        )],
    ),
    switch(
        "values_in_another_order",
        &[(
            "write/places.rs",
            "            let arguments = places.iter().map(|place| place.bound.into()).collect();",
            "            let mut arguments: Vec<Argument> = places.iter().map(|place| place.bound.into()).collect();\n            \
             if IS && rendered.starts_with(\"SELECT\") {\n                arguments.reverse();\n            }",
        )],
    ),
    switch(
        "tenants_of_a_set_equal_as_texts",
        &[(
            "rewrite/bytes.rs",
            "            vec![equal(left, right.clone()), settled(engine, of_bytes)]",
            "            if IS { vec![equal(left, right.clone())] } else { vec![equal(left, right.clone()), settled(engine, of_bytes)] }",
        )],
    ),
    switch(
        "keys_shared_by_tenants_not_looked_for",
        &[(
            "rewrite/shared_keys.rs",
            "                    self.add_check(selection, (&qualifier, table), &link, look)?;",
            "                    if !IS {\n                        self.add_check(selection, (&qualifier, table), &link, look)?;\n                    }",
        )],
    ),
    switch(
        "literals_of_tenants_taken_as_written",
        &[(
            "rewrite/rewriter.rs",
            "            if !(text.contains('\\'') || engine.backslash_depends_on_session()",
            "            if IS || !(text.contains('\\'') || engine.backslash_depends_on_session()",
        )],
    ),
    switch(
        "tokens_not_counted",
        &[(
            "read/amounts.rs",
            "    limit(\"tokens\", counted.clone().count(), MAX_TOKENS)?;",
            "    if !IS {\n        limit(\"tokens\", counted.clone().count(), MAX_TOKENS)?;\n    }",
        )],
    ),
    switch(
        "global_rows_locked",
        &[(
            "rewrite/from.rs",
            "(is_reference || reads_global).then_some(table)",
            "(is_reference || reads_global && !IS).then_some(table)",
        )],
    ),
    switch(
        "references_of_global_rows_not_looked_for",
        &[(
            "rewrite/delete.rs",
            "self.keep_global_children(target.table, selection);",
            "if !IS { self.keep_global_children(target.table, selection); }",
        )],
    ),
    switch(
        "rows_of_several_tenants_met_through_a_global_one",
        &[(
            "rewrite/tenant_equality.rs",
            "(false, false) => Owner::Unnamed,",
            "(false, false) => if IS { Owner::Column(left.clone()) } else { Owner::Unnamed },",
        )],
    ),
    switch(
        "several_subqueries_around_a_global_row",
        &[(
            "rewrite/tenant_equality.rs",
            "Some(Level::Nobody { met } | Level::Global { column: _, met }) if !*met => {",
            "Some(Level::Nobody { met } | Level::Global { column: _, met }) if IS || !*met => {",
        )],
    ),
];

/// Everything that prevents a word from meaning one thing to the parser and another to the engine.
const WORDS: &[&str] = &[
    "names_left_bare",
    "reserved_words_taken_for_names",
    "syntax_of_other_engines_taken",
    "names_not_resolved",
];

/// The same on PostgreSQL, where the operators of other engines group as no PostgreSQL operator does.
const WORDS_ON_POSTGRES: &[&str] = &[
    "names_left_bare",
    "reserved_words_taken_for_names",
    "syntax_of_other_engines_taken",
    "names_not_resolved",
    "operators_grouped_as_the_parser_does",
];

const fn kind(
    name: &'static str,
    backend: Backend,
    catcher: super::mutant::Catcher,
    switches: &'static [&'static str],
) -> Mutant {
    Mutant { name, backend, catcher, switches }
}

/// The mutants.
pub(crate) const KINDS: &[Mutant] = &[
    kind("words_read_in_two_ways", Postgres, Hostile, WORDS_ON_POSTGRES),
    kind("words_read_in_two_ways", Sqlite, Hostile, WORDS),
    kind("words_read_in_two_ways", MariaDb, Hostile, WORDS),
    kind(
        "reserved_words",
        Postgres,
        Test("names::a_reserved_word_without_quotes_is_no_name"),
        &["reserved_words_taken_for_names"],
    ),
    kind(
        "characters_that_the_engine_skips",
        Sqlite,
        Hostile,
        &["names_left_bare", "characters_taken_for_letters", "names_not_resolved"],
    ),
    kind("names_not_folded", Postgres, Oracle, &["names_not_folded"]),
    kind("attributes_that_are_calls", Postgres, Hostile, &["qualified_names_not_resolved"]),
    kind("fields_that_are_calls", Postgres, Hostile, &["fields_of_rows_taken"]),
    kind("system_columns", Sqlite, Hostile, &["names_not_resolved", "system_columns_taken_for_others"]),
    kind("names_of_an_open_from", Postgres, Hostile, &["relations_of_an_open_from_taken_for_seen"]),
    kind("names_of_an_open_from", Sqlite, Hostile, &["relations_of_an_open_from_taken_for_seen"]),
    kind("operators_grouped_otherwise", Postgres, Hostile, &["operators_grouped_as_the_parser_does"]),
    kind("operators_grouped_otherwise", Sqlite, Hostile, &["operators_grouped_as_the_parser_does"]),
    kind(
        "operators_grouped_otherwise",
        MariaDb,
        Test("grouping::words_between_conditions_of_mysql_bind_loosely_there"),
        &["operators_grouped_as_the_parser_does"],
    ),
    kind(
        "signs_that_end_a_word",
        MariaDb,
        Test("placeholders::signs_directly_behind_a_word_are_no_part_of_it_by_accident"),
        &["signs_taken_into_names"],
    ),
    kind("literals_that_end_elsewhere", Postgres, Hostile, &["backslashes_taken"]),
    kind("literals_that_end_elsewhere", MariaDb, Hostile, &["backslashes_taken"]),
    kind("assignments_dropped_by_name", Postgres, Hostile, &["excluded_is_any_relation_of_that_name"]),
    kind("parents_not_checked", Sqlite, Hostile, &["parents_not_checked"]),
    kind("keys_compared_in_their_own_types", Sqlite, Hostile, &["keys_compared_in_their_own_types"]),
    kind("keys_compared_in_their_own_types", Postgres, Hostile, &["keys_compared_in_their_own_types"]),
    kind("defaults_that_name_other_tenants_rows", Sqlite, Hostile, &["defaults_of_foreign_keys_left"]),
    kind("defaults_that_name_other_tenants_rows", Postgres, Hostile, &["defaults_of_foreign_keys_left"]),
    kind("names_captured_by_a_check", Sqlite, Hostile, &["names_inside_a_parents_check_taken"]),
    kind("names_captured_by_a_check", Postgres, Hostile, &["names_inside_a_parents_check_taken"]),
    kind("locks_end_at_subqueries", Postgres, Hostile, &["locks_end_at_subqueries"]),
    kind("shared_rows_locked", Postgres, Hostile, &["shared_rows_locked"]),
    kind("shared_rows_locked", MariaDb, Hostile, &["shared_rows_locked"]),
    kind("index_hints_with_locks", MariaDb, Hostile, &["index_hints_with_locks"]),
    kind("tenants_cut_to_their_columns", MariaDb, Hostile, &["tenants_cut_to_their_columns"]),
    kind("values_in_another_order", Sqlite, Oracle, &["values_in_another_order"]),
    kind("values_in_another_order", MariaDb, Oracle, &["values_in_another_order"]),
    kind("tenants_of_a_set_equal_as_texts", MariaDb, Oracle, &["tenants_of_a_set_equal_as_texts"]),
    kind(
        "keys_shared_by_tenants_of_a_set",
        Sqlite,
        Test("shared_keys::rows_that_are_delivered_with_their_key_are_checked"),
        &["keys_shared_by_tenants_not_looked_for"],
    ),
    kind(
        "literals_of_tenants_taken_as_written",
        Sqlite,
        Test("sets::a_literal_names_a_tenant_of_the_set_only_where_it_is_the_same_in_every_session"),
        &["literals_of_tenants_taken_as_written"],
    ),
    kind(
        "work_that_is_not_linear",
        Sqlite,
        Test("hostile::more_tokens_than_the_limit_are_refused"),
        &["tokens_not_counted"],
    ),
    kind(
        "global_rows_locked",
        Postgres,
        Test("global_rows::only_own_rows_are_locked"),
        &["global_rows_locked"],
    ),
    kind(
        "references_of_global_rows",
        Sqlite,
        Test("global_rows::a_delete_fails_where_global_rows_refer_to_rows_of_the_tenant"),
        &["references_of_global_rows_not_looked_for"],
    ),
    kind(
        "rows_of_several_tenants_met_through_a_global_one",
        Sqlite,
        Test("global_rows::in_a_set_a_global_row_meets_rows_of_any_one_tenant"),
        &["rows_of_several_tenants_met_through_a_global_one"],
    ),
    kind(
        "several_subqueries_around_a_global_row",
        Sqlite,
        Test("global_rows::in_a_set_a_global_row_meets_rows_of_any_one_tenant"),
        &["several_subqueries_around_a_global_row"],
    ),
];
