//! The relations in sight of an expression.

use crate::{catalogue::table::Table, engine::Engine, names, rewrite::columns::relation::Columns};
use sqlparser::ast::{Ident, SelectItem};

/// A column that is not NULL in any row of a query: its qualifier, if it has one, and its name.
pub(super) type Required = (Option<Ident>, Ident);

/// The relations of one FROM.
#[derive(Default)]
pub(super) struct Frame<'a> {
    pub(super) sources: Vec<InSight<'a>>,
    /// The select list, where the names of its results are in sight.
    pub(super) results: Vec<SelectItem>,
    /// Whether the FROM is being read: what is read may not see all of it.
    pub(super) is_open: bool,
    /// Whether `VALUES(column)` is a value of the row to insert (MySQL).
    pub(super) has_values: bool,
    /// The names of the tables that the statement writes, of which it reads no global rows.
    pub(super) written: Vec<Ident>,
    /// The columns that WHERE requires not to be NULL, where rows are locked.
    pub(super) required: Vec<Required>,
}

/// A relation, under the name by which the statement speaks of it.
pub(super) struct InSight<'a> {
    /// None where it has no name, so that its columns can only be named alone.
    pub(super) name: Option<Ident>,
    /// The table, where its columns have their own names.
    pub(super) table: Option<&'a Table>,
    pub(super) columns: Columns<'a>,
    /// Whether it is the row to insert, `excluded`.
    pub(super) is_inserted: bool,
}

impl<'a> InSight<'a> {
    /// A table.
    pub(super) fn table(name: Ident, table: &'a Table) -> Self {
        Self { name: Some(name), table: Some(table), columns: Columns::Table(table), is_inserted: false }
    }

    /// What has no name.
    pub(super) fn unnamed(columns: Columns<'a>) -> Self {
        Self { name: None, table: None, columns, is_inserted: false }
    }

    /// The row to insert, in an upsert.
    pub(super) fn inserted(table: &'a Table) -> Self {
        Self { is_inserted: true, ..Self::table(Ident::new("excluded"), table) }
    }

    /// Whether the statement speaks of it by this name.
    pub(super) fn is_named(&self, engine: Engine, name: &Ident) -> bool {
        self.name.as_ref().is_some_and(|own| names::are_same(engine.alias_folding(), own, name))
    }
}

impl<'a> Frame<'a> {
    /// One table alone.
    pub(super) fn of(source: InSight<'a>) -> Self {
        Self { sources: vec![source], ..Self::default() }
    }
}
