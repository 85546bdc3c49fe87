//! Whether every table of a statement is held to its tenant, whatever stands where.

use super::{
    joins::{Bound, Judge, Seen, Source, idents},
    parents::{Place, named},
    tables::Tables,
};
use sea_orm_multitenant_sql::Engine;
use sqlparser::ast::{
    Assignment, AssignmentTarget, Delete, Expr, FromTable, Ident, ObjectName, Query, Select, Statement,
    TableFactor, TableWithJoins, Update, UpdateTableFromKind, Visit, Visitor,
};
use std::{
    collections::{BTreeSet, HashSet},
    ops::ControlFlow::{self, Break, Continue},
};

/// Checks a statement; the tables of the catalogue that it names, with their schemas.
pub(super) fn check(
    engine: Engine,
    tables: Tables,
    statement: &Statement,
    bound: &Bound,
) -> Result<BTreeSet<String>, String> {
    let judge = Judge { engine, tables, bound };
    let mut with = Names { tables, ctes: HashSet::new() };
    if let Break(problem) = statement.visit(&mut with) {
        return Err(problem);
    }
    let mut fences = Fences { judge, ctes: with.ctes, met: HashSet::new(), tables: BTreeSet::new() };
    match statement.visit(&mut fences) {
        Break(problem) => Err(problem),
        Continue(()) => Ok(fences.tables),
    }
}

/// Gathers the names of all common table expressions, none of which is that of a table.
struct Names {
    tables: Tables,
    ctes: HashSet<String>,
}

impl Visitor for Names {
    type Break = String;

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<String> {
        for cte in query.with.iter().flat_map(|with| &with.cte_tables) {
            let name = &cte.alias.name.value;
            if self.tables.named(name).is_some() {
                return Break(format!("`{name}` is a common table expression and a table"));
            }
            self.ctes.insert(name.to_ascii_lowercase());
        }
        Continue(())
    }
}

/// The walk over all of a statement.
struct Fences<'a> {
    judge: Judge<'a>,
    ctes: HashSet<String>,
    /// The addresses of the names that were judged where they stand.
    met: HashSet<*const ObjectName>,
    /// The tables of the catalogue that were met.
    tables: BTreeSet<String>,
}

