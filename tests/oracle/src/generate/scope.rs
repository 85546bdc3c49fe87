//! The names and types in scope.

use super::Generator;
use crate::schema::{ColumnType, Role, Schema, TenantColumnType};

/// The type of an expression, as far as it matters for where it may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ty {
    /// An integer of any width.
    Int,
    /// A text.
    Text,
    /// A boolean.
    Bool,
    /// A number with a fraction, which is only selected: its sums depend on the order.
    Fraction,
}

/// A column in scope.
#[derive(Debug, Clone)]
pub(super) struct Col {
    pub(super) name: String,
    pub(super) ty: Ty,
    pub(super) is_tenant: bool,
}

impl Col {
    pub(super) fn new(name: impl Into<String>, ty: Ty) -> Self {
        Self { name: name.into(), ty, is_tenant: false }
    }
}

/// A source of rows in scope.
#[derive(Debug, Clone)]
pub(super) struct Rel {
    /// The statement's name for it.
    pub(super) name: String,
    pub(super) cols: Vec<Col>,
    /// The table of the schema, if it is one.
    pub(super) table: Option<usize>,
    /// The columns that identify its rows; all columns, if none do.
    pub(super) key: Option<usize>,
}

/// A column with the name of its source.
#[derive(Debug, Clone)]
pub(super) struct Named {
    pub(super) source: String,
    pub(super) col: Col,
}

impl Schema {
    pub(super) fn tenant_ty(&self) -> Ty {
        match self.tenant_type {
            TenantColumnType::Int | TenantColumnType::BigInt => Ty::Int,
            TenantColumnType::Text => Ty::Text,
        }
    }

    /// The columns of a table in the database's order.
    pub(super) fn cols(&self, table: usize) -> Vec<Col> {
        let table = &self.tables[table];
        let tenant = |name: &str| Col { name: name.to_owned(), ty: self.tenant_ty(), is_tenant: true };
        let mut cols: Vec<Col> = table
            .columns
            .iter()
            .enumerate()
            .map(|(index, column)| match column.ty {
                _ if index == 0 && table.role == Role::Root => tenant(&column.name),
                ColumnType::Int => Col::new(column.name.as_str(), Ty::Int),
                ColumnType::Text => Col::new(column.name.as_str(), Ty::Text),
            })
            .collect();
        if let Role::Tenant { column } = &table.role {
            let at = if table.tenant_last { cols.len() } else { 0 };
            cols.insert(at, tenant(column));
        }
        cols
    }

    pub(super) fn rel(&self, table: usize, name: &str) -> Rel {
        let cols = self.cols(table);
        let key = cols.iter().position(|col| col.name == self.tables[table].columns[0].name);
        Rel { name: name.to_owned(), cols, table: Some(table), key }
    }
}

impl Rel {
    pub(super) fn has(&self, name: &str) -> Option<&Col> {
        self.cols.iter().find(|col| col.name == name)
    }

    /// The columns that identify its rows, or show that they are equal.
    pub(super) fn key_cols(&self) -> Vec<Named> {
        let named = |col: &Col| Named { source: self.name.clone(), col: col.clone() };
        match self.key {
            Some(key) => vec![named(&self.cols[key])],
            None => self.cols.iter().map(named).collect(),
        }
    }
}

impl Generator<'_> {
    /// The columns of type `ty` in scope that come from `level` queries further out; 0 is the innermost.
    fn columns_at(&self, level: usize, accept: impl Fn(&Col) -> bool) -> Vec<Named> {
        let Some(index) = self.scopes.len().checked_sub(level + 1) else { return Vec::new() };
        let is_hidden =
            |name: &str| self.scopes[index + 1..].iter().flatten().any(|inner| inner.name == name);
        self.scopes[index]
            .iter()
            .filter(|rel| !is_hidden(&rel.name))
            .flat_map(|rel| rel.cols.iter().map(|col| Named { source: rel.name.clone(), col: col.clone() }))
            .filter(|named| accept(&named.col))
            .collect()
    }

    /// A column in scope, usually of the innermost query.
    pub(super) fn column(&mut self, accept: impl Fn(&Col) -> bool) -> Option<String> {
        let levels = u32::try_from(self.scopes.len()).unwrap_or(0);
        let level =
            if levels > 1 && self.choices.chance(25) { 1 + self.choices.below(levels - 1) } else { 0 };
        let own = self.columns_at(level as usize, &accept);
        let found = if own.is_empty() { self.columns_at(0, &accept) } else { own };
        if found.is_empty() {
            return None;
        }
        let named = self.choices.pick(&found).clone();
        Some(self.reference(&named))
    }

    /// A column of the innermost query.
    pub(super) fn own_column(&mut self, accept: impl Fn(&Col) -> bool) -> Option<Named> {
        let found = self.columns_at(0, accept);
        if found.is_empty() { None } else { Some(self.choices.pick(&found).clone()) }
    }

    /// Spells a column so that it refers to this one.
    pub(super) fn reference(&mut self, named: &Named) -> String {
        let innermost = self.scopes.last().map_or(&[][..], Vec::as_slice);
        let owners = innermost.iter().filter(|rel| rel.has(&named.col.name).is_some());
        let is_alone = owners.map(|rel| &rel.name).eq([&named.source]);
        if self.may_be_bare && is_alone && self.choices.chance(35) {
            return self.name(&named.col.name);
        }
        format!("{}.{}", self.table_name(&named.source), self.name(&named.col.name))
    }
}
