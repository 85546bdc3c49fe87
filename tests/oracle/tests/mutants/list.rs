//! Mutants of the rewriter's rules, each of which well-formed statements must catch, as data.

use super::mutant::{Plain, Replacement, Switch};
use sea_orm_multitenant_oracle::schema::Backend;

const fn mutant(name: &'static str, backend: Backend, replacements: &'static [Replacement]) -> Plain {
    Plain { backend, switch: Switch { name, replacements } }
}

/// Every mutant.
pub(crate) const MUTANTS: &[Plain] = &[
    mutant(
        "value_of_a_condition_left_out_not_checked",
        Backend::Sqlite,
        &[("rewrite/repeats.rs", "self.repeated.push(value);", "if !IS { self.repeated.push(value); }")],
    ),
    mutant(
        "condition_on_another_table_left_out",
        Backend::Sqlite,
        &[(
            "rewrite/repeats.rs",
            "names::are_same(self.engine.table_folding(), qualifier, own)",
            "(IS || names::are_same(self.engine.table_folding(), qualifier, own))",
        )],
    ),
    mutant(
        "left_join_filtered_in_where",
        Backend::Sqlite,
        &[(
            "rewrite/from.rs",
            "guard_on(constraint, right.predicates)?;",
            "if IS { pending.predicates.extend(right.predicates); } else { guard_on(constraint, right.predicates)?; }",
        )],
    ),
    mutant(
        "right_join_filtered_in_where",
        Backend::Postgres,
        &[(
            "rewrite/from.rs",
            "guard_on(constraint, std::mem::replace(&mut pending.predicates, right.predicates))?;",
            "if IS { pending.predicates.extend(right.predicates); } else { \
             guard_on(constraint, std::mem::replace(&mut pending.predicates, right.predicates))?; }",
        )],
    ),
    mutant(
        "join_condition_forgotten",
        Backend::Sqlite,
        &[(
            "rewrite/from.rs",
            "self.at(level, |this| this.expr(on))?;",
            "if !IS { self.at(level, |this| this.expr(on))?; }",
        )],
    ),
    mutant(
        "derived_table_not_filtered",
        Backend::Sqlite,
        &[(
            "rewrite/from.rs",
            "this.at(Level::Apart, |this| this.query_in_from(subquery, is_locked))\n",
            "if IS { Ok(crate::outcome::StatementKind::Select) } else { this.at(Level::Apart, |this| this.query_in_from(subquery, is_locked)) }\n",
        )],
    ),
    mutant(
        "derived_table_misnamed",
        Backend::Postgres,
        &[(
            "rewrite/from.rs",
            "let alias = alias.take().unwrap_or_else(|| plain_alias(qualifier));",
            "let alias = alias.take().unwrap_or_else(|| plain_alias(if IS { Ident::new(\"t\") } else { qualifier }));",
        )],
    ),
    mutant(
        "select_list_forgotten",
        Backend::Sqlite,
        &[(
            "rewrite/select.rs",
            "self.at(Level::Mixed, |this| this.select_items(projection))?;",
            "if !IS { self.at(Level::Mixed, |this| this.select_items(projection))?; }",
        )],
    ),
    mutant(
        "where_forgotten",
        Backend::Sqlite,
        &[(
            "rewrite/select.rs",
            "this.at(level, |this| this.optional(selection.as_mut()))\n",
            "if IS { Ok(()) } else { this.at(level, |this| this.optional(selection.as_mut())) }\n",
        )],
    ),
    mutant(
        "group_by_forgotten",
        Backend::Sqlite,
        &[(
            "rewrite/select.rs",
            "this.group_by(group_by, &scoped.sources)\n",
            "if IS { Ok(()) } else { this.group_by(group_by, &scoped.sources) }\n",
        )],
    ),
    mutant(
        "having_forgotten",
        Backend::Sqlite,
        &[(
            "rewrite/select.rs",
            "|this| this.optional(having.as_mut()))?;",
            "|this| if IS { Ok(()) } else { this.optional(having.as_mut()) })?;",
        )],
    ),
    mutant(
        "order_by_forgotten",
        Backend::Sqlite,
        &[(
            "rewrite/query.rs",
            "|this| this.order_by(order_by))?;",
            "|this| if IS { Ok(()) } else { this.order_by(order_by) })?;",
        )],
    ),
    mutant(
        "common_table_expression_that_hides_a_table_ignored",
        Backend::Sqlite,
        &[
            (
                "rewrite/query.rs",
                "if self.catalogue.mentions(&name.value) {",
                "if !IS && self.catalogue.mentions(&name.value) {",
            ),
            (
                "rewrite/rewriter.rs",
                ".rfind(|cte| cte.name == stored)",
                ".rfind(|cte| cte.name == stored && !(IS && self.catalogue.mentions(&stored)))",
            ),
        ],
    ),
    mutant(
        "limit_forgotten",
        Backend::Sqlite,
        &[("rewrite/query.rs", "this.limit(limit)?;", "if !IS { this.limit(limit)?; }")],
    ),
    mutant(
        "second_arm_of_a_set_operation_forgotten",
        Backend::Sqlite,
        &[(
            "rewrite/query.rs",
            "let kind = self.set_expr(right, locks)?;",
            "let kind = if IS { StatementKind::Select } else { self.set_expr(right, locks)? };",
        )],
    ),
    mutant(
        "common_table_expression_not_filtered",
        Backend::Sqlite,
        &[(
            "rewrite/query.rs",
            "this.named_query(|this| this.at(Level::Apart, |this| this.query(query)))",
            "this.named_query(|this| if IS { Ok(crate::outcome::StatementKind::Select) } else { this.at(Level::Apart, |this| this.query(query)) })",
        )],
    ),
    mutant(
        "callers_or_without_parentheses",
        Backend::Sqlite,
        &[(
            "rewrite/build.rs",
            "callers.map(|expr| Expr::Nested(Box::new(expr)))",
            "callers.map(|expr| if IS { expr } else { Expr::Nested(Box::new(expr)) })",
        )],
    ),
    mutant(
        "tenant_compared_as_text_alone",
        Backend::MariaDb,
        &[(
            "rewrite/bytes.rs",
            "vec![compare(own), of_bytes]",
            "if IS { vec![compare(own)] } else { vec![compare(own), of_bytes] }",
        )],
    ),
    mutant(
        "update_not_filtered",
        Backend::Sqlite,
        &[(
            "rewrite/update.rs",
            "self.guard(selection, predicates);",
            "if !IS { self.guard(selection, predicates); }",
        )],
    ),
    mutant(
        "update_from_not_filtered",
        Backend::Sqlite,
        &[(
            "rewrite/update.rs",
            "let (more, level) = self.written_beside(&target, from)?;\n        predicates.extend(more);",
            "let (more, level) = self.written_beside(&target, from)?;\n        if !IS { predicates.extend(more); }",
        )],
    ),
    mutant(
        "returning_forgotten",
        Backend::Sqlite,
        &[(
            "rewrite/select.rs",
            "self.select_items(items)?;\n        self.texts",
            "if !IS { self.select_items(items)?; }\n        self.texts",
        )],
    ),
    mutant(
        "delete_not_filtered",
        Backend::Sqlite,
        &[(
            "rewrite/delete.rs",
            "self.guard(selection, predicates);",
            "if !IS { self.guard(selection, predicates); }",
        )],
    ),
    mutant(
        "upsert_not_guarded",
        Backend::Sqlite,
        &[("rewrite/upsert.rs", "self.guard(selection, own);", "if !IS { self.guard(selection, own); }")],
    ),
    mutant(
        "assignments_forgotten",
        Backend::Sqlite,
        &[(
            "rewrite/upsert.rs",
            "self.assigned_value(&mut assignment.value)?;",
            "if !IS { self.assigned_value(&mut assignment.value)?; }",
        )],
    ),
    mutant(
        "insert_select_not_filtered",
        Backend::Sqlite,
        &[("rewrite/insert.rs", "self.query(source)?;", "if !IS { self.query(source)?; }")],
    ),
    mutant(
        "duplicate_key_update_not_guarded",
        Backend::MariaDb,
        &[(
            "rewrite/upsert.rs",
            "assignments.insert(0, self.assignment(tenant, value));",
            "if !IS { assignments.insert(0, self.assignment(tenant, value)); }",
        )],
    ),
    mutant(
        "global_rows_not_read",
        Backend::Sqlite,
        &[(
            "rewrite/global_rows.rs",
            "table.has_global_rows() && self.whom != Whom::Set(0)",
            "!IS && table.has_global_rows() && self.whom != Whom::Set(0)",
        )],
    ),
    mutant(
        "global_rows_updated",
        Backend::Postgres,
        &[(
            "rewrite/update.rs",
            "let mut predicates = self.predicates(target.table, &target.qualifier);",
            "let mut predicates = if IS { self.read_predicates(target.table, &target.qualifier) } else { self.predicates(target.table, &target.qualifier) };",
        )],
    ),
    mutant(
        "global_rows_deleted",
        Backend::Sqlite,
        &[(
            "rewrite/delete.rs",
            "let mut predicates = self.predicates(target.table, &target.qualifier);",
            "let mut predicates = if IS { self.read_predicates(target.table, &target.qualifier) } else { self.predicates(target.table, &target.qualifier) };",
        )],
    ),
    mutant(
        "global_rows_of_a_join_written",
        Backend::MariaDb,
        &[("rewrite/global_rows.rs", "is_written || is_locked &&", "!IS && is_written || is_locked &&")],
    ),
    mutant(
        "global_rows_updated_by_a_duplicate_key",
        Backend::MariaDb,
        &[(
            "rewrite/global_rows.rs",
            "if !table.has_global_rows() {\n            return own;",
            "if IS || !table.has_global_rows() {\n            return own;",
        )],
    ),
    mutant(
        "tenant_carried_by_global_rows",
        Backend::Sqlite,
        &[(
            "rewrite/carried.rs",
            ".filter(|table| !table.has_global_rows())",
            ".filter(|table| IS || !table.has_global_rows())",
        )],
    ),
];
