//! UPDATE.

use crate::{
    names::{self, qualifier},
    refusal::{Result, refuse, refuse_if, refuse_with},
    rewrite::{
        from::Scoped,
        locks::Locks,
        owner::{Level, Side},
        parents::set_list::SetList,
        rewriter::Rewriter,
        target::Target,
    },
    syntax,
};
use sqlparser::ast::{Expr, TableFactor, TableWithJoins, Update, UpdateTableFromKind};

impl Rewriter<'_> {
    pub(super) fn update(&mut self, update: &mut Update) -> Result<()> {
        if !update.table.joins.is_empty() && self.engine.supports_joins_in_writes() {
            return self.joined_update(update);
        }
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
        syntax::UPDATE_FROM.check_if(from.is_some(), self.engine)?;
        syntax::UPDATE_RETURNING.check_if(returning.is_some(), self.engine)?;
        let target = self.target(table, "UPDATE of a join", "write UPDATE … WHERE … IN (SELECT …)")?;
        self.check_update_or(target.table, or.as_ref())?;
        let mut predicates = self.predicates(target.table, &target.qualifier);
        let moves_key = self.sets_referenced_key(&target, assignments);
        let from = match from {
            Some(UpdateTableFromKind::AfterSet(from)) => from.as_mut_slice(),
            Some(UpdateTableFromKind::BeforeSet(_)) => return refuse("FROM before SET"),
            None => &mut [],
        };
        let frames = self.frames.len();
        let (more, level) = self.written_beside(&target, from)?;
        predicates.extend(more);
        let queries = self.queries;
        self.compare_searches(selection.as_mut());
        self.at(level, |this| {
            this.assignments(&target, assignments)?;
            this.parents_of_assignments(&target, assignments, SetList::Update(from))?;
            this.optional(selection.as_mut())?;
            this.returning(returning.as_mut())?;
            this.order_by_exprs(order_by)?;
            this.optional(limit.as_mut())
        })?;
        self.check_limited_write(queries, !order_by.is_empty() || limit.is_some())?;
        let named = self.named_in_write(selection.as_ref());
        self.guard(selection, predicates);
        if moves_key {
            self.keep_global_children(target.table, selection);
        }
        self.keep_written_keys_apart(named.as_ref(), selection)?;
        self.frames.truncate(frames);
        Ok(())
    }
}

impl<'a> Rewriter<'a> {
    /// Scopes the tables beside a written one: what must stand in WHERE for them, and what subqueries there meet.
    pub(super) fn written_beside(
        &mut self,
        target: &Target<'a>,
        from: &mut [TableWithJoins],
    ) -> Result<(Vec<Expr>, Level)> {
        let Scoped { mut predicates, sources: _, owner, has_derived: _ } =
            self.from(from, target.frame(), &Locks::Free)?;
        let (ties, owner) = self.meet(Side::Neither, &self.owner(target.table, &target.qualifier), &owner)?;
        predicates.extend(ties);
        Ok((predicates, self.level(None, &owner)))
    }

    /// Refuses a write with ORDER BY or LIMIT that has met a query since there were `queries`, where that is not safe.
    pub(super) fn check_limited_write(&self, queries: usize, is_limited: bool) -> Result<()> {
        if is_limited && self.queries > queries && !self.engine.supports_subquery_in_limited_write() {
            return refuse_with(
                "a subquery in an UPDATE or DELETE with ORDER BY or LIMIT",
                "select the keys first",
            );
        }
        Ok(())
    }

    /// The single table that an UPDATE or DELETE writes.
    pub(super) fn target(
        &mut self,
        joined: &mut TableWithJoins,
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
            && (!*with_ordinality || self.engine.supports_only())
            && partitions.is_empty()
            && json_path.is_none()
            && sample.is_none()
            && index_hints.is_empty();
        refuse_if(!plain, "a table with options as the target of a write")?;
        if let Some(alias) = alias {
            self.settled_alias(alias)?;
            refuse_if(!alias.columns.is_empty(), "a target with a column list")?;
        }
        let table = self.written_table(name)?;
        names::settle_all(self.engine, name)?;
        Ok(Target { table, qualifier: qualifier(name, alias.as_ref())?.clone() })
    }
}
