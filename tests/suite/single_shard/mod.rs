//! Every statement that a scope sends touches one shard on Citus, and those of a set of tenants no shards but theirs.
//!
//! Tests of tables that can be distributed are tests on Citus too, by [`on_citus_too!`]: each runs as elsewhere, and then
//! Citus is asked about each statement that scopes sent. What is known to be refused is in [`known`], with the reason.
//! Tables with keys of one column cannot be distributed: their tests are those of the other engines.

pub(crate) mod known;
mod run;
mod sets;
mod shapes;
mod tests;
mod touched;

pub(crate) use run::run_on_citus;
