//! DELETE.

use crate::{
    refusal::{Result, refuse_if, refuse_with},
    rewrite::rewriter::Rewriter,
};
use sqlparser::ast::{Delete, FromTable};

impl Rewriter<'_> {
    pub(super) fn delete(&mut self, delete: &mut Delete) -> Result<()> {
        let is_joined = !delete.tables.is_empty() || delete.using.is_some() || joins(&delete.from);
        if is_joined && self.engine.supports_joins_in_writes() {
            return self.joined_delete(delete);
        }
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
        let [joined] = from.as_mut_slice() else {
            return refuse_with("DELETE from several tables", SUBQUERY);
        };
        let target = self.target(joined, "DELETE from a join", SUBQUERY)?;
        self.check_shared_parent(target.table, "a DELETE")?;
        refuse_if(using.is_some() && !self.engine.supports_using_in_delete(), "DELETE … USING")?;
        let mut predicates = self.predicates(target.table, &target.qualifier);
        let frames = self.frames.len();
        let using = using.as_deref_mut().unwrap_or_default();
        let (more, level) = self.written_beside(&target, using)?;
        predicates.extend(more);
        let queries = self.queries;
        self.compare_searches(selection.as_mut());
        self.at(level, |this| {
            this.optional(selection.as_mut())?;
            this.returning(returning.as_mut())?;
            this.order_by_exprs(order_by)?;
            this.optional(limit.as_mut())
        })?;
        self.check_limited_write(queries, !order_by.is_empty() || limit.is_some())?;
        let named = self.named_in_write(selection.as_ref());
        self.guard(selection, predicates);
        self.keep_global_children(target.table, selection);
        self.keep_written_keys_apart(named.as_ref(), selection)?;
        self.frames.truncate(frames);
        Ok(())
    }
}

/// Whether a DELETE names more than one table.
fn joins(from: &FromTable) -> bool {
    let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = from;
    from.len() != 1 || from.iter().any(|joined| !joined.joins.is_empty())
}
