//! Findings on foreign keys.

use crate::plan::finding::{
    explain::{columns::drop_default, keys::named},
    explanation::Explanation,
};

/// The key as the subject of a sentence.
fn subject(key: &str, columns: &[String], parent: &str) -> String {
    format!("the foreign key{} ({}) to `{parent}`", named(key), columns.join(", "))
}

pub(super) fn without_tenant(key: &str, columns: &[String], parent: &str) -> Explanation {
    Explanation::new(
        format!("{} omits the tenant column", subject(key, columns, parent)),
        "the database accepts another tenant's row as the parent",
        "`convert`",
    )
}

pub(super) fn unchecked(key: &str, columns: &[String], parent: &str) -> Explanation {
    Explanation::new(
        format!("{} is not in the catalogue", subject(key, columns, parent)),
        "no scope checks the values written to it: one may reference another tenant's row",
        "`convert`; or declare the relation: `belongs_to` in the entity, `has_many` in the parent's, or `TenancyBuilder::relation`",
    )
}

pub(super) fn computed(key: &str, columns: &[String], parent: &str) -> Explanation {
    Explanation::new(
        format!("the database computes {}", subject(key, columns, parent)),
        "no statement writes it, so no scope can check it",
        "`convert`; or make it an ordinary column",
    )
}

pub(super) fn default(table: &str, column: &str, default: &str, parent: &str) -> Explanation {
    Explanation::new(
        format!(
            "`{column}`, which references `{parent}` without the tenant column, has the DEFAULT {default}"
        ),
        "a row inserted without the column, or whose parent is deleted under SET DEFAULT, references that row, which may belong to \
         another tenant",
        format!(
            "{}; `convert`; or declare it in the entity (`default_value`, `default_expr`), so that scopes refuse an INSERT without the column",
            drop_default(table, column)
        ),
    )
}

pub(super) fn from_outside(key: &str, columns: &[String], parent: &str) -> Explanation {
    Explanation::new(
        format!(
            "the foreign key{} ({}) references tenant rows of `{parent}`, and this table has no tenant column",
            named(key),
            columns.join(", ")
        ),
        "a row visible to all tenants would reference one tenant's row; the key cannot contain the tenant column, and Citus refuses it",
        "drop the key, or give the table a tenant column",
    )
}

pub(super) fn set_null(key: &str, columns: &[String], parent: &str) -> Explanation {
    Explanation::new(
        format!("{} sets its columns when the parent is deleted", subject(key, columns, parent)),
        "the tenant column would be set as well, or Citus refuses the key",
        "`convert`, which sets only the other columns, or makes it NO ACTION",
    )
}

pub(super) fn action_changes(key: &str, columns: &[String], parent: &str) -> Explanation {
    Explanation::new(
        format!(
            "{} sets its columns when the parent is deleted, and `convert` makes it NO ACTION",
            subject(key, columns, parent)
        ),
        "this engine sets all columns of a key, including the tenant column; with NO ACTION a parent with children cannot be deleted",
        "set the column in the program before it deletes the parent, and accept the change with `accept_no_action` in the plan",
    )
}
