//! The rows of an answer, in constant memory.

use crate::observed::cell::{self, Unreadable};
use futures_util::{Stream, TryStreamExt};
use sea_orm::{DbErr, QueryResult};
use std::hash::{DefaultHasher, Hasher};

/// What two answers are compared by: number, columns and values of the rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Answer {
    pub(super) rows: u64,
    /// The sum of the rows' hashes, which does not depend on their order: two sums of 64 bits with different seeds.
    unordered: [u64; 2],
    /// The hash of the rows in their order.
    ordered: u64,
}

/// Why an answer cannot be compared.
#[derive(Debug)]
pub(super) enum NoAnswer {
    /// The database returned an error.
    Failed,
    /// A value is of a type that is not known here.
    Unreadable,
}

impl From<DbErr> for NoAnswer {
    fn from(_: DbErr) -> Self {
        Self::Failed
    }
}

impl From<Unreadable> for NoAnswer {
    fn from(Unreadable: Unreadable) -> Self {
        Self::Unreadable
    }
}

impl Answer {
    /// Reads all rows.
    pub(super) async fn read(
        rows: impl Stream<Item = Result<QueryResult, DbErr>> + Send,
    ) -> Result<Self, NoAnswer> {
        let mut rows = std::pin::pin!(rows);
        let mut answer = Self::default();
        while let Some(row) = rows.try_next().await? {
            answer.add(&row)?;
        }
        Ok(answer)
    }

    fn add(&mut self, row: &QueryResult) -> Result<(), Unreadable> {
        let names = row.column_names();
        let mut hashes = [0, 0];
        for (seed, hash) in (0_u8..).zip(&mut hashes) {
            let mut hasher = DefaultHasher::new();
            hasher.write_u8(seed);
            for (index, name) in names.iter().enumerate() {
                hasher.write(name.as_bytes());
                hasher.write_u8(0xff);
                cell::hash(row, index, &mut hasher)?;
            }
            *hash = hasher.finish();
        }
        self.rows += 1;
        for (sum, hash) in self.unordered.iter_mut().zip(hashes) {
            *sum = sum.wrapping_add(hash);
        }
        let mut hasher = DefaultHasher::new();
        hasher.write_u64(self.ordered);
        hasher.write_u64(hashes[0]);
        self.ordered = hasher.finish();
        Ok(())
    }

    /// Whether both have the same rows, in any order.
    pub(super) fn has_same_rows(&self, other: &Self) -> bool {
        let Self { rows, unordered, ordered: _ } = self;
        (*rows, *unordered) == (other.rows, other.unordered)
    }
}
