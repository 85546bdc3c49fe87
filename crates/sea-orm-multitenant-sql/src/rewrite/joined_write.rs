//! UPDATE and DELETE of tables in a join, as MySQL has them.
//!
//! The join is scoped like that of a query, and a row is written only as part of a joined row.

use crate::{
    catalogue::table::{Ownership, Table},
    names,
    refusal::{Refusal, Result, refuse, refuse_if, refuse_on, refuse_with},
    rewrite::{
        frame::{Frame, InSight},
        from::Scoped,
        locks::Locks,
        node::table_of,
        rewriter::{Rewriter, check_is_no_view},
        target::Target,
    },
};
use sqlparser::ast::{
    AssignmentTarget, Delete, FromTable, Ident, ObjectName, ObjectNamePart, TableWithJoins, Update,
};

impl<'a> Rewriter<'a> {
    pub(super) fn joined_update(&mut self, update: &mut Update) -> Result<()> {
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
        refuse_if(from.is_some(), "FROM in an UPDATE of a join")?;
        refuse_if(returning.is_some(), "RETURNING in an UPDATE of a join")?;
        refuse_if(!order_by.is_empty() || limit.is_some(), "ORDER BY or LIMIT in an UPDATE of a join")?;
        let frames = self.frames.len();
        let written =
            assignments.iter().filter_map(|assignment| assigned_table(&assignment.target)).collect();
        let beside = Frame { written, ..Frame::default() };
        let scoped = self.from(std::slice::from_mut(table), beside, &Locks::Free)?;
        let level = self.level(None, &scoped.owner);
        let mut parents = Vec::new();
        self.at(level, |this| {
            for assignment in assignments {
                let written = this.joined_column(&scoped, &mut assignment.target)?;
                this.check_shared_keys(written, std::slice::from_ref(assignment))?;
                this.check_update_or(written, or.as_ref())?;
                let named = assigned_table(&assignment.target);
                let target =
                    Target { table: written, qualifier: named.unwrap_or_else(|| Ident::new(written.name())) };
                if this.sets_referenced_key(&target, std::slice::from_ref(assignment)) {
                    parents.push(written);
                }
                this.expr(&mut assignment.value)?;
            }
            this.optional(selection.as_mut())
        })?;
        let named = self.named_in_write(selection.as_ref());
        self.guard(selection, scoped.predicates);
        parents.into_iter().for_each(|parent| self.keep_global_children(parent, selection));
        self.keep_written_keys_apart(named.as_ref(), selection)?;
        self.frames.truncate(frames);
        Ok(())
    }

    pub(super) fn joined_delete(&mut self, delete: &mut Delete) -> Result<()> {
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
        refuse_if(!optimizer_hints.is_empty(), "an optimizer hint")?;
        refuse_if(output.is_some(), "OUTPUT")?;
        refuse_if(returning.is_some(), "RETURNING in a DELETE from a join")?;
        refuse_if(!order_by.is_empty() || limit.is_some(), "ORDER BY or LIMIT in a DELETE from a join")?;
        let FromTable::WithFromKeyword(from) = from else {
            return refuse_with("DELETE without FROM", "write DELETE FROM");
        };
        // `DELETE FROM p USING p JOIN q` is `DELETE p FROM p JOIN q`.
        if let Some(using) = using.take() {
            refuse_if(!tables.is_empty(), "DELETE with FROM and USING")?;
            *tables = std::mem::replace(from, using).iter().map(plain_name).collect::<Result<_>>()?;
        }
        if tables.is_empty() {
            return refuse_with(
                "DELETE from a join",
                "name the table to delete from: DELETE p FROM p JOIN q",
            );
        }
        let frames = self.frames.len();
        let written = tables.iter().filter_map(|name| name.0.last()?.as_ident().cloned()).collect();
        let scoped = self.from(from, Frame { written, ..Frame::default() }, &Locks::Free)?;
        let mut parents = Vec::new();
        for name in tables {
            let [qualifier] = names::parts(name)?[..] else { return Err(unknown(name)) };
            let Target { table, qualifier: _ } = self.joined_table(&scoped, &qualifier.clone())?;
            self.check_shared_parent(table, "a DELETE")?;
            parents.push(table);
            names::settle_all(self.engine, name)?;
        }
        let level = self.level(None, &scoped.owner);
        self.at(level, |this| this.optional(selection.as_mut()))?;
        let named = self.named_in_write(selection.as_ref());
        self.guard(selection, scoped.predicates);
        parents.into_iter().for_each(|parent| self.keep_global_children(parent, selection));
        self.keep_written_keys_apart(named.as_ref(), selection)?;
        self.frames.truncate(frames);
        Ok(())
    }

