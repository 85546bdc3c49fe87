//! What keeps a database from being safe for tenants.

use std::fmt;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "lowercase"))]
pub enum Severity {
    /// Worth knowing; nothing is unsafe.
    Note,
    /// It works, and is slower, or tells one tenant of another.
    Warning,
    /// Rows of tenants can meet, statements fail, or Citus refuses the table.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// What was found. Columns are as the database has them, in the order of the key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(tag = "code", rename_all = "snake_case"))]
#[non_exhaustive]
pub enum FindingKind {
    /// The database has a table that the catalogue does not know.
    TableUnknown,
    /// The catalogue has a table that the database does not have.
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
    /// The catalogue says that the table has global rows, and the tenant column cannot be NULL.
    TenantColumnRequired {
        /// The column.
        column: String,
    },
    /// Global rows refer to rows of a tenant.
    GlobalRowsReferToTenants {
        /// The columns that refer to them.
        columns: Vec<String>,
        /// The table of those rows.
        parent: String,
        /// How many global rows do.
        rows: i64,
    },
    /// A unique key of a table with global rows takes NULL for a value: two global rows cannot have one.
    NullsNotDistinct {
        /// The name of the key.
        key: String,
        /// Its columns.
        columns: Vec<String>,
    },
    /// Citus distributes no table with global rows.
    GlobalRowsOnCitus,
    /// The tenant column has another type than the catalogue says.
    TenantColumnType {
        /// The column.
        column: String,
        /// Its type in the database.
        found: String,
        /// The type in the catalogue.
        expected: String,
    },
    /// The database has a DEFAULT for the tenant column, of which the catalogue does not know.
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
    /// An index is not led by the tenant column.
    IndexWithoutTenant {
        /// The name of the index.
        key: String,
        /// Its columns.
        columns: Vec<String>,
    },
    /// A foreign key between rows of tenants leaves the tenant column out.
    ForeignKeyWithoutTenant {
        /// The name of the key; empty where it has none.
        key: String,
        /// Its columns.
        columns: Vec<String>,
        /// The parent.
        parent: String,
    },
    /// A foreign key between rows of tenants leaves the tenant column out, and the catalogue does not have it: no scope checks
    /// what is written to it.
    ForeignKeyUnchecked {
        /// The name of the key; empty where it has none.
        key: String,
        /// Its columns.
        columns: Vec<String>,
        /// The parent.
        parent: String,
    },
    /// A foreign key between rows of tenants leaves the tenant column out, and the database computes its value.
    ForeignKeyComputed {
        /// The name of the key; empty where it has none.
        key: String,
        /// Its columns.
        columns: Vec<String>,
        /// The parent.
        parent: String,
    },
    /// The database has a DEFAULT, of which the catalogue does not know, for a column that names a row of tenants without the
    /// tenant column.
    ForeignKeyDefault {
        /// The column.
        column: String,
        /// The DEFAULT, as the engine writes it.
        default: String,
        /// The parent.
        parent: String,
    },
    /// A table of no tenant, or one that the catalogue does not know, has a foreign key to rows of tenants.
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
    /// SET NULL or SET DEFAULT of a foreign key between rows of tenants becomes NO ACTION when it is converted: the engine would
    /// set the tenant column too.
    ActionChanges {
        /// The name of the key; empty where it has none.
        key: String,
        /// Its columns.
        columns: Vec<String>,
        /// The parent.
        parent: String,
    },
    /// A statement that the database knows stops working when a key is converted (PostgreSQL).
    StatementOfOldKey {
        /// The function, the view, or the beginning of the statement.
        statement: String,
        /// The clause that names the key.
        clause: String,
    },
    /// Rows lead to rows of other tenants.
    RowsAcrossTenants {
        /// The columns that lead there.
        columns: Vec<String>,
        /// The parent.
        parent: String,
        /// How many rows.
        rows: i64,
    },
    /// Row-level security hides rows from the role that asks, so that none can be counted.
    RowsHidden,
    /// Generated ids are of an integer of fewer than 64 bits.
    SmallIds {
        /// The column.
        column: String,
        /// Its type.
        ty: String,
    },
    /// PostgreSQL does not keep rows of tenants apart by itself.
    NoRowLevelSecurity,
    /// Row-level security has policies that do not bind the owner of the table (PostgreSQL).
    RowLevelSecurityNotForced {
        /// The owner.
        owner: String,
    },
    /// A permissive policy is another than that the tenant column equals a setting (PostgreSQL).
    PolicyNotByTenant {
        /// The policy.
        policy: String,
    },
    /// A policy calls a function that is not the engine's (PostgreSQL).
    PolicyFunction {
        /// The policy.
        policy: String,
        /// The function, with the types of its arguments.
        function: String,
    },
    /// A partition, or a table that inherits, has no forced policy (PostgreSQL).
    PartitionWithoutPolicy {
        /// The partition.
        partition: String,
    },
    /// A view, or a rule of another table, reads the table by the rights of an owner whom its policies do not bind (PostgreSQL).
    ViewOfOwner {
        /// The view, or the table of the rule.
        view: String,
        /// Its owner.
        owner: String,
    },
    /// A materialized view is made of the table (PostgreSQL).
    MaterializedView {
        /// The view.
        view: String,
    },
    /// A function runs by the rights of an owner whom policies do not bind; it is in the place of the table (PostgreSQL).
    FunctionOfOwner {
        /// Its owner.
        owner: String,
    },
    /// A function is marked LEAKPROOF; it is in the place of the table (PostgreSQL).
    LeakproofFunction,
    /// Policies do not bind a role; it is in the place of the table (PostgreSQL).
    RoleUnbound,
    /// Citus is in the database, and the table is not distributed by its tenant column.
    NotDistributed,
    /// The table is not on the shards of the others.
    NotColocated,
    /// A table that all tenants share is not on every node.
    NotReference,
    /// Each node of Citus has the rows of all tenants, as of a table that all share.
    ReferenceOfTenants,
}

/// One thing that keeps the database from being safe for tenants: what, where, why it matters, and the way out.
///
/// `Display` is one line of all of it. With the feature `serde` it can be serialised.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// The table, with its schema where statements must name it; the function or role, where the finding is about one.
    pub table: String,
    /// What was found.
    pub kind: FindingKind,
}

