//! Which rows a query locks.

use crate::{names, read::spelling, refusal::Result};
use sqlparser::ast::{Ident, LockClause};

/// Which rows of a SELECT are locked (FOR UPDATE, FOR SHARE).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Locks {
    /// None.
    Free,
    /// Those of every table in FROM.
    All,
    /// Those of every table in FROM, by a lock on the query around.
    Around,
    /// Those of the tables of these names, in lower case.
    Of(Vec<String>),
}

impl Locks {
    /// What the locking clauses of a query lock together.
    pub(super) fn of(clauses: &[LockClause]) -> Result<Self> {
        let is_lock = |clause: &&LockClause| !clause.of.as_ref().is_some_and(spelling::is_no_lock);
        let mut tables = Vec::new();
        for LockClause { lock_type: _, of, nonblock: _ } in clauses.iter().filter(is_lock) {
            let Some(of) = of else { return Ok(Self::All) };
            if spelling::locks_every_table(of) {
                return Ok(Self::All);
            }
            tables.extend(names::parts(of)?.last().map(|ident| ident.value.to_ascii_lowercase()));
        }
        Ok(if tables.is_empty() { Self::Free } else { Self::Of(tables) })
    }

    /// With those that the query around takes: PostgreSQL locks through the subqueries of a FROM (manual, SELECT, The
    /// Locking Clause).
    pub(super) fn within(self, is_locked: bool) -> Self {
        match (self, is_locked) {
            (own, false) => own,
            (Self::Free | Self::Around, true) => Self::Around,
            (Self::All | Self::Of(_), true) => Self::All,
        }
    }

    /// Whether the query itself is written with a lock.
    pub(super) fn are_own(&self) -> bool {
        match self {
            Self::Free | Self::Around => false,
            Self::All | Self::Of(_) => true,
        }
    }

    /// Whether the rows of the table or subquery of this name are locked, or of one without a name.
    pub(super) fn hold(&self, name: Option<&Ident>) -> bool {
        match (self, name) {
            (Self::Free, _) | (Self::Of(_), None) => false,
            (Self::All | Self::Around, _) => true,
            (Self::Of(tables), Some(name)) => tables.contains(&name.value.to_ascii_lowercase()),
        }
    }
}