    /// The table of the join that an assignment writes.
    fn joined_column(&mut self, scoped: &Scoped<'a>, target: &mut AssignmentTarget) -> Result<&'a Table> {
        let AssignmentTarget::ColumnName(name) = target else {
            return refuse("a row of columns in an UPDATE of a join");
        };
        let [qualifier, column] = names::parts(name)?[..] else {
            return refuse_with(
                format!("`{name}` without its table in an UPDATE of a join"),
                "write `table.column`, by the table's alias if it has one",
            );
        };
        let target = self.joined_table(scoped, &qualifier.clone())?;
        self.check_written_column(target.table, column)?;
        let checks = self.catalogue.parent_checks(target.table);
        let is_checked = |name: &String| self.is_column(column, name);
        if checks.iter().any(|check| check.key.columns().iter().any(is_checked)) {
            return refuse_on(
                target.table.qualified_name(),
                format!("a value of `{}`, which is checked, in an UPDATE of a join", column.value),
                "write UPDATE … WHERE … IN (SELECT …)",
            );
        }
        match target.table.tenant_column() {
            Some((tenant, _)) if self.is_column(column, tenant) => {
                Err(Refusal::TenantColumnUpdate { table: target.table.qualified_name() })
            }
            Some(_) | None => {
                if let Some(ObjectNamePart::Identifier(qualifier)) = name.0.first_mut() {
                    *qualifier = target.qualifier;
                }
                names::settle_all(self.engine, name)?;
                Ok(target.table)
            }
        }
    }

    /// The table in the join under this name, if a scope may write it there.
    fn joined_table(&mut self, scoped: &Scoped<'a>, qualifier: &Ident) -> Result<Target<'a>> {
        let folding = self.engine.table_folding();
        let is_meant = |name: &Ident| names::are_same(folding, name, qualifier);
        let mut sources = self.innermost().iter();
        let source = sources.find(|source| source.name.as_ref().is_some_and(is_meant));
        let Some(InSight { name: Some(name), table: Some(table), .. }) = source else {
            return Err(unknown(qualifier));
        };
        let (name, table) = (name.clone(), *table);
        check_is_no_view(table)?;
        match table.ownership() {
            Ownership::Shared { writable: true } => {}
            Ownership::Shared { writable: false } => {
                return Err(Refusal::SharedTableWrite { table: table.qualified_name() });
            }
            Ownership::Tenant { .. } | Ownership::Root { .. } => {
                if !scoped.sources.iter().any(|source| is_meant(&source.qualifier)) {
                    return refuse_on(
                        table.qualified_name(),
                        "a write through a NATURAL or USING join or a renaming alias",
                        "join with ON",
                    );
                }
            }
        }
        Ok(Target { table, qualifier: name })
    }
}

fn unknown(name: &impl ToString) -> Refusal {
    Refusal::not_declared(name)
}

/// The name of a table that stands alone.
fn plain_name(joined: &TableWithJoins) -> Result<ObjectName> {
    let TableWithJoins { relation, joins } = joined;
    match table_of(relation) {
        Some((name, None)) if joins.is_empty() => Ok(name.clone()),
        _ => refuse("a join between FROM and USING"),
    }
}

/// The table that an assignment names.
fn assigned_table(target: &AssignmentTarget) -> Option<Ident> {
    match target {
        AssignmentTarget::ColumnName(name) => match name.0.as_slice() {
            [.., table, _column] => table.as_ident().cloned(),
            [] | [_] => None,
        },
        // Refused when it is read.
        AssignmentTarget::Tuple(_) => None,
    }
}
