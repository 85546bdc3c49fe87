//! What can be wrong with the tables of a catalogue.

use crate::key_type::KeyType;

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
    /// Global rows of a table whose rows do not belong to tenants.
    #[error(
        "`{table}` has global rows, but no tenant column in which they are NULL: declare it by `Table::tenant`"
    )]
    GlobalRows {
        /// The table.
        table: String,
    },
    /// The primary key of a table with global rows contains the tenant column, which is NULL in them.
    #[error(
        "the primary key of `{table}` contains the tenant column `{column}`, which is NULL in global rows: use a primary key without it, and a unique key with it"
    )]
    GlobalRowsKey {
        /// The table.
        table: String,
        /// The tenant column.
        column: String,
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