impl Finding {
    pub(super) fn new(severity: Severity, table: &dyn fmt::Display, kind: FindingKind) -> Self {
        Self { severity, table: table.to_string(), kind }
    }

    /// What was found, as a sentence without an end.
    pub fn what(&self) -> String {
        use FindingKind as K;
        match &self.kind {
            K::TableUnknown => "the catalogue does not know the table".into(),
            K::TableMissing => "the catalogue has the table, the database has not".into(),
            K::TenantColumnMissing { column } => format!("there is no tenant column `{column}`"),
            K::TenantColumnNullable { column } => format!("the tenant column `{column}` may be NULL"),
            K::TenantColumnRequired { column } => {
                format!(
                    "the tenant column `{column}` cannot be NULL, the catalogue says that there are global rows"
                )
            }
            K::GlobalRowsReferToTenants { columns, parent, rows } => {
                format!(
                    "{rows} global rows refer by ({}) to rows of tenants in `{parent}`",
                    columns.join(", ")
                )
            }
            K::NullsNotDistinct { key, columns } => {
                format!("the unique key `{key}` ({}) is NULLS NOT DISTINCT", columns.join(", "))
            }
            K::GlobalRowsOnCitus => "it has global rows, whose tenant column is NULL".into(),
            K::TenantColumnType { column, found, expected } => {
                format!("the tenant column `{column}` is {found}, the catalogue says {expected}")
            }
            K::TenantColumnDefault { column, default } => {
                format!("the tenant column `{column}` has the DEFAULT {default}")
            }
            K::NoPrimaryKey => "there is no primary key".into(),
            K::PrimaryKeyWithoutTenant { columns } => {
                format!("the primary key ({}) lacks the tenant column", columns.join(", "))
            }
            K::UniqueWithoutTenant { key, columns } => {
                format!("the unique key{} ({}) lacks the tenant column", named(key), columns.join(", "))
            }
            K::IndexWithoutTenant { key, columns } => {
                format!("the index{} ({}) is not led by the tenant column", named(key), columns.join(", "))
            }
            K::ForeignKeyWithoutTenant { key, columns, parent } => format!(
                "the foreign key{} ({}) to `{parent}` leaves the tenant column out",
                named(key),
                columns.join(", ")
            ),
            K::ForeignKeyUnchecked { key, columns, parent } => format!(
                "the catalogue does not have the foreign key{} ({}) to `{parent}`",
                named(key),
                columns.join(", ")
            ),
            K::ForeignKeyComputed { key, columns, parent } => format!(
                "the database computes the foreign key{} ({}) to `{parent}`",
                named(key),
                columns.join(", ")
            ),
            K::ForeignKeyDefault { column, default, parent } => format!(
                "`{column}`, which leads to `{parent}` without the tenant column, has the DEFAULT {default}"
            ),
            K::ForeignKeyFromOutside { key, columns, parent } => format!(
                "the foreign key{} ({}) leads to rows of tenants in `{parent}`, and this table has no tenant",
                named(key),
                columns.join(", ")
            ),
            K::SetNull { key, columns, parent } => format!(
                "the foreign key{} ({}) to `{parent}` sets its columns when the parent is deleted",
                named(key),
                columns.join(", ")
            ),
            K::ActionChanges { key, columns, parent } => format!(
                "the foreign key{} ({}) to `{parent}` sets its columns when the parent is deleted, and becomes NO ACTION by `convert`",
                named(key),
                columns.join(", ")
            ),
            K::StatementOfOldKey { statement, clause } => format!("{statement} has `{clause}`"),
            K::RowsAcrossTenants { columns, parent, rows } => {
                format!("{rows} rows lead by ({}) to another tenant's row of `{parent}`", columns.join(", "))
            }
            K::RowsHidden => "row-level security hides rows from this role".into(),
            K::SmallIds { column, ty } => format!("the ids in `{column}` are {ty}"),
            K::NoRowLevelSecurity => "there is no forced row-level security".into(),
            K::RowLevelSecurityNotForced { owner } => {
                format!("row-level security is not forced: it does not bind the owner, `{owner}`")
            }
            K::PolicyNotByTenant { policy } => {
                format!(
                    "the policy `{policy}` lets rows through by another condition than the tenant's setting"
                )
            }
            K::PolicyFunction { policy, function } => format!("the policy `{policy}` calls `{function}`"),
            K::PartitionWithoutPolicy { partition } => {
                format!("its partition `{partition}` has no forced policy")
            }
            K::ViewOfOwner { view, owner } => {
                format!("`{view}` reads it by the rights of `{owner}`, whom its policies do not bind")
            }
            K::MaterializedView { view } => format!("the materialized view `{view}` is made of it"),
            K::FunctionOfOwner { owner } => {
                format!(
                    "the function is SECURITY DEFINER and belongs to `{owner}`, whom policies do not bind"
                )
            }
            K::LeakproofFunction => "the function is marked LEAKPROOF".into(),
            K::RoleUnbound => "policies do not bind this role".into(),
            K::NotDistributed => "it is not distributed by the tenant column".into(),
            K::NotColocated => "its shards are not beside those of the other tables".into(),
            K::NotReference => "it is not a reference table".into(),
            K::ReferenceOfTenants => "it is a reference table: each node has the rows of all tenants".into(),
        }
    }

