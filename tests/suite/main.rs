//! All of SeaORM through a scope, on SQLite, PostgreSQL and MariaDB.
//!
//! A test is a function that takes a [`TestDb`](harness::TestDb): a database of its own, in which two tenants have rows
//! with the same names, and with the same ids where the keys allow. [`on_every_backend!`] runs it on the three engines,
//! and [`on_citus_too!`] on Citus as well.
//! The function asserts what the tenant gets; the harness then asserts that the other tenant's rows are as before, that
//! every statement that went out keeps to its tenant, and that the statements are the ones of the checked-in snapshot.
//!
//! * [`composite`] and [`single`] run the same families (`families/`) with two styles of keys.
//! * [`single_shard`] asks Citus about each statement of those with composite keys, which must touch one shard.
//! * The other modules are about the scope itself and need one style only.

// The families are compiled twice, once for each style of keys.
#![allow(clippy::duplicate_mod)]

#[macro_use]
mod harness;

mod bad_input;
mod composite;
mod constructs;
mod copy_in;
mod differentials;
mod error_texts;
mod escapes;
mod events;
mod global_rows;
mod load;
mod oracle;
mod peers;
mod prepared_statements;
mod shared_entities;
mod single;
mod single_shard;
mod unique_and_reassigned;
mod value_types;
