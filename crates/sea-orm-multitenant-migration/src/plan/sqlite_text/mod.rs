//! The texts of SQLite's schema: what the pragmas do not tell is in them alone, so they are changed token by token, never printed anew.

pub(crate) mod cursor;
pub(crate) mod edit;
pub(crate) mod index;
pub(crate) mod table;
pub(crate) mod token;
