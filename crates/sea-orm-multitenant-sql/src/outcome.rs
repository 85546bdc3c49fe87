//! What a rewrite found: the kind of statement, its tables, and what must hold about the values that are bound.

use std::sync::Arc;

/// What a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StatementKind {
    /// SELECT, VALUES.
    Select,
    /// INSERT, also as an upsert.
    Insert,
    /// UPDATE.
    Update,
    /// DELETE.
    Delete,
}

impl StatementKind {
    /// The keyword that begins such a statement.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Select => "SELECT",
            Self::Insert => "INSERT",
            Self::Update => "UPDATE",
            Self::Delete => "DELETE",
        }
    }
}

/// A literal that a statement writes to a tenant column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Literal {
    /// A number, as written.
    Number(String),
    /// A text, without its quotes.
    Text(String),
    /// NULL.
    Null,
}

/// What a statement writes to a tenant column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// The caller's value of this index, from 0.
    Value(usize),
    /// A literal of the text.
    Literal(Literal),
}

/// What kind of write a check is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TenantCheckKind {
    /// A row to insert: the tenant, or NULL, which becomes the tenant.
    Insert,
    /// A row to insert for one tenant of a set.
    InsertForOne,
    /// An assignment: the tenant only.
    Update,
}

/// A value that must be the tenant each time the scoped statement runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantCheck {
    /// The table that is written, with its schema.
    pub table: Arc<str>,
    /// What is written.
    pub found: Found,
    /// By what kind of write.
    pub kind: TenantCheckKind,
}

/// What a rewrite found, beside the tree that it changed.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    pub(crate) kind: StatementKind,
    pub(crate) tables: Arc<[String]>,
    pub(crate) checks: Vec<TenantCheck>,
    /// The caller's values, by index, whose conditions were left out because they repeat the tenant's.
    pub(crate) repeated: Vec<usize>,
    /// Whether it writes rows or locks them.
    pub(crate) locks_rows: bool,
}
