//! A database a test, statements recorded, and what holds for every test.

#[macro_use]
mod on_every_backend;

mod backend;
mod citext;
mod citus;
mod database;
mod fixture;
mod hearing;
mod judging;
mod log;
pub(crate) mod on;
mod recorder;
mod rights;
mod run;
mod scoping;
mod sql_tokens;
mod tests;

pub(crate) use backend::Backend;
pub(crate) use citext::Citext;
pub(crate) use database::TestDb;
pub(crate) use fixture::Fixture;
pub(crate) use hearing::Hearing;
pub(crate) use log::{Event, Log, Side};
pub(crate) use recorder::Recorder;
pub(crate) use run::{Body, attempt};

/// What a test returns: any error fails it.
pub(crate) type Outcome = Result<(), Box<dyn std::error::Error>>;
