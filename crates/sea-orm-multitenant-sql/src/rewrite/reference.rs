//! The relations of a FROM, put in sight of the expressions that may name them.

use crate::{
    limits::limit,
    names::qualifier,
    refusal::{Result, refuse_with},
    rewrite::{
        columns::relation::Columns,
        frame::{Frame, InSight},
        node::{function_in_from, table_of},
        rewriter::Rewriter,
    },
};
use sqlparser::ast::{Ident, ObjectName, TableAlias, TableFactor, TableWithJoins};

impl<'a> Rewriter<'a> {
    /// Brings the relations of a FROM into sight, with those that stand `beside` it.
    pub(super) fn enter(&mut self, from: &[TableWithJoins], beside: Frame<'a>) -> Result<()> {
        let mut frame = Frame { is_open: true, ..beside };
        from.iter().try_for_each(|joined| self.collect_sources(joined, &mut frame.sources))?;
        check_distinct_names(&frame.sources)?;
        let in_sight =
            self.frames.iter().map(|frame| frame.sources.len()).sum::<usize>() + frame.sources.len();
        limit("tables in sight of one query", in_sight, MAX_IN_SIGHT)?;
        self.frames.push(frame);
        Ok(())
    }

    /// Marks the innermost FROM as read: all of it is in sight.
    pub(super) fn close(&mut self) {
        if let Some(frame) = self.frames.last_mut() {
            frame.is_open = false;
        }
    }

    /// Gathers the relations of one element of FROM, in the order in which they are read.
    /// The table or function that a part of a FROM names; `None` for DUAL.
    fn named_source(&self, factor: &TableFactor) -> Result<Option<InSight<'a>>> {
        if let Some((name, alias, with_ordinality)) = function_in_from(factor) {
            return self.source_of_call(name, alias, with_ordinality).map(Some);
        }
        let Some((name, alias)) = table_of(factor).filter(|(name, _)| !self.is_dual(name)) else {
            return Ok(None);
        };
        let own = qualifier(name, alias)?.clone();
        let (table, columns) = self.columns_of_relation(self.relation(name)?, alias)?;
        Ok(Some(InSight { name: Some(own), table, columns, is_inserted: false }))
    }

    fn collect_sources(&self, joined: &TableWithJoins, sources: &mut Vec<InSight<'a>>) -> Result<()> {
        let TableWithJoins { relation, joins } = joined;
        for factor in std::iter::once(relation).chain(joins.iter().map(|join| &join.relation)) {
            limit("tables in one FROM", sources.len(), MAX_SOURCES)?;
            match factor {
                TableFactor::Table { .. } | TableFactor::Function { .. } => {
                    sources.extend(self.named_source(factor)?);
                }
                TableFactor::UNNEST {
                    alias,
                    with_ordinality,
                    array_exprs: _,
                    with_offset: _,
                    with_offset_alias: _,
                } => {
                    let unnest = Ident::new("unnest").into();
                    sources.push(self.source_of_call(&unnest, alias.as_ref(), *with_ordinality)?);
                }
                TableFactor::JsonTable { alias, columns, json_expr: _, json_path: _ } => {
                    let columns = self.columns_of_json_table(columns, alias.as_ref());
                    sources.push(under_alias(alias.as_ref(), columns));
                }
                TableFactor::NestedJoin { table_with_joins, alias: None } => {
                    self.collect_sources(table_with_joins, sources)?;
                }
                TableFactor::NestedJoin { table_with_joins: _, alias }
                | TableFactor::Derived { alias, lateral: _, subquery: _, sample: _ } => {
                    sources.push(under_alias(alias.as_ref(), Columns::Pending));
                }
                // Refused when they are met.
                TableFactor::TableFunction { .. }
                | TableFactor::OpenJsonTable { .. }
                | TableFactor::Pivot { .. }
                | TableFactor::Unpivot { .. }
                | TableFactor::UnpivotExpr { .. }
                | TableFactor::MatchRecognize { .. }
                | TableFactor::XmlTable { .. }
                | TableFactor::SemanticView { .. } => {}
            }
        }
        Ok(())
    }

    /// A function in FROM, which has its own name where it has no alias.
    fn source_of_call(
        &self,
        function: &ObjectName,
        alias: Option<&TableAlias>,
        with_ordinality: bool,
    ) -> Result<InSight<'a>> {
        let name = qualifier(function, alias)?.clone();
        let columns = self.columns_of_call(function, alias, with_ordinality)?;
        Ok(InSight { name: Some(name), ..InSight::unnamed(columns) })
    }

    /// Says what the relation that was read last yields: the first of which that was not known.
    pub(super) fn settle(&mut self, columns: Columns<'a>, alias: Option<&TableAlias>) -> Result<()> {
        let columns = self.renamed(columns, alias)?;
        let sources = self.frames.last_mut().map(|frame| frame.sources.iter_mut());
        let mut pending = sources.into_iter().flatten();
        if let Some(source) = pending.find(|source| matches!(source.columns, Columns::Pending)) {
            source.columns = columns;
        }
        Ok(())
    }

    /// Takes the innermost FROM out of sight, and returns all its columns.
    pub(super) fn leave(&mut self) -> Columns<'a> {
        let sources = self.frames.pop().into_iter().flat_map(|frame| frame.sources);
        Columns::joined(sources.map(|source| source.columns))
    }

    /// The relations of the innermost FROM.
    pub(super) fn innermost(&self) -> &[InSight<'a>] {
        self.frames.last().map_or(&[], |frame| &frame.sources)
    }

    /// Whether a name is that of the row to insert: `excluded` in an upsert.
    pub(super) fn is_inserted_row(&self, name: &Ident) -> bool {
        self.innermost().iter().any(|source| source.is_inserted && source.is_named(self.engine, name))
    }

    /// Whether `VALUES(column)` is the row to insert here.
    pub(super) fn has_inserted_values(&self) -> bool {
        self.frames.last().is_some_and(|frame| frame.has_values)
    }
}

fn under_alias<'a>(alias: Option<&TableAlias>, columns: Columns<'a>) -> InSight<'a> {
    InSight { name: alias.map(|alias| alias.name.clone()), ..InSight::unnamed(columns) }
}

/// Most tables and other sources in a FROM and those around it: each name of a column is looked up among them.
const MAX_IN_SIGHT: usize = 500;

/// Most tables and other sources in one FROM.
const MAX_SOURCES: usize = 250;

/// Refuses two tables of one name, of which a predicate could mean either.
fn check_distinct_names(sources: &[InSight<'_>]) -> Result<()> {
    limit("tables in one FROM", sources.len(), MAX_SOURCES)?;
    if sources.len() < 2 {
        return Ok(());
    }
    let names = sources.iter().filter_map(|source| source.name.as_ref());
    let mut names: Vec<String> = names.map(|name| name.value.to_ascii_lowercase()).collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => refuse_with(
            format!("the name `{}` twice in one FROM", pair[0]),
            "give each table an alias of its own",
        ),
        None => Ok(()),
    }
}