impl Fences<'_> {
    fn meet(&mut self, name: &ObjectName) -> Result<(), String> {
        self.met.insert(std::ptr::from_ref(name));
        if let Some(known) = self.judge.table(name)? {
            self.tables.insert(match known.schema {
                Some(schema) => format!("{schema}.{}", known.name),
                None => known.name.to_owned(),
            });
        }
        Ok(())
    }

    /// Judges a FROM with what stands beside it, and the condition over both.
    fn from<'t>(
        &mut self,
        joined: &'t [TableWithJoins],
        beside: Option<Source<'t>>,
        condition: Option<&Expr>,
        written: Vec<String>,
    ) -> Result<(), String> {
        let mut from = Seen { written, ..Seen::default() };
        let mut pending = Vec::from_iter(beside);
        from.qualifiers.extend(beside.map(|source| source.qualifier));
        for joined in joined {
            pending.extend(self.judge.joined(joined, &mut from)?);
        }
        for name in from.met {
            self.meet(name)?;
        }
        distinct(&from.qualifiers)?;
        self.judge.hold(&pending, condition)
    }

    fn select(&mut self, select: &Select) -> Result<(), String> {
        if select.into.is_some() {
            return Err("SELECT INTO".to_owned());
        }
        self.from(&select.from, None, select.selection.as_ref(), Vec::new())
    }

    fn statement(&mut self, statement: &Statement) -> Result<(), String> {
        match statement {
            Statement::Query(_) => Ok(()),
            Statement::Insert(insert) => {
                let (name, _) = self.judge.insert(insert)?;
                self.meet(name)
            }
            Statement::Update(update) => self.update(update),
            Statement::Delete(delete) => self.delete(delete),
            // The statement inside is met by itself.
            Statement::Explain { statement: _, .. } => Ok(()),
            other => Err(format!("a statement that should have been refused: {other}")),
        }
    }

    /// An UPDATE of a join: its tables are held like those of a query, and no tenant column is set.
    fn joined_update(&mut self, update: &Update) -> Result<(), String> {
        let mut all_written = Vec::new();
        for assignment in &update.assignments {
            let Assignment { target, value: _ } = assignment;
            let AssignmentTarget::ColumnName(name) = target else {
                return Err("a row of columns".to_owned());
            };
            let [qualifier, column] = idents(name)?[..] else { return Err(format!("`{name}` has no table")) };
            let written = std::iter::once(&update.table)
                .flat_map(sources)
                .find(|(name, _)| name.value == qualifier.value);
            let Some((_, table)) = written else { return Err(format!("`{qualifier}` is not in the join")) };
            all_written.push(qualifier.value.clone());
            let known = self.judge.written(table)?;
            self.judge.update_replaces(update, known)?;
            self.judge.leaves_keys(known, std::slice::from_ref(assignment))?;
            let mut looked_up = known.looked_up(self.judge.tables).flat_map(|key| key.columns);
            if looked_up.any(|own| self.judge.is_column(column, own)) {
                return Err(format!("`{name}` is set in a join"));
            }
            if known.owner.tenant().is_some_and(|(tenant, _)| column.value.eq_ignore_ascii_case(tenant)) {
                return Err(format!("`{name}` is set"));
            }
        }
        self.from(std::slice::from_ref(&update.table), None, update.selection.as_ref(), all_written)
    }

    /// A DELETE from a join: its tables are held like those of a query, and those written may be.
    fn joined_delete(&mut self, delete: &Delete, from: &[TableWithJoins]) -> Result<(), String> {
        let mut all_written = Vec::new();
        for name in &delete.tables {
            let [qualifier] = idents(name)?[..] else { return Err(format!("`{name}` has several parts")) };
            let written = from.iter().flat_map(sources).find(|(name, _)| name.value == qualifier.value);
            let Some((_, table)) = written else { return Err(format!("`{qualifier}` is not in the join")) };
            all_written.push(qualifier.value.clone());
            let known = self.judge.written(table)?;
            self.judge.leaves_rows(known)?;
            self.judge.keeps_references(known, delete.selection.as_ref())?;
            self.met.insert(std::ptr::from_ref(name));
        }
        self.from(from, None, delete.selection.as_ref(), all_written)
    }

    fn update(&mut self, update: &Update) -> Result<(), String> {
        if !update.table.joins.is_empty() {
            return self.joined_update(update);
        }
        let target = self.target(&update.table)?;
        self.judge.assignments(&update.assignments, target)?;
        let from = match &update.from {
            None => &[],
            Some(UpdateTableFromKind::AfterSet(from)) => from.as_slice(),
            Some(UpdateTableFromKind::BeforeSet(_)) => return Err("FROM before SET".to_owned()),
        };
        self.judge.update_replaces(update, target.known)?;
        let beside = from.iter().flat_map(|joined| {
            std::iter::once(&joined.relation).chain(joined.joins.iter().map(|join| &join.relation))
        });
        let beside: Vec<_> = beside.map(named).collect();
        let place = Place::Set(target, &beside);
        self.judge.parents_of_assignments(target.known, &update.assignments, place)?;
        self.from(from, Some(target), update.selection.as_ref(), Vec::new())
    }

    fn delete(&mut self, delete: &Delete) -> Result<(), String> {
        let FromTable::WithFromKeyword(from) = &delete.from else { return Err("no FROM".to_owned()) };
        if !delete.tables.is_empty() {
            return self.joined_delete(delete, from);
        }
        let [joined] = from.as_slice() else {
            return Err("a DELETE of several tables".to_owned());
        };
        let target = self.target(joined)?;
        self.judge.leaves_rows(target.known)?;
        self.judge.keeps_references(target.known, delete.selection.as_ref())?;
        let using = delete.using.as_deref().unwrap_or_default();
        self.from(using, Some(target), delete.selection.as_ref(), Vec::new())
    }

    /// The table that an UPDATE or DELETE writes.
    fn target<'t>(&mut self, joined: &'t TableWithJoins) -> Result<Source<'t>, String> {
        let TableWithJoins { relation: TableFactor::Table { name, alias, args: None, .. }, joins } = joined
        else {
            return Err("no table is written".to_owned());
        };
        if !joins.is_empty() {
            return Err("a join is written".to_owned());
        }
        let known = self.judge.written(name)?;
        self.meet(name)?;
        let qualifier = match alias {
            Some(alias) => &alias.name,
            None => idents(name)?.pop().ok_or("an empty name")?,
        };
        Ok(Source { known, qualifier, global: false })
    }

    /// A name that was not judged where it stands must be no table.
    fn relation(&self, name: &ObjectName) -> Result<(), String> {
        if self.met.contains(&std::ptr::from_ref(name)) {
            return Ok(());
        }
        match self.judge.table(name)? {
            Some(known) => Err(format!("`{}` stands where nothing holds it", known.name)),
            None => match idents(name)?[..] {
                [only] if self.ctes.contains(&only.value.to_ascii_lowercase()) => Ok(()),
                _ => Err(format!("`{name}` is not in the catalogue")),
            },
        }
    }
}

/// The tables of a join that are not inside another, with the names by which the statement speaks of them.
fn sources(joined: &TableWithJoins) -> Vec<(&Ident, &ObjectName)> {
    let factors = std::iter::once(&joined.relation).chain(joined.joins.iter().map(|join| &join.relation));
    let named = factors.flat_map(|factor| match factor {
        TableFactor::Table { name, alias, args: None, .. } => {
            let own = || idents(name).ok().and_then(|idents| idents.last().copied());
            Vec::from_iter(alias.as_ref().map(|alias| &alias.name).or_else(own).map(|ident| (ident, name)))
        }
        TableFactor::NestedJoin { table_with_joins, alias: None } => sources(table_with_joins),
        _ => Vec::new(),
    });
    named.collect()
}

/// Refuses one name for two sources.
fn distinct(qualifiers: &[&Ident]) -> Result<(), String> {
    let mut seen = HashSet::new();
    match qualifiers.iter().find(|ident| !seen.insert(ident.value.to_ascii_lowercase())) {
        Some(twice) => Err(format!("`{twice}` stands twice in one FROM")),
        None => Ok(()),
    }
}

fn flow(result: Result<(), String>) -> ControlFlow<String> {
    match result {
        Ok(()) => Continue(()),
        Err(problem) => Break(problem),
    }
}

impl Visitor for Fences<'_> {
    type Break = String;

    fn pre_visit_statement(&mut self, statement: &Statement) -> ControlFlow<String> {
        flow(self.statement(statement))
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<String> {
        flow(self.select(select))
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<String> {
        if let TableFactor::Table { name, args: Some(_), .. } = factor {
            self.met.insert(std::ptr::from_ref(name));
            if let Some(last) = name.0.last()
                && self.judge.tables.named(&last.to_string()).is_some()
            {
                return Break(format!("`{name}` is called and a table"));
            }
        }
        Continue(())
    }

    fn pre_visit_relation(&mut self, name: &ObjectName) -> ControlFlow<String> {
        flow(self.relation(name))
    }
}
