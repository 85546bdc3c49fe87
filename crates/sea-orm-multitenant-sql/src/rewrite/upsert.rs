//! ON CONFLICT and ON DUPLICATE KEY: a collision with another tenant's row changes nothing, or fails on MySQL.

use crate::{
    catalogue::table::Table,
    names,
    read::conflict_index::ConflictIndex,
    refusal::{Refusal, Result, refuse, refuse_if, refuse_on, refuse_with},
    rewrite::{
        build::{call, conjunction, unless_out_of_range},
        bytes::equal_ids,
        columns::relation::Has,
        frame::InSight,
        node::{call_of, table_of},
        parents::set_list::SetList,
        rewriter::Rewriter,
        target::Target,
    },
};
use sqlparser::ast::{
    Assignment, AssignmentTarget, ConflictTarget, DoUpdate, Expr, FunctionArg, FunctionArgExpr, Ident,
    InsertAliases, ObjectName, OnConflict, OnConflictAction, OnInsert, Query, SetExpr, TableFactor,
    TableObject, TableWithJoins, Value, visit_expressions_mut,
};
use std::ops::ControlFlow;

impl<'a> Rewriter<'a> {
    pub(super) fn upsert(
        &mut self,
        target: &Target<'a>,
        on: &mut OnInsert,
        source: Option<&Query>,
    ) -> Result<()> {
        match on {
            OnInsert::OnConflict(OnConflict { conflict_target, action }) => {
                if let Some(conflict_target) = conflict_target {
                    self.conflict_target(target.table, conflict_target)?;
                }
                match action {
                    OnConflictAction::DoNothing => Ok(()),
                    OnConflictAction::DoUpdate(update) => self.do_update(target, update),
                }
            }
            OnInsert::DuplicateKeyUpdate(assignments) => self.on_duplicate_key(target, assignments, source),
            _ => refuse("ON in an INSERT"),
        }
    }

    /// Adds the tenant column to a target whose unique key contains it.
    fn conflict_target(&mut self, table: &Table, target: &mut ConflictTarget) -> Result<()> {
        match target {
            ConflictTarget::Columns(columns) => {
                if let Some(index) = ConflictIndex::of(self.engine, columns)? {
                    *columns = vec![self.conflict_index(table, index)?];
                    return Ok(());
                }
                columns.iter_mut().try_for_each(|column| self.written_column(table, column))?;
                if let (Some((tenant, _)), true) = (table.tenant_column(), table.key_needs_tenant(columns)) {
                    columns.insert(0, self.quoted(tenant));
                }
                Ok(())
            }
            ConflictTarget::OnConstraint(name) => names::settle_all(self.engine, name),
        }
    }

    fn do_update(&mut self, target: &Target<'a>, update: &mut DoUpdate) -> Result<()> {
        let DoUpdate { assignments, selection } = update;
        if let Some(frame) = self.frames.last_mut()
            && self.engine.has_excluded_row()
        {
            frame.sources.push(InSight::inserted(target.table));
        }
        self.check_upserted_key(target, assignments)?;
        self.assignments(target, assignments)?;
        self.parents_of_assignments(target, assignments, SetList::Conflict)?;
        if let Some(selection) = selection {
            self.expr(selection)?;
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.sources.retain(|source| !source.is_inserted);
        }
        let own = if self.is_for_set() {
            self.same_tenant(target, |tenant| Expr::CompoundIdentifier(vec![self.quoted("excluded"), tenant]))
        } else {
            self.predicates(target.table, &target.qualifier)
        };
        self.guard(selection, own);
        Ok(())
    }

    /// Refuses an upsert that changes a key to which global rows may refer.
    fn check_upserted_key(&self, target: &Target<'_>, assignments: &[Assignment]) -> Result<()> {
        if self.sets_referenced_key(target, assignments) {
            self.check_global_children(target.table, "an upsert that sets a key")?;
        }
        Ok(())
    }

