//! REPLACE, IGNORE and `OR …`: what a statement does with rows whose key is taken, when the key may be another tenant's.

use crate::{
    catalogue::{keys::KeyDoubt, table::Table},
    refusal::{Result, refuse_on},
    rewrite::rewriter::Rewriter,
};
use sqlparser::ast::SqliteOnConflict;

impl Rewriter<'_> {
    /// Refuses REPLACE, INSERT IGNORE and `INSERT OR …` where a row may take the key of another tenant's.
    pub(super) fn check_insert_or(
        &self,
        table: &Table,
        replaces: bool,
        ignores: bool,
        or: Option<&SqliteOnConflict>,
        is_upsert: bool,
    ) -> Result<()> {
        let construct = match (replaces, ignores, or) {
            // SQLite's REPLACE reads as INSERT OR REPLACE.
            (true, _, _) | (_, _, Some(SqliteOnConflict::Replace)) => "REPLACE",
            (_, true, _) => "INSERT IGNORE",
            (_, _, Some(SqliteOnConflict::Ignore)) => "INSERT OR IGNORE",
            (_, _, Some(SqliteOnConflict::Fail)) => "INSERT OR FAIL",
            (_, _, Some(SqliteOnConflict::Rollback)) => "INSERT OR ROLLBACK",
            // What an INSERT does without it.
            (false, false, Some(SqliteOnConflict::Abort) | None) => return Ok(()),
        };
        if is_upsert {
            return refuse_on(
                table.qualified_name(),
                format!("{construct} with ON"),
                "say in one of them alone what becomes of a row whose key is taken",
            );
        }
        if construct == "REPLACE" {
            self.check_shared_parent(table, construct)?;
            self.check_global_children(table, construct)?;
            self.check_replaced_nulls(table)?;
        }
        self.check_ignored(table, ignores)?;
        self.check_keys(table, construct)
    }

    /// Refuses MySQL's IGNORE where a value is checked: it makes a warning of the check's failure too.
    fn check_ignored(&self, table: &Table, ignores: bool) -> Result<()> {
        if ignores && !self.catalogue.parent_checks(table).is_empty() {
            return refuse_on(
                table.qualified_name(),
                "IGNORE where foreign keys are checked",
                "leave IGNORE out, or use foreign keys that include the tenant column",
            );
        }
        Ok(())
    }

    /// Refuses REPLACE where a value is checked and NULL may become the column's DEFAULT.
    fn check_replaced_nulls(&self, table: &Table) -> Result<()> {
        if self.engine.replaces_nulls_by_defaults() && !self.catalogue.parent_checks(table).is_empty() {
            return refuse_on(
                table.qualified_name(),
                "REPLACE where foreign keys are checked, which makes a DEFAULT of NULL,",
                "use an upsert, or foreign keys that include the tenant column",
            );
        }
        Ok(())
    }

    /// Refuses `UPDATE OR …` and UPDATE IGNORE where a row may take the key of another tenant's.
    pub(super) fn check_update_or(&self, table: &Table, or: Option<&SqliteOnConflict>) -> Result<()> {
        let construct = match or {
            None | Some(SqliteOnConflict::Abort) => return Ok(()),
            Some(SqliteOnConflict::Ignore) if self.engine.supports_ignore() => {
                self.check_ignored(table, true)?;
                "UPDATE IGNORE"
            }
            Some(SqliteOnConflict::Ignore) => "UPDATE OR IGNORE",
            Some(SqliteOnConflict::Replace) => {
                self.check_shared_parent(table, "UPDATE OR REPLACE")?;
                self.check_global_children(table, "UPDATE OR REPLACE")?;
                self.check_replaced_nulls(table)?;
                "UPDATE OR REPLACE"
            }
            Some(SqliteOnConflict::Fail) => "UPDATE OR FAIL",
            Some(SqliteOnConflict::Rollback) => "UPDATE OR ROLLBACK",
        };
        self.check_keys(table, construct)
    }

    fn check_keys(&self, table: &Table, construct: &'static str) -> Result<()> {
        let Some(doubt) = table.key_doubt() else { return Ok(()) };
        const UPSERT: &str = "use an upsert, which leaves such a row as it is";
        let (why, instead) = match doubt {
            KeyDoubt::Undeclared => (
                "unless every unique key contains the tenant column,".to_owned(),
                "declare that by `Table::with_tenant_in_every_key`, with the primary key, or use an upsert",
            ),
            KeyDoubt::Without(key) => {
                (format!("by the key ({}), which lacks the tenant column,", key.join(", ")), UPSERT)
            }
            KeyDoubt::LooseTexts => ("whose tenant compares equal as a text,".to_owned(), UPSERT),
        };
        refuse_on(
            table.qualified_name(),
            format!("{construct}, which may meet another tenant's row {why}"),
            instead,
        )
    }
}