    /// Why it matters.
    pub fn why(&self) -> &'static str {
        use FindingKind as K;
        match &self.kind {
            K::TableUnknown => "scopes refuse statements on it, and nothing says whose its rows are",
            K::TableMissing => "statements on it fail",
            K::TenantColumnMissing { .. } => "nothing says whose a row is",
            K::TenantColumnNullable { .. } => "a row could belong to nobody: no scope would see it",
            K::TenantColumnRequired { .. } => "no row can be global",
            K::GlobalRowsReferToTenants { .. } => {
                "all tenants read whose row it is, and deletes of that tenant's rows fail"
            }
            K::NullsNotDistinct { .. } => "one global row takes the value of all others",
            K::GlobalRowsOnCitus => "Citus distributes no row without a tenant",
            K::TenantColumnType { .. } => "a tenant's id may not fit, and comparisons may not use an index",
            K::TenantColumnDefault { .. } => {
                "a row that is inserted without the column, past the scope, is this tenant's"
            }
            K::NoPrimaryKey => "Citus cannot move its shards, nor those beside them",
            K::PrimaryKeyWithoutTenant { .. } => {
                "composite foreign keys and Citus want the tenant column in it; two tenants cannot have one id"
            }
            K::UniqueWithoutTenant { .. } => "one tenant's value is refused for another's, which tells of it",
            K::IndexWithoutTenant { .. } => "a tenant's rows lie scattered in it",
            K::ForeignKeyWithoutTenant { .. } => "the database takes another tenant's row as the parent",
            K::ForeignKeyUnchecked { .. } => {
                "no scope checks what is written to it: it may be another tenant's row"
            }
            K::ForeignKeyComputed { .. } => "no statement writes it, so that no scope can check it",
            K::ForeignKeyDefault { .. } => {
                "a row that is inserted without the column, or loses its parent by SET DEFAULT, leads to that row, whose tenant may be another"
            }
            K::ForeignKeyFromOutside { .. } => {
                "a row that all see would name one tenant's row; the key cannot have the tenant column, and Citus refuses it"
            }
            K::SetNull { .. } => "the tenant column would be set as well, or Citus refuses the key",
            K::ActionChanges { .. } => {
                "this engine sets all columns of a key, and the tenant column would be one of them; a parent with children is then not deleted"
            }
            K::StatementOfOldKey { .. } => "the key that it needs has the tenant column once it is converted",
            K::RowsAcrossTenants { .. } => "tenants' rows are linked, and composite keys cannot be made",
            K::RowsHidden => "rows that lead to other tenants cannot be counted",
            K::SmallIds { .. } => {
                "the ids of all tenants come from one sequence, and Citus's workers need 64 bits"
            }
            K::NoRowLevelSecurity => "SQL past the scope sees the rows of all tenants",
            K::RowLevelSecurityNotForced { .. } => {
                "a program that connects as the owner sees the rows of all tenants"
            }
            K::PolicyNotByTenant { .. } => {
                "permissive policies are joined by OR: one that is wider shows other tenants' rows"
            }
            K::PolicyFunction { .. } => {
                "what the function answers decides which rows are seen, and it is given other tenants' rows"
            }
            K::PartitionWithoutPolicy { .. } => {
                "a statement that names it meets its own policies, not those of the table above it"
            }
            K::ViewOfOwner { .. } => "who may read it sees the rows of all tenants",
            K::MaterializedView { .. } => {
                "it keeps the rows that its owner saw, and no policy can be put on it"
            }
            K::FunctionOfOwner { .. } => "what it reads and writes are the rows of all tenants",
            K::LeakproofFunction => "the engine may give it other tenants' rows before a policy hides them",
            K::RoleUnbound => "a program that connects as it sees the rows of all tenants",
            K::NotDistributed | K::NotColocated => "joins with it are slow, or Citus refuses them",
            K::NotReference => "joins with it, and foreign keys to it, are refused",
            K::ReferenceOfTenants => {
                "scopes keep tenants apart, and keys that are unique over all tenants hold; but each write goes to every node, and \
                 more nodes give it no more room"
            }
        }
    }

    /// What to do about it.
    pub fn way_out(&self) -> String {
        use FindingKind as K;
        match &self.kind {
            K::TableUnknown => {
                "derive `TenantModel` for its entity, name it in the `TenancyBuilder`, or tell the plan to ignore it".into()
            }
            K::TableMissing => "run the migrations, or create it with `TenantTable`".into(),
            K::TenantColumnMissing { .. } | K::TenantColumnNullable { .. } => {
                "`convert` adds and fills it from the parents".into()
            }
            K::TenantColumnRequired { .. } => {
                "make the column nullable, or leave `global` out of the declaration".into()
            }
            K::GlobalRowsReferToTenants { columns, .. } => {
                format!("set ({}) to NULL in global rows, or let it refer to global rows", columns.join(", "))
            }
            K::NullsNotDistinct { .. } => "make it NULLS DISTINCT, the default".into(),
            K::GlobalRowsOnCitus => {
                "put the global rows into a table of their own, a reference table of Citus, declared `#[tenant(shared)]`".into()
            }
            K::TenantColumnType { .. } => "change the column's type, or the field's in the entity".into(),
            K::TenantColumnDefault { column, .. } => drop_default(&self.table, column),
            K::NoPrimaryKey => "add a primary key that the tenant column leads".into(),
            K::PrimaryKeyWithoutTenant { .. } | K::ForeignKeyWithoutTenant { .. } => "`convert`".into(),
            K::ForeignKeyUnchecked { .. } => {
                "`convert`; or declare the relation: `belongs_to` in the entity, `has_many` in the parent's, or `TenancyBuilder::relation`"
                    .into()
            }
            K::ForeignKeyComputed { .. } => "`convert`; or write the column instead".into(),
            K::ForeignKeyDefault { column, .. } => format!(
                "{}; `convert`; or declare it in the entity (`default_value`, `default_expr`), so that scopes refuse an INSERT without the column",
                drop_default(&self.table, column)
            ),
            K::UniqueWithoutTenant { .. } => {
                "`convert`; or `allow_across_tenants` in the plan when it is meant for all tenants together".into()
            }
            K::IndexWithoutTenant { .. } => "`convert`".into(),
            K::ForeignKeyFromOutside { .. } => "drop the key, or give the table a tenant column".into(),
            K::SetNull { .. } => "`convert`, which names the other columns, or makes it NO ACTION".into(),
            K::ActionChanges { .. } => "let the program set the column before it deletes the parent, and accept the change by `accept_no_action` in the plan".into(),
            K::StatementOfOldKey { .. } => {
                "name the tenant column in it too, in ON CONFLICT or GROUP BY, and the new key in ON CONSTRAINT; scopes do so by themselves".into()
            }
            K::RowsAcrossTenants { columns, parent, .. } => format!(
                "look at them: SELECT c.* FROM {} c JOIN {parent} p ON {} WHERE the tenant columns differ; then unlink or move them",
                self.table,
                columns.iter().map(|column| format!("c.{column} = p.…")).collect::<Vec<_>>().join(" AND ")
            ),
            K::RowsHidden => "connect as a role with BYPASSRLS".into(),
            K::SmallIds { .. } => "make the column bigint and the entity's field i64, with the columns that lead to it".into(),
            K::NoRowLevelSecurity => "`enable_row_level_security` in a migration".into(),
            K::RowLevelSecurityNotForced { .. } => format!("ALTER TABLE {} FORCE ROW LEVEL SECURITY", self.table),
            K::PolicyNotByTenant { .. } => "drop it, or create it AS RESTRICTIVE".into(),
            K::PolicyFunction { .. } => "let the policy compare the tenant column with the setting alone".into(),
            K::PartitionWithoutPolicy { partition } => {
                format!("`RowLevelSecurity` of `{partition}` as well, or take the rights on it from the program's role")
            }
            K::ViewOfOwner { view, .. } => {
                format!("ALTER VIEW {view} SET (security_invoker = true), since PostgreSQL 15; else an owner whom policies bind")
            }
            K::MaterializedView { .. } => "leave the tenants' rows out of it, or take the rights on it from the program's role".into(),
            K::FunctionOfOwner { .. } => format!(
                "ALTER FUNCTION {} SECURITY INVOKER, or an owner whom policies bind; or take EXECUTE from PUBLIC and the program's role",
                self.table
            ),
            K::LeakproofFunction => format!("ALTER FUNCTION {} NOT LEAKPROOF, unless it raises no error and writes nothing that tells of its arguments", self.table),
            K::RoleUnbound => "use it for migrations alone; let the program connect as a role without SUPERUSER and BYPASSRLS".into(),
            K::NotDistributed | K::NotColocated | K::NotReference => "`distribute`, or `convert`".into(),
            K::ReferenceOfTenants => {
                "leave it, when it is small, and asked before the tenant is known or unique over all tenants; else `undistribute_table`, then `distribute`".into()
            }
        }
    }
}

/// How a DEFAULT goes.
fn drop_default(table: &str, column: &str) -> String {
    format!(
        "ALTER TABLE {table} ALTER COLUMN {column} DROP DEFAULT; on SQLite, make the table again without it"
    )
}

fn named(key: &str) -> String {
    if key.is_empty() { String::new() } else { format!(" `{key}`") }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}; {}. {}", self.severity, self.table, self.what(), self.why(), self.way_out())
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Finding {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct Whole<'f> {
            severity: Severity,
            table: &'f str,
            #[serde(flatten)]
            kind: &'f FindingKind,
            what: String,
            why: &'static str,
            way_out: String,
        }
        let (what, way_out) = (self.what(), self.way_out());
        Whole {
            severity: self.severity,
            table: &self.table,
            kind: &self.kind,
            what,
            why: self.why(),
            way_out,
        }
        .serialize(serializer)
    }
}
