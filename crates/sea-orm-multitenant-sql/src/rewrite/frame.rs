//! Which tables the columns of an expression may belong to.

use super::{Relation, Rewriter, from::qualifier};
use crate::{
    catalogue::Table,
    functions::{self, Position},
    names,
    refusal::{Result, refuse_with},
    text,
};
use sqlparser::ast::{Ident, ObjectName, TableFactor, TableWithJoins};

/// The tables and other sources of one FROM, with the names by which the statement speaks of them.
pub(super) type Frame<'a> = Vec<(Ident, Option<&'a Table>)>;

impl<'a> Rewriter<'a> {
    /// Brings the tables of a FROM into sight, with those that stand `beside` it.
    pub(super) fn enter(&mut self, from: &[TableWithJoins], beside: Frame<'a>) -> Result<()> {
        let mut frame = beside;
        from.iter().try_for_each(|joined| self.collect_sources(joined, &mut frame))?;
        check_distinct_names(&frame)?;
        self.frames.push(frame);
        Ok(())
    }

    /// Gathers the names of one element of FROM and what they stand for.
    fn collect_sources(&self, joined: &TableWithJoins, frame: &mut Frame<'a>) -> Result<()> {
        let TableWithJoins { relation, joins } = joined;
        for factor in std::iter::once(relation).chain(joins.iter().map(|join| &join.relation)) {
            match factor {
                TableFactor::Table { name, alias, args, .. } => {
                    let table = match args {
                        Some(_) => None,
                        None if self.is_dual(name) => continue,
                        None => match self.relation(name)? {
                            Relation::Table(table) => Some(table),
                            Relation::Cte { owner: _, shared: _ } => None,
                        },
                    };
                    frame.push((qualifier(name, alias.as_ref())?.clone(), table));
                }
                TableFactor::NestedJoin { table_with_joins, alias: None } => {
                    self.collect_sources(table_with_joins, frame)?;
                }
                TableFactor::NestedJoin { table_with_joins: _, alias: Some(alias) }
                | TableFactor::Derived { alias: Some(alias), .. }
                | TableFactor::Function { alias: Some(alias), .. }
                | TableFactor::JsonTable { alias: Some(alias), .. }
                | TableFactor::UNNEST { alias: Some(alias), .. } => frame.push((alias.name.clone(), None)),
                TableFactor::Derived { alias: None, .. }
                | TableFactor::Function { alias: None, .. }
                | TableFactor::JsonTable { alias: None, .. }
                | TableFactor::UNNEST { alias: None, .. } => {}
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

    /// Refuses a column name that is more than a column: a session variable, a system column, a function of a row.
    pub(super) fn column(&self, idents: &[Ident]) -> Result<()> {
        idents.iter().try_for_each(names::plain)?;
        if idents.iter().any(|ident| ident.quote_style.is_none() && ident.value.starts_with('@')) {
            return refuse_with("a session variable", "bind the value");
        }
        let (name, table) = match idents {
            [.., qualifier, name] => (name, self.table_named(qualifier)),
            [name] => (name, self.innermost_table_declaring(name)),
            [] => return Ok(()),
        };
        let is_declared = table.is_some_and(|table| table.declares(&name.value));
        self.check_call_by_name(idents, is_declared)?;
        if self.is_system_column(name) && !is_declared {
            return refuse_with(
                format!("the system column `{}`", name.value),
                "select the table's own columns, or declare it among them if it is one",
            );
        }
        match (idents, table) {
            ([_, .., _], Some(table))
                if self.engine.calls_functions_as_columns()
                    && !table.columns().is_empty()
                    && !is_declared =>
            {
                refuse_with(
                    format!(
                        "`{}.{}`, which is not among the declared columns and may call a function,",
                        table.name(),
                        name.value
                    ),
                    "declare the column, or name it without its table",
                )
            }
            _ => Ok(()),
        }
    }

    /// Refuses what looks like a column and calls a function.
    fn check_call_by_name(&self, idents: &[Ident], is_declared: bool) -> Result<()> {
        let [Ident { value, quote_style: None, span: _ }] = idents else { return Ok(()) };
        if is_declared || !functions::is_called_by_name(self.engine, &value.to_ascii_lowercase()) {
            return Ok(());
        }
        self.check_function_name(&ObjectName::from(idents.to_vec()), Position::Expression)
    }

    /// Whether every table has a column of this name without declaring it.
    pub(super) fn is_system_column(&self, ident: &Ident) -> bool {
        self.engine.system_columns().iter().any(|column| self.is_column(ident, column))
    }

    /// The table in sight under this name, the innermost one; none when that is no table.
    fn table_named(&self, qualifier: &Ident) -> Option<&Table> {
        let folding = self.engine.table_folding();
        let mut sources = self.frames.iter().rev().flatten();
        sources.find(|(name, _)| names::are_same(folding, name, qualifier)).and_then(|(_, table)| *table)
    }

    /// A table of the innermost FROM that declares this column.
    fn innermost_table_declaring(&self, column: &Ident) -> Option<&Table> {
        let mut tables = self.frames.last()?.iter().filter_map(|(_, table)| *table);
        tables.find(|table| table.declares(&column.value))
    }
}

/// Most tables and other sources in one FROM.
const MAX_SOURCES: usize = 250;

/// Refuses two tables of one name, of which a predicate could mean either.
fn check_distinct_names(frame: &Frame<'_>) -> Result<()> {
    text::limit("tables in one FROM", frame.len(), MAX_SOURCES)?;
    let mut names: Vec<String> = frame.iter().map(|(name, _)| name.value.to_ascii_lowercase()).collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => refuse_with(
            format!("the name `{}` twice in one FROM", pair[0]),
            "give each table an alias of its own",
        ),
        None => Ok(()),
    }
}
