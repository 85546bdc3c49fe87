//! The statements that SQLite stores. They contain what the pragmas omit, so they are changed token by token and never
//! printed from a parse.

pub(crate) mod cursor;
pub(crate) mod edit;
pub(crate) mod index;
pub(crate) mod table;
pub(crate) mod token;