    /// MySQL has no WHERE here: a first assignment, of the tenant column to itself, fails where the row is another
    /// tenant's, before any other is made.
    fn on_duplicate_key(
        &mut self,
        target: &Target<'a>,
        assignments: &mut Vec<Assignment>,
        source: Option<&Query>,
    ) -> Result<()> {
        if source.is_some_and(|query| may_read(&query.body, &target.qualifier)) {
            return refuse_on(
                target.table.qualified_name(),
                "ON DUPLICATE KEY UPDATE after a query in which the target's name may mean another relation",
                "give the relation in FROM another name, or select first",
            );
        }
        let queries = self.queries;
        if let Some(frame) = self.frames.last_mut() {
            frame.has_values = true;
        }
        self.check_upserted_key(target, assignments)?;
        self.assignments(target, assignments)?;
        // What it sees of the rows that the same statement inserts depends on the plan.
        refuse_if(self.queries > queries, "a subquery in ON DUPLICATE KEY UPDATE")?;
        self.parents_of_assignments(target, assignments, SetList::DuplicateKey)?;
        if let Some(frame) = self.frames.last_mut() {
            frame.has_values = false;
        }
        let predicates = if self.is_for_set() {
            self.same_tenant(target, |tenant| call("VALUES", [Expr::Identifier(tenant)]))
        } else {
            self.predicates(target.table, &target.qualifier)
        };
        if let (Some((tenant, _)), Some(own)) = (target.table.tenant_column(), conjunction(predicates, None))
        {
            assignments.retain(|assignment| *assignment != self.unchanged(target, tenant));
            let own = self.certain(target.table, own);
            let value = unless_out_of_range(own, self.tenant_column_of(&target.qualifier, tenant));
            assignments.insert(0, self.assignment(tenant, value));
        }
        Ok(())
    }

    /// `VALUES (…) AS new ON DUPLICATE KEY UPDATE a = new.a` becomes `VALUES (…) ON DUPLICATE KEY UPDATE a = VALUES(a)`, which is the
    /// same (MySQL manual, 15.2.7.2) and which MariaDB has too.
    pub(super) fn name_inserted_row(
        &self,
        table: &TableObject,
        alias: &InsertAliases,
        on: Option<&mut OnInsert>,
    ) -> Result<()> {
        let InsertAliases { row_alias, col_aliases } = alias;
        let row = names::single_ident(row_alias)?;
        let TableObject::TableName(name) = table else { return refuse("INSERT into a function or query") };
        let is_target = row.value.eq_ignore_ascii_case(&names::qualifier_of_name(name)?.value);
        let has_columns = col_aliases.as_ref().is_some_and(|columns| !columns.is_empty());
        let (Some(OnInsert::DuplicateKeyUpdate(assignments)), false, false) = (on, has_columns, is_target)
        else {
            return refuse_with(
                "a row alias after VALUES",
                "write `AS new ON DUPLICATE KEY UPDATE column = new.column`, without a list of columns",
            );
        };
        let folding = self.engine.alias_folding();
        let _ = visit_expressions_mut(assignments, |expr| {
            if let Expr::CompoundIdentifier(idents) = &*expr
                && let [qualifier, column] = idents.as_slice()
                && names::are_same(folding, qualifier, row)
            {
                *expr = call("VALUES", [Expr::Identifier(column.clone())]);
            }
            ControlFlow::<()>::Continue(())
        });
        Ok(())
    }

    /// `target.tenant = inserted.tenant`: whichever tenant of a set a row is for, it collides with that one's own only.
    fn same_tenant(&self, target: &Target<'_>, inserted: impl FnOnce(Ident) -> Expr) -> Vec<Expr> {
        let Some((tenant, ty)) = target.table.tenant_column() else { return Vec::new() };
        let own = self.tenant_column_of(&target.qualifier, tenant);
        equal_ids(self.engine, ty, own, &inserted(self.quoted(tenant)))
    }

