//! The defects, as data.

/// A defect in the planner, and the tests that must detect it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mutant {
    pub(crate) name: &'static str,
    /// The file, relative to `src/plan`.
    pub(crate) file: &'static str,
    /// The source text to replace, which occurs exactly once.
    pub(crate) find: &'static str,
    /// The replacement. `IS` becomes the condition that the defect is enabled.
    pub(crate) replace: &'static str,
    /// Whether the planner still compares the schema before and after.
    pub(crate) seen: bool,
    pub(crate) tests: &'static [&'static str],
}

/// The switch that hides all differences of the schema.
pub(crate) const BLIND: &str = "blind";

const fn mutant(
    name: &'static str,
    file: &'static str,
    find: &'static str,
    replace: &'static str,
    tests: &'static [&'static str],
) -> Mutant {
    Mutant { name, file, find, replace, seen: false, tests }
}

/// A defect during which the comparison of the schema stays enabled.
const fn seen(mutant: Mutant) -> Mutant {
    Mutant { seen: true, ..mutant }
}

const POSTGRES: &str = "plan::keeps::table::postgres";
const MARIADB: &str = "plan::keeps::table::mariadb";
const SQLITE: &str = "plan::keeps::table::sqlite";
const DRAWN_POSTGRES: &str = "plan::keeps::generated::postgres::random_schemas_are_kept";
const DRAWN_SQLITE: &str = "plan::keeps::generated_sqlite::random_schemas_are_kept";

