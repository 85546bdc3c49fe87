//! EXPLAIN: the statement it is of keeps to the tenant, whether it runs or not.

use crate::{
    outcome::StatementKind,
    read::statement_names,
    refusal::{Result, refuse, refuse_if, refuse_with},
    rewrite::rewriter::Rewriter,
};
use sqlparser::ast::{Expr, Statement, UtilityOption};

/// What an EXPLAIN may be asked to show. Not SETTINGS, which are the session's.
const OPTIONS: [&str; 11] = [
    "analyze",
    "buffers",
    "costs",
    "format",
    "generic_plan",
    "memory",
    "serialize",
    "summary",
    "timing",
    "verbose",
    "wal",
];

impl Rewriter<'_> {
    /// Scopes the statement inside. Its kind is the one that counts: ANALYZE runs it.
    pub(super) fn explain(
        &mut self,
        estimate: bool,
        options: &[UtilityOption],
        statement: &mut Statement,
    ) -> Result<StatementKind> {
        refuse_if(estimate, "EXPLAIN ESTIMATE")?;
        options.iter().try_for_each(check_option)?;
        match statement {
            Statement::Query(_) | Statement::Insert(_) | Statement::Update(_) | Statement::Delete(_) => {
                self.statement(statement)
            }
            other => refuse(format!("EXPLAIN of {}", statement_names::of(other))),
        }
    }
}

fn check_option(option: &UtilityOption) -> Result<()> {
    let UtilityOption { name, arg } = option;
    let is_known = name.quote_style.is_none() && OPTIONS.contains(&name.value.to_ascii_lowercase().as_str());
    match arg {
        Some(Expr::Identifier(_) | Expr::Value(_)) | None if is_known => Ok(()),
        Some(_) | None => {
            refuse_with(format!("`{name}` in EXPLAIN"), "leave it out, or run it through `Tenancy::unscoped`")
        }
    }
}