    /// A SET list: the tenant column may only be set to what it is, which is then left out.
    pub(super) fn assignments(
        &mut self,
        target: &Target<'_>,
        assignments: &mut Vec<Assignment>,
    ) -> Result<()> {
        self.check_shared_keys(target.table, assignments)?;
        let tenant = target.table.tenant_column();
        let mut kept = Vec::with_capacity(assignments.len());
        for mut assignment in std::mem::take(assignments) {
            self.assigned_value(&mut assignment.value)?;
            let is_tenant = self.sets_tenant(target, &mut assignment.target)?;
            if is_tenant {
                self.check_own_tenant(target, &assignment.value)?;
            } else {
                kept.push(assignment);
            }
        }
        if let (Some((tenant, _)), true) = (tenant, kept.is_empty()) {
            kept.push(self.unchanged(target, tenant));
        }
        *assignments = kept;
        Ok(())
    }

    /// Quotes what an assignment sets, and returns whether that is the tenant column.
    fn sets_tenant(&self, target: &Target<'_>, column: &mut AssignmentTarget) -> Result<bool> {
        let tenant = target.table.tenant_column().map(|(tenant, _)| tenant);
        let is_tenant = |ident: &Ident| tenant.is_some_and(|tenant| self.is_column(ident, tenant));
        match column {
            AssignmentTarget::ColumnName(name) => {
                let parts = names::parts(name)?;
                self.check_set_column(target, &parts)?;
                let is_whole = parts.last().is_some_and(|ident| is_tenant(ident));
                let is_part = parts.iter().rev().skip(1).any(|ident| is_tenant(ident));
                if is_part {
                    return Err(self.tenant_update(target));
                }
                names::settle_all(self.engine, name)?;
                Ok(is_whole)
            }
            AssignmentTarget::Tuple(columns) => {
                for column in columns {
                    let parts = names::parts(column)?;
                    self.check_set_column(target, &parts)?;
                    for ident in parts {
                        if is_tenant(ident) {
                            return Err(self.tenant_update(target));
                        }
                    }
                    names::settle_all(self.engine, column)?;
                }
                Ok(false)
            }
        }
    }

    /// Refuses a target of an assignment that is not known to be a column: PostgreSQL writes `column.field`, the others
    /// `table.column`.
    fn check_set_column(&self, target: &Target<'_>, parts: &[&Ident]) -> Result<()> {
        let (column, around) = match parts {
            [column] => (column, None),
            [column, _part] if self.engine.assigns_fields() => {
                self.check_part_of_column(target.table, column)?;
                (column, None)
            }
            [table, column] if self.engine.supports_joins_in_writes() => (column, Some(table)),
            [] | [_, _, ..] => {
                return refuse_with("a qualified column in a SET list", "name the column alone");
            }
        };
        match around {
            Some(table) if !names::are_same(self.engine.alias_folding(), table, &target.qualifier) => {
                refuse_on(
                    target.table.qualified_name(),
                    format!("a write to `{}.{}`, which is no column of it,", table.value, column.value),
                    "name the column of the table that is written",
                )
            }
            Some(_) | None => self.check_written_column(target.table, column),
        }
    }

    /// Refuses a field or an element of a column of a key: what the whole column then holds is not checked.
    fn check_part_of_column(&self, table: &Table, column: &Ident) -> Result<()> {
        if table.tenant_column().is_some_and(|(tenant, _)| self.is_column(column, tenant)) {
            return Err(Refusal::TenantColumnUpdate { table: table.qualified_name() });
        }
        let referenced = self.catalogue.key_of_tenants_to(table).map(|(_, key)| key.parent_columns());
        let referenced = referenced.unwrap_or_default().iter().map(String::as_str);
        if table.names_in_keys().chain(referenced).any(|key| self.is_column(column, key)) {
            return refuse_on(
                table.qualified_name(),
                format!("a write to a part of `{}`, a column of a key,", column.value),
                "set the column as a whole",
            );
        }
        Ok(())
    }

