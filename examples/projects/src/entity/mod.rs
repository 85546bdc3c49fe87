//! The tables, one file each, in SeaORM's dense format.
//!
//! The `#[tenant(…)]` line of each says to whom its rows belong; that line is all there is to multi-tenancy here.
//!
//! The key of every tenant table is `(account_id, id)` in the database, where the references between tenant tables lead,
//! `(account_id, project_id)` to `(account_id, id)`: the database itself does not let a row refer to another account's
//! row. SQLite counts nothing up in such a key; there it is `id`, with `UNIQUE (account_id, id)` beside it.
//!
//! The entities say `id` alone is the key. The database counts it up for all accounts together, so that it names one row on
//! every engine; a row is found by its id, and SeaORM need not know the account.

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
