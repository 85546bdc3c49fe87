//! UPDATE.

use super::{Rewriter, from::qualifier, guard, select::Locks, upsert::Target};
use crate::refusal::{Result, refuse, refuse_if, refuse_with};
use sqlparser::ast::{TableFactor, TableWithJoins, Update, UpdateTableFromKind};

impl Rewriter<'_> {
    pub(super) fn update(&mut self, update: &mut Update) -> Result<()> {
        let Update {
            update_token: _,
            optimizer_hints,
            table,
            assignments,
            from,
            selection,
            returning,
            output,
            or,
            order_by,
            limit,
        } = update;
        refuse_if(!optimizer_hints.is_empty(), "an optimizer hint")?;
        refuse_if(output.is_some(), "OUTPUT")?;
        refuse_if(or.is_some(), "UPDATE OR …")?;
        let target = self.target(table, "UPDATE of a join", "write UPDATE … WHERE … IN (SELECT …)")?;
        let mut predicates = self.predicates(target.table, &target.qualifier);
        match from {
            Some(UpdateTableFromKind::AfterSet(from)) => {
                predicates.extend(self.from(from, &[&target.qualifier], Locks::Free)?.predicates);
            }
            Some(UpdateTableFromKind::BeforeSet(_)) => return refuse("FROM before SET"),
            None => {}
        }
        self.assignments(&target, assignments)?;
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

impl<'a> Rewriter<'a> {
    /// The single table that an UPDATE or DELETE writes.
    pub(super) fn target(
        &mut self,
        joined: &TableWithJoins,
        construct: &'static str,
        instead: &'static str,
    ) -> Result<Target<'a>> {
        let TableWithJoins { relation, joins } = joined;
        if !joins.is_empty() {
            return refuse_with(construct, instead);
        }
        let TableFactor::Table {
            name,
            alias,
            args,
            with_hints,
            version,
            with_ordinality,
            partitions,
            json_path,
            sample,
            index_hints,
        } = relation
        else {
            return refuse("a write to something that is not a table");
        };
        let plain = args.is_none()
            && with_hints.is_empty()
            && version.is_none()
            && !with_ordinality
            && partitions.is_empty()
            && json_path.is_none()
            && sample.is_none()
            && index_hints.is_empty();
        refuse_if(!plain, "a table with options as the target of a write")?;
        if let Some(alias) = alias {
            self.alias(alias)?;
            refuse_if(!alias.columns.is_empty(), "a target with a column list")?;
        }
        let table = self.written_table(name)?;
        Ok(Target { table, qualifier: qualifier(name, alias.as_ref())?.clone() })
    }
}