    /// Accepts a value of the tenant column that is the tenant, now or when the value is known.
    fn check_own_tenant(&mut self, target: &Target<'_>, value: &Expr) -> Result<()> {
        let Some((tenant, _)) = target.table.tenant_column() else { return Ok(()) };
        if self.is_unchanged(target, tenant, value) {
            return Ok(());
        }
        match value {
            Expr::Value(value) if value.value != Value::Null && !self.is_for_set() => {}
            _ => return Err(self.tenant_update(target)),
        }
        let kind = crate::outcome::TenantCheckKind::Update;
        self.check_tenant_value(target.table, value, kind).ok_or_else(|| self.tenant_update(target))
    }

    /// Whether a value is the row's own tenant: the column itself, `excluded.column`, `VALUES(column)`.
    fn is_unchanged(&self, target: &Target<'_>, tenant: &str, value: &Expr) -> bool {
        match value {
            Expr::Identifier(ident) => self.is_column(ident, tenant) && self.is_of_target(target, ident),
            Expr::CompoundIdentifier(idents) => match idents.as_slice() {
                [qualifier, ident] => {
                    let is_target =
                        names::are_same(self.engine.table_folding(), qualifier, &target.qualifier);
                    (is_target || self.is_inserted_row(qualifier)) && self.is_column(ident, tenant)
                }
                _ => false,
            },
            Expr::Function(_) => match call_of(value) {
                Some((name, [FunctionArg::Unnamed(FunctionArgExpr::Expr(arg))])) => {
                    let is_values =
                        self.has_inserted_values() && name.to_string().eq_ignore_ascii_case("values");
                    is_values && self.is_unchanged(target, tenant, arg)
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether a column named alone is the target's, and of no relation beside it.
    fn is_of_target(&self, target: &Target<'_>, column: &Ident) -> bool {
        self.innermost().iter().all(|source| {
            let is_target = source
                .name
                .as_ref()
                .is_some_and(|name| names::are_same(self.engine.table_folding(), name, &target.qualifier));
            is_target || source.is_inserted || matches!(self.look_up(source, column), Ok(Has::No))
        })
    }

    fn tenant_update(&self, target: &Target<'_>) -> Refusal {
        Refusal::TenantColumnUpdate { table: target.table.qualified_name() }
    }

    /// `tenant = target.tenant`, for a SET list of which nothing else is left.
    fn unchanged(&self, target: &Target<'_>, tenant: &str) -> Assignment {
        self.assignment(tenant, self.tenant_column_of(&target.qualifier, tenant))
    }

    fn assignment(&self, column: &str, value: Expr) -> Assignment {
        Assignment {
            target: AssignmentTarget::ColumnName(ObjectName::from(vec![self.quoted(column)])),
            value,
        }
    }
}

/// Whether a relation in the FROM of a source may have this name, which then does not mean the target alone: what follows ON DUPLICATE
/// KEY UPDATE sees the tables of the source too (MySQL manual, 15.2.7.2).
fn may_read(body: &SetExpr, target: &Ident) -> bool {
    match body {
        SetExpr::Values(_) => false,
        SetExpr::Select(select) => select.from.iter().any(|joined| {
            let TableWithJoins { relation, joins } = joined;
            let is_target = |factor: &TableFactor| match (table_of(factor), factor) {
                (Some((name, alias)), _) => {
                    let own = names::qualifier(name, alias);
                    own.map_or(true, |own| own.value.eq_ignore_ascii_case(&target.value))
                }
                (None, TableFactor::Derived { lateral: _, subquery: _, alias: Some(alias), sample: _ }) => {
                    alias.name.value.eq_ignore_ascii_case(&target.value)
                }
                (None, _) => true,
            };
            std::iter::once(relation).chain(joins.iter().map(|join| &join.relation)).any(is_target)
        }),
        SetExpr::SetOperation { left, op: _, set_quantifier: _, right } => {
            may_read(left, target) || may_read(right, target)
        }
        SetExpr::Query(_)
        | SetExpr::Insert(_)
        | SetExpr::Update(_)
        | SetExpr::Delete(_)
        | SetExpr::Merge(_)
        | SetExpr::Table(_) => true,
    }
}
