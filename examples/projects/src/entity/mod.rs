//! The tables, one file each, in SeaORM's dense format.
//!
//! The `#[tenant(…)]` line of each entity declares to whom its rows belong; nothing else is needed for multi-tenancy
//! here.
//!
//! In the database the key of every tenant table is `(account_id, id)`. Foreign keys between tenant tables contain the
//! account, from `(account_id, project_id)` to `(account_id, id)`: so the database itself prevents references to
//! another account's rows. SQLite generates no ids in a composite key; there the key is `id`, with `UNIQUE (account_id,
//! id)`.
//!
//! The entities declare `id` alone as the key. The database generates ids for all accounts together, so that an id
//! identifies one row on every engine; a row is found by its id without naming the account.

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
