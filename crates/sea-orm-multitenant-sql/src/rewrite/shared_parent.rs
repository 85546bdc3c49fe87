//! Writes to a shared table that tenants' rows refer to: what becomes of those rows is the database's to do, by CASCADE
//! or by an error, whichever tenant's they are.

use crate::{
    catalogue::table::{Ownership, Table},
    names,
    refusal::{Result, refuse_on},
    rewrite::rewriter::Rewriter,
};
use sqlparser::ast::{Assignment, AssignmentTarget, ObjectName};

impl Rewriter<'_> {
    /// Refuses what takes rows away from a shared table that tenants' rows refer to.
    pub(super) fn check_shared_parent(&self, table: &Table, construct: &str) -> Result<()> {
        if !matches!(table.ownership(), Ownership::Shared { .. }) {
            return Ok(());
        }
        let Some((child, _)) = self.catalogue.key_of_tenants_to(table) else { return Ok(()) };
        refuse_on(
            table.qualified_name(),
            format!(
                "{construct} from a shared table, to which rows of `{}` of all tenants refer,",
                child.qualified_name()
            ),
            "do it through `Tenancy::unscoped`",
        )
    }

    /// Refuses assignments to columns of a shared table by which tenants' rows refer to it.
    pub(super) fn check_shared_keys(&self, table: &Table, assignments: &[Assignment]) -> Result<()> {
        if !matches!(table.ownership(), Ownership::Shared { .. }) {
            return Ok(());
        }
        let Some((_, key)) = self.catalogue.key_of_tenants_to(table) else { return Ok(()) };
        let is_key = |name: &ObjectName| -> Result<bool> {
            let last = names::parts(name)?.last().copied();
            Ok(last
                .is_some_and(|ident| key.parent_columns().iter().any(|column| self.is_column(ident, column))))
        };
        for Assignment { target, value: _ } in assignments {
            let written = match target {
                AssignmentTarget::ColumnName(name) => std::slice::from_ref(name),
                AssignmentTarget::Tuple(names) => names,
            };
            for name in written {
                if is_key(name)? {
                    return self.check_shared_parent(table, "a change of the key");
                }
            }
        }
        Ok(())
    }
}
