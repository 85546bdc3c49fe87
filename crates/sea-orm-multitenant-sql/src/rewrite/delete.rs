//! DELETE.

use super::{Rewriter, guard, select::Locks};
use crate::refusal::{Result, refuse, refuse_if, refuse_with};
use sqlparser::ast::{Delete, FromTable};

impl Rewriter<'_> {
    pub(super) fn delete(&mut self, delete: &mut Delete) -> Result<()> {
        let Delete {
            delete_token: _,
            optimizer_hints,
            tables,
            from,
            using,
            selection,
            returning,
            output,
            order_by,
            limit,
        } = delete;
        const SUBQUERY: &str = "write DELETE … WHERE … IN (SELECT …)";
        refuse_if(!optimizer_hints.is_empty(), "an optimizer hint")?;
        refuse_if(output.is_some(), "OUTPUT")?;
        if !tables.is_empty() {
            return refuse_with("DELETE of several tables", SUBQUERY);
        }
        let FromTable::WithFromKeyword(from) = from else {
            return refuse_with("DELETE without FROM", "write DELETE FROM");
        };
        let [joined] = from.as_slice() else { return refuse_with("DELETE from several tables", SUBQUERY) };
        let target = self.target(joined, "DELETE from a join", SUBQUERY)?;
        let mut predicates = self.predicates(target.table, &target.qualifier);
        if let Some(using) = using {
            if !self.engine.supports_using_in_delete() {
                return refuse("DELETE … USING");
            }
            predicates.extend(self.from(using, &[&target.qualifier], Locks::Free)?.predicates);
        }
        if let Some(selection) = selection {
            self.expr(selection)?;
        }
        if let Some(returning) = returning {
            self.select_items(returning)?;
        }
        self.order_by_exprs(order_by)?;
        self.optional(limit.as_mut())?;
        guard(selection, predicates);
        Ok(())
    }
}
