//! What can be wrong with the tables of a catalogue.

use crate::{
    catalogue::{Catalogue, Ownership, Table},
    foreign_key::{ForeignKey, ParentCheck},
    key_type::KeyType,
};

/// Two declarations of one table that cannot both be true, or one that cannot be used.
///
/// ```
/// use sea_orm_multitenant_sql::{Catalogue, Conflict, Table, TenantType};
///
/// let conflicts = Catalogue::new([
///     Table::tenant("project", "account_id", TenantType::BigInt),
///     Table::shared("project", false),
/// ])
/// .unwrap_err();
/// assert!(matches!(conflicts.as_slice(), [Conflict::Declared { table, .. }] if table == "project"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Conflict {
    /// The table is declared twice, differently.
    #[error("table `{table}` is declared twice, as {first} and as {second}")]
    Declared {
        /// The table.
        table: String,
        /// The first declaration.
        first: String,
        /// The second declaration.
        second: String,
    },
    /// The tenant column, or one of a foreign key, is not among the table's columns.
    #[error("table `{table}` has no column `{column}`; its columns are {}", columns.join(", "))]
    MissingColumn {
        /// The table.
        table: String,
        /// The tenant column, or one of a foreign key.
        column: String,
        /// The columns it has.
        columns: Vec<String>,
    },
    /// A foreign key without columns, or with another number of them than it names of the parent.
    #[error(
        "the foreign key ({}) of `{table}` names ({}) of `{parent}`; give both the same columns",
        columns.join(", "),
        parent_columns.join(", ")
    )]
    ForeignKey {
        /// The table.
        table: String,
        /// The columns of the key.
        columns: Vec<String>,
        /// The parent.
        parent: String,
        /// The columns of the parent.
        parent_columns: Vec<String>,
    },
    /// A column of a foreign key is of another type than the column that it names of the parent.
    ///
    /// A value would be converted when it is stored, and could then name another row than the one that was checked.
    #[error(
        "`{column}` of `{table}` is {}, and names {}, `{parent_column}` of `{parent}`; give both one type",
        found.word(),
        expected.word()
    )]
    ForeignKeyType {
        /// The table.
        table: String,
        /// The column of the key.
        column: String,
        /// Its type.
        found: KeyType,
        /// The parent.
        parent: String,
        /// The column of the parent.
        parent_column: String,
        /// Its type.
        expected: KeyType,
    },
    /// The database computes a column of a foreign key from other columns.
    ///
    /// What it computes is in no statement, and could name another tenant's row.
    #[error(
        "the database computes `{column}` of `{table}`, which names a row of `{parent}` without the tenant: put the tenant column into the foreign key, in the database too, or write the column instead"
    )]
    ForeignKeyComputed {
        /// The table.
        table: String,
        /// The column of the key.
        column: String,
        /// The parent.
        parent: String,
    },
    /// A name that the engines compare in different ways, or that is empty.
    #[error(
        "`{name}` cannot be the name of a table, a schema, or a column of the tenant or of a foreign key: use letters, digits and other printable ASCII"
    )]
    Name {
        /// The name.
        name: String,
    },
}

/// What is wrong with one declaration by itself.
pub(crate) fn of_declaration(table: &Table) -> impl Iterator<Item = Conflict> {
    name_conflicts(table).chain(missing_column(table))
}

/// Two declarations of one table that cannot both be true.
pub(crate) fn between(first: &Table, second: &Table) -> Conflict {
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

fn missing_column(table: &Table) -> Option<Conflict> {
    let (column, _) = table.tenant_column()?;
    let is_missing =
        !table.columns().is_empty() && !table.columns().iter().any(|declared| declared == column);
    is_missing.then(|| missing(table, column))
}

/// What is wrong with the foreign keys of all tables.
pub(crate) fn of_foreign_keys(catalogue: &Catalogue) -> Vec<Conflict> {
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
        Ownership::Tenant { column, ty } => format!("a tenant table by `{column}` ({ty:?})"),
        Ownership::Root { column, ty } => format!("the root table by `{column}` ({ty:?})"),
        Ownership::Shared { writable: false } => "a shared table".to_owned(),
        Ownership::Shared { writable: true } => "a writable shared table".to_owned(),
    };
    format!("{ownership} with primary key ({})", table.primary_key().join(", "))
}
