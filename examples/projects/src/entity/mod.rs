//! The tables, one file each, in SeaORM's dense format.
//!
//! The `#[tenant(…)]` line of each says to whom its rows belong; that line is all there is to multi-tenancy here.
//!
//! Every tenant table has a key of one column that the database counts up, beside `UNIQUE (account_id, id)`. With a key
//! of two columns, `(account_id, id)`, SQLite counts nothing up, and MySQL only with an index of its own for `id`. The
//! references between tenant tables have both columns, `(account_id, project_id)` to `(account_id, id)`: the database
//! itself does not let a row refer to another account's row.

// SeaORM's macros write public items without documentation; the fields are described here and in the files.
#![allow(missing_docs)]

pub mod account;
pub mod country;
pub mod manager;
pub mod project;
pub mod project_manager;
pub mod task;
pub mod task_import;
pub mod user;