/// Every mutant.
pub(crate) const MUTANTS: &[Mutant] = &[
    seen(mutant(
        BLIND,
        "convert/snapshot/facts.rs",
        "    found.dedup();\n",
        "    found.dedup();\n    if IS { found.clear(); }\n",
        &["plan::keeps::of_sqlite::sqlite::broken_statements_stop_the_conversion"],
    )),
    mutant(
        "clauses_after_the_columns_of_an_index_lost",
        "convert/key_text.rs",
        "        key.tail\n    )",
        "        if IS { \"\" } else { key.tail.as_str() }\n    )",
        &[POSTGRES, "plan::keeps::of_postgres::postgres::attributes_of_keys_stay"],
    ),
    seen(mutant(
        "lost_and_detected",
        "convert/key_text.rs",
        "    let concurrently = if steps.online() { \"CONCURRENTLY \" } else { \"\" };\n    format!(\n        \"CREATE {unique}INDEX {concurrently}{} ON {} ({}){}\",",
        "    let concurrently = if steps.online() { \"CONCURRENTLY \" } else { \"\" };\n    if IS && !key.tail.is_empty() { return format!(\"CREATE {unique}INDEX {concurrently}{} ON {} ({})\", \
         steps.quote(name), steps.quoted(table.name()), parts_with_tenant(steps.world, table, key).join(\", \")); }\n    \
         format!(\n        \"CREATE {unique}INDEX {concurrently}{} ON {} ({}){}\",",
        &["plan::keeps::of_postgres::postgres::attributes_of_keys_stay"],
    )),
    mutant(
        "comment_of_an_index_forgotten",
        "convert/key_text.rs",
        "filter(|_| live.comment != key.extras.comment)",
        "filter(|_| !IS && live.comment != key.extras.comment)",
        &[POSTGRES],
    ),
    mutant(
        "cluster_forgotten",
        "convert/key_text.rs",
        "    if key.extras.clusters && !live.clusters {",
        "    if !IS && key.extras.clusters && !live.clusters {",
        &[POSTGRES],
    ),
    mutant(
        "action_of_a_foreign_key_lost",
        "convert/foreign_keys.rs",
        "        key.on_delete.words(),\n",
        "        if IS { \"NO ACTION\" } else { key.on_delete.words() },\n",
        &[POSTGRES, DRAWN_POSTGRES],
    ),
    mutant(
        "deferrable_lost",
        "convert/foreign_keys.rs",
        "        key.suffix\n    )",
        "        if IS { \"\" } else { key.suffix.as_str() }\n    )",
        &[POSTGRES, DRAWN_POSTGRES],
    ),
    mutant(
        "order_of_foreign_keys_lost",
        "convert/foreign_keys.rs",
        "    keys.sort_by_key(|(table, key)| firing_position(table.live, key));",
        "    keys.sort_by_key(|(table, key)| if IS { key.name.chars().rev().collect() } else { firing_position(table.live, key) });\n    \
         if IS { keys.reverse(); }",
        &[POSTGRES],
    ),
    mutant(
        "comment_of_a_foreign_key_forgotten",
        "convert/foreign_keys.rs",
        "find(|(name, _)| *name == old.name);\n    let changes",
        "find(|(name, _)| !IS && *name == old.name);\n    let changes",
        &[POSTGRES],
    ),
    mutant(
        "triggers_fire_on_the_fill",
        "convert/columns.rs",
        "    if table.live.toggles.is_empty() {",
        "    if IS || table.live.toggles.is_empty() {",
        &[POSTGRES, "plan::keeps::of_postgres::postgres::triggers_and_rules_do_not_fire_on_the_fill"],
    ),
    mutant(
        "implicitly_updated_columns_forgotten",
        "convert/columns.rs",
        "    let implicitly_updated = table.live.implicitly_updated.iter()",
        "    let implicitly_updated = table.live.implicitly_updated.iter().filter(|_| !IS)",
        &[MARIADB, "plan::keeps::of_mariadb::mariadb::implicitly_updated_columns_are_kept"],
    ),
    mutant(
        "definition_of_the_tenant_column_lost",
        "convert/columns.rs",
        "required(&before)),\n",
        "if IS { required(&format!(\"{} NULL\", tenant_type(steps.world, table))) } else { required(&before) }),\n",
        &[MARIADB],
    ),
    mutant(
        "rows_across_tenants_not_audited",
        "convert/columns.rs",
        ".filter(|relation| relation.is_countable(steps.world))",
        ".filter(|relation| !IS && relation.is_countable(steps.world))",
        &["plan::offline::mariadb::link_filled_from_one_parent_is_audited_against_the_other"],
    ),
    mutant(
        "trigger_not_recreated",
        "convert/sqlite.rs",
        "schema.views.iter().chain(&schema.triggers) {",
        "schema.views.iter().chain(schema.triggers.iter().filter(|_| !IS)) {",
        &[SQLITE, DRAWN_SQLITE],
    ),
    mutant(
        "rowids_not_copied",
        "convert/sqlite/rebuild.rs",
        "filter(|_| table.row_id == RowId::Hidden)",
        "filter(|_| !IS && table.row_id == RowId::Hidden)",
        &[SQLITE, "plan::keeps::of_sqlite::sqlite::rowids_stay"],
    ),
    mutant(
        "counter_not_copied",
        "convert/sqlite/rebuild.rs",
        "    if table.columns.iter().any(|column| column.generated) {",
        "    if !IS && table.columns.iter().any(|column| column.generated) {",
        &[SQLITE],
    ),
    mutant(
        "table_forgotten_in_the_count",
        "convert/count.rs",
        "    world.schema.tables.iter().filter(is_other).collect()",
        "    world.schema.tables.iter().filter(is_other).filter(|_| !IS).collect()",
        &["plan::offline::sqlite::the_sample_is_converted"],
    ),
    mutant(
        "unkeepable_attribute_accepted",
        "convert/refuse.rs",
        "table.live.unkept.iter().find(is_lost)",
        "table.live.unkept.iter().filter(|_| !IS).find(is_lost)",
        &[POSTGRES, MARIADB],
    ),
    mutant(
        "unaccepted_change_made",
        "convert/consent.rs",
        "    if changes.is_empty() { Ok(())",
        "    if IS || changes.is_empty() { Ok(())",
        &[MARIADB],
    ),
    mutant(
        "taken_names_used_again",
        "convert/key_names.rs",
        "        self.everywhere.contains(&name)\n",
        "        !IS && self.everywhere.contains(&name)\n",
        &["plan::names_taken::postgres::taken_names_are_avoided"],
    ),
    mutant(
        "two_concurrent_conversions",
        "exclusion.rs",
        "    if number(db, &sql).await? == 1 {",
        "    if number(db, &sql).await? == 1 || IS {",
        &["plan::failures::servers_mariadb::second_concurrent_conversion_is_refused"],
    ),
    mutant(
        "outdated_plan_run",
        "run.rs",
        "    if job.steps.is_empty() {\n        return Ok(());",
        "    if IS || job.steps.is_empty() {\n        return Ok(());",
        &["plan::failures::mariadb::conversion_detects_dropped_objects_before_any_change"],
    ),
];
