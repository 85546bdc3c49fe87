//! The kinds of findings.

/// What was found. Columns are named as in the database, in the order of the key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(tag = "code", rename_all = "snake_case"))]
#[non_exhaustive]
pub enum FindingKind {
    /// The database has a table that is not in the catalogue.
    TableUnknown,
    /// The catalogue has a table that is not in the database.
    TableMissing,
    /// The table lacks its tenant column.
    TenantColumnMissing {
        /// The column.
        column: String,
    },
    /// The tenant column may be NULL.
    TenantColumnNullable {
        /// The column.
        column: String,
    },
    /// The catalogue declares global rows, but the tenant column is NOT NULL.
    TenantColumnRequired {
        /// The column.
        column: String,
    },
    /// Global rows reference rows of a tenant.
    GlobalRowsReferToTenants {
        /// The referencing columns.
        columns: Vec<String>,
        /// The referenced table.
        parent: String,
        /// The number of these global rows.
        rows: i64,
    },
    /// A unique key of a table with global rows is NULLS NOT DISTINCT: it allows one global row for each value.
    NullsNotDistinct {
        /// The name of the key.
        key: String,
        /// Its columns.
        columns: Vec<String>,
    },
    /// Citus distributes no table with global rows.
    GlobalRowsOnCitus,
    /// The type of the tenant column differs from the type in the catalogue.
    TenantColumnType {
        /// The column.
        column: String,
        /// Its type in the database.
        found: String,
        /// The type in the catalogue.
        expected: String,
    },
    /// The tenant column has a DEFAULT in the database, but not in the catalogue.
    TenantColumnDefault {
        /// The column.
        column: String,
        /// The DEFAULT, as the engine writes it.
        default: String,
    },
    /// The table has no primary key.
    NoPrimaryKey,
    /// The primary key lacks the tenant column.
    PrimaryKeyWithoutTenant {
        /// Its columns.
        columns: Vec<String>,
    },
    /// A unique key lacks the tenant column.
    UniqueWithoutTenant {
        /// The name of the key.
        key: String,
        /// Its columns.
        columns: Vec<String>,
    },
    /// An index does not begin with the tenant column.
    IndexWithoutTenant {
        /// The name of the index.
        key: String,
        /// Its columns.
        columns: Vec<String>,
    },
    /// A foreign key between tenant tables omits the tenant column.
    ForeignKeyWithoutTenant {
        /// The name of the key; empty where it has none.
        key: String,
        /// Its columns.
        columns: Vec<String>,
        /// The parent.
        parent: String,
    },
    /// A foreign key between tenant tables omits the tenant column and is not in the catalogue, so no scope checks the values
    /// written to it.
    ForeignKeyUnchecked {
        /// The name of the key; empty where it has none.
        key: String,
        /// Its columns.
        columns: Vec<String>,
        /// The parent.
        parent: String,
    },
    /// A foreign key between tenant tables omits the tenant column, and the database computes its value.
    ForeignKeyComputed {
        /// The name of the key; empty where it has none.
        key: String,
        /// Its columns.
        columns: Vec<String>,
        /// The parent.
        parent: String,
    },
    /// A column that references a tenant table without the tenant column has a DEFAULT in the database, but not in the
    /// catalogue.
    ForeignKeyDefault {
        /// The column.
        column: String,
        /// The DEFAULT, as the engine writes it.
        default: String,
        /// The parent.
        parent: String,
    },
    /// A table without a tenant column, or one that is not in the catalogue, has a foreign key to a tenant table.
    ForeignKeyFromOutside {
        /// The name of the key; empty where it has none.
        key: String,
        /// Its columns.
        columns: Vec<String>,
        /// The parent.
        parent: String,
    },
    /// SET NULL or SET DEFAULT of a foreign key would set the tenant column, or Citus refuses it.
    SetNull {
        /// The name of the key; empty where it has none.
        key: String,
        /// Its columns.
        columns: Vec<String>,
        /// The parent.
        parent: String,
    },
    /// SET NULL or SET DEFAULT of a foreign key between tenant tables becomes NO ACTION when the key is converted, because the
    /// engine would set the tenant column too.
    ActionChanges {
        /// The name of the key; empty where it has none.
        key: String,
        /// Its columns.
        columns: Vec<String>,
        /// The parent.
        parent: String,
    },
    /// A function, view or recorded statement stops working when a key is converted (PostgreSQL).
    StatementOfOldKey {
        /// The name of the function or view, or the beginning of the statement.
        statement: String,
        /// The clause that names the key.
        clause: String,
    },
    /// Rows reference rows of other tenants.
    RowsAcrossTenants {
        /// The referencing columns.
        columns: Vec<String>,
        /// The parent.
        parent: String,
        /// The number of rows.
        rows: i64,
    },
    /// Row-level security hides rows from the connected role, so they cannot be counted.
    RowsHidden,
    /// Generated ids have an integer type of fewer than 64 bits.
    SmallIds {
        /// The column.
        column: String,
        /// Its type.
        ty: String,
    },
    /// The table has no forced row-level security (PostgreSQL).
    NoRowLevelSecurity,
    /// Row-level security is enabled, but does not bind the owner of the table (PostgreSQL).
    RowLevelSecurityNotForced {
        /// The owner.
        owner: String,
    },
    /// A permissive policy has another condition than that the tenant column equals a setting (PostgreSQL).
    PolicyNotByTenant {
        /// The policy.
        policy: String,
    },
    /// A policy calls a user-defined function (PostgreSQL).
    PolicyFunction {
        /// The policy.
        policy: String,
        /// The function, with its argument types.
        function: String,
    },
    /// A partition or an inheriting table has no forced policy (PostgreSQL).
    PartitionWithoutPolicy {
        /// The partition.
        partition: String,
    },
    /// A view, or a rule of another table, reads the table with the privileges of an owner who bypasses its policies
    /// (PostgreSQL).
    ViewOfOwner {
        /// The view, or the table that has the rule.
        view: String,
        /// Its owner.
        owner: String,
    },
    /// A materialized view reads the table (PostgreSQL).
    MaterializedView {
        /// The view.
        view: String,
    },
    /// A function runs with the privileges of an owner who bypasses policies; the finding names it as its table (PostgreSQL).
    FunctionOfOwner {
        /// Its owner.
        owner: String,
    },
    /// A function is marked LEAKPROOF; the finding names it as its table (PostgreSQL).
    LeakproofFunction,
    /// A role bypasses policies; the finding names it as its table (PostgreSQL).
    RoleUnbound,
    /// The database has Citus, and the table is not distributed by its tenant column.
    NotDistributed,
    /// The table is not colocated with the others.
    NotColocated,
    /// A shared table is not a reference table.
    NotReference,
    /// A tenant table is a reference table: each node has the rows of all tenants.
    ReferenceOfTenants,
}
