//! Which tables the columns of an expression may belong to.

use super::Rewriter;
use crate::{
    catalogue::Table,
    names,
    refusal::{Result, refuse_with},
};
use sqlparser::ast::Ident;

/// The tables and other sources of one FROM, with the names by which the statement speaks of them.
pub(super) type Frame<'a> = Vec<(Ident, Option<&'a Table>)>;

impl Rewriter<'_> {
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
