//! Tests the tables and keys on SQLite, PostgreSQL and MariaDB, and the steps of Citus on a cluster.
//!
//! A test is a function of a [`TestDb`](harness::TestDb), an empty database; `on_every_backend!` runs it on the three
//! engines.

#[macro_use]
mod harness;

mod actions;
mod agreement;
mod citus;
mod entities;
mod entity_errors;
mod existing;
mod generated;
mod global_rows;
mod keys;
mod migrator;
mod names;
mod plan;
mod schemas;
mod security;
mod security_alone;
mod security_elsewhere;
mod security_lent;
mod security_scopes;
mod security_upserts;
