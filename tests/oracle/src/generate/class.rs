//! The class of a statement.

use std::fmt;

/// The class of a statement, for the summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// SELECT from one table.
    SelectFlat,
    /// SELECT from joined tables.
    SelectJoins,
    /// SELECT from derived tables and common table expressions.
    SelectDerived,
    /// SELECT with subqueries in its expressions.
    SelectSubqueries,
    /// UNION, INTERSECT and EXCEPT.
    SetOperation,
    /// Aggregates and GROUP BY.
    Aggregate,
    /// Window functions.
    Window,
    /// SELECT that locks rows.
    Lock,
    /// What SeaORM sends to read.
    SeaOrmRead,
    /// What SeaORM sends to write.
    SeaOrmWrite,
    /// INSERT with a list of rows.
    InsertValues,
    /// INSERT of the rows of a query.
    InsertSelect,
    /// INSERT with a conflict action.
    Upsert,
    /// REPLACE, INSERT OR …, INSERT IGNORE, UPDATE OR ….
    Replace,
    /// UPDATE of one table.
    Update,
    /// UPDATE with other tables.
    UpdateFrom,
    /// DELETE from one table.
    Delete,
    /// DELETE with other tables.
    DeleteUsing,
    /// A write in a common table expression.
    WriteInWith,
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::SelectFlat => "select, one table",
            Self::SelectJoins => "select, joins",
            Self::SelectDerived => "select, derived tables and WITH",
            Self::SelectSubqueries => "select, subqueries",
            Self::SetOperation => "set operation",
            Self::Aggregate => "aggregate",
            Self::Window => "window",
            Self::Lock => "select, row locks",
            Self::SeaOrmRead => "SeaORM, reads",
            Self::SeaOrmWrite => "SeaORM, writes",
            Self::InsertValues => "insert, values",
            Self::InsertSelect => "insert, select",
            Self::Upsert => "upsert",
            Self::Replace => "replace, or, ignore",
            Self::Update => "update",
            Self::UpdateFrom => "update, other tables",
            Self::Delete => "delete",
            Self::DeleteUsing => "delete, other tables",
            Self::WriteInWith => "write in WITH",
        })
    }
}
