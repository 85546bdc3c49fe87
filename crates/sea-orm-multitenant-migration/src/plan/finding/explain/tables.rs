//! Findings on a table as a whole, and on its rows.

use crate::plan::finding::explanation::Explanation;

pub(super) fn unknown() -> Explanation {
    Explanation::new(
        "the table is not in the catalogue",
        "scopes refuse statements on it, because the owner of its rows is unknown",
        "derive `TenantModel` for its entity, name it in the `TenancyBuilder`, or tell the plan to ignore it",
    )
}

pub(super) fn missing() -> Explanation {
    Explanation::new(
        "the table is in the catalogue, but not in the database",
        "statements on it fail",
        "run the migrations, or create it with `TenantTable`",
    )
}

pub(super) fn rows_across(table: &str, columns: &[String], parent: &str, rows: i64) -> Explanation {
    let pairs: Vec<_> = columns.iter().map(|column| format!("c.{column} = p.…")).collect();
    Explanation::new(
        format!("{rows} rows reference another tenant's row of `{parent}` by ({})", columns.join(", ")),
        "rows of different tenants are linked, and composite keys cannot be added",
        format!(
            "inspect them: SELECT c.* FROM {table} c JOIN {parent} p ON {} WHERE the tenant columns differ; then unlink or move them",
            pairs.join(" AND ")
        ),
    )
}

pub(super) fn global_rows(columns: &[String], parent: &str, rows: i64) -> Explanation {
    let columns = columns.join(", ");
    Explanation::new(
        format!("{rows} global rows reference rows of tenants in `{parent}` by ({columns})"),
        "every tenant reads which row it is, and deletes of that tenant's rows fail",
        format!("set ({columns}) to NULL in global rows, or reference global rows"),
    )
}

pub(super) fn rows_hidden() -> Explanation {
    Explanation::new(
        "row-level security hides rows from this role",
        "rows that reference other tenants cannot be counted",
        "connect as a role with BYPASSRLS",
    )
}
