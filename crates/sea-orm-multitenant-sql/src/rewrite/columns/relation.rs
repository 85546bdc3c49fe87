//! The columns of one relation, as far as they are known.

use crate::{catalogue::table::Table, engine::NameFolding, names};
use sqlparser::ast::{Ident, TableAlias, TableAliasColumnDef};
use std::{ops::Deref, rc::Rc};

/// Whether a relation has a column of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rewrite) enum Has {
    Yes,
    /// Not all its columns are known.
    Maybe,
    No,
}

/// The columns of a relation in FROM.
#[derive(Debug, Clone)]
pub(in crate::rewrite) enum Columns<'a> {
    /// Not read yet: what stands to the left of it cannot mean it.
    Pending,
    /// Those of a table.
    Table(&'a Table),
    /// Those of a query or a function.
    List(Rc<[Column<'a>]>),
}

/// One column of a list, or several.
#[derive(Debug, Clone)]
pub(in crate::rewrite) enum Column<'a> {
    /// By this name, as the engine stores it.
    Named(Name<'a>),
    /// One by this prefix and a number up to `count`.
    Numbered { prefix: &'static str, count: usize },
    /// Any number of columns, these among them, in an order that is not known.
    Among(Columns<'a>),
    /// One whose name no statement can be sure of.
    Unnamed,
    /// Any number of columns that are not known.
    Unknown,
}

/// The name of a column, which is copied wherever its relation is read.
#[derive(Debug, Clone)]
pub(in crate::rewrite) enum Name<'a> {
    /// Of a table or function, as it is declared.
    Declared(&'a str),
    /// From the statement.
    Written(Rc<str>),
}

impl Deref for Name<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Declared(name) => name,
            Self::Written(name) => name,
        }
    }
}

impl<'a> Columns<'a> {
    /// A list of columns.
    pub(in crate::rewrite) fn list(columns: Vec<Column<'a>>) -> Self {
        Self::List(columns.into())
    }

    /// Whether there is a column of this name, and how many names were looked at for that.
    ///
    /// Not many more than `limit` are looked at, and where those are not all of them the answer says nothing: a common table
    /// expression that joins the one before it with itself has twice its columns.
    pub(in crate::rewrite) fn has(&self, folding: NameFolding, name: &Ident, limit: usize) -> (Has, usize) {
        match self {
            Self::Pending => (Has::No, 1),
            Self::Table(table) => (table_has(table, folding, name), 1 + table.columns().len()),
            Self::List(columns) => {
                let mut best = Has::No;
                let mut looked_at = 1;
                for column in columns.iter() {
                    if looked_at > limit {
                        break;
                    }
                    let (has, cost) = column.has(folding, name, limit - looked_at);
                    looked_at += cost;
                    match has {
                        Has::Yes => return (Has::Yes, looked_at),
                        Has::Maybe => best = Has::Maybe,
                        Has::No => {}
                    }
                }
                (best, looked_at)
            }
        }
    }

    /// Adds these columns to a list.
    pub(in crate::rewrite) fn append_to(&self, list: &mut Vec<Column<'a>>) {
        match self {
            Self::Pending => list.push(Column::Unknown),
            Self::Table(table) => append_table(table, list),
            Self::List(columns) => list.extend(columns.iter().cloned()),
        }
    }

    /// The columns of relations that are joined. USING and NATURAL put some of them first, and leave out others of the name.
    pub(in crate::rewrite) fn joined(mut all: impl Iterator<Item = Self>) -> Self {
        let (first, second) = (all.next(), all.next());
        match (first, second) {
            (None, _) => Self::list(Vec::new()),
            (Some(only), None) => only,
            (Some(first), Some(second)) => {
                Self::list([first, second].into_iter().chain(all).map(Column::Among).collect())
            }
        }
    }

    /// How many names are copied to rename some of them.
    pub(in crate::rewrite) fn cost(&self) -> usize {
        match self {
            Self::Pending => 1,
            Self::Table(table) => 1 + table.columns().len(),
            Self::List(columns) => 1 + columns.len(),
        }
    }

    /// The columns under the names that an alias gives to the first of them.
    pub(in crate::rewrite) fn renamed(self, folding: NameFolding, alias: Option<&TableAlias>) -> Self {
        let Some(alias) = alias.filter(|alias| !alias.columns.is_empty()) else { return self };
        let stored = |TableAliasColumnDef { name, data_type: _ }: &TableAliasColumnDef| {
            Column::written(names::folded(folding, name))
        };
        let mut list: Vec<_> = alias.columns.iter().map(stored).collect();
        let renamed = list.len();
        let mut all = Vec::new();
        self.append_to(&mut all);
        match all.get(..renamed) {
            Some(first) if first.iter().all(Column::is_one) => list.extend(all.drain(renamed..)),
            // Which columns keep their names is not known.
            Some(_) => list.push(Column::Unknown),
            None if all.iter().all(Column::is_one) => {}
            None => list.push(Column::Unknown),
        }
        Self::list(list)
    }
}

impl Column<'_> {
    /// A column of this name.
    pub(in crate::rewrite) fn written(name: String) -> Self {
        Self::Named(Name::Written(name.into()))
    }

    fn has(&self, folding: NameFolding, name: &Ident, limit: usize) -> (Has, usize) {
        match self {
            Self::Named(stored) => (yes_if(names::is_same(folding, name, stored)), 1),
            Self::Numbered { prefix, count } => (yes_if(is_numbered(name, prefix, *count)), 1),
            Self::Among(columns) => columns.has(folding, name, limit),
            Self::Unnamed => (Has::No, 1),
            Self::Unknown => (Has::Maybe, 1),
        }
    }

    /// Its name, where it is one column that has a name.
    pub(in crate::rewrite) fn name(&self) -> Option<&str> {
        match self {
            Self::Named(name) => Some(name),
            Self::Numbered { prefix: _, count: _ } | Self::Among(_) | Self::Unnamed | Self::Unknown => None,
        }
    }

    /// Whether this stands for exactly one column.
    fn is_one(&self) -> bool {
        match self {
            Self::Named(_) | Self::Unnamed => true,
            Self::Numbered { prefix: _, count } => *count == 1,
            Self::Among(_) | Self::Unknown => false,
        }
    }
}

fn yes_if(condition: bool) -> Has {
    if condition { Has::Yes } else { Has::No }
}

fn is_numbered(name: &Ident, prefix: &str, count: usize) -> bool {
    let Some((before, digits)) = name.value.split_at_checked(prefix.len()) else { return false };
    let number: usize = match digits.parse() {
        Ok(number) if !digits.starts_with(['0', '+']) => number,
        _ => return false,
    };
    before.eq_ignore_ascii_case(prefix) && (1..=count).contains(&number)
}

/// Whether a table has a column of this name. Where its columns are not declared, its keys still name some.
pub(in crate::rewrite) fn table_has(table: &Table, folding: NameFolding, name: &Ident) -> Has {
    let is_it = |column: &str| names::is_same(folding, name, column);
    if table.columns().iter().any(|column| is_it(column)) || table.names_in_keys().any(is_it) {
        Has::Yes
    } else if table.columns().is_empty() {
        Has::Maybe
    } else {
        Has::No
    }
}

fn append_table<'a>(table: &'a Table, list: &mut Vec<Column<'a>>) {
    match table.ordered_columns() {
        Some(columns) => list.extend(columns.iter().map(|column| Column::Named(Name::Declared(column)))),
        None => list.push(Column::Among(Columns::Table(table))),
    }
}
