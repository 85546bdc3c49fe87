//! The table that a statement writes.

use crate::{
    catalogue::table::Table,
    rewrite::frame::{Frame, InSight},
};
use sqlparser::ast::Ident;

/// The table that a statement writes, under the name by which the statement speaks of it.
pub(super) struct Target<'a> {
    pub(super) table: &'a Table,
    pub(super) qualifier: Ident,
}

impl<'a> Target<'a> {
    /// A FROM of the table alone.
    pub(super) fn frame(&self) -> Frame<'a> {
        Frame::of(InSight::table(self.qualifier.clone(), self.table))
    }
}
