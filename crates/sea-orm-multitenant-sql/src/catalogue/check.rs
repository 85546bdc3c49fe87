//! A catalogue is made of tables that do not contradict each other.

use crate::catalogue::{
    conflict::Conflict,
    foreign_key::ForeignKey,
    links::ParentCheck,
    table::{Ownership, Table},
    tables::Catalogue,
};

impl Catalogue {
    /// Makes a catalogue of these tables. Declarations of one table that agree are merged: an entity may leave out
    /// columns that another entity of the same table has.
    ///
    /// # Errors
    /// All conflicts together: a table declared twice differently, a tenant column that is not among the columns, a
    /// name that is empty or not printable ASCII.
    pub fn new(tables: impl IntoIterator<Item = Table>) -> Result<Self, Vec<Conflict>> {
        let mut catalogue = Self::default();
        let mut conflicts = Vec::new();
        for table in tables {
            conflicts.extend(of_declaration(&table));
            match catalogue.declared_mut(table.schema(), table.name()) {
                Some(first) if first.contradicts(&table) => conflicts.push(between(first, &table)),
                Some(first) => first.merge(table),
                None => catalogue.insert(table),
            }
        }
        conflicts.extend(of_foreign_keys(&catalogue));
        if conflicts.is_empty() { Ok(catalogue) } else { Err(conflicts) }
    }
}

/// What is wrong with one declaration by itself.
fn of_declaration(table: &Table) -> impl Iterator<Item = Conflict> {
    name_conflicts(table).chain(missing_column(table)).chain(ownerless(table)).chain(keyed_by_tenant(table))
}

/// Two declarations of one table that cannot both be true.
fn between(first: &Table, second: &Table) -> Conflict {
    Conflict::Declared { table: first.qualified_name(), first: describe(first), second: describe(second) }
}

fn name_conflicts(table: &Table) -> impl Iterator<Item = Conflict> {
    let names = [Some(table.name()), table.schema(), table.tenant_column().map(|(column, _)| column)];
    names.into_iter().flatten().filter_map(unusable).collect::<Vec<_>>().into_iter()
}

/// The conflict about a name that is empty, not printable ASCII, or has quotes in it.
fn unusable(name: &str) -> Option<Conflict> {
    let usable =
        !name.is_empty() && name.bytes().all(|b| (b' '..=b'~').contains(&b) && !b"\"'`\\".contains(&b));
    (!usable).then(|| Conflict::Name { name: name.to_owned() })
}

/// The conflict about global rows of a table whose rows are not tenants'.
fn ownerless(table: &Table) -> Option<Conflict> {
    let has_owner = matches!(table.ownership(), Ownership::Tenant { .. });
    (table.has_global_rows() && !has_owner).then(|| Conflict::GlobalRows { table: table.qualified_name() })
}

/// The conflict about a tenant column that is NULL in global rows and part of the primary key.
fn keyed_by_tenant(table: &Table) -> Option<Conflict> {
    let (column, _) = table.tenant_column().filter(|_| table.has_global_rows())?;
    table
        .primary_key()
        .iter()
        .any(|key| key.eq_ignore_ascii_case(column))
        .then(|| Conflict::GlobalRowsKey { table: table.qualified_name(), column: column.to_owned() })
}

fn missing_column(table: &Table) -> Option<Conflict> {
    let (column, _) = table.tenant_column()?;
    let is_missing =
        !table.columns().is_empty() && !table.columns().iter().any(|declared| declared == column);
    is_missing.then(|| missing(table, column))
}

/// What is wrong with the foreign keys of all tables.
fn of_foreign_keys(catalogue: &Catalogue) -> Vec<Conflict> {
    let mut conflicts = Vec::new();
    for table in catalogue.tables() {
        conflicts.extend(table.foreign_keys().iter().filter_map(|key| unpaired(table, key)));
        conflicts.extend(table.foreign_keys().iter().flat_map(|key| missing_columns(table, key)));
        let checked = catalogue.parent_checks(table);
        conflicts.extend(checked.iter().flat_map(|check| check.key.names().filter_map(unusable)));
        conflicts.extend(checked.iter().flat_map(other_types));
        conflicts.extend(checked.iter().flat_map(computed));
    }
    conflicts
}

fn unpaired(table: &Table, key: &ForeignKey) -> Option<Conflict> {
    (!key.is_paired()).then(|| Conflict::ForeignKey {
        table: table.qualified_name(),
        columns: key.columns().to_vec(),
        parent: key.parent(),
        parent_columns: key.parent_columns().to_vec(),
    })
}

/// The columns of a key that are of another type than those that they name.
fn other_types(check: &ParentCheck<'_>) -> Vec<Conflict> {
    let Some(parent) = check.parent else { return Vec::new() };
    let pairs = check.key.columns().iter().zip(check.key.parent_columns());
    let conflict = |(column, named): (&String, &String)| {
        let (found, expected) = check.table.key_type(column).zip(parent.key_type(named))?;
        (!found.fits(expected)).then(|| Conflict::ForeignKeyType {
            table: check.table.qualified_name(),
            column: column.clone(),
            found,
            parent: check.key.parent(),
            parent_column: named.clone(),
            expected,
        })
    };
    pairs.filter_map(conflict).collect()
}

/// The columns of a key that the database computes.
fn computed(check: &ParentCheck<'_>) -> Vec<Conflict> {
    let is_computed = |column: &&String| check.table.computed.contains(column);
    let conflict = |column: &String| Conflict::ForeignKeyComputed {
        table: check.table.qualified_name(),
        column: column.clone(),
        parent: check.key.parent(),
    };
    check.key.columns().iter().filter(is_computed).map(conflict).collect()
}

fn missing_columns(table: &Table, key: &ForeignKey) -> Vec<Conflict> {
    let is_missing = |column: &&String| !table.columns().is_empty() && !table.columns().contains(column);
    key.columns().iter().filter(is_missing).map(|column| missing(table, column)).collect()
}

fn missing(table: &Table, column: &str) -> Conflict {
    Conflict::MissingColumn {
        table: table.qualified_name(),
        column: column.to_owned(),
        columns: table.columns().to_vec(),
    }
}

fn describe(table: &Table) -> String {
    let ownership = match table.ownership() {
        Ownership::Tenant { column, ty } if table.has_global_rows() => {
            format!("a tenant table with global rows by `{column}` ({ty:?})")
        }
        Ownership::Tenant { column, ty } => format!("a tenant table by `{column}` ({ty:?})"),
        Ownership::Root { column, ty } => format!("the root table by `{column}` ({ty:?})"),
        Ownership::Shared { writable: false } => "a shared table".to_owned(),
        Ownership::Shared { writable: true } => "a writable shared table".to_owned(),
    };
    format!("{ownership} with primary key ({})", table.primary_key().join(", "))
}
