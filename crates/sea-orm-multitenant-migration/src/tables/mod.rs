//! Tables with the tenant column first in their keys, and their indexes, unique keys and foreign keys.

pub(crate) mod columns;
pub(crate) mod foreign_key;
pub(crate) mod index;
pub(crate) mod on_table;
pub(crate) mod row_level_security;
pub(crate) mod send;
pub(crate) mod table;
