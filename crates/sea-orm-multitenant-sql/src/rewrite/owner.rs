//! Whose rows the parts of a statement yield, in a scope of several tenants.

use crate::tenant_type::TenantType;
use sqlparser::ast::Ident;

/// What has been met that is computed of all rows of a query.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ComputedWhole {
    /// Calls of window functions.
    pub(super) windows: usize,
    /// INTERSECT and EXCEPT.
    pub(super) comparisons: usize,
}

/// Whose rows a part of FROM yields.
#[derive(Debug, Clone)]
pub(super) enum Owner {
    /// Nobody's: it holds no tenant table.
    Nobody,
    /// Those of the tenant in this column.
    Column(TenantColumn),
    /// Tenants', of which no column of it tells which for every row.
    Unnamed,
}

/// The tenant column of a table in FROM that has a row wherever its part has one.
#[derive(Debug, Clone)]
pub(super) struct TenantColumn {
    pub(super) qualifier: Ident,
    pub(super) column: String,
    pub(super) ty: TenantType,
    /// Whether it is NULL in global rows.
    pub(super) may_be_null: bool,
    /// The index of its FROM among those in sight.
    pub(super) frame: usize,
}

/// What a subquery in an expression meets.
#[derive(Debug, Clone)]
pub(super) enum Level {
    /// Nothing: it is a query of its own.
    Apart,
    /// Rows whose tenant is in this column.
    Column(TenantColumn),
    /// Rows whose tenant is in this column, and global rows, which one subquery over tenants' tables may meet.
    Global {
        /// The tenant column.
        column: TenantColumn,
        /// Whether one does.
        met: bool,
    },
    /// Rows of nobody, which one subquery over tenants' tables may meet.
    Nobody {
        /// Whether one does.
        met: bool,
    },
    /// Rows of several tenants at once, or of one that cannot be named.
    Mixed,
}

/// Which side of a join keeps its rows when the other has no match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Neither,
    Left,
    Right,
    Both,
}
